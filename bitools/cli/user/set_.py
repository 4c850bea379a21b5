"""`bitools user set`: what the directory says of a person."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.cli.user.options import Accounts, Asked, changing
from bitools.errors import Usage
from bitools.i18n import _


@changing(
    _("Set what the directory says of a person: telephone, title, manager, office, number."),
    "bitools user set ayse.yilmaz --phone '256 1234' --title Şef",
    "bitools user set ayse.yilmaz --employee-id 4711 --manager ali.kaya",
    "bitools user set ayse.yilmaz --clear phone --clear office",
)
def set_(
    asked: Asked,
    accounts: Accounts,
    phone: Annotated[str | None, typer.Option(help=_("telephone"))] = None,
    title: Annotated[str | None, typer.Option(help=_("title"))] = None,
    manager: Annotated[str | None, typer.Option(help=_("the manager's account"))] = None,
    office: Annotated[str | None, typer.Option(help=_("office"))] = None,
    department: Annotated[str | None, typer.Option(help=_("department"))] = None,
    employee_id: Annotated[str | None, typer.Option(help=_("personnel number"))] = None,
    mail: Annotated[str | None, typer.Option(help=_("mail address"))] = None,
    clear: Annotated[
        list[str] | None, typer.Option(metavar="ATTRIBUTE", help=_("leave it empty; may be repeated"))
    ] = None,
) -> None:
    """Set attributes."""
    from bitools.user.verbs import set_

    said = {
        "phone": phone,
        "title": title,
        "manager": manager,
        "office": office,
        "department": department,
        "employee-id": employee_id,
        "mail": mail,
    }
    wanted = {name: value for name, value in said.items() if value is not None}
    if any(not value.strip() for value in wanted.values()):
        raise Usage(_("a value is empty"), hint=_("to empty it: --clear ATTRIBUTE"))
    if not wanted and not clear:
        raise Usage(_("what is to be set? for example --phone, --title, --clear"))
    asked.finish(set_.set_(asked.run, accounts, wanted, clear or (), asked.consent))
