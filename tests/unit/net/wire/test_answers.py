"""The very same answer is known again; anything else in it, or in what makes a text of it, is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitools import platforms
from bitools.net.wire import answers
from bitools.net.wire.answers import Answers
from bitools.net.wire.mask import mask_key
from tests.unit.net.town import Network

IOS = platforms.load("cisco_ios")
ASKED = ("cisco-ios", ("show running-config",), "hostname cisco-ios\nend\n", "hostname cisco-ios\n")


@pytest.fixture
def keyed(town: Network, tmp_path: Path) -> Network:
    """The town, whose masks have a key of the inventory."""
    key = tmp_path / "mask.key"
    key.write_text("anahtar")
    key.chmod(0o600)
    town.write("settings.yaml", f"organisation: Efeler Belediyesi\nmask_key: file:{key}\n")
    return town


def begun(town: Network) -> Answers:
    return Answers(town.run, mask_key(town.run))


def kept(town: Network) -> Answers:
    """What is known after the device has answered."""
    found = begun(town)
    found.seen("cisco-ios", found.digest(IOS, *ASKED))
    found.keep(["cisco-ios"])
    return begun(town)


def known(found: Answers, *asked: object) -> bool:
    return found.known("cisco-ios", found.digest(IOS, *(asked or ASKED)))  # type: ignore[arg-type]


def test_the_same_answer_is_known_in_the_next_run(keyed: Network) -> None:
    found = kept(keyed)
    assert known(found)
    assert not found.known("arista-eos", found.digest(IOS, *ASKED))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3), st.text(max_size=3))
def test_another_name_command_answer_or_text_is_not(keyed: Network, which: int, more: str) -> None:
    found = kept(keyed)
    other = list(ASKED)
    other[which] = (*ASKED[1], more) if which == 1 else f"{ASKED[which]}{more}"
    assert known(found, *other) is (which != 1 and not more)
    host, commands, raw, text = ASKED
    assert not known(found, host, commands, raw[1:], text + raw[0])  # nor one that is parted elsewhere


def test_it_is_read_anew_when_the_key_the_platform_or_the_code_is_another(
    keyed: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert known(kept(keyed))
    folder = keyed.run.inventory.folder / "platforms"
    folder.mkdir()
    (folder / "cisco_ios.yaml").write_text(platforms.file_of("cisco_ios", None).read_text() + "\n# ours\n")
    assert not known(begun(keyed))
    (folder / "cisco_ios.yaml").unlink()
    assert known(begun(keyed))
    monkeypatch.setattr(answers, "_code", lambda: b"the next version")
    assert not known(begun(keyed))
    monkeypatch.undo()
    (tmp_path / "mask.key").write_text("baska")
    assert not known(begun(keyed))


def test_without_a_key_of_the_inventory_nothing_is_remembered(town: Network) -> None:
    """Whoever can write in the state has the key that lies there: they could hide a change for ever."""
    found = kept(town)
    assert not known(found)
    assert not town.state.at("answers.json").exists()


def test_a_device_that_the_inventory_has_no_longer_is_forgotten(keyed: Network) -> None:
    kept(keyed)
    keyed.write("devices.yaml", "devices: {}\n")
    begun(keyed).keep([])
    assert keyed.state.at("answers.json").read_text() == "{}"


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"cisco-ios": 1}', '{"cisco-ios": "ü"}', '{"cisco-ios": ""}']
)
def test_a_file_that_is_damaged_is_no_file(keyed: Network, content: str) -> None:
    assert known(kept(keyed))
    keyed.state.at("answers.json").write_text(content)
    assert not known(begun(keyed))
    assert known(kept(keyed))
