"""What a real FRR was seen to do, and what is therefore typed: without it a line is refused, or lost in silence."""

from __future__ import annotations

import pytest

from bitools import platforms
from bitools.net.decisions.change.language.dialect import dialect
from bitools.net.decisions.change.language.typed import typed
from bitools.net.decisions.change.plan import Plan, plan
from bitools.net.decisions.change.prediction.predict import predict
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.tree import parse

FRR = platforms.load("frr")


def planned(old: str, new: str) -> Plan:
    found = plan(old, new, FRR)
    assert not found.questions
    return found


def lines(old: str, new: str) -> list[str]:
    return [line.strip() for line in typed(planned(old, new).commands, dialect(FRR)) if "exit" not in line]


def test_an_instance_goes_after_those_of_its_vrfs() -> None:
    """`% Cannot delete default BGP instance. Dependent VRF instances exist`"""
    old = (
        "router bgp 65001\n bgp router-id 10.0.0.1\nexit\n"
        "router bgp 65001 vrf MAVI\n bgp router-id 10.0.0.2\nexit\n"
    )
    found = lines(old, old.replace("router bgp 65001\n", "router bgp 65002\n"))
    assert found[:2] == ["no router bgp 65001 vrf MAVI", "no router bgp 65001"]
    assert "router bgp 65001 vrf MAVI" in found[2:]
    refused = predict(parse(old, FRR), [Command((), "no router bgp 65001", removes=True)], FRR)
    assert refused.left


def test_an_instance_of_a_vrf_with_another_number_comes_once_the_old_one_is_gone() -> None:
    old = "vrf MAVI\n ip route 10.0.0.0/8 blackhole\nexit-vrf\nrouter bgp 65001 vrf MAVI\n bgp router-id 10.0.0.1\nexit\n"
    found = lines(old, old.replace("65001", "65002"))
    assert found.index("no router bgp 65001 vrf MAVI") < found.index("router bgp 65002 vrf MAVI")


def test_areas_of_ports_and_networks_never_stand_side_by_side() -> None:
    """`Please remove all network commands first.`"""
    networks = "interface eth0\n description a\nexit\nrouter ospf\n network 10.0.0.0/8 area 0\nexit\n"
    ports = (
        "interface eth0\n description a\n ip ospf area 0\nexit\nrouter ospf\n ospf router-id 10.0.0.1\nexit\n"
    )
    there, back = lines(networks, ports), lines(ports, networks)
    assert there.index("no network 10.0.0.0/8 area 0") < there.index("ip ospf area 0")
    assert back.index("no ip ospf area 0") < back.index("network 10.0.0.0/8 area 0")
    early = [Command(("interface eth0",), "ip ospf area 0")]
    assert predict(parse(networks, FRR), early, FRR).left


def test_an_entry_of_an_as_path_list_goes_by_its_words_whatever_its_number() -> None:
    """`no … seq 30 deny ^1_` takes the first entry that says `^1_`; a second one that does is never made."""
    old = "bgp as-path access-list A seq 10 permit ^1_\nbgp as-path access-list A seq 30 permit ^2_\n"
    moved = old.replace("seq 10 permit", "seq 20 deny")
    assert lines(old, moved) == [
        "no bgp as-path access-list A seq 10 permit ^1_",
        "bgp as-path access-list A seq 20 deny ^1_",
    ]
    twice = "bgp as-path access-list A seq 10 permit ^1_\nbgp as-path access-list A seq 30 deny ^1_\n"
    taken = predict(
        parse(twice, FRR), [Command((), "no bgp as-path access-list A seq 30 deny ^1_", removes=True)], FRR
    )
    assert [node.text for node in taken.tree.children] == ["bgp as-path access-list A seq 30 deny ^1_"]
    first = twice.splitlines()[0]
    assert first in lines(twice, f"{first}\n"), "it went with the other one"


def test_the_same_but_for_exact_match_is_the_same() -> None:
    old = "access-list A seq 5 deny 10.1.0.0/16\naccess-list A seq 10 deny 10.4.0.0/16 exact-match\n"
    new = old.replace("seq 10 deny 10.4.0.0/16 exact-match", "seq 30 deny 10.4.0.0/16")
    assert lines(old, new) == [
        "no access-list A seq 10 deny 10.4.0.0/16 exact-match",
        "access-list A seq 30 deny 10.4.0.0/16",
    ]


BGP = "router bgp 65001\n{flag} neighbor 10.9.1.1 remote-as 65002\n neighbor 10.9.2.1 remote-as 65003\n{family}exit\n"
FAMILY = " address-family ipv4 unicast\n{lines} exit-address-family\n"


