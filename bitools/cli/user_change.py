"""`bitools user disable, enable, unlock, expire, passwd, move, grant, revoke`: accounts that exist."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.help import describe, exit_codes
from bitools.cli.related import device_accounts, names_in
from bitools.cli.user_text import (
    CHANGE,
    Accounts,
    MaxChanges,
    Privileged,
    Reason,
    consent,
    show_changes,
    show_for,
    slip_place,
)
from bitools.errors import Usage
from bitools.i18n import _

app = typer.Typer()
Groups = Annotated[
    list[str], typer.Option("--group", "-g", help=_("a group, by any of its names; may be repeated"))
]


@app.command(
    help=describe(
        _("Disable accounts, at once and without a question. Nothing is deleted."),
        "bitools user disable ayse.yilmaz",
        'bitools user disable eski.admin --privileged --reason "left on 30 June"',
    ),
    epilog=exit_codes(*CHANGE),
)
def disable(
    ctx: typer.Context,
    accounts: Accounts,
    privileged: Privileged = False,
    reason: Reason = "",
    max_changes: MaxChanges = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Close accounts."""
    from bitools.user.verbs.single import disable as close_accounts

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason, max_changes, quiet=True)
    document = close_accounts(context.run, accounts, agreed)
    device_accounts(context, document, names_in(document))
    context.console.note(_("open sessions live on: a Kerberos ticket is good for up to 10 hours"))
    context.finish(document, show_changes, quiet=True)


@app.command(
    help=describe(
        _("Open disabled accounts again."), "bitools user enable ayse.yilmaz", "bitools user enable a b --yes"
    ),
    epilog=exit_codes(*CHANGE),
)
def enable(
    ctx: typer.Context,
    accounts: Accounts,
    privileged: Privileged = False,
    reason: Reason = "",
    max_changes: MaxChanges = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Open accounts."""
    from bitools.user.verbs.single import enable as open_accounts

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason, max_changes)
    context.finish(open_accounts(context.run, accounts, agreed), show_changes, quiet=True)


@app.command(
    help=describe(
        _("Let those in again who typed a wrong password too often."),
        "bitools user unlock ayse.yilmaz",
        "bitools user unlock ayse.yilmaz ali.kaya --yes",
    ),
    epilog=exit_codes(*CHANGE),
)
def unlock(
    ctx: typer.Context,
    accounts: Accounts,
    privileged: Privileged = False,
    reason: Reason = "",
    max_changes: MaxChanges = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Unlock accounts."""
    from bitools.user.verbs.single import unlock as let_in

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason, max_changes)
    context.finish(let_in(context.run, accounts, agreed), show_changes, quiet=True)


@app.command(
    help=describe(
        _("Say until which day accounts work: to its last minute, in the municipality's time zone."),
        "bitools user expire ayse.yilmaz --on 2027-06-30",
        "bitools user expire ayse.yilmaz --never",
    ),
    epilog=exit_codes(*CHANGE),
)
def expire(
    ctx: typer.Context,
    accounts: Accounts,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("the last day they work"))
    ] = None,
    never: Annotated[bool, typer.Option("--never", help=_("they do not expire"))] = False,
    privileged: Privileged = False,
    reason: Reason = "",
    max_changes: MaxChanges = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Set or remove an expiry date."""
    from bitools.user.verbs.single import expire as let_expire

    if (on is None) == (not never):
        raise Usage(_("either --on or --never"))
    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason, max_changes)
    last_day = on.date() if on else None
    context.finish(let_expire(context.run, accounts, last_day, agreed), show_changes, quiet=True)


@app.command(
    help=describe(
        _("Give an account a new first password, on a slip; it must be changed at the next logon."),
        "bitools user passwd ayse.yilmaz",
        "bitools user passwd ayse.yilmaz --slip-to ayse.html --yes",
    ),
    epilog=exit_codes(*CHANGE),
)
def passwd(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help=_("the account's name (sAMAccountName)"))],
    slip_to: Annotated[
        Path | None,
        typer.Option(
            help=_("the slip's file, text or .html; - shows it on the terminal; else in the state folder")
        ),
    ] = None,
    privileged: Privileged = False,
    reason: Reason = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Reset a password."""
    from bitools.user.verbs.passwd import passwd as reset

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason)
    document = reset(context.run, account, slip_place(context, slip_to), agreed)
    context.finish(document, show_for(slip_to), quiet=True)


@app.command(
    help=describe(
        _("Move accounts to another OU."),
        "bitools user move ayse.yilmaz --to muhendis",
        'bitools user move ayse.yilmaz --to "OU=Memur,OU=Personel,DC=belediye,DC=test"',
    ),
    epilog=exit_codes(*CHANGE),
)
def move(
    ctx: typer.Context,
    accounts: Accounts,
    to: Annotated[str, typer.Option("--to", help=_("an OU's DN, or a role of directory.yaml"))],
    privileged: Privileged = False,
    reason: Reason = "",
    max_changes: MaxChanges = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Move accounts."""
    from bitools.user.verbs.move import move as relocate

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason, max_changes)
    context.finish(relocate(context.run, accounts, to, agreed), show_changes, quiet=True)


@app.command(
    help=describe(
        _("Put accounts into groups."),
        "bitools user grant ayse.yilmaz --group VPN",
        "bitools user grant ayse.yilmaz ali.kaya --group VPN --group Yazicilar --yes",
    ),
    epilog=exit_codes(*CHANGE),
)
def grant(
    ctx: typer.Context,
    accounts: Accounts,
    groups: Groups,
    privileged: Privileged = False,
    reason: Reason = "",
    max_changes: MaxChanges = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Give rights through groups."""
    from bitools.user.verbs.membership import grant as put_into

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason, max_changes)
    context.finish(put_into(context.run, accounts, groups, agreed), show_changes, quiet=True)


@app.command(
    help=describe(
        _("Take accounts out of groups."),
        "bitools user revoke ayse.yilmaz --group VPN",
        "bitools user revoke ayse.yilmaz --group VPN --yes",
    ),
    epilog=exit_codes(*CHANGE),
)
def revoke(
    ctx: typer.Context,
    accounts: Accounts,
    groups: Groups,
    privileged: Privileged = False,
    reason: Reason = "",
    max_changes: MaxChanges = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Take rights away."""
    from bitools.user.verbs.membership import revoke as take_out

    context: Context = Context.of(ctx, json=json, dry_run=dry_run)
    agreed = consent(context, yes, privileged, reason, max_changes)
    context.finish(take_out(context.run, accounts, groups, agreed), show_changes, quiet=True)
