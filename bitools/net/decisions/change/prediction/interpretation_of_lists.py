"""How a device reads a line with a list of numbers: it grows, it shrinks, or each number is a thing. Pure."""

from __future__ import annotations

import re
from typing import Literal

from bitools import regex
from bitools.net.decisions.change.language.dialect import Dialect
from bitools.net.decisions.change.prediction.predicted_section import PredictedSection
from bitools.platforms.change import NumberList


class Lists:
    """The lists of a platform, as its commands write them."""

    def __init__(self, spoken: Dialect) -> None:
        self._negation = f"{spoken.change.negate} "
        self._lists = tuple(
            (_typed(rule, rule.add), _typed(rule, rule.remove), regex.compile(rule.line), rule)
            for rule in spoken.change.lists
        )
        self._several = tuple(
            (_wording_of_list(rule.several), _wording_of_list(rule.gone), rule.one)
            for rule in spoken.change.each
            if rule.several
        )

    def read(
        self, section: PredictedSection, line: str, *, takes_back: bool
    ) -> Literal["grows", "shrinks"] | None:
        """A list that grows or shrinks; None if the line is about something else.

        `takes_back`: it only takes back the line that says that a number is not in the list.
        """
        known: Literal["grows", "shrinks"] | None = None
        if (alone := self._alone(section, line)) and takes_back:
            return None
        for adds, removes, pattern, rule in self._lists:
            for wording, grows in ((adds, True), (removes, False)):
                found = wording.fullmatch(line)
                there = _the_list(section, pattern, found) if found else None
                if found and there is not None:
                    line_there, fits = there
                    numbers = _numbers(fits["list"])
                    change = _numbers(found["list"])
                    if numbers is None or change is None or not (grows or numbers & change):
                        continue
                    numbers = numbers | change if grows else numbers - change
                    self._write_list(section, line_there, fits, numbers, rule)
                    known = "grows" if grows else "shrinks"
        if alone and known:
            section.remove(alone)
        return known

    def in_brackets(self, section: PredictedSection, text: str, *, grows: bool) -> bool:
        """Junos: words of `head [ a b ]` come, or one goes; False if there is no such list."""
        listed = " [ " in text
        head = text.partition(" [ ")[0] if listed else text.rpartition(" ")[0]
        there = next((one for one in section.lines() if _is_list(one.text, head, single=listed)), None)
        if not head or there is None:
            return False
        had, some = (line[len(head) :].strip(" []").split() for line in (there.text, text))
        if not grows and not {*some} <= {*had}:
            return False
        left = had if grows else [one for one in had if one not in some]
        words = [*left, *(one for one in some if grows and one not in had)]
        section.rewrite(there, f"{head} [ {' '.join(words)} ]" if len(words) > 1 else f"{head} {words[0]}")
        return True

    def _alone(self, section: PredictedSection, line: str) -> PredictedSection | None:
        """The line of its own by which a number is taken out of a list, if the command takes that back."""
        there = section.opposite(line, self._negation) if self._negation.strip() else None
        negated = self._negation + line
        listed = any(pattern.search(negated) for _adds, _removes, pattern, _rule in self._lists)
        return None if listed else there

    def _write_list(
        self,
        section: PredictedSection,
        line: PredictedSection,
        fits: regex.Match,
        numbers: set[int],
        rule: NumberList,
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

    def several(self, section: PredictedSection, line: str) -> list[tuple[str, bool]] | None:
        """The lines that one line stands for, and whether it removes them; None if it stands for itself."""
        if section.text:
            return None
        for adds, removes, one in self._several:
            for wording, gone in ((adds, False), (removes, True)):
                found = wording.fullmatch(line)
                some = _numbers(found["list"]) if found else None
                if not some:
                    continue
                lines = [one.replace("{one}", str(number)) for number in sorted(some)]
                if line not in (lines[0], self._negation + lines[0]):
                    return [(each, gone) for each in lines]
        return None


def _is_list(text: str, head: str, *, single: bool) -> bool:
    """Is it a list of several words, or, where that may be, of a single one?"""
    return text.startswith(f"{head} [ ") or (single and text.rpartition(" ")[0] == head)


def _the_list(
    section: PredictedSection, pattern: regex.Pattern, found: re.Match[str]
) -> tuple[PredictedSection, regex.Match] | None:
    """The line that has this list: all but the numbers is the same."""
    mine = [group for group in found.groups() if group != found["list"]]
    for one in section.lines():
        spelled = section.spelled(one.text)
        fits = pattern.search(one.text) or pattern.search(spelled)
        if fits and mine in ([], [group for group in fits.groups() if group != fits["list"]]):
            return one, fits
    return None


def _typed(rule: NumberList, template: str) -> re.Pattern[str]:
    """What a line looks like that was made from this template."""
    pattern = re.escape(template).replace(r"\{list\}", r"(?P<list>\d[\d,\- to]*)")
    return re.compile(re.sub(r"\\\\(\d)", r"(.+?)", pattern))


def _wording_of_list(template: str) -> re.Pattern[str]:
    return re.compile(re.escape(template).replace(r"\{list\}", r"(?P<list>\d[\d,\- to]*)"))


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
