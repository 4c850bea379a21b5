"""The mail server, tried before it is written down; and who reads the reports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bitools.errors import CredentialsRejected, InventoryInvalid, Refused, Rejected, Unreachable
from bitools.i18n import _
from bitools.init.answers import refused_twice
from bitools.init.beginning import Beginning, Described, Step
from bitools.init.switch import address, written
from bitools.inventory.base import ADDRESS
from bitools.inventory.settings import Mail
from bitools.report.mail import smtp

_PORT = 587
_OPTIONS = ("mail-server", "mail-username", "mail-password", "mail-ca", "mail-to", "mail-from")


def mail(beginning: Beginning) -> Described:
    """Ask until the mail server takes us, or until it is left for later.

    Raise Unreachable, CredentialsRejected, Rejected or Refused where nobody can be asked for another.
    """
    there, answers = beginning.inventory().settings.mail, beginning.answers
    steps: list[Step] = [("report", "daily", "--mail")]
    if there:
        return Described(written(there.host, there.port), steps, there=True)
    question, reader = _("The mail server's address, or ADDRESS:PORT (empty: later)"), ""
    while True:
        where = answers.text("mail-server", question, check=_server, empty=True)
        if not where:
            return Described()
        try:
            keys = _proven(beginning, *address(where, _PORT))
            reader = answers.text("mail-to", _("Who reads the reports? (a mail address)"), reader, _address)
            proposed = f"bitools@{reader.rpartition('@')[2]}"
            keys["from"] = answers.text(
                "mail-from", _("From which address do they come?"), proposed, _address
            )
            _taken(beginning, keys, reader)
            break
        except (Unreachable, CredentialsRejected, Rejected, Refused, InventoryInvalid) as error:
            if not answers.asks or error.reason == "end":
                raise
            answers.failed(error)
            answers.wrong(*_OPTIONS)
    beginning.begin("settings.yaml")
    beginning.draft.put("settings.yaml", (), "mail", keys)
    if not any(beginning.inventory().settings.reports.subscriptions.values()):
        readers = {
            "changes": [{"to": [reader], "when": "on-problem"}],
            "daily": [{"to": [reader], "when": "always"}],
        }
        beginning.draft.put("settings.yaml", (), "reports", readers)
    return Described(where, steps)


def _server(text: str) -> str:
    return written(*address(text, _PORT))


def _address(text: str) -> str:
    if not re.match(ADDRESS, text) or not text.isprintable():
        raise ValueError(_("{text}: no mail address").format(text=text))
    if not text.isascii():
        raise ValueError(_("{text}: a mail address has English letters only").format(text=text))
    return text


def _proven(beginning: Beginning, host: str, port: int) -> dict[str, Any]:
    """The keys of a session that was opened. Raise what stands in its way."""
    answers = beginning.answers
    answers.say(_("  looking at {address} …").format(address=written(host, port)))
    keys: dict[str, Any] = {"host": host, "port": port, "starttls": smtp.offers_starttls(host, port)}
    if keys["starttls"]:
        _trusted(beginning, keys)
    elif not host.startswith(("127.", "localhost", "::1")):
        question = _("It offers no encryption: mails could be read on the way. Use it all the same?")
        if not (answers.asks or "mail-plain" in answers.given) or not answers.agrees(question):
            hint = _("turn STARTTLS on there; or --mail-plain")
            raise Refused(_("mails would leave this machine unencrypted"), hint=hint, reason="declined")
    for tries in range(4):
        refused_twice(tries)
        username = _username(beginning) if keys["starttls"] else ""
        if not username:
            _opened(keys, "")
            return keys
        password = answers.secret("mail-password", _("The password (unseen)"))
        try:
            _opened({**keys, "username": username}, password)
        except CredentialsRejected as error:
            if not answers.asks:
                raise
            answers.complain(error.message)
            answers.wrong("mail-username", "mail-password")
            continue
        return {**keys, "username": username, "password": beginning.draft.secret("mail", password)}
    raise AssertionError


def _username(beginning: Beginning) -> str:
    question = _("Who logs in there? (empty: nobody has to)")
    return beginning.answers.text("mail-username", question, empty=True)


def _trusted(beginning: Beginning, keys: dict[str, Any]) -> None:
    """Its certificate is known to this machine, or by a file that somebody names. Raise Unreachable."""
    if given := beginning.answers.given.get("mail-ca"):
        keys["ca"] = given
    try:
        _opened(keys, "")
    except Unreachable as error:
        if error.reason != "tls" or not beginning.answers.asks:
            raise
        beginning.answers.complain(error.message)
        question = _("The file with the certificate of who issued it (PEM; empty: another server)")
        keys["ca"] = beginning.answers.text("mail-ca-file", question, check=_file, empty=True)
        if not keys["ca"]:
            raise
    except (CredentialsRejected, Rejected):
        pass  # it wants a log-in: that comes next


def _file(text: str) -> str:
    if not Path(text).is_file():
        raise ValueError(_("{path}: not there, or not to be read").format(path=text))
    return text


def _taken(beginning: Beginning, keys: dict[str, Any], reader: str) -> None:
    """Would it take our mails for this reader? Who says later (greylisting) will. Raise as `would_take`."""
    settings = Mail.model_validate({key: value for key, value in keys.items() if key != "password"})
    password = beginning.draft.kept(keys.get("password", ""))
    try:
        with smtp.relay(settings, password=password) as relay:
            relay.would_take(settings.sender, reader)
    except Unreachable as error:
        if not error.reason.startswith("4"):
            raise
        beginning.answers.say(f"  · {error}: {error.hint}")


def _opened(keys: dict[str, Any], password: str) -> None:
    """Open a session and close it. Raise as `relay`, InventoryInvalid."""
    try:
        settings = Mail.model_validate({**keys, "from": "bitools@localhost"})
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InventoryInvalid(message, cause=error) from error
    with smtp.relay(settings, password=password):
        pass
