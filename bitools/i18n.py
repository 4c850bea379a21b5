"""Turkish and English for people. Machines get English keys and ISO 8601, never this module.

The language is chosen once, before the command tree is built, because help texts are read at import.
Catalogue: `locale/tr/LC_MESSAGES/bitools.po`; English is the source language.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

LANGUAGES = ("tr", "en")
_LOCALE = Path(__file__).with_name("locale")
MONTHS = (
    "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık".split(),
    "January February March April May June July August September October November December".split(),
)
# Turkish letters as plain ASCII: for logins, file names and terminals that know no Turkish.
ASCII = str.maketrans("çğıöşüÇĞİÖŞÜâîûÂÎÛ", "cgiosuCGIOSUaiuAIU")

_language = "en"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use(language: str) -> None:
    """Speak this language from now on; one of LANGUAGES.

    The command-line library's own words (`Usage:`, `Missing option`) are in the catalogue `library`; it looks
    them up through the default text domain, and for $LANGUAGE.
    """
    global _language, _catalogue
    _language = language
    gettext.bindtextdomain("library", _LOCALE)
    gettext.textdomain("library")
    _catalogue = gettext.translation("bitools", _LOCALE, [language], fallback=True)


def language() -> str:
    """The language in use."""
    return _language


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Speak another language for a while: mails follow the inventory, not the terminal."""
    before = _language
    use(language)
    try:
        yield
    finally:
        use(before)


def _(message: str) -> str:
    """Translate a message; placeholders are filled by the caller with `.format(...)`."""
    return _catalogue.gettext(message) if message else ""


def ng(singular: str, plural: str, count: int) -> str:
    """Translate a counted message. Turkish has one form after a numeral."""
    return _catalogue.ngettext(singular, plural, count)


def lower(text: str) -> str:
    """Lower case as Turkish writes it: İ→i, I→ı. For display only, never for comparing."""
    return text.replace("İ", "i").replace("I", "ı").lower()


def plain(text: str) -> str:
    """For comparing what people type: small letters without Turkish ones, one blank between words."""
    return " ".join(text.translate(ASCII).lower().split())


def long_date(moment: datetime) -> str:
    """`22 Kasım 2026 16:05` or `22 November 2026 16:05`, in the moment's own zone."""
    months = MONTHS[LANGUAGES.index(_language)]
    return f"{moment.day} {months[moment.month - 1]} {moment.year} {moment:%H:%M}"


def short_time(text: str, *, seconds: bool = False) -> str:
    """ISO 8601, as documents hold it, for a table: `22.11.2026 16:05`, in English `2026-11-22 16:05`."""
    return f"{short_date(text)} {text[11 : 19 if seconds else 16]}" if text else ""


def short_date(text: str) -> str:
    """The day of the same: `22.11.2026`, in English `2026-11-22`."""
    year, month, day = text[:4], text[5:7], text[8:10]
    return f"{day}.{month}.{year}" if _language == "tr" and text else text[:10]


def month_name(month: int) -> str:
    """`Kasım` or `November`; 1 is January."""
    return MONTHS[LANGUAGES.index(_language)][month - 1]


def percent(share: float) -> str:
    """A share of 1: `%98,7` in Turkish, `98.7%` in English."""
    text = number(share * 100, 1)
    return f"%{text}" if _language == "tr" else f"{text}%"


def number(value: float, digits: int = 0) -> str:
    """`1.234,5` in Turkish, `1,234.5` in English."""
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if _language == "tr" else text
