"""How a digest is laid out: sections by site, rows of configuration lines. Pure; templates only place it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bitools.errors import Code
from bitools.i18n import _, ng, number, short_date, short_time
from bitools.ledger.acts import named
from bitools.past.outcomes import Trouble
from bitools.report.digest.causes import in_common, without_its_own
from bitools.report.digest.devices import AlikeDevices, ChangedDevice, ChangedLine
from bitools.report.digest.digest import Digest
from bitools.sanitize import clipped

_NAMED = 12  # devices written out in a heading; the attachment has them all


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is room for: groups of devices, and rows a group."""

    blocks: int
    rows: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `sign` is `+`, `-`, `~` (moved) or a blank (a section header); `depth` its indentation."""

    sign: str
    text: str
    depth: int = 0
    security: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Devices that changed alike, and what changed."""

    devices: str
    facts: str
    security: bool
    rows: tuple[Row, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class SiteSection:
    """The blocks of one site and role."""

    title: str
    blocks: tuple[Block, ...]


def by_place(digest: Digest, names: Mapping[str, str], size: Size) -> tuple[SiteSection, ...]:
    """The changes by site and role, in the digest's order, as many as `size` allows."""

    def place(group: AlikeDevices) -> str:
        site = names.get(group.sites[0], group.sites[0]) if len(group.sites) == 1 else _("several sites")
        return " · ".join(part for part in (site, "/".join(group.roles).upper()) if part)

    return tuple(
        SiteSection(title, tuple(block(group, size.rows) for group in groups))
        for title, groups in groupby(digest.groups[: size.blocks], key=place)
    )


def troubles(found: Iterable[Trouble], size: Size, names: Mapping[str, str]) -> tuple[Trouble, ...]:
    """What is wrong with many for one reason is said once; the gravest first, what is known already last."""
    every = [
        Trouble(_listed(one.name for one in same), clipped(what), since, clipped(hint), same[0].news)
        for same in by_cause(found, names)
        for what, hint in [(in_common([one.sentence for one in same]), in_common([one.hint for one in same]))]
        for since in [min(one.since for one in same)]
    ]
    if hidden := len(every[size.blocks :]):
        every[size.blocks :] = [Trouble("…", _("and {count} more").format(count=hidden), "")]
    return tuple(every)


def by_cause(found: Iterable[Trouble], names: Mapping[str, str]) -> list[list[Trouble]]:
    """Those that fail for one reason together, news first, of these the gravest; sites under their names."""
    alike: dict[tuple[bool, int, str, str], list[Trouble]] = {}
    for one in found:
        shown = replace(one, name=names.get(one.name, one.name), hint="") if one.devices else one
        what, hint = (without_its_own(text, one.name) for text in (shown.sentence, shown.hint))
        alike.setdefault((not one.news, _gravity(one), what, hint), []).append(shown)
    return [alike[key] for key in sorted(alike)]


def _gravity(trouble: Trouble) -> int:
    """Broken evidence, then what somebody must do at the device; one that is off comes back by itself."""
    return {int(Code.INTEGRITY): 0, int(Code.UNREACHABLE): 2}.get(trouble.code, 1)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that stays until somebody does something: about which devices, and what to do."""

    title: str
    devices: str
    hint: str


def notes(digest: Digest) -> tuple[Note, ...]:
    """Devices that nobody reads, configurations that are not saved, changes that nobody has reviewed."""
    found, every = digest.reminders, []
    if found.stale:
        title = _("Not read for a week or longer")
        names = (f"{name} ({short_date(since)})" for name, since in sorted(found.stale.items()))
        every.append(Note(title, _listed(names), _("does cron run: bitools net snapshot")))
    if found.unsaved:
        title = _("Not saved: gone after a power cut")
        every.append(Note(title, _listed(sorted(found.unsaved)), "bitools net diff --against startup"))
    if found.unreviewed:
        count = sum(map(len, found.unreviewed.values()))
        oldest = short_date(min(min(times) for times in found.unreviewed.values()))
        text = ng("{count} change, of {day}", "{count} changes, the oldest of {day}", count)
        names = (
            f"{name} ({len(times)})" if len(times) > 1 else name
            for name, times in sorted(found.unreviewed.items())
        )
        text = text.format(count=number(count), day=oldest) + f": {_listed(names)}"
        every.append(Note(_("Not reviewed yet"), text, "bitools net ack --list"))
    return tuple(every)


def first_seen(digest: Digest, names: Mapping[str, str], most: int) -> tuple[tuple[str, str], ...]:
    """Site and devices; the last of so many lines says how many sites are left out."""
    ordered = sorted(digest.first_seen, key=lambda device: (device.site, device.name))
    every = [
        (names.get(site, site), _listed(device.name for device in devices))
        for site, devices in groupby(ordered, key=lambda device: device.site)
    ]
    if hidden := len(every[most:]):
        every[most:] = [("…", _("and {count} more").format(count=hidden))]
    return tuple(every)


def act_named(action: str) -> str:
    """What was done to an account: a document says `add` for the ledger's `user.add`."""
    return named(action if "." in action else f"user.{action}")


def accounts(digest: Digest, most: int) -> tuple[tuple[str, str, str], ...]:
    """Account, what was done to it, when and by whom; what did not come to its end says so."""
    open_ends = {"held": _("held back"), "checklist": _("check-list open")}
    told = []
    for act in digest.accounts[:most]:
        done = act_named(act.action)
        what = f"{done} ({open_ends[act.status]})" if act.status in open_ends else done
        told.append((act.account, what, " · ".join(filter(None, (short_time(act.time), act.actor)))))
    if hidden := len(digest.accounts) - len(told):
        told.append(("…", _("and {count} more").format(count=hidden), ""))
    return tuple(told)


def block(group: AlikeDevices, most: int) -> Block:
    """One group of devices; a critical row is never the one that is left out for space."""
    every = tuple(rows(group.devices[0]))
    kept = every[:most] if len(every) <= most or not group.is_critical else _critical_first(every, most)
    first = group.devices[0]
    facts = [f"+{first.added} −{first.removed}" + (f" ↕{first.moved}" if first.moved else "")]
    if group.authors:
        facts.append(_("by {who}").format(who=", ".join(group.authors)))
    if len(group.devices) > 1:
        count = len(group.devices)
        facts.append(
            ng("{count} device, the same change", "{count} devices, the same change", count).format(
                count=count
            )
        )
    return Block(
        _listed([device.name for device in group.devices]),
        " · ".join(facts),
        group.is_critical,
        kept,
        len(every) - len(kept),
    )


def rows(device: ChangedDevice) -> Iterator[Row]:
    """The changes of a device as lines, each section header once; else the lines of its diff."""
    if not device.changes:
        yield from _diff_rows(device.diff)
        return
    path: tuple[str, ...] = ()
    for change in device.changes:
        for depth, header in enumerate(change.path):
            if change.path[: depth + 1] != path[: depth + 1]:
                yield Row(" ", clipped(header), depth)
        path = change.path
        yield from _change_rows(change)


def _change_rows(change: ChangedLine) -> Iterator[Row]:
    depth, line = len(change.path), change.line or change.new or change.old
    if change.kind == "modified":
        yield Row("-", clipped(change.old), depth, change.is_critical)
        yield Row("+", clipped(change.new), depth, change.is_critical)
        return
    sign = {"added": "+", "removed": "-"}.get(change.kind, "~")
    if change.place is not None:
        where = _("after: {line}").format(line=change.place) if change.place else _("first")
        line = f"{clipped(line)}  ({clipped(where)})"
    yield Row(sign, clipped(line), depth, change.is_critical)


def _diff_rows(diff: str) -> Iterator[Row]:
    for line in diff.splitlines():
        if not line.startswith(("---", "+++", "@@", "diff ", "index ")):
            text = line[1:]
            depth = (len(text) - len(text.lstrip(" "))) // 2
            yield Row(line[:1] if line[:1] in "+-" else " ", clipped(text.strip()), depth)


def _critical_first(every: Sequence[Row], most: int) -> tuple[Row, ...]:
    """As many rows as fit, the critical ones among them first, in their own order, each below its headers."""
    headers: list[tuple[int, ...]] = []
    above: list[int] = []
    for position, row in enumerate(every):
        above = [one for one in above if every[one].depth < row.depth]
        headers.append(tuple(above))
        above += [position] if row.sign == " " else []
    kept: set[int] = set()
    for position in sorted(range(len(every)), key=lambda position: (not every[position].security, position)):
        needed = {*headers[position], position}
        if len(kept | needed) > most:
            break
        kept |= needed
    return tuple(every[position] for position in sorted(kept)) or tuple(every[:most])


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    if len(every) <= _NAMED:
        return ", ".join(every)
    return ", ".join(every[:_NAMED]) + " " + _("and {count} more").format(count=len(every) - _NAMED)


def attachment(devices: Iterable[ChangedDevice]) -> str:
    """Every diff in full, one device after the other."""
    return "".join(f"# {device.site} {device.name}\n{device.diff}\n" for device in devices if device.diff)


def subject_counts(digest: Digest) -> str:
    """What differs from mail to mail; it stands in brackets, for mail programs thread by the rest."""
    troubles = sum(trouble.news for trouble in digest.troubles)
    backups, lasting = sum(trouble.news for trouble in digest.backups), len(digest.reminders.news)
    counts = (
        (len(digest.devices), ng("{count} device", "{count} devices", len(digest.devices))),
        (len(digest.first_seen), ng("{count} new", "{count} new", len(digest.first_seen))),
        (troubles, ng("{count} failed", "{count} failed", troubles)),
        (len(digest.recovered), ng("{count} back", "{count} back", len(digest.recovered))),
        (len(digest.accounts), ng("{count} account", "{count} accounts", len(digest.accounts))),
        (backups, ng("{count} backup failed", "{count} backups failed", backups)),
        (lasting, ng("{count} reminder", "{count} reminders", lasting)),
    )
    said = [text.format(count=number(count)) for count, text in counts if count]
    if digest.is_critical:
        said.append(_("critical"))
    return ", ".join(said)
