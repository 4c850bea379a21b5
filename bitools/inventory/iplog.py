"""The IP-distribution log: which servers' lines are kept, how they are read, who may ask."""

import ipaddress
import re
from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, field_validator

from bitools import moments
from bitools.errors import Usage
from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.inventory.base import InventoryPath, Name

FIXED = "static"  # the name under which the list of fixed addresses is kept beside the sources
Format = Literal[
    "asa", "dhcpd", "dhcpd-leases", "dnsmasq", "fortigate", "kea", "lines", "mikrotik", "opnsense",
    "pfsense", "windows",
]  # fmt: skip
_RETENTION = r"^[1-9]\d{0,3}(d|w|mo|y)$"


def _span(value: Any) -> timedelta:
    """A length of time as people write it; a number is seconds, as dhcpd.conf has it."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return timedelta(seconds=value)
    try:
        minutes = re.fullmatch(r"([1-9]\d{0,4}) ?(s|min)", str(value))
        if minutes:
            return timedelta(seconds=int(minutes[1]) * (60 if minutes[2] == "min" else 1))
        return moments.span(str(value))
    except Usage as error:
        raise ValueError(_("a length of time is expected here: 30min, 8h, 8d, or seconds")) from error


Span = Annotated[
    timedelta,
    BeforeValidator(_span),
    PlainSerializer(lambda value: f"{int(value.total_seconds())}s", return_type=str),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 1}]}),
]


class Source(Frozen):
    """A server's file, or several by a pattern; what rotation makes of it is found beside it.

    `zone` is the server's own where its lines name none (the municipality's if absent). `lease` is how long a
    lease lasts where the lines do not say: without it nobody can be named after a client's last word.
    `networks` are the addresses it gives out (all, if absent). `silence`: how long it may say nothing before
    its silence proves nothing. `index: sessions` finds public addresses and ports, at a price in disk.
    """

    format: Format
    path: InventoryPath
    zone: str | None = None
    lease: Span | None = None
    networks: tuple[str, ...] = ()
    silence: Span = timedelta(days=1)
    index: Literal["leases", "sessions", "none"] = "leases"

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        try:
            ZoneInfo(value or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            message = _('"{zone}" is no time zone; for example Europe/Istanbul').format(zone=value)
            raise ValueError(message) from error
        return value

    @field_validator("networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ipaddress.ip_network(network)
            except ValueError as error:
                message = _('"{network}" is no network; for example 10.1.0.0/16').format(network=network)
                raise ValueError(message) from error
        return value


class IpLog(Frozen):
    """`iplog.yaml`.

    `static` lists fixed addresses: a CSV file with ip, mac, person, from, to. `retention` is by the calendar,
    from the day after. `unparsed_share`: beyond this share of lines that are not understood there is an
    alarm. `may_ask`: accounts and `@groups` that may run `who` and `export`. `clock_error`: seconds that the
    servers' clocks may be off; whoever held an address so close to the time is named too. `metrics`: a file
    that `status` writes for Prometheus.
    """

    sources: dict[Name, Source] = Field(default_factory=dict)
    static: InventoryPath | None = None
    retention: Annotated[str, Field(pattern=_RETENTION)] = "2y"
    unparsed_share: Annotated[float, Field(ge=0, le=1)] = 0.01
    may_ask: tuple[Annotated[str, Field(pattern=r"^@?[A-Za-z0-9_][A-Za-z0-9_.@\\-]*\$?$")], ...] = ()
    clock_error: Annotated[int, Field(ge=0, le=3600)] = 2
    metrics: InventoryPath | None = None

    @field_validator("sources")
    @classmethod
    def _reserved(cls, value: dict[str, Source]) -> dict[str, Source]:
        if FIXED in value:
            raise ValueError(
                _('"{name}" is the list of fixed addresses: name the source otherwise').format(name=FIXED)
            )
        return value
