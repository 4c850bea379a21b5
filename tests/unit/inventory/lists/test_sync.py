"""A living list and the file that follows it: what a person wrote stays, whatever the list does."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools import yamlfile
from bitools.errors import InventoryInvalid, Refused
from bitools.inventory.import_ import Given, importer
from bitools.inventory.lists.follow import decide, guard, keep
from bitools.inventory.lists.sync import IMPORTED, Step, plan, rows, written
from bitools.inventory.load import load
from bitools.state import State

ROWS = st.dictionaries(
    st.sampled_from(["host", "platform", "site", "owner"]), st.sampled_from(["a", "b", "c"]), min_size=1
)
DEVICES = st.dictionaries(st.sampled_from(["sw-1", "sw-2", "sw-3", "sw-4"]), ROWS)


def parsed(text: str) -> dict[str, Any]:
    return rows(yamlfile.parse(text, Path("x")))


@given(DEVICES, DEVICES)
def test_a_file_that_nobody_edited_says_what_the_list_says(said: Any, now: Any) -> None:
    assert plan(said, said, now, ()).devices == now
    assert plan(now, now, now, ()).steps == []


@given(DEVICES, DEVICES, DEVICES)
def test_what_is_written_is_what_was_planned_and_a_second_run_changes_nothing(
    said: Any, there: Any, now: Any
) -> None:
    first = plan(said, there, now, ())
    text = written("", [Step(name, "added", {}, row) for name, row in there.items()], "x")
    after = written(text, first.steps, "x")
    assert parsed(after) == first.devices
    assert plan(now, first.devices, now, ()).steps == []


@given(DEVICES, DEVICES, DEVICES)
def test_no_key_that_was_written_by_hand_is_lost(said: Any, there: Any, now: Any) -> None:
    devices = plan(said, there, now, ()).devices
    for name, row in there.items():
        by_hand = {key: value for key, value in row.items() if said.get(name, {}).get(key) != value}
        if by_hand:
            assert by_hand.items() <= devices[name].items()


def test_remarks_and_forms_of_lines_that_do_not_change_stay() -> None:
    text = "# benim\ndevices:\n  # çekirdek\n  sw-1: {host: a, platform: p}   # kat 1\n  sw-2:\n    host: b\n\n  # uç\n  sw-3: {host: c}\n"
    steps = [
        Step("sw-1", "changed", {}, {"host": "z"}),
        Step("sw-3", "removed", {}, {}),
        Step("sw-4", "added", {}, {"host": "d"}),
    ]
    assert written(text, steps, "x") == (
        "# benim\ndevices:\n  # çekirdek\n  sw-1: {host: z}  # kat 1\n  sw-2:\n    host: b\n\n  # uç\n  sw-4: {host: d}\n"
    )
    assert parsed(written("devices: {}\n", steps[2:], "x")) == {"sw-4": {"host": "d"}}
    assert parsed(written("devices:\n  sw-3: {host: c}\n", steps[1:2], "x")) == {}


class Town:
    """An inventory with one device by hand, and a list beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder / "belde", State(folder / "state")
        self.folder.mkdir()
        (self.folder / "sites.yaml").write_text("sites: {merkez: {}, garaj: {}}\n")
        self.own("  elle: {host: 10.9.9.9}\n")
        self.list: dict[str, dict[str, str]] = {}

    def own(self, devices: str) -> None:
        defaults = "defaults: {username: netops, platform: cisco_ios, site: merkez}\n"
        (self.folder / "devices.yaml").write_text(f"{defaults}groups: {{kat: {{}}}}\ndevices:\n{devices}")

    @property
    def file(self) -> Path:
        return self.folder / IMPORTED

    def text(self) -> str:
        lines = [
            f"{name};{row['host']};{row['site']};{row['owner']};{row.get('group', '')}"
            for name, row in self.list.items()
        ]
        return "\n".join(["name;host;site;owner;groups", *lines]) + "\n"

    def follow(self, most: int = 25) -> list[str]:
        imported = importer("csv", Given(platform="cisco_ios"))({"liste.csv": self.text()})
        wanted = decide(
            imported, "liste.csv", self.folder, self.state, lambda instead: load(self.folder, instead)
        )
        guard(wanted, most)
        keep(wanted, self.folder, self.state)
        return wanted.plan.notes

    def device(self, name: str) -> Any:
        return load(self.folder).devices[name]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def row(number: int) -> dict[str, str]:
    return {"host": f"10.0.0.{number}", "site": "merkez", "owner": "bilgi"}


