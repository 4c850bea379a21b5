"""One more entry in a YAML file, as text: what a person wrote stays as it is, byte for byte.

Where that cannot be (a key that says `null`, an alias, a tag), it is refused, and the line is shown for a
person to write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bitools import yamlfile
from bitools.errors import InventoryInvalid, Refused
from bitools.i18n import _
from bitools.yamlfile import KeyPath, MappingNode, Node, SequenceNode, flow

_BREAK = re.compile(
    r"\r\n|[\r\n\x85\u2028\u2029]"
)  # as YAML 1.1 ends a line; 1.2 reads the last three as text


def inserted(text: str, at: KeyPath, name: str, value: Any, file: str) -> str:
    """The text with the entry `name: value` in the mapping at `at`, behind what is there, or before it.

    A mapping on the way that is not there is begun. `file` is what errors name. Raise Refused if the name is
    there already, or if nothing can be put there without a change of what is written; InventoryInvalid if the
    text is no YAML.
    """
    wanted = _with(yamlfile.parse(text, Path(file)).data, at, name, value)
    for first in (
        () if wanted is None else (False, True)
    ):  # a last text without an end of line lets nothing follow
        made = _inserted(text, yamlfile.composed(text), at, name, flow(value), first=first)
        if _says(made, wanted):
            return made
    place, line = ".".join(map(str, at)), f"{flow(name)}: {flow(value)}"
    message = _("{file}: {line} cannot be added there without changing what is written")
    hint = _("write it by hand, under {place}").format(place=place) if place else _("write it by hand")
    raise Refused(message.format(file=file, line=line), hint=hint, reason="text")


def _says(text: str, wanted: Any) -> bool:
    try:
        return bool(yamlfile.parse(text, Path("-")).data == wanted)
    except InventoryInvalid:
        return False


def _with(data: Any, at: KeyPath, name: str, value: Any) -> dict[Any, Any] | None:
    """The data as they are to be; None if something else is in the place."""
    if data is not None and not isinstance(data, Mapping):
        return None
    here = dict(data or {})
    if not at:
        return None if name in here else {**here, name: value}
    below = _with(here.get(at[0]), at[1:], name, value)
    return None if below is None else {**here, at[0]: below}


def _inserted(text: str, root: Node | None, at: KeyPath, name: str, value: str, *, first: bool) -> str:
    """Go down as far as there is something; what is missing of the way becomes part of the entry."""
    node, key, way = root, None, list(at)
    while way and isinstance(node, MappingNode):
        found = next(((one, child) for one, child in node.value if one.value == way[0]), None)
        if found is None:
            break
        (key, node), way = found, way[1:]
    if isinstance(node, MappingNode) and node.flow_style:
        entry = f"{flow(name)}: {value}"
        for step in reversed(way):
            entry = f"{flow(step)}: {{{entry}}}"
        place = _end(node.value[-1][1]) if node.value else node.start_mark.index + 1
        return text[:place] + (", " if node.value else "") + entry + text[place:]
    if isinstance(node, MappingNode):
        offset, column = _end(node), node.value[0][0].start_mark.column
    elif node is None or key is None:  # nothing is written but comments
        offset, column = len(text), 0
    else:
        offset, column = node.end_mark.index, key.start_mark.column + 2
    lines = [*(f"{flow(step)}:" for step in way), f"{flow(name)}: {value}"]
    indented = [" " * (column + 2 * depth) + line for depth, line in enumerate(lines)]
    if first and isinstance(node, MappingNode):
        return _before(text, node.value[0][0].start_mark.index, indented, column)
    return _behind(text, offset, indented)


def _end(node: Node) -> int:
    """Where what is written of a node ends."""
    while isinstance(node, MappingNode | SequenceNode) and node.value and not node.flow_style:
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    return int(node.end_mark.index)


def _before(text: str, offset: int, lines: Sequence[str], column: int) -> str:
    """Lines before the key that begins at `offset`, in this column."""
    newline = _newline(text)
    return text[:offset] + newline.join(lines).lstrip(" ") + newline + " " * column + text[offset:]


def _newline(text: str) -> str:
    found = _BREAK.search(text)
    return found[0] if found else "\n"


def _behind(text: str, offset: int, lines: Sequence[str]) -> str:
    """Lines of their own, behind the line in which `offset` is."""
    newline = _newline(text)
    line = newline.join(lines)
    if not text.strip("\ufeff"):
        return f"{text}{line}{newline}"
    if offset and _BREAK.fullmatch(
        text[offset - 1]
    ):  # a text of several lines ends where the next one begins
        return f"{text[:offset]}{line}{newline}{text[offset:]}"
    if rest := _BREAK.search(text, offset):
        return f"{text[: rest.end()]}{line}{newline}{text[rest.end() :]}"
    return f"{text}{newline}{line}{newline}"
