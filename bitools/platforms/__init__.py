"""Device platforms as data: one YAML file each, and the frozen model they load into.

A file may say `extends: OTHER`; its keys then replace the other's, mappings are merged, and a key written
`secrets+` adds to the other's list. A folder of the user's own adds platforms, or replaces shipped ones.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bitools import yamlfile
from bitools.errors import NotFound
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.platforms.model import Platform

_SHIPPED = Path(__file__).parent


def own_folder(inventory: Path) -> Path:
    """Where an inventory keeps platforms of its own; it need not be there."""
    return inventory / "platforms"


def names(own: Path | None = None) -> tuple[str, ...]:
    """Every platform's name, in order: the shipped ones and those in the user's `own` one. Reads no file."""
    folders = [_SHIPPED, *([own] if own and own.is_dir() else [])]
    return tuple(sorted({path.stem for folder in folders for path in folder.glob("*.yaml")}))


@cache
def load(name: str, own: Path | None = None) -> Platform:
    """Read one platform.

    Raise NotFound, naming those there are, if there is none of that name; InventoryInvalid, with file and
    line, if its file is wrong.
    """
    from pydantic import ValidationError

    from bitools.platforms.expression import SHIPPED
    from bitools.platforms.model import Platform

    file, data, lineage = _merged(name, own, ())
    written = {"netmiko": name, **data, "name": name, "lineage": lineage}
    ours = own is None or not any((own / f"{one}.yaml").is_file() for one in lineage)
    try:
        return Platform.model_validate(written, context=SHIPPED if ours else None)
    except ValidationError as error:
        first = error.errors()[0]
        path = tuple(first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise file.complaint(path, ".".join(map(str, path)) + ": " + message) from error


def _merged(
    name: str, own: Path | None, seen: tuple[str, ...]
) -> tuple[yamlfile.YamlFile, dict[str, Any], tuple[str, ...]]:
    """The file of this platform, its data with everything it inherits, and from whom."""
    file = yamlfile.read(file_of(name, own))
    if not isinstance(file.data, dict):
        raise file.complaint((), _("a mapping is expected here"))
    data: dict[str, Any] = dict(file.data)
    parent = data.pop("extends", None)
    if parent is None:
        return file, data, (name,)
    if parent in (*seen, name) or not isinstance(parent, str):
        raise file.complaint(("extends",), _("a platform cannot extend itself"))
    _file_above, inherited, above = _merged(parent, own, (*seen, name))
    for key in ("evidence", "proof", "rollback", "save"):  # what proves the one proves nothing of the other
        inherited.pop(key, None)
    if file.path.parent == _SHIPPED:
        inherited.pop("ssh", None)  # another maker's devices call their server otherwise
        if "change" not in data:
            inherited.pop("change", None)  # nor is what removes a line the same everywhere
    try:
        return file, _over(inherited, data), (name, *above)
    except TypeError as error:
        raise file.complaint((), str(error)) from error


def file_of(name: str, own: Path | None) -> Path:
    """Where it is written. Raise NotFound, naming those there are."""
    for folder in (own, _SHIPPED):
        if folder and name in names(folder) and (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    known = ", ".join(names(own))
    raise NotFound(
        _('no platform "{name}"').format(name=name), hint=_("known platforms: {names}").format(names=known)
    )


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """The one mapping laid over the other. Raise TypeError if `KEY+` has no list to add to."""
    result = dict(below)
    for key, value in above.items():
        plain = str(key).removesuffix("+")
        if plain != key:
            before = result.get(plain, [])
            if not isinstance(before, list) or not isinstance(value, list):
                raise TypeError(_("{key}: only a list can be added to a list").format(key=key))
            result[plain] = [*before, *value]
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = _over(result[key], value)
        else:
            result[key] = value
    return result
