"""The configuration a device should have, from a template; secrets stay placeholders."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bitools.documents.net import RenderItem
from bitools.errors import BitoolsError
from bitools.inventory.network import Device, Site
from bitools.run import Run
from bitools.state import Document
from bitools.templates import is_template, render_template

ANY_SECRET = "<secret>"  # in a template: whatever secret that line of the running configuration has


def has_template(run: Run, device: Device) -> bool:
    """Has somebody written what this device, or its platform, should have?"""
    names = (f"intended/{device.name}.j2", f"intended/{device.platform}.j2")
    return any(is_template(name, run.inventory.folder) for name in names)


def intended(run: Run, device: Device) -> str:
    """Render `intended/<device>.j2`, else `intended/<platform>.j2`, for one device.

    A template is given `device`, `site` and `settings`. Raise InventoryInvalid, with file and line, if there
    is none or it is broken.
    """
    folder = run.inventory.folder
    own = f"intended/{device.name}.j2"
    name = own if (folder / "templates" / own).is_file() else f"intended/{device.platform}.j2"
    site = run.inventory.sites.get(device.site, Site())
    return render_template(name, folder, device=device, site=site, settings=run.inventory.settings)


def with_secrets_of(intended: str, running: str) -> str:
    """The intended text with each `<secret>` as the running configuration has it: only its place counts.

    A line whose place the running configuration lacks stays as it is, and so is a difference.
    """
    if ANY_SECRET not in intended:
        return intended
    held = [line for line in running.splitlines() if "<secret" in line]
    result = []
    for line in intended.split("\n"):
        if ANY_SECRET in line:
            words = ".*?".join(re.escape(part) for part in line.split(ANY_SECRET))
            fitting = re.compile(words.replace(".*?", r'"?<secret(?::[0-9a-f]{8})?>"?'))
            line = next((one for one in held if fitting.fullmatch(one)), line)
        result.append(line)
    return "\n".join(result)


def render(run: Run, devices: Sequence[Device]) -> Document[RenderItem]:
    """The intended configuration of each device, as text in the items."""
    document: Document[RenderItem] = run.document("bitools.net.render/1")
    for device in devices:
        try:
            document.items.append(
                {"device": device.name, "platform": device.platform, "text": intended(run, device)}
            )
        except BitoolsError as error:
            document.fail(error, device.name)
    return document
