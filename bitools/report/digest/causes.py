"""What failed for one reason: three hundred switches that are silent alike are one cause. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

# what differs between targets that fail alike: addresses, ports, fingerprints, seconds
_OWN = re.compile(r"\S*\d\S*|\bSHA256:\S+")


def without_its_own(text: str, target: str) -> str:
    """A complaint without what belongs to one target alone: equal for those that have one cause."""
    return _OWN.sub("", re.sub(rf"(?<!\w){re.escape(target)}(?!\w)", "", text))


def in_common(texts: Sequence[str]) -> str:
    """What complaints of one cause say alike; `…` where each says its own."""
    words = [text.split(" ") for text in texts]
    if len({*map(len, words)}) != 1:
        return texts[0]
    return " ".join(each[0] if len({*each}) == 1 else "…" for each in zip(*words, strict=True))