def bgp(*inside: str, off: bool = False) -> str:
    family = FAMILY.format(lines="".join(f"  {line}\n" for line in inside)) if inside else ""
    return BGP.format(flag=" no bgp default ipv4-unicast\n" if off else "", family=family)


def test_a_neighbour_takes_part_or_not_whichever_way_the_instance_assumes_it() -> None:
    assumed, said = bgp(), bgp("neighbor 10.9.1.1 activate", off=True)
    there = planned(assumed, said)
    words = [command.line for command in there.commands]
    assert words == ["no bgp default ipv4-unicast", "no neighbor 10.9.2.1 activate"]
    assert "no neighbor" not in there.predicted, "the device does not show it"
    assert [command.line for command in there.inverse] == [
        "bgp default ipv4-unicast",
        "neighbor 10.9.2.1 activate",
    ]
    assert planned(said, assumed).predicted.count("activate") == 0


def test_a_member_is_as_its_group_is() -> None:
    group = " neighbor G peer-group\n neighbor G remote-as 65009\n neighbor 10.9.3.1 peer-group G\nexit\n"
    old, new = (
        bgp(*said, off=off).removesuffix("exit\n") + group
        for said, off in ((["no neighbor G activate"], False), (["neighbor 10.9.1.1 activate"], True))
    )
    found = [command.line for command in planned(old, new).commands]
    assert "no neighbor 10.9.2.1 activate" in found
    assert not any("10.9.3.1" in line for line in found)


def test_with_a_group_go_its_members_and_all_about_them() -> None:
    old = (
        "router bgp 65001\n neighbor G peer-group\n neighbor 10.9.1.1 peer-group G\n"
        " neighbor 10.9.1.1 description a\n neighbor 10.9.2.1 remote-as 65002\nexit\n"
    )
    new = "router bgp 65001\n neighbor 10.9.1.1 remote-as 65003\n neighbor 10.9.1.1 description a\n neighbor 10.9.2.1 remote-as 65002\nexit\n"
    found = lines(old, new)
    assert found.count("neighbor 10.9.1.1 description a") == 1
    assert found.index("neighbor 10.9.1.1 remote-as 65003") < found.index("neighbor 10.9.1.1 description a")


@pytest.mark.parametrize(
    ("header", "old", "new", "expected"),
    [
        ("", "ip prefix-list P description a\nip prefix-list P seq 5 permit any\n", "", ["no ip prefix-list P"]),
        ("route-map R permit 10", " set as-path prepend 1 1", "", ["no set as-path prepend"]),
        ("route-map R permit 10", " on-match goto 20", "", ["no on-match goto"]),
        ("route-map R permit 10", " on-match goto 20", " on-match next", ["on-match next"]),
        ("router ospf", " area 1 stub no-summary", " area 1 stub", ["area 1 stub"]),
        ("router ospf", " area 1 stub no-summary", " log-adjacency-changes", ["no area 1 stub", "log-adjacency-changes"]),
        ("router ospf", " log-adjacency-changes detail", "", ["no log-adjacency-changes"]),
        ("router ospf", " area 1 nssa\n area 1 nssa no-summary", " maximum-paths 4", ["no area 1 nssa", "maximum-paths 4"]),
        ("line vty", " exec-timeout 5 0", "", ["exec-timeout 10 0"]),
        ("", "ip route 10.1.0.0/16 10.0.0.1 eth1 tag 5", "ip route 10.1.0.0/16 10.0.0.1 eth1 50", ["ip route 10.1.0.0/16 10.0.0.1 eth1 50"]),
        ("", "ip route 10.1.0.0/16 eth1", "ip route 10.1.0.0/16 blackhole", ["no ip route 10.1.0.0/16 eth1", "ip route 10.1.0.0/16 blackhole"]),
        ("vrf A", " ip route 10.1.0.0/16 10.0.0.1", " ip route 10.1.0.0/16 10.0.0.2", ["ip route 10.1.0.0/16 10.0.0.2", "no ip route 10.1.0.0/16 10.0.0.1"]),
    ],
)  # fmt: skip
def test_each_in_the_words_that_it_takes(header: str, old: str, new: str, expected: list[str]) -> None:
    one, other = (
        f"{header}\n description x\n{text}\nexit\n" if header else f"{text}\n" for text in (old, new)
    )
    found = lines(f"hostname a\n{one}", f"hostname a\n{other}")
    assert found == ([header, *expected] if header else expected)


def instance(*words: str) -> str:
    return "\n".join(("router bgp 65001", *(f" {one}" for one in words), "exit", ""))


