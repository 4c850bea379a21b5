"""Tables that a terminal of any width can show. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

_BETWEEN = 2  # blanks between columns
_UNDER = "    "  # how far what does not fit stands in, under its row


def lines(cells: Sequence[Sequence[str]], width: int = 0) -> Iterator[tuple[int, str]]:
    """Each line with the number of its row: aligned columns, nothing cut off.

    Where a row does not fit into `width` (0: any does), the last columns go under it: words stay whole, an
    id or an address is never broken.
    """
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    beside = _fitting(widths, width)
    form = (" " * _BETWEEN).join(f"{{:<{one}}}" for one in widths[:beside])
    for number, row in enumerate(cells):
        yield number, form.format(*row[:beside]).rstrip()
        if rest := " · ".join(filter(None, row[beside:])):
            for line in textwrap.wrap(
                rest, width - len(_UNDER), break_long_words=False, break_on_hyphens=False
            ):
                yield number, _UNDER + line


def folded(text: str, width: int) -> list[str]:
    """A sentence in lines that fit, words whole; what goes on stands in."""
    inside = text[: len(text) - len(text.lstrip())] + _UNDER
    if not width or len(text) <= width:
        return [text]
    return textwrap.wrap(
        text, width, subsequent_indent=inside, break_long_words=False, break_on_hyphens=False
    )


def _fitting(widths: Sequence[int], width: int) -> int:
    """How many columns stand beside each other; the first always does."""
    used = 0
    for count, one in enumerate(widths):
        used += one + (_BETWEEN if count else 0)
        if width and used > width and count:
            return count
    return len(widths)
