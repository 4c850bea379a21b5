"""Two configurations of one platform compared, as documents want it."""

from __future__ import annotations

from collections.abc import Sequence

from bitools.collection import no_collection
from bitools.documents import net as documents
from bitools.documents.net import Difference, DiffItem, Identity
from bitools.inventory.network import Device
from bitools.net.decisions.comparison import severity
from bitools.net.decisions.comparison.common_blocks import without_shared
from bitools.net.decisions.comparison.diff import Change, changes, compare, proven
from bitools.net.decisions.configuration import without
from bitools.net.decisions.grammar import Grammar, grammar
from bitools.net.decisions.text import Text
from bitools.net.decisions.tree import parse
from bitools.net.wire.git import unified
from bitools.net.wire.history import path_of
from bitools.platforms.model import Platform


def difference(
    old: str, new: str, platform: Platform, role: str = "lan", ignore: Sequence[str] = ()
) -> Difference:
    """`{changes, added, removed}` from one text to the other.

    A difference that does not prove itself is given line by line instead, as git sees it: never none at all.
    """
    return of_lines(Text.of(without(old, ignore)), Text.of(without(new, ignore)), platform, role)


def difference_of(device: Device, old: str, new: str, platform: Platform) -> Difference:
    """The same of a device of the inventory: what its `ignore` list names is no change."""
    return difference(old, new, platform, device.role, [ignored.pattern for ignored in device.ignore])


def of_lines(old: Text, new: Text, platform: Platform, role: str = "lan") -> Difference:
    """The same of what is split already."""
    with no_collection():
        found = _changes(old, new, platform)
    return {
        "changes": [_entry(change, role, grammar(platform)) for change in found],
        "added": sum(change.kind in ("added", "modified") for change in found),
        "removed": sum(change.kind in ("removed", "modified") for change in found),
        "moved": sum(change.kind in ("moved", "reordered") for change in found),
    }


def patch_of(name: str, old: str, new: str) -> str:
    """The unified difference of one device's two states."""
    return unified(old, new, (f"a/{path_of(name)}", f"b/{path_of(name)}"))


def nothing(lines: int) -> Difference:
    """What is told of a configuration that nothing was there before: how long it is."""
    return {"changes": [], "added": lines, "removed": 0, "moved": 0}


def _changes(old: Text, new: Text, platform: Platform) -> list[Change]:
    compiled = grammar(platform)
    rules = compiled.rules
    try:
        before, after = (parse(side, platform) for side in without_shared(old, new, compiled))
        steps = compare(before, after, rules)
        if any(step.kind == "reordered" and not step.path for step in steps):
            before, after = parse(old, platform), parse(new, platform)  # which moved, all of them say
            steps = compare(before, after, rules)
        if proven(before, after, steps, rules):
            return changes(steps)
    except RecursionError:
        pass  # nested a thousand deep: nothing that a device means seriously
    return _by_lines(str(old), str(new))


def compared(device: Device, old: str, new: str, platform: Platform, author: str = "") -> DiffItem:
    """A whole net.diff item of one device."""
    found = difference_of(device, old, new, platform)
    patch = unified(old, new, (f"{device.name} -", f"{device.name} +")) if found["changes"] else ""
    return {
        "device": device.name,
        "site": device.site,
        "role": device.role,
        "platform": device.platform,
        "changes": found["changes"],
        "added": found["added"],
        "removed": found["removed"],
        "moved": found["moved"],
        "author": author or None,
        "diff": patch,
    }


def identity(device: Device) -> Identity:
    """Who it is about: the first keys of every item."""
    return {"device": device.name, "site": device.site, "role": device.role, "platform": device.platform}


def _entry(change: Change, role: str, compiled: Grammar) -> documents.Change:
    remark = compiled.remark is not None and compiled.remark.match(change.line)
    item: documents.Change = {
        "path": list(change.path),
        "kind": change.kind,
        "line": change.line,
        "old": change.old,
        "new": change.new,
        "severity": "info" if remark else severity.weigh(change.path, change.line, role),
    }
    if change.placed:
        item["after"] = change.after
    return item


def _by_lines(old: str, new: str) -> list[Change]:
    result = []
    for line in unified(old, new, ("old", "new")).splitlines()[2:]:
        text = line[1:].strip()
        if line.startswith("+"):
            result.append(Change((), "added", text, None, text))
        elif line.startswith("-"):
            result.append(Change((), "removed", text, text, None))
    return result
