"""The only place that knows YAML: scalars as YAML 1.2 reads them, no key twice, a line for every path.

PyYAML follows YAML 1.1, where `22:30` is 1350, `no` is false and `010` is 8. Here they stay text. Only the
core schema of YAML 1.2 (§10.3.2) is resolved, and numbers with leading zeros stay text too, because asset
and phone numbers have them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from yaml import MappingNode, Node, SequenceNode

from bitools.errors import InventoryInvalid
from bitools.i18n import _, system_words

__all__ = [
    "KeyPath",
    "MappingNode",
    "Node",
    "SequenceNode",
    "Step",
    "YamlFile",
    "composed",
    "flow",
    "parse",
    "read",
]
Step: TypeAlias = str | int
KeyPath: TypeAlias = tuple[Step, ...]

_TEXT = "tag:yaml.org,2002:str"
_DEEPEST = 50  # a nested bomb must not reach Python's recursion limit
_LARGEST = 20_000_000  # bytes
_MOST = 300_000  # paths (300 switches have 4,000); aliases of aliases can multiply a small file without end


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.1 or 1.2 would read as something else than text."""


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^(?:[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    (
        "float",
        r"^[-+]?(?:(?:0|[1-9][0-9]*)?\.[0-9]+|(?:0|[1-9][0-9]*)\.?)(?:[eE][-+]?[0-9]+)?$",
        "-+0123456789.",
    ),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("merge", r"^<<$", "<"),
):
    for _which in (_Loader, _Dumper):
        _which.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _integer(loader: Any, node: yaml.ScalarNode) -> int:
    return int(node.value, 0) if node.value.startswith(("0o", "0x")) else int(node.value)


_Loader.add_constructor("tag:yaml.org,2002:int", _integer)


def flow(value: Any) -> str:
    """A value on one line, as YAML 1.1 and 1.2 both read it: `{host: 10.0.0.1, tags: [a, "no"]}`."""
    text = yaml.dump(
        [value], Dumper=_Dumper, default_flow_style=True, width=math.inf, sort_keys=False, allow_unicode=True
    )
    return str(text).removesuffix("\n")[1:-1]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """What a file says, and on which line (counted from 1) each of its paths begins."""

    path: Path
    data: Any
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """The line of this path, or of its nearest ancestor that was written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def complaint(self, path: KeyPath, message: str, hint: str = "") -> InventoryInvalid:
        """An error that points here."""
        return InventoryInvalid(f"{self.path}:{self.line(path)}: {message}", hint=hint)


def read(path: Path) -> YamlFile:
    """Read one YAML file.

    Raise InventoryInvalid, with file and line, if it cannot be read, is not YAML, holds a key twice or is
    nested deeper than 50 levels.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise InventoryInvalid(_("{path}: larger than 20 MB").format(path=path))
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = _("{path}: cannot be read: {why}").format(path=path, why=system_words(error))
        raise InventoryInvalid(message, cause=error) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = _("{path}:{line}: not UTF-8").format(path=path, line=line)
        raise InventoryInvalid(message, hint=_("save the file as UTF-8"), cause=error) from error
    return parse(text, path)


def parse(text: str, path: Path) -> YamlFile:
    """Read YAML from text; `path` is what complaints name. Raise InventoryInvalid as `read` does."""
    result = YamlFile(path, None)
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return result
            _walk(node, (), result, frozenset())
            _refuse_tags(node, loader, result)
            data = loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        written = next(islice(text.splitlines(), line - 1, None), "")
        said = str(error.problem or error.context)
        message = f"{path}:{line}: " + _("not YAML: {why}").format(why=_problem(said, written))
        raise InventoryInvalid(message, cause=error) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = _problem(str(error).splitlines()[0] if str(error) else type(error).__name__)
        raise InventoryInvalid(f"{path}:1: " + _("not YAML: {why}").format(why=why), cause=error) from error
    return YamlFile(path, data, result.lines)


def composed(text: str) -> Node | None:
    """What is written where: nodes whose marks count letters. The text must be one that `parse` reads."""
    node: Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    return node


def _problem(said: str, line: str = "") -> str:
    """What libyaml finds wrong, as far as a person can use it; its own words are English."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _("a tab; YAML is indented with blanks")
    otherwise = _("a line is indented otherwise than those around it")
    sign = _("a sign that cannot begin a value; put the value in quotes")
    known = {
        "cannot start any token": sign,
        "alphabetic or numeric": sign,
        "mapping values are not allowed": _("a colon too many, or a wrong indentation; quotes help"),
        "expected ':'": _("a colon is missing, or a line is indented wrongly"),
        "expected ',' or": _("a comma or a bracket is missing"),
        "unexpected end of stream": _("a quotation mark or a bracket is not closed"),
        "unexpected document indicator": _("a quotation mark is not closed"),
        "another document": _("a second document (---); a file is one"),
        "undefined alias": _("an alias (*name) without its anchor (&name); put * in quotes"),
        "unknown escape character": _("a backslash in double quotes; use single quotes"),
        "control characters are not allowed": _("a control character; save the file anew as UTF-8"),
        "expected <document start>": _("a bracket or a line too many"),
        "expected <block end>": otherwise,
        "expected key": otherwise,
        "expected '-' indicator": otherwise,
        "not allowed in this context": otherwise,
        "expected node content": _("a value is missing, or a bracket is not closed"),
        "escape code": _("a backslash in double quotes; use single quotes"),
        "hexdecimal": _("a backslash in double quotes; use single quotes"),
        "UTF-8": _("a sign that is no UTF-8; save the file anew as UTF-8"),
        "Unicode": _("a sign that is no UTF-8; save the file anew as UTF-8"),
        "whitespace or line break": _("a blank is missing"),
        "anchor": _("a name behind & is given twice; put & in quotes"),
    }
    somewhere = _("a sign that has no place here; quotes help")
    return next((ours for theirs, ours in known.items() if theirs in said), somewhere)


def _refuse_tags(root: yaml.Node, loader: Any, file: YamlFile) -> None:
    """A value is what it looks like: a written tag (`!!timestamp`, `!!int [a]`) is refused, text excepted."""
    waiting: list[tuple[yaml.Node, KeyPath]] = [(root, ())]
    while waiting:
        node, at = waiting.pop()
        if node.tag != _TEXT and node.tag != loader.resolve(type(node), node.value, (True, False)):
            raise file.complaint(at, _("a tag has no place here; write the value alone"))
        if isinstance(node, yaml.SequenceNode):
            waiting += [(child, (*at, index)) for index, child in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            waiting += [(child, (*at, key.value)) for key, child in node.value]


def _walk(node: yaml.Node, at: KeyPath, file: YamlFile, above: frozenset[int]) -> None:
    """Note the line of every path; refuse duplicate keys, loops and nesting that is too deep."""
    file.lines.setdefault(at, node.start_mark.line + 1)
    if len(at) > _DEEPEST or len(file.lines) > _MOST or id(node) in above:
        raise file.complaint(at, _("nested too deeply, or aliases without end"))
    inside = above | {id(node)}
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _walk(child, (*at, index), file, inside)
    elif isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                file.lines[(*at, "?")] = key.start_mark.line + 1
                raise file.complaint((*at, "?"), _("a key must be plain text"))
            if key.value != "<<":
                key.tag = _TEXT  # 10: and on: are names here, as their author meant
            line = key.start_mark.line + 1
            if key.value in seen and key.value != "<<":
                file.lines[(*at, key.value)] = line
                message = _('"{key}" is written twice; the first is on line {line}')
                raise file.complaint((*at, key.value), message.format(key=key.value, line=seen[key.value]))
            seen[key.value] = line
            file.lines[(*at, key.value)] = line
            _walk(child, (*at, key.value), file, inside)
