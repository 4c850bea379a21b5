"""`bitools net history`: what was stored, when and by whom."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.net import text
from bitools.cli.net.options import Devices, GroupOption, RoleOption, SiteOption, TagOption, selected
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("List the stored changes, newest first."),
    "bitools net history sw-merkez-01",
    "bitools net history --since 2026-11-01 --author mehmet",
    "bitools net history 'sw-kat*' --patch --limit 3",
    codes=(Code.INVALID,),
)
def history(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    tag: TagOption = "",
    since: Annotated[str, typer.Option(metavar="DATE", help=_("not older than"))] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help=_("not newer than"))] = "",
    author: Annotated[str, typer.Option(help=_("changed by"))] = "",
    unreviewed: Annotated[
        bool, typer.Option("--unreviewed", help=_("only changes that nobody has reviewed"))
    ] = False,
    patch: Annotated[
        bool, typer.Option("--patch", "-p", help=_("show the lines that came and went"))
    ] = False,
    most: Annotated[int, typer.Option("--limit", min=0, help=_("so many at most; 0 is all"))] = 0,
    json: JsonFlag = False,
) -> None:
    """Read the history; asks no device."""
    from bitools.net.verbs import history

    context = Context.of(ctx, json=json)
    named = devices or site or role or group or tag
    chosen = selected(context, devices, site, role, group, tag) if named else []
    document = history.history(
        context.run,
        chosen,
        since=since,
        until=until,
        author=author,
        most=most,
        only_unreviewed=unreviewed,
        patch=patch,
    )
    context.finish(document, text.history, record=False)
