"""`bitools user access`: who is in what, against what the role gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.user.options import WIRE, Csv
from bitools.i18n import _, ng

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.directory import UserAccessItem
    from bitools.state import Document

_COLUMNS = ("sam_account_name", "name", "employee_id", "department", "title", "role", "group", "why")
_KINDS: Final = ("given", "granted", "extra", "missing")


@command(
    _("Say who is in which groups, and whether the role gives them: for the yearly review of rights."),
    "bitools user access",
    "bitools user access --department 'Fen İşleri' --csv fen-isleri.csv",
    codes=WIRE,
)
def access(
    ctx: typer.Context,
    department: Annotated[str, typer.Option(help=_("only this directorate's people"))] = "",
    csv: Csv = None,
    json: JsonFlag = False,
) -> None:
    """Compare rights with roles."""
    from bitools import output
    from bitools.figures import spreadsheet
    from bitools.user.verbs import access

    context: Context = Context.of(ctx, json=json)
    document = access.access(context.run, department)
    if csv:
        rows = [
            [{**item, "group": dn, "why": why}.get(name) for name in _COLUMNS]
            for item in document.items
            for dn, why in _groups(item)
        ]
        output.write(csv, spreadsheet.table(_COLUMNS, rows))
    context.finish(document, _show, record=False)


def _groups(item: UserAccessItem) -> list[tuple[str, str]]:
    """Each group and why it is one; one without a name for who is in none."""
    return [(dn, kind) for kind in _KINDS for dn in item[kind]] or [("", "")]


def _show(console: Console, document: Document[UserAccessItem]) -> None:
    words = {
        "given": _("by role"),
        "granted": _("granted"),
        "extra": _("nobody knows why"),
        "missing": _("missing"),
    }
    rows = [
        [item["sam_account_name"], item["role"] or "?", words.get(why, ""), dn.partition(",")[0]]
        for item in document.items
        for dn, why in _groups(item)
    ]
    console.table([_("account"), _("role"), _("why"), _("group")], rows)
    count = len(document.items)
    console.note(ng("{count} account", "{count} accounts", count).format(count=count))
