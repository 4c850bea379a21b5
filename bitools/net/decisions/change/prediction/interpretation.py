"""How a device reads a line that is typed in one of its sections. Pure."""

from __future__ import annotations

import re
from typing import Protocol

from bitools import regex
from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.change.prediction.interpretation_of_lists import Lists
from bitools.net.decisions.change.prediction.interpretation_of_places import Places
from bitools.net.decisions.change.prediction.interpretation_of_sections import Sections
from bitools.net.decisions.change.prediction.predicted_section import PredictedSection
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.tree import parse
from bitools.platforms.change import Move


class Reader(Protocol):
    """One way of reading commands."""

    def read(self, section: PredictedSection, command: Command) -> bool:
        """Read a command; False if it finds nothing to do, or is refused."""

    def write(self, section: PredictedSection, text: str, body: tuple[str, ...]) -> bool:
        """A line, or a header that is not there yet; False if the device refuses it."""


def reader_of(spoken: Dialect) -> Reader:
    """The way of reading of this platform."""
    match spoken.change.style:
        case "paths":
            return Paths(spoken)
        case "yaml":
            return Keys(spoken)
        case "sections":
            return Sections()
        case _:
            return Lines(spoken)


class Paths:
    """VyOS: every line is a whole path; deleting one takes all below it."""

    def __init__(self, spoken: Dialect) -> None:
        self._put, self._negation = f"{spoken.change.put} ", f"{spoken.change.negate} "

    def read(self, section: PredictedSection, command: Command) -> bool:
        """Read one command."""
        if not command.line.startswith(self._negation):
            return self.write(section, command.line, command.body)
        found = section.starting(self._put + command.line.removeprefix(self._negation))
        for one in found:
            section.remove(one)
        return bool(found)

    def write(self, section: PredictedSection, text: str, body: tuple[str, ...]) -> bool:
        """A path, or another value at its end."""
        if section.find(text) is None:
            twin = section.twin(text)
            if twin is None:
                section.append(text, body)
            else:
                section.rewrite(twin, text, body)
        return True


class Keys:
    """NVUE: a key of a tree gets a value, or goes with all below it."""

    def __init__(self, spoken: Dialect) -> None:
        self._put, self._negation = f"{spoken.change.put} ", f"{spoken.change.negate} "

    def read(self, section: PredictedSection, command: Command) -> bool:
        """Read one command."""
        if command.line.startswith(self._negation):
            there = _keyed(section, command.line.removeprefix(self._negation))
            if there is not None:
                section.remove(there)
            return there is not None
        key, _blank, value = command.line.removeprefix(self._put).partition(" ")
        if re.fullmatch(r"'[A-Za-z][\w ./-]*'", value):
            value = value[1:-1]
        return self.write(section, f"{key}: {value or '{}'}", command.body)

    def write(self, section: PredictedSection, text: str, body: tuple[str, ...]) -> bool:
        """A key with its value, or with what will stand below it."""
        there = _keyed(section, text.partition(": ")[0].removesuffix(":"))
        if there is None:
            section.append(text, body)
        elif there.text != text:
            section.rewrite(there, text, body)
        return True


def _keyed(section: PredictedSection, key: str) -> PredictedSection | None:
    return next(
        (one for one in section.lines() if one.text.partition(": ")[0].removesuffix(":") == key), None
    )


