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
_IS_HEAD = re.compile(r"""(?:devices|"devices"|'devices')\s*:\s*(?:\{\s*\}\s*)?(?P<remark>#.*)?""")
_REMARK = re.compile(  # behind words and quoted texts
    r"""(?:[^\s"'#]|(?<=\w)['"#]|"(?:[^"\\]|\\.)*"|'[^']*'|\s(?!#))*\s(?P<remark>#.*)"""
)


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
        if name in by_hand and before and before != last:
            found.notes.append(_left_behind(name, before, last or {}))
        if after is not None:
            found.devices[name] = after
        if (after or {}) != (before or {}):
            action: Action = "added" if before is None else "removed" if after is None else "changed"
            found.steps.append(Step(name, action, before or {}, after or {}))
    return found


def _left_behind(name: str, before: Row, last: Row) -> str:
    """What was written here by hand of a device that another file describes now."""
    own = ", ".join(f"{key}: {value}" for key, value in before.items() if last.get(key) != value)
    note = _("{name}: described in another file; what was written here by hand goes with it: {keys}")
    return note.format(name=name, keys=own or "-")


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
    """The file's text after these steps; a line that they do not change stays as it is, remarks too.

    It may be written in a way in which no device can be changed alone (all on one line, say): whoever asks
    has to read it again.
    """
    lines = text.split("\n") if text.strip() else [*_beginning(source), ""]
    while lines and not lines[-1].strip():
        lines.pop()
    at = next((number for number, line in enumerate(lines) if _IS_HEAD.fullmatch(line)), None)
    if at is None:
        at = len(lines)
        lines.append(_HEAD)
    elif "{" in lines[at].partition("#")[0]:
        remark = _remark(lines[at])
        lines[at] = f"{_HEAD}  {remark}" if remark else _HEAD  # devices: {}
    blocks = _blocks("\n".join(lines))
    indent = next((_indent(lines[first]) for first, _end in blocks.values()), "  ")
    end = next((number for number in range(at + 1, len(lines)) if _is_outside(lines[number])), len(lines))
    lines[end:end] = [_line(step, indent, "") for step in steps if step.device not in blocks]
    for step in sorted(steps, key=lambda one: -blocks.get(one.device, (0, 0))[0]):
        if step.device in blocks:
            first, last = blocks[step.device]
            lines[first:last] = list(_anew(step, lines[first:last]))
    if not any(line[:1] in (" ", "-") and not line.lstrip().startswith("#") for line in lines[at + 1 :]):
        lines[at] = lines[at].replace(_HEAD, "devices: {}", 1)
    return "\n".join(lines) + "\n"


def _is_outside(line: str) -> bool:
    """Does something else than devices begin here: another key, or the end of the document?"""
    return (bool(line.strip()) and line[:1] not in (" ", "#", "-")) or line.startswith(("---", "..."))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))] or "  "


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
        end = next((number for number in range(start + 1, end) if _is_outside(lines[number])), end)
        while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
            end -= 1
        found[name] = (start, end)
    return found


def _anew(step: Step, lines: Sequence[str]) -> Iterator[str]:
    """The lines of a device after a step: on one line, below the remarks that stood in it."""
    indent, remarks = _indent(lines[0]), [*filter(None, map(_remark, lines))]
    alone = remarks.pop() if len(lines) == 1 and remarks else ""
    yield from (f"{indent}{remark}" for remark in remarks)
    if step.action != "removed":
        yield _line(step, indent, f"  {alone}" if alone else "")
    elif alone:
        yield f"{indent}{alone}"


def _remark(line: str) -> str:
    """The remark at the end of a line, or that it is; a sign in quotes begins none."""
    if line.lstrip().startswith("#"):
        return line.strip()
    if found := _REMARK.fullmatch(line):
        return found["remark"].rstrip()
    _before, sign, remark = (
        line.partition(" #") if line.count('"') % 2 or line.count("'") % 2 else ("", "", "")
    )
    return f"#{remark}".rstrip() if sign else ""  # within an open quote: rather twice than never


def _line(step: Step, indent: str, remark: str) -> str:
    return f"{indent}{flow(step.device)}: {flow(step.after)}{remark}"
