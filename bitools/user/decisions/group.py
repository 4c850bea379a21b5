"""A group of the directory. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the directory."""

    name: str
    dn: str
    guid: str
    sids: frozenset[str] = frozenset()  # its own and those of the groups it is in, nested ones too
    own: frozenset[str] = frozenset()  # its own SID; none for a mere mailing list
    within: tuple[str, ...] = ()  # DNs of those groups
    writable: bool = True

    @property
    def common_name(self) -> str:
        """What its DN begins with: `name` may be any of its names, or the DN itself."""
        found = re.match(r"[^=]*=((?:\\.|[^\\,])*)", self.dn)
        return re.sub(r"\\(.)", r"\1", found[1]) if found else ""
