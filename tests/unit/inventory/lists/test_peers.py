"""What other tools' manuals show, in the same form: an inventory that loads, or a complaint with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bitools import platforms
from bitools.errors import InventoryInvalid, Usage
from bitools.inventory import check
from bitools.inventory.import_ import Given, as_yaml, importer
from bitools.inventory.lists.ansible import expanded
from bitools.inventory.lists.oxidized import columns, guessed
from bitools.inventory.load import load
from bitools.state import Document

LEAFS = {
    "hosts.yml": """---
leafs:
  hosts:
    leaf01: {ansible_host: 192.0.2.11}
    leaf02: {ansible_host: 192.0.2.12}
spines:
  hosts:
    spine01:
      ansible_host: 192.0.2.13
    spine02:
      ansible_host: 192.0.2.14
network:
  children:
    leafs:
    spines:
  vars:
    ansible_connection: ansible.netcommon.network_cli
    ansible_network_os: vyos.vyos.vyos
    ansible_user: netops
    ansible_password: !vault |
      $ANSIBLE_VAULT;1.2;AES256;netops
      66386134653765386232383236303063623663343437643766386435663632343266393064373933
      3661666132363339303639353538316662616638356631650a316338316663666439383138353032
servers:
  hosts:
    web[01:02]: {ansible_connection: local}
"""
}
INI = """# switches of the town
; and this
core-01 ansible_host=192.0.2.1   # above any group

[access]
sw-[01:03] ansible_network_os=cisco.ios.ios
sw-[a:c:2].belediye.test:2222

[access:vars]
ansible_network_os = arista.eos.eos
ansible_user=netops

[lan:children]
access

[lan:vars]
site=merkez
ansible_host="{{ inventory_hostname }}.belediye.test"
"""
NORNIR = {
    "hosts.yaml": """---
leaf00.cmh: {hostname: 192.0.2.21, groups: [cmh], data: {role: leaf}}
spine00.bma: {hostname: 192.0.2.22, platform: junos, port: 12444, groups: [bma]}
host1.cmh: {hostname: 192.0.2.23, platform: nokia_sros, groups: [cmh]}
""",
    "groups.yaml": """---
