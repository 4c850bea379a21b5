"""Commands lead where they should: predicted by other code, back again, and nothing is missing meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bitools import platforms
from bitools.net.decisions.change.language.dialect import dialect
from bitools.net.decisions.change.language.forbidden import Forbidden
from bitools.net.decisions.change.language.number_lists import singly
from bitools.net.decisions.change.language.typed import shown, typed
from bitools.net.decisions.change.plan import Plan, plan
from bitools.net.decisions.change.prediction.predict import predict
from bitools.net.decisions.change.remediation.contradiction import Contradiction
from bitools.net.decisions.comparison.diff import changes, compare
from bitools.net.decisions.node import Node
from bitools.net.decisions.tree import parse
from tests.unit.net.decisions.mutations import edited, recording

CHANGED = [name for name in platforms.names() if platforms.load(name).change]


def lines(old: str, new: str, platform: str = "cisco_ios") -> list[str]:
    """What is to be typed; every plan has been predicted and judged."""
    return typed(made(old, new, platform).commands, dialect(platforms.load(platform)))


def made(old: str, new: str, platform: str = "cisco_ios") -> Plan:
    return plan(old, new, platforms.load(platform))


@pytest.mark.parametrize("name", CHANGED)
def test_edits_of_a_recording_are_planned_there_and_back(name: str) -> None:
    """`plan` judges both ways by a prediction that shares nothing with it; few edits make no sense."""
    platform = platforms.load(name)
    base = recording(platform)
    assert parse(shown(parse(base, platform), platform), platform) == parse(base, platform)
    made = 0
    for seed in range(120):
        wanted = edited(base, platform, seed)
        try:
            plan(base, wanted, platform)
        except (Contradiction, Forbidden):
            continue
        assert not plan(wanted, wanted, platform).commands
        made += 1
        if made == 50:
            break
    assert made == 50


@pytest.mark.torture
@pytest.mark.parametrize("name", CHANGED)
def test_many_edits_of_a_recording(name: str) -> None:
    platform = platforms.load(name)
    base = recording(platform)
    for seed in range(60, 300):
        try:
            plan(base, edited(base, platform, seed), platform)
        except (Contradiction, Forbidden):
            continue


def stages(old: str, new: str, platform: str = "cisco_ios") -> Iterator[str]:
    """The configuration after each command."""
    data = platforms.load(platform)
    tree = singly(parse(old, data), dialect(data))
    for command in made(old, new, platform).commands:
        tree = predict(tree, [command], data).tree
        yield shown(tree, data)


def test_a_list_goes_after_its_port_let_go_and_comes_before() -> None:
    old = "ip access-list extended A\n 10 permit ip any any\ninterface Vlan10\n ip access-group A in\n"
    new = "ip access-list extended B\n 10 permit ip any any\ninterface Vlan10\n ip access-group B in\n"
    for text in stages(old, new):
        for name in ("A", "B"):
            assert f"ip access-group {name} in" not in text or f"ip access-list extended {name}" in text


def test_a_default_route_is_never_missing() -> None:
    old, new = "ip route 0.0.0.0 0.0.0.0 10.0.0.1\n", "ip route 0.0.0.0 0.0.0.0 10.0.0.2\n"
    assert all("ip route 0.0.0.0" in text for text in stages(old, new))
    assert lines(old, new) == [new.strip(), f"no {old.strip()}"]


def test_a_trunk_is_neither_opened_nor_emptied() -> None:
    old = "interface Gi1/0/1\n switchport mode trunk\n switchport trunk allowed vlan 10,20\n"
    new = "interface Gi1/0/1\n switchport mode trunk\n switchport trunk allowed vlan 30\n"
    assert lines(old, new) == [
        "interface Gi1/0/1",
        " switchport trunk allowed vlan add 30",
        " switchport trunk allowed vlan remove 10,20",
        "exit",
    ]
    opened = made(old, "interface Gi1/0/1\n switchport mode trunk\n")
    assert not opened.commands
    assert [question.why for question in opened.questions] == ["all"]


def test_a_port_becomes_a_trunk_once_it_says_for_which_vlans() -> None:
    old = "interface Gi1/0/1\n switchport mode access\n switchport access vlan 10\n"
    new = "interface Gi1/0/1\n switchport mode trunk\n switchport trunk allowed vlan 30\n"
    typed_there = lines(old, new)
    allowed, trunk = (
        next(number for number, line in enumerate(typed_there) if words in line)
        for words in ("allowed", "mode trunk")
    )
    assert allowed < trunk


def test_no_port_is_opened_that_nobody_asked_for() -> None:
    old = "interface Gi1/0/1\n description eski\n shutdown\n"
    found = made(old, "interface Gi1/0/1\n")
    assert [command.line for command in found.commands] == ["no description"]
    assert [(question.line, question.why) for question in found.questions] == [("shutdown", "default")]
    assert " no shutdown" in lines(old, "interface Gi1/0/1\n no shutdown\n")


def test_a_bound_list_is_not_empty_while_every_entry_changes() -> None:
    old = "ip access-list extended A\n 10 permit tcp any any eq 22\n"
    new = "ip access-list extended A\n 10 permit tcp any any eq 443\n"
    for text in stages(old, new):
        section = parse(text, platforms.load("cisco_ios")).children[0]
        assert section.children


def test_an_address_is_freed_before_another_port_takes_it() -> None:
    old = "interface Vlan10\n ip address 10.0.0.1 255.255.255.0\ninterface Vlan20\n ip address 10.0.1.1 255.255.255.0\n"
    new = "interface Vlan10\n ip address 10.0.1.1 255.255.255.0\ninterface Vlan20\n ip address 10.0.0.1 255.255.255.0\n"
    for text in stages(old, new):
        assert text.count("10.0.0.1 ") < 2
        assert text.count("10.0.1.1 ") < 2


def test_a_line_that_holds_one_place_is_typed_over() -> None:
    """No terminal is open to everybody between one list and the other."""
    old = "ip access-list standard A\n 10 permit 10.0.0.0 0.0.0.255\nline vty 0 4\n access-class A in\n"
    new = old.replace("standard A", "standard B").replace("class A", "class B")
    assert all("access-class" in text for text in stages(old, new))
    assert "  no access-class" not in "\n".join(lines(old, new))


def test_an_address_that_a_vrf_takes_away_is_typed_again() -> None:
    old = "vrf definition A\n address-family ipv4\ninterface Vlan10\n ip address 10.0.0.1 255.255.255.0\n"
    new = old.replace(" ip address", " vrf forwarding A\n ip address")
    assert lines(old, new)[-3:] == [" vrf forwarding A", " ip address 10.0.0.1 255.255.255.0", "exit"]


def test_a_list_in_use_is_not_rebuilt_under_its_own_name() -> None:
    old = "ip access-list standard A\n 10 permit 10.0.0.0 0.0.0.255\nline vty 0 4\n access-class A in\n"
    new = "ip access-list extended A\n 10 permit ip any any\nline vty 0 4\n access-class A in\n"
    found = made(old, new)
    assert not found.commands
    assert {question.why for question in found.questions} == {"emptied"}


@pytest.mark.parametrize(
    ("platform", "old", "new", "expected"),
    [
        (
            "huawei",
            "interface GigabitEthernet0/0/1\n port trunk allow-pass vlan 10 20 30 to 40\n",
            "interface GigabitEthernet0/0/1\n port trunk allow-pass vlan 20 30 to 35 50\n",
            [
                "interface GigabitEthernet0/0/1",
                " port trunk allow-pass vlan 50",
                " undo port trunk allow-pass vlan 10 36 to 40",
                "quit",
            ],
        ),
        ("huawei", "vlan batch 10 20\n", "vlan batch 10 30\n", ["vlan 30", "quit", "undo vlan 20"]),
        (
            "hp_procurve",
            "vlan 10\n   untagged 1-10\n   exit\nvlan 20\n   untagged 11-20\n   exit\n",
            "vlan 10\n   untagged 1-9\n   exit\nvlan 20\n   untagged 10-20\n   exit\n",
            ["vlan 10", " no untagged 10", "exit", "vlan 20", " untagged 10", "exit"],
        ),
        (
            "cisco_xr",
            "prefix-set A\n  10.0.0.0/8\nend-set\n",
            "prefix-set A\n  10.0.0.0/8,\n  11.0.0.0/8\nend-set\n",
            ["prefix-set A", "  10.0.0.0/8,", "  11.0.0.0/8", "end-set"],
        ),
        (
            "juniper_junos",
            "policy-options {\n    policy-statement P {\n        term A;\n        term C;\n    }\n}\n",
            "policy-options {\n    policy-statement P {\n        term A;\n        term B;\n        term C;\n    }\n}\n",
            [
                "set policy-options policy-statement P term B",
                "insert policy-options policy-statement P term B before term C",
            ],
        ),
        (
            "fortinet",
            "config firewall policy\n    edit 1\n    next\n    edit 3\n    next\nend\n",
            "config firewall policy\n    edit 1\n    next\n    edit 2\n    next\n    edit 3\n    next\nend\n",
            ["config firewall policy", " edit 2", " next", " move 2 before 3", "end"],
        ),
        (
            "mikrotik_routeros",
            "/ip address\nadd address=10.0.0.1/24 interface=ether1\n",
            "/ip address\nadd address=10.0.0.2/24 interface=ether1\n",
            [
                "/ip address",
                " remove [ find address=10.0.0.1/24 interface=ether1 ]",
                " add address=10.0.0.2/24 interface=ether1",
            ],
        ),
        (
            "vyos",
            "set service ssh port '22'\nset service ssh listen-address '10.0.0.1'\nset system host-name 'a'\n",
            "set system host-name 'b'\n",
            ["set system host-name 'b'", "delete service ssh"],
        ),
        (
            "cumulus_nvue",
            "- set:\n    system:\n      hostname: a\n",
            "- set:\n    interface:\n      swp1:\n        description: bir iki\n    system:\n      hostname: b\n",
            ["nv set interface swp1 description 'bir iki'", "nv set system hostname b"],
        ),
    ],
)
def test_each_style_in_its_own_words(platform: str, old: str, new: str, expected: list[str]) -> None:
    assert lines(old, new, platform) == expected


def test_a_secret_is_asked_for_and_never_typed() -> None:
    old = "hostname a\n"
    new = (
        "hostname a\nsnmp-server community <secret:0a1b2c3d> RO\nusername netops secret 9 <secret:11223344>\n"
    )
    found = made(old, new)
    assert not found.commands
    assert {question.why for question in found.questions} == {"secret"}
    back = made(new, old)
    assert [command.line for command in back.commands] == ["no username netops"]
    assert "<secret" not in "".join(command.line for command in back.commands)


@pytest.mark.parametrize(
    "line",
    [
        "do reload",
        "tclsh",
        "reload",
        "write memory",
        "request system reboot",
        "end",
        "!sh",
        "run start shell",
    ],
)
def test_what_acts_is_no_configuration(line: str) -> None:
    with pytest.raises(Forbidden):
        made("hostname a\n", f"hostname a\ninterface Gi1/0/1\n {line}\n" if line != "!sh" else "x !\n| sh\n")


def test_two_values_at_once_are_a_contradiction() -> None:
    with pytest.raises(Contradiction):
        made("hostname a\n", "hostname b\nhostname c\n")


def test_what_nobody_can_type_in_its_place_is_asked() -> None:
    old = "policy-map P\n class A\n  bandwidth 10\n class B\n  bandwidth 20\n"
    new = "policy-map P\n class B\n  bandwidth 20\n class A\n  bandwidth 10\n"
    found = made(old, new)
    assert not found.commands
    assert {question.why for question in found.questions} == {"order"}


def test_servers_change_their_order_one_by_one() -> None:
    old = "aaa group server radius R\n server name A\n server name B\n"
    new = "aaa group server radius R\n server name B\n server name A\n"
    assert lines(old, new) == ["aaa group server radius R", " no server name A", " server name A", "exit"]


def test_a_prediction_is_not_what_the_generator_wishes() -> None:
    """Cut a command out, or turn two round: the prediction must see it."""
    data = platforms.load("frr")
    old = "ip prefix-list P seq 5 permit 10.0.0.0/8\n"
    new = "ip prefix-list P seq 5 permit 10.0.0.0/8 le 24\n"
    before, after = parse(old, data), parse(new, data)
    commands = list(made(old, new, "frr").commands)
    for broken in ([*commands[:-1]], commands[1:], commands[::-1]):
        found = predict(before, broken, data)
        assert found.left or changes(compare(found.tree, after, dialect(data).rules))


def test_the_tree_of_a_prediction_is_text_and_back() -> None:
    found = Node("", [Node("interface Gi1", [Node("description x", [])])])
    assert parse(shown(found, platforms.load("cisco_ios")), platforms.load("cisco_ios")) == found


JUNOS = """\
interfaces {
    ge-0/0/1 {
        mtu 9000;
    }
}
routing-options {
    static {
        route 0.0.0.0/0 next-hop 10.0.0.254;
        route 10.9.0.0/16 next-hop 10.0.0.3;
        route 10.8.0.0/16 discard;
    }
}
"""


def test_what_is_shown_in_another_way_than_it_is_typed_is_asked_for() -> None:
    remarked = JUNOS.replace("    ge-0/0/1 {", "    /* depo */\n    ge-0/0/1 {")
    for old, new in ((JUNOS, remarked), (remarked, JUNOS)):
        found = made(old, new, "juniper_junos")
        assert not found.commands
        assert {one.why for one in found.questions} == {"shown"}


def test_what_falls_asleep_or_wakes_is_not_written_anew() -> None:
    sleeping = JUNOS.replace("    ge-0/0/1 {", "    inactive: ge-0/0/1 {")
    assert lines(JUNOS, sleeping, "juniper_junos") == ["deactivate interfaces ge-0/0/1"]
    assert lines(sleeping, JUNOS, "juniper_junos") == ["activate interfaces ge-0/0/1"]
    other = sleeping.replace("9000", "1500")
    assert lines(sleeping, other, "juniper_junos") == ["set interfaces ge-0/0/1 mtu 1500"]
    without = JUNOS[JUNOS.index("routing") :]
    assert lines(sleeping, without, "juniper_junos") == ["delete interfaces"]
    assert lines(without, sleeping, "juniper_junos")[-1] == "deactivate interfaces ge-0/0/1"
    assert made(without, sleeping, "juniper_junos").predicted == shown(
        parse(
            JUNOS[JUNOS.index("routing") :] + sleeping[: sleeping.index("routing")],
            platforms.load("juniper_junos"),
        ),
        platforms.load("juniper_junos"),
    )


def test_many_vlans_are_one_line_as_long_as_the_device_takes_it() -> None:
    old = "vlan 1,5-7\nvlan 9\n name depo\n"
    new = "vlan 1,2-4,20\nvlan 9\n name depo\nvlan 10\n name ofis\nvlan 11\n"
    typed_lines = lines(old, new)
    assert typed_lines == ["vlan 2-4,11,20", "exit", "vlan 10", " name ofis", "exit", "no vlan 5-7"]
    many = " ".join(str(number) for number in range(10, 60, 2))
    typed_lines = lines("vlan batch 1 3 to 5\n", f"vlan batch 1 {many}\n", "huawei")
    assert [len(line.split()) - 2 for line in typed_lines[:3]] == [10, 10, 5]
    assert typed_lines[3:] == ["undo vlan batch 3 to 5"]


def test_a_trunk_of_huawei_without_vlan_1_is_no_contradiction() -> None:
    port = "interface GigabitEthernet0/0/1\n port link-type trunk\n"
    old = f"{port} port trunk allow-pass vlan 604\n"
    new = f"{port} undo port trunk allow-pass vlan 1\n port trunk allow-pass vlan 604 to 605\n"
    assert lines(old, new, "huawei")[1:3] == [
        " undo port trunk allow-pass vlan 1",
        " port trunk allow-pass vlan 605",
    ]
    assert " port trunk allow-pass vlan 1" in lines(new, old, "huawei")


@pytest.mark.parametrize("name", ["cisco_ios", "cisco_nxos", "arista_eos", "frr", "huawei", "hp_comware"])
def test_a_clause_that_denies_from_now_on_is_not_removed_at_the_end(name: str) -> None:
    """`no route-map R permit 10` removes clause 10, whatever it has become."""
    old, new = "route-map R permit 10\n", "route-map R deny 10\n"
    if name in ("huawei", "hp_comware"):
        old, new = "route-policy R permit node 10\n", "route-policy R deny node 10\n"
    assert lines(old, new, name)[0] == new.strip()
    assert not any(line.startswith(("no ", "undo ")) for line in lines(old, new, name))


IN_ORDER = (
    "ip access-list extended A\n permit tcp any any eq 22\n permit tcp any any eq 80\n deny ip any any\n"
)


def test_an_entry_of_a_list_without_numbers_gets_its_place() -> None:
    new = IN_ORDER.replace(" permit tcp any any eq 80\n", " permit udp any any\n permit tcp any any eq 80\n")
    assert lines(IN_ORDER, new) == [
        "ip access-list resequence A 10 10",
        "ip access-list extended A",
        " 15 permit udp any any",
        "exit",
    ]
    turned = "\n".join([IN_ORDER.splitlines()[0], *IN_ORDER.splitlines()[:0:-1], ""])
    assert lines(IN_ORDER, turned)[2:6] == [
        " no 10",
        " no 20",
        " 40 permit tcp any any eq 80",
        " 50 permit tcp any any eq 22",
    ]
    asked = made(f"{IN_ORDER} remark son\n", f"{new} remark son\n")
    assert not asked.commands  # nobody knows which numbers remarks get
    assert {one.why for one in asked.questions} == {"order"}


def test_a_list_whose_first_entry_is_secret_and_stays_is_changed_behind_it() -> None:
    old = "radius-server host 10.10.0.21 encrypted-key <secret:c7a0ea86>\nradius-server host 10.10.0.21 dyn-authorization\n"
    new = old.replace(
        "host 10.10.0.21 dyn", "host 10.10.1.21 dyn-authorization\nradius-server host 10.10.0.21 dyn"
    )
    found = made(old, new, "aruba_osswitch")
    assert "radius-server host 10.10.1.21 dyn-authorization" in [command.line for command in found.commands]
    assert not any("<secret" in command.line for command in (*found.commands, *found.inverse))


def test_an_entry_of_asa_is_put_on_its_line() -> None:
    old = "access-list A extended permit tcp any any eq 22\naccess-list A extended deny ip any any\n"
    new = old.replace(
        "access-list A extended deny",
        "access-list A extended permit udp any any\naccess-list A extended deny",
    )
    assert lines(old, new, "cisco_asa") == ["access-list A line 2 extended permit udp any any"]
    assert lines(new, old, "cisco_asa") == ["no access-list A extended permit udp any any"]


def test_a_numbered_list_of_ios_is_not_taken_away_with_one_entry() -> None:
    """There `no access-list 10 permit …` removes list 10."""
    old = "access-list 10 permit 10.0.0.1\naccess-list 10 permit 10.0.0.2\n"
    found = made(old, "access-list 10 permit 10.0.0.2\n")
    assert not found.commands
    assert {one.why for one in found.questions} == {"emptied"}
    assert lines(old, "hostname a\n")[-1] == "no access-list 10"


def test_a_rule_of_routeros_is_added_and_moved_before_another() -> None:
    head = "/ip firewall filter\n"
    one, two, three = (
        f"add action=accept chain=input comment={word} protocol=tcp\n" for word in ("bir", "iki", "son")
    )

    def find(word: str) -> str:
        return f"[ find action=accept chain=input comment={word} protocol=tcp ]"

    assert lines(head + one + three, head + one + two + three, "mikrotik_routeros") == [
        "/ip firewall filter",
        f" {two.strip()} place-before={find('son')}",
    ]
    assert lines(head + one + two + three, head + three + one + two, "mikrotik_routeros") == [
        "/ip firewall filter",
        f" move {find('son')} destination={find('bir')}",
    ]
    assert not made(head + one + one, head + two + one + one, "mikrotik_routeros").commands


def test_ports_of_procurve_go_from_one_vlan_to_another() -> None:
    old = "vlan 1\n   no untagged 1-24\n   untagged 25-48\n   exit\nvlan 10\n   untagged 1-24\n   exit\n"
    new = old.replace("1-24", "1-23").replace("25-48", "24-48")
    assert lines(old, new, "hp_procurve") == [
        "vlan 1",
        " untagged 24",
        "exit",
        "vlan 10",
        " no untagged 24",
        "exit",
    ]
    unknown = made(old, old.replace("25-48", "25-49"), "hp_procurve")
    assert not unknown.commands
    assert unknown.questions


def test_a_section_that_is_written_in_two_parts_is_one() -> None:
    new = "interface Vlan10\n description a\ninterface Vlan10\n ip address 10.0.0.1 255.255.255.0\n"
    assert lines("hostname a\ninterface Vlan10\n description a\n", "hostname a\n" + new) == [
        "interface Vlan10",
        " ip address 10.0.0.1 255.255.255.0",
        "exit",
    ]


@pytest.mark.parametrize(
    ("platform", "one", "other"),
    [
        (
            "huawei",
            "aaa\n local-user a service-type ssh telnet\n",
            "aaa\n local-user a service-type telnet ssh\n",
        ),
        (
            "huawei",
            "interface Vlanif3\n ipv6 nd ra Max-interval 14\n",
            "interface Vlanif3\n ipv6 nd ra max-interval 14\n",
        ),
        ("cisco_ios", "ipv6 route 2001:DB8:0:0::/64 fe80::1\n", "ipv6 route 2001:db8::/64 FE80::1\n"),
    ],
)
def test_two_spellings_of_one_thing_need_no_command(platform: str, one: str, other: str) -> None:
    assert not lines(one, other, platform)


def test_a_route_of_junos_goes_whole_and_changes_its_next_hop() -> None:
    new = JUNOS.replace("10.0.0.254", "10.0.0.253").replace(
        "        route 10.9.0.0/16 next-hop 10.0.0.3;\n", ""
    )
    static = "routing-options static route"
    assert lines(JUNOS, new.replace("discard", "reject"), "juniper_junos") == [
        f"set {static} 0.0.0.0/0 next-hop 10.0.0.253",
        f"set {static} 10.8.0.0/16 reject",
        f"delete {static} 0.0.0.0/0 next-hop 10.0.0.254",
        f"delete {static} 10.9.0.0/16",
    ]


def test_the_words_of_a_rule_stand_beside_it_and_go_with_it() -> None:
    old = "acl name YONETIM 2000\n rule 30 permit source 10.1.2.3 0\n rule 40 permit source 10.2.3.4 0\n rule 40 description eski\n"
    new = old.replace("10.2.3.4", "10.3.4.5").replace("eski", "yeni")
    typed_lines = lines(old, new, "huawei")
    assert typed_lines.index(" rule 40 permit source 10.3.4.5 0") < typed_lines.index(
        " rule 40 description yeni"
    )
    assert (
        lines(old, old.replace(" rule 40 description eski\n", ""), "huawei")[1] == " undo rule 40 description"
    )


BANNER = ["****", "giriş", "****"]


@pytest.mark.parametrize("new", [["****", "yasak", "****"], ["****", "****"], ["****"], [], [*BANNER, ""]])
def test_a_banner_of_lines_is_written_anew_as_a_whole(new: list[str]) -> None:
    """Each line that is typed comes behind the others; a line may be there twice."""
    old_text, new_text = (
        "hostname a\n" + "".join(f"banner motd {line}".rstrip() + "\n" for line in text)
        for text in (BANNER, new)
    )
    found = made(old_text, new_text, "cisco_asa")
    typed_lines = [f"banner motd {line}".rstrip() for line in new]
    assert [command.line for command in found.commands] == ["no banner motd", *typed_lines]
    assert found.predicted == new_text
    assert not lines(new_text, new_text, "cisco_asa")


@pytest.mark.parametrize(
    "line", ["ntp server 10.0.0.{}", "logging host 10.0.0.{}", "snmp-server enable traps {}"]
)
def test_servers_in_another_order_are_no_question(line: str) -> None:
    one, other = (line.format(number) for number in ("1", "2"))
    found = made(f"hostname a\n{one}\n{other}\n", f"hostname a\n{other}\n{one}\n")
    assert not found.commands
    assert not found.questions


SET = "".join(
    f"set {line}\n"
    for line in (
        "interfaces ge-0/0/1 mtu 9000",
        'interfaces ge-0/0/1 description "depo ve garaj"',
        "routing-options static route 0.0.0.0/0 next-hop 10.0.0.254",
        "routing-options static route 10.9.0.0/16 next-hop 10.0.0.3",
        "vlans ofis vlan-id 10",
    )
)


def test_junos_in_lines_of_set_is_read_and_shown_so() -> None:
    new = SET.replace("9000", "1500").replace(
        "set routing-options static route 10.9.0.0/16 next-hop 10.0.0.3\n", ""
    )
    found = made(SET, new, "juniper_junos")
    assert lines(SET, new, "juniper_junos") == [
        "delete interfaces ge-0/0/1 mtu 9000",
        "set interfaces ge-0/0/1 mtu 1500",
        "delete routing-options static route 10.9.0.0/16",
    ]
    assert sorted(found.predicted.splitlines()) == sorted(new.splitlines())
    assert lines(SET, SET + "deactivate interfaces ge-0/0/1\n", "juniper_junos") == [
        "deactivate interfaces ge-0/0/1"
    ]
    assert lines(SET + "deactivate vlans ofis\n", SET, "juniper_junos") == ["activate vlans ofis"]


def test_junos_in_lines_and_in_braces_is_the_same() -> None:
    braces = JUNOS.replace(
        "mtu 9000;", "mtu 9000;\n        vlan { members [ a b ]; }".replace("{ ", "{\n").replace(" }", "\n}")
    )
    flat = "".join(
        f"set {line}\n"
        for line in (
            "interfaces ge-0/0/1 mtu 9000",
            "interfaces ge-0/0/1 vlan members a",
            "interfaces ge-0/0/1 vlan members b",
            "routing-options static route 0.0.0.0/0 next-hop 10.0.0.254",
            "routing-options static route 10.9.0.0/16 next-hop 10.0.0.3",
            "routing-options static route 10.8.0.0/16 discard",
        )
    )
    for one, other in ((braces, flat), (flat, braces)):
        assert not lines(one, other, "juniper_junos")
