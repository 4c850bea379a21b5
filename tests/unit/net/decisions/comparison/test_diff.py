"""Is the answer right: a change where behaviour changes, none where it does not; and it proves itself."""

from __future__ import annotations

import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools import platforms
from bitools.net.decisions.comparison.diff import apply, changes, compare, proven
from bitools.net.decisions.comparison.pairing import in_canonical_order
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Comparison
from bitools.net.decisions.tree import parse

IOS = platforms.load("cisco_ios")
RULES = Comparison(IOS)


def found(old: str, new: str, platform: str = "cisco_ios") -> list[tuple[str, str]]:
    """(kind, line) of every change; each comparison must prove itself too."""
    data = platforms.load(platform)
    rules = Comparison(data)
    before, after = parse(old, data), parse(new, data)
    steps = compare(before, after, rules)
    assert proven(before, after, steps, rules)
    return [(change.kind, change.line) for change in changes(steps)]


SAME = {
    "interface blocks swapped": (
        "interface Gi1/0/1\n mtu 9000\ninterface Gi1/0/2\n mtu 1500\n",
        "interface Gi1/0/2\n mtu 1500\ninterface Gi1/0/1\n mtu 9000\n",
    ),
    "static routes swapped": (
        "ip route 10.1.0.0 255.255.0.0 10.0.0.1\nip route 10.2.0.0 255.255.0.0 10.0.0.1\n",
        "ip route 10.2.0.0 255.255.0.0 10.0.0.1\nip route 10.1.0.0 255.255.0.0 10.0.0.1\n",
    ),
    "a VLAN list in two lines": (
        "interface Gi1/0/1\n switchport trunk allowed vlan 10,20,30\n",
        "interface Gi1/0/1\n switchport trunk allowed vlan 10,20\n switchport trunk allowed vlan add 30\n",
    ),
    "a VLAN range spelled out": (
        "interface Gi1/0/1\n switchport trunk allowed vlan 10-12\n",
        "interface Gi1/0/1\n switchport trunk allowed vlan 12,10,11\n",
    ),
    "a line twice": (
        "interface Gi1/0/1\n switchport mode access\n",
        "interface Gi1/0/1\n switchport mode access\n switchport mode access\n",
    ),
    "a short interface name": (
        "interface GigabitEthernet1/0/1\n mtu 9000\n",
        "interface Gi1/0/1\n mtu 9000\n",
    ),
    "no shutdown said and not said": (
        "interface Gi1/0/1\n no shutdown\n mtu 9000\n",
        "interface Gi1/0/1\n mtu 9000\n",
    ),
    "comments": ("!\nhostname a\n! x\n", "hostname a\n"),
}