global: {platform: eos, data: {site: merkez}}
eu: {username: avrupa, data: {asn: 65100}}
bma: {groups: [eu, global]}
cmh: {groups: [bma], data: {site: cmh}}
""",
    "defaults.yaml": "---\nusername: netops\n",
}
NETBOX = {
    "count": 3,
    "next": None,
    "results": [
        {
            "id": 1,
            "name": "sw-1",
            "device_type": {"id": 2},
            "platform": None,
            "site": {"id": 2, "slug": "merkez"},
        },
        {"id": 2, "name": None, "display": "PDU (24)", "site": {"slug": "merkez"}},
        {
            "id": 3,
            "name": "SW-1",
            "platform": {"slug": "ios"},
            "site": {"slug": "merkez"},
            "primary_ip": {"address": "2001:db8::1/64"},
        },
    ],
}


def proven(folder: Path, text: str, *sites: str) -> dict[str, Any]:
    """The devices, as `inventory check` accepts them."""
    (folder / "sites.yaml").write_text(f"sites: {{{', '.join(f'{site}: {{}}' for site in sites)}}}\n")
    (folder / "devices.yaml").write_text(text)
    inventory = load(folder)
    check.check(
        inventory, Document("x", "x", inventory.settings.zone and __import__("datetime").datetime.now())
    )
    return dict(inventory.devices)


def test_ansible_groups_that_are_described_elsewhere_and_values_that_are_encrypted(tmp_path: Path) -> None:
    found = importer("ansible", Given(site="merkez"))(LEAFS)
    devices = proven(tmp_path, as_yaml(found, "x"), "merkez")
    assert list(devices) == ["leaf01", "leaf02", "spine01", "spine02"]
    assert {(one.platform, one.username, one.site) for one in devices.values()} == {
        ("vyos", "netops", "merkez")
    }
    assert devices["leaf01"].groups == ("network", "leafs")
    notes = "\n".join(found.notes)
    assert "hosts.yml:20: ansible_password is encrypted" in notes
    assert "web01 is this machine" in notes
    assert "66386134" not in as_yaml(found, "x")


def test_ansible_ini_that_begins_with_a_remark_has_ranges_ports_and_templates() -> None:
    found = importer("ansible")({"hosts": INI})
    assert list(found.devices) == [
        "core-01",
        "sw-01",
        "sw-02",
        "sw-03",
        "sw-a.belediye.test",
        "sw-c.belediye.test",
    ]
    assert found.devices["sw-02"]["platform"] == "cisco_ios"  # its own word before its group's
    assert found.devices["sw-c.belediye.test"] == {
        "host": "sw-c.belediye.test",
        "platform": "arista_eos",
        "port": 2222,
        "username": "netops",
        "site": "merkez",
        "groups": ["lan", "access"],
    }
    notes = "\n".join(found.notes)
    assert "hosts:6: sw-01: ansible_host is a template" in notes
    assert "no platform: core-01" in notes
    assert "does not say where these are: core-01" in notes


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("sw-[9:11]", ["sw-9", "sw-10", "sw-11"]),
        ("sw-[08:10]", ["sw-08", "sw-09", "sw-10"]),
        ("k[1:2]-sw[a:b]", ["k1-swa", "k1-swb", "k2-swa", "k2-swb"]),
        ("sw", ["sw"]),
    ],
)
def test_ranges(written: str, names: list[str]) -> None:
    assert expanded(written, "f:1") == names


@pytest.mark.parametrize("written", ["sw-[3:1]", "sw-[1:999999999]", "[1:9999]-[1:9999]"])
def test_a_range_that_is_none_is_told_with_its_place(written: str) -> None:
    with pytest.raises(InventoryInvalid, match=r"^f:7: .*no range"):
        expanded(written, "f:7")


def test_variables_of_groups_and_hosts_in_files_of_their_own() -> None:
    found = importer("ansible")(
        {
            "hosts": "[lan]\nsw-1\nsw-2\n",
            "group_vars/lan.yml": "ansible_network_os: ios\nansible_user: netops\n",
            "host_vars/sw-2.yml": "ansible_network_os: eos\nansible_password: !vault |\n  $ANSIBLE_VAULT;1\n  61\n",
            "group_vars/vault.yml": "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
        }
    )
    assert [row["platform"] for row in found.devices.values()] == ["cisco_ios", "arista_eos"]
    assert any("encrypted as a whole" in note for note in found.notes)


def test_nornirs_groups_are_in_groups(tmp_path: Path) -> None:
    found = importer("nornir")(NORNIR)
    assert [row["platform"] for row in found.devices.values()] == [
        "arista_eos",
        "juniper_junos",
        "nokia_sros",
    ]
    assert [row["site"] for row in found.devices.values()] == ["cmh", "merkez", "cmh"]
    assert found.devices["leaf00.cmh"]["username"] == "avrupa"
    assert any('nobody knows the platform "nokia_sros" of host1.cmh' in note for note in found.notes)
    with pytest.raises(InventoryInvalid, match=r"devices.yaml:\d+: host1.cmh is of platform"):
        proven(tmp_path, as_yaml(found, "x"), "cmh", "merkez")


def test_netbox_devices_without_a_name_a_platform_or_an_address() -> None:
    text = json.dumps(NETBOX, indent=1)
    with pytest.raises(InventoryInvalid, match=r'n.json:25: "sw-1" is there twice'):
        importer("netbox")({"n.json": text})
    NETBOX["results"][2]["name"] = "sw-3"
    found = importer("netbox")({"n.json": json.dumps(NETBOX)})
    assert found.devices["sw-3"]["host"] == "2001:db8::1"
    notes = "\n".join(found.notes)
    assert "n.json:1: PDU (24) has no name in NetBox" in notes
    assert "sw-1 has no primary address" in notes
    assert "no platform: sw-1" in notes


def test_rancids_states_and_types(tmp_path: Path) -> None:
    text = "#\n#dial\ndial1.paris;cisco;up;\ncore1.paris;cisco-nx;down;in testing\nborder1.paris;juniper;up\nx1;ezt3;ticketed\n"
    found = importer("rancid", Given(site="merkez"))({"router.db": text})
    assert any('"ezt3" of x1' in note for note in found.notes)
    del found.devices["x1"]
    devices = proven(tmp_path, as_yaml(found, "x"), "merkez")
    assert [one.enabled for one in devices.values()] == [True, False, True]
    assert [one.platform for one in devices.values()] == ["cisco_ios", "cisco_nxos", "juniper_junos"]
    with pytest.raises(InventoryInvalid, match=r"router.db:1: no type"):
        importer("rancid")({"router.db": "sw-1\n"})


@pytest.mark.parametrize(
    ("line", "where"),
    [
        (
            "rtr01.local:192.0.2.1:ios:netops:gizli:gizli2",
            "name:0,ip:1,model:2,username:3,password:4,enable:5",
        ),
        (
            "netops:eos:gizli:gizli2:rtr01.local:192.0.2.1",
            "name:4,ip:5,model:1,username:0,password:2,enable:3",
        ),
        ("wan:rtr01.local:192.0.2.1:junos", "name:1,ip:2,model:3,group:0"),
    ],
)
def test_oxidized_lines_by_their_map(line: str, where: str) -> None:
    found = importer("oxidized", Given(columns=columns(where)))({"router.db": f"# x\n{line}\n"})
    [row] = found.devices.values()
    assert (list(found.devices), row["host"]) == (["rtr01.local"], "192.0.2.1")
    assert row["platform"] in platforms.names()
    assert "gizli" not in as_yaml(found, "x")


def test_the_map_of_oxidizeds_own_configuration() -> None:
    files = {
        "config": "---\nmodel_map:\n  cisco: ios\n  !ruby/regexp /procurve/: procurve\nsource:\n  default: csv\n  csv:\n"
        "    file: ~/router.db\n    delimiter: !ruby/regexp /;/\n    map:\n      name: 1\n      model: 0\n      group: 2\n    vars_map:\n      enable: 3\n",
        "router.db": "cisco;sw-1;kat-1;gizli\n",
    }
    found = importer("oxidized")(files)
    assert found.devices == {"sw-1": {"host": "sw-1", "platform": "cisco_ios", "groups": ["kat-1"]}}


def test_oxidizeds_json() -> None:
    text = json.dumps([{"hostname": "sw-1", "os": "ios", "password": "gizli"}])
    found = importer("oxidized", Given(columns=columns("name:hostname,model:os,password:password")))(
        {"r.json": text}
    )
    assert found.devices == {"sw-1": {"host": "sw-1", "platform": "cisco_ios"}}


def test_lines_that_do_not_give_away_what_stands_where_are_not_guessed() -> None:
    assert guessed({"f": "sw-1:ios:ios\n"}) is None
    assert guessed({"f": "sw-1:bilinmeyen\n"}) is None
    assert str(guessed({"f": "sw-1:192.0.2.1:ios:wan\nsw-2:192.0.2.2:eos\n"})) == "name:0,ip:1,model:2"
    with pytest.raises(InventoryInvalid, match="f:1: what stands where"):
        importer("oxidized")({"f": "sw-1:bilinmeyen\n"})


@pytest.mark.parametrize("wrong", ["ip:1", "name:0,name:1", "name", "name:0,adres:1", ""])
def test_a_map_that_is_none(wrong: str) -> None:
    with pytest.raises(Usage):
        columns(wrong)


def test_netboxs_table_has_a_platform_and_a_type() -> None:
    text = "Name,Status,Role,Type,Platform,IP Address,Site\nsw-1,Active,Access Switch,C9300,ios,192.0.2.1/24,merkez\n"
    found = importer("csv")({"n.csv": text})
    assert found.devices["sw-1"] == {"host": "192.0.2.1", "platform": "cisco_ios", "site": "merkez"}


def test_a_file_that_is_there_is_replaced_with_the_difference_shown(bitools, tmp_path: Path) -> None:
    source, target = tmp_path / "router.db", tmp_path / "devices.yaml"
    source.write_text("sw-1;cisco;up\n")
    target.write_text("# elle\ndevices: {eski: {host: 10.0.0.1}}\n")
    words = (
        "inventory",
        "import",
        "--format",
        "rancid",
        str(source),
        "--to",
        str(target),
        "--site",
        "merkez",
    )
    refused = bitools(*words)
    assert (refused.code, target.read_text()[:6]) == (5, "# elle")
    for answer in (refused, bitools(*words, "--yes")):
        assert "-devices: {eski: {host: 10.0.0.1}}" in answer.stderr
        assert "+  sw-1:" in answer.stderr
    assert "sw-1" in target.read_text()
    again = bitools(*words)
    assert (again.code, again.stderr) == (0, "")


def test_oxidizeds_map_is_asked_and_nobody_to_ask_is_a_refusal(bitools, tmp_path: Path) -> None:
    source = tmp_path / "router.db"
    source.write_text("sw-1:192.0.2.1:ios:wan:netops:gizli\n")
    words = ("inventory", "import", "--format", "oxidized", str(source))
    refused = bitools(*words)
    assert refused.code == 5
    assert "name:0,ip:1,model:2" in refused.stderr
    assert "gizli" not in refused.stderr
    agreed = bitools(*words, "--yes")
    assert (agreed.code, "host: 192.0.2.1" in agreed.stdout) == (0, True)


TERMINALS = {  # exports of programs for terminals, as their manuals show the headings
    "mremoteng": "Name;Id;Parent;NodeType;Description;Username;Password;Hostname;Protocol;Port\n"
    "sw-1;a1;;Connection;Kat 1;netops;gizli;192.0.2.41;SSH2;2222\nMerkez;a2;;Container;;;;;;\n",
    "securecrt": "session_name,hostname,port,protocol,username,folder\nsw-1,192.0.2.41,2222,SSH2,netops,Merkez\n",
    "putty": "Session Name,Host Name,Port Number,Protocol,User Name\nsw-1,192.0.2.41,2222,ssh,netops\n",
    "turkish": "Cihaz Adı;IP Adresi;Port;Kullanıcı Adı;Şifre\nsw-1;192.0.2.41;2222;netops;gizli\n",
}


@pytest.mark.parametrize("name", TERMINALS)
def test_exports_of_terminal_programs_have_a_name_and_an_address(name: str) -> None:
    imported = importer("csv")({f"{name}.csv": TERMINALS[name]})
    row = {"host": "192.0.2.41", "platform": "?", "port": 2222, "username": "netops"}
    assert imported.devices == {"sw-1": row}
    assert any("password" in note.casefold() or "Şifre" in note for note in imported.notes) == (
        "gizli" in TERMINALS[name]
    )
    assert any("Merkez is a folder" in note for note in imported.notes) == (name == "mremoteng")


@pytest.mark.parametrize("whole", [True, False])
def test_librenms_tells_its_devices_as_oxidized_asks_for_them(whole: bool) -> None:
    device = {"hostname": "192.0.2.51", "os": "ios", "ip": "192.0.2.51", "group": "merkez"}
    said = json.dumps({"status": "ok", "devices": [device]} if whole else [device])
    imported = importer("oxidized")({"librenms.json": said})
    row = {"host": "192.0.2.51", "platform": "cisco_ios", "groups": ["merkez"]}
    assert imported.devices == {"192.0.2.51": row}


@pytest.mark.parametrize("mark", [":", ";", ","])
def test_oxidizeds_lines_are_separated_by_whatever_they_are(mark: str) -> None:
    imported = importer("oxidized")({"router.db": mark.join(["sw-1", "192.0.2.61", "procurve"]) + "\n"})
    assert imported.devices == {"sw-1": {"host": "192.0.2.61", "platform": "hp_procurve"}}
