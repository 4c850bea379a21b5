"""Where two jobs meet: what one job's document should say of another's matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bitools.errors import BitoolsError
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.cli.context import Context
    from bitools.state import Document, Item


def device_accounts(context: Context, document: Document[Item], accounts: Sequence[str]) -> None:
    """Put the local device accounts that still carry these people's names under `related`.

    Read from the history only: no device is asked, nothing is changed, and a history that cannot be read is a
    warning, never a reason not to close an account.
    """
    inventory = context.run.inventory
    devices = [device for device in inventory.devices.values() if device.enabled]
    if not devices:
        return
    from bitools.net.verbs import search

    try:
        found = [(name, search.accounts(context.run, devices, name)) for name in accounts]
    except BitoolsError as error:
        document.warnings.append(_("the devices' accounts cannot be searched: {why}").format(why=error))
        return
    related = [
        {
            **one.as_json(),
            "items": [item | {"sam_account_name": name} for item in one.items],
        }
        for name, one in found
        if one.items
    ]
    document.more["related"] = [*document.more.get("related", []), *related]
    for name, one in found:
        for item in one.items:
            similar = item["match"] == "similar"
            message = (
                _('{device}: the local account "{account}" may be {name}\'s')
                if similar
                else _('{device}: the local account "{account}" of {name} is still there')
            )
            document.warnings.append(
                message.format(device=item["device"], account=item["account"], name=name)
            )


def names_in(document: Document[Item]) -> list[str]:
    """The accounts that a user document is about."""
    return [str(item["sam_account_name"]) for item in document.items if item.get("sam_account_name")]
