"""`bitools report outbox`, `flush` and `test`: mails on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.help import describe, exit_codes, remarked
from bitools.errors import Code, Locked
from bitools.i18n import _, ng, short_time

if TYPE_CHECKING:
    from bitools.state import Document

_CODES = (
    Code.PARTIAL,
    Code.INVALID,
    Code.LOCKED,
    Code.CREDENTIALS,
    Code.UNREACHABLE,
    Code.REJECTED,
    Code.INTEGRITY,
)

app = typer.Typer()


def add_to(group: typer.Typer) -> None:
    """Put these commands into the group `report`."""
    group.registered_commands += app.registered_commands


def show_mails(console: Console, document: Document) -> None:
    """What became of each mail."""
    for mail in document.items:
        done = _("sent") if mail["status"] == "sent" else _("queued")
        console.line(f"{done}: {mail['subject']} → {', '.join(mail['to'])}")


@app.command(
    help=describe(
        _("Send what waits in the outbox; --all does not wait for the time of the next try."),
        "bitools report flush",
        "bitools report flush --all",
        remarked("bitools report flush --refused", _("once the address exists")),
    ),
    epilog=exit_codes(*_CODES),
)
def flush(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=_("also mails whose next try is later"))] = False,
    refused: Annotated[
        bool, typer.Option("--refused", help=_("also mails that were refused for good"))
    ] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Empty the outbox."""
    from bitools.report.mail import delivery

    context = Context.of(ctx, json=json, dry_run=dry_run)
    try:
        with context.run.state.lock("report"):
            document = delivery.flush(
                context.run, now=context.started, everything=everything, refused=refused
            )
    except Locked:
        document = context.document("bitools.report.flush/1")
        document.more["skipped"] = "running"
    context.finish(document, _show_outbox, record=document.changed, quiet=True)


@app.command(
    help=describe(
        _("What waits in the outbox, and what was refused for good."),
        "bitools report outbox",
        remarked("bitools report outbox --clear", _("what was refused has been looked at")),
    ),
    epilog=exit_codes(Code.REFUSED, Code.INVALID, Code.LOCKED, Code.INTEGRITY),
)
def outbox(
    ctx: typer.Context,
    clear: Annotated[bool, typer.Option("--clear", help=_("forget what was refused for good"))] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """List the outbox."""
    from bitools.report.mail import delivery

    context = Context.of(ctx, json=json, dry_run=dry_run)
    if not clear:
        context.finish(delivery.waiting(context.run), _show_outbox, record=False)
    context.confirm(_("Forget every mail that was refused for good?"), yes)
    with context.run.state.lock("report"):
        document = delivery.clear(context.run)
    context.finish(document, _show_outbox, record=False, quiet=True)


def _show_outbox(console: Console, document: Document) -> None:
    if not document.items:
        console.line(_("skipped: running") if document.more.get("skipped") else _("the outbox is empty"))
        return
    words = {"waiting": _("waiting"), "sent": _("sent"), "dead": _("refused"), "forgotten": _("forgotten")}
    rows = [
        (
            words[item["status"]],
            short_time(item["queued"]),
            item["subject"],
            ", ".join(item["to"]),
            ng("{count} try", "{count} tries", item["attempts"]).format(count=item["attempts"]),
            item["error"],
        )
        for item in document.items
    ]
    console.table([_("status"), _("queued"), _("subject"), _("to"), _("tries"), _("answer")], rows)


@app.command(
    "test",
    help=describe(
        _("Send a test mail to everyone who gets the report of changes."),
        "bitools report test",
        "bitools report test --to ali@belediye.test",
    ),
    epilog=exit_codes(*_CODES),
)
def try_out(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help=_("only to this address"))] = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Try the way to the mail server."""
    from bitools.report.mail import delivery

    context = Context.of(ctx, json=json, dry_run=dry_run)
    document = delivery.try_out(context.run, to, now=context.started)
    context.finish(document, _show_outbox, record=False, quiet=True)
