"""Who had this address at that time: asked with a reason, answered with a grade, recorded, stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from bitools.errors import NotFound, Usage
from bitools.i18n import _
from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Address
from bitools.iplog.decisions.grading import Answer, Assignment, Cause, Grade
from bitools.iplog.decisions.tenancies import FOREVER, Place, Tenancy
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.verbs.asking import asked
from bitools.iplog.verbs.evidence import Lines
from bitools.iplog.verbs.lookup import Lookup
from bitools.iplog.verbs.translation import Translated, translations
from bitools.iplog.wire import tallies
from bitools.iplog.wire.index import altered
from bitools.ledger import acts
from bitools.run import Run
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.documents.iplog import Neighbour, WhoItem

_MOST = 500  # addresses of one device whose history is told


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: an address (with the port it had outside), or a device by hardware address or name.

    `begins` and `ends` are for a device; `at` for an address.
    """

    subject: str
    reason: str
    file_number: str
    at: datetime | None = None
    port: int | None = None
    begins: datetime | None = None
    ends: datetime | None = None


def who(run: Run, question: Question) -> Document[WhoItem]:
    """Answer one question; the answer's places are in `more["places"]` for a bundle, and not printed.

    Raise Usage without reason, file number or time; Refused for who may not ask; IntegrityBroken if the
    evidence is not what was sealed, or there is no index.
    """
    archive = Archive(run)
    document: Document[WhoItem] = run.document("bitools.iplog.who/1")
    zone = archive.zone
    document.more = {
        "at": question.at.astimezone(zone).isoformat() if question.at else None,
        "utc": _utc(question.at),
        "candidates": [],
        "asked_by": run.ledger.actor,
        "file_number": question.file_number,
        "reason": question.reason,
        "bundle": None,
    }
    target = f"{question.subject}{f':{question.port}' if question.port else ''}"
    with asked(run, archive.settings, acts.IPLOG_WHO, target, question.reason, question.file_number) as entry:
        with archive.index() as index:
            _answer(_Teller(archive, Lookup(archive, index)), question, document)
        grades = sorted({item["grade"] for item in document.items})
        entry.done(after={"at": document.more["at"], "grades": grades, "items": len(document.items)})
    return document


def _answer(teller: _Teller, question: Question, document: Document[WhoItem]) -> None:
    ip = addresses.address(question.subject)
    if ip is None:
        teller.device(question, document)
    elif question.at is None:
        raise Usage(_("which time? add --at TIME"))
    elif question.port is not None:
        teller.translated(ip, question.port, question.at, document)
    else:
        at = round(question.at.timestamp() * 1000)
        document.items = teller.items(ip, at)
        document.more["candidates"] = teller.candidates(ip, at, document.items)


