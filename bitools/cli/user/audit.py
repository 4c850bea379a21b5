"""`bitools user audit`: judge every account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.user.options import WIRE, Csv, days, write_csv
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.directory import UserAuditItem
    from bitools.state import Document

_COLUMNS = ("sam_account_name", "rule", "why", "dn")


@command(
    _("Say what is wrong with the accounts; ends with 4 if anything is."),
    "bitools user audit",
    "bitools user audit --stale 180 --json",
    codes=(
        Code.DIFFERENT,
        *WIRE,
    ),
)
def audit(
    ctx: typer.Context,
    stale: Annotated[str, typer.Option(metavar="DAYS", help=_("unused for so long is too long"))] = "90",
    csv: Csv = None,
    json: JsonFlag = False,
) -> None:
    """Judge every account."""
    from bitools.user.verbs import audit

    context: Context = Context.of(ctx, json=json)
    longest = days(stale, "--stale", least=1)
    document = audit.audit(context.run, longest)
    write_csv(csv, _COLUMNS, document)
    context.finish(document, _show_audit, code=Code.DIFFERENT if document.items else None)


def _show_audit(console: Console, document: Document[UserAuditItem]) -> None:
    rows = [[item["sam_account_name"], item["rule"], item["why"]] for item in document.items]
    if rows:
        console.table([_("account"), _("rule"), _("why")], rows)
