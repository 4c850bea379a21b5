"""Other tools' lists become a devices.yaml that loads, without a secret and without a silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools import platforms, yamlfile
from bitools.errors import InventoryInvalid
from bitools.inventory.export import ansible as ansible_export
from bitools.inventory.export import nornir as nornir_export
from bitools.inventory.import_ import FORMATS, as_yaml, importer
from bitools.inventory.lists.imported import PLATFORMS, Imported, plain_name
from bitools.inventory.load import load
from bitools.inventory.starter import files
from bitools.yamlfile import flow

NETBOX = {
    "next": None,
    "results": [
        {
            "name": "SW-Merkez-01",
            "platform": {"slug": "cisco-ios"},
            "site": {"slug": "merkez"},
            "role": {"slug": "access-switch"},
            "primary_ip": {"address": "10.0.0.11/24"},
            "status": {"value": "active"},
            "tags": [{"slug": "kat-1"}],
        },
        {
            "name": "rt-wan-01",
            "platform": {"slug": "cisco-ios"},
            "site": {"slug": "merkez"},
            "device_role": {"slug": "edge-router"},
            "primary_ip4": {"address": "10.0.0.1/30"},
            "status": {"value": "offline"},
        },
    ],
}
SOURCES: dict[str, dict[str, str]] = {
    "csv": {
        "c.csv": "Cihaz;IP;Model;Lokasyon;Role;Parola\nSW-Merkez-01;10.0.0.11;ios;merkez;;gizli123\nrt-wan-01;10.0.0.1:2222;ios;merkez;WAN;gizli123\n"
    },
    "oxidized": {
        "router.db": "# yorum\nsw-merkez-01:ios:netops:gizli123:gizli123\nrt-wan-01:ios:netops:gizli123\n"
    },
    "rancid": {"router.db": "sw-merkez-01;cisco;up\nrt-wan-01;cisco;down;eski hat\n"},
    "ansible": {
        "hosts": "[access]\nsw-merkez-01 ansible_host=10.0.0.11\n[wan]\nrt-wan-01 ansible_host=10.0.0.1 ansible_port=2222\n"
        "[ios:children]\naccess\nwan\n[ios:vars]\nansible_network_os=cisco.ios.ios\nansible_password=gizli123\nansible_user=netops\n"
    },
    "nornir": {
        "hosts.yaml": "sw-merkez-01: {hostname: 10.0.0.11, groups: [access], data: {site: merkez}}\nrt-wan-01: {hostname: 10.0.0.1, groups: [wan], password: gizli123}\n",
        "groups.yaml": "access: {platform: ios}\nwan: {platform: cisco_ios, data: {role: wan}}\n",
        "defaults.yaml": "username: netops\npassword: gizli123\n",
    },
    "netbox": {"devices.json": json.dumps(NETBOX)},
}


def written(form: str) -> dict[str, Any]:
    found = importer(form)(SOURCES[form])
    return {"text": as_yaml(found, form), "found": found}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_becomes_an_inventory_that_loads(tmp_path: Path, form: str) -> None:
    text = written(form)["text"]
    (tmp_path / "sites.yaml").write_text("sites: {merkez: {name: Merkez}}\n")
    if "site:" not in text:
        text = text.replace("defaults: {", "defaults: {site: merkez, ")
    elif form == "nornir":
        text = text.replace("rt-wan-01: {", "rt-wan-01: {site: merkez, ")
    (tmp_path / "devices.yaml").write_text(text)
    devices = load(tmp_path).devices
    assert list(devices) == ["sw-merkez-01", "rt-wan-01"]
    assert {device.platform for device in devices.values()} == {"cisco_ios"}
    assert devices["rt-wan-01"].role == "wan"
    assert devices["sw-merkez-01"].role == "lan"
    if form not in ("oxidized", "rancid"):
        assert [device.host for device in devices.values()] == ["10.0.0.11", "10.0.0.1"]
    if form in ("csv", "ansible"):
        assert devices["rt-wan-01"].port == 2222
    if form in ("rancid", "netbox"):
        assert not devices["rt-wan-01"].enabled


@pytest.mark.parametrize("form", FORMATS)
def test_no_secret_is_carried_over(form: str) -> None:
    assert "gizli123" not in written(form)["text"]


def test_what_others_call_a_platform_is_one_of_ours() -> None:
    assert set(PLATFORMS.values()) <= set(platforms.names())


def test_what_was_left_out_or_renamed_is_said() -> None:
    notes = "\n".join(written("csv")["found"].notes)
    assert "Parola" in notes
    assert "SW-Merkez-01" in notes
    found = importer("csv")({"c.csv": "name,host\nsw,10.0.0.1\n"})
    assert "no platform" in found.notes[0]


@pytest.mark.parametrize(
    ("form", "text", "place"),
    [
        ("csv", "name,host\nsw,10.0.0.1\nSW,10.0.0.2\n", "f:3"),
        ("csv", "a,b\n1,2\n", "f:1"),
        ("csv", "name,host\n,\n", "f:2"),
        ("oxidized", ":ios\n", "f:1"),
        ("ansible", "[a]\nsw 'x\n", "f:2"),
        ("ansible", "- a\n", "f:1"),
        ("nornir", "a: [\n", "f:"),
        ("netbox", "{", "f"),
    ],
)
def test_what_cannot_become_a_device_is_named_with_its_place(form: str, text: str, place: str) -> None:
    with pytest.raises(InventoryInvalid, match=place):
        importer(form)({"f": text})


def test_ansible_yaml_and_list_and_groups_of_groups() -> None:
    tree = "all:\n  vars: {ansible_user: netops}\n  children:\n    ios:\n      vars: {ansible_network_os: cisco.ios.ios}\n      children:\n        access: {hosts: {sw-1: {ansible_host: 10.0.0.1}}}\n"
    [row] = importer("ansible")({"hosts.yml": tree}).devices.values()
    assert (row["host"], row["platform"], row["username"], row["groups"]) == (
        "10.0.0.1",
        "cisco_ios",
        "netops",
        ["ios", "access"],
    )


@given(st.text(max_size=40))
def test_any_text_survives_as_a_yaml_flow(text: str) -> None:
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        return
    assert yamlfile.parse(f"a: {flow(text)}\n", Path("x")).data == {"a": text}


@given(st.text(max_size=80))
def test_any_text_gives_a_name_or_nothing(text: str) -> None:
    from bitools.inventory.base import checked_name

    if name := plain_name(text):
        assert checked_name(name) == name


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=4))
def test_whatever_a_list_says_the_result_is_yaml(rows: dict[str, str]) -> None:
    found = Imported()
    for name, value in rows.items():
        try:
            found.add(name, {"host": value, "site": value, "tags": [value]}, "x\n- y")
        except InventoryInvalid:
            continue
    text = as_yaml(found, "kötü\nsatır: {").encode("utf-8", "replace").decode()
    assert list(yamlfile.parse(text, Path("x")).data["devices"] or {}) == list(found.devices)


def test_a_round_trip_over_nornir_and_ansible(municipality) -> None:
    inventory = load(municipality.inventory)
    out = nornir_export(inventory)
    files = {f"{name}.yaml": json.dumps(part) for name, part in out.items()}
    for found in (
        importer("nornir")(files),
        importer("ansible")({"list": json.dumps(ansible_export(inventory))}),
    ):
        for name, device in inventory.devices.items():
            row = found.devices[name]
            assert (row["host"], row["platform"], row["site"]) == (device.host, device.platform, device.site)
            assert row.get("role", "lan") == device.role


def test_the_first_inventory_is_whole(tmp_path: Path) -> None:
    for name, text in files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert load(tmp_path).devices == {}


def test_the_commands(bitools, tmp_path: Path) -> None:
    source = tmp_path / "router.db"
    source.write_text(SOURCES["oxidized"]["router.db"])
    words = ["inventory", "import", "--format", "oxidized", str(source), "--map", "name:0,model:1,username:2"]
    printed = bitools(*words)
    assert printed.code == 0, printed.stderr
    assert "rt-wan-01:" in printed.stdout
    target = tmp_path / "devices.yaml"
    assert bitools(*words, "--to", str(target)).code == 0
    assert target.read_text() == printed.stdout
    target.write_text("mine\n")
    assert bitools(*words, "--to", str(target)).code == 5
    assert target.read_text() == "mine\n"
    assert bitools(*words, "--to", str(target), "--yes").code == 0
    folder = tmp_path / "yeni"
    assert bitools("inventory", "init", str(folder)).code == 0
    assert bitools("--inventory", str(folder), "inventory", "check").code == 0
    assert bitools("inventory", "init", str(folder)).code == 5
