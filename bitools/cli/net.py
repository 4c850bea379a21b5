"""`bitools net`: follow every change on switches and routers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bitools.cli import net_acknowledge, net_check, net_search, net_text
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.help import describe, exit_codes
from bitools.cli.net_options import FETCHES, Deadline, Devices, GroupOption, RoleOption, SiteOption, selected
from bitools.errors import Code, Refused, Usage
from bitools.i18n import _, ng

app = typer.Typer(
    no_args_is_help=True,
    help=describe(
        _("Follow every change on switches and routers."),
        "bitools net snapshot",
        "bitools net diff --site merkez",
    ),
    epilog=exit_codes(),
)


@app.command(
    help=describe(
        _("Fetch the configurations and store those that changed."),
        "bitools net snapshot",
        "bitools net snapshot sw-merkez-01 --json",
    ),
    epilog=exit_codes(*FETCHES, Code.LOCKED),
)
def snapshot(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    deadline: Deadline = 120.0,
    accept_smaller: Annotated[
        bool, typer.Option("--accept-smaller", help=_("believe a configuration that lost a third or more"))
    ] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Store what changed; a second run over the same devices stores nothing."""
    from bitools.net.verbs import track

    context = Context.of(ctx, json=json, dry_run=dry_run)
    chosen = selected(context, devices, site, role, group)
    with context.console.working(_("fetching {count} devices …").format(count=len(chosen))):
        document = track.snapshot(context.run, chosen, deadline=deadline, accept_smaller=accept_smaller)
    context.finish(document, net_text.snapshot, quiet=True)


@app.command(
    help=describe(
        _("Say what changed; nothing is stored."),
        "bitools net diff --site merkez",
        "bitools net diff --against startup",
        "bitools net diff --files old.cfg new.cfg --platform cisco_ios --exit-code",
    ),
    epilog=exit_codes(*FETCHES, Code.DIFFERENT),
)
def diff(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    against: Annotated[
        Literal["snapshot", "startup", "intended"], typer.Option(help=_("what to compare with"))
    ] = "snapshot",
    offline: Annotated[
        bool, typer.Option("--offline", help=_("the last two snapshots, no device is asked"))
    ] = False,
    start: Annotated[str, typer.Option("--from", metavar="REV|DATE", help=_("from this stored state"))] = "",
    end: Annotated[str, typer.Option("--to", metavar="REV|DATE", help=_("to this stored state"))] = "",
    between: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help=_("the last snapshots of two devices"))
    ] = None,
    files: Annotated[
        tuple[Path, Path] | None, typer.Option(metavar="OLD NEW", help=_("two files; needs no inventory"))
    ] = None,
    platform: Annotated[str, typer.Option(help=_("the platform of the files"))] = "",
    severity: Annotated[
        Literal["info", "warning", "critical"], typer.Option(help=_("only changes that weigh so much"))
    ] = "info",
    deadline: Deadline = 120.0,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=_("4 if there is a difference"))] = False,
    form: Annotated[
        Literal["text", "unified", "json", "html"], typer.Option("--format", help=_("how to show it"))
    ] = "text",
    json: JsonFlag = False,
) -> None:
    """Compare two sides, whichever two they are."""
    from bitools.net.decisions import likeness
    from bitools.net.verbs import differences

    _one_question(files=files, between=between, stored=offline or start or end, against=against != "snapshot")
    context = Context.of(ctx, json=json or form == "json")
    record = not (files or between or offline or start or end)
    if files:
        if not platform:
            raise Usage(_("--files needs --platform"), hint="bitools net platforms")
        document = differences.files(context.document(differences.SCHEMA), *files, platform)
    elif between:
        one, other = (context.inventory.select_devices([name])[0] for name in between)
        document = differences.between(context.run, one, other)
    elif offline or start or end:
        chosen = selected(context, devices, site, role, group)
        document = differences.then(context.run, chosen, start, end)
    else:
        from bitools.net.verbs import drift

        chosen = selected(context, devices, site, role, group)
        with context.console.working(_("fetching {count} devices …").format(count=len(chosen))):
            document = drift.now(context.run, chosen, against=against, deadline=deadline)
    document.items = likeness.at_least(document.items, severity)
    document.changed = any(item["changes"] for item in document.items)
    show = net_text.html if form == "html" else net_text.unified if form == "unified" else net_text.diff
    code = Code.DIFFERENT if exit_code and document.changed else None
    context.finish(document, show, record=record, code=code)


def _one_question(*, files: object, between: object, stored: object, against: object) -> None:
    """Raise Usage if two pairs of sides are to be compared at once: only one would be, silently."""
    sides = {"--files": files, "--between": between, "--offline/--from/--to": stored, "--against": against}
    given = [name for name, wish in sides.items() if wish]
    if len(given) > 1:
        message = _("these do not go together: {options}").format(options=", ".join(given))
        raise Usage(message, hint="bitools net diff --help")


