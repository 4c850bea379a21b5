"""What an administrator is told of a run that is not like those before it."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.backup.decisions.guards import accept_hint
from bitools.backup.decisions.suspicion import Suspicion
from bitools.errors import Refused
from bitools.i18n import _, number, percent
from bitools.inventory.backups import Dataset

_NAMED = 5  # folders, tables or databases


def suspected(dataset: Dataset, found: Sequence[Suspicion]) -> Refused:
    """The error for a run that is not like those before it."""
    words = {
        "folder_gone": _("{now} files are gone with their folders: {names}"),
        "unmounted": _("not mounted any more, or something else is there: {names}"),
        "table_emptied": _("tables that always had rows have none, or hardly any: {names}"),
        "database_gone": _("databases that were always there are gone: {names}"),
        "files_gone": _("{now} files, usually {usual}"),
        "bytes_gone": _("{now} bytes, usually {usual}"),
        "dump_shrunk": _("the dump has {now} bytes, usually {usual}"),
        "tables_gone": _("{now} tables, indexes and the like in the dump, usually {usual}"),
        "dump_unlike": _("the dump of {now} bytes does not begin as it usually does"),
        "renamed": _("{now} files are new, of usually {usual}"),
        "random": _("{now} of the changed files look encrypted or are not what their names say"),
    }
    told = []
    for one in found:
        shown = percent if one.reason == "random" else number
        text = words[one.reason].format(now=shown(one.now), usual=shown(one.usual), names=_names(one))
        within = one.names and one.reason in ("random", "renamed")
        told.append(_("{text} ({names})").format(text=text, names=_names(one)) if within else text)
    message = _("the source changed more than it ever does: {why}; nothing of it is forgotten")
    return Refused(
        message.format(why="; ".join(told)),
        target=dataset.name,
        hint=accept_hint(dataset.name),
        reason="suspicious",
    )


def _names(one: Suspicion) -> str:
    more = len(one.names) - _NAMED
    text = ", ".join(one.names[:_NAMED])
    return text + (_(" and {count} more").format(count=more) if more > 0 else "")
