"""What restic's exit codes and messages mean: the one place that reads them.

| | before 0.17 | 0.17 and later |
| --- | --- | --- |
| no repository, locked, wrong password | 1, the reason only in the text | 10, 11, 12 |
| some files could not be read | 3 | 3 |

An unknown code is a failure.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bitools.backup.decisions.runs import Snapshot
from bitools.backup.wire.made import Made
from bitools.errors import BitoolsError, CredentialsRejected, IntegrityBroken, Locked, Rejected, Unreachable
from bitools.i18n import _

# Patterns are compiled when one is looked for: most runs have nothing to explain.
_READABLE = 200  # characters of a line that a person reads
_DAMAGE = (
    r"(?im)pack id does not match|unexpected file size|: does not exist|contains \d+ errors|^error for tree"
)
_HELD = r"already locked (?:exclusively )?by PID"
_FILE = r"(?:ignoring error for|error for|could not be read:) (?P<file>/.*?): (?P<why>.*)"
_NAMED = 5  # files in one message
_GO = (  # a stack trace
    r"^\s*(goroutine \d|\S+\.(go|s):\d|\S+\(.*\)$|panic: |(github\.com|golang\.org)/\S+$"
    r"|(runtime|main)\.\w+$)"
)
_UNREADABLE = r"(?:could not load|failed to load|loading) snapshot ([0-9a-f]{8})"
_URL_SECRET = r"//[^/\s@]+@"


def without_secret(text: str) -> str:
    """The same without the user and password that a location may hold."""
    return re.sub(_URL_SECRET, "//×××@", text)


class NoRepository(Unreachable):
    """The place can be reached, and there is no repository in it."""


class RepositoryUnreachable(Unreachable):
    """Where the repository is gives no answer."""


class Full(Rejected):
    """A disk is full: at this place, as restic says in this complaint."""

    def __init__(self, place: str, complaint: str) -> None:
        message = _("{place}: the disk is full: {complaint}").format(place=place, complaint=complaint)
        super().__init__(message, hint=_("make room there"), reason="full")
        self.complaint = complaint


class Damaged(IntegrityBroken):
    """`check` found damage. `complaint` is all that it said: it names packs, blobs and trees."""

    def __init__(self, message: str, *, target: str, hint: str, reason: str, complaint: str) -> None:
        super().__init__(message, target=target, hint=hint, reason=reason)
        self.complaint = complaint


class Broken(IntegrityBroken):
    """What is stored cannot be read back as it was written."""

    def __init__(self, place: str, complaint: str) -> None:
        message = _("{place}: what is stored there is damaged: {complaint}")
        hint = _("what is hit says: bitools backup verify; a second repository may have it whole")
        super().__init__(message.format(place=place, complaint=complaint), hint=hint, reason="damaged")
        self.complaint = complaint


@dataclass(frozen=True, slots=True)
class Answer:
    """What restic ended with and said."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """What it complained of, without credentials that a location may hold."""
        return without_secret(self.stderr.decode(errors="replace"))

    @property
    def lines(self) -> list[str]:
        """The lines of it, those that restic 0.17 and later write as JSON in words."""
        return [line for raw in self.text.splitlines() for line in _in_words(raw)]

    @property
    def complaint(self) -> str:
        """The line that says why: who holds the lock, else the one marked fatal, else the last."""
        held = [line for line in self.lines if re.search(_HELD, line)]
        fatal = [line.removeprefix("Fatal: ") for line in self.lines if line.startswith("Fatal:")]
        return (held or fatal or self.lines or [_("it said nothing")])[-1]

    @property
    def files(self) -> list[str]:
        """The files that it names as unreadable, lost or damaged, each once, with the reason behind it."""
        found: dict[str, str] = {}
        for line in self.lines:
            if named := re.match(_FILE, line):
                found.setdefault(named["file"], named["why"].strip())
        return [f"{file}: {why}" for file, why in found.items()]

    @property
    def unreadable(self) -> list[str]:
        """The snapshots that it passes over in a listing, for their own files are damaged."""
        return sorted({found[1] for line in self.lines for found in re.finditer(_UNREADABLE, line)})

    @property
    def damaged(self) -> bool:
        """Did `check` find that what is stored is not what was written?"""
        return re.search(_DAMAGE, self.text) is not None

    @property
    def finding(self) -> str:
        """The first line that tells of damage; else the complaint."""
        lines = (line.strip() for line in self.text.splitlines())
        return next((line for line in lines if re.search(_DAMAGE, line)), self.complaint)[:_READABLE]

    @property
    def refused(self) -> bool:
        """Was it the repository that said no, whatever else happened?"""
        return any(_fits(self, kind) for kind in ("locked", "password", "missing", "unreachable", "full"))


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock in a repository: who holds it, since when, and whether it keeps everybody else out."""

    id: str
    host: str
    user: str
    pid: int
    since: datetime
    exclusive: bool


