"""A dead switch can be rebuilt by who holds the key, and by nobody else: real age, real GnuPG."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import packages
from lab.switches import SwitchFarm
from tests.cli.netlab import describe, ios
from tests.conftest import CommandLine, InProcess

SECRETS = (b"efeler-okur", b"$1$mZq4$7cJx0aV9nQm2bT5sK8wPe")


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    packages.require_for_test("age", "gnupg")
    with SwitchFarm(ios("sw-1", "sw-2")) as farm:
        yield farm


@pytest.fixture
def net(bitools: CommandLine, farm: SwitchFarm) -> InProcess:
    inside = InProcess(bitools.inventory, bitools.state)
    describe(bitools.inventory, farm, ["sw-1", "sw-2"])
    assert inside("net", "trust", "--yes").code == 0
    return inside


def recipients(net: InProcess, *names: str) -> None:
    with (net.inventory / "settings.yaml").open("a") as file:
        file.write(f"recovery: {{recipients: [{', '.join(names)}]}}\n")


def age_key(folder: Path, name: str) -> str:
    subprocess.run(["age-keygen", "-o", folder / name], capture_output=True, check=True)
    found = re.search(r"age1[0-9a-z]+", (folder / name).read_text())
    assert found
    return found[0]


def copies(net: InProcess, device: str = "sw-1") -> list[Path]:
    return sorted((net.state / "recovery" / device).glob("*.cfg.*"))


def test_the_copy_is_the_whole_configuration_for_each_reader_and_once(
    net: InProcess, farm: SwitchFarm, tmp_path: Path
) -> None:
    keys = [age_key(tmp_path, name) for name in ("one", "two")]
    recipients(net, *keys)
    assert net("net", "snapshot").code == 0
    [copy] = copies(net)
    assert copy.stat().st_mode & 0o777 == 0o640
    for name in ("one", "two"):
        opened = subprocess.run(["age", "-d", "-i", tmp_path / name, copy], capture_output=True, check=True)
        assert all(secret in opened.stdout for secret in SECRETS)
        stored = net("net", "show", "sw-1").stdout
        whole = opened.stdout.decode().splitlines()
        assert whole[2].startswith("Current configuration : ")  # as the device printed it, header and all
        assert {line for line in stored.splitlines() if "<secret:" not in line} <= {*whole}
    assert net("net", "snapshot").code == 0
    assert copies(net) == [copy]
    farm["sw-1"].configure(["interface GigabitEthernet1/0/1", "description yeni oda"])
    assert net("net", "snapshot").code == 0
    assert (len(copies(net)), len(copies(net, "sw-2"))) == (2, 1)


def test_a_reader_who_comes_later_gets_a_copy_of_what_is_there(net: InProcess, tmp_path: Path) -> None:
    assert net("net", "snapshot").code == 0
    assert not (net.state / "recovery").exists()
    recipients(net, age_key(tmp_path, "late"))
    answer = net("net", "snapshot", "--json")
    assert (answer.document["changed"], len(copies(net))) == (False, 1)


def test_gpg_needs_nobodys_keyring(net: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    environment = {**os.environ, "GNUPGHOME": str(home)}

    def gpg(*words: str | Path) -> bytes:
        done = subprocess.run(
            ["gpg", "--batch", "--quiet", *words], env=environment, capture_output=True, check=True
        )
        return done.stdout

    try:
        gpg("--passphrase", "", "--quick-gen-key", "kurtarma@belediye.test", "default", "default", "never")
        (net.inventory / "kurtarma.asc").write_bytes(gpg("--armor", "--export"))
        recipients(net, "'gpg:kurtarma.asc'")
        answer = net("net", "snapshot", "--json")
        assert (answer.code, answer.document["warnings"]) == (0, [])
        [copy] = copies(net)
        opened = gpg("--decrypt", copy)
        assert all(secret in opened for secret in SECRETS)
        key = tmp_path / "kurtarma.key"
        key.write_bytes(gpg("--armor", "--export-secret-keys"))
        shown = net("net", "show", "sw-1").stdout
        shutil.rmtree(net.state / "history")
        for document in (net.state / "documents").iterdir():
            document.unlink()
        scratch = Path(tempfile.mkdtemp())  # short: a socket's name has at most 108 letters
        monkeypatch.setattr(tempfile, "tempdir", str(scratch))
        back = net("net", "recover", "--identity", str(key), "--yes", "--json")
        assert (back.code, back.document["warnings"]) == (0, [])
        assert net("net", "show", "sw-1").stdout == shown, (
            "it was only in the copy, and its secrets are masked"
        )
        assert not list(scratch.iterdir()), "no key is left"
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False)


def test_what_cannot_be_encrypted_is_said_and_the_history_is_whole(net: InProcess) -> None:
    recipients(net, "age1qqqqqqqqqqqq")
    answer = net("net", "snapshot", "--json")
    assert answer.code == 0
    assert {item["status"] for item in answer.document["items"]} == {"stored"}
    assert "no recovery copy" in answer.document["warnings"][0]
    assert "malformed recipient" in answer.document["warnings"][0]
    assert copies(net) == []


def test_a_dry_run_keeps_nothing(net: InProcess, tmp_path: Path) -> None:
    recipients(net, age_key(tmp_path, "key"))
    assert net("net", "snapshot", "--dry-run").code == 0
    assert not (net.state / "recovery").exists()


@pytest.mark.parametrize(
    ("recipient", "why"),
    [
        ("AGE-SECRET-KEY-1QQ", "secret key"),
        ("mehmet", "a recipient is"),
        ("age1qq, 'gpg:a.asc'", "all of age"),
    ],
)
def test_a_recipient_that_is_none_has_its_line(net: InProcess, recipient: str, why: str) -> None:
    recipients(net, recipient)
    answer = net("inventory", "check")
    assert answer.code == 10
    assert "settings.yaml:2" in answer.stderr
    assert why in answer.stderr
    assert "SECRET-KEY" not in answer.stderr


def test_doctor_warns_where_nobody_could_read_one(net: InProcess) -> None:
    assert "recovery" in net("doctor").stdout
    recipients(net, "age1qq")
    shown = net("doctor").stdout
    assert "recovery" not in shown
    assert re.search(r"✓ age: installed", shown)
