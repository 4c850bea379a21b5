"""User names from people's names, by table: the same on every machine and in every locale.

The rule: the first given name, a point, the whole surname; both in ASCII letters and digits. Punctuation and
blanks separate words; the surname's words are joined. What is longer than allowed becomes initial, point,
surname, and is cut. A taken name gets 2, 3, … in place of its tail. Titles are not recognised.

A letter is turned into ASCII by the table below, else by its canonical decomposition (é → e). Compatibility
forms (Ａ, ﬁ, ª), other scripts and invisible characters are refused with their code point: they are how two
accounts come to look alike.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from functools import lru_cache

from bitools.errors import Usage
from bitools.i18n import _

SAM_LIMIT = 20  # sAMAccountName of a user: learn.microsoft.com win32/ADSchema/a-samaccountname
PATTERN = "{given}.{surname}"

# Letters that Unicode does not decompose into ASCII, or not as people write them.
_LETTERS = str.maketrans(
    "çÇğĞıIİöÖşŞüÜâÂîÎûÛəƏøØđĐðÐłŁħĦ", "ccggiiioossuuaaiiuueeooddddllhh"
) | str.maketrans({"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"})
_UPPER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_INVISIBLE = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


def username(given: str, surname: str, pattern: str = PATTERN, limit: int = SAM_LIMIT) -> str:
    """The login a person gets if nobody has it yet; `pattern` knows {given}, {surname} and {initial}.

    Raise Usage, naming the code point, if a character has no place in a name or no ASCII form.
    """
    first, *_more = name_words(given, _("given name"))
    family = "".join(name_words(surname, _("surname")))
    long = pattern.format(given=first, surname=family, initial=first[0])
    short = pattern.format(given=first[0], surname=family, initial=first[0])
    return (long if len(long) <= limit else short[:limit]).rstrip(".-_")


def numbered(name: str, number: int, limit: int = SAM_LIMIT) -> str:
    """The name with a number in place of its tail; number 1 is the name itself."""
    tail = str(number) if number > 1 else ""
    return name[: limit - len(tail)] + tail


def choose(name: str, taken: Container[str], limit: int = SAM_LIMIT) -> str:
    """The first of name, name2, name3, … that is not taken; `taken` holds folded names."""
    number = 1
    while fold(numbered(name, number, limit)) in taken:
        number += 1
    return numbered(name, number, limit)


def name_words(text: str, field: str) -> list[str]:
    """The words of a name in lower-case ASCII. Raise Usage if there are none, or for a refused character."""
    ascii_text = "".join(_ascii(character, field) for character in normal(text, field))
    found = ascii_text.split()
    if not found:
        raise Usage(_("the {field} has no letter in it").format(field=field))
    return found


def normal(text: str, field: str) -> str:
    """The text as it may be stored: composed (NFC), single blanks, nothing invisible.

    Raise Usage, naming the code point, for control, format, private and unassigned characters.
    """
    for character in text:
        if unicodedata.category(character) in _INVISIBLE:
            raise _refused(_("the {field} holds an invisible character, {code}"), field, character)
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(name: str) -> str:
    """A name as a Windows directory compares it, or more coarsely: two names that fold alike may collide.

    Windows takes accented letters for their bare ones (björn = bjorn: Samba bug 14847); Samba does not. All
    four Turkish i are one here, so that no server's casing matters.
    """
    if name.isascii():
        return name.lower()
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).translate(_LETTERS))
    letters = "".join(character for character in bare if not unicodedata.combining(character))
    return letters.casefold().translate(_LETTERS)


@lru_cache(maxsize=1024)  # of letters; what is refused is not remembered
def _ascii(character: str, field: str) -> str:
    """One character of a composed name: ASCII letters or digits, or a blank for what separates words."""
    if unicodedata.category(character)[0] in "PSZ":
        return " "
    bare = unicodedata.normalize("NFD", character.translate(_LETTERS))
    letters = "".join(mark for mark in bare if unicodedata.category(mark) != "Mn").translate(_UPPER)
    if not letters.isascii() or not (letters.isalnum() or unicodedata.category(character) == "Mn"):
        raise _refused(
            _('the {field} holds "{character}" ({code}), which has no ASCII form'), field, character
        )
    return letters


def _refused(message: str, field: str, character: str) -> Usage:
    code = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
    return Usage(
        message.format(field=field, character=character, code=code),
        hint=_("type the name in Latin letters; copied text can hold letters that only look right"),
        reason="character",
    )
