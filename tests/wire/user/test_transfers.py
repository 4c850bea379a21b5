"""Transfers as they come in a year: under other names, of other names, in pieces, on the day after."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.wire.user.conftest import Office
from tests.wire.user.test_movers import BASE, STAJ, groups, posts, sync
from tests.wire.user.test_sync import HEAD

__all__ = ["posts"]
MEMUR = f"OU=Memur,OU=Personel,{BASE}"
MORE = f"""\
  Bilgi İşlem Müdürlüğü: {{groups: [Satranc], ou: "{STAJ}"}}
"""
# From and to (role, directorate), and the groups after; each a person of their own.
CASES = [
    (("memur", "Fen İşleri"), ("memur", "FEN İŞLERİ MÜDÜRLÜĞÜ"), "Personel Yazicilar VPN"),
    (("memur", "Fen İşleri"), ("memur", "fen isleri md."), "Personel Yazicilar VPN"),
    (("memur", "Fen İşleri"), ("memur", "  Fen  İşleri "), "Personel Yazicilar VPN"),
    (("memur", "Fen Işleri"), ("memur", "Park & Bahçeler"), "Personel Yazicilar"),
    (("memur", "Fen İşleri"), ("memur", "Fen ve Sanat İşleri"), "Personel Yazicilar"),
    (("memur", ""), ("memur", "Bilgi İşlem"), "Personel Yazicilar Satranc"),
    (("memur", "Bilgi İşlem"), ("memur", "Fen İşleri"), "Personel Yazicilar VPN"),
    (("memur", "Bilgi İşlem"), ("stajyer", "BİLGİ İŞLEM MÜD."), "Personel Satranc"),
    (("memur", "Fen İşleri"), ("bos", ""), "VPN"),
    (("memur", ""), ("bos", "Park ve Bahçeler"), ""),
    (("bos", ""), ("memur", "Fen İşleri"), "Personel Yazicilar VPN"),
    (("bos", "Fen İşleri"), ("bos", "Park ve Bahçeler Müdürlüğü"), ""),
    (("stajyer", "Bilgi İşlem"), ("uzak", "Park ve Bahçeler"), "VPN"),
]


@pytest.fixture
def town(posts: Office) -> Office:
    file = posts.command_line.inventory / "directory.yaml"
    text = file.read_text() + MORE
    file.write_text(text.replace("departments:\n", f'  bos: {{ou: "{MEMUR}"}}\ndepartments:\n'))
    return posts


def test_thirteen_transfers_under_names_as_people_write_them(town: Office, tmp_path: Path) -> None:
    def rows(which: int) -> list[str]:
        return [
            f"TR{at:02};Kişi{chr(97 + at)};Nakil;{one[which][0]};{one[which][1]};;;;;"
            for at, one in enumerate(CASES)
        ]

    made = sync(town, tmp_path, *rows(0))
    done = sync(town, tmp_path, *rows(1))
    for at, (_old, _new, after) in enumerate(CASES):
        item = made[f"TR{at:02}"]
        assert groups(town, item["sam_account_name"]) == set(after.split()), CASES[at]
        assert done[f"TR{at:02}"]["guid"] == item["guid"]
    assert {one["status"] for one in sync(town, tmp_path, *rows(1)).values()} == {"unchanged"}


def test_a_directorate_that_is_misspelt_is_told(town: Office, tmp_path: Path) -> None:
    file = tmp_path / "personel.csv"
    file.write_text(HEAD + "TRY;Yanlış;Yazan;memur;Fen İşlri;;;;;\n")
    answer = town.bitools("user", "sync", str(file), "--dry-run", "--json")
    assert any("Fen İşlri" in one and '"Fen İşleri"' in one for one in answer.document["warnings"])


def test_a_new_name_and_a_new_post_in_one_row(town: Office, tmp_path: Path) -> None:
    made = sync(town, tmp_path, "TRE;Evlenen;Önce;memur;Fen İşleri;;;;;")["TRE"]
    done = sync(town, tmp_path, "TRE;Evlenen;Sonra;uzak;Park ve Bahçeler;;;;;")["TRE"]
    entry = town.one(made["sam_account_name"])
    assert (done["guid"], entry["sn"], entry["department"]) == (
        made["guid"],
        [b"Sonra"],
        ["Park ve Bahçeler".encode()],
    )
    assert groups(town, made["sam_account_name"]) == {"VPN"}


def test_two_files_of_two_directorates_and_back_the_next_day(town: Office, tmp_path: Path) -> None:
    first, second = "TRF;İki;Dosya;memur;Fen İşleri;;;;;", "TRG;İki;Dosya;stajyer;Bilgi İşlem;;;;;"
    one, other = sync(town, tmp_path, first)["TRF"], sync(town, tmp_path, second)["TRG"]
    assert one["guid"] != other["guid"], "namesakes with numbers of their own"
    swapped = (
        first.replace("memur;Fen İşleri", "stajyer;Bilgi İşlem"),
        second.replace("stajyer;Bilgi İşlem", "memur;Fen İşleri"),
    )
    sync(town, tmp_path, swapped[0])
    sync(town, tmp_path, swapped[1])
    assert groups(town, one["sam_account_name"]) == {"Personel", "Satranc"}
    assert groups(town, other["sam_account_name"]) == {"Personel", "Yazicilar", "VPN"}
    sync(town, tmp_path, first, second)
    assert groups(town, one["sam_account_name"]) == {"Personel", "Yazicilar", "VPN"}
    assert groups(town, other["sam_account_name"]) == {"Personel", "Satranc"}


def test_a_grant_that_ends_is_taken_back_but_not_from_whose_post_gives_it_by_then(
    town: Office, tmp_path: Path
) -> None:
    rows = ["TRH;Süreli;Kalır;memur;;;;;;", "TRI;Süreli;Gider;memur;;;;;;"]
    made = sync(town, tmp_path, *rows)
    stays, goes = (made[number]["sam_account_name"] for number in ("TRH", "TRI"))
    run = town.run()
    tomorrow = run.started.astimezone(run.inventory.settings.zone).date() + timedelta(days=1)
    words = ["grant", stays, goes, "--group", "VPN", "--until", tomorrow.isoformat(), "--yes"]
    assert town.bitools("user", *words).code == 0
    sync(town, tmp_path, "TRH;Süreli;Kalır;uzak;;;;;;", "TRI;Süreli;Gider;stajyer;;;;;;")
    assert (groups(town, stays), groups(town, goes)) == ({"VPN"}, {"Personel", "VPN"})
    for file in (town.state / "grants").glob("[!.]*.json"):  # the day is over
        file.write_text(file.read_text().replace(tomorrow.isoformat(), "2026-01-01"))
    answer = town.bitools("user", "revoke", "--due", "--yes", "--json")
    assert answer.code == 0, answer.stdout + answer.stderr
    assert (groups(town, stays), groups(town, goes)) == ({"VPN"}, {"Personel"})
    assert not list((town.state / "grants").glob("[!.]*.json"))
    again = town.bitools("user", "revoke", "--due", "--yes", "--json")
    assert (again.code, again.document["items"]) == (0, [])
    sync(town, tmp_path, "TRH;Süreli;Kalır;stajyer;;;;;;")
    assert groups(town, stays) == {"Personel"}, "it stood by the post alone, and the post is another"


def test_a_leaver_s_number_brings_nobody_else_the_leaver_s_account(town: Office, tmp_path: Path) -> None:
    made = sync(town, tmp_path, "TRJ;Ali;Giden;memur;;;;;;")["TRJ"]
    sync(town, tmp_path, "TRJ;Ali;Giden;memur;;;;;;leaving")
    file = tmp_path / "personel.csv"
    for row in ("TRJ;Ali;Gelen;memur;;;;;;", "TRJ;Veli;Başka;memur;;;;;;"):
        file.write_text(f"{HEAD}{row}\n")
        usn = town.usn(made["sam_account_name"])
        answer = town.bitools("user", "sync", str(file), "--yes", "--json")
        assert (answer.code, town.usn(made["sam_account_name"])) == (5, usn), answer.stdout
    file.write_text(HEAD + "TRJ;Ali;Giden;memur;;;;;;leaving\nTRJ;Ali;Gelen;memur;;;;;;\n")
    assert town.bitools("user", "sync", str(file), "--yes", "--json").code != 0
    sam = made["sam_account_name"]
    assert town.bitools("user", "set", sam, "--clear", "employee-id", "--yes").code == 0
    joined = sync(town, tmp_path, "TRJ;Ali;Gelen;memur;;;;;;")["TRJ"]
    assert (joined["status"], joined["guid"] != made["guid"]) == ("created", True)
