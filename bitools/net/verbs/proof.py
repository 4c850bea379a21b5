"""From what a device printed to a configuration that is proven whole, as it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from bitools.errors import BitoolsError, IntegrityBroken, Refused, Rejected
from bitools.net.decisions import guard
from bitools.net.decisions.configuration import Configuration, canonical, unchanged
from bitools.net.decisions.grammar import Grammar
from bitools.net.decisions.page import Page
from bitools.net.wire.answer import one_at_a_time
from bitools.net.wire.answers import Answers
from bitools.net.wire.large import LARGE, Printed, is_large, under, whole
from bitools.net.wire.mask import mask_key
from bitools.net.wire.shelf import LEAST, Shelved, shelved
from bitools.run import Run


@dataclass(frozen=True, slots=True)
class NotWhole:
    """What came and is not believed: why, and the masked text, for the quarantine."""

    error: BitoolsError
    text: str


class Doubted(Exception):
    """Ends a fetch whose answer is not whole."""

    def __init__(self, error: BitoolsError, text: str) -> None:
        self.answer = NotWhole(error, text)


class Asked(NamedTuple):
    """What was asked of a device, and what it printed for each command; `host` is the name in its prompt."""

    grammar: Grammar
    host: str
    commands: Sequence[str]
    printed: Sequence[Printed]


class Proof:
    """What proves the answers of one run. `key` keys the masks."""

    def __init__(self, run: Run) -> None:
        self.key = mask_key(run)
        self.answers = Answers(run, self.key)
        self._folder = run.state.folder
        self._recoverable = bool(run.inventory.settings.recovery.recipients)

    def proven(self, asked: Asked, device: str = "", before: str = "") -> Configuration:
        """The configuration that was printed. Raise Doubted if it is not whole.

        An answer of `device` is compared with the one that became `before`: the very same need not be read
        again.
        """
        if any(is_large(one) for one in asked.printed) and not self._recoverable:
            with one_at_a_time(LARGE):
                return self._in_pieces(asked)
        answers = [whole(one) for one in asked.printed]
        raw = whole(under(asked.commands, answers)) if len(answers) > 1 else answers[0]
        with one_at_a_time(len(raw)):
            configuration = self._known(asked, raw, device, before)
            if configuration is None:
                configuration = self._judged(asked, answers, raw)
                if device:
                    self.answers.seen(device, self._digest(asked, raw, configuration.text))
            if not before and not self._recoverable and len(configuration.text) > LEAST:
                with suppress(Refused):  # then it stays in memory
                    return self._shelved([configuration.text], configuration.author, configuration.changed_at)
        if self._recoverable:
            return replace(configuration, full=raw.replace("\r", ""))
        return configuration

    def _known(self, asked: Asked, raw: str, device: str, before: str) -> Configuration | None:
        """What became of the very same answer the last time; None if this one is another."""
        if before and self.answers.known(device, self._digest(asked, raw, before)):
            return unchanged(before, Page(raw, asked.grammar))
        return None

    def _judged(self, asked: Asked, answers: Sequence[str], raw: str) -> Configuration:
        """Prove that these answers, together `raw`, are whole."""
        page = Page(raw, asked.grammar)
        configuration = canonical(page, self.key)
        try:
            guard.examine_parts(answers)
            guard.examine(page, asked.host, asked.commands[-1])
        except (IntegrityBroken, Rejected) as error:
            raise Doubted(error, configuration.text) from error
        return configuration

    def _in_pieces(self, asked: Asked) -> Configuration:
        """The same for what is not to be in memory as a whole; it is read anew each time."""
        from bitools.net.decisions.in_pieces import Reading  # not at the top: almost nobody says that much

        reading = Reading(asked.grammar, self.key, asked.host, asked.commands[-1])
        kept = self._shelved(reading.stored(under(asked.commands, asked.printed)))
        try:
            guard.examine_parts([one for one in asked.printed if isinstance(one, str)])
            author, changed_at = reading.end()
        except (IntegrityBroken, Rejected) as error:
            raise Doubted(error, kept.beginning) from error
        return Shelved(kept.file, kept.lines, author, changed_at)

    def _digest(self, asked: Asked, raw: str, text: str) -> str:
        return self.answers.digest(asked.grammar.platform, asked.host, asked.commands, raw, text)

    def _shelved(self, pieces: Iterable[str], author: str = "", changed_at: str = "") -> Shelved:
        return Shelved(*shelved(self._folder, pieces), author, changed_at)
