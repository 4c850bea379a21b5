"""What was done while the ledger's own disk took no entry: told at once, and entered when it does.

Only for what has to work when nothing else does, and only where the disk refuses (read-only, full, failing):
whoever may not write the ledger is not let off writing it.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, cast

from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.ledger.chain import Fields, clock

if TYPE_CHECKING:
    from bitools.documents.ledger import LateItem, Outcome

_DISK = (errno.EROFS, errno.EIO, errno.ENOSPC, errno.EDQUOT)


def is_disks(error: BaseException) -> bool:
    """Was it the disk that refused, not a right that is missing?"""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _DISK:
            return True
        if isinstance(cause, BitoolsError) and cause.reason == "full":
            return True
        cause = cause.__cause__
    return False


def entry(fields: Fields) -> LateItem:
    """What the ledger should say, as of now."""
    return {
        "time": clock(),
        "actor": fields.actor,
        "host": fields.host,
        "command": fields.command,
        "target": fields.target,
        "action": fields.action,
        "before": fields.before,
        "after": fields.after,
        "outcome": cast("Outcome", fields.outcome),
        "run": fields.run,
    }


def hint(file: str) -> str:
    """What is to be done about it; `file` holds the lines, if anything does."""
    text = _(
        "the ledger's disk takes no entry: what was done is NOT in it yet; when it can be written: {command}"
    )
    return text.format(command=f"bitools ledger enter {file or 'FILE'}")


def way_out(hint: str) -> str:
    """What else may be done than to cure the disk, behind what is said already."""
    return "; ".join(filter(None, [hint, _("or go on, and enter it afterwards: --ledger-later FILE")]))
