"""Has an older version, which knew fewer secrets, masked what is kept?"""

from __future__ import annotations

from bitools.documents.doctor import FindingItem
from bitools.i18n import _
from bitools.net.wire.history import History
from bitools.net.wire.mask import outdated
from bitools.state import State


def examine(state: State) -> list[FindingItem]:
    """What `doctor` says of the history; nothing where there is none."""
    if not History(state).exists:
        return []
    if outdated(state):
        text = _("an older version masked the secrets of what is kept; this one may know more")
        return [{"name": "history", "grade": "warning", "text": text, "hint": "bitools net remask"}]
    text = _("its secrets are masked as this version masks them")
    return [{"name": "history", "grade": "good", "text": text, "hint": ""}]