def test_twenty_edits_of_the_list_and_no_edit_by_hand_is_lost(town: Town) -> None:
    chance = random.Random(7)
    town.list = {f"sw-{number}": row(number) for number in range(1, 11)}
    town.follow()
    text = town.file.read_text()
    text = text.replace("owner: bilgi}", "owner: elle}  # Ayşe'nin", 1)  # sw-1: a key and a remark
    text = text.replace("  sw-2:", "  # dikkat\n  sw-2:").replace("10.0.0.3", "10.7.7.7")
    text += "  sw-kendi: {host: 10.8.8.8, platform: cisco_ios, site: garaj}\n"
    town.file.write_text(text)
    town.own("  elle: {host: 10.9.9.9}\n  sw-5: {host: 10.6.6.6, transport: exec}\n")
    town.file.write_text(
        "".join(line for line in town.file.read_text().splitlines(True) if "sw-5:" not in line)
    )
    for number in range(20):
        some = chance.choice(sorted(town.list))
        match number % 4:
            case 0:
                town.list[f"yeni-{number}"] = row(100 + number)
            case 1:
                town.list[some]["owner"] = f"birim-{number}"
            case 2:
                town.list[some]["site"] = "garaj"
            case 3 if some not in ("sw-1", "sw-2", "sw-3"):
                del town.list[some]
        town.follow()
        after = town.file.read_text()
        assert town.device("sw-1").owner == "elle"
        assert "# Ayşe'nin" in after
        assert "  # dikkat\n  sw-2:" in after
        assert town.device("sw-3").host == "10.7.7.7"
        assert town.device("sw-kendi").host == "10.8.8.8"
        assert (town.device("sw-5").host, town.device("sw-5").transport) == ("10.6.6.6", "exec")
        assert town.device("elle").host == "10.9.9.9"
        for name, wanted in town.list.items():
            if name not in ("sw-1", "sw-3", "sw-5"):
                found = town.device(name)
                assert (found.host, found.site, found.owner) == (
                    wanted["host"],
                    wanted["site"],
                    wanted["owner"],
                )
    before = town.file.read_bytes()
    town.follow()
    assert town.file.read_bytes() == before


def test_a_device_that_somebody_took_out_stays_out_and_is_told(town: Town) -> None:
    town.list = {"sw-1": row(1), "sw-2": row(2)}
    town.follow()
    town.file.write_text(
        "".join(line for line in town.file.read_text().splitlines(True) if "sw-2" not in line)
    )
    assert any("sw-2" in note for note in town.follow())
    assert "sw-2" not in load(town.folder).devices


def test_killed_between_the_file_and_the_memory_is_no_edit_by_hand(town: Town, monkeypatch: Any) -> None:
    from bitools.inventory.lists import follow

    town.list = {"sw-1": row(1)}
    town.follow()
    for at in (0, 1):  # before the file is written, and behind it
        town.list["sw-1"] = row(10 + at)
        remember, times = follow._remember, []

        def dying(
            state: State, known: Any, at: int = at, times: Any = times, remember: Any = remember
        ) -> None:
            if len(times) > at - 1 and at:
                raise KeyboardInterrupt
            times.append(remember(state, known))

        with monkeypatch.context() as patched:
            patched.setattr(follow, "_remember", dying)
            if not at:
                patched.setattr(follow, "_put", dying_at_once)
            with pytest.raises(KeyboardInterrupt):
                town.follow()
        town.list["sw-1"] = row(20 + at)
        assert town.follow() == []
        assert town.device("sw-1").host == f"10.0.0.{20 + at}"