def ospf(*words: str) -> str:
    return "\n".join(("router ospf", *(f" {one}" for one in words), "exit", ""))


def test_words_that_begin_alike_are_two_things() -> None:
    """A metric and its kind, a limit of what comes and one of what goes: no contradiction."""
    clause = "route-map GIDEN permit 10\n{}exit\n"
    assert lines(clause.format(""), clause.format(" set metric +5\n set metric-type type-2\n"))
    peer = "neighbor 10.0.0.2 remote-as 65002"
    family = " address-family ipv4 unicast\n  neighbor 10.0.0.2 maximum-prefix 100\n  neighbor 10.0.0.2 maximum-prefix-out 50\n exit-address-family\n"
    assert lines(instance(peer), instance(peer).replace("exit\n", f"{family}exit\n"))


def test_a_group_that_was_internal_forgets_how_far_it_reached() -> None:
    """Else FRR shows `ebgp-multihop 255` once it counts as external, and takes no `ttl-security`."""
    group = ("neighbor KENAR peer-group", "neighbor 10.0.0.2 remote-as 65002")
    old = instance(*group, "neighbor KENAR remote-as internal")
    found = lines(old, instance(*group, "neighbor KENAR ttl-security hops 2"))
    by_way = ["neighbor KENAR remote-as external", "no neighbor KENAR remote-as external"]
    assert found[1:] == [*by_way, "neighbor KENAR ttl-security hops 2"]
    whole = lines(old, instance("neighbor 10.0.0.2 remote-as 65002"))
    assert whole[1:] == ["no neighbor KENAR peer-group"]


def test_a_confederation_leaves_its_neighbours_as_far_away_as_they_were() -> None:
    peers = ("neighbor 10.0.0.2 remote-as internal", "neighbor 10.0.0.3 remote-as 65003")
    found = lines(instance(*peers), instance("bgp confederation identifier 65100", *peers))
    assert found.index("bgp confederation identifier 65100") < found.index(
        "no neighbor 10.0.0.2 ebgp-multihop"
    )
    assert "no neighbor 10.0.0.3 ebgp-multihop" not in found
    anew = lines("hostname a\n", f"hostname a\n{instance(*peers, 'bgp confederation identifier 65100')}")
    assert anew.index("bgp confederation identifier 65100") < anew.index(peers[0])


def test_the_filters_of_an_area_are_typed_again_whenever_it_may_be_freed() -> None:
    filters = "area 0.0.0.1 filter-list prefix UZAK in"
    found = lines(ospf("network 10.0.0.0/8 area 0.0.0.1", filters), ospf(filters))
    assert found.index("no network 10.0.0.0/8 area 0.0.0.1") < found.index(filters)
    assert filters not in lines(ospf(filters), ospf(filters, "log-adjacency-changes"))
    both = lines(ospf("area 0.0.0.1 stub", filters), ospf("ospf router-id 10.0.0.1"))
    assert both.index(f"no {filters}") < both.index("no area 0.0.0.1 stub")


def test_a_process_that_would_say_good_bye_for_long_is_told_not_to() -> None:
    """`no router ospf` lets it run for so many seconds, in which it is shown."""
    slow = ospf("max-metric router-lsa on-shutdown 50")
    found = lines(f"hostname a\n{slow}", "hostname a\n")
    assert found[-2:] == ["no max-metric router-lsa on-shutdown 50", "no router ospf"]


def test_the_kind_of_an_area_goes_with_all_its_ways() -> None:
    always = "area 0.0.0.1 nssa translate-always"
    assert lines(ospf(always, "maximum-paths 2"), ospf("maximum-paths 2")) == [
        "router ospf",
        "no area 0.0.0.1 nssa",
    ]
    assert lines(ospf(always), ospf("area 0.0.0.1 nssa"))[1:] == ["area 0.0.0.1 nssa"]


def test_the_shorter_of_two_entries_comes_first() -> None:
    """FRR drops `permit 10.2.0.0/16` where the same with `exact-match` is there already."""
    exact, plain = (
        "access-list 7 seq 5 permit 10.2.0.0/16 exact-match\n",
        "access-list 7 seq 20 permit 10.2.0.0/16\n",
    )
    other = "access-list 7 seq 40 deny any\n"
    found = lines(f"{exact}{other}", f"{exact}{plain}{other}")
    assert found.index(f"no {exact}".strip()) < found.index(plain.strip()) < found.index(exact.strip())


