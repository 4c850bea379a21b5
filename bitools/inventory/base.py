"""What every part of the inventory shares: names, secret references."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

from bitools.credentials import KINDS, Reference
from bitools.i18n import _

ADDRESS = r"^[^@\s<>,;]+@[^@\s<>,;]+$"
DISTINGUISHED_NAME = r"^[A-Za-z]+=.+"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


def checked_name(value: Any) -> str:
    """Names become file names, tags and mail subjects: small letters, digits, `.`, `_`, `-`; 63 at most."""
    if not isinstance(value, str) or not _NAME.fullmatch(value) or ".." in value:
        allowed = _("a name is small letters a-z, digits, '.', '_', '-'; 63 at most, a letter or digit first")
        raise ValueError(allowed)
    return value


def reference(value: Any, info: ValidationInfo) -> Reference:
    """A secret can only be a reference; a relative `file:` is relative to the inventory's folder."""
    if isinstance(value, Reference):
        return value
    if not isinstance(value, str):
        raise ValueError(
            _("a secret is not written here; it is a reference: {allowed}").format(
                allowed=", ".join(f"{kind}:…" for kind in KINDS)
            )
        )
    found = Reference.parse(value)
    if found.kind == "file":
        return Reference("file", str(placed(found.place, info)))
    return found


def _path(value: Any, info: ValidationInfo) -> Path:
    """A path; a relative one is relative to the inventory's folder."""
    if not isinstance(value, str | Path) or not str(value) or not str(value).isprintable():
        raise ValueError(_("a path is expected here"))
    return placed(str(value), info)


def placed(written: str, info: ValidationInfo) -> Path:
    """A path as written, from the inventory's folder; `~` is the home of who runs bitools.

    Raise ValueError for the home of somebody who is not known.
    """
    try:
        return inventory_folder(info) / Path(written).expanduser()
    except RuntimeError as error:
        raise ValueError(_("{path}: nobody knows this home").format(path=written)) from error


def inventory_folder(info: ValidationInfo) -> Path:
    """The folder the inventory is read from; relative paths begin there."""
    context = info.context or {}
    return Path(context.get("folder", "."))


Name = Annotated[
    str, BeforeValidator(checked_name), WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$"})
]
SecretReference = Annotated[
    Reference,
    BeforeValidator(reference),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^({'|'.join(KINDS)}):.+$"}),
]
InventoryPath = Annotated[
    Path,
    BeforeValidator(_path),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string"}),
]
