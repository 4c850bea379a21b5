"""What the IP-distribution log says of itself. Who had which address is in no stored document."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope

Grade = Literal["certain", "within_lease", "assigned", "conflict", "none", "unknown"]


class IngestedItem(TypedDict):
    """One source."""

    source: str
    status: Literal["taken", "unchanged"]
    segment: int
    """The number of the segment that its lines went into."""
    lines: int
    """Lines taken by this run."""
    bytes: int
    unparsed: int
    """Lines of the segment that were not understood; they are kept."""
    impossible: int
    """Lines of the segment whose time cannot be; they are kept."""
    gaps: int
    """Stretches whose lines were lost, seen by this run."""
    alarm: bool
    """Is the share of lines that were not understood above `unparsed_share`?"""


class LogIngest(Envelope):
    """What `iplog ingest` prints."""

    schema: Literal["bitools.iplog.ingest/1"]
    items: list[IngestedItem]
    skipped: NotRequired[str]
    """`running`: another run was at it, and healthy."""


class SealedItem(TypedDict):
    """One segment that this run sealed or had stamped."""

    segment: int
    day: str
    status: Literal["sealed", "stamped", "unstamped"]
    """`stamped`: a token covers it. `unstamped`: sealed, and waiting for the time authority."""
    manifest: str
    """SHA-256 of the manifest."""
    sources: int
    lines: int
    events: int
    unparsed: int
    stamped: str | None
    """The time authority's time."""
    by: str | None
    """Which verifier proved the token: `rfc3161-client` or `openssl`."""


class LogSeal(Envelope):
    """What `iplog seal` prints."""

    schema: Literal["bitools.iplog.seal/1"]
    items: list[SealedItem]
    head: str | None
    """SHA-256 of the newest manifest: what `verify --expect-head` is given."""
    unstamped: int
    """Sealed days that no token covers."""
    skipped: NotRequired[str]


class ProvenItem(TypedDict):
    """One seal."""

    segment: int
    day: str
    status: Literal["whole", "purged", "broken"]
    lines: int
    stamp: Literal["good", "covered", "late", "none", "broken"]
    """`covered`: by the token of a later one. `late`: stamped long after it was sealed."""
    stamped: str | None


class LogVerify(Envelope):
    """What `iplog verify` prints."""

    schema: Literal["bitools.iplog.verify/1"]
    items: list[ProvenItem]
    head: str | None
    missing: list[str]
    """Days on which nothing was taken, between the first seal and today."""


class SourceItem(TypedDict):
    """One source."""

    source: str
    format: str
    last: str | None
    """Time of its last line that has one."""
    read: str | None
    """When its files were last looked at."""
    lines: int
    """Today's."""
    usual: int
    """What is usual for a day, by the median of the last weeks."""
    unparsed: int
    impossible: int
    gaps: int
    """Of the last seven days."""
    problems: list[Literal["silent", "unparsed", "gap", "missing", "few", "lease_unknown"]]


class LogStatus(Envelope):
    """What `iplog status` prints."""

    schema: Literal["bitools.iplog.status/1"]
    items: list[SourceItem]
    head: str | None
    sealed: str | None
    """The last day that is sealed."""
    unsealed: int
    """Finished days that are not."""
    unstamped: int
    stamped: str | None
    """When the last token was made, by the authority's clock."""
    clock: int | None
    """How far this machine's clock was from the authority's when it was last stamped, in milliseconds."""
    asked: int
    """Questions answered in the last year."""
    held: list[str]
    """File numbers for which days are frozen."""
    problems: list[Literal["unsealed", "unstamped", "clock"]]


class Evidence(TypedDict):
    """A line that says so."""

    segment: int
    source: str
    line: int
    sealed: bool
    text: str


class Neighbour(TypedDict):
    """Who held the address before or after."""

    mac: str | None
    host: str | None
    begins: str
    ends: str | None


_Held = TypedDict("_Held", {"from": str | None, "to": str | None})  # `from` is Python's own word


class WhoItem(_Held):
    """One who held the address; one item for nobody. `from` its first sign `to` its lease's end."""

    grade: Grade
    ip: str
    port: int | None
    mac: str | None
    """Its hardware address; of an IPv6 client whose DUID holds none, the DUID."""
    randomised: bool
    """The device made its hardware address up: it names no device."""
    host: str | None
    person: str | None
    """As the list of fixed addresses records it for that time; from nowhere else."""
    sign: str | None
    """Its last sign: until then the answer is certain."""
    source: str | None
    relay: str | None
    circuit: str | None
    evidence: list[Evidence]
    before: Neighbour | None
    after: Neighbour | None
    gaps: list[str]
    """Sources that could not have told, where the grade is `unknown`."""
    causes: list[str]
    """Why: `gap`, `unparsed`, `silent`, `outside_retention`, `lease_unknown`, `ambiguous_hour`, `no_source`,
    `no_session`."""


class LogWho(Envelope):
    """What `iplog who` prints. It is stored nowhere."""

    schema: Literal["bitools.iplog.who/1"]
    items: list[WhoItem]
    at: str | None
    """The time asked for, in the municipality's zone."""
    utc: str | None
    candidates: list[WhoItem]
    """Others who held it within `clock_error` of the time."""
    asked_by: str
    file_number: str
    reason: str
    bundle: str | None


class PurgedItem(TypedDict):
    """One segment."""

    segment: int
    day: str
    status: Literal["purged", "held", "due"]


class LogPurge(Envelope):
    """What `iplog purge` prints."""

    schema: Literal["bitools.iplog.purge/1"]
    items: list[PurgedItem]
    backups: NotRequired[list[str]]
    """Snapshots that still hold the days."""


class FrozenItem(TypedDict):
    """A range that is frozen for a file number."""

    file_number: str
    begins: str
    ends: str
    reason: str
    by: str
    since: str
    pinned: dict[str, str]
    """Data set of the log → time of the backup that is kept as long."""


class LogHold(Envelope):
    """What `iplog hold` prints."""

    schema: Literal["bitools.iplog.hold/1"]
    items: list[FrozenItem]


class LogRelease(Envelope):
    """What `iplog release` prints."""

    schema: Literal["bitools.iplog.release/1"]
    items: list[FrozenItem]


class HandedOutItem(TypedDict):
    """One tenancy that was handed out; the document printed holds the count only."""

    format: str
    tenancies: int
    file: str


class LogExport(Envelope):
    """What `iplog export` prints."""

    schema: Literal["bitools.iplog.export/1"]
    items: list[HandedOutItem]
