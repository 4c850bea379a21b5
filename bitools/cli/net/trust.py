"""`bitools net trust`: pin the host keys of devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.cli.net import text
from bitools.cli.net.options import Devices, GroupOption, RoleOption, SiteOption, TagOption, selected
from bitools.errors import Code, Refused
from bitools.i18n import _, ng

if TYPE_CHECKING:
    from bitools.documents.net import TrustItem
    from bitools.state import Document


@command(
    _("Pin the host keys of devices, after you have compared the fingerprints."),
    "bitools net trust",
    "bitools net trust --replace sw-merkez-01",
    "bitools net trust sw-merkez-01 --yes --fingerprint SHA256:…",
    codes=(Code.PARTIAL, Code.REFUSED, Code.INVALID, Code.UNREACHABLE),
)
def trust(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    tag: TagOption = "",
    replace: Annotated[
        list[str] | None,
        typer.Option(metavar="DEVICE", help=_("a swapped device: its new key replaces the old")),
    ] = None,
    fingerprint: Annotated[
        str,
        typer.Option(metavar="SHA256:…", help=_("pin nothing but this key"), show_default=False),
    ] = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Look, show, ask, pin."""
    from bitools.net.verbs import trust

    context = Context.of(ctx, json=json, dry_run=dry_run)
    chosen = selected(context, [*(devices or []), *(replace or [])], site, role, group, tag)
    document: Document[TrustItem] = context.run.document("bitools.net.trust/1")
    shown = trust.look(context.run, chosen, document)
    if fingerprint:
        shown = trust.only(shown, fingerprint, document)
    fresh = [one for one in shown if one.status == "new" or one.device.name in (replace or [])]
    if fresh and not yes and not json:
        text.fingerprints(context.console, fresh)
    if fresh:
        question = ng("Trust this key?", "Trust these {count} keys?", len(fresh)).format(count=len(fresh))
        context.confirm(question, yes)
    trust.trust(context.run, shown, document, replace or [])
    for one in shown:
        if one.status == "changed" and one.device.name not in (replace or []):
            message = _("the key changed: {fingerprint}").format(fingerprint=one.key.fingerprint)
            hint = _("a swapped device? then: bitools net trust --replace {device}").format(
                device=one.device.name
            )
            document.fail(Refused(message, hint=hint, reason="host_key"), one.device.name)
    context.finish(document, text.trust, quiet=not document.changed)
