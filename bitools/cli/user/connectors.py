"""`bitools user connectors`: what other systems still need because of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.user.options import WIRE
from bitools.errors import Code
from bitools.i18n import _, short_date

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.directory import UserConnectorsItem
    from bitools.state import Document


@command(
    _("Say what other systems (EBYS, MIS, mail) still need because of an account; tick it, or try it again."),
    "bitools user connectors",
    "bitools user connectors ayse.yilmaz --tick ebys",
    "bitools user connectors --again",
    codes=(Code.DIFFERENT, *WIRE),
)
def connectors(
    ctx: typer.Context,
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="ACCOUNT", help=_("account names (sAMAccountName)"))
    ] = None,
    tick: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help=_("a connector that is done; may be repeated"))
    ] = None,
    again: Annotated[bool, typer.Option("--again", help=_("run what failed once more"))] = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Other systems."""
    from bitools.errors import Usage
    from bitools.user.verbs import connectors

    if tick and not accounts:
        raise Usage(_("--tick needs an account"))
    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    document = connectors.connectors(context.run, accounts or (), tick or (), again=again)
    failed = any(item["status"] == "failed" for item in document.items)
    context.finish(document, _show, record=False, code=Code.DIFFERENT if failed else None)


def _show(console: Console, document: Document[UserConnectorsItem]) -> None:
    from bitools.ledger.acts import named

    words = {"pending": _("planned"), "open": _("open"), "failed": _("failed"), "done": _("done")}
    rows = [
        [item["sam_account_name"], item["connector"], named(f"user.{item['event']}"), words[item["status"]],
         short_date(item["time"]), item["error"] or item["by"] or ""]
        for item in document.items
    ]  # fmt: skip
    if rows:
        console.table([_("account"), _("connector"), _("event"), _("status"), _("time"), ""], rows)
