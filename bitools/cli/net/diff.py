"""`bitools net diff`: what is different, whichever two sides are compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.net import text
from bitools.cli.net.options import (
    FETCHES,
    Deadline,
    Devices,
    GroupOption,
    RoleOption,
    SiteOption,
    TagOption,
    TranscriptOption,
    selected,
)
from bitools.errors import Code, Usage
from bitools.i18n import _

ShowSecrets = Annotated[
    bool, typer.Option("--show-secrets", help=_("do not mask secrets of the files; only on a terminal"))
]

if TYPE_CHECKING:
    from bitools.documents.net import DiffItem
    from bitools.documents.words import Severity
    from bitools.inventory.network import Device
    from bitools.state import Document


@command(
    _("Say what changed; nothing is stored."),
    "bitools net diff --site merkez",
    "bitools net diff --against startup",
    "bitools net diff --files old.cfg new.cfg --platform cisco_ios --exit-code",
    codes=(*FETCHES, Code.DIFFERENT),
)
def diff(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    tag: TagOption = "",
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
    show_secrets: ShowSecrets = False,
    severity: Annotated[
        Literal["info", "warning", "critical"], typer.Option(help=_("only changes that weigh so much"))
    ] = "info",
    deadline: Deadline = 120.0,
    transcript: TranscriptOption = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=_("4 if there is a difference"))] = False,
    form: Annotated[
        Literal["text", "unified", "json", "html"], typer.Option("--format", help=_("how to show it"))
    ] = "text",
    json: JsonFlag = False,
) -> None:
    """Compare two sides, whichever two they are."""
    from bitools.net.verbs import diff_stored

    _one_question(files=files, between=between, stored=offline or start or end, against=against != "snapshot")
    context = Context.of(ctx, json=json or form == "json")
    record = not (files or between or offline or start or end)
    if files:
        _able_to_compare_files(context, platform, show_secrets)
        empty: Document[DiffItem] = context.document(diff_stored.SCHEMA)
        document = diff_stored.files(empty, *files, platform, show_secrets=show_secrets)
    elif between:
        one, other = (context.inventory.select_devices([name])[0] for name in between)
        document = diff_stored.between(context.run, one, other)
    elif offline or start or end:
        chosen = selected(context, devices, site, role, group, tag)
        document = diff_stored.then(context.run, chosen, start, end)
    else:
        chosen = selected(context, devices, site, role, group, tag)
        document = _fetched(context, chosen, against, deadline, transcript)
    _only(document, severity)
    show = text.html if form == "html" else text.unified if form == "unified" else text.diff
    code = Code.DIFFERENT if exit_code and document.changed else None
    context.finish(document, show, record=record, code=code)


def _fetched(
    context: Context, chosen: list[Device], against: str, deadline: float, transcript: Path | None
) -> Document[DiffItem]:
    from bitools.net.verbs import diff

    with context.console.working(_("fetching {count} devices …").format(count=len(chosen))):
        return diff.diff(context.run, chosen, against=against, deadline=deadline, transcript=transcript)


def _only(document: Document[DiffItem], severity: Severity) -> None:
    """Leave lesser changes out, and say how many they were."""
    from bitools.net.decisions.comparison import grouping

    every = sum(len(item["changes"]) for item in document.items)
    document.items = grouping.at_least(document.items, severity)
    if hidden := every - sum(len(item["changes"]) for item in document.items):
        document.more["hidden"] = hidden
    document.changed = any(item["changes"] for item in document.items)


def _able_to_compare_files(context: Context, platform: str, show_secrets: bool) -> None:
    """Raise Usage if their platform is not named, or if secrets would go into a file, a pipe or a log."""
    if not platform:
        raise Usage(_("--files needs --platform"), hint="bitools net platforms")
    if show_secrets and (context.console.json or not context.console.interactive):
        raise Usage(_("--show-secrets works on a terminal only"), hint=_("without it secrets are hashes"))


def _one_question(*, files: object, between: object, stored: object, against: object) -> None:
    """Raise Usage if two pairs of sides are to be compared at once: only one would be, silently."""
    sides = {"--files": files, "--between": between, "--offline/--from/--to": stored, "--against": against}
    given = [name for name, wish in sides.items() if wish]
    if len(given) > 1:
        message = _("these do not go together: {options}").format(options=", ".join(given))
        raise Usage(message, hint="bitools net diff --help")
