"""RouterOS: a configuration is `add` and `set` lines under paths, changed by typing just such lines."""

from __future__ import annotations

import re
import shlex

from .editor import UnknownCommand

WIDTH = 78
VERBS = ("add", "set", "remove", "disable", "enable")
SENSITIVE = re.compile(r'\s(?:password|secret|wpa2-pre-shared-key|private-key)=(?:"[^"]*"|\S*)')


class RouterosConfiguration:
    """Paths in the order of the export, each with its lines."""

    def __init__(self, text: str) -> None:
        self.paths: dict[str, list[str]] = {}
        self.revision = 0
        path = ""
        for line in re.sub(r"\\\n\s*", "", text).splitlines():
            if line.startswith("/"):
                path = line.strip()
                self.paths.setdefault(path, [])
            elif line and not line.startswith("#"):
                self.paths[path].append(line.strip())

    def text(self, command: str = "") -> str:
        """As `export` prints it: secrets left out unless asked for, long lines continued unless `terse`."""
        lines = []
        for path, entries in self.paths.items():
            if not entries:
                continue
            if "terse" not in command:
                lines.append(path)
            for entry in entries:
                shown = entry if "show-sensitive" in command else SENSITIVE.sub("", entry)
                lines.extend([f"{path} {shown}"] if "terse" in command else continued(shown))
        return "".join(f"{line}\n" for line in lines)

    def edit(self) -> RouterosEditor:
        """Begin at the root path."""
        return RouterosEditor(self)


class RouterosEditor:
    """RouterOS has no configuration mode: one stands in a path and types commands."""

    def __init__(self, configuration: RouterosConfiguration) -> None:
        self.configuration = configuration
        self.path = ""

    @property
    def section(self) -> str:
        """The path, as the prompt shows it."""
        return self.path.replace(" ", "/")

    def back(self) -> bool:
        """Up to the root path."""
        was, self.path = self.path, ""
        return bool(was)

    def feed(self, line: str) -> str:
        """Obey `[/path] add|set|remove ...`, or move to a path. Raise UnknownCommand for anything else."""
        match = re.match(
            rf"^(?P<path>/?[a-z0-9 /-]*?)\s*\b(?P<verb>{'|'.join(VERBS)})\b\s*(?P<rest>.*)$", line.strip()
        )
        if not match:
            path = self._absolute(line.strip())
            if path not in self.configuration.paths:
                raise UnknownCommand(line)
            self.path = path
            return ""
        path = self._absolute(match["path"].strip())
        if path not in self.configuration.paths and not path.startswith(
            ("/ip ", "/interface ", "/system ", "/user")
        ):
            raise UnknownCommand(line)
        entries = self.configuration.paths.setdefault(path, [])
        self._obey(entries, match["verb"], match["rest"].strip())
        self.configuration.revision += 1
        return ""

    def _absolute(self, typed: str) -> str:
        if not typed.startswith("/"):
            typed = f"{self.path} {typed}".strip()
        return "/" + " ".join(typed.replace("/", " ").split())

    def _obey(self, entries: list[str], verb: str, rest: str) -> None:
        if verb == "add":
            entries.append(f"add {rest}")
            return
        found = re.match(r"^(\[\s*find\s*([^\]]*)\])\s*(.*)$", rest)
        if not found:
            chosen, values = _by_number_or_name(entries, rest)
            wanted = ""
            if not chosen and verb == "set":
                chosen = [
                    i for i, entry in enumerate(entries) if entry.startswith("set") and "[" not in entry
                ][:1]
        else:
            wanted, values = f"[ find {found[2].strip()} ]", found[3]
            chosen = [i for i, entry in enumerate(entries) if _has(entry, found[2].strip())]
        if verb == "remove":
            for index in reversed(chosen):
                del entries[index]
            return
        if verb in ("enable", "disable"):
            values = f"disabled={'yes' if verb == 'disable' else 'no'}"
        for index in chosen:
            entries[index] = merged(entries[index], values)
        if not chosen and verb == "set" and (wanted or "=" in values):
            entries.append(" ".join(part for part in ("set", wanted, values) if part))


def _has(entry: str, wanted: str) -> bool:
    return all(re.search(rf"(?:^|\s){re.escape(part)}(?:\s|$)", entry) for part in wanted.split(" ") if part)


def _by_number_or_name(entries: list[str], rest: str) -> tuple[list[int], str]:
    """`set 3 ...` or `set ether5 ...`: which entries are meant, and the values that follow."""
    item, _, values = rest.removeprefix("numbers=").partition(" ")
    if item.isdigit():
        return [int(item)] if int(item) < len(entries) else [], values
    if "=" in item:
        return [], rest
    return [
        i
        for i, entry in enumerate(entries)
        if _has(entry, f"name={item}") or f"default-name={item} " in entry or entry.startswith(f"set {item} ")
    ], values


def merged(entry: str, values: str) -> str:
    """The entry with each key=value replaced where it stands, or added at its end."""
    for part in shlex.split(values, posix=False):
        key = part.partition("=")[0]
        replaced, count = re.subn(
            rf'(?<=\s){re.escape(key)}=(?:"[^"]*"|\S*)', part.replace("\\", r"\\"), entry
        )
        entry = replaced if count else f"{entry} {part}"
    return entry


def continued(entry: str) -> list[str]:
    """A long line is continued after a backslash, four columns in."""
    lines, current = [], ""
    for part in re.findall(r'\s*(?:[^\s"]|"[^"]*")+', entry):
        if current.strip() and len(current) + len(part) > WIDTH:
            lines.append(current + " \\")
            current = "    " + part.strip()
        else:
            current += part
    return [*lines, current]
