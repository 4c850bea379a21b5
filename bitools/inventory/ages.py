"""What is overdue after how long: one table, which `backup status`, `doctor` and the reports read.

`settings.yaml` may say another age for each: `ages: {drill: 100d}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from bitools.errors import Usage
from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.inventory.tiers import LENGTHS

_AGE = r"^[1-9][0-9]{0,4}(h|d|w|m|mo|y)$"


def _age(value: Any) -> timedelta:
    """`36h`, `35d`, `8w`, `3mo`."""
    if isinstance(value, timedelta):
        return value
    from bitools.moments import span  # not at the top: most settings say no age

    try:
        return span(value if isinstance(value, str) else "")
    except Usage as error:
        raise ValueError(f"{error.message}; {error.hint}") from None


def _written(age: timedelta) -> str:
    hours = age // timedelta(hours=1)
    return f"{hours}h" if hours % 24 else f"{hours // 24}d"


def _by_tier(value: Any) -> dict[str, timedelta]:
    """Ages by tier; a tier that is not named is overdue after two of its periods."""
    if not isinstance(value, dict) or not set(value) <= set(LENGTHS):
        raise ValueError(_("ages by tier: {tiers}").format(tiers=", ".join(LENGTHS)))
    return {tier: _age(value[tier]) if tier in value else 2 * LENGTHS[tier] for tier in LENGTHS}


Age = Annotated[
    timedelta,
    BeforeValidator(_age),
    PlainSerializer(_written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _AGE}),
]
ByTier = Annotated[
    Mapping[str, timedelta],
    BeforeValidator(_by_tier),
    PlainSerializer(lambda ages: {tier: _written(age) for tier, age in ages.items()}, return_type=dict),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {tier: {"type": "string", "pattern": _AGE} for tier in LENGTHS},
            "additionalProperties": False,
        }
    ),
]


class Ages(Frozen):
    """What is overdue after how long: `36h`, `35d`, `8w`, `3mo`.

    `device`: not read; `backup`: no complete run, by tier; `copy`: a second repository not brought
    up to date; `retention`: nothing forgotten; `verify`: not read back; `drill`: no restore tried; `audit`:
    nobody looked at the accounts; `mail`: waiting; `disk_full`: how long before a disk is full it is said.
    """

    device: Age = timedelta(days=2)
    backup: ByTier = Field(default_factory=lambda: _by_tier({}))
    copy_: Age = Field(default=timedelta(days=2), alias="copy")
    retention: Age = timedelta(days=8)
    verify: Age = timedelta(days=35)
    drill: Age = timedelta(days=35)
    audit: Age = timedelta(days=3)
    mail: Age = timedelta(days=1)
    disk_full: Age = timedelta(days=30)


class Documents(Frozen):
    """How long a run's document is kept whole; then what reports need of it."""

    keep: Age = timedelta(days=400)


class Keep(Frozen):
    """How long other things are kept: fetches that were not whole, first passwords on slips, what was said to
    a device, encrypted recovery copies (the newest of each device for ever), what a killed drill left.
    """

    quarantine: Age = timedelta(days=90)
    slips: Age = timedelta(days=7)
    transcripts: Age = timedelta(days=400)
    recovery: Age = timedelta(days=1095)
    scratch: Age = timedelta(days=7)
