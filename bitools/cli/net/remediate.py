"""`bitools net remediate`: the commands that would mend it; nothing is typed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.net import text_change
from bitools.cli.net.options import (
    FETCHES,
    Deadline,
    Devices,
    GroupOption,
    RoleOption,
    SiteOption,
    TagOption,
    selected,
)
from bitools.errors import Code, Usage
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.net_change import RemediateItem
    from bitools.inventory.network import Device
    from bitools.state import Document


@command(
    _("Say which commands would mend it; nothing is typed."),
    "bitools net remediate --site merkez",
    "bitools net remediate sw-merkez-01 --against 2026-11-20 --out plan.json",
    "bitools net remediate --files now.cfg wanted.cfg --platform cisco_ios",
    codes=(*FETCHES, Code.DIFFERENT, Code.REFUSED),
)
def remediate(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    tag: TagOption = "",
    against: Annotated[
        str,
        typer.Option(metavar="intended|REV|DATE|FILE", help=_("what they should have"), show_default=False),
    ] = "intended",
    files: Annotated[
        tuple[Path, Path] | None, typer.Option(metavar="OLD NEW", help=_("two files; needs no inventory"))
    ] = None,
    platform: Annotated[str, typer.Option(help=_("the platform of the files"))] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PLAN", help=_("write the plan into this file"))
    ] = None,
    deadline: Deadline = 120.0,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=_("4 if there are commands"))] = False,
    json: JsonFlag = False,
) -> None:
    """Plan, predict and judge."""
    from bitools.net.verbs import remediate

    context = Context.of(ctx, json=json)
    if files and against != remediate.INTENDED:
        raise Usage(_("these do not go together: {options}").format(options="--files, --against"))
    if files:
        if not platform:
            raise Usage(_("--files needs --platform"), hint="bitools net platforms")
        empty: Document[RemediateItem] = context.document(remediate.SCHEMA)
        document = remediate.files(empty, *files, platform)
    else:
        chosen = selected(context, devices, site, role, group, tag)
        document = _fetched(context, chosen, against, deadline)
    if out:
        remediate.write_plan(document, _author(context), out)
    code = Code.DIFFERENT if exit_code and document.changed else None
    context.finish(document, text_change.remediate, record=not files, code=code)


def _fetched(
    context: Context, chosen: list[Device], against: str, deadline: float
) -> Document[RemediateItem]:
    from bitools.net.verbs import remediate

    with context.console.working(_("fetching {count} devices …").format(count=len(chosen))):
        return remediate.remediate(context.run, chosen, against=against, deadline=deadline)


def _author(context: Context) -> str:
    from bitools.ledger import actor

    return actor(context.environ)
