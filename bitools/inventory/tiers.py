"""How long a period of each tier is at most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

LENGTHS: Mapping[str, timedelta] = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=31),
    "quarterly": timedelta(days=92),
    "biannual": timedelta(days=184),
    "yearly": timedelta(days=366),
}
TIERS = tuple(LENGTHS)
