"""`bitools backup`: make what is due, see what is kept and why, bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bitools.cli import backup_proof, backup_upkeep
from bitools.cli.backup_text import Name, Names, short_id, shown_size, shown_time, words
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.help import describe, exit_codes
from bitools.errors import Code
from bitools.i18n import _, number

if TYPE_CHECKING:
    from bitools.state import Document

app = typer.Typer(
    no_args_is_help=True,
    help=describe(
        _("Keep backups in tiers, and bring them back."),
        "bitools backup run --tier daily",
        "bitools backup plan mis-db",
        "bitools backup restore belgeler --to /srv/geri",
    ),
    epilog=exit_codes(),
)
app.add_typer(backup_upkeep.app)
app.add_typer(backup_proof.app)


def _tier(value: str | None) -> str | None:
    """One of the tiers. The list is the inventory's; it is loaded only when a tier is given."""
    if value is None:
        return None
    from bitools.inventory.backups import TIERS

    if value == "biennial":
        raise typer.BadParameter(_('"biennial" is every two years; for every half-year say biannual'))
    if value not in TIERS:
        known = ", ".join(TIERS)
        raise typer.BadParameter(
            _('"{tier}" is no tier; the tiers are {known}').format(tier=value, known=known)
        )
    return value


@app.command(
    help=describe(
        _("Back up what is due, then forget what the policy lets go."),
        "bitools backup run",
        "bitools backup run --tier hourly",
        "bitools backup run mis-db --now --tag anlik",
    ),
    epilog=exit_codes(
        Code.PARTIAL,
        Code.REFUSED,
        Code.INVALID,
        Code.LOCKED,
        Code.CREDENTIALS,
        Code.UNREACHABLE,
        Code.REJECTED,
    ),
)
def run(
    ctx: typer.Context,
    names: Names = None,
    tier: Annotated[
        str | None,
        typer.Option(
            callback=_tier,
            metavar="TIER",
            help=_("only if due: hourly, daily, weekly, monthly, quarterly, biannual (half-yearly), yearly"),
        ),
    ] = None,
    now: Annotated[bool, typer.Option("--now", help=_("whether it is due or not"))] = False,
    tag: Annotated[str, typer.Option(metavar="TAG", help=_("a word to know it by"), show_default=False)] = "",
    no_forget: Annotated[bool, typer.Option("--no-forget", help=_("forget nothing afterwards"))] = False,
    confirm: Annotated[
        bool,
        typer.Option(
            "--confirm", help=_("after reading the plan: a mass drop, a new policy or mount is right")
        ),
    ] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Safe to run at any time: what is not due is skipped."""
    from bitools.backup.decisions.runs import proven_label
    from bitools.backup.verbs.rotation import rotate
    from bitools.backup.verbs.turn import Wish

    label = proven_label(tag)
    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    datasets = this.inventory.select_datasets(names or [])
    wish = Wish(tier or "", now, label, forget=not no_forget, confirmed=confirm)
    with context.console.working(_("backing up …")):
        document = rotate(this, datasets, wish)
    context.finish(document, _show_run, quiet=not dry_run)


def _show_run(console: Console, document: Document) -> None:
    named = {"complete": _("complete"), "partial": _("partial"), "skipped": _("skipped"), "due": _("due")}
    styles = {"complete": "green", "partial": "yellow", "skipped": "dim", "due": "cyan"}
    rows = [
        (item["dataset"], named[item["status"]], shown_size(item), short_id(item), _because(item))
        for item in document.items
    ]
    headings = [_("data set"), _("status"), _("size"), _("snapshot"), _("tiers")]
    console.table(headings, rows, [styles[item["status"]] for item in document.items])


def _because(item: dict[str, Any]) -> str:
    """The tiers a snapshot stands for, or why there is none."""
    tiers = ", ".join(words().get(tier, tier) for tier in item["tiers"])
    if item["reason"] == "covered":
        return _("{tiers}: covered since {time}").format(tiers=tiers, time=shown_time(item["time"]))
    if item["reason"] == "running":
        return _("another run is at it")
    if item["reason"] == "not_in_policy":
        return _("its policy has no such tier")
    return tiers


@app.command(
    help=describe(
        _("Say what is kept and what would be forgotten, with a reason for every snapshot."),
        "bitools backup plan",
        "bitools backup plan mis-db --at 2027-01-01",
        "bitools backup plan mis-db --simulate 3y",
    ),
    epilog=exit_codes(Code.PARTIAL, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE),
)
def plan(
    ctx: typer.Context,
    names: Names = None,
    at: Annotated[
        str, typer.Option(metavar="TIME", help=_("as if it were this time"), show_default=False)
    ] = "",
    simulate: Annotated[
        str,
        typer.Option(
            metavar="SPAN",
            help=_("what is there after so long without a miss: 10d, 8w, 6m, 3y"),
            show_default=False,
        ),
    ] = "",
    json: JsonFlag = False,
) -> None:
    """Nothing is changed."""
    from bitools.backup.decisions.moments import moment, span
    from bitools.backup.verbs.planning import plan as plan_for

    context = Context.of(ctx, json=json)
    this = context.run
    datasets = this.inventory.select_datasets(names or [])
    when = moment(at, this.inventory.settings.zone) if at else None
    ahead = span(simulate) if simulate else None
    context.finish(plan_for(this, datasets, when, ahead), _show_plan, record=False)


def _show_plan(console: Console, document: Document) -> None:
    for name in dict.fromkeys(item["dataset"] for item in document.items):
        items = [item for item in document.items if item["dataset"] == name]
        kept = sum(item["keep"] for item in items)
        text = _("{name}: {kept} stay, {gone} go").format(name=name, kept=kept, gone=len(items) - kept)
        console.line(text, "bold")
        rows = [
            (
                shown_time(item["time"]),
                short_id(item) or _("imagined"),
                _("stays") if item["keep"] else _("goes"),
                _why(item),
            )
            for item in items
        ]
        headings = [_("time"), _("snapshot"), "", _("why")]
        console.table(headings, rows, ["" if item["keep"] else "yellow" for item in items])
    for name, tiers in document.more["due"].items():
        if tiers:
            told = ", ".join(words()[tier] for tier in tiers)
            console.line(_("{name}: due now: {tiers}").format(name=name, tiers=told))


def _why(item: dict[str, Any]) -> str:
    """The reasons in the reader's language. A reason is a word, or a word, a tier, a period and a run."""
    named = words()
    told = []
    for reason in item["reasons"]:
        first, *rest = reason.split(" ")
        if first == "superseded":
            tier, period, _run = rest
            told.append(_("{tier} {period} has a later one").format(tier=named[tier], period=period))
        elif first == "beyond":
            tier, period = rest
            told.append(_("{tier} {period} is no longer kept").format(tier=named[tier], period=period))
        else:
            told.append(" ".join([named.get(first, first), *rest]))
    return "; ".join(told)


@app.command(
    name="list",
    help=describe(
        _("List the snapshots, or what is in a folder of one."),
        "bitools backup list",
        "bitools backup list belgeler --path /srv/belgeler/imar --at 2026-11-20",
    ),
    epilog=exit_codes(Code.PARTIAL, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE),
)
def list_(
    ctx: typer.Context,
    names: Names = None,
    path: Annotated[
        str, typer.Option(metavar="PATH", help=_("what is in this folder of a snapshot"), show_default=False)
    ] = "",
    at: Annotated[
        str,
        typer.Option(metavar="TIME", help=_("with --path: as it was then"), show_default=False),
    ] = "",
    json: JsonFlag = False,
) -> None:
    """Newest first."""
    from bitools.backup.decisions.moments import moment
    from bitools.backup.verbs.planning import browse, listing

    context = Context.of(ctx, json=json)
    this = context.run
    datasets = this.inventory.select_datasets(names or [])
    if at and not path:
        raise typer.BadParameter(_("--at goes with --path"))
    if not path:
        context.finish(listing(this, datasets), _show_list, record=False)
        return
    if len(datasets) != 1:
        raise typer.BadParameter(_("--path is of one data set: name it"))
    when = moment(at, this.inventory.settings.zone, end_of_day=True) if at else None
    context.finish(browse(this, datasets[0], path, when), _show_entries, record=False)


def _show_entries(console: Console, document: Document) -> None:
    rows = [
        (shown_time(item["time"]), shown_size(item) if item["type"] == "file" else item["type"], item["path"])
        for item in document.items
    ]
    console.table([_("time"), _("size"), _("path")], rows)


def _show_list(console: Console, document: Document) -> None:
    named = {"complete": _("complete"), "partial": _("partial")}
    rows = [
        (
            item["dataset"],
            shown_time(item["time"]),
            short_id(item),
            named[item["status"]],
            item["host"],
            " ".join([*item["labels"], *([_("pinned")] if item["pinned"] else [])]),
        )
        for item in document.items
    ]
    console.table([_("data set"), _("time"), _("snapshot"), _("status"), _("host"), _("labels")], rows)


@app.command(
    help=describe(
        _("Bring a data set back as it was, into a folder of its own."),
        "bitools backup restore belgeler --to /srv/geri",
        "bitools backup restore belgeler --to /srv/geri --at 2026-11-20 --path /srv/belgeler/imar",
        "bitools backup restore mis-db --into-database mis_eski --at 2026-06-30",
    ),
    epilog=exit_codes(
        Code.REFUSED, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED, Code.INTEGRITY
    ),
)
def restore(
    ctx: typer.Context,
    name: Name,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="DIR", help=_("an empty folder; it is made if need be"), show_default=False
        ),
    ] = None,
    into_database: Annotated[
        str,
        typer.Option(
            metavar="DATABASE", help=_("instead, a new database on the same server"), show_default=False
        ),
    ] = "",
    at: Annotated[
        str,
        typer.Option(
            metavar="TIME", help=_("as it was then; a date means the end of that day"), show_default=False
        ),
    ] = "",
    path: Annotated[
        str,
        typer.Option(metavar="PATH", help=_("only this file or folder, written in full"), show_default=False),
    ] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=_("into a folder that is not empty; files in it are replaced"))
    ] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Every file is read back after it was written."""
    from bitools.backup.decisions.moments import moment
    from bitools.backup.verbs.restoring import restore as bring_back
    from bitools.backup.verbs.restoring import restore_database

    if (to is None) == (not into_database) or (into_database and (path or overwrite)):
        raise typer.BadParameter(_("either --to DIR, with or without --path, or --into-database"))
    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    (dataset,) = this.inventory.select_datasets([name])
    when = moment(at, this.inventory.settings.zone, end_of_day=True) if at else None
    with context.console.working(_("restoring …")):
        if to is None:
            document = restore_database(this, dataset, into_database, at=when)
        else:
            document = bring_back(this, dataset, to, at=when, path=path, overwrite=overwrite)
    context.finish(document, _show_restore, quiet=True)


def _show_restore(console: Console, document: Document) -> None:
    for item in document.items:
        text = _("{name} of {time}, snapshot {snapshot}, to {folder}").format(
            name=item["dataset"], time=shown_time(item["time"]), snapshot=short_id(item), folder=item["to"]
        )
        if "tables" in item:
            text += ": " + _("{tables} tables, {rows} rows").format(
                tables=number(item["tables"]), rows=number(item["rows"])
            )
        if "files" in item:
            text += ": " + _("{files} files, {size}").format(
                files=number(item["files"]), size=shown_size(item)
            )
        console.line(text)
