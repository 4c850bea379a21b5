"""Find lines and local accounts, in what devices have now and in all they ever had. Asks no device."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast
from zoneinfo import ZoneInfo

from bitools.documents.net import Identity, LocalAccount, Once, Place, SearchItem
from bitools.errors import BitoolsError
from bitools.i18n import ASCII
from bitools.inventory.network import Device
from bitools.net.decisions.accounts import account, match_account, spellings
from bitools.net.decisions.pattern import linear
from bitools.net.decisions.secrets.masking_anyone import without_secrets
from bitools.net.decisions.statements import Statement, statements
from bitools.net.verbs.compare import identity
from bitools.net.wire.grep import Grep, Hit
from bitools.net.wire.history import History
from bitools.net.wire.mask import Masks
from bitools.platforms.model import Platform
from bitools.run import Run
from bitools.state import Document

SCHEMA = "bitools.net.search/1"
_SPECIAL = str.maketrans({character: f"\\{character}" for character in ".[](){}*+?^$|\\"})
_TURKISH = {"c": "cçÇ", "g": "gğĞ", "i": "iıİ", "o": "oöÖ", "s": "sşŞ", "u": "uüÜ"}

Matcher = Callable[[Statement, Platform | None], LocalAccount | None]


def search(
    run: Run,
    devices: Sequence[Device],
    pattern: str,
    *,
    history: bool = False,
    everywhere: bool = False,
    ignore_case: bool = False,
) -> Document[SearchItem]:
    """The lines that fit `pattern`, with the section they stand in.

    Of the newest snapshots; with `history` each line that was ever added or removed, `everywhere` also of
    devices that the inventory no longer has. Raise Usage for a pattern a bounded engine cannot follow,
    Refused if it takes too long all the same.
    """
    document: Document[SearchItem] = run.document(SCHEMA)
    look = Grep(History(run.state), linear(pattern), ignore_case=ignore_case)
    document.items += _hits(run, devices, look, lambda statement, _platform: {}, history, everywhere)
    return document


def accounts(
    run: Run, devices: Sequence[Device], name: str, *, history: bool = False, everywhere: bool = False
) -> Document[SearchItem]:
    """The local accounts that carry this name, exactly or in a usual other spelling (`match`)."""
    document: Document[SearchItem] = run.document(SCHEMA)
    names = spellings(name)
    look = Grep(History(run.state), "|".join(map(_folded, names)), ignore_case=True)

    def matcher(statement: Statement, platform: Platform | None) -> LocalAccount | None:
        found = account(statement, platform) if platform else ""
        match = match_account(found, names) if found else None
        return {"account": found, "match": match} if match else None

    found = _hits(run, devices, look, matcher, history, everywhere)
    document.items += _once(found) if not history else found
    return document


def _folded(name: str) -> str:
    """A name as an expression that fits its Turkish letters too."""
    plain = name.translate(ASCII)
    return "".join(
        f"[{_TURKISH[letter]}]" if letter in _TURKISH else letter.translate(_SPECIAL) for letter in plain
    )


def _once(items: Iterable[SearchItem]) -> list[SearchItem]:
    """An account that several lines describe is one account; its first line stands for it."""
    seen: dict[tuple[str, str], SearchItem] = {}
    for item in items:
        seen.setdefault((item["device"], item["account"]), item)
    return list(seen.values())


def _hits(
    run: Run, devices: Sequence[Device], look: Grep, matcher: Matcher, history: bool, everywhere: bool
) -> list[SearchItem]:
    reader = _Reader(run)
    if history:
        names = [] if everywhere else [device.name for device in devices]
        return list(_ever(reader, look, names, matcher))
    known = {device.name: device for device in devices}
    hits: dict[str, list[Hit]] = defaultdict(list)
    for hit in look.newest(list(known)):
        hits[hit.device].append(hit)
    texts = reader.history.latest(list(hits))
    items: list[SearchItem] = []
    for name, found in hits.items():
        for statement, told in reader.matching(name, texts[name], found, matcher):
            items.append(_item(identity(known[name]), statement, told))
    return items


def _ever(reader: _Reader, look: Grep, names: Sequence[str], matcher: Matcher) -> Iterator[SearchItem]:
    """Each line that a commit added or removed, newest commit first."""
    commits = look.commits(names)
    facts = {commit.id: commit for commit in reader.history.log(names)} if commits else {}
    for change in look.changes(commits):
        fact = facts.get(change.commit)
        about: Once = {
            "kind": change.kind,
            "commit": change.commit,
            "time": fact.time.astimezone(reader.zone).isoformat(timespec="seconds") if fact else None,
            "author": fact.author if fact and fact.author != "unknown" else None,
        }
        for statement, told in reader.matching(change.device, change.text, change.hits, matcher):
            yield _item(reader.identity(change.device), statement, told, about)


def _item(who: Identity, statement: Statement, account: LocalAccount, once: Once | None = None) -> SearchItem:
    place: Place = {"path": list(statement.path), "line": statement.line, "number": statement.number}
    return cast(SearchItem, {**who, **place, **account, **(once or {})})


def _line(lines: Sequence[str], hit: Hit) -> str:
    """The line that was hit, as it is masked today; lines may have become fewer."""
    return lines[hit.number - 1] if hit.number <= len(lines) else without_secrets(hit.line)


@dataclass
class _Reader:
    """The history, and what the inventory knows of its devices."""

    run: Run

    @cached_property
    def masks(self) -> Masks:
        return Masks(self.run)

    @property
    def history(self) -> History:
        return History(self.run.state)

    @property
    def zone(self) -> ZoneInfo:
        return self.run.inventory.settings.zone

    def platform(self, name: str) -> Platform | None:
        """The device's platform; None if the inventory no longer has it."""
        device = self.run.inventory.devices.get(name)
        try:
            return self.run.inventory.platform(device.platform) if device else None
        except BitoolsError:
            return None

    def identity(self, name: str) -> Identity:
        device = self.run.inventory.devices.get(name)
        return identity(device) if device else {"device": name, "site": "", "role": "", "platform": ""}

    def matching(
        self, name: str, text: str, hits: Iterable[Hit], matcher: Matcher
    ) -> Iterator[tuple[Statement, LocalAccount]]:
        """The statements that were hit and that the matcher lets pass, in order."""
        platform = self.platform(name)
        text = self.masks.stored(name, text)
        masked = text.split("\n")
        placed: Mapping[int, Statement] = (
            {one.number: one for one in statements(text, platform)} if platform else {}
        )
        for hit in hits:
            statement = placed.get(hit.number) or Statement(hit.number, (), _line(masked, hit).strip())
            told = matcher(statement, platform)
            if told is not None:
                yield statement, told
