"""The list of what is registered to whom: documents, computers, keys (article 14.3 of the regulation).

It is a CSV file, or what a program prints. Its headings say who has it (`employee_id`, `sicil_no`, `account`,
…), what it is (`item`, `malzeme`, …) and, if there is such a column, when it came back (`returned`, `iade`).

Lines above the headings are passed over. A list that cannot be read is never taken for an empty one, nor is
one that is empty, old, or says too little.
"""

from __future__ import annotations

import re
import shlex
from datetime import datetime, timedelta

from bitools import csvfile, process
from bitools.errors import BitoolsError, InventoryInvalid, Refused
from bitools.i18n import _, system_words
from bitools.inventory.accounts import Custody
from bitools.user.decisions.account import Account
from bitools.user.decisions.cells import words
from bitools.user.decisions.custody import CustodyRow, held
from bitools.user.decisions.keys import KnownAs, said

_NUMBER = (
    *("employee_id", "employeeid", "sicil_no", "sicil", "sicil_numarasi", "kurum_sicil_no"),
    *("personel_no", "personel_numarasi", "personel_sicil_no"),
)
ACCOUNT = (
    *("sam_account_name", "account", "username", "user_name", "kullanici", "kullanici_adi", "hesap"),
    *("hesap_adi", "e_posta", "eposta", "e_posta_adresi", "mail", "e_mail", "email"),
)
_NAME = (
    *("ad_soyad", "adi_soyadi", "ad_soyadi", "adi_ve_soyadi", "adsoyad", "isim", "isim_soyisim"),
    *(
        "personel",
        "personel_adi",
        "personel_adi_soyadi",
        "zimmetli",
        "zimmetli_personel",
        "full_name",
        "person",
    ),
)
_ITEM = ("item", "what", "description", "malzeme", "malzeme_adi", "zimmet", "demirbas", "belge", "esya")
_RETURNED = ("returned", "iade")
_DATED = (
    *("iade_tarihi", "iade_tarih", "iade_gunu", "iade_edildigi_tarih", "iade_edilme_tarihi"),
    *("geri_alindigi_tarih", "geri_alinma_tarihi", "return_date"),
)
_GIVEN = re.compile(r"(?!.*(?:iade|geri|donus)).*(?:teslim|veril|zimmet).*tarih.*|given_out")
_REMARKS = re.compile(
    r"(?:iade_|teslim_|son_|zimmet_)?(?:aciklama|not|durum|sonuc|gorus|dusunce)(?:lar|ler|u|i|su|si|lari|leri)?"
    r"|remarks?|notes?|comments?|status|state|condition"
)
_TOTALS = frozenset("toplam genel ara adet total sum kayit sayisi".split())
_TITLES = 10  # lines that may stand above the headings


def registered(
    custody: Custody, account: Account, now: datetime, addresses: tuple[str, ...] = ()
) -> list[str]:
    """What this person still has, or may have; `now` in the municipality's zone, `addresses` also older ones.

    Raise Refused if the list cannot tell of anybody.
    """
    try:
        rows = _read(custody, now)
    except BitoolsError as error:
        message = _("it cannot be read what is registered to this person: {why}").format(why=error)
        hint = _("clearance waits; mend custody: in directory.yaml, then repeat the command")
        raise Refused(message, target=account.sam_account_name, hint=hint, reason="custody") from error
    return held(rows, KnownAs.of(account, addresses), now.date())


def parse(text: str, name: str) -> list[CustodyRow]:
    """Every row of the list. Raise InventoryInvalid for one without rows, or that says less than it must."""
    above, read = _below_titles(text, name)

    def columns(known: tuple[str, ...]) -> list[str]:
        return [one for one in read.headings if one in known]

    numbers, accounts, items = columns(_NUMBER), columns(ACCOUNT), columns(_ITEM)
    if not items or not (numbers or accounts):
        message = _("headings must say who (employee_id or account) and what (item)")
        raise InventoryInvalid(f"{name}:1: {message}")
    if not read.rows:
        raise InventoryInvalid(f"{name}:1: " + _("the list has headings, and nothing below them"))

    known = {*_NUMBER, *ACCOUNT, *_NAME, *_ITEM, *_RETURNED, *_DATED}
    given = [one for one in read.headings if one not in known and _GIVEN.fullmatch(one)]
    remarks = [one for one in read.headings if one not in known and _REMARKS.fullmatch(one)]
    notes = [one for one in read.headings if one not in {*known, *given, *remarks}]

    def cells(row: csvfile.Row, headings: list[str]) -> tuple[str, ...]:
        return tuple(row.cells.get(one, "") for one in headings)

    for row in read.rows:
        if any(read.delimiter in cell and "\n" in cell for cell in (*row.cells.values(), *row.rest)):
            message = _("a cell holds whole rows: a quotation mark is not closed")
            raise InventoryInvalid(f"{name}:{row.line + above}: {message}")
    return [
        CustodyRow(
            row.line + above,
            cells(row, numbers),
            cells(row, accounts),
            cells(row, columns(_NAME)),
            next(filter(None, cells(row, items)), ""),
            cells(row, columns(_RETURNED)),
            cells(row, columns(_DATED)),
            cells(row, given),
            cells(row, remarks),
            cells(row, notes),
            row.rest,
        )
        for row in read.rows
        if any(csvfile.heading(cell) != one for one, cell in row.cells.items())  # headings of another page
        and not _total(row)
    ]


def _total(row: csvfile.Row) -> bool:
    """Is this the line below a table, which counts its rows?"""
    found = [word for cell in (*row.cells.values(), *row.rest) for word in words(cell)]
    letters = {word for word in found if not word.isdigit()}
    alone = not any(said(row.cells.get(one, "")) and row.cells[one].strip().isdigit() for one in _NUMBER)
    return bool(letters & {"toplam", "total"}) and letters <= _TOTALS and alone


def _below_titles(text: str, name: str) -> tuple[int, csvfile.Table]:
    """The table, and how many lines stand above its headings: the list's name, its date, `sep=;`."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    for above, line in enumerate(lines[:_TITLES]):
        words = {csvfile.heading(word.strip('"')) for word in re.split(r"[;,\t]", line)}
        if words & {*_ITEM} and words & {*_NUMBER, *ACCOUNT}:
            return above, csvfile.read("".join(lines[above:]), name, loose=True)
    return 0, csvfile.read(text, name, loose=True)


def _read(custody: Custody, now: datetime) -> list[CustodyRow]:
    if custody.file is None:
        done = process.run(shlex.split(custody.command), timeout=60, check=True)
        name = shlex.split(custody.command)[0]
        return parse(csvfile.decode(done.stdout, name), name)
    try:
        content, changed = custody.file.read_bytes(), custody.file.stat().st_mtime
    except OSError as error:
        message = _("{path}: cannot be read: {why}").format(path=custody.file, why=system_words(error))
        raise InventoryInvalid(message, cause=error) from error
    age = now - datetime.fromtimestamp(changed, tz=now.tzinfo)
    if age > timedelta(days=custody.max_age):
        message = _("{path}: it was last written {days} days ago; max_age: {limit} days").format(
            path=custody.file, days=age.days, limit=custody.max_age
        )
        raise InventoryInvalid(message, hint=_("export it anew"))
    return parse(csvfile.decode(content, str(custody.file)), str(custody.file))
