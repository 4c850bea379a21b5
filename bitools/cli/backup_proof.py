"""`bitools backup drill, copy, unlock`: the proof that backups can be used, and their second place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bitools.cli.backup_text import Names, shown_size, shown_time
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.help import describe, exit_codes
from bitools.errors import Code
from bitools.i18n import _, number

if TYPE_CHECKING:
    from bitools.state import Document

app = typer.Typer()


@app.command(
    help=describe(
        _("Restore the newest backups into a scratch place, and prove that they are whole."),
        "bitools backup drill",
        "bitools backup drill mis-db --json",
    ),
    epilog=exit_codes(
        Code.PARTIAL,
        Code.INVALID,
        Code.CREDENTIALS,
        Code.UNREACHABLE,
        Code.REJECTED,
        Code.INTEGRITY,
    ),
)
def drill(
    ctx: typer.Context,
    names: Names = None,
    scratch: Annotated[
        Path | None,
        typer.Option("--scratch", metavar="DIR", help=_("where there is room; else in the state folder")),
    ] = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """A database goes into a scratch database; nothing in use is written to."""
    from bitools.backup.verbs.drilling import drill as prove

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    with context.console.working(_("restoring …")):
        document = prove(this, this.inventory.select_datasets(names or []), scratch)
    context.finish(document, _show_drill, quiet=not dry_run)


def _show_drill(console: Console, document: Document) -> None:
    for item in document.items:
        text = _("{name} of {time}: {found}")
        found = _found(item) if item["status"] == "passed" else _("would be restored")
        console.line(text.format(name=item["dataset"], time=shown_time(item["time"]), found=found))


def _found(item: dict[str, Any]) -> str:
    """What a drill brought back, in words."""
    if item["kind"] == "database":
        text = _("whole: {tables} tables, {rows} rows")
        return text.format(tables=number(item["tables"]), rows=number(item["rows"]))
    if item["kind"] == "files":
        text = _("whole: {files} files, {size}; {compared} compared with the living ones")
        return text.format(
            files=number(item["files"]), size=shown_size(item), compared=number(item["compared"])
        )
    if item["kind"] == "domain":
        return _("whole: the domain was restored")
    return _("read back: {size}").format(size=shown_size(item))


@app.command(
    name="copy",
    help=describe(
        _("Bring the second repositories up to date, each by its own policy."),
        "bitools backup copy",
        "bitools backup copy mis-db --dry-run",
    ),
    epilog=exit_codes(
        Code.PARTIAL,
        Code.REFUSED,
        Code.INVALID,
        Code.LOCKED,
        Code.CREDENTIALS,
        Code.UNREACHABLE,
        Code.REJECTED,
    ),
)
def copy_(
    ctx: typer.Context,
    names: Names = None,
    no_forget: Annotated[bool, typer.Option("--no-forget", help=_("forget nothing afterwards"))] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help=_("a mass drop, or a clock that jumped, is right"))
    ] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Of an append-only repository nothing is forgotten."""
    from bitools.backup.verbs.copying import copy

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    datasets = this.inventory.select_datasets(names or [])
    with context.console.working(_("copying …")):
        document = copy(this, datasets, forget=not no_forget, confirmed=confirm)
    context.finish(document, _show_copy, quiet=not dry_run)


def _show_copy(console: Console, document: Document) -> None:
    headings = [_("repository"), _("data set"), _("runs copied"), _("runs forgotten")]
    rows = [
        (item["repository"], item["dataset"], len(item["runs"]), len(item["forgotten"]))
        for item in document.items
    ]
    console.table(headings, rows)


@app.command(
    help=describe(
        _("Remove locks that nobody holds any more; say who holds the others."),
        "bitools backup unlock",
        "bitools backup unlock mis-db --json",
    ),
    epilog=exit_codes(Code.PARTIAL, Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE),
)
def unlock(ctx: typer.Context, names: Names = None, dry_run: DryRun = False, json: JsonFlag = False) -> None:
    """A living lock is never removed."""
    from bitools.backup.verbs.upkeep import unlock as free

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    document = free(this, this.inventory.select_datasets(names or []))
    context.finish(document, _show_unlock, quiet=True)


def _show_unlock(console: Console, document: Document) -> None:
    for item in document.items:
        text = _("{name}: {count} stale locks removed")
        console.line(text.format(name=item["repository"], count=item["removed"]))
        for lock in item["locks"]:
            text = _("  held by {user}@{host}, process {pid}, since {since}")
            shown = lock | {"since": shown_time(lock["since"])}
            console.line(text.format(**{key: shown[key] for key in ("user", "host", "pid", "since")}))
