"""How tiers, times and sizes of backups are shown."""

from __future__ import annotations

from bitools.i18n import LANGUAGES, _, number, plain, short_time, spoken, tiers


def words() -> dict[str, str]:
    """Tiers and reasons as people call them."""
    return {
        **tiers(),
        "newest": _("newest"),
        "newest_complete": _("newest complete"),
        "pinned": _("pinned"),
        "quarantined": _("its time is not believed"),
        "future": _("dated in the future"),
        "young": _("younger than a day"),
        "suspicious": _("suspected"),
        "files_gone": _("files are gone"),
        "folder_gone": _("folders are gone"),
        "unmounted": _("something is not mounted"),
        "bytes_gone": _("bytes are gone"),
        "dump_shrunk": _("the dump shrank"),
        "tables_gone": _("tables are gone from the dump"),
        "table_emptied": _("tables were emptied"),
        "database_gone": _("databases are gone"),
        "dump_unlike": _("the dump begins otherwise"),
        "renamed": _("files were renamed"),
        "random": _("files look encrypted"),
    }


def spellings(word: str) -> set[str]:
    """What people call it in each language, as `i18n.plain` writes it."""
    found = set()
    for language in LANGUAGES:
        with spoken(language):
            found.add(plain(words()[word]))
    return found


def shown_time(text: str) -> str:
    """A document's time for people, to the minute; it is in the inventory's zone already."""
    return short_time(text)


def short_id(snapshot: str | None) -> str:
    """The snapshot's id as restic shows it; empty if there is none."""
    return (snapshot or "")[:8]


def shown_size(count: float) -> str:
    """Bytes as people read them."""
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{number(size, 0 if unit == 'B' else 1)} {unit}"
        size /= 1024
    return f"{number(size, 1)} TiB"
