"""Several people at once: nobody waits for somebody who thinks, and who waits sees for whom."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bitools.user.verbs import locks
from lab.patience import HANGS
from tests.wire.user.conftest import Office

THINKING = 10.0  # seconds


class Thinker:
    """Somebody at a terminal who was asked, and has not answered."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self._process, self._terminal = process, terminal

    def asked(self) -> None:
        """Wait for a question, which is what stands behind the last line."""
        said = b""
        while b"[" not in said.rpartition(b"\n")[2]:
            said += self._read()
            assert said, "it ended"

    def agrees(self) -> None:
        """Answer, and whatever else is asked, until it has come to its end."""
        said = b""
        while True:
            os.write(self._terminal, b"e\n")
            while b"[" not in said.rpartition(b"\n")[2]:
                if not (more := self._read()):
                    self._process.wait(HANGS)
                    return
                said += more
            said = b""

    def _read(self) -> bytes:
        ready, _w, _x = select.select([self._terminal], [], [], HANGS)
        assert ready, "neither a question nor an end"
        try:
            return os.read(self._terminal, 4096)
        except OSError:  # the other end is closed (EIO)
            return b""


@contextmanager
def thinking(office: Office, *words: str) -> Iterator[Thinker]:
    """Who has been asked by this command; interrupted in the end, if it has not come to its own."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bitools", "user", *words],
        stdin=other, stdout=other, stderr=other, env=office.command_line.environment(), start_new_session=True,
    )  # fmt: skip
    os.close(other)
    thinker = Thinker(process, main)
    try:
        thinker.asked()
        yield thinker
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(HANGS)
        os.close(main)


def test_a_question_holds_up_nobody(office: Office) -> None:
    for sam in ("soru.kisi", "diger.kisi"):
        office.make_user(sam)
    with thinking(office, "grant", "soru.kisi", "--group", "VPN") as thinker:
        for words in (
            ["unlock", "diger.kisi"], ["passwd", "diger.kisi"], ["grant", "diger.kisi", "--group", "VPN"],
            ["add", "--given", "Bekle", "--surname", "Meyen", "--role", "memur"],
        ):  # fmt: skip
            assert office.bitools("user", *words, "--yes").code == 0, words
        # and the same account: the plan is made again after the answer, and is another one
        assert office.bitools("user", "grant", "soru.kisi", "--group", "VPN", "--yes").code == 0
        thinker.agrees()
    assert office.one("soru.kisi")["memberOf"] == [b"CN=VPN,OU=Gruplar,DC=belediye,DC=test"]


def test_of_three_operators_two_who_think_hold_nothing(office: Office) -> None:
    """However long they think: no lock of theirs is held, so there is nothing to wait for."""
    for sam in ("birinci.kisi", "ikinci.kisi", "ucuncu.kisi"):
        office.make_user(sam, givenName=sam[:3], sn="Üçlü", employeeID=f"UC{sam[0]}")
    file = office.command_line.inventory / "personel.csv"
    file.write_text("employee_id;given;surname;role;title\nUCi;iki;Üçlü;memur;Şef\n")
    with (
        thinking(office, "rename", "birinci.kisi", "--surname", "Yeni"),
        thinking(office, "sync", str(file)) as second,
    ):
        for words in (
            ["unlock", "ucuncu.kisi"], ["passwd", "ucuncu.kisi"], ["disable", "ucuncu.kisi"],
            ["add", "--given", "Üçüncü", "--surname", "Başkası", "--role", "memur"],
        ):  # fmt: skip
            assert office.bitools("user", *words, "--yes").code == 0, words
        for path in [*(office.state / "locks").glob("user-*.lock"), *(office.state / "journal").iterdir()]:
            with path.open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        second.agrees()
    assert office.one("ikinci.kisi")["title"] == ["Şef".encode()]


@pytest.mark.torture
def test_two_work_all_the_while_a_third_thinks(office: Office) -> None:
    """Run once with THINKING at 300 as well: five minutes are no different."""
    for sam in ("dusunen.kisi", "calisan.kisi"):
        office.make_user(sam)
    until, rounds = time.monotonic() + THINKING, 0
    with thinking(office, "grant", "dusunen.kisi", "--group", "VPN") as thinker:
        while time.monotonic() < until or rounds < 2:
            letters = "".join(chr(97 + int(digit)) for digit in f"{rounds:03}")
            both = [
                subprocess.Popen(
                    [sys.executable, "-m", "bitools", "user", *words, "--yes", "--json"],
                    env=office.command_line.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                )
                for words in (
                    [["unlock", "calisan.kisi"], ["passwd", "calisan.kisi"]][rounds % 2],
                    ["add", "--given", "Arada", "--surname", f"Gelen{letters}", "--role", "memur"],
                )
            ]  # fmt: skip
            ended = [one.communicate(timeout=HANGS) for one in both]
            assert [one.returncode for one in both] == [0, 0], ended
            rounds += 1
        thinker.agrees()
    assert office.one("dusunen.kisi")["memberOf"] == [b"CN=VPN,OU=Gruplar,DC=belediye,DC=test"]
    assert len(office.read("(&(givenName=Arada)(sn=Gelen*))")) == rounds


def test_who_waits_sees_for_whom_and_may_wait(office: Office) -> None:
    dn = office.make_user("kilitli.kisi")
    assert dn
    guid = office.run()
    account = office.bitools("user", "show", "kilitli.kisi", "--json").document["items"][0]["guid"]
    with locks.held(guid, locks.account(account), locks.Patience()):
        answer = office.bitools("user", "grant", "kilitli.kisi", "--group", "VPN", "--yes", "--json")
        assert answer.code == 11
        assert "sistem.sorumlusu" in answer.document["failed"][0]["error"]
        waiting = subprocess.Popen(
            [sys.executable, "-m", "bitools", "user", "grant", "kilitli.kisi", "--group", "VPN", "--yes", "--wait"],
            env=office.command_line.environment(), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert office.bitools("user", "disable", "kilitli.kisi").code == 0, "that waits for nobody"
        assert waiting.poll() is None or waiting.returncode == 0
    assert waiting.wait(HANGS) == 0
    assert "memberOf" in office.one("kilitli.kisi")