class Lines:
    """A line says something, `no` before it takes it back."""

    def __init__(self, spoken: Dialect) -> None:
        self._spoken = spoken
        self._negation = f"{spoken.change.negate} "
        self._lists, self._places = Lists(spoken), Places(spoken)
        self._removals = [
            (regex.compile(rule.line), rule.becomes, regex.compile(rule.within) if rule.within else None)
            for rule in spoken.change.removals
        ]
        self._removed = regex.Set([rule.line for rule in spoken.change.removals]).fitting
        self._taking = tuple({re.split(r"[\\{]", rule.becomes)[0] for rule in spoken.change.removals})
        self._taken_by: dict[tuple[str, str], str] = {}
        self._asleep = spoken.change.inactive
        self._put = f"{spoken.change.put} " if spoken.change.put else ""
        self._move = _moves(spoken.change.move) if spoken.change.move else ()
        self._whole = [
            (_wording(rule.gone), regex.compile(rule.line)) for rule in spoken.change.named if rule.gone
        ]
        self._along = [(regex.compile(rule.line), rule.also) for rule in spoken.change.along]

    def read(self, section: PredictedSection, command: Command) -> bool:
        """Read one command."""
        line = command.line
        if command.body and "whole" in self._spoken.marks[line]:
            section.replace(parse("\n".join((line, *command.body)), self._spoken.platform).children[0])
            return True
        if self._written_on(section, line):
            return True
        placed = self._moved(section, line) if self._move else self._places.read(section, line)
        if placed is not None:
            return placed
        if change := self._lists.read(section, line, takes_back=command.removes):
            if change == "shrinks" and not command.removes:
                section.unseen.add(line)  # what its list has no more may be shown as a line of its own
            return True
        if (several := self._lists.several(section, line)) is not None:
            each = [self._read_one(section, one, removes=removes) for one, removes in several]
            return all(each)
        return self._about_itself(section, command)

    def _written_on(self, section: PredictedSection, line: str) -> bool:
        """One more line of a text that is typed line by line."""
        pattern = self._spoken.said_in_lines
        found = pattern.search(line) if pattern and not section.text else None
        if found is None:
            return False
        there, more = section.find(found[1]), line[len(found[1]) :].removeprefix(" ")
        if there is None:
            section.append(found[1], (more,))
        else:
            there.body = (*there.body, more)
        return True

    def _about_itself(self, section: PredictedSection, command: Command) -> bool:
        """A line that is about itself: it says something, or takes something back."""
        line = command.line
        if self._asleep and line.startswith("deactivate "):
            return self.write(section, self._asleep + line.removeprefix("deactivate "), ())
        if line.startswith(self._taking) and (found := section.removed_by(line, self._removal)):
            if not command.removes:
                section.unseen.add(line)  # of two opposites a device shows the one that is no default
            return self._taken(section, found[:1])
        if self._whole_list(section, line):
            return True
        if self._put and self._lists.in_brackets(section, line.removeprefix(self._negation), grows=False):
            return True
        if self._spoken.change.negate and line.startswith(self._negation):
            if not command.removes:
                section.unseen.add(line)  # it is to stand there; some devices show it, and some nothing
            return self._taken_back(section, line) or not command.removes
        return self.write(section, line.removeprefix(self._put), command.body)

    def _read_one(self, section: PredictedSection, line: str, *, removes: bool) -> bool:
        """One of several that a line says the same of."""
        if removes:
            return self._taken_back(section, self._negation + line)
        return self.write(section, line, ())

    def _moved(self, section: PredictedSection, line: str) -> bool | None:
        """An entry takes its place before or behind another one; None if the line is about something else."""
        for wording, behind in self._move:
            if found := wording.fullmatch(line):
                places = [self._called(section, found[name]) for name in ("item", "other")]
                if None in places:
                    return False
                section.place(places[0], places[1], behind=behind)  # type: ignore[arg-type]
                return True
        return None

    def _called(self, section: PredictedSection, name: str) -> PredictedSection | None:
        """The entry that a command calls so."""
        pattern = regex.compile(self._spoken.change.move.line) if self._spoken.change.move else None
        return next(
            (one for one in section.lines() if pattern and (f := pattern.search(one.text)) and f[1] == name),
            None,
        )

    def write(self, section: PredictedSection, text: str, body: tuple[str, ...]) -> bool:
        """A line that says something."""
        spoken = self._spoken
        if self._put and self._lists.in_brackets(section, text, grows=True):
            return True
        there = section.find(text)
        if there is not None:
            there.body = body or there.body
            return True
        if self._negation.strip() and section.opposite(text, self._negation):
            while opposite := section.opposite(text, self._negation):  # however often it is written
                section.remove(opposite)
            section.unseen.add(text)
            return True
        self._wipe(section, text)
        twin = section.twin(text) or self._removed_alike(section, text)
        if section.claims.taken(text, twin.text if twin else ""):
            return False
        if twin is None:
            section.append(text, body)
            return True
        if "replace" in spoken.marks[text]:
            return False
        section.rewrite(twin, text, body)
        return True

    def _removed_alike(self, section: PredictedSection, text: str) -> PredictedSection | None:
        """The line in the same place, or that the same words remove: this is another value of it."""
        if (slot := self._spoken.slot(text)) is not None:
            return next((one for one in section.lines() if self._spoken.slot(one.text) == slot), None)
        words = self._removal(text, section.text)
        alike = section.removed_by(words, self._removal) if words else []
        return alike[0] if len(alike) == 1 else None

    def _taken_back(self, section: PredictedSection, line: str) -> bool:
        words = line[len(self._negation) :]
        if (alike := self._spoken.alike(words)) is not None:  # it goes by what is said, not by the number
            there = (one for one in section.lines() if self._spoken.alike(one.text) == alike)
            first = min(there, key=lambda one: self._spoken.number(one.text) or 0, default=None)
            return first is not None and self._taken(section, [first], line)
        if found := section.starting(words):
            return self._taken(section, found, line)
        if section.find(line) is not None:
            return True
        if twin := section.twin(line):
            section.remove(twin)
        section.unseen.add(line)
        return twin is not None

    def _taken(self, section: PredictedSection, found: list[PredictedSection], line: str = "") -> bool:
        """Take lines away, and what goes along; a permanent section stays."""
        for one in found:
            if "permanent" in self._spoken.marks[one.text] or self._bears(section, one.text):
                return False
            if section.holds(one):  # it may have gone along with another
                section.remove(one)
                if self._asleep and (mark := section.find(self._asleep + one.text)):
                    section.remove(mark)
                self._go_along(section, one.text)
                self._wipe(section, one.text)
        if line and len(found) == 1 and found[0].text == line[len(self._negation) :]:
            section.unseen.add(line)
        return True

    def _bears(self, section: PredictedSection, text: str) -> bool:
        """Does something stand on this, so that the device refuses?"""
        return any(
            base.search(text) and any(pattern.search(line.text) for line in section.lines())
            for pattern, base in (() if section.text else self._spoken.based)
        )

    def _wipe(self, section: PredictedSection, text: str) -> None:
        """What this line takes away, whatever is done to it."""
        if "wipes" not in self._spoken.marks[text]:
            return
        for pattern, also in self._spoken.wipes:
            if pattern.search(text):
                for line in section.lines():
                    if also.search(line.text):
                        section.remove(line)

    def _go_along(self, section: PredictedSection, text: str) -> None:
        """What goes with a line that was removed, and what goes with that."""
        for pattern, also in self._along:
            if fits := pattern.search(text):
                words = regex.compile(_escaped(also, fits))
                for line in _fitting(section, words):
                    self._go_along(section, line)

    def _removal(self, text: str, header: str) -> str:
        """The words of the platform's file that remove this line; empty if it has none for it."""
        words = self._taken_by.get((text, header))
        if words is None:
            words = self._taken_by[text, header] = self._words_of_removal(text, header)
        return words

    def _words_of_removal(self, text: str, header: str) -> str:
        for at in self._removed(text):
            pattern, becomes, within = self._removals[at]
            if (within is None or within.search(header)) and (fits := pattern.search(text)):
                return _filled(becomes, fits)
        return ""

    def _whole_list(self, section: PredictedSection, line: str) -> bool:
        """A named list, all of it."""
        for wording, pattern in self._whole:
            found = wording.fullmatch(line)
            if not found:
                continue
            gone = [
                one
                for one in section.starting(line.removeprefix(self._negation))
                if (fits := pattern.search(one.text)) and fits.groups() == found.groups()
            ]
            for one in gone:
                section.remove(one)
            if gone:
                return True
        return False


def _moves(move: Move) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """What the lines look like that put an entry before, and behind, another one."""
    return tuple(
        (
            re.compile(
                re.escape(one).replace(r"\{item\}", "(?P<item>.+?)").replace(r"\{other\}", "(?P<other>.+)")
            ),
            behind,
        )
        for one, behind in ((move.before, False), (move.after, True))
    )


def _wording(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\\(\d)", r"(.+?)", re.escape(template)))


def _filled(template: str, found: regex.Match) -> str:
    return re.sub(r"\\(\d)", lambda place: found[int(place[1])] or "", template)


def _fitting(section: PredictedSection, pattern: regex.Pattern) -> list[str]:
    """Take away all lines that fit, here and below; they are told."""
    gone = []
    for line in section.lines():
        if pattern.search(line.text):
            section.remove(line)
            gone.append(line.text)
        else:
            gone += _fitting(line, pattern)
    return gone


def _escaped(template: str, found: regex.Match) -> str:
    return re.sub(r"\\(\d)", lambda place: re.escape(found[int(place[1])] or ""), template)
