"""A copy at its source's place is refused, however the place is spelled."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bitools.errors import InventoryInvalid
from bitools.inventory.load import load
from bitools.inventory.places import place, within

HOSTS = """
hosts:
  yedek: {host: yedek.belediye.test, username: yedek, key_file: anahtar}
"""
BACKUPS = """
repositories:
  ana: {location: "FIRST", password: "file:anahtar"}
  uzak: {location: "SECOND", password: "file:anahtar", copy_of: ana}
"""
SAME = [
    ("sftp:yedek.belediye.test:/srv/ana", "sftp://yedek.belediye.test//srv/ana"),
    ("sftp:yedek.belediye.test:/srv/ana", "sftp:baskasi@YEDEK.belediye.test:/srv/ana/"),
    ("sftp:yedek.belediye.test:/srv/ana", "sftp://x@yedek.belediye.test:22//srv/./ana/"),
    ("sftp:yedek:/srv/ana", "sftp:yedek.belediye.test:/srv/ana"),
    ("sftp:yedek:ana", "sftp://yedek@yedek.belediye.test/ana"),
    ("rest:https://yedek.belediye.test/ana", "rest:https://ali:sir@Yedek.belediye.test:443/ana/"),
    ("rest:http://yedek.belediye.test:8000/a/ana", "rest:http://yedek.belediye.test.:8000//a/ana"),
    ("s3:s3.amazonaws.com/kova/ana", "s3:https://s3.amazonaws.com/kova/ana/"),
    ("b2:kova:ana", "b2:kova:/ana/"),
    ("rclone:uzak:ana", "rclone:uzak:ana/"),
    ("/srv/ana", "sftp:localhost:/srv/ana"),
    ("/srv/ana", f"sftp://{socket.gethostname()}//srv/ana"),
    ("/srv/ana", "/srv/ana/kopya"),
    ("depo", "./depo/"),
    ("depo", "local:depo/../depo"),
]
OTHER = [
    ("sftp:yedek:/srv/ana", "sftp:yedek:/srv/ana2"),
    ("sftp:yedek:/srv/ana", "sftp:yedek:srv/ana"),
    ("sftp:ali@h:ana", "sftp:veli@h:ana"),
    ("rest:https://h/ana", "rest:https://h:8000/ana"),
    ("b2:kova:ana", "b2:kova2:ana"),
    ("/srv/ana", "/srv/ana2"),
    ("/srv/ana", "sftp:yedek:/srv/ana"),
]


def inventory(folder: Path, first: str, second: str) -> Path:
    (folder / "hosts.yaml").write_text(HOSTS)
    (folder / "anahtar").write_text("x")
    (folder / "backups.yaml").write_text(BACKUPS.replace("FIRST", first).replace("SECOND", second))
    return folder


@pytest.mark.parametrize(("first", "second"), SAME)
def test_one_place_in_two_spellings_is_refused(tmp_path, first, second):
    with pytest.raises(InventoryInvalid, match="belongs on another disk"):
        load(inventory(tmp_path, first, second))


@pytest.mark.parametrize(("first", "second"), OTHER)
def test_two_places_are_two(tmp_path, first, second):
    assert len(load(inventory(tmp_path, first, second)).repositories) == 2


def test_a_link_is_the_place_it_leads_to(tmp_path):
    (tmp_path / "depo").mkdir()
    (tmp_path / "baglanti").symlink_to(tmp_path / "depo")
    assert within(place(str(tmp_path / "baglanti" / "x"), {}), place(str(tmp_path / "depo"), {}))
