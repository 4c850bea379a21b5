"""Mails on their way, as files: `new/` waits, `sent/` was taken by the relay, `dead/` was refused for good.

A mail is written whole, to the disk, before it has a name in `new/`; it leaves by rename only after the relay
took it. A crash in between sends it twice, never not at all: that is all a mail queue can promise, and the
second copy has the same Message-ID.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path

from bitools import state
from bitools.errors import IntegrityBroken
from bitools.i18n import _
from bitools.state import State

PLACES = ("new", "sent", "dead")
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=6)
_KEEP_SENT = timedelta(days=60)
_NAME = re.compile(r"[^A-Za-z0-9@._-]+")


@dataclass(frozen=True, slots=True)
class Queued:
    """One mail in the outbox; `raw` is the mail itself, `not_before` when to try again."""

    name: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    queued: datetime
    raw: bytes
    attempts: int = 0
    not_before: datetime | None = None
    complaint: str = ""

    def later(self, complaint: str, now: datetime, recipients: Sequence[str] = ()) -> Queued:
        """The same mail after a try that failed: each wait is twice the one before, six hours at most."""
        wait = min(_FIRST_WAIT * 2 ** min(self.attempts, 10), _LONGEST_WAIT)
        return replace(
            self,
            recipients=tuple(recipients) or self.recipients,
            attempts=self.attempts + 1,
            not_before=now + wait,
            complaint=complaint,
        )


class Outbox:
    """The folder `outbox/` of a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, mail: Queued) -> bool:
        """Queue a mail, safely on the disk; False if it is here already, waiting, sent or dead."""
        if any(self._path(place, mail.name).exists() for place in PLACES):
            return False
        self._put("new", mail)
        return True

    def list(self, place: str = "new") -> Iterator[Queued]:
        """The mails in one of PLACES, oldest first; what is no whole mail is set aside, and told."""
        yield from sorted(self._files(place), key=lambda mail: (mail.queued, mail.name))

    def retry(self, mail: Queued) -> None:
        """Keep a mail whose try failed."""
        self._put("new", mail)

    def sent(self, mail: Queued) -> None:
        """The relay took it, for everyone left on it."""
        self._move(mail, "sent")

    def dead(self, mail: Queued) -> None:
        """The relay refused it for good; it stays visible until somebody looks."""
        self._put("new", mail)
        self._move(mail, "dead")

    def dead_copy(self, mail: Queued) -> None:
        """Some recipients were refused for good: they are kept in `dead/`, the others are not held up."""
        self._put("dead", replace(mail, name=f"{mail.name}-refused"))

    def revive(self, mail: Queued) -> None:
        """What was refused for good waits once more: the address exists now, the mailbox has room."""
        self._put("new", replace(mail, not_before=None))
        self._path("dead", mail.name).unlink(missing_ok=True)

    def bury(self, mail: Queued) -> None:
        """Somebody has looked at what was refused: it is forgotten."""
        self._path("dead", mail.name).unlink(missing_ok=True)

    def forget(self, mail: Queued) -> None:
        """It waits no longer."""
        self._path("new", mail.name).unlink(missing_ok=True)

    def tidy(self, now: datetime) -> None:
        """Forget what was sent two months ago."""
        for mail in list(self.list("sent")):
            if now - mail.queued > _KEEP_SENT:
                self._path("sent", mail.name).unlink(missing_ok=True)

    def expect(self, sender: str) -> None:
        """Set aside what waits and is not from this sender: a mail that somebody else put here."""
        for mail in list(self.list()):
            written = parseaddr(message_from_bytes(mail.raw).get("From", ""))[1]
            if {mail.sender, written} != {sender}:
                why = _("it is not from {sender}").format(sender=sender)
                self._state.set_aside(why, "outbox", "new", self._path("new", mail.name).name)

    def put(self, place: str, mail: Queued) -> None:
        """Write it anew, where it is."""
        self._put(place, mail)

    def _files(self, place: str) -> Iterator[Queued]:
        for path in self._state.files("outbox", place, pattern="*.mail"):
            try:
                yield _read(path)
            except IntegrityBroken:
                self._state.set_aside(_("it is no queued mail"), "outbox", place, path.name)
            except FileNotFoundError:
                pass  # another run has sent it since

    def _path(self, place: str, name: str) -> Path:
        return self._state.path("outbox", place, f"{_NAME.sub('_', name)[:120]}.mail")

    def _put(self, place: str, mail: Queued) -> None:
        head = {
            "name": mail.name,
            "sender": mail.sender,
            "recipients": mail.recipients,
            "subject": mail.subject,
            "queued": mail.queued.isoformat(),
            "attempts": mail.attempts,
            "not_before": mail.not_before.isoformat() if mail.not_before else None,
            "complaint": mail.complaint,
        }
        content = json.dumps(head, ensure_ascii=False).encode() + b"\n" + mail.raw
        state.write(self._path(place, mail.name), content)

    def _move(self, mail: Queued, place: str) -> None:
        target = self._path(place, mail.name)
        self._path("new", mail.name).replace(target)
        for folder in (target.parent, target.parent.with_name("new")):
            state.sync_folder(folder)


def _read(path: Path) -> Queued:
    head, _line, raw = path.read_bytes().partition(b"\n")
    try:
        values: Mapping[str, str] = json.loads(head)
        waits = values["not_before"]
        return Queued(
            name=values["name"],
            sender=values["sender"],
            recipients=tuple(values["recipients"]),
            subject=values["subject"],
            queued=datetime.fromisoformat(values["queued"]),
            raw=raw,
            attempts=int(values["attempts"]),
            not_before=datetime.fromisoformat(waits) if waits else None,
            complaint=values["complaint"],
        )
    except (ValueError, KeyError, TypeError) as error:
        hint = _("look at it, then move it away")
        raise IntegrityBroken(_("{path}: not a queued mail").format(path=path), hint=hint) from error
