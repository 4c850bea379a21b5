"""Written sessions: what a device of each platform prints, after its vendor's documents, and its serving.

A folder `PLATFORM#HARDWARE_SOFTWARE` holds `session.yaml` and `running.cfg`. In the configuration `«…»` marks
a secret, `‹…›` a secret that the device salts anew at every show, and `¬` begins a line that is not to be
stored. Only what `session.yaml` names is understood; anything else is answered with its `unknown`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import asyncssh
import yaml

from lab.museum import ENABLE_PASSWORD
from lab.switches.terminal import PAGE, Disconnected, Terminal

_SECRET = re.compile(r"«(?P<stable>[^»]*)»|‹(?P<salted>[^›]*)›")
_HEADING = re.compile(r"^# \$ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Secret:
    """A secret of a configuration; `salted` ones look new at every show."""

    text: str
    salted: bool


@dataclass(frozen=True)
class Written:
    """One written session. `said` is its `session.yaml`, `marked` its configuration with the marks."""

    folder: Path
    said: Mapping[str, Any]
    marked: str

    @classmethod
    def read(cls, folder: Path) -> Written:
        """From its folder."""
        said = yaml.load((folder / "session.yaml").read_text("utf-8"), yaml.CSafeLoader)
        return cls(folder, said, (folder / "running.cfg").read_text("utf-8"))

    @property
    def platform(self) -> str:
        """What it is a session of."""
        return self.folder.name.partition("#")[0]

    @property
    def name(self) -> str:
        """What an inventory calls it."""
        return re.sub(r"[^a-z0-9]+", "-", self.folder.name.lower()).strip("-")

    @property
    def keys(self) -> dict[str, Any]:
        """How an inventory describes it."""
        return {"platform": self.platform}

    encoding = None  # its terminal writes bytes

    @property
    def secrets(self) -> list[Secret]:
        """Every secret in the configuration, in order."""
        return [
            Secret(found["stable"] or found["salted"], found["salted"] is not None)
            for found in _SECRET.finditer(self.marked)
        ]

    @cached_property
    def printed(self) -> str:
        """What the device prints."""
        return re.sub(r"[«»‹›]|^¬", "", self.marked, flags=re.MULTILINE)

    @property
    def stored(self) -> list[str]:
        """What is to be stored of it: each secret `§`, salted ones `§salted`, nothing of what is left out."""
        text = re.sub(r"^¬.*\n", "", self.marked, flags=re.MULTILINE)
        if "joins" in self.said:
            text = re.sub(rf"{re.escape(self.said['joins'])}\n\s*", "", text)
        return plain(_SECRET.sub(lambda found: "§" if found["salted"] is None else "§salted", text))

    def with_other(self, number: int) -> str:
        """What it would print if its secret of this number were another."""
        places = iter(range(number + 1))
        text = _SECRET.sub(
            lambda found: _other(found[0]) if next(places, None) == number else found[0], self.marked
        )
        return re.sub(r"[«»‹›]|^¬", "", text, flags=re.MULTILINE)

    @cached_property
    def answers(self) -> dict[str, str]:
        """What each command that shows something prints."""
        shows = self.said["shows"]
        if shows != "files":
            return {shows: self.printed, **self._startup}
        parts = _HEADING.split(self.printed)[1:]
        return {command: text.lstrip("\n") for command, text in zip(parts[::2], parts[1::2], strict=True)}

    @property
    def _startup(self) -> dict[str, str]:
        """The saved configuration is the same one under another head."""
        if "startup" not in self.said:
            return {}
        body = re.sub(r"\A(?:¬.*\n)*", "", self.marked)
        text = self.said["startup"]["head"] + re.sub(r"[«»‹›]|^¬", "", body, flags=re.MULTILINE)
        return {self.said["startup"]["command"]: text}

    def session(self) -> Talk:
        """A session with it, from the beginning."""
        return Talk(self)


def plain(text: str) -> list[str]:
    """Lines as they are compared: no quotes around `§`, no blank or bare comment lines at either end."""
    lines = re.sub(r"""["']?(§(?:salted)?)["']?""", r"\1", text).split("\n")
    lines = [line.rstrip() for line in lines]
    while lines and lines[0].strip() in ("", "!", "#"):
        lines.pop(0)
    while lines and lines[-1].strip() in ("", "!", "#"):
        lines.pop()
    return lines


def _other(marked: str) -> str:
    """The same mark around another secret of the same length: letters and digits move on by one."""
    last = max(place for place, letter in enumerate(marked) if letter.isalnum() and letter.isascii())
    return marked[:last] + ("b" if marked[last] == "a" else "a") + marked[last + 1 :]


def all_of(folder: Path) -> list[Written]:
    """The sessions of a folder."""
    return [Written.read(path) for path in sorted(folder.iterdir()) if "#" in path.name]


class Talk(Terminal):
    """One admin at one written device. It pages until it is told not to, if its vendor's devices do."""

    def __init__(self, written: Written) -> None:
        super().__init__()
        self.written, self.said = written, written.said
        self.privileged = "unprivileged" not in self.said
        self.left = set(self.said.get("paging_off", ()))
        self.task: asyncio.Task[None] | None = None

    def shell_requested(self) -> bool:
        """Every device has a terminal; single commands are another matter."""
        return True

    def session_started(self) -> None:
        """Begin to talk."""
        self.task = asyncio.create_task(self._talk())

    async def _talk(self) -> None:
        try:
            self.write(self.said.get("greeting", ""))
            for question, answer in self.said.get("questions", {}).items():
                self.write(question)
                keys = [await self.read_key() for _letter in answer]
                self.write("\n" if "".join(keys) == answer else "\nno such answer\n")
            while True:
                self.write(self.said["prompt"] if self.privileged else self.said["unprivileged"])
                command = (await self.read_line()).strip()
                if command == self.said.get("exit", "exit"):
                    break
                if command:
                    await self._obey(command)
            self.channel.get_connection().close()
        except (Disconnected, OSError, asyncssh.Error):
            pass

    async def _obey(self, command: str) -> None:
        if command in self.left:
            self.left.remove(command)
        elif command in self.said.get("paging_off", ()):
            pass
        elif not self.privileged and command == self.said["enable"]:
            self.privileged = await self._known()
        elif self.privileged and command in self.written.answers:
            await self._show(self.written.answers[command])
        else:
            self.write(self.said["unknown"] + "\n")

    async def _known(self) -> bool:
        """Does one know the password, where one is asked for?"""
        asks = self.said.get("asks", "Password: ")
        if not asks:
            return True
        self.write(asks)
        right = await self.read_line(echo=False) == ENABLE_PASSWORD
        self.write("\n")
        return right

    async def _show(self, text: str) -> None:
        """All of it, or, with a pager, a screen at a time: a key shows the next one, q ends it."""
        more = self.said.get("more", "")
        pages = list(_pages(text)) if more and (self.left or not self.said.get("paging_off")) else [text]
        for number, page in enumerate(pages):
            if number:
                self.write(more)
                key = await self.read_key()
                self.write(self.said.get("erase", f"\r{' ' * len(more)}\r"))
                if key == "q":
                    return
            self.write(page)


def _pages(text: str) -> Iterator[str]:
    lines = text.splitlines(keepends=True)
    for start in range(0, len(lines), PAGE):
        yield "".join(lines[start : start + PAGE])
