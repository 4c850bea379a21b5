"""`bitools net render`: the intended configuration of devices."""

from __future__ import annotations

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.net import text
from bitools.cli.net.options import Devices, GroupOption, RoleOption, SiteOption, TagOption, selected
from bitools.errors import Code
from bitools.i18n import _


@command(
    _("Print the intended configuration of devices, from your templates."),
    "bitools net render sw-merkez-01",
    "bitools net render --group access",
    codes=(Code.PARTIAL, Code.INVALID),
)
def render(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    tag: TagOption = "",
    json: JsonFlag = False,
) -> None:
    """Render only; `net diff --against intended` compares."""
    from bitools.net.verbs import render

    context = Context.of(ctx, json=json)
    document = render.render(context.run, selected(context, devices, site, role, group, tag))
    context.finish(document, text.texts, record=False)
