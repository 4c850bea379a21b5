"""A slip that somebody got through sudo goes after seven days, by their own next command."""

from __future__ import annotations

import time
from pathlib import Path

from bitools.cli.frame import own_slips

DAY = 86400.0


def a_slip(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    slip, environ = tmp_path / "ali.html", {"XDG_STATE_HOME": str(tmp_path / "own")}
    slip.write_text("secret")
    slip.chmod(0o600)
    own_slips.note(slip, environ)
    return slip, environ


def test_it_goes_after_seven_days_and_not_before(tmp_path: Path) -> None:
    slip, environ = a_slip(tmp_path)
    own_slips.destroy_old(environ, time.time() + 6.9 * DAY)
    assert slip.exists()
    own_slips.destroy_old(environ, time.time() + 7.1 * DAY)
    assert not slip.exists()
    assert list(own_slips.folder(environ).iterdir()) == []


def test_another_file_of_that_name_stays(tmp_path: Path) -> None:
    slip, environ = a_slip(tmp_path)
    beside = tmp_path / "other"
    beside.write_text("mine")
    beside.chmod(0o600)
    beside.replace(slip)
    own_slips.destroy_old(environ, time.time() + 30 * DAY)
    assert slip.read_text() == "mine"
    assert list(own_slips.folder(environ).iterdir()) == []


def test_a_link_in_its_place_and_a_note_that_is_none_lead_nowhere(tmp_path: Path) -> None:
    slip, environ = a_slip(tmp_path)
    (tmp_path / "mine").write_text("mine")
    slip.unlink()
    slip.symlink_to(tmp_path / "mine")
    (own_slips.folder(environ) / "x.json").write_text('["x"]')
    own_slips.destroy_old(environ, time.time() + 30 * DAY)
    assert (tmp_path / "mine").read_text() == "mine"


def test_who_has_none_is_not_held_up(tmp_path: Path) -> None:
    own_slips.destroy_old({"XDG_STATE_HOME": str(tmp_path / "none")})
