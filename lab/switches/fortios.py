"""FortiOS: tables of entries, changed by `config`, `edit`, `set`, `unset`, `delete`, `next` and `end`."""

from __future__ import annotations

from dataclasses import dataclass, field

from .editor import UnknownCommand

INDENTATION = 4


@dataclass(slots=True, eq=False)
class Entry:
    """A line and, of a table or an entry of one, what stands in it."""

    text: str
    opens: bool = False
    children: list[Entry] = field(default_factory=list)

    def find(self, text: str) -> Entry | None:
        """What stands in it under this name, in quotes or not."""
        wanted = text.replace('"', "")
        return next((one for one in self.children if one.opens and one.text.replace('"', "") == wanted), None)


class FortiosConfiguration:
    """The tables of a device, printed line for line as they were read."""

    def __init__(self, text: str) -> None:
        self.root = Entry("", opens=True)
        self.revision = 0
        above = [self.root]
        for line in text.splitlines():
            words = line.strip()
            if words in ("next", "end"):
                above.pop()
                continue
            entry = Entry(words, opens=words.startswith(("config ", "edit ")))
            above[-1].children.append(entry)
            if entry.opens:
                above.append(entry)

    def text(self, command: str = "") -> str:
        """The whole configuration."""
        return "".join(f"{line}\n" for line in _printed(self.root, 0))

    def edit(self) -> FortiosEditor:
        """Begin outside of every table."""
        return FortiosEditor(self)


class FortiosEditor:
    """Where one admin stands in the tables."""

    def __init__(self, configuration: FortiosConfiguration) -> None:
        self.configuration = configuration
        self.path: list[Entry] = [configuration.root]

    @property
    def section(self) -> str:
        """The name in the prompt."""
        return self.path[-1].text.partition(" ")[2].strip('"')

    def back(self) -> bool:
        """Nothing goes up here but `next` and `end`."""
        return False

    def feed(self, line: str) -> str:
        """Obey one line. Raise UnknownCommand where the device knows none such."""
        verb, _blank, rest = line.strip().partition(" ")
        here = self.path[-1]
        if (verb == "config" and rest) or (verb == "edit" and rest and here.text.startswith("config ")):
            self._enter(line.strip())
        elif verb in ("next", "end") and not rest and len(self.path) > 1:
            self._leave(verb)
        elif verb in ("set", "unset") and rest and here.opens and len(self.path) > 1:
            self._set(here, rest, verb == "set")
        elif verb == "delete" and (gone := here.find(f"edit {rest}")):
            here.children.remove(gone)
        elif verb == "move":
            self._move(here, rest.split())
        else:
            raise UnknownCommand(line)
        self.configuration.revision += 1
        return ""

    def _enter(self, text: str) -> None:
        here = self.path[-1]
        entry = here.find(text)
        if entry is None:
            entry = Entry(text, opens=True)
            here.children.append(entry)
        self.path.append(entry)

    def _leave(self, verb: str) -> None:
        """`next` leaves an entry, `end` the table; a table without entries is none."""
        while len(self.path) > 1:
            left = self.path.pop()
            if left.text.startswith("config "):
                if not left.children:
                    self.path[-1].children.remove(left)
                return
            if verb == "next":
                return

    def _set(self, here: Entry, rest: str, wanted: bool) -> None:
        key = rest.split()[0]
        old = next((one for one in here.children if one.text.split()[:2] == ["set", key]), None)
        if old and wanted:
            old.text = f"set {rest}"
        elif old:
            here.children.remove(old)
        elif wanted:
            tables = (number for number, one in enumerate(here.children) if one.opens)
            here.children.insert(next(tables, len(here.children)), Entry(f"set {rest}"))

    def _move(self, here: Entry, words: list[str]) -> None:
        """`move 3 before 1`."""
        if len(words) != 3 or words[1] not in ("before", "after"):
            raise UnknownCommand(" ".join(words))
        moved, other = here.find(f"edit {words[0]}"), here.find(f"edit {words[2]}")
        if moved is None or other is None:
            raise UnknownCommand(" ".join(words))
        here.children.remove(moved)
        here.children.insert(here.children.index(other) + (words[1] == "after"), moved)


def _printed(entry: Entry, depth: int) -> list[str]:
    lines = []
    for child in entry.children:
        blank = " " * (INDENTATION * depth)
        lines.append(blank + child.text)
        if child.opens:
            lines += _printed(child, depth + 1)
            lines.append(blank + ("end" if child.text.startswith("config ") else "next"))
    return lines
