"""`bitools net search`: lines and local accounts, now and ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.net.options import GroupOption, RoleOption, SiteOption, TagOption, selected
from bitools.errors import Code, Usage
from bitools.i18n import _, ng, short_time

if TYPE_CHECKING:
    from bitools.documents.net import SearchItem
    from bitools.state import Document


@command(
    _("Find lines in what devices have, or ever had; asks no device."),
    "bitools net search 'permit .* any any'",
    "bitools net search --account ayse.yilmaz",
    "bitools net search 10.10.99.6 --history --site merkez",
    codes=(Code.DIFFERENT, Code.REFUSED, Code.INVALID),
)
def search(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="REGEX DEVICE",
            help=_("a regular expression, then devices; all if none is named"),
            show_default=False,
        ),
    ] = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    tag: TagOption = "",
    account: Annotated[
        str, typer.Option(metavar="NAME", help=_("local accounts with this name, instead of a pattern"))
    ] = "",
    history: Annotated[
        bool, typer.Option("--history", help=_("every line that was ever added or removed"))
    ] = False,
    ignore_case: Annotated[bool, typer.Option("--ignore-case", "-i", help=_("A is a"))] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=_("4 if something is found"))] = False,
    json: JsonFlag = False,
) -> None:
    """Read the history; found or not is 0, unless --exit-code asks."""
    from bitools.net.verbs import search

    context = Context.of(ctx, json=json)
    if not account and not words:
        raise Usage(_("what is to be found? a REGEX, or --account NAME"))
    devices = list(words or []) if account else list(words or [])[1:]
    chosen = selected(context, devices, site, role, group, tag)
    everywhere = history and not (devices or site or role or group or tag)
    if account:
        document = search.accounts(context.run, chosen, account, history=history, everywhere=everywhere)
    else:
        document = search.search(
            context.run,
            chosen,
            (words or [""])[0],
            history=history,
            everywhere=everywhere,
            ignore_case=ignore_case,
        )
    code = Code.DIFFERENT if exit_code and document.items else None
    if not document.items:
        _nothing(context.console, account or (words or [""])[0], len(chosen), history=history)
    context.finish(document, _show, record=False, code=code)


def _nothing(console: Console, wanted: str, count: int, *, history: bool) -> None:
    """What was looked for where, for whoever looks: a slip in the pattern also finds nothing."""
    where = _("in every stored line") if history else _("in the newest snapshots")
    devices = ng("{count} device", "{count} devices", count).format(count=count)
    text = _("nothing found: {wanted} · {where} · {devices}")
    console.note(text.format(wanted=wanted, where=where, devices=devices))


def _show(console: Console, document: Document[SearchItem]) -> None:
    """`device:number: section / line`, as grep says it; in the history with the commit and a sign."""
    for item in document.items:
        line = " / ".join([*item["path"], item["line"]])
        if "commit" in item:
            when = short_time(item["time"] or "")
            sign, style = ("+", "green") if item["kind"] == "added" else ("-", "red")
            who = item["author"] or "?"
            console.sentence(f"{item['commit'][:10]} {when} {who} {item['device']}: {sign} {line}", style)
        elif "account" in item:
            same = "" if item["match"] == "exact" else " " + _("(similar)")
            console.sentence(f"{item['device']}:{item['number']}: {item['account']}{same}: {line}")
        else:
            console.sentence(f"{item['device']}:{item['number']}: {line}")