_TEMPORARY = r"(/\S*)/restic-temp-"
_OPENING = (
    r"config file has zero size|slice bounds out of range|Unmarshal: |(config or key|key) \S+ is damaged"
    r"|LoadRaw\((<|\\u003c)(key|config)/|config cannot be loaded: (nonce|ciphertext|invalid)"
)
_NETWORK = r"(?i)dial |connection re(fused|set)|no such host|timed? ?out|x509"
_OURS = "context canceled"  # what restic says of what a signal of ours broke off
_CODES = {"missing": 10, "locked": 11, "password": 12}
_TEXTS = {
    "full": r"no space left on device|disk quota exceeded",
    "locked": r"unable to create lock|repository is already locked|already locked (exclusively )?by",
    "password": r"wrong password or no key found",
    "damaged": _OPENING + r"|ciphertext verification failed|nonce is invalid|(wrong|invalid) data returned"
    r"|file is too short|StreamPack: ReadFull|/data/[0-9a-f]{2}/[0-9a-f]{64}: no such file"
    r"|<data/[0-9a-f]+>\S* does not exist|pack size does not match|pack id does not match"
    r"|unexpected file size|not found in (repository|index)|LoadIndex returned errors",
    "missing": r"config.*(no such file or directory|not exist|404|not found)|repository does not exist",
    "unreachable": r"dial |connection re(fused|set)|no such host|timeout|timed out|start the sftp session"
    r"|subprocess ssh|x509|certificate|unexpected EOF|unable to open config file",
}


def _in_words(line: str) -> list[str]:
    """A line as people read it; nothing of a stack trace, nothing for an empty one."""
    line = line.strip()
    if not line or re.match(_GO, line):
        return []
    if not line.startswith("{"):
        return [line]
    try:
        entry = json.loads(line)
    except ValueError:
        return [line[:_READABLE]]
    if not isinstance(entry, dict):
        return [line[:_READABLE]]
    error = entry.get("error")
    why = entry.get("message") or (error.get("message") if isinstance(error, dict) else error) or ""
    if not why and error == {} and entry.get("during") == "archival":  # the folder it compares with
        why = _("restic gives no reason; is the repository whole? look: bitools backup verify")
    if not why and isinstance(error, dict) and isinstance(error.get("Err"), int):
        why = os.strerror(error["Err"])  # before 0.17: Op, Path, Err
    item = entry.get("item") or (error.get("Path") if isinstance(error, dict) else "")
    words = [one for one in str(why).splitlines() if not re.match(_GO, one)] or [
        entry.get("message_type", "")
    ]
    return [f"could not be read: {item}: {words[0]}"] if item else [str(one).strip() for one in words]


def named(files: Sequence[str]) -> str:
    """The first of these files, and how many more there are."""
    more = len(files) - _NAMED
    text = "; ".join(files[:_NAMED])
    return text + (_("; and {count} more").format(count=more) if more > 0 else "")


def interpret(answer: Answer, location: str, *, partial: bool = False) -> None:
    """Raise what the answer means; nothing if it is a success (or, where `partial` is allowed, half of one).

    Raise Locked, CredentialsRejected, NoRepository, Unreachable, or Rejected for whatever else it says.
    """
    if answer.code == 0 or (answer.code == 3 and partial):
        return
    place = without_secret(location)
    for kind in _TEXTS:
        if _fits(answer, kind):
            raise _error(kind, place, answer)
    complaint = named(answer.files) or answer.complaint
    message = _("restic ended with code {code}: {complaint}").format(code=answer.code, complaint=complaint)
    if "permission denied" in answer.text and location.startswith("/"):
        hint = _("whoever made the repository may read it: sudo bitools backup …")
        raise Rejected(message, hint=hint, reason="forbidden")
    raise Rejected(message, reason="ownership" if _only_ownership(answer) else "restic")


def _only_ownership(answer: Answer) -> bool:
    """Is all it complains of that a file or folder could not be given its owner?

    A container or a user namespace is root over itself only: the folders above belong to nobody it knows.
    """
    errors = [line for line in answer.text.splitlines() if line.startswith("ignoring error for ")]
    return bool(errors) and all(": lchown " in line for line in errors)


