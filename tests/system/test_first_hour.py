"""`bitools init`: from nothing to a first snapshot, backup and mail, by a person at a terminal and by options."""

from __future__ import annotations

import json
import os

import pytest

from lab.machine import PROGRAM, machine
from lab.packages import require_for_test, require_root_for_test
from tests.conftest import ROOT
from tests.system.first_day import (
    PASSWORD,
    READER,
    Place,
    backup,
    by_options,
    described,
    logged_in,
    mail,
    organisation,
    switch,
    trusting,
)
from tests.terminal import Dialogue


def test_ten_minutes_without_a_manual(place: Place) -> None:
    """Not a file is edited: every answer is typed, in Turkish, and what follows is shown."""
    with Dialogue("init", environ=place.environ) as dialogue:
        organisation(dialogue)
        switch(dialogue, place)
        backup(dialogue, place)
        mail(dialogue, place)
        assert dialogue.end() == 0, dialogue.shown
    for step in (
        "net trust",
        "net snapshot sw-01",
        "backup run belgeler",
        "report daily --mail",
        "schedule install",
    ):
        assert f"$ bitools {step}" in dialogue.shown
    for line in ("sw-01", "kaydedildi", "tam", "gönderildi: [bitools]", READER):
        assert line in dialogue.shown.partition("$ bitools net trust")[2], line
    assert PASSWORD not in dialogue.shown
    place.works()
    settings = (place.inventory / "settings.yaml").read_text()
    assert settings.startswith("# yaml-language-server: $schema=schema/settings.json\n")
    assert "Raporların" in settings or "rapor" in settings, "its remarks are Turkish"
    assert (place.inventory / "schema" / "settings.json").exists()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (place.inventory / "secrets").iterdir())


@pytest.mark.torture
def test_again_asks_nothing_and_changes_nothing(place: Place) -> None:
    assert by_options(place).returncode == 0
    before = {path: path.read_bytes() for path in place.inventory.rglob("*") if path.is_file()}
    sent = len(place.mail.messages())
    with Dialogue("init", environ=place.environ) as dialogue:
        assert dialogue.end() == 0, dialogue.shown
    assert dialogue.shown.count("zaten tanımlı") == 4
    assert {path: path.read_bytes() for path in place.inventory.rglob("*") if path.is_file()} == before
    assert len(place.mail.messages()) == sent, "a first mail is sent once"


@pytest.mark.torture
def test_wrong_answers_are_told_and_asked_again(place: Place) -> None:
    """Three wrong ones, a switch that does not answer, a password that is rejected; then all is well."""
    with Dialogue("init", environ=place.environ) as dialogue:
        dialogue.answers(("Kurumun adı ne?", ""))
        dialogue.until("buna bir yanıt gerekli")
        organisation(dialogue)
        dialogue.answers(("Adresi ya da ADRES:PORT", "10.0.0.1:99999"))
        dialogue.until("1 ile 65535 arasında")
        dialogue.answers(("Adresi ya da ADRES:PORT", f"{place.switch.host}:9"))
        assert "→" in dialogue.until("Adresi ya da ADRES:PORT")
        dialogue.until("]" if "[" in dialogue.shown[-3:] else ": ")
        dialogue.type(f"{place.at}\n")
        logged_in(dialogue, "yanlış")
        dialogue.until("kabul edilmedi")
        dialogue.answers(("hangi kullanıcı", ""), ("Parolası", PASSWORD))
        described(dialogue)
        dialogue.answers(("Bir klasör (/srv", "/boyle/bir/yer/yok"))
        dialogue.until("yok ya da okunamıyor")
        backup(dialogue, place)
        dialogue.answers(("E-posta sunucusunun adresi", f"{place.mail.host}:9"))
        dialogue.until("✗")
        mail(dialogue, place)
        assert dialogue.end() == 0, dialogue.shown
    place.works()
    assert place.switch.rejected_logins == 1


@pytest.mark.torture
def test_three_rejected_passwords_end_the_tries(place: Place) -> None:
    rejected = place.switch.rejected_logins
    with Dialogue("init", environ=place.environ) as dialogue:
        organisation(dialogue)
        dialogue.answers(("Adresi ya da ADRES:PORT", place.at))
        logged_in(dialogue, "bir")
        for wrong in ("iki", "üç"):
            dialogue.answers(("hangi kullanıcı", ""), ("Parolası", wrong))
        dialogue.until("dördüncüsü hesabı kilitleyebilir")
        dialogue.answers(
            ("Adresi ya da ADRES:PORT", ""), ("Bir klasör (/srv", ""), ("sunucusunun adresi", "")
        )
        assert dialogue.end() == 0
    assert place.switch.rejected_logins == rejected + 3
    assert not list(place.inventory.glob("secrets/device*"))


@pytest.mark.torture
@pytest.mark.parametrize("stop", ["kill", "\x03", "\x04"], ids=["SIGKILL", "Ctrl-C", "Ctrl-D"])
def test_it_goes_on_where_it_was_stopped(place: Place, stop: str) -> None:
    with Dialogue("init", environ=place.environ) as dialogue:
        organisation(dialogue)
        switch(dialogue, place)
        dialogue.until("Bir klasör (/srv")
        if stop == "kill":
            dialogue.kill()
        else:
            dialogue.type(stop)
            assert dialogue.end() == {"\x03": 130, "\x04": 5}[stop]
    with Dialogue("init", environ=place.environ) as dialogue:
        assert dialogue.until("Bir klasör (/srv").count("zaten tanımlı") == 2
        dialogue.until(": ")
        dialogue.type(f"{place.documents}\n")
        dialogue.answers(("Yedekler nerede", str(place.folder / "depo")))
        mail(dialogue, place)
        trusting(dialogue)
        assert dialogue.end() == 0, dialogue.shown
    place.works()


