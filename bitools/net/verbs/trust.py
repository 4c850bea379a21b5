"""Pin the host keys of devices, after somebody has looked at the fingerprints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bitools.documents.net import TrustItem
from bitools.engine import Attempt, Limits, fan_out
from bitools.errors import Refused
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.ledger import acts
from bitools.net.wire import hostkeys
from bitools.net.wire.connect import Logins
from bitools.net.wire.hostkeys import HostKey, Pins
from bitools.run import Run
from bitools.state import Document


@dataclass(frozen=True, slots=True)
class Shown:
    """The key a device shows now, and how that compares: `known`, `new` or `changed`."""

    device: Device
    key: HostKey
    status: Literal["known", "new", "changed"]


def look(run: Run, devices: Sequence[Device], document: Document[TrustItem]) -> list[Shown]:
    """Ask every device for its key, without logging in. Failures go into the document.

    Telnet knows no keys: such devices are named in a warning.
    """
    for device in devices:
        if device.transport == "telnet":
            document.warnings.append(_("{device}: telnet, no key to pin").format(device=device.name))
    devices = [device for device in devices if device.transport != "telnet"]
    pins = Pins(run.state.at("known_hosts"))
    connector = Logins(run)

    def work(device: Device, _attempt: Attempt) -> HostKey:
        return hostkeys.fetch(connector.reach(device), device.legacy_ssh)

    shown: dict[str, Shown] = {}
    for outcome in fan_out(devices, work, Limits(deadline=30.0)):
        if outcome.value:
            known = pins.of(outcome.target.host, outcome.target.port)
            if outcome.target.host_key:
                known = [HostKey.parse(outcome.target.host_key)]
            status: Literal["known", "new", "changed"] = (
                "known" if outcome.value in known else "changed" if known else "new"
            )
            shown[outcome.target.name] = Shown(outcome.target, outcome.value, status)
        elif outcome.error:
            document.fail(outcome.error, outcome.target.name)
    return [shown[device.name] for device in devices if device.name in shown]


def only(shown: Sequence[Shown], fingerprint: str, document: Document[TrustItem]) -> list[Shown]:
    """Those that show this key; the others are refused, and said so."""
    for one in shown:
        if one.key.fingerprint != fingerprint:
            message = _("it shows another key: {fingerprint}").format(fingerprint=one.key.fingerprint)
            hint = _("compare it at the device itself")
            document.fail(Refused(message, hint=hint, reason="host_key"), one.device.name)
    return [one for one in shown if one.key.fingerprint == fingerprint]


def trust(
    run: Run, shown: Sequence[Shown], document: Document[TrustItem], replace: Sequence[str] = ()
) -> None:
    """Pin the new keys, and the changed ones of devices named in `replace`; others stay refused."""
    wanted = [
        one
        for one in shown
        if one.status == "new" or (one.status == "changed" and one.device.name in replace)
    ]
    for one in shown:
        pinned = one in wanted and not run.dry_run
        document.items.append(
            {
                "device": one.device.name,
                "site": one.device.site,
                "host": hostkeys.place(one.device.host, one.device.port),
                "type": one.key.kind,
                "fingerprint": one.key.fingerprint,
                "status": "pinned" if pinned else one.status,
            }
        )
    document.changed = bool(wanted)
    if not wanted or run.dry_run:
        return
    prints = {one.device.name: one.key.fingerprint for one in wanted}
    with run.state.lock("known-hosts", wait=60), run.ledger.intent(acts.NET_TRUST, "known_hosts") as intent:
        pins = Pins(run.state.path("known_hosts"))
        pins.pin((one.device.host, one.device.port, one.key) for one in wanted)
        intent.done(after=prints)
