"""One line being read for secrets: its words, and what can be said of each, in one pass from its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from bitools import regex
from bitools.net.decisions.secrets import options as options
from bitools.net.decisions.secrets.options import HOLE, is_assignment
from bitools.net.decisions.secrets.places import bare, words_of
from bitools.net.decisions.secrets.shapes import Span
from bitools.net.decisions.secrets.words import BETWEEN, BETWEEN_WITH, Kind, kind

_REDUNDANT = ("standby", "hsrp", "glbp", "vrrp", "nhrp", "carp", "vrid", "ucarp")
_FREE_TEXT = regex.compile(
    r"(?i)^\s*(?:alias|(?:[^\s]+\s+){0,3}?(?:description|remark|descr|comments?|label|title|contact|location"
    r"|sys-contact|sys-location))\b[^{]*$"
)


_SERVER_BLOCK = regex.compile(r"(?i)\b(?:tacacs|radius|isakmp|ikev?[12]?|keyring)\b")


def kind_of_block(header: str) -> bool:
    """Is it the block of a server of RADIUS or its kin, or of a neighbour in IKE?"""
    return bool(_SERVER_BLOCK.search(header))


_WRITING = frozenset(  # how a secret is written; no number of its own stands behind these
    "simple plain plaintext plain-text clear cleartext clear-text ascii ascii-text usual nonstandard "
    "irreversible-cipher cipher text".split()
)
_OF_A_DIRECTORY = frozenset("cn ou dc o c uid dn user username name id login".split())


def _of_its_parts(raw: str, word: str) -> Kind:
    """The same where small and capital letters say what it is made of: `olcRootPW`."""
    if raw == word or raw.islower() or raw.isupper() or "=" in raw or options.is_option(word):
        return ""
    return kind(raw)


class Passed(NamedTuple):
    """Reading on from a word: the first that could not stand before a secret, and the last that could.

    `masked`: behind the last one of them that is masked already; None if none is.
    """

    value: int
    last: int | None
    masked: int | None


@dataclass
class Line:
    """One line; `above` are the headers of the block it stands in, outermost first, `spared` what is none."""

    text: str
    above: tuple[str, ...] = ()
    spared: tuple[Span, ...] = ()
    found: list[Span] = field(default_factory=list)
    nested: bool = False
    prose: bool = False

    @cached_property
    def places(self) -> list[Span]:
        """Where its words stand."""
        return words_of(self.text)

    @cached_property
    def raws(self) -> list[str]:
        """Its words as they are."""
        return [self.text[start:end] for start, end in self.places]

    @cached_property
    def words(self) -> list[str]:
        """Its words, bare."""
        return [bare(raw) for raw in self.raws]

    @cached_property
    def kinds(self) -> list[Kind]:
        """What each word says of the next."""
        pairs = zip(self.raws, self.words, strict=True)
        return [kind(word) or _of_its_parts(raw, word) for raw, word in pairs]

    @cached_property
    def snmp(self) -> bool:
        """Is it about SNMP, where a community is one?"""
        return any(
            "snmp" in word or word.startswith(("rocommunity", "trap")) for word in self.words[:8]
        ) or any("snmp" in header.lower() for header in self.above)

    @cached_property
    def redundant(self) -> bool:
        """Is it about HSRP and its kin, where `authentication` stands before the secret itself?"""
        return any(word.startswith(_REDUNDANT) for word in self.words[:6])

    @cached_property
    def free_text(self) -> bool:
        """Is it a description?"""
        return self.prose or bool(_FREE_TEXT.match(self.text))

    @cached_property
    def comment(self) -> bool:
        """Is it a comment? Only what is surely a secret is one there."""
        text = self.text.lstrip()
        share = text.startswith("//") and text[2:3].isalnum()  # fstab(5): //10.0.0.1/share
        return text.startswith(("!", "#", "/*", "//")) and not text.startswith("# $") and not share

    @cached_property
    def communities_from(self) -> int:
        """From which letter on it is about communities."""
        if any("communit" in header.lower() for header in self.above):
            return -1
        place = self.text.lower().find("communit")
        return place if place >= 0 else len(self.text)

    @cached_property
    def secret_named_at(self) -> int:
        """From which word on a secret is named (`key=DB_PASSWORD value=…`), by a word or by the block."""
        headers = (header.rstrip("{: ").split() for header in self.above)
        if any(header and kind(bare(header[-1])) == "strong" for header in headers):
            return -1
        named = (at for at, word in enumerate(self.words) if kind(word.rpartition("=")[2]) == "strong")
        return next(named, len(self.words))

    @cached_property
    def server_at(self) -> int:
        """From which word on it is about a server of RADIUS or its kin."""
        servers = (
            at for at, word in enumerate(self.words) if word.startswith(("tacacs", "radius", "isakmp"))
        )
        return next(servers, len(self.words))

    @property
    def of_a_server(self) -> bool:
        """Does it stand in the block of a server, whose `key` may be a number?"""
        return bool(self.above) and kind_of_block(self.above[-1])

    @cached_property
    def passed(self) -> list[Passed]:
        """For each word: reading on from here, how far one comes."""
        total = len(self.words)
        table = [Passed(total, None, None)] * (total + 1)
        for at in range(total - 1, -1, -1):
            table[at] = self._passed_at(at, table)
        return table

    def _passed_at(self, at: int, table: list[Passed]) -> Passed:
        word, raw, total = self.words[at], self.raws[at], len(self.words)
        if HOLE in raw:
            beyond = table[at + 1]
            return beyond if beyond.masked is not None else beyond._replace(masked=at + 1)
        if raw[0] in "\"'" and not options.is_address(word):
            return Passed(at, None, None)
        if word in BETWEEN_WITH and at + 1 < total:
            beyond = table[at + 2]
            masked = at + 2 if beyond.masked is None and HOLE in self.raws[at + 1] else beyond.masked
            return Passed(beyond.value, at + 1 if beyond.last is None else beyond.last, masked)
        if self._may_stand_between(at):
            beyond = table[at + 1]
            return beyond if beyond.last is not None else beyond._replace(last=at)
        if at + 1 < total and is_assignment(word) and word.partition("=")[0] in _OF_A_DIRECTORY:
            return table[at + 1]  # `cn=admin`: the user of a directory
        return Passed(at, None, None)

    def _may_stand_between(self, at: int) -> bool:
        word = self.words[at]
        return (
            not word
            or word in BETWEEN
            or bool(self.kinds[at])
            or (word.isdigit() and len(word) <= 5 and not self.is_written_out(at))
            or options.is_address(word)
            or options.is_algorithm(word)
        )

    @cached_property
    def only_options(self) -> list[bool]:
        """For each word: is there nothing but options from here to the end?"""
        return options.only_options(self.words)

    @cached_property
    def options_until_more(self) -> list[bool]:
        """For each word: do options stand here, up to another word that announces a secret?"""
        begins = [bool(sure) and at + 1 < len(self.words) for at, sure in enumerate(self.kinds)]
        return options.options_until(self.words, begins)

    def is_written_out(self, at: int) -> bool:
        """Is it a short number and a secret all the same, in quotes or behind how it is written?

        `authentication-mode md5 plain 1234`, `isis authentication key 1234`, `pin 9226`.
        """
        word, before = self.words[at], self.words[max(0, at - 2) : at]
        if not (word.isdigit() and len(word) >= 3 and before):
            return False
        if self.raws[at][0] in "\"'" or before[-1] in _WRITING or before[-1] == "pin":
            return True
        return len(word) >= 4 and before[-1] == "key" and before[0].startswith("authenticat")

    def hide(self, first: int, last: int | None = None) -> None:
        """From this word to that one."""
        self.found.append((self.places[first][0], self.places[first if last is None else last][1]))

    def is_spared(self, at: int) -> bool:
        """Does the platform say that this word is none, or is it masked already?"""
        return self.spares(self.places[at][0]) or not self.raws[at].strip(HOLE)

    def spares(self, letter: int) -> bool:
        """Does the platform say that what stands here is none?"""
        return any(begin <= letter < end for begin, end in self.spared)
