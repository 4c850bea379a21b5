"""What is to be done to a machine, from what was found there. Pure.

Everything is a step that says what was there before and what will be; a step that would change nothing is
none, so a second run has nothing to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bitools.inventory.lists import IMPORTED
from bitools.inventory.names import CACHE
from bitools.owned import ACCOUNT, AUDITORS

RUNNERS, PRIMARY = "bitools", "_bitools"  # who may run it; the account's own group, which nobody else is in
_SEARCHED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Kind = Literal["group", "account", "state", "owner", "rights", "folder", "file", "remove", "run"]


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose a file is, by names where there are some, and its mode."""

    owner: str
    group: str
    mode: int

    def __str__(self) -> str:
        return f"{self.owner}:{self.group} {self.mode:04o}"

    @classmethod
    def read(cls, text: str) -> Ownership:
        """What such a text says."""
        names, _blank, mode = text.partition(" ")
        owner, _colon, group = names.partition(":")
        return cls(owner, group, int(mode, 8))


_IMPORTED = Ownership(ACCOUNT, PRIMARY, 0o640)  # the one file of the inventory that the account writes


@dataclass(frozen=True, slots=True)
class Observed:
    """The machine as it is. `state` is None where there is none yet; `files` has what is there already."""

    groups: frozenset[str]
    account: str  # the account's primary group; empty where there is no account
    state: Ownership | None
    secrets: Mapping[Path, Ownership] = field(default_factory=dict)
    readable: Mapping[Path, Ownership] = field(default_factory=dict)  # what the account has to read
    files: Mapping[Path, str] = field(default_factory=dict)
    names: Ownership | None = None  # the folder of names for completion
    rights: Mapping[Path, tuple[str, str]] = field(
        default_factory=dict
    )  # logs: what is, what the account lacks
    stale: Sequence[Path] = ()  # units of an earlier installation that nobody wants any more


@dataclass(frozen=True, slots=True)
class Step:
    """One change. `content` is for a file; `words` are a command's."""

    kind: Kind
    target: str
    before: str = ""
    after: str = ""
    content: str = ""
    mode: int = 0o644
    words: tuple[str, ...] = ()


def plan(
    observed: Observed, folder: Path, wanted: Mapping[Path, tuple[str, int]], auditors: str = AUDITORS
) -> list[Step]:
    """The steps that make the state in `folder` the account's. `wanted`: files with content and mode."""
    groups = (RUNNERS, PRIMARY, auditors)
    steps = [Step("group", name, after="--system") for name in groups if name not in observed.groups]
    if not observed.account:
        steps.append(Step("account", ACCOUNT, after=f"{PRIMARY} {folder}"))
    ours = Ownership(ACCOUNT, PRIMARY, 0o750)
    if observed.state != ours:
        steps.append(Step("state", str(folder), str(observed.state or ""), str(ours)))
    names = Ownership(ACCOUNT, RUNNERS, 0o2750)  # for completion: its files are the group's to read
    if observed.names != names:
        steps.append(Step("folder", str(CACHE), str(observed.names or ""), str(names)))
    for path, found in sorted(observed.readable.items()):  # folders first, then what lies in them
        is_ours = path.match(IMPORTED)
        steps += _owned(path, found, _IMPORTED if is_ours else _readable(found))
    for path, found in sorted(observed.secrets.items()):
        steps += _owned(path, found, Ownership("root", PRIMARY, 0o640))
    steps += [Step("rights", str(path), was, lacks) for path, (was, lacks) in sorted(observed.rights.items())]
    for path, (content, mode) in sorted(wanted.items()):
        if observed.files.get(path) != content:
            there = "there" if path in observed.files else ""
            steps.append(Step("file", str(path), there, f"{mode:04o}", content, mode))
            if path.match(IMPORTED):
                steps.append(Step("owner", str(path), f"root:root {mode:04o}", str(_IMPORTED)))
    return steps + [Step("remove", str(path), "there") for path in sorted(observed.stale)]


def _owned(path: Path, found: Ownership, wanted: Ownership) -> list[Step]:
    return [] if found == wanted else [Step("owner", str(path), str(found), str(wanted))]


def _readable(found: Ownership) -> Ownership:
    """Root's, nobody else's to write, and the account's to read: as everybody, else by its group."""
    mode = found.mode & ~0o022
    if mode & 0o004:
        return Ownership("root", found.group, mode)
    return Ownership("root", PRIMARY, mode | 0o040 | (0o010 if mode & 0o100 else 0))


def undo(
    made: Sequence[str],
    changed: Mapping[str, str],
    written: Sequence[str],
    rights: Mapping[str, str],
    above: Sequence[str],
    folder: Path,
) -> list[Step]:
    """The steps back: `made` names groups and the account, `changed` whose each file was before; `above` are
    folders that were made for what was written, which go if nothing else is in them.
    """
    steps = [  # files, then folders
        Step(
            "remove", name, "there", words=tuple(str(one) for one in Path(name).parents if str(one) in above)
        )
        for name in sorted(written, reverse=True)
    ]
    steps += [Step("rights", path, "there", words=(before,)) for path, before in sorted(rights.items())]
    steps += [Step("owner", path, "", before) for path, before in sorted(changed.items())]
    steps.append(Step("state", str(folder), "", str(Ownership("root", "root", 0o750))))
    steps += [Step("account", ACCOUNT, "there")] if ACCOUNT in made else []
    groups = [name for name in made if name == PRIMARY or name.startswith("group ")]
    return steps + [Step("group", name, "there") for name in groups]


def sudoers(program: str, auditors: str, audited: Sequence[tuple[str, str]]) -> str:
    """The drop-in: members of RUNNERS run this program, nothing else, as the account (sudoers(5)).

    Descriptors of named files stay open, language and width cross, passwords at prompts are in no log.
    Nothing else of the caller's environment does, whatever sudoers says of others: no path, no mask of modes.
    Members of `auditors` run the `audited` commands, which show and prove what was recorded.
    """
    keep = "LANG LANGUAGE LC_ALL LC_MESSAGES BITOOLS_LANG NO_COLOR COLUMNS TERM"
    where = _escaped(program)
    rights = f"ALL=({ACCOUNT}) NOPASSWD:NOLOG_INPUT:NOLOG_OUTPUT:"
    proofs = [f"{where} {' '.join(words)}{more}" for words in audited for more in ("", " *")]
    return "\n".join(
        (
            "# written by `bitools setup`, which replaces it",
            f"Defaults!{where} env_reset, !setenv",
            f'Defaults!{where} secure_path="{_SEARCHED}"',
            f'Defaults!{where} env_keep = "{keep}"',
            f"Defaults!{where} umask=0027, umask_override",
            f"Defaults!{where} closefrom_override",
            f"Defaults!{where} !requiretty",
            f"%{RUNNERS} {rights} {where}",
            f"%{_escaped(auditors)} {rights} {', '.join(proofs)}",
            "",
        )
    )


def _escaped(word: str) -> str:
    return "".join(f"\\{one}" if one in "\\ ,:=*?[]" else one for one in word)
