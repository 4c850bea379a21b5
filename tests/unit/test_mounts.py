"""Where links lead, without a look into what is mounted from elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bitools import mounts


@pytest.fixture
def tree(tmp_path) -> Path:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "uzak").mkdir()
    (tmp_path / "kisa").symlink_to("a/b")
    (tmp_path / "a" / "yukari").symlink_to("../uzak")
    (tmp_path / "kesin").symlink_to(tmp_path / "a")
    (tmp_path / "halka").symlink_to("halka")
    return tmp_path


@pytest.mark.parametrize(
    "path", ["a/b/c", "kisa/c", "a/yukari/x/y", "kesin/yukari/../a", "kisa/../yukari", "a/./b/../../kisa"]
)
def test_as_realpath_where_a_server_is_mounted_beside(tree, monkeypatch, path):
    given = f"{tree}/{path}"
    expected = os.path.realpath(given)
    monkeypatch.setattr(mounts, "mounts", lambda: [(Path("/"), False), (tree / "sunucu", True)])
    assert mounts.resolved(given) == expected


def test_what_a_server_has_is_not_asked(tree, monkeypatch):
    monkeypatch.setattr(mounts, "mounts", lambda: [(Path("/"), False), (tree / "uzak", True)])
    asked = []
    read = os.readlink
    monkeypatch.setattr(os, "readlink", lambda path: asked.append(Path(path)) or read(path))
    assert mounts.resolved(f"{tree}/kesin/yukari/depo/../x") == f"{tree}/uzak/x"
    assert not any(one.is_relative_to(tree / "uzak") for one in asked)
    assert mounts.is_elsewhere(tree / "uzak" / "depo")
    assert not mounts.is_elsewhere(tree / "uzakta")


def test_a_link_that_leads_to_itself_ends(tree, monkeypatch):
    monkeypatch.setattr(mounts, "mounts", lambda: [(Path("/"), False), (tree / "uzak", True)])
    assert mounts.resolved(f"{tree}/halka/x")


def test_the_last_mount_at_one_place_counts(monkeypatch):
    monkeypatch.setattr(
        mounts, "mounts", lambda: [(Path("/"), False), (Path("/m"), True), (Path("/m"), False)]
    )
    assert not mounts.is_elsewhere(Path("/m/x"))
