"""`net search`: where a line stands, when it came and went, and who has a local account."""

from __future__ import annotations

import pytest

from bitools.errors import NotFound, Refused
from bitools.net.decisions.accounts import match_account, spellings
from bitools.net.verbs import search
from bitools.net.wire import grep


def found(document) -> list[tuple[str, str]]:
    return [(item["device"], " / ".join([*item["path"], item["line"]])) for item in document.items]


def test_a_line_is_told_with_its_device_section_and_number(town, devices) -> None:
    town.store_all()
    [item] = search.search(town.run, devices("cisco-ios"), "access vlan 30").items
    assert item["path"] == ["interface GigabitEthernet1/0/3"]
    assert item["line"] == "switchport access vlan 30"
    text = town.history.latest(["cisco-ios"])["cisco-ios"].splitlines()
    assert text[item["number"] - 1].strip() == item["line"]
    assert (item["site"], item["role"], item["platform"]) == ("merkez", "lan", "cisco_ios")


@pytest.mark.parametrize(
    ("device", "pattern", "expected"),
    [
        (
            "juniper-junos",
            "10.10.99.0",
            "firewall / family inet / filter YONETIM / term ssh / from / source-address / 10.10.99.0/24",
        ),
        (
            "mikrotik-routeros",
            "dst-port=22",
            '/ip firewall filter / add action=accept chain=input comment="Yonetim agindan SSH" dst-port=22 protocol=tcp src-address-list=yonetim',
        ),
        ("hp-comware", "route-static", "ip route-static 0.0.0.0 0 10.40.99.1"),
        ("cisco-ios", "yetkisiz", "banner motd ^C / Efeler Belediyesi - yetkisiz giris yasaktir."),
        ("huawei", "acl 2001", "user-interface vty 0 4 / acl 2001 inbound"),
    ],
)
def test_sections_are_those_of_the_platform(town, devices, device: str, pattern: str, expected: str) -> None:
    town.store_all()
    assert found(search.search(town.run, devices(device), pattern)) == [(device, expected)]


def test_all_devices_are_searched_in_the_inventorys_order(town, devices) -> None:
    town.store_all()
    names = [device for device, _line in found(search.search(town.run, devices(), r"\b10\.10\.99\.5\b"))]
    assert len(names) > 6
    assert names == sorted(names)


def test_nothing_found_and_nothing_stored_are_no_error(town, devices) -> None:
    assert search.search(town.run, devices(), "x").items == []
    town.store_all()
    assert search.search(town.run, devices(), "no such line").items == []


def test_the_history_says_when_a_line_came_and_went_and_by_whom(town, devices) -> None:
    head = "hostname a\ninterface Gi1\n"
    first = town.store("cisco-ios", head + " description eski\n", reason="first snapshot")
    second = town.store("cisco-ios", head + " description eski\n shutdown\n", "mehmet")
    third = town.store("cisco-ios", head + " description yeni\n shutdown\n", "ayse")
    items = search.search(town.run, devices("cisco-ios"), "descr", history=True).items
    told = [(item["commit"], item["kind"], item["line"], item["path"], item["author"]) for item in items]
    assert told == [
        (third, "removed", "description eski", ["interface Gi1"], "ayse"),
        (third, "added", "description yeni", ["interface Gi1"], "ayse"),
        (first, "added", "description eski", ["interface Gi1"], None),
    ]
    assert second not in {item["commit"] for item in items}


def test_the_history_knows_devices_that_the_inventory_has_no_more(town, devices) -> None:
    town.store("sw-eski", "username ayse.yilmaz secret 5 <secret:0a1b2c3d>\n")
    assert search.search(town.run, devices(), "ayse", history=True).items == []
    [item] = search.search(town.run, devices(), "ayse", history=True, everywhere=True).items
    assert (item["device"], item["line"]) == ("sw-eski", "username ayse.yilmaz secret 5 <secret:0a1b2c3d>")


