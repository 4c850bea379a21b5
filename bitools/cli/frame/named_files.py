"""The files that a command line names: who opens them, where the command runs as another account.

What a command reads is copied into memory, what it writes is kept in memory until it has ended: both cross
to the other account as descriptors (memfd_create(2)). So the caller's files are opened with the caller's
rights only, and the account's with the account's only. Whole folders cannot cross.
"""

from __future__ import annotations

import os
import secrets
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from bitools.cli.frame.parsed import Parameter, Parsed, is_argument, is_group, parsed
from bitools.cli.frame.usage import FLAGS, WITH_VALUE, names, tree_for
from bitools.errors import Refused
from bitools.i18n import _
from bitools.owned import DESCRIPTORS, called

# options, and commands whose argument is the file
_READ = {"--against", "--from", "--file", "--identity", "user sync", "inventory import", "ledger enter"}
_WRITTEN = {
    *"--bundle --csv --html --ledger-later --out --output --pdf --slip-to --text --transcript".split(),
    "ledger export",
}
_READ_HERE = {"--files"}  # by whoever asks: they need no account
STDIN = "/dev/stdin"
_PRIVATE = "--slip-to"  # a first password: for its reader alone, and never over another file
_LISTS = ("accounts",)  # arguments that are names, or a file that lists them
_MINE = {_PRIVATE, "--transcript"}  # for who asked alone
_TERMINAL = "-"
_TEXTS = (".cfg", ".conf", ".txt")  # how a configuration's file may be called beside the name of a commit


Use = Literal["read", "written", "folder"]  # what nobody described cannot cross, as a folder cannot


@dataclass(frozen=True, slots=True)
class Named:
    """One word that names a file: which of the line's words, and how much of it stands before the name."""

    position: int
    before: str
    path: Path
    use: Use
    private: bool = False
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """A file in memory that stands for one of the caller's."""

    named: Named
    descriptor: int


def named(words: Sequence[str]) -> list[Named]:
    """Every word of a command line whose value is a path, except the inventory's and the state's folder."""
    found: list[Named] = []
    for given in _given(words):
        if _is_file(given.one, given.command, given.value) and given.value != _TERMINAL:
            read = given.one.name in _LISTS or given.kinds & _READ
            use: Use = "read" if read else "written" if given.kinds & _WRITTEN else "folder"
            private, mine = _PRIVATE in given.kinds, bool(given.kinds & _MINE)
            found.append(Named(given.position, given.before, Path(given.value), use, private, mine))
    return found


def from_stdin(words: Sequence[str]) -> list[str]:
    """The line with standard input in the place of each `-` that is a file to be read."""
    line = list(words)
    for given in _given(words):
        if given.value == _TERMINAL and (given.one.name in _LISTS or given.kinds & (_READ | _READ_HERE)):
            line[given.position] = f"{given.before}{STDIN}"
    return line


class _Given(NamedTuple):
    """A value on a command line; `kinds`: its option's names, or for an argument its command's."""

    position: int
    before: str
    value: str
    one: Parameter
    kinds: set[str]
    command: str


def _given(words: Sequence[str]) -> Iterator[_Given]:
    """Each value, with what it is a value of."""
    command, at = _command(words)
    if command is None:
        return
    path = " ".join(islice(names(words), 2))
    options = {name: one for one in command.params for name in (*one.opts, *one.secondary_opts)}
    places = [one for one in command.params if is_argument(one)]
    for position, before, value, one in _values(words, at, options, places):
        kinds = {path} if is_argument(one) else set(one.opts)
        yield _Given(position, before, value, one, kinds, path)


def _is_file(one: Parameter, command: str, value: str) -> bool:
    """Is its value a file's name? An import reads addresses too, and accounts may be listed in one."""
    if command == "inventory import" and is_argument(one):
        return not value.startswith(("https://", "http://"))
    if one.name == "against":
        return "/" in value or value.endswith(_TEXTS)
    return one.type_descriptor.annotation is Path or (one.name in _LISTS and is_list(value))


def is_list(word: str) -> bool:
    """Is it no account's name, but a file that lists some?"""
    return "/" in word or word.endswith((".csv", ".txt"))


