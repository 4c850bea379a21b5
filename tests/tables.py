"""Every table that a command prints, over rows as long as they get: names, addresses and ids of real length.

Run as a program it prints them all where it stands, which a test does in a real terminal.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

from bitools.cli.console import Console
from bitools.cli.frame.app import COMMANDS, GROUPS
from bitools.cli.frame.command import typed
from bitools.documents import schemas
from bitools.state import Document

CLI = Path(__file__).parents[1] / "bitools" / "cli"
LONG: dict[str, str] = {
    "device": "sw-fen-isleri-zemin-kat-01", "dataset": "imar-arsivi-2026", "site": "fen-isleri", "host": "10.120.130.140",
    "commit": "4f1c9a" * 6 + "beef", "snapshot": "d2f803d7" * 8, "guid": "2c1f7a52-9a4e-4d0c-8a55-6c0f3f3d7a10",
    "fingerprint": "SHA256:F7TWDPb33k9TLF47bWLfbeRPDF2LPpWy4EIPIiqlxv4", "platform": "mikrotik_routeros",
    "sam_account_name": "abdurrahman.karaosman", "dn": "CN=Abdurrahman Karaosmanoğlu,OU=Fen İşleri,OU=Personel,DC=belediye,DC=test",
    "path": "/srv/belgeler/Meclis Kararları/2026-11 Meclis Kararı.txt", "subject": "[bitools] rt-merkez-01: ip access-list extended WAN-GIRIS",
    "hash": "9f86d081884c7d659a2feaa0c55ad015" * 2, "author": "mehmet.karaosmanoglu", "actor": "mehmet.karaosmanoglu",
    "mac": "00:11:22:33:44:55", "ip": "2001:db8:1234:5678::140", "source": "merkez-dhcp-sunucusu", "cron": "*/30 6-22 * * 1-5",
    "command": "bitools --inventory /etc/bitools --state /var/lib/bitools net snapshot --site merkez",
    "why": "parolası 90 günden eski ve son oturum 2025 yılında", "action": "net.snapshot", "cause": "outside_retention",
}  # fmt: skip
DAY = "2026-11-22T05:00:00+03:00"
_TIMES = (
    "purged",
    "deadline",
    "expires",
    "begin",
    "end",
    "sealed",
    "before",
    "oldest",
    "newest",
    "reached",
    "read",
    "checked",
    "drilled",
    "logon",
    "day",
    "month",
    "modified",
    "changed",
    "mtime",
    "begins",
    "ends",
    "sign",
    "missing",
    "time",
    "since",
    "at",
    "from",
    "to",
    "until",
    "due",
    "queued",
    "started",
    "finished",
    "last",
    "first",
    "claimed",
)


def commands() -> Iterator[tuple[str, str]]:
    """The kind of its document and the module of every command."""
    for group in GROUPS:
        for file in import_module(f"bitools.cli.{group}").GROUP.commands:
            yield f"{group}.{typed(file)}", f"bitools.cli.{group}.{file}"
    for name in COMMANDS:
        yield name, f"bitools.cli.{name}"


def printers() -> set[tuple[str, str]]:
    """File and function of everything that prints a table."""
    found = set()
    for path in CLI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(_prints(inner) for inner in ast.walk(node)):
                found.add((str(path.relative_to(CLI)), node.name))
    return found


def _prints(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("console.table", "self.table")


def shows(module: str) -> Iterator[Callable[[Console, Document[Any]], None]]:
    """What the command shows its document by: what it hands to `finish`."""
    there = import_module(module)
    for node in ast.walk(ast.parse(Path(str(there.__file__)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("finish") and len(node.args) > 1:
            owner, _dot, name = ast.unparse(node.args[1]).rpartition(".")
            found = getattr(getattr(there, owner, there) if owner else there, name, None)
            if callable(found):
                yield found


def kinds(show: Callable[..., None], kind: str) -> list[str]:
    """The kinds of document that this shows: the command's own, or all that have the items it names."""
    said = str(list(signature(show).parameters.values())[1].annotation)
    name = said.partition("[")[2].rstrip("]")
    fitting = [
        one for one, made in schemas.types().items() if f"[{name}]" in str(made.__annotations__.get("items"))
    ]
    return [kind] if kind in fitting else fitting


published = cache(schemas.schemas)


def samples(kind: str) -> Iterator[Document[Any]]:
    """Documents of this kind: one with every value that a choice allows, and one with the least."""
    schema = published()[kind]
    for variant in range(4):
        for full in (True, False):
            made = _made(schema, schema, "", variant, full=full)
            known = {
                "schema",
                "changed",
                "applied",
                "items",
                "failed",
                "warnings",
                "started",
                "finished",
                "run",
            }
            document: Document[Any] = Document(
                f"bitools.{kind}/1", "run", datetime.now(tz=UTC), items=made["items"]
            )
            document.more = {key: value for key, value in made.items() if key not in known}
            yield document


def _made(schema: dict[str, Any], root: dict[str, Any], name: str, variant: int, *, full: bool) -> Any:
    if "$ref" in schema:
        return _made(root["$defs"][schema["$ref"].rpartition("/")[2]], root, name, variant, full=full)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][variant % len(schema["enum"])]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            options = [one for one in schema[key] if one.get("type") != "null"]
            if not full and len(options) < len(schema[key]):
                return None
            return _made(options[variant % len(options)], root, name, variant, full=full)
    kind = schema.get("type", "string")
    if kind == "object" or "properties" in schema:
        wanted = schema.get("properties", {})
        named = set(wanted) if full else set(schema.get("required", wanted))
        return {key: _made(one, root, key, variant, full=full) for key, one in wanted.items() if key in named}
    if kind == "array":
        inside = schema.get("items", {"type": "string"})
        return [_made(inside, root, name.removesuffix("s"), variant + at, full=full) for at in range(3)]
    plain: dict[str, Any] = {"integer": 123456789, "number": 98.75, "boolean": variant % 2 == 0, "null": None}
    return plain.get(
        kind, LONG.get(name) or (DAY if name.split("_")[-1] in _TIMES else "uzunca bir metin parçası")
    )


def everything(console: Console) -> Iterator[tuple[str, Exception | None]]:
    """Print every table; the command of each, and what went wrong with it, if anything did."""
    for kind, module in commands():
        for show in shows(module):
            for document in (one for each in kinds(show, kind) for one in samples(each)):
                try:
                    show(console, document)
                except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
                    yield kind, error
                else:
                    yield kind, None


def main() -> None:
    """All of them, at the terminal that we stand in."""
    from bitools import i18n

    i18n.use("tr")
    console = Console.real({"TERM": "dumb"}, json=False, verbose=False)
    for _kind, _error in everything(console):
        pass
    sys.stdout.write("son\n")


def narrow(width: int) -> tuple[Console, io.StringIO]:
    """A console of so many columns, and what it wrote."""
    out = io.StringIO()
    return Console(out, io.StringIO(), interactive=True, width=width), out


if __name__ == "__main__":
    main()
