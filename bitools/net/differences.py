"""What is different: now against a snapshot, the startup or the intended one; then against then."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bitools import platforms
from bitools.engine import fan_out
from bitools.errors import InventoryInvalid, NotFound
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.compare import compared, difference
from bitools.net.configuration import canonical
from bitools.net.fetch import DEADLINE, Fetched, Fetcher
from bitools.net.history import History, unified
from bitools.net.intended import intended, with_secrets_of
from bitools.net.track import in_order
from bitools.run import Run
from bitools.state import Document

SCHEMA = "bitools.net.diff/1"


def now(
    run: Run, devices: Sequence[Device], *, against: str = "snapshot", deadline: float = DEADLINE
) -> Document:
    """Fetch every device now and compare; `against` is snapshot, startup or intended. Nothing is stored."""
    document = run.document(SCHEMA)
    document.more["against"] = against
    before = History(run.state).latest([device.name for device in devices])
    fetcher = Fetcher(run)
    if against == "startup":
        devices = _with_startup(fetcher, devices, document)
    fetcher.prepare(devices)

    def work(device: Device) -> tuple[Fetched, str | None]:
        fetched = fetcher.fetch(device, before.get(device.name, ""), startup=against == "startup")
        return fetched, _other_side(run, fetcher, device, against, fetched, before)

    for outcome in in_order(devices, fan_out(devices, work, fetcher.limits(deadline))):
        device = outcome.target
        if outcome.value is None:
            if outcome.error:
                document.fail(outcome.error, device.name)
            continue
        fetched, old = outcome.value
        if old is None:
            document.warnings.append(
                _("{device}: no snapshot yet, nothing to compare with").format(device=device.name)
            )
            continue
        item = compared(device, old, fetched.running.text, fetcher.platform(device), fetched.running.author)
        document.items.append(item)
    document.changed = any(item["changes"] for item in document.items)
    return document


def _with_startup(fetcher: Fetcher, devices: Sequence[Device], document: Document) -> list[Device]:
    """The devices that have a startup configuration; to the others the question does not apply."""
    able = []
    for device in devices:
        platform = fetcher.platform(device)
        if platform.commands.startup:
            able.append(device)
            continue
        message = _("{device}: not applicable, {platform} keeps no startup configuration")
        document.warnings.append(message.format(device=device.name, platform=platform.title))
    return able


def _other_side(
    run: Run, fetcher: Fetcher, device: Device, against: str, fetched: Fetched, before: dict[str, str]
) -> str | None:
    if against == "startup":
        return fetched.startup.text if fetched.startup else None
    if against == "intended":
        wanted = with_secrets_of(intended(run, device), fetched.running.text)
        return canonical(wanted, fetcher.platform(device), fetcher.key).text
    return before.get(device.name)


def then(run: Run, devices: Sequence[Device], start: str = "", end: str = "") -> Document:
    """Compare two stored states; without `start` the last change of each device, without `end` the newest.

    Raise NotFound for an unknown revision or date.
    """
    document = run.document(SCHEMA)
    history = History(run.state)
    for device in devices:
        old, new, author = _stored(history, device.name, start, end)
        if new is None:
            document.warnings.append(_("{device}: no snapshot yet").format(device=device.name))
            continue
        platform = platforms.load(device.platform, run.inventory.folder / "platforms")
        document.items.append(compared(device, old or "", new, platform, author))
    document.changed = any(item["changes"] for item in document.items)
    return document


def _stored(history: History, device: str, start: str, end: str) -> tuple[str | None, str | None, str]:
    """The two texts, and who made the later one."""
    newest = history.log([device], most=2, until="")
    if not newest:
        return None, None, ""
    last = history.resolve(end, device) if end else newest[0].id
    first = history.resolve(start, device) if start else (newest[1].id if len(newest) > 1 else last)
    old, new = (history.latest([device], revision).get(device) for revision in (first, last))
    author = newest[0].author if not end else ""
    return old, new, "" if author == "unknown" else author


def between(run: Run, one: Device, other: Device) -> Document:
    """Compare the last snapshots of two devices of one platform.

    Raise InventoryInvalid if their platforms differ, NotFound if one has no snapshot.
    """
    if one.platform != other.platform:
        raise InventoryInvalid(
            _("{one} is {first}, {other} is {second}: only one platform can be compared").format(
                one=one.name, first=one.platform, other=other.name, second=other.platform
            )
        )
    texts = History(run.state).latest([one.name, other.name])
    for device in (one, other):
        if device.name not in texts:
            raise NotFound(
                _("no snapshot yet"), target=device.name, hint=f"bitools net snapshot {device.name}"
            )
    document = run.document(SCHEMA)
    platform = platforms.load(one.platform, run.inventory.folder / "platforms")
    document.items.append(
        compared(other, texts[one.name], texts[other.name], platform) | {"against": one.name}
    )
    document.changed = bool(document.items[0]["changes"])
    return document


def files(document: Document, old: Path, new: Path, platform_name: str, own: Path | None = None) -> Document:
    """Compare two files; needs no inventory, masks nothing.

    Raise NotFound for an unknown platform, InventoryInvalid for a file that cannot be read.
    """
    platform = platforms.load(platform_name, own)
    before, after = (canonical(_read(path), platform, None) for path in (old, new))
    found = difference(before.text, after.text, platform)
    document.items.append(
        {"device": new.name, "site": "", "role": "lan", "platform": platform.name}
        | found
        | {"author": after.author or None}
        | {"diff": unified(before.text, after.text, (str(old), str(new))) if found["changes"] else ""}
    )
    document.changed = bool(found["changes"])
    return document


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InventoryInvalid(f"{path}: {error.strerror}", cause=error) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("iso8859-9")
