"""`bitools inventory`: prove it, list it, hand it to editors and other tools."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli import inventory_import
from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.help import describe, exit_codes
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.state import Document

app = typer.Typer(
    no_args_is_help=True,
    help=describe(
        _("Prove, list and hand on what the municipality has."),
        "bitools inventory check",
        "bitools inventory list --site garaj",
    ),
    epilog=exit_codes(Code.INVALID),
)


@app.command(
    help=describe(
        _("Prove the whole inventory; every complaint has its file and line."),
        "bitools inventory check",
        "bitools --inventory ./yeni inventory check --json",
    ),
    epilog=exit_codes(Code.INVALID),
)
def check(ctx: typer.Context, json: JsonFlag = False) -> None:
    """Load everything; a complaint is an error like any other."""
    context = Context.of(ctx, json=json)
    inventory = context.inventory
    document = context.document("bitools.inventory.check/1")
    counts = {
        "sites": len(inventory.sites),
        "devices": len(inventory.devices),
        "datasets": len(inventory.datasets),
        "repositories": len(inventory.repositories),
        "directory": int(inventory.directory is not None),
        "sources": len(inventory.iplog.sources) if inventory.iplog else 0,
    }
    document.items = [{"part": part, "count": count} for part, count in counts.items()]
    context.finish(document, _show_counts, record=False)


def _show_counts(console: Console, document: Document) -> None:
    words = {
        "sites": _("sites"),
        "devices": _("devices"),
        "datasets": _("data sets"),
        "repositories": _("repositories"),
        "directory": _("directory"),
        "sources": _("log sources"),
    }
    parts = [f"{item['count']} {words[item['part']]}" for item in document.items]
    console.line("✓ " + ", ".join(parts), "green")


@app.command(
    name="list",
    help=describe(
        _("List the devices, or the data sets."),
        "bitools inventory list",
        "bitools inventory list --role wan",
    ),
    epilog=exit_codes(Code.INVALID),
)
def list_(
    ctx: typer.Context,
    site: Annotated[str, typer.Option(help=_("only this site"), show_default=False)] = "",
    role: Annotated[Literal["wan", "lan"] | None, typer.Option(help=_("only this role"))] = None,
    group: Annotated[str, typer.Option(help=_("only this group"), show_default=False)] = "",
    json: JsonFlag = False,
) -> None:
    """Devices after inheritance; secrets are references and stay so."""
    context = Context.of(ctx, json=json)
    document = context.document("bitools.inventory.list/1")
    for device in context.inventory.select_devices(site=site, role=role or "", group=group):
        document.items.append({"device": device.name, **device.model_dump(mode="json", exclude={"name"})})
    context.finish(document, _show_devices, record=False)


def _show_devices(console: Console, document: Document) -> None:
    console.table(
        [_("device"), _("address"), _("platform"), _("role"), _("site")],
        [
            (
                item["device"],
                f"{item['host']}:{item['port']}",
                item["platform"],
                item["role"].upper(),
                item["site"],
            )
            for item in document.items
        ],
    )


@app.command(
    help=describe(
        _("Write JSON Schema for editors: completion and complaints while typing."),
        "bitools inventory schema",
        "bitools inventory schema --to /etc/bitools/schema",
    ),
    epilog=exit_codes(),
)
def schema(
    ctx: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help=_("a folder; one file is written for each inventory file"))
    ] = None,
    json: JsonFlag = False,
) -> None:
    """To a folder, or all of them as one object on standard output."""
    from bitools.inventory.schema import schemas
    from bitools.state import write

    context = Context.of(ctx, json=json)
    found = schemas()
    if to is None:
        context.console.document(found)
        return
    document = context.document("bitools.inventory.schema/1")
    for name, one in found.items():
        path = to / f"{name}.json"
        text = json_module.dumps(one, ensure_ascii=False, indent=2) + "\n"
        changed = not path.exists() or path.read_text(encoding="utf-8") != text
        if changed:
            write(path, text.encode(), 0o644)
        document.changed |= changed
        document.items.append(
            {"name": name, "path": str(path), "status": "written" if changed else "unchanged"}
        )
    context.finish(document, _show_written, record=False, quiet=True)


def _show_written(console: Console, document: Document) -> None:
    for item in document.items:
        console.line(item["path"])


@app.command(
    help=describe(
        _("Print the inventory as another tool reads it."),
        "bitools inventory export --format ansible",
        "ansible-inventory -i playbooks/inventory --graph",
    ),
    epilog=exit_codes(Code.INVALID),
)
def export(
    ctx: typer.Context,
    format: Annotated[Literal["ansible", "nornir"], typer.Option(help=_("whose format"))] = "ansible",  # noqa: A002
    json: JsonFlag = False,
) -> None:
    """The foreign format is the data; `--json` changes nothing about it, since it is JSON already."""
    from bitools.inventory.export import ansible, nornir

    context = Context.of(ctx, json=json)
    context.console.document(nornir(context.inventory) if format == "nornir" else ansible(context.inventory))


app.command(
    name="import",
    help=describe(
        _("Make a devices.yaml from another tool's list; secrets are never carried over."),
        "bitools inventory import --format csv cihazlar.csv",
        "bitools inventory import --format oxidized router.db --to /etc/bitools/devices.yaml",
    ),
    epilog=exit_codes(Code.REFUSED, Code.INVALID),
)(inventory_import.import_)

app.command(
    help=describe(
        _("Write a small inventory with comments, to begin with."),
        "bitools inventory init /etc/bitools",
        "bitools inventory init ./yeni && bitools --inventory ./yeni inventory check",
    ),
    epilog=exit_codes(Code.REFUSED),
)(inventory_import.init)