@app.command(
    help=describe(
        _("List the stored changes, newest first."),
        "bitools net history sw-merkez-01",
        "bitools net history --since 2026-11-01 --author mehmet",
    ),
    epilog=exit_codes(Code.INVALID),
)
def history(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    since: Annotated[str, typer.Option(metavar="DATE", help=_("not older than"))] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help=_("not newer than"))] = "",
    author: Annotated[str, typer.Option(help=_("changed by"))] = "",
    unreviewed: Annotated[
        bool, typer.Option("--unreviewed", help=_("only changes that nobody has reviewed"))
    ] = False,
    most: Annotated[int, typer.Option("--limit", min=0, help=_("so many at most; 0 is all"))] = 0,
    json: JsonFlag = False,
) -> None:
    """Read the history; asks no device."""
    from bitools.net.verbs import past

    context = Context.of(ctx, json=json)
    named = devices or site or role or group
    chosen = selected(context, devices, site, role, group) if named else []
    document = past.log(
        context.run,
        chosen,
        since=since,
        until=until,
        author=author,
        most=most,
        only_unreviewed=unreviewed,
    )
    context.finish(document, net_text.history, record=False)


@app.command(
    help=describe(
        _("Show a stored configuration; secrets are hashes."),
        "bitools net show sw-merkez-01",
        "bitools net show sw-merkez-01 --at 2026-11-01",
    ),
    epilog=exit_codes(Code.INVALID),
)
def show(
    ctx: typer.Context,
    device: Annotated[str, typer.Argument(help=_("the device"))],
    at: Annotated[str, typer.Option("--at", "--rev", metavar="REV|DATE", help=_("as it was then"))] = "",
    json: JsonFlag = False,
) -> None:
    """Read one configuration from the history."""
    from bitools.net.verbs import past

    context = Context.of(ctx, json=json)
    document = past.show(context.run, context.inventory.select_devices([device])[0], at)
    context.finish(document, net_text.texts, record=False)


@app.command(
    help=describe(
        _("Pin the host keys of devices, after you have compared the fingerprints."),
        "bitools net trust",
        "bitools net trust --replace sw-merkez-01",
    ),
    epilog=exit_codes(Code.PARTIAL, Code.REFUSED, Code.INVALID, Code.UNREACHABLE),
)
def trust(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    replace: Annotated[
        list[str] | None,
        typer.Option(metavar="DEVICE", help=_("a swapped device: its new key replaces the old")),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Look, show, ask, pin."""
    from bitools.net.verbs import trust as trusting

    context = Context.of(ctx, json=json, dry_run=dry_run)
    chosen = selected(context, [*(devices or []), *(replace or [])], site, role, group)
    document = context.run.document("bitools.net.trust/1")
    shown = trusting.look(context.run, chosen, document)
    fresh = [one for one in shown if one.status == "new" or one.device.name in (replace or [])]
    if fresh and not yes and not json:
        net_text.fingerprints(context.console, fresh)
    if fresh:
        question = ng("Trust this key?", "Trust these {count} keys?", len(fresh)).format(count=len(fresh))
        context.confirm(question, yes)
    trusting.pin(context.run, shown, document, replace or [])
    for one in shown:
        if one.status == "changed" and one.device.name not in (replace or []):
            message = _("the key changed: {fingerprint}").format(fingerprint=one.key.fingerprint)
            hint = _("a swapped device? then: bitools net trust --replace {device}").format(
                device=one.device.name
            )
            document.fail(Refused(message, hint=hint, reason="host_key"), one.device.name)
    context.finish(document, net_text.trust, quiet=not document.changed)


@app.command(
    help=describe(
        _("List the platforms, and what each is proven by."),
        "bitools net platforms",
        "bitools net platforms --json",
    ),
    epilog=exit_codes(Code.INVALID),
)
def platforms(ctx: typer.Context, json: JsonFlag = False) -> None:
    """The shipped platforms and those of the inventory's own folder, if there is an inventory."""
    from bitools import platforms as known

    context = Context.of(ctx, json=json)
    own = context.inventory_folder / "platforms"
    document = context.document("bitools.net.platforms/1")
    for name in known.names(own):
        one = known.load(name, own)
        document.items.append(
            {
                "platform": name,
                "title": one.title,
                "evidence": one.evidence,
                "proof": one.proof,
                "netmiko": one.netmiko,
                "exec": one.exec,
            }
        )
    context.finish(document, net_text.platforms, record=False)


@app.command(
    help=describe(
        _("Print the intended configuration of devices, from your templates."),
        "bitools net render sw-merkez-01",
        "bitools net render --group access",
    ),
    epilog=exit_codes(Code.PARTIAL, Code.INVALID),
)
def render(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    json: JsonFlag = False,
) -> None:
    """Render only; `net diff --against intended` compares."""
    from bitools.net.verbs import intended

    context = Context.of(ctx, json=json)
    document = intended.render(context.run, selected(context, devices, site, role, group))
    context.finish(document, net_text.texts, record=False)


app.command(
    help=describe(
        _("Find lines in what devices have, or ever had; asks no device."),
        "bitools net search 'permit .* any any'",
        "bitools net search --account ayse.yilmaz",
        "bitools net search 10.10.99.6 --history --site merkez",
    ),
    epilog=exit_codes(Code.DIFFERENT, Code.REFUSED, Code.INVALID),
)(net_search.search)

app.command(
    help=describe(
        _("Hold the newest snapshots against the rules; asks no device."),
        "bitools net check --site merkez",
        "bitools net check --format junit",
    ),
    epilog=exit_codes(Code.PARTIAL, Code.DIFFERENT, Code.INVALID),
)(net_check.check)

app.command(
    help=describe(
        _("Mark changes as reviewed; what nobody has reviewed stays on the report."),
        "bitools net ack --list",
        'bitools net ack 6184f6b246 --reason "planned, ticket 2026/114"',
    ),
    epilog=exit_codes(Code.REFUSED, Code.INVALID),
)(net_acknowledge.ack)
