"""On every style of platform: two lines swapped where order means something, or moved to another section, is a change."""

from __future__ import annotations

import pytest

from bitools import platforms
from bitools.net.decisions.comparison.diff import changes, compare, proven
from bitools.net.decisions.rules import Comparison
from bitools.net.decisions.statements import statements
from bitools.net.decisions.tree import parse


def found(old: str, new: str, name: str) -> list[tuple[str, str]]:
    data = platforms.load(name)
    rules = Comparison(data)
    before, after = parse(old, data), parse(new, data)
    steps = compare(before, after, rules)
    assert proven(before, after, steps, rules)
    return [(change.kind, " / ".join((*change.path, change.line))) for change in changes(steps)]


def swapped(text: str, one: str, other: str) -> str:
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


NUMBERED = "{head}\n {seq}10 permit {any}\n {seq}20 deny {any}\n"
ORDERED = {
    "cisco_asa": ("access-list OUT extended permit tcp any any\naccess-list OUT extended deny ip any any\n",),
    "cisco_xr": ("route-policy P\n  if destination in X then\n    drop\n  endif\n  pass\nend-policy\n", "pass", "drop"),
    "juniper_junos": ("system {\n  name-server {\n    10.0.0.1;\n    10.0.0.2;\n  }\n}\n", "10.0.0.1", "10.0.0.2"),
    "hp_procurve": ("radius-server host 10.0.0.1\nradius-server host 10.0.0.2\n",),
    "hp_comware": ("dns server 10.0.0.1\ndns server 10.0.0.2\n",),
    "frr": ("access-list A permit 10.0.0.0/8\naccess-list A deny any\n",),
    "dell_os9": ("ip access-list standard A\n permit 10.0.0.0/8\n deny any\n", "permit 10.0.0.0/8", "deny any"),
    "dell_os6": ("ip access-list A\npermit tcp any any\ndeny ip any any\nexit\n", "permit tcp", "deny ip"),
    "cisco_s300": ("ip access-list extended A\npermit ip any any\ndeny ip any any\nexit\n", "permit", "deny"),
    "ruckus_fastiron": ("ip access-list extended A\n permit tcp any\n deny ip any\n", "permit tcp any", "deny ip any"),
    "allied_telesis_awplus": ("access-list extended A\n permit tcp any\n deny ip any\n", "permit tcp any", "deny ip any"),
    "paloalto_panos": ("set rulebase security rules a action allow\nset rulebase security rules b action deny\n",),
    "pfsense": (
        "<filter>\n  <rule>\n    <type>pass</type>\n  </rule>\n  <rule>\n    <type>block</type>\n  </rule>\n</filter>\n",
        "pass",
        "block",
    ),
    "opnsense": (
        '<filter>\n  <rule uuid="a">\n    <any/>\n  </rule>\n  <rule uuid="b">\n    <any/>\n  </rule>\n</filter>\n',
        '"a"',
        '"b"',
    ),
    "linux": ("# $ cat /etc/resolv.conf\nnameserver 10.0.0.1\nnameserver 10.0.0.2\n", "10.0.0.1", "10.0.0.2"),
    "mikrotik_routeros": (
        "/ip firewall filter\nadd action=accept chain=input\nadd action=drop chain=input\n",
        "accept",
        "drop",
    ),
    "fortinet": (
        "config firewall policy\n    edit 1\n        set action accept\n    next\n    edit 2\n        set action accept\n    next\nend\n",
        "edit 1",
        "edit 2",
    ),
    "extreme_exos": ("configure dns-client add name-server 10.0.0.1\nconfigure dns-client add name-server 10.0.0.2\n",),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDERED)
def test_a_swap_where_order_means_something_is_one_move(name: str) -> None:
    old, *pair = ORDERED[name]
    new = swapped(old, *pair) if pair else "".join(reversed(old.splitlines(keepends=True)))
    kinds = [kind for kind, _line in found(old, new, name)]
    assert kinds == ["moved"] or name == "cisco_xr"
    assert kinds


