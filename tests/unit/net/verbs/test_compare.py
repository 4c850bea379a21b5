"""A difference is always given: where meaning cannot be had, line by line, as git sees it."""

from __future__ import annotations

import pytest

from bitools import platforms
from bitools.net.decisions.comparison import diff
from bitools.net.decisions.comparison.diff import changes
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.tree import parse
from bitools.net.verbs import compare
from bitools.net.verbs.compare import difference

IOS = platforms.load("cisco_ios")
OLD, NEW = "hostname a\ninterface Gi1/0/1\n mtu 9000\n", "hostname b\ninterface Gi1/0/1\n mtu 9000\n"


def lines(found: dict) -> list[tuple[str, str, list[str]]]:
    return [(change["kind"], change["line"], change["path"]) for change in found["changes"]]


def test_what_does_not_prove_itself_is_told_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(difference(OLD, NEW, IOS)) == [("modified", "hostname b", [])]
    monkeypatch.setattr(compare, "proven", lambda *_anything: False)
    found = difference(OLD, NEW, IOS)
    assert lines(found) == [("removed", "hostname a", []), ("added", "hostname b", [])]
    assert (found["added"], found["removed"]) == (1, 1)


@pytest.mark.parametrize("name", ["cisco_ios", "juniper_junos", "pfsense", "fortinet"])
def test_nesting_without_end_loses_nothing(name: str) -> None:
    """What a hostile device may print must not end the run in which others are stored."""
    opens = {"juniper_junos": "x {{", "pfsense": "<x{0}>", "fortinet": "config x{0}"}.get(name, "x{0}")
    deep = "".join(" " * depth + opens.format(depth) + "\n" for depth in range(1_500))
    old, new = f"{deep}{' ' * 1_500}ein\n", f"{deep}{' ' * 1_500}aus\n"
    assert lines(difference(old, new, platforms.load(name))) == [("removed", "ein", []), ("added", "aus", [])]


def test_lines_that_are_no_change_on_this_device() -> None:
    assert difference(OLD, NEW, IOS, ignore=["^hostname "])["changes"] == []


@pytest.mark.parametrize(
    ("same", "changed"),
    [
        ("interface Gi1/0/1\n mtu 1500\n", "interface GigabitEthernet1/0/1\n description {}\n"),
        ("interface GigabitEthernet1/0/1\n mtu 1500\n", "interface Gi1/0/1\n description {}\n"),
        ("vlan 10-12\n state active\n", "vlan 10,11,12\n name {}\n"),
        ("vlan 010\n state active\n", "vlan 10\n name {}\n"),
    ],
)
def test_what_both_sides_share_is_not_left_out_where_it_names_what_changed(same: str, changed: str) -> None:
    """Spelled otherwise, it is one block with the other."""
    old, new = same + changed.format("bir"), same + changed.format("iki")
    whole = changes(diff.compare(parse(old, IOS), parse(new, IOS), grammar(IOS).rules))
    assert lines(difference(old, new, IOS)) == [(one.kind, one.line, list(one.path)) for one in whole] != []
