"""A cell of a list as it was meant, whatever a keyboard, a spreadsheet or a code page made of it. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from bitools.user.decisions.names import fold

_WORD = re.compile(r"[^\W_]+")
# UTF-8 that was read as Windows-1254 or Latin-1, question marks for letters, what could not be read at all
_GARBLED = re.compile(r"\ufffd|\w\?|\?\w|[ÃÄÅÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŸ‘’“”•–—˜™š›œ]")


def clean(cell: str) -> str:
    """A cell as it was meant: without signs that nobody sees, entities of a web page, a footnote's number."""
    if cell.isascii() and cell.isprintable() and not set("&'=") & set(cell):
        return " ".join(cell.split())
    text = html.unescape(cell)
    seen = [_digit(one) for one in text if unicodedata.category(one) != "Cf" and not _raised(one)]
    text = " ".join("".join(seen).split()).removeprefix("'")
    quoted = re.fullmatch(r'="(.*)"', text)
    return (quoted[1] if quoted else text).strip()


def garbled(text: str) -> bool:
    """Were its letters lost on the way, or are they of another script and only look right?"""
    if text.isascii():
        return "?" in text and bool(_GARBLED.search(text))
    foreign = (one for one in text if one.isalpha() and not unicodedata.name(one, "").startswith("LATIN"))
    return bool(_GARBLED.search(text) or any(foreign))


@lru_cache(maxsize=8192)  # one leaver's name, and every cell, are asked about again and again
def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(_WORD.findall(fold(text)))


def compact(text: str) -> str:
    """The words in one, without leading zeros."""
    return "".join(words(text)).lstrip("0")


def misspelt(one: str, other: str) -> bool:
    """Are these one word but for a letter that is left out or typed twice, two in wrong order, or its vowels?

    A letter for another makes other names (`Kaya`, `Kara`), but for long words.
    """
    short, long = sorted((one, other), key=len)
    if len(short) > 2 and short == re.sub("[aeiou]", "", long):
        return True
    if len(short) < 4 or len(long) - len(short) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[:at] + short[at : at + 2][::-1] + short[at + 2 :]
    return swapped == long or (len(long) > 6 and short[at + 1 :] == long[at + 1 :])


def _digit(character: str) -> str:
    """Digits of any script are digits; all else stays as it is."""
    return str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character


def _raised(character: str) -> bool:
    return unicodedata.decomposition(character).startswith("<super>")
