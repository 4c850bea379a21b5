"""Logging on with a Kerberos ticket: the only file that knows gssapi, which is an extra.

Whose ticket: with `password` one that is got for this run and kept in its memory; with `keytab` likewise (a
keytab is what cron has); with neither the one that the administrator at the keyboard has (`kinit`). The
password is never sent anywhere, and the ticket is good for one controller, named in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bitools.errors import CredentialsRejected, InventoryInvalid, Unreachable
from bitools.i18n import _
from bitools.inventory.accounts import Bind, Directory

_NO_KDC = (-1765328228, -1765328164)  # KRB5_KDC_UNREACH, KRB5_REALM_CANT_RESOLVE (krb5.h)
_IN_MEMORY = "MEMORY:bitools"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose it is, as Kerberos spells it, and what the library takes for it."""

    principal: str
    credentials: Any


def ticket(settings: Directory) -> Ticket:
    """The ticket to log on with. Raise InventoryInvalid without the extra; else what `translated` raises."""
    gssapi, bind = _library(), settings.bind
    with translated(settings.domain):
        kind = gssapi.NameType.kerberos_principal
        name = gssapi.Name(principal(bind, settings.domain), kind) if bind.username else None
        asked = {"name": name, "usage": "initiate", "mechs": [gssapi.MechType.kerberos]}
        if bind.password is not None:
            password = bind.password.resolve().reveal().encode()
            held = gssapi.raw.acquire_cred_with_password(name, password, usage="initiate").creds
        elif bind.keytab is not None:
            store = {"client_keytab": str(bind.keytab), "ccache": _IN_MEMORY}
            held = gssapi.Credentials(**asked, store=store)
        else:
            held = gssapi.Credentials(**asked)
        credentials = gssapi.Credentials(held)
        return Ticket(str(credentials.name), credentials)


def principal(bind: Bind, domain: str) -> str:
    """`bitools@BELEDIYE.TEST`: a realm is written in capitals, whatever was typed."""
    login, _at, realm = bind.username.rpartition("\\")[2].partition("@")
    return f"{login}@{(realm or domain).upper()}"


@contextmanager
def translated(target: str) -> Iterator[None]:
    """Turn what gssapi raises into what we raise: Unreachable if no KDC answers, else CredentialsRejected."""
    gssapi = _library()
    try:
        yield
    except gssapi.exceptions.GSSError as error:
        number = (error.min_code or 0) & 0xFFFFFFFF
        why = error.gen_message() if hasattr(error, "gen_message") else str(error)
        if number in {code & 0xFFFFFFFF for code in _NO_KDC}:
            message = _("no Kerberos server answers: {why}").format(why=why)
            raise Unreachable(message, target=target, reason="kerberos") from None
        message = _("Kerberos: {why}").format(why=why)
        hint = _("get a ticket with kinit, or name a keytab in bind: of directory.yaml; compare the clocks")
        raise CredentialsRejected(message, target=target, hint=hint, reason="kerberos") from None


def _library() -> Any:
    try:
        import gssapi
    except ImportError as error:
        message = _("kerberos: true needs the Python package gssapi, which is not installed")
        hint = _("pip install 'bitools[kerberos]', or Debian's python3-gssapi")
        raise InventoryInvalid(message, hint=hint, reason="extra", cause=error) from error
    return gssapi
