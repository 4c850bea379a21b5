"""A Windows share through `command`, as the manual shows it: real smbd, real smbclient."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitools.backup.verbs.restore import restore
from lab import packages
from lab.file_server import PACKAGES, FileServer
from tests.conftest import ROOT
from tests.wire.backup.conftest import Depot

CONTENT = {"Ruhsat Listesi/ş.txt": "Öz Çınar Fırını\n".encode(), "plan.bin": bytes(range(256)) * 4000}


@pytest.fixture(scope="module")
def server() -> Iterator[FileServer]:
    packages.require_for_test(*PACKAGES)
    with FileServer() as running:
        for name, content in CONTENT.items():
            (running.share / name).parent.mkdir(exist_ok=True)
            (running.share / name).write_bytes(content)
        yield running


def as_the_manual_says(town: Depot, server: FileServer, password: str) -> None:
    """The manual's own data set, with this server and its key in the place of the example's."""
    key = town.inventory / "paylasim.key"
    key.write_text(f"username = {server.username}\npassword = {password}\n")
    key.chmod(0o600)
    text = (ROOT / "docs" / "backups.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\ndatasets:\n(.*?)```", text, re.DOTALL)
    assert found
    recipe = (
        found[1]
        .replace("dosya.belediye.test", server.address)
        .replace("importance: important", "importance: normal")
    )
    town.datasets(recipe.replace("/etc/bitools/paylasim.key", str(key)))


def test_a_share_is_stored_and_comes_back(town: Depot, server: FileServer, tmp_path: Path) -> None:
    as_the_manual_says(town, server, server.password)
    document = town.rotate()
    assert document.failed == []
    run = town.run()
    restore(run, run.inventory.select_datasets()[0], tmp_path / "geri")
    with tarfile.open(
        fileobj=io.BytesIO(next((tmp_path / "geri").rglob("belgeler.tar")).read_bytes())
    ) as tar:
        members = {member.name.removeprefix("./"): member for member in tar if member.isfile()}
        assert {name: tar.extractfile(member).read() for name, member in members.items()} == CONTENT  # type: ignore[union-attr]


def test_a_wrong_password_leaves_no_snapshot(town: Depot, server: FileServer) -> None:
    as_the_manual_says(town, server, "yanlis")
    document = town.rotate()
    assert [failure["target"] for failure in document.failed] == ["paylasim"]
    assert town.repository.restic("snapshots", "--json").strip() in (b"[]", b"null")
    assert "yanlis" not in str(document.as_json())
