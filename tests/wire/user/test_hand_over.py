"""The hand-over list as offices keep it: thirty rows hold back thirty leavers, and twelve clean ones all go.

What holds back everybody (a row that names nobody, a list that cannot be read) is in the unit tests.
"""

from __future__ import annotations

import pytest

from tests.wire.user.conftest import Office
from tests.wire.user.test_leavers import AYRILANLAR, configure

HEAD = "ZİMMET LİSTESİ;;;;;\n\nSicil No;Hesap;Ad Soyad;Malzeme;Zimmet Tarihi;İade\n"
# {n} number with zeros, {b} without, {s} login, {g} given name, {f} family name. One row a person.
HELD = [
    "{n};;;Dizüstü;;",
    "{b};;;Dizüstü;;",
    "{b}.0;;;Dizüstü;;",
    "{b},00;;;Dizüstü;;",
    " {b} ;;;Dizüstü;;",
    "00000{b};;;Dizüstü;;",
    "Sicil: {b};;;Dizüstü;;",
    "{b} / 9999;;;Dizüstü;;",
    ";{s};;Dizüstü;;",
    ";BELEDIYE\\{S};;Dizüstü;;",
    ";{s}@belediye.test;;Dizüstü;;",
    ";{f}, {g};;Dizüstü;;",
    ";{b};;Dizüstü;;",
    ";;{f} {g};Dizüstü;;",
    "yok;-;{g} {f};Dizüstü;;",
    "12345678901;;{g} {f};Dizüstü;;",
    "{n};;;Dizüstü;;hayır",
    "{n};;;Dizüstü;;iade edilmedi",
    "{n};;;Dizüstü;;-",
    "{n};;;Dizüstü;;yok",
    "{n};;;Dizüstü;;X",
    "{n};;;Dizüstü;;46086",
    "{n};;;Dizüstü;;00.00.0000",
    "{n};;;Dizüstü;;31.02.2026",
    "{n};;;Dizüstü;;05.03.2099",
    "{n};;;Dizüstü;;5 Mart",
    "{n};;;Dizüstü;06.03.2026;05.03.2026",
    "{n};;;Dizüstü;;iade edilecek 05.03.2026",
    "{n};;;;;",
    "{n};;;Dizüstü;;05.03.2026;eksik",
]
CLEAN = [
    "{n};;;Dizüstü;;05.03.2026",
    "{b};;;Dizüstü;;5/3/26",
    "{n};;;Dizüstü;;2026-03-05",
    "{n};;;Dizüstü;01.01.2020;5 Mart 2026 Perşembe",
    "{n};;;Dizüstü;;İade edildi 05.03.2026",
    "{n};;;Dizüstü;;05.03.2026 14:30:00",
    ";{s};;Dizüstü;;05-Mar-26",
    ";;{g} {f};Dizüstü;;05.03.2026",
    "9{n};;;Dizüstü;;",
    "{n}0;{s}2;{g} {f};Dizüstü;;",
    ";;Mehmet {f};Dizüstü;;",
    "",
]


def person(number: int) -> dict[str, str]:
    """A person of these lists: no two share a name."""
    word = "".join(chr(97 + int(digit)) for digit in f"{number:04}")
    given, family = f"Ad{word}", f"Şoy{word}"
    sam = f"ad{word}.soy{word}"
    return {"n": f"{number:04}", "b": str(number), "s": sam, "S": sam.upper(), "g": given, "f": family}


@pytest.mark.torture
def test_nobody_clears_wrongly_and_everybody_clean_clears(office: Office) -> None:
    assert (len(HELD), len(CLEAN)) == (30, 12)
    rows, sams = [], []
    for number, row in enumerate((*HELD, *CLEAN), start=211):
        one = person(number)
        office.make_user(
            one["s"],
            givenName=one["g"],
            sn=one["f"],
            displayName=f"{one['g']} {one['f']}",
            employeeID=one["n"],
        )
        rows.append(row.format(**one))
        sams.append(one["s"])
    (office.command_line.inventory / "zimmet.csv").write_text(
        HEAD + "\n".join([*rows, ""]), encoding="cp1254"
    )
    configure(office, "custody: {file: zimmet.csv}\n")
    answer = office.bitools("user", "offboard", *sams, "--max-changes", "42", "--yes", "--json")
    statuses = {item["sam_account_name"]: item["status"] for item in answer.document["items"]}
    assert [statuses[sam] for sam in sams] == ["held"] * 30 + ["offboarded"] * 12, answer.document["failed"]
    for sam, row in zip(sams, (*HELD, *CLEAN), strict=True):
        entry = office.one(sam)
        assert entry["userAccountControl"] == [b"514"], row
        assert entry["distinguishedName"][0].endswith(AYRILANLAR) == (row in CLEAN), row
