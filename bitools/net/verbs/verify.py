"""`net verify`: is every object of the history there and as it was written?"""

from __future__ import annotations

from bitools.documents.net_history import VerifyItem
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.net.verbs.recover import stored
from bitools.net.wire import integrity
from bitools.net.wire.history import History
from bitools.run import Run
from bitools.state import Document


def verify(run: Run) -> Document[VerifyItem]:
    """Read every object, and look for each change that the ledger knows. What is wrong is in `failed`."""
    document: Document[VerifyItem] = run.document("bitools.net.verify/1")
    history = History(run.state)
    known = stored(run)
    try:
        integrity.look(history, "")
        problems = integrity.examine(history)
        missing = integrity.missing(history, [change.commit for change in known])
    except BitoolsError as error:
        problems, missing = [error.message], []
    document.items = [{"target": "history", "problem": problem, "commit": None} for problem in problems]
    document.items += [
        {
            "target": "history",
            "problem": _("the ledger knows this change, the history does not"),
            "commit": commit,
        }
        for commit in missing
    ]
    if document.items:
        first = document.items[0]["problem"]
        document.fail(integrity.broken(first), "history")
    document.more["changes"] = len(known)
    return document
