"""How RouterOS reads `add`, `set` and `remove` in a section. Pure."""

from __future__ import annotations

import re

from bitools.net.decisions.change.prediction.predicted_section import PredictedSection
from bitools.net.decisions.change.remedy import Command

_FIND = re.compile(r"(set|remove) \[ find (?P<which>.*?) \](?: (?P<values>.*))?")
_PLACED = re.compile(r"(?P<text>add .*) place-before=\[ find (?P<before>.*?) \]")
_MOVED = re.compile(r"move \[ find (?P<which>.*?) \](?: destination=\[ find (?P<before>.*?) \])?")
_HEAD = re.compile(r"(?:add|set)(?: \[ find [^\]]*\])?(?: (?![\w.-]+=)[\w.-]+)*")
_PIECE = re.compile(r"[\w.-]+=(?:\"(?:[^\"\\]|\\.)*\"|\[[^\]]*\]|[^\s\"])*")


class Sections:
    """Items are found by what they say; exactly one must be."""

    def read(self, section: PredictedSection, command: Command) -> bool:
        """Read one command."""
        line = command.line
        if there := self._settings(section, line):
            return self._updated(section, there, line)
        if placed := _PLACED.fullmatch(line) or _MOVED.fullmatch(line):
            return self._placed(section, placed.groupdict())
        found = _FIND.fullmatch(line)
        if found is None:
            return self.write(section, line, command.body)
        items = _items(section, found["which"])
        if not items and line.startswith("set "):  # of what the device has by itself, and does not show
            section.append(line)
            return True
        if len(items) != 1:
            return False
        if line.startswith("remove "):
            section.remove(items[0])
            return True
        return self._updated(section, items[0], found["values"])

    def _placed(self, section: PredictedSection, said: dict[str, str | None]) -> bool:
        """An entry, new or found, right before another one or at the end."""
        before = _items(section, said["before"]) if said["before"] is not None else []
        if said["before"] is not None and len(before) != 1:
            return False
        if (text := said.get("text")) is not None:
            section.append(text)
            line = section.lines()[-1]
        else:
            items = _items(section, said["which"] or "")
            if len(items) != 1:
                return False
            line = items[0]
        if before:
            section.place(line, before[0], behind=False)
        elif line is not (last := section.lines()[-1]):
            section.place(line, last, behind=True)
        return True

    def write(self, section: PredictedSection, text: str, body: tuple[str, ...]) -> bool:
        """A new item, or a section."""
        if section.find(text) is None or text.startswith("add "):
            section.append(text, body)
        return True

    def _settings(self, section: PredictedSection, line: str) -> PredictedSection | None:
        """The settings that a `set` is about: those of the section, or of an item that is always there."""
        head = _HEAD.match(line)
        if not head or not line.startswith("set "):
            return None
        heads = ((one, _HEAD.match(one.text)) for one in section.lines())
        return next((one for one, its in heads if its and its[0] == head[0]), None)

    def _updated(self, section: PredictedSection, item: PredictedSection, said: str) -> bool:
        head = _HEAD.match(item.text)
        begin = head[0] if head else ""
        values = _values(item.text[len(begin) :]) | _values(said.removeprefix(f"{begin} "))
        section.rewrite(item, " ".join((begin, *(f"{key}={value}" for key, value in sorted(values.items())))))
        return True


def _items(section: PredictedSection, which: str) -> list[PredictedSection]:
    words = set(_PIECE.findall(which))
    return [
        one
        for one in section.lines()
        if one.text.startswith("add ") and words <= set(_PIECE.findall(one.text))
    ]


def _values(words: str) -> dict[str, str]:
    return dict(piece.split("=", 1) for piece in _PIECE.findall(words))
