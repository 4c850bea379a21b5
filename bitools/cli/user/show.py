"""`bitools user show`: look people up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.user.options import WIRE
from bitools.cli.user.text import state_of
from bitools.errors import Code
from bitools.i18n import _, short_date

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.directory import UserShowItem
    from bitools.state import Document


@command(
    _("Show accounts: by account name, mail, employee id, or a part of the name."),
    "bitools user show ayse.yilmaz",
    "bitools user show 4711 --json",
    codes=(
        Code.PARTIAL,
        *WIRE,
    ),
)
def show(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WHO", help=_("account, mail, employee id or name"))],
    json: JsonFlag = False,
) -> None:
    """Look people up."""
    from bitools.user.verbs import show

    context: Context = Context.of(ctx, json=json)
    context.finish(show.show(context.run, words), _show_people, record=False)


def _show_people(console: Console, document: Document[UserShowItem]) -> None:
    for item in document.items:
        console.line(f"{item['sam_account_name']}  {state_of(item)}", "bold")
        rows = {"DN": item["dn"], **item["attributes"]}
        rows |= {_("groups"): ", ".join(item["groups"]), _("expires"): short_date(item["last_day"] or "")}
        rows |= {_("password set"): item["password_set"], _("last logon"): item["last_logon"]}
        for one in item.get("grants", ()):
            day = short_date(one["until"])
            rows[_("in {group} until").format(group=one["group"])] = day
        for label, value in rows.items():
            if value:
                console.sentence(f"  {label}: {value}")
