"""`bitools ledger`: what was changed in the world, by whom, and the proof that nobody rewrote it."""

from __future__ import annotations

import json as json_module
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.help import describe, exit_codes, remarked
from bitools.errors import Code, Usage
from bitools.i18n import _, ng, short_time

if TYPE_CHECKING:
    from bitools.ledger.filter import Filter
    from bitools.state import Document

app = typer.Typer(
    no_args_is_help=True,
    help=describe(
        _("What was changed in the world, by whom, and proof that nobody rewrote it."),
        "bitools ledger show --since 2026-11-01",
        "bitools ledger verify",
    ),
    epilog=exit_codes(Code.INVALID, Code.INTEGRITY),
)
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
Since = Annotated[datetime | None, typer.Option(formats=_FORMATS, metavar="TIME", help=_("from then on"))]
Until = Annotated[
    datetime | None,
    typer.Option(formats=_FORMATS, metavar="TIME", help=_("before then; a day's name includes the day")),
]


@app.command(
    help=describe(
        _("List what was done, oldest first; all filters must fit, and a part of the word is enough."),
        "bitools ledger show --since 2026-11-01 --actor ayse",
        "bitools ledger show --action user. --target ali.veli --json",
    ),
    epilog=exit_codes(Code.INVALID, Code.INTEGRITY),
)
def show(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    actor: Annotated[str, typer.Option(help=_("who did it"))] = "",
    action: Annotated[str, typer.Option(help=_("what was done, for example user.disable"))] = "",
    target: Annotated[str, typer.Option(help=_("to what"))] = "",
    run: Annotated[str, typer.Option(help=_("in which run"))] = "",
    duty: Annotated[str, typer.Option(metavar="ARTICLE", help=_("for which article, for example 6.19"))] = "",
    json: JsonFlag = False,
) -> None:
    """List entries."""
    from bitools.ledger.filter import Filter, select

    context = Context.of(ctx, json=json)
    document = context.document("bitools.ledger.show/1")
    wanted = Filter(_zoned(since), _zoned(until), actor, action, target, run, duty)
    _in_order(wanted)
    document.items = list(select(context.ledger.entries(), wanted))
    context.finish(document, _show_entries, record=False)


def _in_order(wanted: Filter) -> None:
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise Usage(_("--since is later than --until"))


def _zoned(moment: datetime | None) -> datetime | None:
    """A time without a zone is this machine's."""
    return moment.astimezone() if moment else None


def _show_entries(console: Console, document: Document) -> None:
    if not document.items:
        console.note(_("no entry fits"))
        return
    headings = [
        _("number"),
        _("time"),
        _("actor"),
        _("action"),
        _("target"),
        _("outcome"),
        _("articles"),
        _("detail"),
    ]
    styles = {"failed": "red", "interrupted": "yellow", "intent": "dim"}
    rows = [
        (
            entry["seq"],
            short_time(entry["time"], seconds=True),
            entry["actor"],
            entry["action"],
            entry["target"],
            entry["outcome"],
            " ".join(entry["duties"]),
            _detail(entry),
        )
        for entry in document.items
    ]
    console.table(headings, rows, [styles.get(entry["outcome"], "") for entry in document.items])


def _detail(entry: dict[str, object]) -> str:
    """The state before an intent, or what came of it; in full with --json."""
    value = entry["before"] if entry["outcome"] == "intent" else entry["after"]
    if isinstance(value, dict) and "intent" in value:
        value = value.get("error") or value.get("result")
    text = (
        ""
        if value is None
        else value
        if isinstance(value, str)
        else json_module.dumps(value, ensure_ascii=False)
    )
    return text if len(text) <= 60 else text[:59] + "…"


@app.command(
    help=describe(
        _("Prove that no entry was changed, removed or moved since it was written."),
        "bitools ledger verify",
        remarked("bitools ledger verify --head 4f1c…", _("the head at the end of a mailed report")),
        "bitools ledger verify --file denetim.jsonl",
    ),
    epilog=exit_codes(Code.INVALID, Code.INTEGRITY),
)
def verify(
    ctx: typer.Context,
    head: Annotated[
        str, typer.Option(metavar="HASH", help=_("a head from a mail: shows a cut-off end, too"))
    ] = "",
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help=_("an exported file instead"))
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Walk the chain."""
    from bitools.ledger import export as ledger_export

    context = Context.of(ctx, json=json)
    if head and (len(head) != 64 or not set(head) <= set("0123456789abcdef")):
        raise Usage(
            _("a head is 64 digits and letters a-f"), hint=_("copy it from the end of a mailed report")
        )
    document = context.document("bitools.ledger.verify/1")
    if file:
        chain, said = ledger_export.verify(file, head)
        document.more = {"file": str(file), "first": said["first"], "last": said["last"]}
    else:
        chain = context.ledger.verify(head)
    document.items = chain.open
    document.more |= {"entries": chain.entries, "head": chain.head, "torn": chain.torn}
    if chain.open:
        text = ng("{count} intent has no outcome", "{count} intents have no outcome", len(chain.open))
        document.warnings.append(text.format(count=len(chain.open)))
    if chain.torn:
        document.warnings.append(
            _("the last entry was cut short by a crash; it was never reported as recorded")
        )
    context.finish(document, _show_chain, record=False)


def _show_chain(console: Console, document: Document) -> None:
    count = document.more["entries"]
    console.line(ng("{count} entry, whole", "{count} entries, whole", count).format(count=count), "green")
    console.line(_("head {head}").format(head=document.more["head"]))
    for entry in document.items:
        said = _("open: {seq} {time} {actor} {action} {target}")
        console.line(said.format(**{**entry, "time": short_time(str(entry["time"]), seconds=True)}), "yellow")


@app.command(
    help=describe(
        _("Write a part of the ledger for an auditor: its lines as they are, and what proves them."),
        "bitools ledger export denetim.jsonl",
        "bitools ledger export 2026.jsonl --since 2026-01-01 --until 2026-12-31",
    ),
    epilog=exit_codes(Code.INVALID, Code.INTEGRITY),
)
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("where to write it"), show_default=False)],
    since: Since = None,
    until: Until = None,
    json: JsonFlag = False,
) -> None:
    """Export entries."""
    from bitools.ledger import export as ledger_export
    from bitools.ledger.filter import Filter

    context = Context.of(ctx, json=json)
    document = context.document("bitools.ledger.export/1")
    wanted = Filter(_zoned(since), _zoned(until))
    _in_order(wanted)
    ledger_export.export(context.ledger, document, file, wanted)
    context.finish(document, _show_export, record=False)


def _show_export(console: Console, document: Document) -> None:
    for item in document.items:
        text = ng("{count} entry in {file}", "{count} entries in {file}", item["entries"])
        console.line(text.format(count=item["entries"], file=item["file"]))
        console.line(f"SHA-256 {item['sha256']}")
        console.line(_("head {head}").format(head=item["head"]))
