"""`bitools net ack`: say that a change has been looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.cli.net.options import GroupOption, RoleOption, SiteOption, TagOption, selected
from bitools.errors import Code, Usage
from bitools.i18n import _, ng, short_time

if TYPE_CHECKING:
    from bitools.documents.net import AckItem
    from bitools.state import Document


@command(
    _("Mark changes as reviewed; what nobody has reviewed stays on the report."),
    "bitools net ack --list",
    'bitools net ack 6184f6b246 --reason "planlı çalışma, talep 2026/114"',
    codes=(Code.REFUSED, Code.INVALID),
)
def ack(
    ctx: typer.Context,
    changes: Annotated[
        list[str] | None,
        typer.Argument(metavar="CHANGE", help=_("commits of the history"), show_default=False),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help=_("why; it is recorded"))] = "",
    all_: Annotated[bool, typer.Option("--all", help=_("all that nobody has reviewed"))] = False,
    listing: Annotated[bool, typer.Option("--list", help=_("list what nobody has reviewed"))] = False,
    device: Annotated[list[str] | None, typer.Option(help=_("only this device; may be repeated"))] = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    tag: TagOption = "",
    until: Annotated[str, typer.Option(metavar="DATE", help=_("not newer than"))] = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """List, or mark."""
    from bitools.net.verbs import ack

    context = Context.of(ctx, json=json, dry_run=dry_run)
    if bool(changes) + all_ + listing != 1:
        raise Usage(_("either CHANGE, or --all, or --list"), hint="bitools net ack --help")
    chosen = selected(context, device, site, role, group, tag) if device or site or role or group else []
    if listing:
        context.finish(ack.unreviewed(context.run, chosen, until), _show, record=False)
    if not reason.strip():
        raise Usage(_("a review needs --reason"))
    if changes:
        commits = ack.named(context.run, changes)
    else:
        commits = ack.waiting(context.run, chosen, until)
        question = ng("Mark {count} change as reviewed?", "Mark {count} changes as reviewed?", len(commits))
        if commits:
            context.confirm(question.format(count=len(commits)), yes)
    context.finish(ack.ack(context.run, commits, reason), _show, quiet=True)


def _show(console: Console, document: Document[AckItem]) -> None:
    words = {
        "unreviewed": _("not reviewed"),
        "reviewed": _("reviewed"),
        "unchanged": _("unchanged"),
        "planned": _("planned"),
    }
    rows = [
        [
            item["commit"][:10],
            short_time(item["time"]),
            item["device"],
            item["author"] or "?",
            words[item["status"]],
        ]
        for item in document.items
    ]
    if rows:
        console.table([_("commit"), _("time"), _("device"), _("author"), _("status")], rows)
