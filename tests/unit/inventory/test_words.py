"""Words that would be an option, a second line or another word elsewhere: refused, with their line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools.errors import InventoryInvalid, Usage
from bitools.inventory.load import load
from bitools.job.timer import Timer
from bitools.schedule import crontab, systemd
from bitools.schedule.timers import Caller
from bitools.user.decisions.person import Request, texts

DEVICE = "devices:\n  sw-01: {{host: {host}, site: merkez, platform: cisco_ios, username: {user}, host_key: {key}}}\n"
HOST = 'hosts:\n  bastion: {{host: {host}, username: {user}, key_file: {file}, host_key: "{key}"}}\n'
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
REPOSITORY = "repositories:\n  ana: {{location: {location}, password: file:x}}\n"


def made(folder: Path, **files: str) -> Path:
    (folder / "sites.yaml").write_text("sites:\n  merkez: {}\n")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def device(host: str = "10.0.0.1", user: str = "netops", key: str = KEY) -> str:
    return DEVICE.format(host=f'"{host}"', user=f'"{user}"', key=f'"{key}"')


def host(host: str = "10.0.0.1", user: str = "yedek", file: str = "id", key: str = KEY) -> str:
    return HOST.format(host=f'"{host}"', user=f'"{user}"', file=f'"{file}"', key=key)


def test_plain_words_pass(tmp_path: Path) -> None:
    devices = device()[:-2] + ", ignore: [{pattern: x, reason: 'two\n\n\n    lines'}], owner: Ağ Birimi}\n"
    inventory = load(made(tmp_path, devices=devices, hosts=host(key=KEY + " root@bastion")))
    assert inventory.hosts["bastion"].host_key == KEY + " root@bastion"


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("devices", device(host="-oProxyCommand=id"), 2),
        ("devices", device(host="10.0.0.1\\n"), 2),
        ("devices", device(user="-lroot"), 2),
        ("devices", device(user="a\\nb"), 2),
        ("devices", device(key=KEY + "\\n* ssh-ed25519 AAAA"), 2),
        ("devices", device(key="* ssh-ed25519 AAAA"), 2),
        ("devices", device(user="net\\u202eops"), 2),
        ("devices", 'devices:\n  "sw-0\\n": {host: 10.0.0.1, site: merkez, platform: frr, username: a}\n', 2),
        ("devices", 'devices:\n  "-sw": {host: 10.0.0.1, site: merkez, platform: frr, username: a}\n', 2),
        ("hosts", host(host="-oProxyCommand=id"), 2),
        ("hosts", host(host="a b"), 2),
        ("hosts", host(user="-lroot"), 2),
        ("hosts", host(file="id\\n"), 2),
        ("hosts", host(key=KEY + "\\n* ssh-ed25519 AAAA"), 2),
        ("hosts", host(key="-oProxyCommand=id"), 2),
        ("backups", REPOSITORY.format(location='"sftp:-oProxyCommand=id:/srv"'), 2),
        ("backups", REPOSITORY.format(location='"sftp://-oProxyCommand=id/srv"'), 2),
        ("backups", REPOSITORY.format(location='"sftp:a@-oProxyCommand=id:/srv"'), 2),
        ("backups", REPOSITORY.format(location='"/srv/restic\\n"'), 2),
        ("settings", 'organisation: "Beldede\\u202e"\n', 1),
        ("settings", 'mail:\n  host: "-x"\n  sender: a@belediye.test\n', 2),
        ("directory", 'domain: belediye.test\nservers: ["dc1\\n"]\nca: ca.pem\n', 2),
    ],
)
def test_a_word_that_would_be_more_is_refused_with_its_line(
    tmp_path: Path, file: str, text: str, line: int
) -> None:
    with pytest.raises(InventoryInvalid) as caught:
        load(made(tmp_path, **{file: text}))
    assert f"{file}.yaml:{line}:" in str(caught.value)
    assert "\u202e" not in str(caught.value)


@given(
    st.text(alphabet="\n\r\v\f\x1b\x85\u2028", min_size=1, max_size=2),
    st.sampled_from(["--inventory", "--state"]),
)
def test_no_place_begins_a_line_of_a_crontab_or_a_unit(breaks: str, option: str) -> None:
    job = Timer("net", ("net", "snapshot"), "7 * * * *", "*-*-* *:07:00", "")
    evil = Path(f"/etc/x{breaks}* * * * * root id")
    places = (evil, Path("/s")) if option == "--inventory" else (Path("/i"), evil)
    for act in (crontab.block, systemd.units):
        with pytest.raises(InventoryInvalid, match="line break"):
            act([job], Caller("/usr/bin/bitools", *places))


@pytest.mark.parametrize("number", ["-rf", "12\n34", "\u202e12"])
def test_an_employee_id_is_no_option_and_one_line(number: str) -> None:
    with pytest.raises(Usage):
        texts(Request("Ayşe", "Öztürk", "memur", number))