def test_entries_that_say_the_same_all_go_before_one_takes_their_place() -> None:
    """`no … seq 50 deny _65003$` takes away the first that says `_65003$`, which is seq 45."""
    as_path = "bgp as-path access-list YOL seq"
    old = f"{as_path} 30 permit ^$\n{as_path} 45 permit _65003$\n{as_path} 50 deny _65003$\n"
    found = lines(old, f"{as_path} 50 permit ^65001_\n")
    new = found.index(f"{as_path} 50 permit ^65001_")
    assert all(found.index(f"no {line}") < new for line in old.splitlines())


def test_what_a_list_is_described_as_stays_without_its_entries() -> None:
    told = "ip prefix-list UZAK description kurum\n"
    entries = "ip prefix-list UZAK seq 5 permit any\nip prefix-list UZAK seq 10 deny any\n"
    found = lines(f"{entries}{told}", told)
    assert "no ip prefix-list UZAK" not in found
    assert lines(f"{entries}{told}", "hostname a\n").count("no ip prefix-list UZAK") == 1


def test_a_route_that_discards_makes_room_for_one_that_leads_somewhere() -> None:
    """`Route cannot have blackhole and non-blackhole nexthops simultaneously`"""
    route = "ip route 10.41.0.0/16"
    found = lines(f"{route} Null0\n", f"{route} 10.9.3.1\n{route} Null0 50\n")
    assert found[0] == f"no {route} Null0"


def test_what_is_shown_and_not_taken_is_asked_for() -> None:
    peer = "neighbor 10.0.0.2 remote-as 65002"
    family = " address-family ipv4 unicast\n  neighbor 10.0.0.2 maximum-prefix 300 warning-only restart 5\n exit-address-family\n"
    with_limit = instance(peer).replace("exit\n", f"{family}exit\n")
    assert [one.why for one in plan(instance(peer), with_limit, FRR).questions] == ["shown"]
    back = plan(with_limit, instance(peer), FRR)
    assert not back.questions
    assert any("no neighbor 10.0.0.2 maximum-prefix" in one.line for one in back.commands)


def test_areas_of_ports_in_one_vrf_stand_beside_networks_in_another() -> None:
    port = "interface eth0\n ip ospf area 0\nexit\n"
    networks = "router ospf vrf MAVI\n network 10.0.0.0/8 area 0\nexit\n"
    assert "network 10.0.0.0/8 area 0" in lines(port, f"{port}{networks}")
    assert lines(f"{port}{networks}", networks) == ["interface eth0", "no ip ospf area 0"]


def test_a_map_that_a_family_names_is_no_section() -> None:
    """`exit` after it left the family, and what followed was typed into the instance."""
    family = " address-family ipv4 unicast\n  rd vpn export 65001:1\n{} exit-address-family\n"
    with_map = family.format("  route-map vpn import GELEN\n  export vpn\n")
    planned_lines = typed(
        planned(instance("bgp router-id 10.0.0.1").replace("exit\n", family.format("") + "exit\n"),
                instance("bgp router-id 10.0.0.1").replace("exit\n", with_map + "exit\n")).commands,
        dialect(FRR),
    )  # fmt: skip
    inside = [line.strip() for line in planned_lines]
    begins = inside.index("address-family ipv4 unicast")
    assert inside.index("exit-address-family") - begins == 3
    assert "exit" not in inside[begins : begins + 3]


@pytest.mark.parametrize(
    ("header", "old", "expected"),
    [
        ("router ospf", "area 0.0.0.2 virtual-link 10.9.0.9 hello-interval 10 retransmit-interval 5 transmit-delay 1 dead-interval 50",
         "no area 0.0.0.2 virtual-link 10.9.0.9"),
        ("router ospf", "router-info area", "no router-info"),
        ("router ospf", "aggregation timer 10", "no aggregation timer"),
    ],
)  # fmt: skip
def test_what_keeps_something_unless_it_goes_in_fewer_words(header: str, old: str, expected: str) -> None:
    rest = " maximum-paths 4\n"
    assert lines(f"{header}\n{rest} {old}\nexit\n", f"{header}\n{rest}exit\n") == [header, expected]


def test_what_is_said_of_an_address_is_not_what_is_said_of_the_port() -> None:
    old, new = (f"interface eth1\n ip ospf cost {cost}\nexit\n" for cost in ("30 10.7.2.1", "40 10.7.1.1"))
    found = lines(old, new)
    assert {"no ip ospf cost 30 10.7.2.1", "ip ospf cost 40 10.7.1.1"} <= set(found)


def test_what_only_the_kernel_knows_is_asked_for() -> None:
    port = "interface eth1\n description a\n{}exit\n"
    found = plan(port.format(" no multicast\n"), port.format(""), FRR)
    assert [(one.line, one.why) for one in found.questions] == [("no multicast", "default")]
    assert not found.commands
