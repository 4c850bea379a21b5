"""Personnel numbers as spreadsheets and people write them: one's own, another's, or not to be known. Pure."""

from __future__ import annotations

import re
import unicodedata

from bitools.user.decisions import days
from bitools.user.decisions.cells import clean, compact, garbled, words
from bitools.user.decisions.names import fold

_IDENTITY_NUMBER = re.compile(r"[1-9]\d{10}")  # a citizen's, which no personnel number is
_LABELS = frozenset("sicil no nu num numara numarasi numarali nolu personel per id".split())
_PLACES = frozenset("kat oda blok bina depo servis birim salon sube adet dahili tel telefon gsm cep".split())
_LISTED = re.compile(r"^[ .]$|[,;/&+]|\b(?:ve|veya|and)\b")  # between two numbers that are no range
_SHORTENED = re.compile(r"(\d+)(?:[.,](\d+))?\s*E\s*\+?(\d{1,3})", re.IGNORECASE)
_FORMULA = re.compile(r"[=+@](?=[^\W\d_]+\w*[(\d:!])|\d\s*(?:[x×*]\s*10|\^)")


def same_number(cell: str, number: str) -> bool:
    """Does the cell hold this personnel number, whatever a spreadsheet or a hand made of it?

    Leading zeros do not count, nor do blanks, points and letters that one side has left out; `42.0`,
    `42 / 57`, `OO42`, `P42` and `Sicil: 0042` hold 42. One that was shortened (`1,2346E+10`) is every number
    that it may have been.
    """
    text = clean(cell)
    if not number or not text:
        return False
    digits = re.sub(r"\D", "", number)
    if digits and any(_rounded(int(digits), found) for found in _SHORTENED.finditer(text)):
        return True
    whole = re.sub(r"(?<=\d)[.,]0{1,2}$", "", text)  # 42.0, 42,00; but 42.000 may be a thousand times it
    thousands = re.fullmatch(r"\d{1,3}([.,]\d{3})+", whole)
    joined = re.sub(r"(?<=\d) (?=\d)", "", whole)
    ours, theirs = _tokens(number), [] if thousands else [*_tokens(whole), *_tokens(joined)]
    bare = " ".join(word for word in words(whole) if word not in _LABELS)
    if compact(number) in (compact(whole), compact(bare), compact(re.sub(r"[.,]0+$", "", whole))):
        return True
    fitting = any(_one_number(one, other) for one in ours for other in theirs)
    return (len(ours) == 1 or len({*theirs}) == 1) and fitting


def _rounded(number: int, found: re.Match[str]) -> bool:
    """Is this what a spreadsheet shows for the number?"""
    places = max(len((found[1] + (found[2] or "")).lstrip("0")), 1) - 1
    return f"{number:.{places}e}" == f"{float(f'{found[1]}.{found[2] or 0}e{found[3]}'):.{places}e}"


def comparable(text: str, number: str) -> bool:
    """Is this a number like theirs, so that it can be said to be another's?"""
    if not number or not _tokens(text) or "?" in text or garbled(text) or _FORMULA.search(text):
        return False
    if any(unicodedata.category(one) in ("Nl", "No") for one in text):  # Ⅳ2, ④2, ½: what was meant by them?
        return False
    if text.startswith(("=", "#")) or _day_like(text) or _PLACES & set(words(text)):
        return False
    between = re.fullmatch(r"\D*(\d+)(\D+)(\d+)\D*", text)
    if between and number.isdigit() and not _LISTED.search(between[2]):
        return not int(between[1]) <= int(number) <= int(between[3])
    digits, own = compact(text), compact(number)
    if whole := _SHORTENED.fullmatch(text):
        digits = f"{float(f'{whole[1]}.{whole[2] or 0}e{whole[3]}'):.0f}"
    if digits.isdigit() and len(digits) >= 9 and len(own) < 9:  # a telephone, a tax number
        return False
    return not (_IDENTITY_NUMBER.fullmatch(digits) and len(own) != 11)


def _day_like(text: str) -> bool:
    """A spreadsheet takes `5-12` for a day, and shows `05.Ara` or 5.12.2026."""
    if re.search(r"\d[./ -]", text) and re.search(r"\d{4}", text) and days.day(text):
        return True
    found = re.fullmatch(r"\d{1,2}[ .-]*([a-z]{3,7})|([a-z]{3,7})[ .-]*\d{1,2}", fold(text))
    return bool(found and days.month(found[1] or found[2]))


def _one_number(ours: str, theirs: str) -> bool:
    """Are these two words one number? Letters count if both have some."""
    if ours == theirs:
        return True
    bare = [re.sub(r"[^\d]", "", one).lstrip("0") for one in (ours, theirs)]
    return bare[0] == bare[1] and (ours.isdigit() or theirs.isdigit())


def _tokens(text: str) -> list[str]:
    """The words with a digit in them, without leading zeros; `O` and `l` among digits are digits."""
    found = []
    for word in words(text):
        if not any(map(str.isdigit, word)):
            continue
        typed = word.replace("o", "0").replace("l", "1").replace("i", "1")
        bare = re.sub(r"(?<!\d)0+(?=\d)", "", typed if typed.isdigit() else word)
        found += [bare] if bare != "0" else []
    return found
