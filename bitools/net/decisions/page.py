"""What a device printed, split once, and where in it is text that is no configuration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bitools.net.decisions.grammar import Grammar, Span, grammar
from bitools.net.decisions.text import Sought, Text
from bitools.platforms.model import Platform


@dataclass(frozen=True)
class Page:
    """One answer of a device: as it came, and its lines."""

    raw: str
    grammar: Grammar

    @classmethod
    def of(cls, raw: str, platform: Platform) -> Page:
        """What a device of this platform printed."""
        return cls(raw, grammar(platform))

    @cached_property
    def lines(self) -> list[str]:
        """Without the line breaks of a terminal."""
        return self.raw.replace("\r\n", "\n").split("\n")

    @cached_property
    def not_blank(self) -> list[str]:
        """The lines that are not blank."""
        return [line for line in self.lines if line.strip()]

    def sought(self, sought: Sought) -> Text:
        """A text of its own of the lines, without any carriage return, in which all this is looked for."""
        whole = self.raw.replace("\r", "")
        return Text(whole.split("\n") if "\r" in self.raw else [*self.lines], sought, whole)

    @cached_property
    def opaque(self) -> tuple[Span, ...]:
        """Where banners and certificates are."""
        return tuple(self.grammar.opaque(Text(self.lines)))

    @cached_property
    def bare(self) -> list[str]:
        """The lines that are configuration, not the text of a banner or certificate."""
        bare: list[str] = []
        position = 0
        for span in self.opaque:
            bare += self.lines[position : span.start]
            position = span.end
        return [*bare, *self.lines[position:]]