def _command(words: Sequence[str]) -> tuple[Parsed | None, int]:
    """The command that a line names, and the position of the first word behind its name."""
    command = parsed(tree_for(words))
    at = 0
    while at < len(words) and is_group(command):
        if words[at] in WITH_VALUE:
            at += 2
        elif words[at] in FLAGS or words[at].startswith("-"):
            at += 1
        elif (inner := command.commands.get(words[at])) is not None:
            command, at = inner, at + 1
        else:
            return None, at
    return (None if is_group(command) else command), at


def _values(
    words: Sequence[str], at: int, options: Mapping[str, Parameter], places: Sequence[Parameter]
) -> Iterator[tuple[int, str, str, Parameter]]:
    """Each value with its word's position, what stands before it in that word, and what it is a value of."""
    rest = [one for one in places for _time in range(max(one.nargs, 1))]
    plain = False
    while at < len(words):
        word = words[at]
        at += 1
        if plain or word in ("-", "") or not word.startswith("-"):
            if rest:
                yield at - 1, "", word, rest[0] if rest[0].nargs < 0 else rest.pop(0)
            continue
        plain = word == "--"
        before, value, one = _option(word, options)
        if one is not None and value:
            yield at - 1, before, value, one
        elif one is not None:
            for _time in range(one.nargs):
                yield at, "", words[at] if at < len(words) else "", one
                at += 1


def _option(word: str, options: Mapping[str, Parameter]) -> tuple[str, str, Parameter | None]:
    """The option in a word that takes a value, with what stands before the value there and the value."""
    if word.startswith("--"):
        name, mark, value = word.partition("=")
        one = options.get(name)
        return name + mark, value, None if one is None or one.is_flag else one
    for place in range(1, len(word)):
        one = options.get(f"-{word[place]}")
        if one is not None and not one.is_flag:
            return word[: place + 1], word[place + 1 :], one
    return word, "", None


def passed(words: Sequence[str]) -> tuple[list[str], list[Passed]]:
    """The line with descriptors in the place of files, and those. Raise Refused for a folder, OSError."""
    line, files = list(words), []
    for one in named(words):
        if one.use == "folder":
            raise Refused(
                _("{path}: a folder of yours cannot be used by the account that bitools runs as").format(
                    path=one.path
                ),
                hint=_("try: {command}").format(command=as_root(words)),
                reason="folder",
            )
        descriptor = _in_memory(one)
        files.append(Passed(one, descriptor))
        line[one.position] = f"{one.before}{DESCRIPTORS}/{descriptor}"
    return line, files


def _in_memory(one: Named) -> int:
    """A file in memory, with the content of one that is read. Raise Refused for a slip's that is there."""
    if one.private and os.path.lexists(one.path):
        raise Refused(
            _("the file exists already"), target=str(one.path), hint=_("name another with --slip-to")
        )
    content = one.path.read_bytes() if one.use == "read" else b""
    if one.use == "written" and not os.access(one.path.absolute().parent, os.W_OK | os.X_OK):
        raise Refused(
            _("the folder does not exist or cannot be written"), target=str(one.path.absolute().parent)
        )
    descriptor = os.memfd_create(str(one.path.absolute())[-200:], 0)
    with open(descriptor, "wb", closefd=False) as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def bring_home(files: Sequence[Passed], whole: bool) -> list[Path]:
    """Write what the command wrote to where it was wished for; nothing of a command that was cut off.

    Give the slips among it, which are not to stay.
    """
    slips = []
    for one in files:
        if one.named.use == "written" and whole and (size := os.fstat(one.descriptor).st_size):
            _write(one.named, os.pread(one.descriptor, size, 0))
            slips += [one.named.path.absolute()] if one.named.private else []
        os.close(one.descriptor)
    return slips


def _write(one: Named, content: bytes) -> None:
    path = one.path.absolute()
    if path.exists() and not path.is_file():  # /dev/stdout, a pipe
        path.write_bytes(content)
        return
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if one.mine else 0o640)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        if one.private:
            os.link(beside, path)  # never over another file
        else:
            beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def handed_over(words: Sequence[str]) -> dict[str, str]:
    """What the caller calls each file of this line that is a descriptor: its name in memory says it."""
    found = {}
    for one in named(words) if any(str(DESCRIPTORS) in word for word in words) else ():
        if one.path.parent == DESCRIPTORS:
            found[str(one.path)] = str(called(one.path))
    return found


def as_root(words: Sequence[str]) -> str:
    """The same command with root's rights."""
    return f"sudo bitools {shlex.join(words)}"
