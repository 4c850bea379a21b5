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
from bitools.user.decisions.custody import CustodyRow, on_record
from bitools.user.decisions.keys import KnownAs, filled

_NUMBER = (
    *("employee_id", "employeeid", "sicil_no", "sicil", "sicil_numarasi", "kurum_sicil_no"),
    *("personel_no", "personel_numarasi", "personel_sicil_no", "personel_sicil_numarasi", "personel_sicili"),
    *("sicilno", "kurum_sicil", "kurum_sicili"),
)
ACCOUNT = (
    *("sam_account_name", "account", "username", "user_name", "kullanici", "kullanici_adi", "hesap"),
    *(
        "kullanici_hesabi",
        "domain_hesabi",
        "ad_hesabi",
        "hesap_adi",
        "e_posta",
        "eposta",
        "e_posta_adresi",
        "mail",
        "e_mail",
        "email",
    ),
)
_NAME = (
    *("ad_soyad", "adi_soyadi", "ad_soyadi", "adi_ve_soyadi", "adsoyad", "isim", "isim_soyisim"),
    *(
        "personel",
        "personel_adi",
        "personel_adi_soyadi",
        "zimmetli",
        "zimmetli_personel",
        "adi_soyadi_unvani",
        "kime_zimmetli",
        "kullanan",
        "zimmet_sahibi",
        "full_name",
        "person",
    ),
)
_ITEM = (
    *(
        "item",
        "what",
        "description",
        "malzeme",
        "malzeme_adi",
        "malzemenin_adi",
        "malzeme_cinsi",
        "malzeme_tanimi",
    ),
    *(
        "zimmet",
        "zimmetli_malzeme",
        "verilen_malzeme",
        "demirbas",
        "demirbas_adi",
        "belge",
        "esya",
        "esya_adi",
    ),
    *("cihaz", "cihaz_adi", "urun", "urun_adi", "tasinir", "tasinir_adi", "ekipman", "donanim"),
)
_RETURNED = ("returned", "iade", "2_iade", "iade_2")
_DATED = (
    *("iade_tarihi", "iade_tarih", "iade_gunu", "iade_edildigi_tarih", "iade_edilme_tarihi"),
    *("geri_alindigi_tarih", "geri_alinma_tarihi", "return_date"),
    *("tekrar_iade_tarihi", "ikinci_iade_tarihi", "son_iade_tarihi", "2_iade_tarihi", "iade_tarihi_2"),
)
_GIVEN = re.compile(r"(?!.*(?:iade|geri|donus)).*(?:teslim|veril|zimmet).*tarih.*|given_out")
_REMARKS = re.compile(
    r"(?:iade_|teslim_|son_|zimmet_)?(?:aciklama|not|durum|sonuc|gorus|dusunce)(?:lar|ler|u|i|su|si|lari|leri)?"
    r"|remarks?|notes?|comments?|status|state|condition"
)
_NEXT = re.compile(
    r"(?!.*(?:tarih|gun|neden|sebep|durum)).*(?:devredil|devralan|devir_alan|yeni_(?:zimmet|kullan|sahib|sicil|personel)"
    r"|simdiki|guncel_(?:zimmet|kullan|sahib)|son_(?:zimmet|kullan)|kimde|next_holder|current_user|passed_on).*"
)
_RUNNING = frozenset(
    {"sira", "sira_no", "sira_numarasi", "s_no", "sno", "#"}
)  # numbers of rows, which say nothing
_FOOT = re.compile(  # who signs below a table
    r"(?:hazirlayan|duzenleyen|onaylayan|sayfa|rapor tarihi|liste tarihi|dokum tarihi"
    r"|tasinir (?:kayit|kontrol|kayit ve kontrol) (?:yetkilisi|gorevlisi)|harcama yetkilisi)\b"
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
    return on_record(rows, KnownAs.of(account, addresses), now.date())


def parse(text: str, name: str) -> list[CustodyRow]:
    """Every row of the list. Raise InventoryInvalid for one without rows, or that says less than it must."""
    above, read = _below_titles(text, name)

    def columns(known: tuple[str, ...]) -> list[str]:
        return [one for one in read.headings if _bare(one) in known]

    numbers, accounts, items = columns(_NUMBER), columns(ACCOUNT), columns(_ITEM)
    if not items or not (numbers or accounts):
        message = _("headings must say who (employee_id or account) and what (item)")
        raise InventoryInvalid(f"{name}:1: {message}")
    if not read.rows:
        raise InventoryInvalid(f"{name}:1: " + _("the list has headings, and nothing below them"))

    known = {*_NUMBER, *ACCOUNT, *_NAME, *_ITEM, *_RETURNED, *_DATED}
    others = [one for one in read.headings if _bare(one) not in known]
    given = [one for one in others if _GIVEN.fullmatch(_bare(one))]
    holders = [one for one in others if _NEXT.fullmatch(_bare(one))]
    remarks = [one for one in others if _REMARKS.fullmatch(_bare(one))]
    notes = [one for one in others if one not in {*given, *holders, *remarks} and _bare(one) not in _RUNNING]

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
            cells(row, holders),
        )
        for row in read.rows
        if any(csvfile.heading(cell) != one for one, cell in row.cells.items())  # headings of another page
        and not (_total(row) or _foot(row))
    ]


def _total(row: csvfile.Row) -> bool:
    """Is this the line below a table, which counts its rows?"""
    found = [word for cell in (*row.cells.values(), *row.rest) for word in words(cell)]
    letters = {word for word in found if not word.isdigit()}
    alone = not any(filled(row.cells.get(one, "")) and row.cells[one].strip().isdigit() for one in _NUMBER)
    return bool(letters & {"toplam", "total"}) and letters <= _TOTALS and alone


def _foot(row: csvfile.Row) -> bool:
    """Is this a line below a table, that says who made or signs it?"""
    said_here = [cell for cell in (*row.cells.values(), *row.rest) if cell.strip()]
    return len(said_here) == 1 and bool(_FOOT.match(" ".join(words(said_here[0]))))


def _bare(heading: str) -> str:
    """A heading without what stands beside it: `sicil_no` for `sicil_no_(kurum)` and `sicil_no:`."""
    return re.sub(r"_*\([^)]*\)", "", heading).strip("_:*") or heading


def _below_titles(text: str, name: str) -> tuple[int, csvfile.Table]:
    """The table, and how many lines stand above its headings: the list's name, its date, `sep=;`."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    for above, line in enumerate(lines[:_TITLES]):
        found = {_bare(csvfile.heading(word.strip('"'))) for word in re.split(r"[;,\t]", line)}
        if found & {*_ITEM} and found & {*_NUMBER, *ACCOUNT}:
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
