"""How the answers of many devices look to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitools.i18n import _, ng

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.net_run import AnswerItem
    from bitools.state import Document

_NAMED = 10  # devices that are named of those who answer as most do
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def run(console: Console, document: Document[AnswerItem]) -> None:
    """The commonest answer, then the others: whole, or what differs from it."""
    for number, item in enumerate(document.items):
        names = item["devices"] if number else item["devices"][:_NAMED]
        more = len(item["devices"]) - len(names)
        count = ng("{count} device", "{count} devices", len(item["devices"])).format(
            count=len(item["devices"])
        )
        console.sentence(f"{count}: {', '.join(names)}" + (f" (+{more})" if more else ""), "bold")
        _answer(console, item)
        console.line()
    if document.items:
        different = len(document.items)
        text = ng("{count} answer", "{count} different answers", different)
        console.line(text.format(count=different), "yellow" if different > 1 else "dim")


def _answer(console: Console, item: AnswerItem) -> None:
    for line in item["diff"].splitlines() if "diff" in item else ():
        console.line(f"  {line}", _STYLES.get(line[:1], ""))
    if "diff" in item:
        return
    if not item["output"]:
        console.line("  " + _("(nothing)"), "dim")
    for line in item["output"].splitlines():
        console.line(f"  {line}")