def dying_at_once(*_anything: object) -> None:
    raise KeyboardInterrupt


def test_too_many_changes_and_an_empty_list_are_refused(town: Town) -> None:
    town.list = {f"sw-{number}": row(number) for number in range(1, 31)}
    with pytest.raises(Refused, match="at most 25"):
        town.follow()
    town.follow(most=30)
    town.list = {}
    with pytest.raises(Refused, match="no device any more"):
        town.follow(most=100)
    assert len(load(town.folder).devices) == 31


def test_what_would_not_be_whole_is_told_with_its_place_in_the_list_and_nothing_is_written(
    town: Town,
) -> None:
    town.list = {"sw-1": row(1), "sw-2": row(2) | {"site": "mars"}, "sw-3": row(1)}
    with pytest.raises(InventoryInvalid, match=r"^liste.csv:3: .*mars"):
        town.follow()
    town.list["sw-2"]["site"] = "garaj"
    with pytest.raises(InventoryInvalid, match=r"^liste.csv:4: sw-3 has the address of sw-1"):
        town.follow()
    assert not town.file.exists()


def test_groups_that_nobody_describes_become_tags(town: Town) -> None:
    town.list = {"sw-1": row(1) | {"group": "kat zemin"}}
    town.follow()
    assert (town.device("sw-1").groups, town.device("sw-1").tags) == (("kat",), ("zemin",))


@pytest.mark.parametrize(
    "key",
    ["password: 'file:x'", "key_file: x", "transport: telnet", "host_key: x", "enable_password: 'command:x'"],
)
def test_an_imported_file_names_no_secret_no_program_and_no_trust(town: Town, key: str) -> None:
    town.file.parent.mkdir()
    town.file.write_text(f"devices:\n  sw-1: {{host: 10.0.0.1, {key}}}\n")
    with pytest.raises(InventoryInvalid, match=r"imported.yaml:2: sw-1: \w+ has no place"):
        load(town.folder)


def test_defaults_that_nobody_reads_are_a_complaint(town: Town) -> None:
    town.file.parent.mkdir()
    (town.folder / "devices.d/a.yaml").write_text("defaults: {site: garaj}\ndevices: {}\n")
    with pytest.raises(InventoryInvalid, match=r"a.yaml:1: defaults: belongs in devices.yaml"):
        load(town.folder)


def test_the_command(bitools, tmp_path: Path, town: Town) -> None:
    source = tmp_path / "liste.csv"
    town.list = {"sw-1": row(1)}
    source.write_text(town.text())
    here = ("--inventory", str(town.folder), "--state", str(tmp_path / "durum"), "inventory")
    words = (*here, "import", "--sync", "--format", "csv", "--platform", "cisco_ios", str(source))
    asked = bitools(*words)
    assert (asked.code, town.file.exists()) == (5, False)
    assert "+ sw-1" in asked.stderr
    shown = bitools(*words, "--dry-run")
    assert (shown.code, town.file.exists()) == (0, False)
    assert "+ sw-1" in shown.stdout
    done = bitools(*words, "--yes", "--json")
    assert done.code == 0, done.stderr
    assert [(item["device"], item["action"]) for item in done.document["items"]] == [("sw-1", "added")]
    assert bitools(*here, "check").code == 0
    again = bitools(*words, "--yes")
    assert (again.code, again.stdout) == (0, "")
    assert bitools(*here, "import", "--sync").code == 2
    (town.folder / "settings.yaml").write_text(
        f"devices_from: {{source: '{source}', format: csv, platform: cisco_ios, max_changes: 2}}\n"
    )
    town.list |= {f"sw-{number}": row(number) for number in range(2, 5)}
    source.write_text(town.text())
    assert bitools(*here, "import", "--sync", "--yes").code == 5
    assert bitools(*here, "import", "--sync", "--yes", "--max-changes", "3").code == 0
    assert len(load(town.folder).devices) == 5