def test_every_answer_can_be_an_option(place: Place) -> None:
    planned = by_options(place, "--dry-run", "--json")
    assert (planned.returncode, place.inventory.exists()) == (0, False), planned.stderr
    assert {item["status"] for item in json.loads(planned.stdout)["items"]} == {"planned"}
    done = by_options(place, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [item["part"] for item in document["items"]] == ["organisation", "switch", "backup", "mail"]
    assert {step["code"] for step in document["steps"]} == {0}
    assert PASSWORD not in done.stdout + done.stderr
    place.works()
    again = json.loads(by_options(place, "--json").stdout)
    assert (again["changed"], {item["status"] for item in again["items"]}) == (False, {"there"})


def test_a_key_that_nobody_named_is_trusted_only_where_that_is_said(place: Place) -> None:
    unnamed = by_options(place, "--switch-fingerprint", "", "--dry-run", "--json")
    [failure] = json.loads(unnamed.stdout)["failed"]
    assert (unnamed.returncode, failure["target"], failure["code"]) == (3, "switch", 5)
    assert place.switch.fingerprint in failure["hint"], "what is to be compared, ready to be given"
    assert "--trust-first-key" in failure["hint"]
    said = by_options(place, "--switch-fingerprint", "", "--trust-first-key", "--dry-run", "--json")
    assert said.returncode == 0, said.stderr
    other = by_options(
        place, "--switch-fingerprint", "SHA256:" + "A" * 43, "--trust-first-key", "-n", "--json"
    )
    [failure] = json.loads(other.stdout)["failed"]
    assert failure["code"] == 5, "the key that was named counts"
    assert not place.inventory.exists()


@pytest.mark.torture
def test_by_options_a_part_that_fails_holds_up_no_other(place: Place) -> None:
    done = by_options(place, "--switch", f"{place.switch.host}:9", "--json")
    assert done.returncode == 3
    document = json.loads(done.stdout)
    assert [item["status"] for item in document["items"]] == ["written", "failed", "written", "written"]
    assert document["failed"][0]["code"] == 13
    assert by_options(place, "--json").returncode == 0
    place.works()


def test_with_nobody_there_and_no_options_nothing_is_done(place: Place) -> None:
    done = place("init")
    assert (done.returncode, place.inventory.exists()) == (5, False)
    assert "--yes" in done.stderr


@pytest.mark.torture
def test_what_a_person_wrote_stays(place: Place) -> None:
    """Files of their own, in their own hand: what is missing is added, and every other byte is as it was."""
    written = {
        "settings.yaml": "# bizim ayarlar\norganisation: Efeler Belediyesi  # il değil, ilçe\nlanguage: tr\n",
        "sites.yaml": "sites:\n    garaj:   {name: Garaj}   # kapı kodu bende\n",
        "devices.yaml": "defaults: {username: eski, site: garaj}\ndevices: {}\n# switch'ler gelecek hafta\n",
        "backups.yaml": "importance:\n  az: {daily: 3}\n",
    }
    place.inventory.mkdir()
    for name, text in written.items():
        (place.inventory / name).write_text(text)
    done = by_options(place, "--organisation", "Başka", "--no-schedule")
    assert done.returncode == 0, done.stderr
    for name, text in written.items():
        lines = (place.inventory / name).read_text().splitlines(keepends=True)
        kept = [line for line in lines if line in text.splitlines(keepends=True)]
        assert "".join(kept) == text, name
    assert "Başka" not in (place.inventory / "settings.yaml").read_text()
    assert "importance: az" in (place.inventory / "backups.yaml").read_text()
    assert "site: garaj" in (place.inventory / "devices.d" / "sw-01.yaml").read_text()


@pytest.mark.torture
@pytest.mark.xdist_group("machine")
def test_on_a_machine_the_account_and_the_timers_are_made_too(place: Place) -> None:
    """As root, in /etc/bitools: what was proven is proven with the rights that the jobs will have."""
    require_root_for_test("a mount namespace")
    require_for_test("sudo", "util-linux")
    with machine() as box:
        box.path("/srv/belgeler").mkdir()
        box.write("/srv/belgeler/karar.txt", "karar\n", 0o600)
        program = box.command([PROGRAM], environ={"TERM": "xterm", "BITOOLS_LANG": "tr"})
        with Dialogue("init", environ={"PATH": os.environ["PATH"]}, program=program) as dialogue:
            organisation(dialogue)
            switch(dialogue, place)
            dialogue.answers(("Bir klasör (/srv", "/srv/belgeler"), ("Yedekler nerede", ""))
            mail(dialogue, place)
            assert dialogue.end() == 0, dialogue.shown
        assert dialogue.shown.count("$ bitools setup") == 2
        assert box.path("/etc/cron.d/bitools").exists()
        assert box.path("/var/lib/bitools").stat().st_uid != 0
        assert READER in place.mail.messages()[0]["To"]
        assert '"dataset": "belgeler"' in box.bitools("backup", "list", "--json").stdout
        assert "sw-01" in box.bitools("net", "history").stdout
        added = box.bitools(
            "inventory", "add", "device", "sw-02", "host=10.0.0.2", "platform=cisco_ios", "site=merkez"
        )
        assert added.returncode == 0, added.stderr
        assert box.bitools("net", "history").returncode == 0, (
            "what was added later can be read by the account"
        )
        assert box.bitools("doctor", "--json").returncode in (0, 4)


def test_the_readme_needs_four_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Use it")[2]
    lines = text.partition("```sh\n")[2].partition("```")[0].splitlines()
    assert len(lines) <= 4
    assert lines[-1].split("#")[0].split()[-2:] == ["/opt/bitools/bin/bitools", "init"]
