"""What can stand where on a command line, for completion (`cli.complete`), read off the command tree.

`{command: {commands, options: {option: kind}, arguments: [kind]}}`, the root's command being empty. A kind is
that of an inventory's names (`inventory.names`), `file`, `=a,b` for a choice, `value` for what nobody can
know, or empty for an option that takes none.
"""

from __future__ import annotations

import json
import sys
import types
import typing
from pathlib import Path

from bitools import i18n
from bitools.cli.complete import DescribedCommand
from bitools.cli.frame.app import GROUPS, group_of, tree
from bitools.cli.frame.parsed import Parameter, Parsed, commands, is_argument, parsed
from bitools.ledger import acts

_BY_NAME = {
    "devices": "device", "device": "device", "replace": "device", "between": "device", "dataset": "dataset",
    "site": "site", "source": "repository", "platform": "platform", "switch_platform": "platform",
    "switch_site": "site", "switch_role": "=lan,wan",
}  # fmt: skip
_BY_METAVAR = {"REPOSITORY": ["repository"], "REGEX DEVICE": ["value", "device"]}


def described() -> dict[str, DescribedCommand]:
    """The whole tree."""
    i18n.use("en")
    tree.cache_clear()
    found: dict[str, DescribedCommand] = {}
    _describe(parsed(tree()), (), found)
    tree.cache_clear()
    return found


def _describe(command: Parsed, path: tuple[str, ...], found: dict[str, DescribedCommand]) -> None:
    inner = commands(command)
    options = {"--help": ""}
    for one in command.params:
        if not is_argument(one):
            kind = "" if one.is_flag else _kinds(one, path)[0]
            options |= dict.fromkeys((*one.opts, *one.secondary_opts), kind)
    arguments = [kind for one in command.params if is_argument(one) for kind in _kinds(one, path)]
    found[" ".join(path)] = {"commands": sorted(inner), "options": options, "arguments": arguments}
    for name in inner:
        _describe(inner[name], (*path, name), found)


def _kinds(parameter: Parameter, path: tuple[str, ...]) -> list[str]:
    if parameter.metavar and parameter.metavar in _BY_METAVAR:
        return _BY_METAVAR[parameter.metavar]
    parts = list(_parts(parameter.type_descriptor.annotation))
    if Path in parts:
        return ["file"]
    if choices := [
        str(one)
        for part in parts
        if typing.get_origin(part) is typing.Literal
        for one in typing.get_args(part)
    ]:
        return ["=" + ",".join(choices)]
    name = parameter.name or ""
    own = group_of(path[0]).completed if path and path[0] in GROUPS else {}
    kind = own.get(name) or _BY_NAME.get(name, "value")
    return ["=" + ",".join(sorted(acts.BY_NAME)) if kind == "act" else kind]


def _parts(annotation: object) -> typing.Iterator[object]:
    """The types that a type is made of, but for the words of a choice."""
    yield annotation
    if typing.get_origin(annotation) is typing.Literal:
        return
    for part in typing.get_args(annotation):
        if isinstance(part, type | types.GenericAlias) or typing.get_origin(part):
            yield from _parts(part)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(described(), indent=1) + "\n", encoding="utf-8")
