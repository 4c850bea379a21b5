"""Commands as one would type them, and a predicted tree as the device would show it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bitools.net.decisions.change.language import activation, said_in_lines, set_lines
from bitools.net.decisions.change.language.dialect import Dialect, dialect
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.grammar import BlockWords, grammar
from bitools.net.decisions.node import Node
from bitools.platforms.model import Platform


def typed(commands: Sequence[Command], spoken: Dialect) -> list[str]:
    """The lines to type: sections are entered once for all that follows in them, and left again."""
    if spoken.change.style in ("set", "yaml"):
        return [line for command in commands for line in (_with_path(command, spoken), *command.body)]
    lines: list[str] = []
    inside: tuple[str, ...] = ()
    for command in commands:
        common = _common(inside, command.path)
        lines += _left(inside, common, spoken)
        lines += [" " * depth + text for depth, text in enumerate(command.path) if depth >= common]
        inside = command.path
        indent = " " * len(inside)
        lines += [indent + command.line, *command.body]
        if not command.removes and not command.body and spoken.enters(command.line):
            lines.append(indent + spoken.leave(command.line))
    return [*lines, *_left(inside, 0, spoken)]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return length


def _left(inside: Sequence[str], to: int, spoken: Dialect) -> Iterator[str]:
    for depth in range(len(inside) - 1, to - 1, -1):
        if word := spoken.leave(inside[depth]):
            yield " " * depth + word


def _with_path(command: Command, spoken: Dialect) -> str:
    """The path between the verb and the rest."""
    verbs = sorted((spoken.change.put, spoken.change.negate), key=len, reverse=True)
    verb = next((one for one in verbs if command.line.startswith(f"{one} ")), command.line.partition(" ")[0])
    path = command.path
    if spoken.change.style == "yaml":
        path = tuple(text.removesuffix(":") for text in path if not text.startswith("- "))
    return " ".join((verb, *path, command.line[len(verb) + 1 :])).rstrip()


def shown(tree: Node, platform: Platform) -> str:
    """A configuration as text that is read as this tree."""
    if platform.change and platform.change.inactive:
        tree = activation.as_shown(tree, platform.change.inactive)
    if (lines_of_set := set_lines.as_lines(tree, platform)) is not None:
        return lines_of_set
    if platform.change and platform.change.said_in_lines:
        tree = said_in_lines.spread(tree, dialect(platform))
    lines: list[str] = []
    _show(tree, platform, grammar(platform).blocks, 0, lines)
    return "".join(f"{line}\n" for line in lines)


def _show(node: Node, platform: Platform, blocks: Sequence[BlockWords], depth: int, lines: list[str]) -> None:
    braces, sections = platform.nesting == "braces", platform.nesting == "sections"
    indent = "" if sections else ("    " if braces else " ") * depth
    for child in node.children:
        opens = bool(child.children) or (sections and child.text.startswith("/"))
        end = ("" if child.text.startswith("/*") else " {" if opens else ";") if braces else ""
        lines.append(f"{indent}{child.text}{end}")
        lines += child.body
        if child.children:
            _show(child, platform, blocks, depth + 1, lines)
        if opens and braces:
            lines.append(indent + "}")
        elif blocks and (closing := _closing(child.text, blocks)):
            lines.append(indent + closing)


def _closing(text: str, blocks: Sequence[BlockWords]) -> str:
    """The word that ends this section, where one must."""
    words = next((one for one in blocks if one.opens.search(text)), None)
    if words is None or words.closes is None:
        return ""
    return next(word for word in ("end", "next", "exit", "!") if words.closes.search(word))
