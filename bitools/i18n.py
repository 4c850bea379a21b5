"""Turkish and English for people. Machines get English keys and ISO 8601, never this module.

The language is chosen once, before the command tree is built, because help texts are read at import. So is
the zone that every time is shown in, as soon as an inventory says which: this machine's is nobody's.
Catalogue: `locale/tr/LC_MESSAGES/bitools.po`; English is the source language.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
from functools import cache
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
_zone: tzinfo | None = None
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
    _catalogue = _read(language)


@cache  # a run speaks one language to its terminal, and another one on every slip it writes
def _read(language: str) -> gettext.NullTranslations:
    return gettext.translation("bitools", _LOCALE, [language], fallback=True)


def language() -> str:
    """The language in use."""
    return _language


def use_zone(zone: tzinfo | None) -> None:
    """Show every time in this zone from now on; in the offset that it has, if there is none."""
    global _zone
    _zone = zone


@contextmanager
def spoken(language: str, zone: tzinfo | None = None) -> Iterator[None]:
    """Speak another language for a while, in another zone: mails follow the inventory, not the terminal."""
    before, there = _language, _zone
    use(language)
    use_zone(zone or there)
    try:
        yield
    finally:
        use(before)
        use_zone(there)


def _(message: str) -> str:
    """Translate a message; placeholders are filled by the caller with `.format(...)`."""
    return _catalogue.gettext(message) if message else ""


def ng(singular: str, plural: str, count: int) -> str:
    """Translate a counted message. Turkish has one form after a numeral."""
    return _catalogue.ngettext(singular, plural, count)


def lower(text: str) -> str:
    """Lower case as Turkish writes it: İ→i, I→ı. For display only, never for comparing."""
    return text.replace("İ", "i").replace("I", "ı").lower()


def system_words(error: OSError) -> str:
    """What the system says of an error (errno(3)), in our language; what is rare stays English."""
    said = error.strerror or str(error)
    return {
        "No such file or directory": _("No such file or directory"),
        "Permission denied": _("Permission denied"),
        "Operation not permitted": _("Operation not permitted"),
        "Is a directory": _("Is a directory"),
        "Not a directory": _("Not a directory"),
        "File exists": _("File exists"),
        "File name too long": _("File name too long"),
        "Directory not empty": _("Directory not empty"),
        "Too many levels of symbolic links": _("Too many levels of symbolic links"),
        "No space left on device": _("No space left on device"),
        "Disk quota exceeded": _("Disk quota exceeded"),
        "Read-only file system": _("Read-only file system"),
        "Input/output error": _("Input/output error"),
        "Connection refused": _("Connection refused"),
        "Connection reset by peer": _("Connection reset by peer"),
        "Connection timed out": _("Connection timed out"),
        "No route to host": _("No route to host"),
        "Network is unreachable": _("Network is unreachable"),
        "Name or service not known": _("Name or service not known"),
        "Temporary failure in name resolution": _("Temporary failure in name resolution"),
        "timed out": _("timed out"),
    }.get(said, said)


def certificate_words(said: str) -> str:
    """What OpenSSL says of a certificate (X509_verify_cert_error_string(3)), in our language."""
    mismatch = "mismatch, certificate is not valid for '"
    if mismatch in said:
        return _("it was issued for another name than {name}").format(name=said.split("'")[1])
    return {
        "self signed certificate": _("it is signed by itself alone"),
        "self signed certificate in certificate chain": _("its CA is not known here"),
        "unable to get local issuer certificate": _("its CA is not known here"),
        "unable to get issuer certificate": _("its CA is not known here"),
        "unable to verify the first certificate": _("its CA is not known here"),
        "certificate has expired": _("it has expired"),
        "certificate is not yet valid": _("it is not valid yet: are the clocks right?"),
    }.get(said.replace("self-signed", "self signed"), said)


def plain(text: str) -> str:
    """For comparing what people type: small letters without Turkish ones, one blank between words."""
    return " ".join(text.translate(ASCII).lower().split())


def here(moment: str | datetime) -> datetime:
    """A moment, or ISO 8601 as documents hold it, in the zone that times are shown in.

    Raise ValueError for what is no time.
    """
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.astimezone(_zone) if _zone and found.tzinfo else found


def long_date(moment: str | datetime) -> str:
    """`22 Kasım 2026 16:05` or `22 November 2026 16:05`."""
    found, months = here(moment), MONTHS[LANGUAGES.index(_language)]
    return f"{found.day} {months[found.month - 1]} {found.year} {found:%H:%M}"


def short_time(moment: str | datetime, *, seconds: bool = False) -> str:
    """For a table: `22.11.2026 16:05`, in English `2026-11-22 16:05`; empty for an empty text."""
    if not moment:
        return ""
    found = here(moment)
    clock = f"{found.hour:02}:{found.minute:02}"
    return f"{short_date(found)} {clock}:{found.second:02}" if seconds else f"{short_date(found)} {clock}"


def short_date(moment: str | date) -> str:
    """The day: `22.11.2026`, in English `2026-11-22`; empty for an empty text. A day alone has no zone."""
    if not moment:
        return ""
    found: date
    if isinstance(moment, str) and len(moment) == len("2026-11-22"):
        found = date.fromisoformat(moment)
    elif isinstance(moment, str | datetime):
        found = here(moment)
    else:
        found = moment
    if _language == "tr":  # a table has thousands: strftime(3) takes four times as long
        return f"{found.day:02}.{found.month:02}.{found.year}"
    return f"{found.year}-{found.month:02}-{found.day:02}"


def month_name(month: int) -> str:
    """`Kasım` or `November`; 1 is January."""
    return MONTHS[LANGUAGES.index(_language)][month - 1]


def tiers() -> dict[str, str]:
    """The tiers of backups as people call them, the shortest first."""
    return {
        "hourly": _("hourly"),
        "daily": _("daily"),
        "weekly": _("weekly"),
        "monthly": _("monthly"),
        "quarterly": _("quarterly"),
        "biannual": _("half-yearly"),
        "yearly": _("yearly"),
    }


def percent(share: float) -> str:
    """A share of 1: `%98,7` in Turkish, `98.7%` in English."""
    text = number(share * 100, 1)
    return f"%{text}" if _language == "tr" else f"{text}%"


def number(value: float, digits: int = 0) -> str:
    """`1.234,5` in Turkish, `1,234.5` in English."""
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if _language == "tr" else text