DIFFERENT = {
    "lines of a named access list swapped": (
        "ip access-list extended A\n permit tcp any any\n deny ip any any\n",
        "ip access-list extended A\n deny ip any any\n permit tcp any any\n",
    ),
    "lines of a numbered access list swapped": (
        "access-list 10 permit 10.0.0.0 0.255.255.255\naccess-list 10 deny any\n",
        "access-list 10 deny any\naccess-list 10 permit 10.0.0.0 0.255.255.255\n",
    ),
    "name servers swapped": (
        "ip name-server 10.0.0.1\nip name-server 10.0.0.2\n",
        "ip name-server 10.0.0.2\nip name-server 10.0.0.1\n",
    ),
    "servers of an AAA group swapped": (
        "aaa group server radius R\n server name A\n server name B\n",
        "aaa group server radius R\n server name B\n server name A\n",
    ),
    "AAA methods": (
        "aaa authentication login default group R local\n",
        "aaa authentication login default local\n",
    ),
    "a description": (
        "interface Gi1/0/1\n description Zabita\n",
        "interface Gi1/0/1\n description Fen Isleri\n",
    ),
    "a description that only looks like a range": (
        "interface Gi1/0/1\n description Gi1/0/2\n",
        "interface Gi1/0/1\n description GigabitEthernet1/0/2\n",
    ),
    "a banner's text": ("banner motd ^C\nbir\n^C\nhostname a\n", "banner motd ^C\niki\n^C\nhostname a\n"),
    "a certificate's body": (
        "crypto pki certificate chain X\n certificate ca 01\n  3082AA\n  quit\n",
        "crypto pki certificate chain X\n certificate ca 01\n  3082BB\n  quit\n",
    ),
    "a class deep inside": (
        "policy-map P\n class VOICE\n  priority percent 10\n",
        "policy-map P\n class VOICE\n  priority percent 20\n",
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_what_behaves_the_same_is_no_change(case: str) -> None:
    assert found(*SAME[case]) == []


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_behaves_differently_is_a_change(case: str) -> None:
    assert found(*DIFFERENT[case])


def test_a_new_value_is_one_modified_line() -> None:
    old, new = DIFFERENT["a description"]
    assert found(old, new) == [("modified", "description Fen Isleri")]


def test_one_line_moved_in_an_access_list_is_one_move() -> None:
    lines = [f" permit tcp host 10.0.0.{number} any" for number in range(1, 8)]
    head = "ip access-list extended A\n"
    moved = [*lines[1:], lines[0]]
    assert found(head + "\n".join(lines), head + "\n".join(moved)) == [("moved", lines[0].strip())]


def test_a_banner_line_that_looks_like_configuration_is_text() -> None:
    banner = "banner motd ^C\ninterface Gi1/0/1\n shutdown\n^C\n"
    assert found("hostname a\n", f"hostname a\n{banner}") == [("added", "banner motd ^C")]


def test_other_platforms_compare_by_their_own_rules() -> None:
    filters = "/ip firewall filter\nadd action=accept chain=input\nadd action=drop chain=input\n"
    swapped = "/ip firewall filter\nadd action=drop chain=input\nadd action=accept chain=input\n"
    assert [kind for kind, _line in found(filters, swapped, "mikrotik_routeros")] == ["moved"]
    assert found("system {\n    host-name a;\n}\n", "system {\n    host-name b;\n}\n", "juniper_junos") == [
        ("modified", "host-name b")
    ]
    assert found("acl number 3000\n rule 5 permit ip\n", "acl number 3000\n rule 5 deny ip\n", "huawei") == [
        ("modified", "rule 5 deny ip")
    ]


WORDS = st.sampled_from(
    [
        "permit tcp any any", "permit udp any any", "deny ip any any", "10 permit ip any any", "10 deny ip any any",
        "description a", "description b", "switchport access vlan 10", "switchport access vlan 20", "shutdown",
        "no shutdown", "class A", "class B", "server 10.0.0.1", "server 10.0.0.2", "switchport trunk allowed vlan 1-3",
        "switchport trunk allowed vlan add 7", "ip name-server 10.0.0.1", "ip name-server 10.0.0.2",
        "access-list 10 permit any", "access-list 10 deny any", "hostname a", "hostname b",
    ]
)  # fmt: skip
HEADERS = st.sampled_from(
    [
        "interface Gi1/0/1", "interface GigabitEthernet1/0/1", "interface Vlan1", "ip access-list extended A",
        "policy-map P", "aaa group server radius R", "router bgp 65000",
    ]
)  # fmt: skip


def blocks(depth: int) -> st.SearchStrategy[Node]:
    inner = st.lists(blocks(depth - 1), max_size=5) if depth else st.just([])
    return st.builds(Node, st.one_of(WORDS, HEADERS) if depth < 2 else HEADERS, inner)


TREES = st.builds(Node, st.just(""), st.lists(st.one_of(blocks(2), blocks(0)), max_size=8))


@given(TREES, TREES)
def test_applied_to_the_old_side_it_gives_the_new_one(old: Node, new: Node) -> None:
    steps = compare(old, new, RULES)
    assert in_canonical_order(apply(old, steps, RULES), RULES) == in_canonical_order(new, RULES)


@given(TREES, TREES)
def test_no_change_is_exactly_the_same_meaning(old: Node, new: Node) -> None:
    assert (compare(old, new, RULES) == []) == (
        in_canonical_order(old, RULES) == in_canonical_order(new, RULES)
    )


@given(st.text(max_size=300), st.sampled_from(platforms.names()))
def test_any_text_can_be_read_and_equals_itself(text: str, name: str) -> None:
    data = platforms.load(name)
    assert compare(parse(text, data), parse(text, data), Comparison(data)) == []


def test_cost_grows_no_faster_than_the_configuration() -> None:
    """Counted in calls of functions, ours and the interpreter's: the same on every machine."""

    def calls(lines: int) -> int:
        old = "ip access-list extended A\n" + "".join(
            f" permit tcp host 10.0.0.1 any eq {n}\n" for n in range(lines)
        )
        new = old.replace(" eq 7\n", " eq 8888888\n")
        count = 0

        def counted(_frame: FrameType, event: str, _argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        rules = Comparison(IOS)
        sys.setprofile(counted)
        try:
            compare(parse(old, IOS), parse(new, IOS), rules)
        finally:
            sys.setprofile(None)
        return count

    calls(100)  # what is made ready only once
    assert calls(8_000) < 8.5 * calls(1_000)


def test_blocks_of_a_set_that_differ_only_in_their_text_keep_their_places() -> None:
    """Paired by content they would be the same, and yet mean another order of texts."""
    one = Node("router bgp 1", [Node("a", [])], ("A",))
    other = Node("router bgp 1", [Node("b", [])], ("B",))
    old, new = Node("", [one, other]), Node("", [other, one])
    steps = compare(old, new, RULES)
    assert in_canonical_order(apply(old, steps, RULES), RULES) == in_canonical_order(new, RULES)
    assert steps
