"""A machine on its first day, and somebody who answers what `bitools init` asks, in Turkish."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lab.mail import MailServer
from lab.patience import HANGS
from lab.switches import ENABLE_PASSWORD
from lab.switches.farm import RunningSwitch
from tests.conftest import ROOT
from tests.terminal import Dialogue

PASSWORD = "lab-netops-2026"
READER = "ag@belediye.test"


@dataclass(frozen=True)
class Place:
    """A machine on its first day: a switch, a mail server, a folder of documents, and nothing of ours."""

    folder: Path
    switch: RunningSwitch
    mail: MailServer
    environ: dict[str, str]

    @property
    def inventory(self) -> Path:
        return self.folder / "inventory"

    @property
    def documents(self) -> Path:
        return self.folder / "belgeler"

    @property
    def at(self) -> str:
        return f"{self.switch.host}:{self.switch.port}"

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bitools", *words],
            env=self.environ, cwd=ROOT, text=True, capture_output=True, check=False, timeout=HANGS,
        )  # fmt: skip

    def works(self) -> None:
        """The first snapshot, backup and mail are there, and the jobs run by themselves."""
        assert "sw-01" in self("net", "history").stdout
        assert json.loads(self("backup", "list", "--json").stdout)["items"]
        assert READER in self.mail.messages()[0]["To"]
        assert "net snapshot" in (self.folder / "tab").read_text()
        assert self("inventory", "check").returncode == 0


def organisation(dialogue: Dialogue) -> None:
    dialogue.answers(("Kurumun adı ne?", "Efeler Belediyesi"))


def switch(dialogue: Dialogue, place: Place) -> None:
    dialogue.answers(("Adresi ya da ADRES:PORT", place.at))
    logged_in(dialogue)
    described(dialogue)


def logged_in(dialogue: Dialogue, password: str = PASSWORD) -> None:
    trusted(dialogue)
    dialogue.answers(("hangi kullanıcı", ""), ("Parolası", password))


def trusted(dialogue: Dialogue) -> None:
    dialogue.until("SHA256:")
    dialogue.until("Bu SSH anahtarı onun mu?")
    dialogue.until("] ")
    dialogue.type("evet\n")


def described(dialogue: Dialogue) -> None:
    assert "Cisco IOS" in dialogue.until("Hangi platform")
    dialogue.answers(
        ("?", ""), ("Hangi lokasyonda", ""), ("wan mı lan mı", ""), ("Enable parolası", ENABLE_PASSWORD)
    )
    dialogue.answers(("Envanterdeki adı", ""))


def backup(dialogue: Dialogue, place: Place) -> None:
    dialogue.answers(
        ("Bir klasör (/srv", str(place.documents)), ("Yedekler nerede", str(place.folder / "depo"))
    )


def mail(dialogue: Dialogue, place: Place) -> None:
    dialogue.answers(("E-posta sunucusunun adresi", f"{place.mail.host}:{place.mail.port}"))
    dialogue.answers(("Raporları kim okuyacak", READER), ("hangi adresten gitsin", ""))


def trusting(dialogue: Dialogue) -> None:
    """`net trust` asks by itself: nobody has pinned the key yet."""
    dialogue.until("[evet/")
    dialogue.until("] ")
    dialogue.type("evet\n")


def by_options(place: Place, *more: str) -> subprocess.CompletedProcess[str]:
    place.environ.update(PAROLA=PASSWORD, ENABLE=ENABLE_PASSWORD)
    return place(
        "init", "--yes", "--organisation", "Efeler Belediyesi", "--switch", place.at, "--switch-password", "env:PAROLA",
        "--switch-fingerprint", place.switch.fingerprint,
        "--switch-enable-password", "env:ENABLE", "--backup", str(place.documents),
        "--repository", str(place.folder / "depo"), "--mail-server", f"{place.mail.host}:{place.mail.port}",
        "--mail-to", READER, *more,
    )  # fmt: skip
