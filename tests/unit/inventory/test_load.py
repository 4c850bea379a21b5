"""The inventory: proven whole, and every complaint tells file, line and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools.errors import InventoryInvalid, NotFound
from bitools.inventory.load import load
from tests.conftest import ROOT, SMALL, write_small

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the small inventory, with some files replaced or removed (None)."""

    def _write(**changed: str | None) -> Path:
        files: dict[str, str | None] = {**SMALL, **{f"{name}.yaml": text for name, text in changed.items()}}
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(exist_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
        return tmp_path

    return _write


def test_the_example_inventory_is_valid() -> None:
    inventory = load(ROOT / "inventories" / "example")
    assert len(inventory.devices) >= 7
    assert len({device.platform for device in inventory.devices.values()}) >= 6
    assert {device.role for device in inventory.devices.values()} == {"wan", "lan"}


def test_keys_are_inherited_defaults_site_groups_device(write: Write) -> None:
    folder = write(
        sites="sites:\n  merkez: {defaults: {port: 2, username: site, owner: site}}\n",
        devices=(
            "defaults: {port: 1, username: d, owner: d, password: 'env:P', platform: cisco_ios, tags: [d]}\n"
            "groups:\n  a: {username: a, owner: a}\n  b: {owner: b}\n"
            "devices:\n"
            "  one: {host: h, site: merkez, groups: [a, b]}\n"
            "  two: {host: h, site: merkez, groups: [b, a], owner: own}\n"
        ),
    )
    one, two = load(folder).devices.values()
    assert (one.port, one.username, one.owner, one.tags) == (2, "a", "b", ("d",))
    assert two.owner == "own"


def test_relative_secrets_and_paths_are_relative_to_the_inventory(write: Write) -> None:
    folder = write(devices=SMALL["devices.yaml"].replace("env:DEVICE_PASSWORD", "file:secrets/device.key"))
    device = load(folder).devices["sw-01"]
    assert str(device.password) == f"file:{folder}/secrets/device.key"


def test_devices_d_is_merged(write: Write) -> None:
    folder = write(**{"devices.d__more": "devices:\n  sw-09: {host: h, site: merkez, groups: [access]}\n"})
    assert load(folder).devices["sw-09"].username == "netops"


WRONG = [
    ("devices", "  sw-01: {host: h, site: merkez, platfrom: cisco_ios}", r'devices.yaml:\d+: unknown key "platfrom"', "platform"),
    ("devices", "  sw-01: {host: h, site: merkez, groups: [access], port: many}", r"devices.yaml:\d+: .*port.*\"many\"", ""),
    ("devices", "  sw-01: {host: h, site: merkez, groups: [access], port: 99999}", r"devices.yaml:\d+: .*port.*99999.*65535", ""),
    ("devices", "  sw-01: {host: h, site: depo, groups: [access]}", r'devices.yaml:\d+: sw-01 is at site "depo"', "merkez, garaj"),
    ("devices", "  sw-01: {host: h, site: merkez, platform: cisco_iso}", r'platform "cisco_iso"', 'did you mean "cisco_ios"'),
    ("devices", "  sw-01: {host: h, site: merkez, groups: [acces]}", r'devices.yaml:\d+: .*group "acces"', "access"),
    ("devices", "  sw-01: {site: merkez, groups: [access]}", r'devices.yaml:\d+: sw-01 has no "host"', ""),
    ("devices", "  sw-01: {host: h, site: merkez, groups: [access], password: hunter2}", r"devices.yaml:\d+: .*reference", ""),
    ("devices", "  sw-01: {host: h, site: merkez, groups: [access], role: van}", r'devices.yaml:\d+: .*role is "van"', "wan"),
    ("devices", "  'a/../b': {host: h, site: merkez, groups: [access]}", r"devices.yaml:\d+: .*name is small letters", ""),
    ("devices", "  sw-01: {host: '-oProxyCommand=id', site: merkez, groups: [access]}", r"devices.yaml:\d+: .*host", ""),
    ("devices", "  sw-01: {host: h, site: merkez, groups: [access], jump: nobody}", r'devices.yaml:\d+: .*"nobody"', ""),
    ("devices", "  sw-02: {host: h, site: merkez, groups: [access]}", r'devices.yaml:8: "sw-02" is written twice.*line 6', ""),
    ("backups", "  yeni: {type: files, importance: critical, repository: anna, paths: [x]}", r'backups.yaml:\d+: .*"anna"', "ana"),
    ("backups", "  yeni: {type: filez, importance: critical, repository: ana, paths: [x]}", r'backups.yaml:\d+: .*"filez"', "files"),
    ("backups", "  yeni: {type: files, importance: critical, repository: ana}", r'backups.yaml:\d+: .*"paths"', ""),
    ("backups", "  yeni: {type: files, importance: critical, repository: ana, paths: [x], pahts: [x]}", r'backups.yaml:\d+: unknown key "pahts"', "paths"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "line", "complaint", "hint"), WRONG, ids=[case[2][:40] for case in WRONG])
def test_a_slip_is_a_complaint_with_file_line_and_what_is_allowed(
    write: Write, file: str, line: str, complaint: str, hint: str
) -> None:
    text = SMALL[f"{file}.yaml"]
    if file == "devices" and "sw-02" not in line:
        text = text.replace("  sw-01: {host: 127.0.0.1, site: merkez, groups: [access]}\n", "")
    folder = write(**{file: f"{text}{line}\n"})
    with pytest.raises(InventoryInvalid, match=complaint) as caught:
        load(folder)
    assert hint in caught.value.hint
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("policy", "complaint"),
    [
        ("{biennial: 4}", r"backups.yaml:4: .*every two years; for every half-year write biannual"),
        ("{fortnightly: 4}", r'backups.yaml:4: .*"fortnightly" is no tier; the tiers are hourly, daily'),
        ("{daily: none}", r"backups.yaml:4: .*daily: a whole number"),
        ("{daily: 0}", r"backups.yaml:4: .*daily"),
        ("{}", r"backups.yaml:4: .*how many of each tier"),
    ],
)
def test_a_policy_knows_only_tiers(write: Write, policy: str, complaint: str) -> None:
    folder = write(backups=SMALL["backups.yaml"].replace("{hourly: 24, biannual: 4}", policy))
    with pytest.raises(InventoryInvalid, match=complaint):
        load(folder)


