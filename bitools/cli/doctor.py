"""`bitools doctor`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.state import Document

_MARKS = {"good": ("✓", "green"), "warning": ("!", "yellow"), "missing": ("✗", "red")}


def doctor(ctx: typer.Context, json: JsonFlag = False) -> None:
    """Exit 4 if something is missing: a machine that cannot do its inventory's jobs is not set up."""
    from bitools import doctor as examination

    context = Context.of(ctx, json=json)
    findings = examination.examine(context.inventory, context.state)
    document = context.document("bitools.doctor/1")
    document.items = [asdict(finding) for finding in findings]
    missing = any(finding.grade == "missing" for finding in findings)
    context.finish(document, _show, record=False, code=Code.DIFFERENT if missing else None)


def _show(console: Console, document: Document) -> None:
    for item in document.items:
        mark, style = _MARKS[item["grade"]]
        console.line(f"{mark} {item['name']}: {item['text']}", style)
        if item["hint"]:
            console.line(f"    → {item['hint']}")
    if all(item["grade"] == "good" for item in document.items):
        console.line(_("nothing is missing"))
