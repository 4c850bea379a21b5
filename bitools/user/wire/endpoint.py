"""Where a controller is spoken to, and how it proves who it is: LDAPS, verified, and nothing else."""

from __future__ import annotations

import re
import ssl

from bitools.errors import InventoryInvalid
from bitools.i18n import _, system_words
from bitools.inventory.accounts import Directory


def address(server: str) -> tuple[str, int]:
    """Host and port of `dc1`, `dc1:636`, `ldaps://dc1`, `[::1]:636`. Raise InventoryInvalid for LDAP."""
    scheme, _slashes, rest = server.rpartition("://")
    found = re.fullmatch(r"(?:\[([^\]]+)\]|([^:/\[\]]+))(?::(\d+))?/?", rest)
    if scheme not in ("", "ldaps") or not found or found[3] in ("389", "3268"):
        message = _('"{server}" is no LDAPS server').format(server=server)
        raise InventoryInvalid(message, hint=_("write its name, or ldaps://NAME; plain LDAP is never spoken"))
    return found[1] or found[2], int(found[3] or 636)


def context(settings: Directory) -> ssl.SSLContext:
    """TLS 1.2 or later, with the CA of directory.yaml alone. Raise InventoryInvalid if it is no CA."""
    try:
        context = ssl.create_default_context(cafile=str(settings.ca))
    except (OSError, ssl.SSLError) as error:
        message = _("the CA file {path} cannot be used: {why}")
        why = system_words(error)
        raise InventoryInvalid(message.format(path=settings.ca, why=why), reason="ca", cause=error) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
