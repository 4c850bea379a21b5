"""What devices have now, against their last snapshot, their startup or their intended configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bitools.documents.net import DiffItem
from bitools.engine import Attempt
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.decisions import guard, identity
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.page import Page
from bitools.net.verbs import authorship
from bitools.net.verbs.compare import compared
from bitools.net.verbs.diff_stored import SCHEMA
from bitools.net.verbs.fetch import Fetched, Fetcher, Wish, failed
from bitools.net.verbs.proof import NotWhole
from bitools.net.verbs.render import has_template, intended, with_secrets_of
from bitools.net.wire.connect import DEADLINE
from bitools.net.wire.history import History
from bitools.net.wire.mask import Masks
from bitools.run import Run
from bitools.state import Document


def diff(
    run: Run,
    devices: Sequence[Device],
    *,
    against: str = "snapshot",
    deadline: float = DEADLINE,
    transcript: Path | None = None,
) -> Document[DiffItem]:
    """Fetch every device now and compare; `against` is snapshot, startup or intended. Nothing is stored.

    `transcript`: a file for all that the devices said.
    """
    document: Document[DiffItem] = run.document(SCHEMA)
    document.more["against"] = against
    before = History(run.state).latest([device.name for device in devices])
    fetcher = Fetcher(run, transcript)
    if against == "startup":
        devices = _with_startup(fetcher, devices, document)
    fetcher.prepare(devices)
    wish = Wish(startup=against == "startup", stranger=True)

    def work(device: Device, attempt: Attempt) -> Fetched | NotWhole:
        return fetcher.fetch(device, attempt, before.get(device.name, ""), wish)

    for outcome in fetcher.each(devices, work, deadline):
        if isinstance(outcome.value, Fetched):
            _compare(run, fetcher, outcome.target, outcome.value, before, document)
        else:
            failed(run, document, outcome)
    document.changed = any(item["changes"] for item in document.items)
    fetcher.written_down(document)
    return document


def _compare(
    run: Run,
    fetcher: Fetcher,
    device: Device,
    fetched: Fetched,
    before: Mapping[str, str],
    document: Document[DiffItem],
) -> None:
    """One item of a device that answered; a warning if there is nothing to compare, or it is another."""
    last = before.get(device.name, "")
    if other := identity.differs(last, fetched.running.text, grammar(fetcher.platform(device))):
        document.warnings.append(f"{device.name}: {guard.stranger(*other).message}")
    if not _applicable(run, fetcher, device, str(document.more["against"]), fetched, document):
        return
    try:
        old = _other_side(run, fetcher, device, str(document.more["against"]), fetched, before)
    except BitoolsError as error:
        document.fail(error, device.name)
        return
    if old is None:
        message = _("{device}: no snapshot yet, nothing to compare with").format(device=device.name)
        document.warnings.append(message)
        return
    author = authorship.believed(run, device, fetched) if document.more["against"] == "snapshot" else ""
    document.items.append(compared(device, old, fetched.running.text, fetcher.platform(device), author))


def _with_startup(fetcher: Fetcher, devices: Sequence[Device], document: Document[DiffItem]) -> list[Device]:
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


def _applicable(
    run: Run,
    fetcher: Fetcher,
    device: Device,
    against: str,
    fetched: Fetched,
    document: Document[DiffItem],
) -> bool:
    """Is there another side? A startup kept elsewhere, a template nobody wrote: no failure, but told."""
    text = ""
    if against == "startup" and fetched.startup is None:
        text = _("{device}: not applicable, {platform} keeps its startup configuration elsewhere")
    elif against == "intended" and not has_template(run, device):
        text = _("{device}: not applicable, there is no intended/{device}.j2, nor intended/{name}.j2")
    if text:
        platform = fetcher.platform(device)
        said = text.format(device=device.name, platform=platform.title, name=platform.name)
        document.warnings.append(said)
    return not text


def _other_side(
    run: Run, fetcher: Fetcher, device: Device, against: str, fetched: Fetched, before: Mapping[str, str]
) -> str | None:
    if against == "startup":
        return fetched.startup.text if fetched.startup else None
    if against == "intended":
        wanted = with_secrets_of(intended(run, device), fetched.running.text)
        return canonical(Page.of(wanted, fetcher.platform(device)), fetcher.proof.key).text
    old = before.get(device.name)
    return Masks(run).stored(device.name, old) if old is not None and old != fetched.running.text else old
