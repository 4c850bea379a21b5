"""`bitools inventory import` and `init`: the first inventory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.console import Console, safe
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.errors import InventoryInvalid, Refused
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.state import Document


def import_(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(help=_("the other tool's files; Nornir's hosts, groups and defaults together")),
    ],
    form: Annotated[
        Literal["csv", "oxidized", "rancid", "ansible", "nornir", "netbox"],
        typer.Option("--format", help=_("whose list it is")),
    ],
    to: Annotated[Path | None, typer.Option(help=_("write this file; else it is printed"))] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Needs no inventory; what was left out or renamed is a warning and a comment."""
    from bitools.inventory.importing import as_yaml, importer
    from bitools.state import write

    context = Context.of(ctx, json=json, dry_run=dry_run)
    found = importer(form)({str(path): _read(path) for path in files})
    text = as_yaml(found, f"{form}: {', '.join(path.name for path in files)}")
    document = context.document("bitools.inventory.import/1")
    document.items = [{"device": name, **row} for name, row in found.devices.items()]
    document.warnings = found.notes
    document.more["text"] = text
    document.changed = to is not None
    if to is None:
        context.finish(document, _print, record=False)
    elif to.exists():
        context.confirm(_("{file} is there already. Replace it?").format(file=to), yes)
    if to is not None and not dry_run:
        try:
            write(to, text.encode(), 0o640)
        except OSError as error:
            raise Refused(f"{to}: {error.strerror}", cause=error) from error
    context.finish(document, lambda _console, _document: None, record=False, quiet=True)


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InventoryInvalid(f"{path}: {error.strerror}", cause=error) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("iso8859-9")  # Excel in Turkish


def _print(console: Console, document: Document) -> None:
    for line in document.more["text"].splitlines():
        console.put(safe(line) + "\n")


def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("a new or empty folder"))],
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Nothing that is there already is touched."""
    from bitools.inventory.beginning import FILES
    from bitools.state import write

    context = Context.of(ctx, json=json, dry_run=dry_run)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = _("see what it says: bitools --inventory {folder} inventory check").format(folder=folder)
        raise Refused(_("{folder} is not empty").format(folder=folder), hint=hint)
    document = context.document("bitools.inventory.init/1")
    document.changed = True
    for name, text in FILES.items():
        if not dry_run:
            try:
                write(folder / name, text.encode(), 0o640)
            except OSError as error:
                raise Refused(f"{folder / name}: {error.strerror}", cause=error) from error
        status = "planned" if dry_run else "written"
        document.items.append({"name": name, "path": str(folder / name), "status": status})
    context.finish(document, _show_written, record=False, quiet=True)


def _show_written(console: Console, document: Document) -> None:
    for item in document.items:
        console.line(item["path"])
