"""The slip: private, in the reader's language, gone after seven days, and never another's file with it."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bitools.credentials import Secret
from bitools.errors import Refused
from bitools.inventory.load import load
from bitools.state import State
from bitools.user.wire import slip
from tests.conftest import CommandLine

NOW = datetime.now(UTC)


def write(municipality: CommandLine, path: Path, name: str = "Ayşe <b>Işık</b>") -> Path:
    slip.write(
        path, load(municipality.inventory), State(municipality.state), display_name=name, login="ayse.isik",
        principal="ayse.isik@belediye.test", password=Secret("abcd-EFGH-jkmn"), now=NOW,
    )  # fmt: skip
    return path


@pytest.mark.parametrize("kind", ["txt", "html"])
@pytest.mark.parametrize(("language", "word"), [("tr", "parola"), ("en", "password")])
def test_a_slip_is_private_and_in_the_language_of_the_municipality(
    municipality: CommandLine, tmp_path: Path, kind: str, language: str, word: str
) -> None:
    settings = municipality.inventory / "settings.yaml"
    settings.write_text(settings.read_text() + f"language: {language}\n")
    path = write(municipality, tmp_path / f"fis.{kind}")
    text = path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert word in text.casefold()
    assert all(part in text for part in ("ayse.isik", "abcd-EFGH-jkmn", "Efeler Belediyesi"))
    assert ("<b>" in text) == (kind == "txt"), "a name is no markup"


def test_a_slip_is_never_written_over_a_file(municipality: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "fis.txt"
    path.write_text("mine")
    with pytest.raises(Refused):
        write(municipality, path)
    with pytest.raises(Refused):
        slip.place(State(municipality.state), "ayse.isik", "run", path)
    assert path.read_text() == "mine"


def test_a_slip_is_removed_after_seven_days_wherever_it_is(municipality: CommandLine, tmp_path: Path) -> None:
    state = State(municipality.state)
    ours = write(municipality, slip.place(state, "ayse.isik", "run1", None))
    wished = write(municipality, slip.place(state, "ayse.isik", "run2", tmp_path / "fis.html"))
    slip.expire(state, NOW + timedelta(days=7) - timedelta(hours=1))
    assert ours.exists()
    assert wished.exists()
    slip.expire(state, NOW + timedelta(days=7, hours=1))
    assert not ours.exists()
    assert not wished.exists()
    assert list((state.folder / "slips").iterdir()) == []


def test_a_file_that_took_a_slip_s_place_stays(municipality: CommandLine, tmp_path: Path) -> None:
    state = State(municipality.state)
    wished = write(municipality, slip.place(state, "ayse.isik", "run", tmp_path / "fis.txt"))
    wished.rename(tmp_path / "kept-so-that-its-inode-is")
    wished.write_text("somebody's list")
    slip.expire(state, NOW + timedelta(days=8))
    assert wished.read_text() == "somebody's list"