def _fits(answer: Answer, kind: str) -> bool:
    by_code = answer.code == _CODES.get(kind, -1)
    if kind == "damaged":  # a slice out of its bounds is a panic, code 2; what the network broke off is whole
        damaged = answer.code in (1, 2) and re.search(_TEXTS[kind], answer.text, re.IGNORECASE)
        return bool(damaged) and not re.search(_NETWORK, answer.text)
    by_text = answer.code == 1 and re.search(_TEXTS[kind], answer.text, re.IGNORECASE) is not None
    if kind == "unreachable" and _OURS in answer.text:
        return False  # it was ended while it opened the repository: that says nothing of the repository
    return by_code or by_text


def _error(kind: str, place: str, answer: Answer) -> BitoolsError:
    why = {"place": place, "complaint": answer.complaint}
    if kind == "full":
        own = re.search(_TEMPORARY, answer.text)  # where restic packs, not where it stores
        return Full(own[1] if own else place, named(answer.files) or answer.complaint)
    if kind == "locked":
        return Locked(
            _("{place} is locked by another restic: {complaint}").format(**why),
            hint=_("wait for it, or see who it is: bitools backup unlock; stale locks were already removed"),
            reason="locked",
        )
    if kind == "password":
        return CredentialsRejected(
            _("{place} does not accept the password").format(**why),
            hint=_("is it the password this repository was made with?"),
            reason="password",
        )
    if kind == "damaged":
        opening = _("its file config, or a key in its folder keys, cannot be read")
        within = named(answer.files) or answer.finding
        return Broken(place, opening if re.search(_OPENING, answer.text) else within)
    if kind == "missing":
        return NoRepository(
            _("there is no restic repository at {place}").format(**why),
            hint=_("is its disk mounted? the first bitools backup run makes it"),
            reason="no_repository",
        )
    return RepositoryUnreachable(
        _("{place} cannot be reached: {complaint}").format(**why),
        hint=_("is the host up?"),
        reason="unreachable",
    )


@contextmanager
def understood() -> Iterator[None]:
    """What restic answered has the shape we know; a version to come may have another. Raise Rejected."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, StopIteration) as error:
        message = _("restic answers in a way that is not known: {what}")
        raise Rejected(message.format(what=repr(error)), reason="answer", cause=error) from error


def snapshot_of(entry: dict[str, Any]) -> Snapshot:
    """One entry of `snapshots --json`."""
    return Snapshot(
        id=entry["id"],
        time=_time(entry["time"]),
        tags=tuple(entry.get("tags") or ()),
        paths=tuple(entry.get("paths") or ()),
        host=entry.get("hostname", ""),
        original=entry.get("original", ""),
    )


@understood()
def lock_of(name: str, text: bytes) -> Lock:
    """What `cat lock` shows."""
    entry = json_of(text)
    return Lock(
        id=name,
        host=str(entry.get("hostname", "")),
        user=str(entry.get("username", "")),
        pid=int(entry.get("pid", 0)),
        since=_time(entry["time"]),
        exclusive=bool(entry.get("exclusive")),
    )


@understood()
def made_of(answer: Answer) -> Made:
    """The summary line of `backup --json`. Raise Rejected if there is none: then no snapshot is promised."""
    for line in reversed(answer.stdout.splitlines()):
        if b'"summary"' not in line:
            continue
        summary = json_of(line)
        if summary.get("message_type") == "summary" and summary.get("snapshot_id"):
            return Made(
                id=summary["snapshot_id"],
                bytes=int(summary["total_bytes_processed"]),
                complete=answer.code == 0,
                complaint=(named(answer.files) or answer.complaint) if answer.code else "",
                files=int(summary.get("total_files_processed", 0)),
                unread=tuple(answer.files) if answer.code else (),
                new=int(summary.get("files_new", 0)),
                changed=int(summary.get("files_changed", 0)),
                added=int(summary.get("data_added_packed", summary.get("data_added", 0))),
            )
    raise Rejected(_("restic names no snapshot that it made"), hint=answer.complaint, reason="no_snapshot")


def json_of(text: bytes) -> Any:
    """What restic wrote as JSON. Raise Rejected if it is none: it was cut off, or is of a version to come."""
    try:
        return json.loads(text)
    except ValueError as error:
        message = _("restic's answer cannot be read: {text}")
        shown = text[:_READABLE].decode(errors="replace")
        raise Rejected(message.format(text=shown), reason="answer", cause=error) from error


@understood()
def snapshots_of(text: bytes) -> list[Snapshot]:
    """What `snapshots --json` prints. Raise Rejected if it cannot be read."""
    return [snapshot_of(entry) for entry in json_of(text or b"null") or []]


def _time(text: str) -> datetime:
    """RFC 3339 with up to nine digits after the second; Python keeps six."""
    return datetime.fromisoformat(text)
