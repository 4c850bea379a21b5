"""Junos: braces, `set` and `delete` on a candidate, and nothing happens before `commit`."""

from __future__ import annotations

import copy
import re
import shlex

from .editor import UnknownCommand
from .platform import Grammar

SECRETS = ("encrypted-password ", "secret ", "pre-shared-key ", "authentication-key ")

Branch = dict[str, "Branch | None"]


class JunosConfiguration:
    """Containers are dictionaries under their header (`unit 0`), statements are keys without a value."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.keyed = grammar.keyed
        self.scalars = grammar.scalars
        self.containers = re.compile(grammar.containers)
        self.root: Branch = {}
        self.revision = 0
        stack = [self.root]
        for line in (line.strip() for line in text.splitlines()):
            if line.endswith("{"):
                stack.append(_open(stack[-1], line[:-1].strip()))
            elif line == "}":
                stack.pop()
            elif statement := re.match(r"^(.*);(?: ## SECRET-DATA)?$", line):
                stack[-1][statement[1]] = None

    def text(self, command: str = "") -> str:
        """With braces, or as set commands after `| display set`."""
        lines = _as_set(self.root, "set") if "display set" in command else _as_braces(self.root, 0)
        return "".join(f"{line}\n" for line in lines)

    def edit(self) -> JunosEditor:
        """Begin with a candidate that is a copy."""
        return JunosEditor(self)


class JunosEditor:
    """One admin's candidate configuration."""

    section = ""

    def __init__(self, configuration: JunosConfiguration) -> None:
        self.configuration = configuration
        self.candidate = copy.deepcopy(configuration.root)

    def back(self) -> bool:
        """There are no sections to leave: `edit` is not simulated."""
        return False

    def feed(self, line: str) -> str:
        """Obey `set`, `delete`, `rollback`, `commit`. Raise UnknownCommand for anything else."""
        verb, _, rest = line.strip().partition(" ")
        if verb == "set" and rest:
            self._set(self.candidate, _words(rest))
        elif verb == "delete" and rest:
            _delete(self.candidate, rest)
        elif verb == "rollback":
            self.candidate = copy.deepcopy(self.configuration.root)
            return "load complete"
        elif verb == "commit" and rest.startswith("check"):
            return "configuration check succeeds"
        elif verb == "commit":
            self.configuration.root = copy.deepcopy(self.candidate)
            self.configuration.revision += 1
            return "commit complete"
        else:
            raise UnknownCommand(line)
        return ""

    def _set(self, branch: Branch, words: list[str]) -> None:
        """Walk into the containers that exist or are of a keyed kind; the rest is the statement."""
        shape = self.configuration
        for size in (2, 1):
            header = " ".join(words[:size])
            of_a_kind = words[0] in shape.keyed if size == 2 else shape.containers.match(header)
            if len(words) > size and (of_a_kind or isinstance(branch.get(header), dict)):
                self._set(_open(branch, header), words[size:])
                return
        statement = " ".join(words)
        scalar = next((s for s in shape.scalars if statement.startswith(f"{s} ")), None)
        old = next((key for key in branch if scalar and key.startswith(f"{scalar} ")), None)
        if old is None:
            branch[statement] = None
            return
        kept = {statement if key == old else key: inner for key, inner in branch.items()}
        branch.clear()
        branch.update(kept)


def _open(branch: Branch, header: str) -> Branch:
    inner = branch.get(header)
    if inner is None:
        inner = branch[header] = {}
    return inner


def _words(text: str) -> list[str]:
    return shlex.split(text, posix=False)


def _delete(branch: Branch, text: str) -> None:
    for key in list(branch):
        inner = branch[key]
        if key == text or key.startswith(f"{text} "):
            del branch[key]
        elif inner is not None and text.startswith(f"{key} "):
            _delete(inner, text.removeprefix(f"{key} "))
            if not inner:
                del branch[key]


def _as_braces(branch: Branch, depth: int) -> list[str]:
    lines, indent = [], "    " * depth
    for key, inner in branch.items():
        if inner is None:
            lines.append(f"{indent}{key};{_marked(key)}")
        else:
            lines += [f"{indent}{key} {{", *_as_braces(inner, depth + 1), f"{indent}}}"]
    return lines


def _as_set(branch: Branch, prefix: str) -> list[str]:
    lines = []
    for key, inner in branch.items():
        lines += [f"{prefix} {key}{_marked(key)}"] if inner is None else _as_set(inner, f"{prefix} {key}")
    return lines


def _marked(statement: str) -> str:
    """Junos marks every statement that holds a secret."""
    return " ## SECRET-DATA" if statement.startswith(SECRETS) else ""
