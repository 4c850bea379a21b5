"""Answers: given by option, else asked for until they are right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bitools.credentials import Reference
from bitools.errors import BitoolsError, Refused, Usage
from bitools.i18n import _


class Asker(Protocol):
    """Somebody at a terminal."""

    def say(self, text: str) -> None:
        """A line to read."""

    def prompt(self, question: str, default: str, *, hidden: bool = False) -> str:
        """An answer, `default` for an empty one. Raise Refused if nobody answers any more."""

    def ask(self, question: str) -> bool:
        """A clear yes?"""


@dataclass(slots=True)
class Answers:
    """`given` by the options' names without dashes; `asker` is None where nobody is to be asked."""

    given: Mapping[str, str]
    asker: Asker | None
    say: Callable[[str], None]
    spent: set[str] = field(default_factory=set)  # options that were wrong, or used: from now on it is asked

    @property
    def asks(self) -> bool:
        """Is there somebody to ask?"""
        return self.asker is not None

    def text(
        self,
        option: str,
        question: str,
        default: str = "",
        check: Callable[[str], str] = str,
        *,
        empty: bool = False,
    ) -> str:
        """A right answer, as `check` gives it back; `empty`: none is right too.

        Raise Usage, naming the option, for a wrong one given by option, or if nothing is given and nobody is
        there; Refused if nobody answers any more.
        """
        if option in self.given and option not in self.spent:
            return self._given(option, check, empty=empty)
        if self.asker is None:
            if default or empty:
                return check(default) if default else ""
            raise Usage(_("--{option} is missing").format(option=option), hint=question)
        while True:
            try:
                said = self.asker.prompt(question, default).strip()
                if not said and empty:
                    return ""
                if said:
                    return check(said)
                self.complain(_("an answer is needed here"))
            except (ValueError, BitoolsError) as error:
                if getattr(error, "reason", "") == "end":
                    raise
                self.complain(str(error), getattr(error, "hint", ""))

    def _given(self, option: str, check: Callable[[str], str], *, empty: bool) -> str:
        said = self.given[option].strip()
        if not said and empty:
            return ""
        try:
            return check(said)
        except (ValueError, BitoolsError) as error:
            if self.asker is None:
                raise Usage(f"--{option}: {error}", hint=getattr(error, "hint", ""), cause=error) from error
            self.spent.add(option)
            self.complain(f"--{option}: {error}")
            return self.text(option, option, check=check, empty=empty)

    def secret(self, option: str, question: str, *, empty: bool = False) -> str:
        """A secret: of the option's reference, else typed unseen. Raise as `text`, InventoryInvalid."""
        if option in self.given and option not in self.spent:
            try:
                return Reference.parse(self.given[option]).resolve().reveal()
            except ValueError as error:
                raise Usage(f"--{option}: {error}", cause=error) from error
        if self.asker is None:
            if empty:
                return ""
            hint = _("a reference: file:PATH or env:NAME")
            raise Usage(_("--{option} is missing").format(option=option), hint=hint)
        while True:
            try:
                said = self.asker.prompt(question, "", hidden=True)
            except Usage as error:
                self.complain(str(error))
                continue
            if said or empty:
                return said
            self.complain(_("an answer is needed here"))

    def agrees(self, question: str) -> bool:
        """A clear yes. Where nobody is to be asked, an option must have said so before this is called."""
        return self.asker is None or self.asker.ask(f"  {question}")

    def wrong(self, *options: str) -> None:
        """What these options gave was no good: somebody is asked from now on."""
        self.spent.update(options)

    def complain(self, text: str, hint: str = "") -> None:
        """What is wrong with the answer."""
        self.say(f"  ✗ {text}")
        if hint:
            self.say(f"    → {hint}")

    def failed(self, error: BitoolsError) -> None:
        """The real thing did not agree."""
        self.complain(str(error), error.hint)


def refused_twice(tries: int) -> None:
    """Three passwords are enough: a fourth may lock the account. Raise Refused."""
    if tries > 2:
        message = _("three passwords were rejected; a fourth might lock the account")
        raise Refused(message, hint=_("find the right one, then: bitools init"), reason="password")
