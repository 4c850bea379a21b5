"""A living list of devices and `devices.d/imported.yaml`: what to add, change and remove. Pure.

Three things are laid side by side, key by key: what the list said last time, what the file says now, what
the list says now. Where the file still says what the list said, the list is followed; anything else somebody
wrote by hand, and it stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bitools import yamlfile
from bitools.i18n import _
from bitools.inventory.lists import IMPORTED
from bitools.inventory.lists.imported import Imported, Row, mapping
from bitools.yamlfile import YamlFile, flow

Action = Literal["added", "changed", "removed"]
_HEAD = "devices:"
_REMARK = re.compile(r"\}\s+(#.*)$")


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one device: its keys before and after."""

    device: str
    action: Action
    before: Row
    after: Row


@dataclass(slots=True)
class Plan:
    """The steps, the keys of every device when they are done, and what was left as somebody wrote it."""

    steps: list[Step] = field(default_factory=list)
    devices: dict[str, Row] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def plan(
    said: Mapping[str, Row], there: Mapping[str, Row], now: Mapping[str, Row], by_hand: Collection[str]
) -> Plan:
    """From what the list said last and what the file says to what the list says now.

    `by_hand` are the devices that other files describe: those are theirs. What somebody took out stays out.
    """
    found = Plan()
    for name in (*there, *(name for name in now if name not in there)):
        before, last, next_ = there.get(name), said.get(name), now.get(name)
        after = None if name in by_hand else _device(name, before, last, next_, found.notes)
        if after is not None:
            found.devices[name] = after
        if (after or {}) != (before or {}):
            action: Action = "added" if before is None else "removed" if after is None else "changed"
            found.steps.append(Step(name, action, before or {}, after or {}))
    return found


def _device(name: str, before: Row | None, last: Row | None, now: Row | None, notes: list[str]) -> Row | None:
    if before is None:
        if last is not None and now is not None:
            notes.append(_("{name}: taken out by hand, stays out").format(name=name))
            return None
        return now
    if now is None:
        if before == last:
            return None
        if last is not None:
            notes.append(
                _("{name}: no longer in the list; kept, for it was edited by hand").format(name=name)
            )
        return before
    return _merged(name, before, last or {}, now, notes)


def _merged(name: str, before: Row, last: Row, now: Row, notes: list[str]) -> Row:
    """Key by key; a key that somebody changed, added or took out is theirs."""
    merged: Row = {}
    for key in dict.fromkeys((*before, *now)):
        ours, theirs = before.get(key), now.get(key)
        own = ours != last.get(key)
        value = ours if own else theirs
        if value is not None:
            merged[key] = value
        if own and theirs != last.get(key) and theirs != ours:
            note = _("{name}: {key} stays {ours}, as it was written by hand; the list says {theirs}")
            notes.append(note.format(name=name, key=key, ours=ours, theirs=theirs))
    return merged


def without_groups(imported: Imported, known: Collection[str]) -> None:
    """Groups that devices.yaml does not describe become tags: they carry no keys, but choose devices."""
    strange: dict[str, None] = {}
    for row in imported.devices.values():
        groups = row.pop("groups", [])
        kept = [group for group in groups if group in known]
        tags = [*row.get("tags", ()), *(group for group in groups if group not in known)]
        strange |= dict.fromkeys(group for group in groups if group not in known)
        row |= ({"groups": kept} if kept else {}) | ({"tags": list(dict.fromkeys(tags))} if tags else {})
    if strange:
        note = _("groups that devices.yaml does not describe are kept as tags: {names}")
        imported.notes.append(note.format(names=", ".join(strange)))


def rows(file: YamlFile) -> dict[str, Row]:
    """The devices that the file describes."""
    return {name: mapping(keys) for name, keys in mapping(mapping(file.data).get("devices")).items()}


def written(text: str, steps: Sequence[Step], source: str) -> str:
    """The file's text after these steps; a line that they do not change stays as it is, remarks too."""
    lines = text.splitlines() or _beginning(source)
    at = next((number for number, line in enumerate(lines) if line.startswith(_HEAD)), None)
    if at is None:
        lines.append(_HEAD)
    elif lines[at].split("#")[0].strip() != _HEAD:
        lines[at] = _HEAD  # devices: {}
    blocks = _blocks("\n".join(lines))
    for step in sorted(steps, key=lambda one: -blocks.get(one.device, (0, 0))[0]):
        if step.device in blocks:
            first, end = blocks[step.device]
            lines[first:end] = list(_anew(step, lines[first:end]))
    lines += [_line(step, "") for step in steps if step.device not in blocks]
    if not any(line.startswith("  ") and not line.lstrip().startswith("#") for line in lines):
        lines = [line.replace(_HEAD, "devices: {}") if line == _HEAD else line for line in lines]
    return "\n".join(lines) + "\n"


def _beginning(source: str) -> list[str]:
    return [
        "# " + _("Devices of {source}, kept up by: bitools inventory import --sync").format(source=source),
        "# " + _("What you change here stays; a device that you describe in devices.yaml leaves this file."),
        _HEAD,
    ]


def _blocks(text: str) -> dict[str, tuple[int, int]]:
    """By device its first line, from 0, and the one behind its last; remarks and blanks behind are not."""
    file = yamlfile.parse(text, Path(IMPORTED))
    lines = text.split("\n")
    names = list(rows(file))
    starts = [file.line(("devices", name)) - 1 for name in names]
    found = {}
    for name, start, end in zip(names, starts, [*starts, len(lines)][1:], strict=False):
        while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
            end -= 1
        found[name] = (start, end)
    return found


def _anew(step: Step, lines: Sequence[str]) -> Iterator[str]:
    yield from (line for line in lines[1:] if line.lstrip().startswith("#"))
    remark = _REMARK.search(lines[0]) if len(lines) == 1 else None
    if step.action != "removed":
        yield _line(step, f"  {remark[1]}" if remark else "")
    elif remark:
        yield f"  {remark[1]}"


def _line(step: Step, remark: str) -> str:
    return f"  {flow(step.device)}: {flow(step.after)}{remark}"
