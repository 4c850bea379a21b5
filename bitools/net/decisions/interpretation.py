"""How a device reads a line that is typed in one of its sections. Pure."""

from __future__ import annotations

import re
from typing import Protocol

from bitools import regex
from bitools.net.decisions.dialect import Dialect
from bitools.net.decisions.predicted_section import Section
from bitools.net.decisions.remedy import Command
from bitools.platforms.change import Listed


class Reader(Protocol):
    """One way of reading commands."""

    def read(self, section: Section, command: Command) -> bool:
        """Read a command; False if it finds nothing to do, or is refused."""

    def write(self, section: Section, text: str, body: tuple[str, ...]) -> bool:
        """A line, or a header that is not there yet; False if the device refuses it."""


def reader_of(spoken: Dialect) -> Reader:
    """The way of reading of this platform."""
    return Lines(spoken)


class Lines:
    """A line says something, `no` before it takes it back."""

    def __init__(self, spoken: Dialect) -> None:
        self._spoken = spoken
        self._negation = f"{spoken.change.negate} "
        self._lists = tuple(
            (_typed(rule, rule.add), _typed(rule, rule.remove), regex.compile(rule.line), rule)
            for rule in spoken.change.lists
        )
        self._removals = [
            (regex.compile(rule.line), rule.becomes, regex.compile(rule.within) if rule.within else None)
            for rule in spoken.change.removals
        ]
        self._special = spoken.removed_otherwise
        self._whole = [
            (_wording(rule.gone), regex.compile(rule.line)) for rule in spoken.change.named if rule.gone
        ]
        self._along = [(regex.compile(rule.line), rule.also) for rule in spoken.change.along]

    def read(self, section: Section, command: Command) -> bool:
        """Read one command."""
        line = command.line
        if self._listed(section, line):
            return True
        if self._removals and (found := section.removed_by(line, self._removal)):
            return self._taken(section, found[:1])
        if self._whole_list(section, line):
            return True
        if self._spoken.change.negate and line.startswith(self._negation):
            return self._taken_back(section, line) or not command.removes
        return self.write(section, line, command.body)

    def write(self, section: Section, text: str, body: tuple[str, ...]) -> bool:
        """A line that says something."""
        spoken = self._spoken
        there = section.find(text)
        if there is not None:
            there.body = body or there.body
            return True
        if opposite := section.find(self._negation + text) if self._negation.strip() else None:
            section.remove(opposite)
            section.unseen.add(text)
            return True
        twin = section.twin(text)
        if section.claims.taken(text, twin.text if twin else ""):
            return False
        if twin is None:
            section.append(text, body)
            return True
        if spoken.replace and spoken.replace.search(text):
            return False
        section.rewrite(twin, text, body)
        return True

    def _taken_back(self, section: Section, line: str) -> bool:
        words = line[len(self._negation) :]
        if found := section.starting(words):
            return self._taken(section, found, line)
        if section.find(line) is not None:
            return True
        if twin := section.twin(line):
            section.remove(twin)
        section.unseen.add(line)
        return twin is not None

    def _taken(self, section: Section, found: list[Section], line: str = "") -> bool:
        """Take lines away, and what goes along; a permanent section stays."""
        permanent = self._spoken.permanent
        for one in found:
            if permanent and permanent.search(one.text):
                return False
            section.remove(one)
            self._go_along(section, one.text)
        if line and len(found) == 1 and found[0].text == line[len(self._negation) :]:
            section.unseen.add(line)
        return True

    def _go_along(self, section: Section, text: str) -> None:
        """What goes with a line that was removed, and what goes with that."""
        for pattern, also in self._along:
            if fits := pattern.search(text):
                words = regex.compile(_escaped(also, fits))
                for line in _fitting(section, words):
                    self._go_along(section, line)

    def _removal(self, text: str, header: str) -> str:
        """The words of the platform's file that remove this line; empty if it has none for it."""
        if self._special is None or not self._special.search(text):
            return ""
        for pattern, becomes, within in self._removals:
            fits = pattern.search(text)
            if fits and (within is None or within.search(header)):
                return _filled(becomes, fits)
        return ""

    def _whole_list(self, section: Section, line: str) -> bool:
        """A named list, all of it."""
        for wording, pattern in self._whole:
            found = wording.fullmatch(line)
            if not found:
                continue
            gone = [
                one
                for one in section.lines()
                if (fits := pattern.search(one.text)) and fits.groups() == found.groups()
            ]
            for one in gone:
                section.remove(one)
            if gone:
                return True
        return False

    def _listed(self, section: Section, line: str) -> bool:
        """A list that grows or shrinks."""
        for adds, removes, pattern, rule in self._lists:
            for wording, grows in ((adds, True), (removes, False)):
                found = wording.fullmatch(line)
                there = _the_list(section, pattern, found) if found else None
                if found and there is not None:
                    line_there, fits = there
                    numbers = _numbers(fits["list"])
                    change = _numbers(found["list"])
                    if numbers is None or change is None:
                        continue
                    numbers = numbers | change if grows else numbers - change
                    self._write_list(section, line_there, fits, numbers, rule)
                    return True
        return False

    def _write_list(
        self, section: Section, line: Section, fits: regex.Match, numbers: set[int], rule: Listed
    ) -> None:
        if not numbers:
            section.remove(line)
            return
        text = (
            line.text[: fits.start("list")]
            + rule.between.join(_runs(numbers, rule.to))
            + line.text[fits.end("list") :]
        )
        section.rewrite(line, text)


def _the_list(
    section: Section, pattern: regex.Pattern, found: re.Match[str]
) -> tuple[Section, regex.Match] | None:
    """The line that has this list: all but the numbers is the same."""
    mine = [group for group in found.groups() if group != found["list"]]
    for one in section.lines():
        spelled = section.spelled(one.text)
        fits = pattern.search(one.text) or pattern.search(spelled)
        if fits and [group for group in fits.groups() if group != fits["list"]] == mine:
            return one, fits
    return None


def _typed(rule: Listed, template: str) -> re.Pattern[str]:
    """What a line looks like that was made from this template."""
    pattern = re.escape(template).replace(r"\{list\}", r"(?P<list>\d[\d,\- to]*)")
    return re.compile(re.sub(r"\\\\(\d)", r"(.+?)", pattern))


def _wording(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\\(\d)", r"(.+?)", re.escape(template)))


def _filled(template: str, found: regex.Match) -> str:
    return re.sub(r"\\(\d)", lambda place: found[int(place[1])] or "", template)


def _fitting(section: Section, pattern: regex.Pattern) -> list[str]:
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


def _numbers(text: str) -> set[int] | None:
    """A list of numbers."""
    some: set[int] = set()
    for piece in re.findall(r"\d+(?:\s*(?:-|to)\s*\d+)?|\S", text.replace(",", " ")):
        ends = re.findall(r"\d+", piece)
        if not ends:
            return None
        some |= set(range(int(ends[0]), int(ends[-1]) + 1))
    return some


def _runs(some: set[int], to: str) -> list[str]:
    pieces: list[str] = []
    for number in sorted(some):
        if number - 1 in some:
            continue
        last = number
        while last + 1 in some:
            last += 1
        pieces.append(str(number) if last == number else f"{number}{to}{last}")
    return pieces
