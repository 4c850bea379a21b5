"""`bitools status`, and `bitools` alone on a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import typer

from bitools.cli import evidence
from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _, ng, short_time

if TYPE_CHECKING:
    from bitools.documents.status import StandingItem
    from bitools.state import Document

_MARKS = {"well": ("✓", "green"), "attention": ("✗", "red"), "unset": ("·", "dim")}


@command(
    _("Show on one screen how today stands; ends with 4 if something needs a person."),
    "bitools status",
    "bitools status --json",
    codes=(Code.DIFFERENT, Code.INVALID, Code.INTEGRITY),
)
def status(ctx: typer.Context, json: JsonFlag = False) -> None:
    """Told from what past runs found: nothing is connected to."""
    from bitools import status
    from bitools.doctor import step

    context = Context.of(ctx, json=json)
    document: Document[StandingItem] = context.document("bitools.status/1")
    inventory, jobs = context.inventory, context.jobs
    whole = evidence.prove(context, document)
    broken = [failure["error"] for failure in document.failed]
    document.items = [
        status.item(one) for one in status.status(jobs, inventory, context.state, broken, context.started)
    ]
    waiting = [item["next"] for item in document.items if item["next"]]
    begin = step.following(jobs, inventory, ()) if step.described_nothing(jobs, inventory) else ""
    document.more["next"] = begin or (waiting[0] if waiting else "")
    code = Code.DIFFERENT if waiting or begin else None
    context.finish(document, _show, record=False, code=code if whole else Code.INTEGRITY)


def _show(console: Console, document: Document[StandingItem]) -> None:
    from bitools.documents.status import titles

    named = titles()
    width = max(map(len, named.values()))
    for item in document.items:
        mark, style = _MARKS[item["stand"]]
        for line in _lines(item, f"{mark} {named[item['part']]:<{width}}  ", console.width):
            console.line(line, style)
    if document.more["next"]:
        console.line(_("next: {step}").format(step=document.more["next"]), "bold")
    else:
        console.line(_("all is well"))


def _lines(item: StandingItem, begin: str, width: int) -> list[str]:
    """One part; what does not fit beside its name stands under it."""
    text = item["text"]
    if item["since"]:
        text += " " + _("(since {time})").format(time=short_time(item["since"]))
    if item["more"]:
        text += " " + ng("(+{count} more)", "(+{count} more)", item["more"]).format(count=item["more"])
    return textwrap.wrap(
        begin + text,
        width or len(begin + text) + 1,
        subsequent_indent=" " * len(begin),
        break_long_words=False,
        break_on_hyphens=False,
    )
