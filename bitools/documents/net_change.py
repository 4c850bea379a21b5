"""What is said of changes that are planned: `net remediate`."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope
from bitools.documents.net import Identity, WayBack
from bitools.documents.words import Moment


class Command(TypedDict):
    """One line to type."""

    path: list[str]
    """The headers of the sections it is typed in, outermost first."""
    line: str
    """What is typed there; never a secret, nor a mask."""
    removes: bool
    """Does it take something away?"""
    body: NotRequired[list[str]]
    """Text that belongs to it and is typed behind it (a banner's), with what ends it."""


class Question(TypedDict):
    """A line for which no command was made: somebody has to decide, or to type it."""

    path: list[str]
    """The headers of the sections it stands in, outermost first."""
    line: str
    """The line, as it is stored: hashes stand for secrets."""
    removes: bool
    """Is it to go?"""
    why: Literal["default", "all", "secret", "order", "removal", "emptied", "help", "shown"]
    """`default`: what holds without it differs by model. `all`: without it everything would pass. `secret`:
    it has to be typed by somebody who knows the secret. `order`: its place cannot be typed. `removal`: nobody
    says what removes it. `emptied`: its list would stand empty meanwhile. `help`: its `?` asks for help.
    `shown`: it is typed in another way than it is shown."""


class Refusal(TypedDict):
    """Why these commands should not be typed."""

    rule: str
    """`address`, `route`, `uplink`, `management`, `admission`, `control-plane`, `way-back` or `name`."""
    number: int
    """The same rule's number, from 1."""
    line: str
    """The line that broke it."""
    path: list[str]
    """The headers of the sections it stands in."""
    why: str
    """The reason, for people."""
    weight: Literal["refuse", "warn"]
    """`warn`: it may cut somebody off, and nobody can know."""
    rests_on: Literal["device", "configuration"]
    """Did the device itself say from where it sees us, or is all read from its configuration?"""


class RemediateItem(Identity):
    """What to type on one device."""

    running: str
    """The SHA-256 of the masked configuration that this was planned from."""
    text: str
    """The commands as one would type them."""
    commands: list[Command]
    """The same one by one, in their order."""
    inverse: list[Command]
    """What leads back from the predicted configuration."""
    predicted: str
    """The configuration afterwards, read from the commands alone; hashes stand for secrets."""
    questions: list[Question]
    """What no command was made for."""
    unanswered: list[Question]
    """What the way back would need and nobody kept."""
    refusals: list[Refusal]
    """What would cut somebody off."""
    way_back: WayBack | None
    """None where the platform's file says nothing."""


class Remediate(Envelope):
    """`bitools net remediate`."""

    schema: Literal["bitools.net.remediate/1"]
    items: list[RemediateItem]
    against: str
    """What the devices should have: `intended`, a revision, a date, or a file."""
    plan_id: NotRequired[str]
    """Of `--out`: the SHA-256 of the plan."""


class PlanDevice(TypedDict):
    """What a plan says of one device."""

    device: str
    """Its name in the inventory."""
    platform: str
    """Its platform in the inventory."""
    running: str
    """The SHA-256 of the masked configuration that the plan was made from."""
    predicted: str
    """The SHA-256 of the masked configuration that the commands lead to."""
    commands: list[Command]
    """What to type."""
    inverse: list[Command]
    """What leads back."""
    questions: list[Question]
    """What no command was made for."""
    refusals: list[Refusal]
    """What would cut somebody off."""
    way_back: WayBack | None
    """What undoes it where nobody can log in any more."""


class PlanFile(TypedDict):
    """What `--out` writes: canonical JSON. `plan_id` is the SHA-256 of all the rest."""

    schema: Literal["bitools.net.plan/1"]
    created: Moment
    """When it was made."""
    author: str
    """Who made it."""
    against: str
    """What the devices should have."""
    devices: list[PlanDevice]
    """One entry a device that has commands or questions."""
    plan_id: NotRequired[str]
    """The SHA-256 of the canonical JSON without this field."""
