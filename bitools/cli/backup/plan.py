"""`bitools backup plan`: what stays, what goes, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup.options import Names
from bitools.cli.backup.text import short_id, shown_time, words
from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.backup_admin import PlanItem
    from bitools.state import Document


@command(
    _("Say what is kept and what would be forgotten, with a reason for every snapshot."),
    "bitools backup plan",
    "bitools backup plan mis-db --at 2027-01-01",
    "bitools backup plan mis-db --simulate 3y",
    codes=(Code.PARTIAL, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE),
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
    from bitools import moments
    from bitools.backup.verbs import plan

    context = Context.of(ctx, json=json)
    this = context.run
    datasets = this.inventory.select_datasets(names or [])
    when = this.moment(at) if at else None
    ahead = moments.span(simulate) if simulate else None
    context.finish(plan.plan(this, datasets, when, ahead), _show_plan, record=False)


def _show_plan(console: Console, document: Document[PlanItem]) -> None:
    for name in dict.fromkeys(item["dataset"] for item in document.items):
        items = [item for item in document.items if item["dataset"] == name]
        kept = sum(item["keep"] for item in items)
        text = _("{name}: {kept} stay, {gone} go").format(name=name, kept=kept, gone=len(items) - kept)
        console.line(text, "bold")
        rows = [
            (
                shown_time(item["time"]),
                short_id(item["snapshot"]) or _("imagined"),
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


def _why(item: PlanItem) -> str:
    """The reasons in the reader's language."""
    named = words()
    told = {
        "superseded": _("{tier} {period} has a later one"),
        "beyond": _("{tier} {period} is no longer kept"),
        "stands_for": "{tier} {period}",
        "wanted_by_copy": _("{by} is still to get it"),
        "newest_proven": _("the newest one is not proven yet"),
    }
    return "; ".join(
        told.get(reason["word"], named.get(reason["word"], reason["word"])).format(
            tier=named.get(reason["tier"], reason["tier"]), period=reason["period"], by=reason["by"]
        )
        for reason in item["why"]
    )
