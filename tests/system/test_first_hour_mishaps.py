"""`bitools init` where things go wrong: whoever stops, or is stopped, goes on where it was, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from lab.mail import MailServer
from lab.mail import Settings as MailSettings
from lab.packages import require_root_for_test
from lab.switches import ENABLE_PASSWORD, Switch, SwitchFarm
from tests.conftest import ROOT
from tests.system.first_day import (
    PASSWORD,
    READER,
    Place,
    backup,
    by_options,
    mail,
    organisation,
    switch,
    trusted,
    trusting,
)
from tests.terminal import Dialogue

pytestmark = pytest.mark.torture
BUG = "program hatası"


def questions(place: Place) -> list[tuple[str, str]]:
    """Every question in the order in which they come, with what is typed."""
    return [
        ("Kurumun adı ne?", "Efeler Belediyesi"),
        ("Adresi ya da ADRES:PORT", place.at),
        ("Bu SSH anahtarı onun mu?", "evet"),
        ("hangi kullanıcı", ""),
        ("Parolası", PASSWORD),
        ("Hangi platform", ""),
        ("Hangi lokasyonda", ""),
        ("wan mı lan mı", ""),
        ("Enable parolası", ENABLE_PASSWORD),
        ("Envanterdeki adı", ""),
        ("Bir klasör (/srv", str(place.documents)),
        ("Yedekler nerede", str(place.folder / "depo")),
        ("E-posta sunucusunun adresi", f"{place.mail.host}:{place.mail.port}"),
        ("Raporları kim okuyacak", READER),
        ("hangi adresten gitsin", ""),
    ]


def answer(dialogue: Dialogue, asked: list[tuple[str, str]]) -> None:
    for question, typed in asked:
        dialogue.until(question)
        dialogue.type(f"{typed}\n")


def written(place: Place) -> dict[str, bytes]:
    if not place.inventory.exists():
        return {}
    return {str(one): one.read_bytes() for one in place.inventory.rglob("*.yaml")}


@pytest.mark.parametrize(("stop", "where"), [("Ctrl-C", range(15)), ("hang-up", (0, 4, 9, 13))])
def test_stopped_at_every_question_in_turn(place: Place, stop: str, where: Collection[int]) -> None:
    """Each time the same command: what was answered to its end is asked no more, and no byte of it changes."""
    asked = questions(place)
    begins = (0, 1, 10, 12)  # the first question of each part
    kept: dict[str, bytes] = {}
    for begin, end in zip(begins, (*begins[1:], len(asked)), strict=True):
        for at in (one for one in where if begin <= one < end):
            with Dialogue("init", environ=place.environ) as dialogue:
                answer(dialogue, asked[begin:at])
                dialogue.until(asked[at][0])
                if stop == "Ctrl-C":
                    dialogue.type("\x03")
                    assert dialogue.end() == 130, dialogue.shown
                else:
                    dialogue.hang_up()
                assert BUG not in dialogue.shown
            assert {name: text for name, text in written(place).items() if name in kept} == kept
        if end < len(asked):
            with Dialogue("init", environ=place.environ) as dialogue:
                answer(dialogue, asked[begin:end])
                dialogue.until(asked[end][0])
            kept = written(place)
    with Dialogue("init", environ=place.environ) as dialogue:
        answer(dialogue, asked[12:])
        trusting(dialogue)
        assert dialogue.end() == 0, dialogue.shown
    place.works()


def test_a_password_stays_unseen_where_somebody_stopped_at_it_and_came_back(place: Place) -> None:
    """Ctrl-Z, and `fg`: the shell has made the terminal show again what is typed."""
    shell, ours = ["bash", "--norc", "-i"], " ".join([*_ours(), "init"])
    with Dialogue(environ={**place.environ, "PS1": "HAZIR> "}, program=shell) as dialogue:
        dialogue.until("HAZIR>")
        dialogue.type(f"{ours}\n")
        organisation(dialogue)
        dialogue.answers(("Adresi ya da ADRES:PORT", place.at))
        trusted(dialogue)
        dialogue.answers(("hangi kullanıcı", ""))
        dialogue.until("Parolası")
        dialogue.unseen()
        dialogue.type("\x1a")
        dialogue.until("HAZIR>")
        dialogue.type("fg\n")
        dialogue.until("bitools init")
        dialogue.unseen()
        dialogue.type(f"{PASSWORD}\n")
        dialogue.until("Hangi platform")
        dialogue.type("\x03")
        dialogue.until("HAZIR>")
        assert PASSWORD not in dialogue.shown


@pytest.mark.parametrize(
    "environ",
    [
        {"TERM": "dumb"},
        {"LC_ALL": "C", "BITOOLS_LANG": "tr"},
        {"LC_ALL": "xx_YY.UTF-8", "LANG": "nonsense", "BITOOLS_LANG": "tr"},
        {"PYTHONIOENCODING": "iso8859-9", "PYTHONUTF8": "0", "BITOOLS_LANG": "tr"},
        {"TERM": "xterm", "COLUMNS": "40"},
    ],
    ids=["dumb", "C", "unknown locale", "ISO 8859-9", "40 columns"],
)
def test_whatever_the_terminal(place: Place, environ: dict[str, str]) -> None:
    encoding = environ.get("PYTHONIOENCODING", "utf-8")
    columns = int(environ.pop("COLUMNS", "80"))
    with Dialogue(
        "init", environ={**place.environ, **environ}, columns=columns, encoding=encoding
    ) as dialogue:
        for question, typed in questions(place):
            dialogue.until(" ".join(question.split()[:1]))
            dialogue.type(f"{typed}\n")
        assert dialogue.end() == 0, dialogue.shown
        if columns == 40:
            typed_in = [typed for _asked, typed in questions(place) if typed]
            ours = dialogue.shown.partition("\n$ ")[0].splitlines()
            ours = [line for line in ours if not any(typed in line for typed in typed_in)]
            ours = [line for line in ours if "/" not in line and "SHA256" not in line]
            assert [line for line in ours if len(line) > 40] == []
    assert "Efeler Belediyesi" in (place.inventory / "settings.yaml").read_text()
    place.works()


def test_bytes_of_another_alphabet_are_asked_for_again(place: Place) -> None:
    """A terminal set to ISO 8859-9 before a locale of UTF-8: neither a bug nor a broken file."""
    with Dialogue("init", environ={**place.environ, "LC_ALL": "C.UTF-8"}, encoding="iso8859-9") as dialogue:
        dialogue.until("Kurumun")
        dialogue.type("Iğdır Belediyesi ş\n")
        dialogue.until(b"dil ayar".decode("iso8859-9"))
        dialogue.type("Efeler Belediyesi\n")
        dialogue.until("ADRES:PORT")
        dialogue.type("\x03")
        assert dialogue.end() == 130
    assert "Efeler Belediyesi" in (place.inventory / "settings.yaml").read_text()


def test_nobody_answers_through_a_pipe(place: Place) -> None:
    done = subprocess.run(
        ["python3", "-c", "print('evet\\n' * 50)"], capture_output=True, text=True, check=True
    )
    program = [*_ours(), "init"]
    said = subprocess.run(
        program, env=place.environ, input=done.stdout, text=True, capture_output=True, check=False
    )
    assert (said.returncode, place.inventory.exists()) == (5, False)
    assert "--yes" in said.stderr


def _ours() -> list[str]:
    import sys

    return [sys.executable, "-m", "bitools"]


def test_an_old_switch_is_agreed_to_by_name(place: Place) -> None:
    """One that knows SHA-1 only: `--yes` alone does not say so."""
    with SwitchFarm([Switch("eski", "cisco_ios", legacy_ssh=True)]) as farm:
        old = replace(place, switch=farm["eski"])
        refused = by_options(old, "--dry-run", "--json")
        [failure] = json.loads(refused.stdout)["failed"]
        assert (failure["code"], failure["reason"]) == (5, "legacy_ssh"), failure
        assert "--switch-legacy-ssh" in failure["hint"]
        assert by_options(old, "--switch-legacy-ssh", "--json").returncode == 0
    assert "legacy_ssh: true" in (place.inventory / "devices.d" / "eski.yaml").read_text()


def test_names_that_nobody_resolves_are_asked_for_again(place: Place) -> None:
    with Dialogue("init", environ=place.environ) as dialogue:
        organisation(dialogue)
        dialogue.answers(("Adresi ya da ADRES:PORT", "sw-01.boyle-bir-ad-yok.test"))
        dialogue.until("ad çözül")
        switch(dialogue, place)
        backup(dialogue, place)
        dialogue.answers(("E-posta sunucusunun adresi", "posta.boyle-bir-ad-yok.test"))
        dialogue.until("✗")
        mail(dialogue, place)
        assert dialogue.end() == 0, dialogue.shown
    place.works()


def test_a_mail_server_that_knows_nobody_of_that_name(place: Place) -> None:
    place.mail.fault = f"recipient:{READER}"
    try:
        done = by_options(place, "--json")
        [failure] = json.loads(done.stdout)["failed"]
        assert (done.returncode, failure["code"]) == (3, 14)
        assert "550" in failure["error"]
        assert "\nmail:" not in (place.inventory / "settings.yaml").read_text(), (
            "what cannot work is not written"
        )
    finally:
        place.mail.fault = ""
    assert by_options(place, "--json").returncode == 0
    place.works()


def test_a_mail_server_that_takes_a_strangers_mail_later(place: Place) -> None:
    """Greylisting: the mail waits and goes at the next try."""
    place.mail.fault = "greylist"
    try:
        with Dialogue("init", environ=place.environ) as dialogue:
            organisation(dialogue)
            switch(dialogue, place)
            backup(dialogue, place)
            mail(dialogue, place)
            dialogue.until("450 4.2.0")
            dialogue.end()
            assert BUG not in dialogue.shown
    finally:
        place.mail.fault = ""
    assert place("report", "flush", "--all").returncode == 0
    place.works()


def test_a_mail_server_that_wants_encryption_and_a_log_in(place: Place) -> None:
    settings = MailSettings(starttls=True, username="bitools", password="posta-1")
    with MailServer(settings) as server:
        at = f"{server.host}:{server.port}"
        with Dialogue("init", environ=place.environ) as dialogue:
            organisation(dialogue)
            switch(dialogue, place)
            backup(dialogue, place)
            dialogue.answers(("E-posta sunucusunun adresi", at))
            dialogue.answers(("sertifika dosyası", str(server.ca)), ("hangi kullanıcı", ""))
            dialogue.answers(("Raporları kim okuyacak", READER), ("hangi adresten gitsin", ""))
            dialogue.until("530")
            dialogue.answers(("E-posta sunucusunun adresi", at), ("sertifika dosyası", str(server.ca)))
            dialogue.answers(("hangi kullanıcı", "bitools"), ("Parolası", "yanlış"))
            dialogue.answers(("hangi kullanıcı", "bitools"), ("Parolası", "posta-1"))
            dialogue.answers(("Raporları kim okuyacak", ""), ("hangi adresten gitsin", ""))
            assert dialogue.end() == 0, dialogue.shown
        assert READER in server.messages()[0]["To"]
    assert "posta-1" not in dialogue.shown


@pytest.mark.root
def test_a_full_disk_loses_nothing(place: Place) -> None:
    require_root_for_test("a file system of its own")
    place.inventory.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place.inventory], check=True)
    try:
        filler = place.inventory / "filler"
        size = os.statvfs(place.inventory).f_bavail * os.statvfs(place.inventory).f_bsize
        filler.write_bytes(b"x" * (size - 4096))
        done = by_options(place, "--json")
        assert done.returncode in (5, 14), done.stderr
        assert BUG not in done.stderr
        filler.unlink()
        done = by_options(place, "--json")
        assert done.returncode == 0, done.stderr
        place.works()
    finally:
        subprocess.run(["umount", place.inventory], check=True)


def test_an_inventory_that_is_half_written_is_told_and_left(place: Place) -> None:
    place.inventory.mkdir()
    half = "organisation: Efeler Belediyesi\nmail: {host: 127.0.0.1, port:"
    (place.inventory / "settings.yaml").write_text(half)
    with Dialogue("init", environ=place.environ) as dialogue:
        assert dialogue.end() == 10
    assert "settings.yaml:3" in dialogue.shown
    assert (place.inventory / "settings.yaml").read_text() == half


@pytest.mark.root
def test_somebody_else_is_told_whose_it_is(place: Place) -> None:
    require_root_for_test("another user")
    assert by_options(place, "--json").returncode == 0
    before = written(place)
    Path(place.folder).chmod(0o755)
    # the checkout may lie where only root comes: nobody sees it at /mnt
    seen = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /mnt && exec "$@"', str(ROOT)]
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    program = [*seen, *nobody, *(word.replace(str(ROOT), "/mnt") for word in _ours()), "init"]
    environ = place.environ | {"PYTHONPATH": "/mnt"}
    said = subprocess.run(program, env=environ, text=True, capture_output=True, check=False)
    assert said.returncode in (5, 10, 14), said.stderr
    assert BUG not in said.stderr
    assert "→" in said.stderr
    assert written(place) == before
