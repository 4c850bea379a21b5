"""`bitools net run`: ask devices what they show."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.net import text_run
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
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Ask devices what they show; equal answers together. It only reads."),
    "bitools net run 'show version' sw-merkez-01",
    "bitools net run 'show running-config | include ntp' --group access --differs",
    codes=(Code.DIFFERENT, *FETCHES),
)
def run(
    ctx: typer.Context,
    asked: Annotated[
        str, typer.Argument(metavar="COMMAND", help=_("what to type, words written out, in quotes"))
    ],
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    tag: TagOption = "",
    platform: Annotated[str, typer.Option("--platform", help=_("only devices of this platform"))] = "",
    differs: Annotated[
        bool, typer.Option("--differs", help=_("show only what differs from the commonest answer"))
    ] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=_("exit 4 if the answers differ"))] = False,
    deadline: Deadline = 120.0,
    transcript: TranscriptOption = None,
    json: JsonFlag = False,
) -> None:
    """Type a command that only reads; whatever else is refused before anything is sent."""
    from bitools.net.verbs import run

    context = Context.of(ctx, json=json)
    chosen = selected(context, devices, site, role, group, tag, platform)
    with context.console.working(_("asking {count} devices …").format(count=len(chosen))):
        document = run.run(
            context.run, asked, chosen, differs=differs, deadline=deadline, transcript=transcript
        )
    code = Code.DIFFERENT if exit_code and len(document.items) > 1 else None
    context.finish(document, text_run.run, code=code)
