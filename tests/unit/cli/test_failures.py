"""Three hundred switches with one cause are one paragraph; another cause is another one."""

from __future__ import annotations

from typing import Any

from bitools.cli.failures import paragraphs


def unpinned(number: int) -> dict[str, Any]:
    return {
        "target": f"sw-{number}",
        "code": 13,
        "reason": "host_key",
        "error": f"10.0.{number // 250}.{number % 250}:22 shows a host key nobody has trusted yet: SHA256:x{number}/+=",
        "hint": "compare it with the device, then: bitools net trust",
    }


def test_three_hundred_unpinned_keys_are_one_paragraph() -> None:
    [paragraph] = paragraphs([unpinned(number) for number in range(300)])
    lines = paragraph.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("✗ sw-0: 10.0.0.0:22 shows a host key")
    assert "299" in lines[1]
    assert "sw-1, sw-2" in lines[1]
    assert lines[2].endswith("bitools net trust")
    [whole] = paragraphs([unpinned(number) for number in range(300)], every=True)
    assert all(f"sw-{number}" in whole for number in range(300))


def test_another_cause_or_other_words_of_a_device_are_another_paragraph() -> None:
    silent = {"target": "sw-9", "code": 13, "reason": "timeout", "error": "no SSH answer", "hint": ""}
    menu = {"target": "sw-7", "code": 13, "reason": "menu", "error": "it said last: Selection:", "hint": ""}
    other = menu | {"target": "sw-8", "error": "it said last: Choose:"}
    failed = [unpinned(1), silent, menu, unpinned(2), other]
    assert len(paragraphs(failed)) == 4
    assert paragraphs([silent]) == ["✗ sw-9: no SSH answer"]


def test_ipv6_and_names_are_addresses_too() -> None:
    one = {
        "target": "a",
        "code": 13,
        "reason": "refused",
        "error": "2001:db8::1:22: connection refused",
        "hint": "",
    }
    two = one | {"target": "b", "error": "sw-b.belediye.test:22: connection refused"}
    assert len(paragraphs([one, one | {"target": "c", "error": "2001:db8::2:22: connection refused"}])) == 1
    assert (
        len(paragraphs([two, two | {"target": "c", "error": "sw-c.belediye.test:22: connection refused"}]))
        == 1
    )
