"""`bitools net snapshot`: fetch, and store what changed."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
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
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Fetch the configurations and store those that changed."),
    "bitools net snapshot",
    "bitools net snapshot sw-merkez-01 --json",
    codes=(*FETCHES, Code.LOCKED),
)
def snapshot(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    tag: TagOption = "",
    deadline: Deadline = 120.0,
    accept_smaller: Annotated[
        bool, typer.Option("--accept-smaller", help=_("believe a configuration that lost a third or more"))
    ] = False,
    accept_identity: Annotated[
        bool,
        typer.Option("--accept-identity", help=_("believe a device with another name or serial number")),
    ] = False,
    transcript: TranscriptOption = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Store what changed; a second run over the same devices stores nothing."""
    from bitools.net.verbs import snapshot

    context = Context.of(ctx, json=json, dry_run=dry_run)
    chosen = selected(context, devices, site, role, group, tag)
    with context.console.working(_("fetching {count} devices …").format(count=len(chosen))):
        document = snapshot.snapshot(
            context.run,
            chosen,
            deadline=deadline,
            accept_smaller=accept_smaller,
            accept_identity=accept_identity,
            transcript=transcript,
        )
    context.finish(document, text.snapshot, quiet=True)
