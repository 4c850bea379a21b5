"""How a device reads a line that puts an entry of a list at a place which is not shown. Pure."""

from __future__ import annotations

import re

from bitools import regex
from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.change.prediction.predicted_section import PredictedSection
from bitools.platforms.change import UnseenPlaces

_ENTRY = re.compile(r"(\d+) (.+)")


class Places:
    """The lists of a platform whose entries have hidden places."""

    def __init__(self, spoken: Dialect) -> None:
        rules = spoken.change.hidden
        self._numbering = [
            (_numbering(rule), regex.compile(rule.within), rule) for rule in rules if rule.first
        ]
        self._counted = [(_counting(rule), regex.compile(rule.line)) for rule in rules if not rule.first]
        self._negation = f"{spoken.change.negate} "

    def read(self, section: PredictedSection, line: str) -> bool | None:
        """Read one command; None if it is about something else, else whether it finds its place."""
        if section.numbers is not None:
            return self._at_number(section, section.numbers, line)
        if section.text:
            return None
        for wording, within, _rule in self._numbering:
            if found := wording.fullmatch(line):
                return _number_anew(section, within, found)
        for wording, entry in self._counted:
            if found := wording.fullmatch(line):
                return _at_place(section, entry, found)
        return None

    def _at_number(self, section: PredictedSection, numbers: dict[str, int], line: str) -> bool | None:
        gone = line.removeprefix(self._negation)
        if gone != line and gone.isdecimal():
            text = next((text for text, number in numbers.items() if number == int(gone)), None)
            there = section.find(text) if text is not None else None
            if text is None or there is None:
                return False
            section.remove(there)
            del numbers[text]
            return True
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            return None
        number, text = int(entry[1]), entry[2]
        if number in numbers.values() or section.find(text) is not None:
            return False
        later = min((one for one in numbers.values() if one > number), default=None)
        section.append(text)
        _before(section, text, next((one for one, at in numbers.items() if at == later), None))
        numbers[text] = number
        return True


def _numbering(rule: UnseenPlaces) -> re.Pattern[str]:
    wording = re.escape(rule.first).replace(r"\{step\}", r"(?P<step>\d+)", 1).replace(r"\{step\}", r"\d+")
    return re.compile(wording.replace(r"\\1", "(?P<name>.+?)"))


def _counting(rule: UnseenPlaces) -> re.Pattern[str]:
    wording = re.escape(rule.add).replace(r"\{number\}", r"(?P<number>\d+)")
    return re.compile(wording.replace(r"\\1", "(?P<name>.+?)").replace(r"\\2", "(?P<rest>.+)"))


def _number_anew(section: PredictedSection, within: regex.Pattern, found: re.Match[str]) -> bool:
    for one in section.lines():
        header = within.search(one.text)
        if header and header[1] == found["name"]:
            one.numbers = {line.text: place * int(found["step"]) for place, line in enumerate(one.lines(), 1)}
            return True
    return False


def _at_place(section: PredictedSection, entry: regex.Pattern, found: re.Match[str]) -> bool:
    there = [
        line for line in section.lines() if (words := entry.search(line.text)) and words[1] == found["name"]
    ]
    place = int(found["number"])
    if not 1 <= place <= len(there) + 1 or not there:
        return False
    words = entry.search(there[0].text)
    text = there[0].text[: words.start(2)] + found["rest"] if words else ""
    if section.find(text) is not None:
        return False
    section.append(text)
    _before(section, text, there[place - 1].text if place <= len(there) else None)
    return True


def _before(section: PredictedSection, text: str, other: str | None) -> None:
    line, beside = section.find(text), section.find(other) if other is not None else None
    if line is not None and beside is not None:
        section.place(line, beside, behind=False)
