"""`bitools backup status, prune, verify, pin, unpin`: how it stands, and the care of the repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup_text import Name, Names, short_id, shown_size, shown_time, words
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.help import describe, exit_codes
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.state import Document

app = typer.Typer()


@app.command(
    help=describe(
        _("Say when each data set was last backed up, and what is overdue."),
        "bitools backup status",
        "bitools backup status --exit-code",
    ),
    epilog=exit_codes(Code.PARTIAL, Code.DIFFERENT, Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE),
)
def status(
    ctx: typer.Context,
    names: Names = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=_("4 if anything is overdue"))] = False,
    json: JsonFlag = False,
) -> None:
    """The repositories are asked; nothing is changed."""
    from bitools.backup.verbs.standing import overdue
    from bitools.backup.verbs.standing import status as stand

    context = Context.of(ctx, json=json)
    this = context.run
    document = stand(this, this.inventory.select_datasets(names or []))
    alarm = exit_code and overdue(document)
    # Asked for its code it is a watch, and the reports tell what it found.
    context.finish(document, _show_status, record=exit_code, code=Code.DIFFERENT if alarm else None)


def _show_status(console: Console, document: Document) -> None:
    named = words()
    rows, styles = [], []
    for item in document.items:
        state = _("overdue") if item["overdue"] else _("due") if item["due"] else _("covered")
        last = shown_time(item["time"]) if item["time"] else _("never")
        rows.append((item["dataset"], named[item["tier"]], last, short_id(item), state))
        styles.append("red" if item["overdue"] else "")
    console.table([_("data set"), _("tier"), _("last complete"), _("snapshot"), _("status")], rows, styles)
    for item in document.more["repositories"]:
        if item["bytes"]:
            text = _("{name}: {size}").format(name=item["repository"], size=shown_size(item))
            if item["growth"] is not None:
                growth = shown_size({"bytes": abs(item["growth"])})
                sign = "-" if item["growth"] < 0 else "+"
                text += ", " + _("{growth} a day").format(growth=f"{sign}{growth}")
            if item["days_left"] is not None:
                text += ", " + _("room for {days} days").format(days=item["days_left"])
            console.line(text)


@app.command(
    help=describe(
        _("Reclaim the space of what was forgotten."), "bitools backup prune", "bitools backup prune mis-db"
    ),
    epilog=exit_codes(Code.PARTIAL, Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE),
)
def prune(ctx: typer.Context, names: Names = None, dry_run: DryRun = False, json: JsonFlag = False) -> None:
    """Of the repositories that hold these data sets; nothing is forgotten."""
    from bitools.backup.verbs.upkeep import prune as reclaim

    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    with context.console.working(_("reclaiming space …")):
        document = reclaim(this, this.inventory.select_datasets(names or []))
    context.finish(document, _show_prune, quiet=True)


def _show_prune(console: Console, document: Document) -> None:
    for item in document.items:
        if item["freed"] is None:
            console.line(_("{name}: pruned").format(name=item["repository"]))
        else:
            freed = shown_size({"bytes": item["freed"]})
            console.line(_("{name}: {freed} freed").format(name=item["repository"], freed=freed))


@app.command(
    help=describe(
        _("Read back what is stored, a part a day, until all has been read."),
        "bitools backup verify",
        "bitools backup verify --days 7",
    ),
    epilog=exit_codes(
        Code.PARTIAL, Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE, Code.INTEGRITY
    ),
)
def verify(
    ctx: typer.Context,
    names: Names = None,
    days: Annotated[
        int,
        typer.Option(min=1, max=365, help=_("everything is read within so many daily runs; 1 reads all now")),
    ] = 30,
    json: JsonFlag = False,
) -> None:
    """Of the repositories that hold these data sets."""
    from bitools.backup.verbs.upkeep import verify as read_back

    context = Context.of(ctx, json=json)
    this = context.run
    with context.console.working(_("reading …")):
        document = read_back(this, this.inventory.select_datasets(names or []), days)
    context.finish(document, _show_verify, quiet=True)


def _show_verify(console: Console, document: Document) -> None:
    for item in document.items:
        if item["status"] == "damaged":
            continue  # the failure says it
        text = _("{name}: intact; {count} of {of} parts were read, {unread} were never read")
        console.line(
            text.format(
                name=item["repository"], count=len(item["parts"]), of=item["of"], unread=item["unread"]
            )
        )


At = Annotated[
    str,
    typer.Option(
        metavar="TIME", help=_("the last run up to then; without it the newest"), show_default=False
    ),
]
Reason = Annotated[str, typer.Option(metavar="TEXT", help=_("why; it is recorded in the ledger"))]


@app.command(
    help=describe(
        _("Keep a run whatever the policy says: a legal hold."),
        "bitools backup pin mis-db --reason 'Sayıştay denetimi'",
        "bitools backup pin mis-db --at 2026-06-30 --reason 'Sayıştay denetimi'",
    ),
    epilog=exit_codes(Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED),
)
def pin(
    ctx: typer.Context,
    name: Name,
    reason: Reason,
    at: At = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Its snapshots get a new id; the run keeps its name."""
    _pin(Context.of(ctx, json=json, dry_run=dry_run), name, at, reason, pinned=True)


@app.command(
    help=describe(
        _("Let the policy decide again on a run that was pinned."),
        "bitools backup unpin mis-db --reason 'denetim bitti'",
        "bitools backup unpin mis-db --at 2026-06-30 --reason 'denetim bitti'",
    ),
    epilog=exit_codes(Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED),
)
def unpin(
    ctx: typer.Context,
    name: Name,
    reason: Reason,
    at: At = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """The last pinned run up to a time."""
    _pin(Context.of(ctx, json=json, dry_run=dry_run), name, at, reason, pinned=False)


def _pin(context: Context, name: str, at: str, reason: str, *, pinned: bool) -> None:
    from bitools.backup.decisions.moments import moment
    from bitools.backup.verbs.upkeep import pin as hold

    this = context.run
    (dataset,) = this.inventory.select_datasets([name])
    when = moment(at, this.inventory.settings.zone, end_of_day=True) if at else None
    document = hold(this, dataset, at=when, pinned=pinned, reason=reason)
    context.finish(document, _show_pin, quiet=True)


def _show_pin(console: Console, document: Document) -> None:
    for item in document.items:
        text = (
            _("{name} of {time} is pinned") if item["pinned"] else _("{name} of {time} is no longer pinned")
        )
        console.line(text.format(name=item["dataset"], time=shown_time(item["time"])))
