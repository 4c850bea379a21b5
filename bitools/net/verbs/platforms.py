"""Which platforms there are, and what each is proven by."""

from __future__ import annotations

from pathlib import Path

from bitools import platforms as known
from bitools.documents.net import PlatformItem, WayBack
from bitools.platforms.model import Platform
from bitools.state import Document


def platforms(document: Document[PlatformItem], inventory: Path) -> Document[PlatformItem]:
    """One item a platform, the shipped ones and those of the inventory's folder. Raise InventoryInvalid."""
    own = known.own_folder(inventory)
    for name in known.names(own):
        one = known.load(name, own)
        document.items.append(
            {
                "platform": name,
                "title": one.title,
                "evidence": one.evidence,
                "proof": one.proof,
                "netmiko": one.netmiko,
                "exec": one.exec,
                "way_back": way_back(one),
            }
        )
    return document


def way_back(platform: Platform) -> WayBack | None:
    """The best of what undoes a change where nobody can log in any more."""
    if not platform.rollback:
        return None
    best = min(platform.rollback, key=lambda way: way.grade)
    return {"grade": best.grade, "kind": best.kind, "proof": best.mark, "source": best.source}
