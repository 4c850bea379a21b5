"""Every act that the ledger can hold: its name, the articles it serves, its words. One table.

The articles are those of the directorate's regulation (`report.duties` says what each asks for). A verb names
its act from here, a report counts by it: an act that nobody performs, or that has no words, fails a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bitools.i18n import _

NETWORK = ("6.31", "11.24")  # following every change on the wide and local networks
ACCOUNTS = ("6.19", "12.3")  # accounts are opened and closed; access follows the person's post
HAND_OVER = (*ACCOUNTS, "14.3")  # no leaver goes before documents and assets are handed over
BACKUPS = ("6.20", "11.15", "11.32")  # keeping data safe; all records daily; periodic and instant
REPOSITORIES = ("6.20", "11.32")
ADDRESSES = ("6.6", "6.32", "11.35")  # what Law 5651 asks for: who had which address when, kept unaltered
LINES = ("11.30",)  # backing up the configuration of the data lines


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act: `name` as the ledger spells it, `title` in the language that is spoken now."""

    name: str
    duties: tuple[str, ...]
    title: Callable[[], str]


INVENTORY_IMPORT = Act("inventory.import", (), lambda: _("devices taken over from a list"))

NET_ACK = Act("net.ack", NETWORK, lambda: _("change reviewed"))
NET_RECOVER = Act("net.recover", NETWORK, lambda: _("history recovered"))
NET_REMASK = Act("net.remask", NETWORK, lambda: _("secrets of the history masked again"))
NET_RUN = Act("net.run", NETWORK, lambda: _("devices asked what they show"))
NET_SNAPSHOT = Act("net.snapshot", NETWORK, lambda: _("configurations stored"))
NET_TRUST = Act("net.trust", (), lambda: _("host keys pinned"))

USER_ADD = Act("user.add", ACCOUNTS, lambda: _("account opened"))
USER_ADOPT = Act("user.adopt", ACCOUNTS, lambda: _("employee id written to an account"))
USER_CHANGE = Act("user.change", ACCOUNTS, lambda: _("account brought in line with the list"))
USER_DISABLE = Act("user.disable", ACCOUNTS, lambda: _("account disabled"))
USER_ENABLE = Act("user.enable", ACCOUNTS, lambda: _("account enabled"))
USER_EXPIRE = Act("user.expire", ACCOUNTS, lambda: _("expiry set"))
USER_GRANT = Act("user.grant", ACCOUNTS, lambda: _("permission granted"))
USER_MOVE = Act("user.move", ACCOUNTS, lambda: _("account moved"))
USER_OFFBOARD = Act("user.offboard", HAND_OVER, lambda: _("leaver's account closed"))
USER_PASSWD = Act("user.passwd", ACCOUNTS, lambda: _("password set"))
USER_RENAME = Act("user.rename", ACCOUNTS, lambda: _("account renamed"))
USER_RESTORE = Act("user.restore", HAND_OVER, lambda: _("account restored"))
USER_REVOKE = Act("user.revoke", ACCOUNTS, lambda: _("permission withdrawn"))
USER_SET = Act("user.set", ACCOUNTS, lambda: _("what is known of a person changed"))
USER_UNLOCK = Act("user.unlock", ACCOUNTS, lambda: _("account unlocked"))

SETUP_APPLY = Act("setup.apply", (), lambda: _("machine set up"))
SETUP_REMOVE = Act("setup.remove", (), lambda: _("machine's set-up undone"))

BACKUP_ABSENT = Act("backup.absent", REPOSITORIES, lambda: _("backups gone that nobody asked to forget"))
BACKUP_ACCEPT = Act("backup.accept", REPOSITORIES, lambda: _("suspected backup accepted"))
BACKUP_COPY = Act("backup.copy", REPOSITORIES, lambda: _("backup copied"))
BACKUP_DRILL = Act("backup.drill", REPOSITORIES, lambda: _("restore tried out"))
BACKUP_FORGET = Act("backup.forget", BACKUPS, lambda: _("old backups forgotten"))
BACKUP_INIT = Act("backup.init", BACKUPS, lambda: _("backup repository made"))
BACKUP_KEY = Act("backup.key", REPOSITORIES, lambda: _("backup password changed"))
BACKUP_MAKE = Act("backup.make", BACKUPS, lambda: _("backup made"))
BACKUP_MOUNT = Act("backup.mount", REPOSITORIES, lambda: _("backups opened for reading"))
BACKUP_PIN = Act("backup.pin", REPOSITORIES, lambda: _("backup pinned"))
BACKUP_PRUNE = Act("backup.prune", REPOSITORIES, lambda: _("backup space reclaimed"))
BACKUP_REPLACE = Act("backup.replace", REPOSITORIES, lambda: _("lost repository made anew"))
BACKUP_RESTORE = Act("backup.restore", REPOSITORIES, lambda: _("data restored"))
BACKUP_UNLOCK = Act("backup.unlock", REPOSITORIES, lambda: _("backup repository unlocked"))
BACKUP_UNPIN = Act("backup.unpin", REPOSITORIES, lambda: _("backup unpinned"))
BACKUP_VERIFY = Act("backup.verify", REPOSITORIES, lambda: _("backups read back and verified"))

# The network's configurations in a backup: the same act, and the data lines' article with it.
BACKUP_MAKE_NETWORK = Act("backup.make", (*BACKUPS, *LINES), BACKUP_MAKE.title)

IPLOG_EXPORT = Act("iplog.export", ADDRESSES, lambda: _("address records handed out"))
IPLOG_HOLD = Act("iplog.hold", ADDRESSES, lambda: _("days of the IP-distribution log frozen"))
IPLOG_PURGE = Act(
    "iplog.purge", ADDRESSES, lambda: _("days of the IP-distribution log removed after their time")
)
IPLOG_RELEASE = Act("iplog.release", ADDRESSES, lambda: _("frozen days of the IP-distribution log released"))
IPLOG_SEAL = Act("iplog.seal", ADDRESSES, lambda: _("IP-distribution log sealed"))
IPLOG_STAMP = Act("iplog.stamp", ADDRESSES, lambda: _("seal stamped by the time authority"))
IPLOG_WHO = Act("iplog.who", ADDRESSES, lambda: _("asked who had an address"))

DOCTOR_ESCROW = Act("doctor.escrow", ("11.15",), lambda: _("copies of the keys put into the safe"))

LEDGER_STAMP = Act("ledger.stamp", ("14.4",), lambda: _("ledger stamped by the time authority"))
LEDGER_CONTINUE = Act("ledger.continue", ("14.4",), lambda: _("a break in the records acknowledged"))

# What may be done while the ledger's disk takes no entry, and is entered afterwards.
LATER = (BACKUP_RESTORE,)

BY_NAME: dict[str, Act] = {
    act.name: act for act in reversed([each for each in globals().values() if isinstance(each, Act)])
}


def named(name: str) -> str:
    """An act in people's words; as the ledger spells it if it is none of ours (a newer version's, say)."""
    act = BY_NAME.get(name)
    return act.title() if act else name