@pytest.mark.parametrize(
    ("name", "head", "seq"),
    [
        ("cisco_ios", "ip access-list extended A", ""),
        ("cisco_nxos", "ip access-list A", ""),
        ("cisco_xr", "ipv4 access-list A", ""),
        ("arista_eos", "ip access-list A", ""),
        ("aruba_aoscx", "access-list ip A", ""),
        ("hp_procurve", 'ip access-list extended "A"', ""),
        ("dell_os10", "ip access-list A", "seq "),
        ("ruijie_os", "ip access-list extended A", ""),
    ],
)
def test_numbered_rules_that_trade_places_are_two_new_values(name: str, head: str, seq: str) -> None:
    text = NUMBERED.format(head=head, seq=seq, any="ip any any")
    assert found(text, swapped(text, "permit", "deny"), name) == [
        ("modified", f"{head} / {seq}10 deny ip any any"),
        ("modified", f"{head} / {seq}20 permit ip any any"),
    ]


MOVED = {
    "dell_os6": "interface Gi1/0/1\nswitchport access vlan 10\nexit\ninterface Gi1/0/2\nswitchport access vlan 20\nexit\n",
    "cisco_s300": "interface vlan 10\n ip address 10.0.10.1 255.255.255.0\n!\ninterface vlan 20\n ip address 10.0.20.1 255.255.255.0\n!\n",
    "fortinet": "config vdom\nedit root\nconfig router static\n    edit 10\n    next\nend\nend\nconfig vdom\nedit dmz\nconfig router static\n    edit 20\n    next\nend\nend\n",
    "pfsense": "<system>\n  <user>\n    <name>a</name>\n    <uid>10</uid>\n  </user>\n  <user>\n    <name>b</name>\n    <uid>20</uid>\n  </user>\n</system>\n",
    "linux": "# $ cat /etc/hostname\n10\n# $ cat /etc/hosts\n20\n",
}


@pytest.mark.parametrize("name", MOVED)
def test_what_two_sections_trade_is_a_change_in_both(name: str) -> None:
    """Nothing that one could see without the sections: the same lines in the same file."""
    assert found(MOVED[name], swapped(MOVED[name], "10", "20"), name)
    assert found(MOVED[name], MOVED[name], name) == []


def test_one_rule_less_among_rules_of_one_header_is_one_rule_less() -> None:
    def rules(*names: str) -> str:
        inside = "".join(
            f"  <rule>\n    <type>pass</type>\n    <descr>{name}</descr>\n    <interface>lan</interface>\n  </rule>\n"
            for name in names
        )
        return f"<filter>\n{inside}</filter>\n"

    gone = found(rules("a", "b", "c"), rules("b", "c"), "pfsense")
    assert gone[0] == ("removed", "<filter> / <rule>")
    assert len(gone) == 1 + 3  # its header and its lines, none of the others'
    changed = rules("a", "b", "c").replace(
        "<descr>b</descr>\n    <interface>lan", "<descr>b</descr>\n    <interface>wan"
    )
    assert found(rules("a", "b", "c"), changed, "pfsense") == [
        ("modified", "<filter> / <rule> <descr>b</descr> / <interface>wan</interface>")
    ]


def test_sections_that_words_close_are_also_those_of_a_search() -> None:
    text = MOVED["fortinet"]
    where = {one.line: one.path for one in statements(text, platforms.load("fortinet"))}
    assert where["edit 10"] == ("config vdom", "edit root", "config router static")
    assert where["edit 20"] == ("config vdom", "edit dmz", "config router static")
    where = {one.line: one.path for one in statements(MOVED["dell_os6"], platforms.load("dell_os6"))}
    assert where["switchport access vlan 20"] == ("interface Gi1/0/2",)
    where = {one.line: one.path for one in statements(MOVED["linux"], platforms.load("linux"))}
    assert where["20"] == ("# $ cat /etc/hosts",)