class _Teller:
    """Answers in the words of the document."""

    def __init__(self, archive: Archive, lookup: Lookup) -> None:
        self.archive, self.lookup = archive, lookup
        self.lines = Lines(archive)

    def items(
        self, ip: Address, at: int, answer: Answer | None = None, extra: Sequence[Place] = ()
    ) -> list[WhoItem]:
        """One item for each who held the address then; one for nobody."""
        answer = answer or self.lookup.answer(ip, at)
        causes = list(dict.fromkeys(cause.value for cause, _source in answer.causes))
        everyone = self.lookup.history(ip, at).tenancies
        shared: dict[str, Any] = {
            "before": self._neighbour(_before(everyone, answer.tenancies, at)),
            "after": self._neighbour(_after(everyone, answer.tenancies, at)),
            "gaps": sorted({source for _cause, source in answer.causes if source}),
            "causes": causes,
        }
        found = [self._held(ip, answer, one, shared, (at, at), extra) for one in answer.tenancies]
        known = {None, *(one.mac for one in answer.tenancies)}
        persons = {item["person"] for item in found}
        for one in answer.assignments:
            if one.mac not in known or one.person not in persons:
                found.append(self._assigned(ip, answer, one, shared, extra))
                known.add(one.mac)
                persons.add(one.person)
        return found or [self._nobody(ip, answer, shared, extra)]

    def candidates(self, ip: Address, at: int, items: Sequence[WhoItem]) -> list[WhoItem]:
        """Others who held it so close to the time that the clocks may be wrong about it."""
        error = self.archive.settings.clock_error * 1000
        told = {item["mac"] for item in items}
        found: dict[str | None, WhoItem] = {}
        for near in (at - error, at + error):
            answer = self.lookup.answer(ip, near)
            macs = {one.mac for one in answer.tenancies} | {one.mac for one in answer.assignments}
            if answer.grade is Grade.UNKNOWN or {addresses.shown_mac(one) or None for one in macs} <= told:
                continue
            for item in self.items(ip, near, answer):
                if item["mac"] and item["mac"] not in told:
                    found.setdefault(item["mac"], item)
        return list(found.values())

    def translated(self, ip: Address, port: int, at: datetime, document: Document[WhoItem]) -> None:
        """A public address and port: who was behind it, and who had that inside address."""
        instant = round(at.timestamp() * 1000)
        seen = translations(self.archive, self.lookup.index, ip, port, instant)
        if not seen.exact:
            nothing = Answer(Grade.UNKNOWN, causes=((Cause.SESSION, ""),))
            item = self._nobody(ip, nothing, _nothing([Cause.SESSION.value]), [])
            item["port"] = port
            document.items = [item]
        for one in seen.exact:
            document.items += self._behind(one, port, instant, certain=True)
        if len({one.inside for one in seen.exact}) > 1:
            for item in document.items:
                item["grade"] = "conflict"
        if seen.standing:
            for item in document.items:  # it was translated before; that it still was is not said
                item["grade"], item["causes"] = "unknown", [*item["causes"], Cause.SESSION.value]
        for one in seen.near:
            document.more["candidates"] += self._behind(one, port, instant, certain=False)

    def _behind(self, one: Translated, port: int, at: int, *, certain: bool) -> list[WhoItem]:
        moment = min(max(at, one.start), one.end) if one.start < one.end else one.start
        items = self.items(one.inside, at if certain else moment, extra=[one.place])
        for item in items:
            item["port"] = port
        return items

    def device(self, question: Question, document: Document[WhoItem]) -> None:
        """A device by hardware address or name: the addresses it had in a stretch of time."""
        if question.begins is None or question.ends is None:
            raise Usage(_("of a device a stretch of time is asked: add --from TIME --to TIME"))
        begins, ends = (round(one.timestamp() * 1000) for one in (question.begins, question.ends))
        if part := next(tallies.altered_tables(self.lookup.index.base, tallies.CLIENTS), None):
            raise altered(part)
        mac = addresses.mac(question.subject)
        macs = [mac] if mac else self.lookup.index.macs_of(question.subject)
        if not macs:
            text = _('nobody was ever seen under the name "{name}"').format(name=question.subject)
            raise NotFound(
                text, target=question.subject, hint=_("an address, a hardware address or a host name")
            )
        for one in macs:
            for ip in self.lookup.index.addresses_of(one)[:_MOST]:
                document.items += self._stays(ip, one, begins, ends)
        document.items.sort(key=lambda item: item["from"] or "")
        if not document.items:
            document.warnings.append(
                _("no line that is kept says that it had an address then; that proves nothing")
            )

    def _stays(self, ip: Address, mac: bytes, begins: int, ends: int) -> Iterable[WhoItem]:
        row = self.lookup.history(ip, begins).tenancies
        for one in row:
            last = max(one.sign, one.end or one.sign)
            if one.mac != mac or last < begins or one.start > ends or begins < ends == one.start:
                continue
            at = max(one.start, min(one.sign, begins))
            answer = self.lookup.answer(ip, max(at, begins) if last > begins else one.start)
            if one.mac not in {other.mac for other in answer.tenancies}:
                answer = Answer(Grade.WITHIN_LEASE, (one,))
            shared: dict[str, Any] = {
                "before": self._neighbour(_before(row, [one], one.start)),
                "after": self._neighbour(_after(row, [one], one.sign)),
                "gaps": [], "causes": [],
            }  # fmt: skip
            told = Answer(answer.grade, (one,), answer.assignments)
            yield self._held(ip, told, one, shared, (max(one.start, begins), min(last, ends)))

    def _held(
        self, ip: Address, answer: Answer, one: Tenancy, shared: dict[str, Any], asked: tuple[int, int],
        extra: Sequence[Place] = (),
    ) -> WhoItem:  # fmt: skip
        item = self._blank(ip, answer, shared)
        begins, ends = asked
        proof = self.lines.proven(ip, one.mac, *one.shown_by(begins, ends))
        person = next((each.person for each in answer.assignments if each.mac in (None, one.mac)), None)
        item |= {
            "mac": addresses.shown_mac(one.mac) or None, "randomised": addresses.randomised(one.mac),
            "host": one.named(max(begins, ends - 1)) or None, "person": person,
            "from": self._shown(one.start) if one.since else None, "to": self._shown(one.end),
            "sign": self._shown(one.sign), "source": one.source,
            "relay": one.relay or None, "circuit": one.circuit or None,
            "evidence": [*self.lines.evidence(*extra), *proof],
        }  # fmt: skip
        return item

    def _assigned(
        self, ip: Address, answer: Answer, one: Assignment, shared: dict[str, Any], extra: Sequence[Place]
    ) -> WhoItem:
        item = self._blank(ip, answer, shared)
        places = [*extra, *([one.place] if one.place else [])]
        item |= {
            "mac": addresses.shown_mac(one.mac) or None, "randomised": addresses.randomised(one.mac),
            "person": one.person, "from": self._shown(one.start or None), "to": self._shown(one.end),
            "source": "static", "evidence": self.lines.evidence(*places),
        }  # fmt: skip
        return item

    def _nobody(self, ip: Address, answer: Answer, shared: dict[str, Any], extra: Sequence[Place]) -> WhoItem:
        item = self._blank(ip, answer, shared)
        item["evidence"] = self.lines.evidence(*extra)
        return item

    def _blank(self, ip: Address, answer: Answer, shared: dict[str, Any]) -> WhoItem:
        blank = {
            "grade": answer.grade.value, "ip": addresses.shown(ip), "port": None, "mac": None,
            "randomised": False, "host": None, "person": None, "from": None, "to": None, "sign": None,
            "source": None, "relay": None, "circuit": None, "evidence": [], **shared,
        }  # fmt: skip
        return cast("WhoItem", blank)

    def _neighbour(self, one: Tenancy | None) -> Neighbour | None:
        if one is None:
            return None
        ends = one.sign if one.end is None or one.end >= FOREVER else max(one.sign, one.end)
        return {
            "mac": addresses.shown_mac(one.mac) or None, "host": one.host or None,
            "begins": self._shown(one.start) or "", "ends": self._shown(ends),
        }  # fmt: skip

    def _shown(self, at: int | None) -> str | None:
        """An instant in the municipality's zone; none for a lease without end."""
        if at is None or at >= FOREVER:
            return None
        return datetime.fromtimestamp(at / 1000, self.archive.zone).isoformat(timespec="seconds")


def _nothing(causes: list[str]) -> dict[str, Any]:
    return {"before": None, "after": None, "gaps": [], "causes": causes}


def _before(everyone: Sequence[Tenancy], held: Sequence[Tenancy], at: int) -> Tenancy | None:
    """The last one that began before, and is none of those who held it."""
    mine = {(one.source, one.start, one.mac) for one in held}
    found = [one for one in everyone if one.start <= at and (one.source, one.start, one.mac) not in mine]
    return max(found, key=lambda one: one.sign, default=None)


def _after(everyone: Sequence[Tenancy], held: Sequence[Tenancy], at: int) -> Tenancy | None:
    """The first one that began after."""
    mine = {(one.source, one.start, one.mac) for one in held}
    found = [one for one in everyone if one.start > at and (one.source, one.start, one.mac) not in mine]
    return min(found, key=lambda one: one.start, default=None)


def _utc(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
