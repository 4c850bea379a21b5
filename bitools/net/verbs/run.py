"""Ask devices what they show, and say who answers alike. What is not known to read is not typed anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bitools.documents.net_run import AnswerItem
from bitools.engine import Attempt
from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.ledger import acts
from bitools.net.decisions import guard
from bitools.net.decisions.comparison.alike import DeviceOutput, deviation, grouped
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.page import Page
from bitools.net.decisions.read_only import reading
from bitools.net.decisions.secrets.masking import masked
from bitools.net.decisions.text import Text
from bitools.net.verbs.fetch import Fetcher
from bitools.net.wire.answer import at_work
from bitools.net.wire.connect import DEADLINE
from bitools.run import Run
from bitools.state import Document


def run(
    run: Run,
    command: str,
    devices: Sequence[Device],
    *,
    differs: bool = False,
    deadline: float = DEADLINE,
    transcript: Path | None = None,
) -> Document[AnswerItem]:
    """Type the command at every device; one item an answer, with all who gave it.

    `differs`: each other answer also as its difference from the commonest. Raise Usage, with nothing sent to
    anybody, if the platform of one device is not known to read only.
    """
    fetcher = Fetcher(run, transcript)
    typed = {device.platform: reading(command, fetcher.platform(device)) for device in devices}
    document: Document[AnswerItem] = run.document("bitools.net.run/1")
    document.more["command"] = next(iter(typed.values()))
    fetcher.prepare(devices)

    def work(device: Device, attempt: Attempt) -> DeviceOutput:
        return _asked(fetcher, device, attempt, typed[device.platform])

    names = [device.name for device in devices]
    with run.ledger.intent(acts.NET_RUN, document.more["command"], before={"devices": names}) as intent:
        outcomes = fetcher.each(devices, work, deadline)
        answers = [one.value for one in outcomes if one.value]
        for one in outcomes:
            if one.error:
                document.fail(one.error, one.target.name)
        intent.done(after={"answered": len(answers), "failed": len(document.failed)})
    document.items += _items(grouped(answers), differs)
    fetcher.written_down(document)
    return document


def _asked(fetcher: Fetcher, device: Device, attempt: Attempt, command: str) -> DeviceOutput:
    """One device's answer, judged and masked. Raise as `Connector.open`; Rejected if the device refuses."""
    platform = fetcher.platform(device)
    with at_work(), fetcher.connector.open(device, platform, attempt) as connection:
        if connection.look is None:
            message = _("transport {name} fetches configurations only")
            raise InventoryInvalid(message.format(name=device.transport), target=device.name)
        raw = connection.look(command)
        called = connection.host
    guard.examine_answer(Page(raw, grammar(platform)), called, command)
    lines = [line.rstrip() for line in raw.replace("\r", "").strip("\n").split("\n")]
    text = "\n".join(masked(Text(lines), grammar(platform), fetcher.proof.key).lines)
    lasting = canonical(Page.of(text, platform), None).text
    return DeviceOutput(device.name, f"{text}\n" if text else "", lasting, called)


def _items(groups: Sequence[Sequence[DeviceOutput]], differs: bool) -> list[AnswerItem]:
    items: list[AnswerItem] = []
    for number, group in enumerate(groups):
        item: AnswerItem = {"output": group[0].text, "devices": [one.device for one in group]}
        if differs and number:
            item["diff"] = deviation(groups[0][0], group[0])
        items.append(item)
    return items
