"""A bare repository that git may be let loose on: it obeys nothing that lies in it but what bitools wrote.

What git takes for orders (gitrepository-layout(5), gitattributes(5), git-config(1)): a configuration names
programs, hooks are some, attributes choose them, a promisor or alternates fetch from elsewhere, grafts and
replacements show another history. None of it is ours, so it is set aside before git is started; and switched
off besides. Nobody else writes in the folders that were looked at, so it stays as it was found.
"""

from __future__ import annotations

import fnmatch
import os
from pathlib import Path

from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.state import State, write

HEAD = b"ref: refs/heads/main\n"
CONFIG = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
_EARLIER = CONFIG + b"\tsharedrepository = 1\n[receive]\n\tdenyNonFastforwards = true\n"  # of a group's store
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",  # git 2.45; the next line serves all others
    "GIT_ALLOW_PROTOCOL": "none",  # stronger than protocol.NAME.allow in a configuration
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_FLUSH": "0",  # it would write each commit by itself into the pipe, and we would read each
}
OPTIONS = (
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.attributesFile=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "protocol.allow=never",
    *("-c", "core.logAllRefUpdates=always"),  # where the branch was, should somebody move it
    *("-c", "gc.reflogExpire=never", "-c", "gc.reflogExpireUnreachable=never", "-c", "gc.pruneExpire=never"),
)
UMASK = 0o027  # for what git makes there
_PLAIN = {"grep": ("--no-textconv",)} | dict.fromkeys(
    ("diff", "log", "show"), ("--no-textconv", "--no-ext-diff")
)
# What git keeps in a bare repository as data; whatever else lies there is nothing it should see. Each file is
# written beside its place under another name first: X.lock, X.new, tmp_Y and .tmp-Y, X_ with six letters
# (lockfile.h, packed-backend.c, server-info.c of git 2.39).
_DATA = {
    (): (
        "HEAD",
        "config",
        "description",
        "info",
        "logs",
        "objects",
        "packed-refs*",
        "refs",
        "*.lock",
        "gc.*",
    ),
    ("info",): ("refs", "refs_??????", "*.lock"),
    ("objects",): ("[0-9a-f][0-9a-f]", "info", "pack", "tmp_*", "*.lock"),
    ("objects", "info"): ("packs", "packs_??????", "commit-graph*", "*.lock", "tmp_*"),
    ("objects", "pack"): ("pack-*.[!p]*", "pack-*.pack", "multi-pack-index*", "*tmp*", "tmp_*", "*.lock"),
    ("logs",): ("HEAD", "HEAD.lock", "refs"),
    ("logs", "refs"): ("heads",),
    ("logs", "refs", "heads"): ("main", "main.lock"),
    ("refs",): ("heads", "tags"),
    ("refs", "heads"): ("main", "main.lock"),
}


def prove(state: State, name: str) -> None:
    """Set aside whatever git would obey in the repository `name` of the state, and what is another's.

    Raise InventoryInvalid if a folder of it is not ours alone, IntegrityBroken if it cannot be moved.
    """
    for folder, known in _DATA.items():
        for entry in state.sweep(name, *folder):
            if not any(fnmatch.fnmatchcase(entry, pattern) for pattern in known):
                _refuse(state, name, *folder, entry)
    if not state.at(name, "HEAD").exists():
        return
    head = state.read(name, "HEAD")
    if head.startswith(b"ref: ") and head != HEAD:
        _refuse(state, name, "HEAD")  # whoever reads it with git alone would be shown another branch
        write(state.path(name, "HEAD"), HEAD)
    try:
        found = state.read(name, "config")
    except FileNotFoundError:
        found = b""
    if found != CONFIG:
        if found not in (b"", _EARLIER):
            _refuse(state, name, "config")
        write(state.path(name, "config"), CONFIG)


def harmless(command: str) -> tuple[str, ...]:
    """The options that keep a command of git from starting programs to show a text."""
    return _PLAIN.get(command, ())


def _refuse(state: State, *parts: str) -> None:
    why = _("git would obey it, and bitools did not write it")
    if not state.set_aside(why, *parts):
        file = state.folder.joinpath(*parts)
        hint = _("look at it, then move it away")
        raise IntegrityBroken(f"{file}: {why}", hint=hint, reason="repository")


def words(folder: Path) -> list[str]:
    """How every call of git on this repository begins, behind the program's name."""
    owner = folder.stat().st_uid if folder.exists() else os.geteuid()
    # Read by somebody who is neither its owner nor root's equal, an archive is still only read.
    trusted = ["-c", f"safe.directory={folder.resolve()}"] if owner == 0 != os.geteuid() else []
    return [*OPTIONS, *trusted, f"--git-dir={folder}"]
