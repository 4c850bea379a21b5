"""One change on forty switches is one block with forty names, in the text and on the page."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest

from bitools.cli.console import Console
from bitools.cli.net import text
from bitools.net.decisions.comparison.grouping import at_least, group_identical
from bitools.state import Document


def change(line: str, severity: str = "info", path: tuple[str, ...] = (), kind: str = "added") -> dict:
    return {"path": list(path), "kind": kind, "line": line, "old": None, "new": line, "severity": severity}


def item(device: str, *changes: dict) -> dict:
    return {
        "device": device,
        "site": "merkez",
        "role": "lan",
        "platform": "cisco_ios",
        "changes": list(changes),
        "added": len(changes),
        "removed": 0,
        "author": "mehmet",
        "diff": "x",
    }


def shown(show, items: list[dict], **more: object) -> str:
    out = io.StringIO()
    document = Document(
        "bitools.net.diff/1", "run", datetime(2026, 11, 22, tzinfo=UTC), items=items, more=more
    )
    show(Console(out, io.StringIO()), document)
    return out.getvalue()


FORTY = [item(f"sw-{number:02}", change("ntp server 10.0.0.9", "warning")) for number in range(40)]


@pytest.mark.parametrize("show", [text.diff, text.html])
def test_forty_names_once(show) -> None:
    page = shown(show, [*FORTY, item("sw-x", change("ntp server 10.0.0.8", "warning")), item("sw-y")])
    assert page.count("ntp server 10.0.0.9") == 1
    assert all(f"sw-{number:02}" in page for number in range(40))
    assert "1 device without a change" in page


def test_the_weightiest_comes_first() -> None:
    groups = group_identical(
        [item("a", change("x")), item("b", change("y", "critical")), item("c", change("x"))]
    )
    assert [[one["device"] for one in group] for group in groups] == [["b"], ["a", "c"]]


def test_a_severity_leaves_the_lighter_changes_out() -> None:
    items = [item("a", change("x"), change("y", "critical")), item("b", change("x"))]
    kept = at_least(items, "warning")
    assert [[one["line"] for one in entry["changes"]] for entry in kept] == [["y"], []]
    assert kept[0]["added"] == 2
    assert at_least(items, "info") == items


def test_the_page_is_one_file_without_scripts_and_escapes_what_devices_say() -> None:
    page = shown(
        text.html,
        [
            item(
                "sw-1", change("description <script>alert(1)</script>\x1b[31m\u202e", path=("interface <b>",))
            )
        ],
    )
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert not re.search(r"(?:src|href)=", page)
    assert 'name="viewport"' in page


def test_headers_stand_once_above_their_lines() -> None:
    page = shown(
        text.html,
        [
            item(
                "sw-1",
                change("a", path=("router bgp 1", "neighbor x")),
                change("b", path=("router bgp 1", "neighbor x")),
            )
        ],
    )
    assert page.count("router bgp 1") == page.count("neighbor x") == 1


def test_a_device_with_lesser_changes_is_not_without_a_change() -> None:
    items = at_least([item("a", change("x")), item("b", change("y", "critical"))], "critical")
    page = shown(text.diff, [*items, {**item("c"), "added": 0}], hidden=1)
    assert "1 lesser change is not shown" in page
    assert "1 device without a change" in page
