"""What is still registered to a person: documents, computers, keys (article 14.3 of the regulation).

The list is a CSV file, or what a program prints. Its headings say who has it (`employee_id`, `sicil_no`,
`account`, …), what it is (`item`, `malzeme`, …) and, if there is such a column, when it came back
(`returned`, `iade`): a line with a date there is no longer registered.

A list that cannot be read is never taken for an empty one.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from bitools import csvfile, process
from bitools.errors import BitoolsError, InventoryInvalid, Refused
from bitools.i18n import _
from bitools.inventory.accounts import Custody
from bitools.user.decisions.account import Account
from bitools.user.decisions.names import fold

_NUMBER = ("employee_id", "employeeid", "sicil_no", "sicil", "personel_no")
_ACCOUNT = ("sam_account_name", "account", "username", "user_name", "kullanici", "kullanici_adi", "hesap")
_ITEM = ("item", "what", "description", "malzeme", "zimmet", "demirbas", "belge", "esya")
_RETURNED = ("returned", "iade", "iade_tarihi", "teslim", "teslim_tarihi")


@dataclass(frozen=True, slots=True)
class Registered:
    """One thing in somebody's custody."""

    number: str
    account: str
    item: str


def registered(custody: Custody, account: Account) -> list[str]:
    """What this person still has. Raise Refused if that cannot be known."""
    try:
        things = _read(custody)
    except BitoolsError as error:
        message = _("it cannot be read what is registered to this person: {why}").format(why=error)
        hint = _("clearance waits; mend custody: in directory.yaml, then repeat the command")
        raise Refused(message, target=account.sam_account_name, hint=hint, reason="custody") from error
    number = account.attributes.get("employeeID", "").strip()
    sam = fold(account.sam_account_name)
    if not number and not any(thing.account for thing in things) and things:
        message = _("the custody list goes by employee id, and this account has none")
        hint = _("write its employee id first: bitools user sync --adopt")
        raise Refused(message, target=account.sam_account_name, hint=hint, reason="custody")
    return [
        thing.item
        for thing in things
        if (number and fold(thing.number) == fold(number)) or (thing.account and fold(thing.account) == sam)
    ]


def parse(text: str, name: str) -> list[Registered]:
    """What is registered to anybody. Raise InventoryInvalid, with the line, for a list that says less."""
    read = csvfile.read(text, name)
    headings = read.headings
    number = next((one for one in _NUMBER if one in headings), "")
    account = next((one for one in _ACCOUNT if one in headings), "")
    item = next((one for one in _ITEM if one in headings), "")
    returned = next((one for one in _RETURNED if one in headings), "")
    if not item or not (number or account):
        message = _("headings must say who (employee_id or account) and what (item)")
        raise InventoryInvalid(f"{name}:1: {message}")
    found = []
    for row in read.rows:
        cells = row.cells
        thing = Registered(cells.get(number, ""), cells.get(account, ""), cells.get(item, ""))
        if not (thing.number or thing.account):
            raise InventoryInvalid(f"{name}:{row.line}: " + _("nobody is named here"))
        if not cells.get(returned, ""):
            found.append(thing)
    return found


def _read(custody: Custody) -> list[Registered]:
    if custody.file is None:
        done = process.run(shlex.split(custody.command), timeout=60, check=True)
        name = shlex.split(custody.command)[0]
        return parse(csvfile.decode(done.stdout, name), name)
    try:
        content = custody.file.read_bytes()
    except OSError as error:
        message = _("{path}: cannot be read: {why}").format(path=custody.file, why=error.strerror)
        raise InventoryInvalid(message, cause=error) from error
    return parse(csvfile.decode(content, str(custody.file)), str(custody.file))