def test_every_complaint_is_told_at_once(write: Write) -> None:
    folder = write(
        devices=SMALL["devices.yaml"] + "  x1: {}\n  x2: {host: h, site: nowhere, groups: [access]}\n",
        settings="timezone: Europe/Aydin\n",
    )
    with pytest.raises(InventoryInvalid) as caught:
        load(folder)
    assert str(caught.value).count("\n") >= 3
    document = caught.value.as_document()
    assert len(document["complaints"]) >= 4  # type: ignore[arg-type]


def test_an_empty_folder_a_missing_one_and_a_misnamed_file(tmp_path: Path, write: Write) -> None:
    with pytest.raises(InventoryInvalid, match="no inventory here") as caught:
        load(tmp_path)
    assert "devices.yaml" in caught.value.hint
    with pytest.raises(InventoryInvalid, match="no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(InventoryInvalid, match=r"device.yaml:1: not a file of the inventory"):
        load(write(device="devices: {}\n"))


def test_plain_ldap_and_a_password_without_starttls_are_refused(write: Write) -> None:
    with pytest.raises(InventoryInvalid, match=r"directory.yaml:2: .*LDAPS"):
        load(write(directory=SMALL["directory.yaml"].replace("[127.0.0.1]", "['ldap://127.0.0.1']")))
    with pytest.raises(InventoryInvalid, match=r"settings.yaml:1: .*STARTTLS"):
        load(
            write(
                settings="mail: {host: h, starttls: false, from: a@b.test, username: x, password: 'env:P'}\n"
            )
        )


BIND = "{username: bitools@belediye.test, password: 'env:AD_PASSWORD'}"


@pytest.mark.parametrize(
    ("bind", "good"),
    [
        ("{kerberos: true}", True),
        ("{kerberos: true, username: bitools, keytab: bitools.keytab}", True),
        ("{kerberos: true, username: bitools, password: 'env:AD_PASSWORD'}", True),
        ("{kerberos: true, password: 'env:AD_PASSWORD'}", False),
        ("{kerberos: true, username: bitools, password: 'env:AD_PASSWORD', keytab: bitools.keytab}", False),
        ("{username: bitools}", False),
        ("{password: 'env:AD_PASSWORD'}", False),
        ("{username: bitools, keytab: bitools.keytab}", False),
    ],
)
def test_a_directory_is_logged_on_to_in_one_way(write: Write, bind: str, good: bool) -> None:
    text = SMALL["directory.yaml"].replace(BIND, bind)
    assert bind in text
    if good:
        assert load(write(directory=text)).require_directory().bind.kerberos
    else:
        with pytest.raises(InventoryInvalid, match=r"directory.yaml:4: .*username:"):
            load(write(directory=text))


def test_targets_are_selected_by_name_site_role_and_group(write: Write) -> None:
    inventory = load(write())
    assert [device.name for device in inventory.select_devices(site="merkez")] == ["sw-01", "rt-01"]
    assert [device.name for device in inventory.select_devices(role="wan")] == ["rt-01"]
    assert [device.name for device in inventory.select_devices(group="access")] == ["sw-01"]
    with pytest.raises(NotFound, match="sw-1") as caught:
        inventory.select_devices(["sw-1"])
    assert "sw-01" in caught.value.hint
    with pytest.raises(NotFound, match="depo"):
        inventory.select_devices(site="depo")
    with pytest.raises(NotFound):
        inventory.select_datasets(["nothing"])


_words = st.sampled_from(
    ["defaults", "devices", "groups", "sites", "host", "site", "x", "1", "null", "datasets", "paths"]
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=12,
)


@given(
    file=st.sampled_from(["settings", "sites", "devices", "hosts", "backups", "directory"]),
    key=_words,
    value=_values,
)
def test_whatever_is_written_the_answer_is_a_complaint_never_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, file: str, key: str, value: object
) -> None:
    folder = tmp_path_factory.mktemp("inventory")
    write_small(folder)
    (folder / f"{file}.yaml").write_text(json.dumps({key: value}))  # JSON is YAML
    try:
        load(folder)
    except InventoryInvalid as error:
        assert ".yaml:" in str(error)


@pytest.mark.parametrize(
    "hosts", ["", "hosts: {}\n", "hosts: {bastion: {host: h, username: u, key_file: k}}\n"]
)
def test_a_device_is_reached_through_another_with_hosts_or_without(write: Write, hosts: str) -> None:
    text = SMALL["devices.yaml"] + "  sw-09: {host: h, site: merkez, groups: [access], jump: sw-01}\n"
    folder = write(devices=text, **({"hosts": hosts} if hosts else {}))
    assert load(folder).devices["sw-09"].jump == "sw-01"


@pytest.mark.parametrize(
    ("jumps", "way"),
    [({"x1": "x1"}, "x1 → x1"), ({"x1": "x2", "x2": "x1", "x3": "x1"}, "x1 → x2 → x1")],
)
def test_nobody_is_reached_through_itself(write: Write, jumps: dict[str, str], way: str) -> None:
    lines = [
        f"  {name}: {{host: h, site: merkez, groups: [access], jump: {jump}}}\n"
        for name, jump in jumps.items()
    ]
    folder = write(devices=SMALL["devices.yaml"] + "".join(lines))
    with pytest.raises(InventoryInvalid, match=f"devices.yaml:8: x1 is reached through itself: {way}"):
        load(folder)
