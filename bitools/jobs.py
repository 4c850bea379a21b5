"""The jobs: the one place that lists them, and where each says what it hands to those that serve all.

Named here, a job has its group on the command line, and schedule, doctor, status and reports ask it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bitools.job import Jobs

NAMES = ("net", "backup", "user", "iplog")


def every() -> Jobs:
    """What each declares, in the order in which people read of them. Imported only now: help needs names."""
    from bitools.backup.job import Backups
    from bitools.iplog.job import AddressLog
    from bitools.net.job import Network
    from bitools.user.job import Accounts

    return Network(), Backups(), Accounts(), AddressLog()
