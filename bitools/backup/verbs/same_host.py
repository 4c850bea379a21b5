"""Whose data set is it? Two hosts with one name for two things would forget each other's backups."""

from __future__ import annotations

import os
from collections.abc import Sequence

from bitools.backup.decisions.runs import BackupRun
from bitools.errors import Refused
from bitools.i18n import _
from bitools.inventory.backups import Dataset


def host_of(dataset: Dataset) -> str:
    """Under which host's name a data set is backed up."""
    return dataset.made_on or os.uname().nodename


def check(dataset: Dataset, history: Sequence[BackupRun]) -> None:
    """Raise Refused if the newest snapshot of this name was made on another host."""
    if dataset.pulled_from:
        return  # restic over there gives its own name
    newest = max(
        (part for one in history for part in one.snapshots), key=lambda part: part.time, default=None
    )
    mine = host_of(dataset)
    if newest is None or newest.host in ("", mine):
        return
    message = _("the newest backup of this name was made on {other}, and this is {mine}")
    hint = _(
        "give one of the two data sets another name; if this machine stands for {other} now, write"
        " origin: {other} at the data set"
    )
    raise Refused(
        message.format(other=newest.host, mine=mine),
        target=dataset.name,
        hint=hint.format(other=newest.host),
        reason="other_host",
    )
