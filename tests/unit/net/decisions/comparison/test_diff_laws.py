"""The laws of the difference, on configurations of every style: braces, XML, `set` lines, words that open and close.

A sample is edited at random as text: lines and blocks repeated, removed, moved, changed, indented anew. What comes out
need not be a configuration that a device would print, and the laws hold all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitools import platforms
from bitools.net.decisions.comparison.diff import apply, changes, compare
from bitools.net.decisions.comparison.pairing import in_canonical_order
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Comparison
from bitools.net.decisions.tree import parse
from bitools.net.verbs.compare import difference
from tests.unit.net.decisions.samples import SAMPLES, WRITTEN

Edit = tuple[str, int, int]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(
            ["remove", "repeat", "swap", "move", "value", "spell", "indent", "repeat block", "remove block"]
        ),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
    ),
    max_size=6,
)


def edited(lines: Sequence[str], edits: Sequence[Edit]) -> str:
    """The lines after these edits, as text."""
    result = list(lines)
    for kind, one, other in edits:
        if not result:
            break
        at, to = one % len(result), other % len(result)
        end = _end_of_block(result, at) if "block" in kind else at + 1
        if kind.startswith("remove"):
            del result[at:end]
        elif kind.startswith("repeat"):
            result[to:to] = result[at:end]
        elif kind == "swap":
            result[at], result[to] = result[to], result[at]
        elif kind == "move":
            result.insert(to, result.pop(at))
        elif kind == "value":
            result[at] = result[at].replace("1", "7").replace("a", "b", 1)
        elif kind == "spell":
            result[at] = result[at].replace("GigabitEthernet", "Gi").replace("vlan 10", "vlan 010")
        else:
            result[at] = " " * (other % 4) + result[at].lstrip()
    return "".join(f"{line}\n" for line in result)


def _end_of_block(lines: Sequence[str], at: int) -> int:
    def depth(line: str) -> int:
        return len(line) - len(line.lstrip())

    end = at + 1
    while end < len(lines) and depth(lines[end]) > depth(lines[at]):
        end += 1
    return end


def facts(node: Node, rules: Comparison, path: tuple[str, ...] = ()) -> set[tuple[object, ...]]:
    """Every line with its headers, as it is spelled for comparison: a second, simpler account of a tree."""
    found: set[tuple[object, ...]] = set()
    section = rules.section(node.text)
    inside: dict[str, list[Node]] = {}
    for child in rules.joined(node.children):
        text = rules.spelled(child.text)
        if child.children or not section.line(text, section.fitting(text)).silent:
            found.add((path, text, child.body))
            inside.setdefault(text, []).extend(child.children)
    for text, children in inside.items():
        found |= facts(Node(text, children), rules, (*path, text))
    return found


def law(name: str, edits: tuple[Sequence[Edit], Sequence[Edit]]) -> None:
    """From one edited sample to another."""
    data = platforms.load(name)
    rules = Comparison(data)
    lines = SAMPLES[name].splitlines()
    texts = [edited(lines, some) for some in edits]
    old, new = (parse(text, data) for text in texts)
    steps = compare(old, new, rules)
    result = apply(old, steps, rules)
    assert in_canonical_order(result, rules) == in_canonical_order(new, rules)
    assert facts(result, rules) == facts(new, rules)
    assert compare(old, old, rules) == compare(new, new, rules) == compare(result, new, rules) == []
    assert (
        (steps == [])
        == (in_canonical_order(old, rules) == in_canonical_order(new, rules))
        == (compare(new, old, rules) == [])
    )
    whole = [(list(change.path), change.kind, change.line) for change in changes(steps)]
    told = [
        (change["path"], change["kind"], change["line"]) for change in difference(*texts, data)["changes"]
    ]
    assert told == whole  # what both sides share is left out first, and nothing else


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.tuples(EDITS, EDITS))
def test_the_difference_proves_itself_and_nothing_differs_from_itself(name: str, edits) -> None:
    law(name, edits)


@pytest.mark.torture
@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.tuples(EDITS, EDITS))
def test_the_same_many_times(name: str, edits) -> None:
    law(name, edits)


def test_what_stood_alone_under_its_key_and_does_not_now_has_a_place() -> None:
    law("paloalto_panos", ([("swap", 0, 1174), ("repeat", 0, 165)], [("swap", 168, 1174), ("remove", 0, 0)]))


@pytest.mark.parametrize("name", WRITTEN)
def test_every_line_of_a_sample_that_changes_is_seen(name: str) -> None:
    """Whatever single line gets another value: never nothing, and never another section."""
    data = platforms.load(name)
    lines = WRITTEN[name].splitlines()
    silent = []
    for number, line in enumerate(lines):
        if (
            any(letter.isalnum() for letter in line)
            and not difference(
                WRITTEN[name], edited([*lines[:number], f"{line}x", *lines[number + 1 :]], []), data
            )["changes"]
        ):
            silent.append(line)
    assert [
        line.strip() for line in silent if line.strip() not in ("no shutdown",) and line[0] not in "!#"
    ] == []
