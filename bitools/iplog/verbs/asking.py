"""Who may ask, and what is written down of it: every question, and every refusal."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager

from bitools.errors import Refused, Usage
from bitools.i18n import _
from bitools.inventory.iplog import IpLog
from bitools.ledger import Intent
from bitools.ledger.acts import Act
from bitools.run import Run


@contextmanager
def asked(
    run: Run, settings: IpLog, act: Act, what: str, reason: str, file_number: str
) -> Iterator[Intent]:  # fmt: skip
    """Let a question be answered in the block, recorded before and after.

    It stands under its file number, since reports list what acts are about; what was asked is in the entry.

    Raise Usage without reason or file number; Refused, recorded too, for who is not in `may_ask`.
    """
    for word, option in ((reason, "--reason"), (file_number, "--file-number")):
        if not word.strip():
            text = _("{option} is missing: every question is recorded with its reason and file number")
            raise Usage(text.format(option=option))
    told = {"asked": what, "reason": reason}
    if not may_ask(run.ledger.actor, settings.may_ask):
        run.ledger.append(act, file_number, "refused", before=told)
        text = _("{actor} may not ask who had an address").format(actor=run.ledger.actor)
        raise Refused(text, hint=_("iplog.yaml: may_ask: names accounts and @groups"), reason="may_ask")
    with run.ledger.intent(act, file_number, before=told) as entry:
        yield entry


def may_ask(actor: str, allowed: tuple[str, ...]) -> bool:
    """Is this account named, or one of its groups?"""
    if actor in allowed:
        return True
    try:
        account = pwd.getpwnam(actor)
    except KeyError:
        return False
    for number in os.getgrouplist(actor, account.pw_gid):
        try:
            if f"@{grp.getgrgid(number).gr_name}" in allowed:
                return True
        except KeyError:
            continue
    return False
