"""What net says: of configurations, their changes and their history."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope
from bitools.documents.words import Moment, Severity


class Identity(TypedDict):
    """Which device it is about, as the inventory knows it; empty where the inventory no longer does."""

    device: str
    """Its name in the inventory and in the history."""
    site: str
    """Its site in the inventory."""
    role: str
    """`wan` or `lan`."""
    platform: str
    """Its platform in the inventory."""


class Change(TypedDict):
    """One line that is different, and where it stands."""

    path: list[str]
    """The headers of the sections around it, outermost first."""
    kind: Literal["added", "removed", "modified", "moved", "reordered"]
    """`moved`: the same line elsewhere in an ordered list; `reordered`: where nobody says that it is one."""
    line: str
    """The line itself; of two values the new one."""
    old: str | None
    """What it was, with the text that belongs to it (a banner's); of `moved` and `reordered` nothing."""
    new: str | None
    """What it is now; of `moved` and `reordered` the line it stands after, nothing if it stands first."""
    after: NotRequired[str | None]
    """Where order means something, or may: the line it now stands after, nothing if it now stands first."""
    severity: Severity
    """Users, filters, keys and management access are critical, what carries traffic is a warning."""


class Difference(TypedDict):
    """What is different between two configurations of one platform."""

    changes: list[Change]
    """In the order of the newer one."""
    added: int
    """How many lines came, a changed one counted on both sides."""
    removed: int
    """How many lines went."""
    moved: NotRequired[int]
    """How many lines stand elsewhere."""


class SnapshotItem(Identity):
    """What a snapshot made of one device."""

    status: Literal["stored", "unchanged", "quarantined", "silent"]
    """`quarantined`: what came was not whole and is kept aside; `silent`: it may be, until a day to come."""
    commit: str | None
    """The change in the history, if one was stored."""
    lines: int
    """How many its configuration has; 0 where none came."""
    reason: NotRequired[str]
    """Of `quarantined` and `silent`: why, as one word; the sentence is in `failed`."""
    author: NotRequired[str | None]
    """Of `stored`: who changed it; nothing where nobody knows, `several` where they were more than one."""
    authors: NotRequired[list[str]]
    """Of `stored`: their names, where they were several."""
    first: NotRequired[bool]
    """Of `stored`: the first snapshot of this device, from which changes count."""
    changes: NotRequired[list[Change]]
    """Of `stored`."""
    added: NotRequired[int]
    """Of `stored`: how many lines came."""
    removed: NotRequired[int]
    """Of `stored`: how many lines went."""
    moved: NotRequired[int]
    """Of `stored`: how many lines stand elsewhere."""
    diff: NotRequired[str]
    """Of `stored`: the unified difference, as git shows it."""
    severity: NotRequired[Severity]
    """Of `stored`, where its age took `changes` and `diff`: how grave the gravest of them was."""


class Snapshot(Envelope):
    """`bitools net snapshot`."""

    schema: Literal["bitools.net.snapshot/1"]
    items: list[SnapshotItem]
    skipped: NotRequired[Literal["running"]]
    """Another run was at work, and healthy: this one did nothing."""


class DiffItem(Identity, Difference):
    """What is different on one device, or between two."""

    author: str | None
    """Who made the newer side, where that is known."""
    diff: str
    """The unified difference."""
    against: NotRequired[str]
    """Of two devices: the older side's."""


class Diff(Envelope):
    """`bitools net diff`."""

    schema: Literal["bitools.net.diff/1"]
    items: list[DiffItem]
    against: NotRequired[Literal["snapshot", "startup", "intended"]]
    """What devices were compared with, where they were asked."""
    hidden: NotRequired[int]
    """How many lesser changes `--severity` left out."""


class Review(TypedDict):
    """That somebody has looked at a change."""

    by: str
    """Who."""
    time: Moment
    """When."""
    reason: str
    """Why it is all right."""


class AckItem(TypedDict):
    """One change that was, or is to be, reviewed."""

    device: str
    """Its name in the history."""
    commit: str
    """The change's name."""
    time: Moment
    """When it was stored."""
    author: str | None
    """Who changed it; nothing where nobody knows."""
    site: str
    """Its site then."""
    role: str
    """Its role then."""
    status: Literal["unreviewed", "reviewed", "unchanged", "planned"]
    """`unchanged`: it had been reviewed before."""
    review: Review | None
    """Nothing where nobody has reviewed it."""


class Ack(Envelope):
    """`bitools net ack`."""

    schema: Literal["bitools.net.ack/1"]
    items: list[AckItem]


class ShowItem(TypedDict):
    """A stored configuration."""

    device: str
    """Its name in the history."""
    revision: str
    """The commit it was read at."""
    text: str
    """The configuration; hashes stand for secrets."""


class Show(Envelope):
    """`bitools net show`."""

    schema: Literal["bitools.net.show/1"]
    items: list[ShowItem]


class Place(TypedDict):
    """Where a line stands in a stored configuration."""

    path: list[str]
    """The headers of the sections around it, outermost first."""
    line: str
    """The line itself."""
    number: int
    """Its number in the stored configuration, from 1."""


class LocalAccount(TypedDict, total=False):
    """Of a search for accounts."""

    account: str
    """Of a search for accounts: the one that this line describes."""
    match: Literal["exact", "similar"]
    """Of a search for accounts: the very name, or a usual other spelling."""
    sam_account_name: str
    """Of a search for a leaver's accounts: whose."""


class Once(TypedDict, total=False):
    """Of a search in the history."""

    kind: Literal["added", "removed"]
    """Of a search in the history: what a commit did with the line."""
    commit: str
    """Of a search in the history: which commit."""
    time: Moment | None
    """Of a search in the history: when it was stored."""
    author: str | None
    """Of a search in the history: who changed it."""


class SearchItem(Identity, Place, LocalAccount, Once):
    """A line that fits."""


class Search(Envelope):
    """`bitools net search`."""

    schema: Literal["bitools.net.search/1"]
    items: list[SearchItem]


class Finding(TypedDict):
    """Where a rule is broken."""

    path: list[str]
    """The headers of the sections around it, outermost first."""
    line: str
    """The line, or the header of the section in which one is missing; empty for the whole configuration."""
    number: int
    """Its number in the stored configuration, from 1; 0 where there is no one line."""
    missing: str
    """The pattern that nothing fits, if that is what is wrong."""


class CheckItem(Identity):
    """One rule, held against one device's newest snapshot."""

    rule: str
    """The rule's name."""
    status: Literal["passed", "violated", "excepted"]
    """`excepted`: violated, and an exception allows it."""
    severity: Literal["warning", "critical"]
    """How grave a violation is."""
    title: str
    """What the rule asks for."""
    reason: str
    """Why."""
    article: str
    """The article of the directorate's regulation it serves."""
    findings: list[Finding]
    """None if it passed."""
    exception: str | None
    """Why it is excepted."""


class Check(Envelope):
    """`bitools net check`."""

    schema: Literal["bitools.net.check/1"]
    items: list[CheckItem]


class TrustItem(TypedDict):
    """The host key that one device shows."""

    device: str
    """Its name in the inventory."""
    site: str
    """Its site in the inventory."""
    host: str
    """Its address, as known_hosts spells it."""
    type: str
    """The key's type: `ssh-ed25519`, …"""
    fingerprint: str
    """`SHA256:…`, as `ssh-keygen -l` shows it."""
    status: Literal["known", "new", "changed", "pinned"]
    """`pinned`: just now; `changed`: another key than the pinned one."""


class Trust(Envelope):
    """`bitools net trust`."""

    schema: Literal["bitools.net.trust/1"]
    items: list[TrustItem]


class WayBack(TypedDict):
    """What undoes a change of a platform where nobody can log in any more."""

    grade: Literal["A", "B", "C"]
    """`A`: the device's own, in place; `B`: a job on the device, in place; `C`: a restart."""
    kind: Literal["timer", "commit", "session", "job", "shell", "file", "reboot"]
    """How."""
    proof: Literal["tried", "documented"]
    """How far anybody has seen it work."""
    source: str
    """Where it is documented, or what it was tried with."""


class PlatformItem(TypedDict):
    """One platform that bitools knows."""

    platform: str
    """Its name, as netmiko spells it."""
    title: str
    """Its name for people."""
    evidence: Literal["proven", "simulated", "unproven"]
    """`proven`: by a recording of a real device, or a real operating system."""
    proof: str
    """What it was tried with."""
    netmiko: str
    """The driver of `transport: netmiko`."""
    exec: bool
    """Does it run single commands, without a terminal?"""
    way_back: WayBack | None
    """The best that is known; None: nothing brings it back, or nobody has said what."""


class Platforms(Envelope):
    """`bitools net platforms`."""

    schema: Literal["bitools.net.platforms/1"]
    items: list[PlatformItem]


class RenderItem(TypedDict):
    """The configuration that a device should have."""

    device: str
    """Its name in the inventory."""
    platform: str
    """Its platform in the inventory."""
    text: str
    """Rendered from the templates; secrets stay placeholders."""


class Render(Envelope):
    """`bitools net render`."""

    schema: Literal["bitools.net.render/1"]
    items: list[RenderItem]
