"""A living list and the file that follows it: what a person wrote stays, whatever the list does."""

from __future__ import annotations

import random
import re
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


ONE, TWO = (f"{{host: 10.0.0.{number}, platform: cisco_ios, site: merkez}}" for number in (1, 2))
LIST = f"devices:\n  sw-1: {ONE}\n  sw-2: {TWO}\n"
BLOCK = "devices:\n  sw-1:\n    host: 10.0.0.1  # not1\n    # not2\n    platform: cisco_ios   # not3\n    site: 'merkez' #not4\n  sw-2:\n    host: '10.0.0.2'   # not5\n    platform: cisco_ios\n    site: merkez\n"
EDITS = {
    "as it was": LIST,
    "with a mark of its encoding": f"\ufeff{LIST}",
    "saved on Windows": LIST.replace("\n", "\r\n"),
    "saved on Windows, with remarks": BLOCK.replace("\n", "\r\n"),
    "all on one line": f"devices: {{sw-1: {ONE}, sw-2: {TWO}}}\n",
    "in braces": f"devices: {{\n  sw-1: {ONE}, # not1\n  sw-2: {TWO}\n}}\n",
    "indented by four": LIST.replace("\n  ", "\n    "),
    "a key a line": BLOCK,
    "over several lines": f"devices:\n  sw-1: {{host: 10.0.0.1, # not1\n    platform: cisco_ios, # not2\n    site: merkez}} # not3\n  sw-2: {TWO}  # not4\n",
    "with an anchor": f"devices:\n  sw-1: &a {ONE}\n  sw-2: {{<<: *a, host: 10.0.0.2}}\n",
    "with anchors of values": "devices:\n  sw-1: {host: 10.0.0.1, platform: &p cisco_ios, site: merkez}\n  sw-2: {host: 10.0.0.2, platform: *p, site: merkez}\n",
    "in quotes": f"devices:\n  \"sw-1\": {ONE}  # not1 # not2\n  'sw-2': {TWO}\n",
    "a sign in quotes": LIST.replace("merkez}", 'merkez, owner: "kat #3} # x"}  # not1', 1),
    "an apostrophe": LIST.replace("merkez}", "merkez, owner: Ali'nin}  # not1", 1),
    "a tab before a remark": LIST.replace("merkez}", "merkez}\t# not1", 1),
    "a tab": LIST.replace("  sw-2", "\tsw-2"),
    "a form feed": f"# not1\x0cnot2\n{LIST}",
    "a separator of lines": f"# not1\u2028# not2\n{LIST}",
    "a document": f"---\n{LIST}...\n",
    "a remark at the head": LIST.replace("devices:", "devices:   # not1"),
    "the head in quotes": LIST.replace("devices:", '"devices":'),
    "the head with a blank": LIST.replace("devices:", "devices :"),
    "a question mark": f"devices:\n  ? sw-1\n  : {ONE}\n  sw-2: {TWO}\n",
    "another order": f"devices:\n  sw-2: {TWO}\n  sw-1: {ONE}\n",
    "another order of keys": LIST.replace(
        "host: 10.0.0.1, platform: cisco_ios", "platform: cisco_ios, host: 10.0.0.1"
    ),
    "remarks all over": f"# not1\ndevices:\n# not2\n  # not3\n  sw-1: {ONE}   \n\n\n  # not4\n\n  sw-2: {TWO}\n  # not5\n# not6\n",
    "without an end": LIST.rstrip("\n"),
    "a text over lines": BLOCK.replace(
        "    site: 'merkez' #not4", "    site: merkez\n    owner: >-\n      bilgi # not4\n      islem"
    ),
    "a key more": LIST.replace("merkez}", "merkez, enabled: false}  # not1", 1),
    "another site": LIST.replace("merkez}", "garaj}  # not1", 1),
    "a device more": f"{LIST}  sw-8: {{host: 10.0.0.8}}  # not1\n",
    "a device twice": f"{LIST}  sw-1: {ONE}\n",
    "an empty device": f"{LIST}  sw-9:\n",
    "no list": "devices: yok\n",
    "a list": "devices:\n- sw-1\n",
    "a group below": f"{LIST}groups: {{}}\n",
}
LATER = {
    "one changed": {1: {"owner": "yeni"}, 2: {}},
    "one gone": {2: {}},
    "one new": {1: {}, 2: {}, 3: {}},
    "all of it": {2: {"owner": "yeni"}, 3: {}},
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
@pytest.mark.parametrize("later", LATER.values(), ids=LATER.keys())
def test_whatever_form_somebody_gave_the_file_nothing_in_it_is_lost(
    town: Town, edit: str, later: Any
) -> None:
    """What the list does not say, and each remark, stays; or it is refused, and the file is as it was."""
    town.list = {f"sw-{number}": row(number) | {"owner": ""} for number in (1, 2)}
    town.follow()
    town.file.write_bytes(edit.encode())
    town.list = {f"sw-{number}": row(number) | {"owner": ""} | keys for number, keys in later.items()}
    try:
        own = by_hand(edit)
        town.follow()
    except (InventoryInvalid, Refused):
        assert town.file.read_bytes() == edit.encode()
        return
    after = town.file.read_bytes().decode()
    assert [word for word in re.findall(r"not\d", edit) if word not in after] == []
    assert all(own[place] == parsed(after)[place[0]].get(place[1]) for place in own)
    assert set(parsed(after)) == {*town.list} | {name for name, _key in own}
    assert ("\r\n" in after, after[:1] == "\ufeff") == ("\r\n" in edit, edit[:1] == "\ufeff")
    town.follow()
    assert town.file.read_bytes().decode() == after


def by_hand(text: str) -> dict[tuple[str, str], Any]:
    """The keys that the list never said."""
    said = {
        f"sw-{number}": {"host": f"10.0.0.{number}", "platform": "cisco_ios", "site": "merkez"}
        for number in (1, 2)
    }
    return {
        (name, key): value
        for name, keys in parsed(text.removeprefix("\ufeff")).items()
        for key, value in keys.items()
        if said.get(name, {}).get(key) != value
    }


def test_a_list_that_was_cut_is_not_followed_unless_somebody_says_so(town: Town) -> None:
    town.list = {f"sw-{number}": row(number) for number in range(1, 21)}
    town.follow()
    town.file.write_text(town.file.read_text().replace("merkez}", "merkez, owner: benim}", 1))
    whole = town.file.read_bytes()
    for left in (0, 1, 10, 13):
        town.list = {f"sw-{number}": row(number) for number in range(1, left + 1)}
        with pytest.raises(Refused, match="is it whole"):
            town.follow()
        assert town.file.read_bytes() == whole
    town.list = {f"sw-{number}": row(number) for number in range(1, 15)}
    town.follow()
    assert len(rows(yamlfile.read(town.file))) == 14


def test_a_file_of_another_encoding_is_told_with_its_line(town: Town) -> None:
    town.list = {"sw-1": row(1)}
    town.follow()
    town.file.write_bytes(town.file.read_bytes() + b"  # \xfe\xf0\n")
    town.list = {"sw-2": row(2)}
    with pytest.raises(InventoryInvalid, match=r"imported.yaml:5: not UTF-8"):
        town.follow()


def test_what_was_written_by_hand_is_told_where_another_file_takes_the_device(town: Town) -> None:
    town.list = {"sw-1": row(1)}
    town.follow()
    town.file.write_text(town.file.read_text().replace("merkez", "garaj"))
    town.own("  sw-1: {host: 10.0.0.1}\n")
    assert any("site: garaj" in note for note in town.follow())


def test_without_a_memory_what_stays_is_told(town: Town) -> None:
    town.list = {"sw-1": row(1), "sw-2": row(2)}
    town.follow()
    town.state.path("imported.json").unlink()
    town.list = {"sw-1": row(1)}
    assert any("kept: sw-2" in note for note in town.follow())
    assert town.device("sw-2")


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
