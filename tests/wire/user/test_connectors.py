"""Other systems: told what the directory did, tried again, ticked; they never hold it up or undo it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bitools.user.verbs.disable import disable
from tests.wire.user.conftest import Office
from tests.wire.user.kills import killed


@pytest.fixture
def systems(office: Office, tmp_path: Path) -> Path:
    """EBYS by a program that writes down its arguments, unless it is told to fail; the mail by a person."""
    program = tmp_path / "ebys"
    program.write_text('#!/bin/sh\n[ -e "$0.broken" ] && echo bozuk >&2 && exit 7\necho "$@" >> "$0.told"\n')
    program.chmod(0o755)
    file = office.command_line.inventory / "directory.yaml"
    file.write_text(
        file.read_text()
        + "connectors:\n"
        + "  ebys: {text: EBYS, on: [add, disable, rename, move, offboard], retries: 0,"
        + f' command: "{program} {{event}} {{sam}} {{old_sam}} {{employee_id}} {{role}}"}}\n'
        + "  posta: {text: Posta kutusu, on: [add]}\n"
    )
    return program


def told(program: Path) -> list[str]:
    file = Path(f"{program}.told")
    return [line.strip() for line in file.read_text().splitlines()] if file.exists() else []


def needs(office: Office, sam: str) -> dict[tuple[str, str], str]:
    [item] = office.bitools("user", "show", sam, "--json").document["items"]
    return {(one["connector"], one["event"]): one["status"] for one in item["connectors"]}


def test_every_act_is_told_and_what_people_do_is_ticked(office: Office, systems: Path) -> None:
    words = [
        "add",
        "--given",
        "Bağlı",
        "--surname",
        "Kişi",
        "--role",
        "memur",
        "--employee-id",
        "K1",
        "--yes",
    ]
    assert office.bitools("user", *words).code == 0
    assert needs(office, "bagli.kisi") == {("ebys", "add"): "done", ("posta", "add"): "open"}
    audit = office.bitools("user", "audit", "--json").document["items"]
    assert [one["rule"] for one in audit if one["sam_account_name"] == "bagli.kisi"] == ["connector"]
    assert office.bitools("user", "connectors", "bagli.kisi", "--tick", "posta").code == 0
    assert needs(office, "bagli.kisi")["posta", "add"] == "done"
    for words in (
        ["rename", "bagli.kisi", "--surname", "Yeni"],
        ["move", "bagli.yeni", "--to", "OU=Personel,DC=belediye,DC=test"],
        ["disable", "bagli.yeni"],
        ["offboard", "bagli.yeni"],
    ):
        assert office.bitools("user", *words, "--yes").code == 0, words
    assert [line.split()[:2] for line in told(systems)] == [
        ["add", "bagli.kisi"], ["rename", "bagli.yeni"], ["move", "bagli.yeni"], ["disable", "bagli.yeni"], ["offboard", "bagli.yeni"],
    ]  # fmt: skip
    assert told(systems)[1].split()[2] == "bagli.kisi"
    assert office.bitools("user", "connectors", "--tick", "yok", "x").code == 10


def test_one_that_fails_undoes_nothing_and_is_tried_again(office: Office, systems: Path) -> None:
    office.make_user("kopuk.kisi", employeeID="K2")
    Path(f"{systems}.broken").touch()
    answer = office.bitools("user", "disable", "kopuk.kisi", "--json")
    assert (answer.code, office.one("kopuk.kisi")["userAccountControl"]) == (0, [b"514"])
    assert any("ebys" in warning for warning in answer.document["warnings"])
    assert needs(office, "kopuk.kisi") == {("ebys", "disable"): "failed"}
    assert office.bitools("user", "connectors", "kopuk.kisi").code == 4
    Path(f"{systems}.broken").unlink()
    assert office.bitools("user", "connectors", "--again").code == 0
    assert needs(office, "kopuk.kisi") == {("ebys", "disable"): "done"}
    assert told(systems) == ["disable kopuk.kisi kopuk.kisi K2"]


def test_what_the_directory_refused_is_told_to_nobody(office: Office, systems: Path) -> None:
    assert office.bitools("user", "disable", "krbtgt").code == 5
    assert told(systems) == []
    assert not (office.state / "connectors").exists()


@pytest.mark.parametrize("at", range(1, 4))
def test_a_kill_loses_no_need(office: Office, systems: Path, at: int) -> None:
    sam = f"kesik.bag{at}"
    office.make_user(sam, employeeID=f"KB{at}")
    assert killed(lambda: disable(office.run(), [sam]), at)
    assert not disable(office.run(), [sam]).failed
    assert needs(office, sam) == {("ebys", "disable"): "done"}
    assert told(systems) == [f"disable {sam} {sam} KB{at}"]
