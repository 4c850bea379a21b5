"""One folder or database, and where its backups lie."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bitools import process
from bitools.errors import Refused
from bitools.i18n import _
from bitools.init.beginning import Beginning, Described, Step, name_for
from bitools.init.switch import address, written
from bitools.inventory import add
from bitools.inventory.words import plain_word

_DATABASES = {"postgresql": 5432, "mysql": 3306}
_IMPORTANCE = "important"
_NO_DISKS = ("/proc", "/sys", "/dev")


def backup(beginning: Beginning) -> Described:
    """A data set, with a repository if there is none. Raise Refused if a program is missing."""
    inventory, answers = beginning.inventory(), beginning.answers
    given = answers.given.get("backup", "")
    named = [
        name
        for name, one in inventory.datasets.items()
        if given in (f"{one.type}:{getattr(one, 'database', '')}", *map(str, getattr(one, "paths", ())))
    ]
    if inventory.datasets and (not given or named):
        name = named[0] if named else next(iter(inventory.datasets))
        return Described(name, _steps(name), there=True)
    question = _("A folder (/srv/…), or postgresql:NAME, mysql:NAME, sqlite:/PATH (empty: later)")
    source = answers.text("backup", question, check=_source, empty=True)
    if not source:
        return Described()
    if not process.installed("restic"):
        raise Refused(_("restic is not installed"), hint="apt-get install restic", reason="missing")
    keys = _keys(beginning, source)
    beginning.begin("backups.yaml")
    keys["repository"] = _repository(beginning, source)
    keys["importance"] = _importance(beginning)
    where = source.rpartition(":")[2]
    name = _free(name_for(Path(where).stem, "belgeler"), set(inventory.datasets))
    add.put(
        "dataset",
        name,
        {key: keys[key] for key in ("type", "importance", "repository")} | keys,
        beginning.draft,
    )
    return Described(name, _steps(name))


def _steps(name: str) -> list[Step]:
    return [("backup", "run", name)]


def _free(name: str, taken: set[str]) -> str:
    number = 2
    wanted = name
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name


def _source(text: str) -> str:
    """What can be backed up. Raise ValueError, saying why it cannot."""
    kind, colon, rest = text.partition(":")
    if colon and kind in _DATABASES:
        if not rest or rest.startswith("-") or any(one.isspace() or one == "=" for one in rest):
            raise ValueError(_("a database is named without blanks: postgresql:mis"))
        return text
    path = Path(rest if kind == "sqlite" and colon else text).expanduser()
    if not path.is_absolute():
        raise ValueError(
            _("a whole path is expected, from / on; or postgresql:NAME, mysql:NAME, sqlite:/PATH")
        )
    if not os.access(path, os.R_OK) or not path.exists():
        raise ValueError(_("{path}: not there, or not to be read").format(path=path))
    if kind == "sqlite" and colon:
        return f"sqlite:{path}"
    if not path.is_dir():
        raise ValueError(_("{path}: a folder is expected").format(path=path))
    return str(path)


def _keys(beginning: Beginning, source: str) -> dict[str, Any]:
    kind, _colon, rest = source.partition(":")
    if source.startswith("/"):
        return {"type": "files", "paths": [source]}
    if kind == "sqlite":
        return {"type": kind, "path": rest}
    answers, port = beginning.answers, _DATABASES[kind]
    question = _("Where is the database server? ADDRESS or ADDRESS:PORT")

    def right(text: str) -> str:
        return written(*address(text, port))

    host, at = address(answers.text("backup-host", question, "127.0.0.1", right), port)
    keys: dict[str, Any] = {"type": kind, "database": rest, "host": host} | (
        {"port": at} if at != port else {}
    )
    keys["username"] = answers.text("backup-username", _("Who may read it?"), "yedek", plain_word)
    if password := answers.secret("backup-password", _("The password (unseen; empty: none)"), empty=True):
        keys["password"] = beginning.draft.secret(f"{kind}", password)
    return keys


def _repository(beginning: Beginning, source: str) -> str:
    """The name of the first repository that is no copy; one is begun where there is none."""
    there = [name for name, one in beginning.inventory().repositories.items() if one.copy_of is None]
    if there:
        return there[0]
    own = "/srv/restic/ana" if os.geteuid() == 0 else str(Path.home() / "restic" / "ana")
    question = _("Where do the backups lie? A folder, best on another disk; or sftp:…, rest:…, s3:…")
    location = beginning.answers.text(
        "repository", question, own, lambda text: _outside(_location(text), source)
    )
    keys = {"location": location, "password": beginning.draft.made("restic")}
    beginning.draft.put("backups.yaml", ("repositories",), "ana", keys)
    return "ana"


def _outside(location: str, source: str) -> str:
    """A folder that can hold backups. Raise ValueError for one inside what is backed up, or in no disk."""
    if not location.startswith("/"):
        return location
    place = Path(os.path.realpath(location))
    there = next(one for one in (place, *place.parents) if one.exists())
    if any(place.is_relative_to(one) for one in _NO_DISKS) or not there.is_dir():
        raise ValueError(_("{path}: backups cannot lie there").format(path=location))
    if not os.access(there, os.W_OK | os.X_OK):
        raise ValueError(_("{path}: not to be written").format(path=there))
    if source.startswith("/") and place.is_relative_to(os.path.realpath(source)):
        message = _("{path}: it lies in {folder}, which is backed up: each backup would hold those before it")
        raise ValueError(message.format(path=location, folder=source))
    return location


def _location(text: str) -> str:
    if "://" not in text and ":" not in text.partition("/")[0] and not text.startswith("/"):
        raise ValueError(_("a whole path is expected, from / on; or a location as restic writes it"))
    if not text.isprintable():
        raise ValueError(_("a line break or a control character has no place here"))
    return text


def _importance(beginning: Beginning) -> str:
    known = list(beginning.inventory().importance)
    return _IMPORTANCE if _IMPORTANCE in known else known[0]