def test_a_hostile_pattern_ends_in_time(town, devices) -> None:
    town.store("cisco-ios", f"description {'a' * 1_000}!\n")
    for pattern in (r"^description (a+)+$", r"(a|a)*$", r"(a*)*b", "((a{1,9}){1,9}){1,9}$"):
        search.search(town.run, devices("cisco-ios"), pattern)  # a backtracking engine would take years


def test_a_pattern_that_takes_too_long_is_refused(town, devices) -> None:
    town.store("cisco-ios", f"description {'a' * 20_000}\n" * 500)
    look = grep.Grep(town.history, "(((a{1,200}){1,200}){1,200}b)$", limit=2)
    with pytest.raises(Refused):
        look.newest(["cisco-ios"])


ACCOUNTS = {
    "cisco-ios": "username mehmet privilege 15 secret 5 <secret>\n",
    "arista-eos": "username mehmet privilege 15 secret 5 <secret>\n",
    "juniper-junos": "system {\n    login {\n        user mehmet {\n            uid 2001;\n        }\n    }\n}\n",
    "huawei": "aaa\n local-user mehmet password cipher <secret>\n local-user mehmet privilege level 15\n",
    "hp-comware": "local-user mehmet class manage\n password hash <secret>\n",
    "hp-procurve": 'password manager user-name "mehmet" sha1 <secret>\n',
    "aruba-aoscx": "user mehmet group administrators password ciphertext <secret>\n",
    "mikrotik-routeros": "/user\nadd group=full name=mehmet\n",
}


@pytest.mark.parametrize("device", [*ACCOUNTS])
def test_a_local_account_is_found_on_every_platform_once(town, devices, device: str) -> None:
    noise = "! mehmet\ninterface 1\n description mehmet beyin odasi\n"
    nested = ACCOUNTS[device] + ("" if device in ("juniper-junos", "mikrotik-routeros") else noise)
    town.store(device, nested)
    [item] = search.accounts(town.run, devices(), "mehmet").items
    assert (item["device"], item["account"], item["match"]) == (device, "mehmet", "exact")


def test_other_spellings_of_a_person_are_told_apart_from_the_name_itself(town, devices) -> None:
    lines = [
        f"username {name} secret 5 x"
        for name in ("ayse.yilmaz", "ayilmaz", "AYSE_YILMAZ", "ayse.yildiz", "yilmaz")
    ]
    town.store("cisco-ios", "\n".join([*lines, ""]))
    items = search.accounts(town.run, devices(), "ayse.yilmaz").items
    assert [(item["account"], item["match"]) for item in items] == [
        ("ayse.yilmaz", "exact"),
        ("ayilmaz", "similar"),
        ("AYSE_YILMAZ", "similar"),
    ]


def test_turkish_letters_are_the_same_person(town, devices) -> None:
    town.store("mikrotik-routeros", "/user\nadd group=full name=ayşe.yılmaz\n")
    assert search.accounts(town.run, devices(), "ayse.yilmaz").items[0]["match"] == "exact"
    assert match_account("çağrı", spellings("cagri")) == "exact"


def test_an_account_that_was_removed_is_in_the_history(town, devices) -> None:
    town.store("cisco-ios", "hostname a\nusername mehmet secret 5 x\n")
    town.store("cisco-ios", "hostname a\n")
    assert search.accounts(town.run, devices(), "mehmet").items == []
    kinds = [item["kind"] for item in search.accounts(town.run, devices(), "mehmet", history=True).items]
    assert kinds == ["removed", "added"]


def test_the_demos_accounts(town, devices) -> None:
    town.store_all()
    names = {item["device"] for item in search.accounts(town.run, devices(), "mehmet").items}
    assert {
        "cisco-ios",
        "arista-eos",
        "juniper-junos",
        "huawei",
        "hp-procurve",
        "aruba-aoscx",
        "mikrotik-routeros",
    } <= names


def test_an_unknown_device_is_named(town) -> None:
    with pytest.raises(NotFound):
        town.run.inventory.select_devices(["yok"])
