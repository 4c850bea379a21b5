"""`bitools backup restore`: bring a data set back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup.options import From, Name
from bitools.cli.backup.text import short_id, shown_size, shown_time
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _, number

if TYPE_CHECKING:
    from bitools.documents.backup_admin import RestoreItem
    from bitools.state import Document


Into = Annotated[
    str,
    typer.Option(
        metavar="DATABASE", help=_("instead, a new database on the same server"), show_default=False
    ),
]
Which = Annotated[
    str,
    typer.Option(
        metavar="NAME", help=_("which one, where the data set is all of a server"), show_default=False
    ),
]
Later = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help=_("go on if the ledger's disk takes no entry, and write here what is to be entered"),
        show_default=False,
    ),
]


@command(
    _("Bring a data set back as it was, into a folder of its own."),
    "bitools backup restore belgeler --to /srv/geri",
    "bitools backup restore belgeler --to /srv/geri --at 2026-11-20 --path /srv/belgeler/imar",
    "bitools backup restore mis-db --into-database mis_eski --at 2026-06-30",
    codes=(Code.REFUSED, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED, Code.INTEGRITY),
)
def restore(
    ctx: typer.Context,
    name: Name,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="DIR", help=_("an empty folder; it is made if need be"), show_default=False
        ),
    ] = None,
    into_database: Into = "",
    database: Which = "",
    at: Annotated[
        str,
        typer.Option(
            metavar="TIME", help=_("as it was then; a date means the end of that day"), show_default=False
        ),
    ] = "",
    path: Annotated[
        str,
        typer.Option(metavar="PATH", help=_("only this file or folder, written in full"), show_default=False),
    ] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=_("into a folder that is not empty; files in it are replaced"))
    ] = False,
    source: From = "",
    ledger_later: Later = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Every file is read back after it was written."""
    from bitools.backup.verbs import restore

    if (to is None) == (not into_database) or (into_database and (path or overwrite)) or (to and database):
        raise typer.BadParameter(_("either --to DIR, with or without --path, or --into-database"))
    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    (dataset,) = this.inventory.select_datasets([name])
    when = this.moment(at, end=True) if at else None
    later = ledger_later is not None
    try:
        with context.console.working(_("restoring …")):
            if to is None:
                document = restore.restore_database(
                    this, dataset, into_database, at=when, source=source, which=database, later=later
                )
            else:
                document = restore.restore(
                    this, dataset, to, at=when, path=path, overwrite=overwrite, source=source, later=later
                )
    finally:
        _tell_what_is_not_entered(context, ledger_later)
    if this.ledger.unentered:
        document.more["unentered"] = this.ledger.unentered
    context.finish(document, _show_restore, quiet=True)


def _tell_what_is_not_entered(context: Context, file: Path | None) -> None:
    """However the restore ended: what the ledger lacks goes to the file, or is printed line by line."""
    from bitools.ledger import enter, late
    from bitools.state import write

    lines = list(enter.lines_of(context.ledger.unentered))
    if not lines:
        return
    if file is not None:
        write(file, "".join(f"{line}\n" for line in lines).encode(), mode=0o600)
    elif not context.console.json:
        for line in lines:
            context.console.warn(line)
    context.warnings.append(late.hint(str(file or "")))


def _show_restore(console: Console, document: Document[RestoreItem]) -> None:
    for item in document.items:
        text = _("{name} of {time}, snapshot {snapshot}, to {folder}").format(
            name=item["dataset"],
            time=shown_time(item["time"]),
            snapshot=short_id(item["snapshot"]),
            folder=item["to"],
        )
        if "tables" in item:
            text += ": " + _("{tables} tables, {rows} rows").format(
                tables=number(item["tables"]), rows=number(item["rows"])
            )
        if "files" in item:
            text += ": " + _("{files} files, {size}").format(
                files=number(item["files"]), size=shown_size(item["bytes"])
            )
        console.sentence(text)
