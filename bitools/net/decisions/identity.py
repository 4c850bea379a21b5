"""Is it the device that answered last time? Its name and serial number, as its configuration shows them."""

from __future__ import annotations

from bitools.net.decisions.grammar import Grammar


def differs(before: str, text: str, compiled: Grammar) -> tuple[str, str] | None:
    """What it was called and what it is called now; None if both say the same, or one says nothing.

    Either is enough: a copied virtual machine keeps its serial number, a replaced switch its name.
    """
    was, now = claimed(before, compiled), claimed(text, compiled)
    for kind in ("serial", "name"):
        if was.get(kind) and now.get(kind) and was[kind] != now[kind]:
            return was[kind], now[kind]
    return None


def claimed(text: str, compiled: Grammar) -> dict[str, str]:
    """`name` and `serial`, each as it is shown first."""
    found: dict[str, str] = {}
    for pattern in compiled.identity:
        if match := pattern.search(text):
            for kind, value in match.groupdict().items():
                found.setdefault(kind, value or "")
    return found
