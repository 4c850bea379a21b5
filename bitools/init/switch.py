"""One switch: looked at, logged in to, and described as what it shows itself to be."""

from __future__ import annotations

from ipaddress import IPv6Address
from typing import Any

from bitools import platforms
from bitools.errors import CredentialsRejected, Refused, Rejected, Unreachable, Usage
from bitools.i18n import _
from bitools.init.answers import refused_twice
from bitools.init.beginning import Beginning, Described, Step, name_for
from bitools.inventory import add
from bitools.inventory.base import checked_name
from bitools.inventory.words import plain_host, plain_word
from bitools.net.wire import greeting
from bitools.net.wire.greeting import Greeting
from bitools.net.wire.hostkeys import HostKey
from bitools.net.wire.ssh import Login
from bitools.platforms.model import Platform

_PORT = 22
_OPTIONS = ("switch", "switch-username", "switch-password", "switch-fingerprint")


def switch(beginning: Beginning) -> Described:
    """Ask until a switch answers and lets us in, or until it is left for later.

    Raise Unreachable, CredentialsRejected or Rejected where nobody can be asked for another.
    """
    devices = beginning.inventory().devices
    answers = beginning.answers
    given = answers.given.get("switch", "")
    known = {written(str(one.host), one.port): name for name, one in devices.items()}
    if devices and (not given or written(*address(given)) in known):
        name = known.get(written(*address(given))) if given else next(iter(devices))
        return Described(str(name), _steps(str(name)), there=True)
    question = _("Its address, or ADDRESS:PORT (empty: later)")
    while True:
        where = answers.text("switch", question, check=lambda text: written(*address(text)), empty=True)
        if not where:
            return Described()
        host, port = address(where)
        try:
            return _described(beginning, host, port)
        except (Unreachable, Rejected, CredentialsRejected, Refused) as error:
            if not answers.asks or error.reason == "end":
                raise
            answers.failed(error)
            answers.wrong(*_OPTIONS)


def address(text: str, otherwise: int = _PORT) -> tuple[str, int]:
    """`10.0.0.11`, `10.0.0.11:2222`, `2001:db8::1`, `[2001:db8::1]:22`. Raise ValueError."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]") or ("]" not in text and text.count(":") > 1):
        host, port = text, str(otherwise)
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise ValueError(_("a port is a number from 1 to 65535"))
    host = plain_host(host.strip("[]"))
    if {*"/@"} & {*host} or (":" in host and not _ip6(host)):
        raise ValueError(_("a host name or an address is expected here"))
    return host, int(port)


def written(host: str, port: int) -> str:
    """An address as `address` reads it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _ip6(host: str) -> bool:
    try:
        IPv6Address(host)
    except ValueError:
        return False
    return True


def _described(beginning: Beginning, host: str, port: int) -> Described:
    answers = beginning.answers
    answers.say(_("  looking at {address} …").format(address=written(host, port)))
    key, legacy = _key(beginning, host, port)
    _agreed(beginning, key)
    known = [platforms.load(one) for one in platforms.names()]
    username, password, seen = _let_in(beginning, known, host, port, key, legacy)
    platform = _platform(beginning, seen, known)
    keys: dict[str, Any] = {
        "host": host,
        **({"port": port} if port != _PORT else {}),
        "platform": platform.name,
    }
    keys["site"] = _site(beginning)
    keys["role"] = answers.text("switch-role", _("wan or lan?"), "lan", _role)
    login = {"username": username, "password": beginning.draft.secret("device", password)}
    if legacy:
        keys["legacy_ssh"] = True
    if platform.prompt.enable and seen.plain:
        question = _("The enable password (unseen; empty: none is needed)")
        if enable := answers.secret("switch-enable-password", question, empty=True):
            keys["enable_password"] = beginning.draft.secret("enable", enable)
    proposed = name_for(seen.name, "switch-1")
    name = answers.text("switch-name", _("What is it called here?"), proposed, checked_name)
    beginning.begin("devices.yaml", "sites.yaml")
    keys |= _own(beginning, login)
    if keys["site"] not in beginning.inventory().sites:
        beginning.draft.put("sites.yaml", ("sites",), keys["site"], {"workers": 10})
    add.put("device", name, keys, beginning.draft)
    return Described(name, _steps(name, key))


def _own(beginning: Beginning, login: dict[str, Any]) -> dict[str, Any]:
    """What of a log-in is the device's own; where there are no defaults yet, it is everybody's."""
    defaults = beginning.draft.data("devices.yaml").get("defaults") or {}
    if not defaults:
        for key, value in login.items():
            beginning.draft.put("devices.yaml", ("defaults",), key, value)
        return {}
    return {key: value for key, value in login.items() if defaults.get(key) != value}


def _steps(name: str, key: HostKey | None = None) -> list[Step]:
    trust: Step = ("net", "trust", name)
    if key:
        trust += ("--fingerprint", key.fingerprint, "--yes")
    return [trust, ("net", "snapshot", name)]


def _key(beginning: Beginning, host: str, port: int) -> tuple[HostKey, bool]:
    """The key it shows, and whether it knows nothing better than SHA-1. Raise Unreachable, Refused."""
    try:
        return greeting.key(host, port), False
    except Unreachable as error:
        if error.reason != "legacy_ssh":
            raise
        key = greeting.key(host, port, legacy=True)
    answers = beginning.answers
    if answers.given.get("switch-legacy-ssh"):
        return key, True
    if not answers.asks:
        message = _("it is old and knows SHA-1 only, which can be broken")
        hint = _("plan its replacement; until then: --switch-legacy-ssh")
        raise Refused(message, hint=hint, reason="legacy_ssh")
    question = _("It is old and knows SHA-1 only, which can be broken. Talk to it all the same?")
    if not answers.agrees(question):
        raise Refused(_("nothing was done: you said no"), reason="declined")
    return key, True


def _agreed(beginning: Beginning, key: HostKey) -> None:
    """The key is the device's own: as given by option, else as somebody says. Raise Refused."""
    answers = beginning.answers
    given = "" if "switch-fingerprint" in answers.spent else answers.given.get("switch-fingerprint", "")
    if given:
        if given != key.fingerprint:
            message = _("it shows another key: {fingerprint}").format(fingerprint=key.fingerprint)
            raise Refused(message, hint=_("compare it at the device itself"), reason="host_key")
        return
    answers.say(
        _("  it shows the key {kind} {fingerprint}").format(kind=key.kind, fingerprint=key.fingerprint)
    )
    if not answers.asks and not answers.given.get("trust-first-key"):
        hint = _(
            "compare it at the device itself, then: --switch-fingerprint {fingerprint};"
            " or trust whatever answers there: --trust-first-key"
        )
        raise Refused(
            _("nobody has said that the key {fingerprint} is its own").format(fingerprint=key.fingerprint),
            hint=hint.format(fingerprint=key.fingerprint),
            reason="host_key",
        )
    if not answers.agrees(_("Is that its key? (compare it at the device itself)")):
        hint = _("compare it at the device itself")
        raise Refused(_("nobody trusts this key"), hint=hint, reason="declined")


def _let_in(
    beginning: Beginning, known: list[Platform], host: str, port: int, key: HostKey, legacy: bool
) -> tuple[str, str, Greeting]:
    """Log in, three passwords at most. Raise CredentialsRejected, Refused, Unreachable or Rejected."""
    answers = beginning.answers
    for tries in range(4):
        refused_twice(tries)
        username = answers.text("switch-username", _("Who logs in there?"), "netops", plain_word)
        password = answers.secret("switch-password", _("The password (unseen)"))
        login = Login(f"{host}:{port}", host, port, username, password, None, None, (key,), legacy)
        try:
            return username, password, greeting.greet(login, known)
        except CredentialsRejected as error:
            if not answers.asks:
                raise
            answers.complain(str(error))
            answers.wrong("switch-username", "switch-password")
    raise AssertionError


def _platform(beginning: Beginning, seen: Greeting, known: list[Platform]) -> Platform:
    """The platform that somebody agrees to; proposed where one alone fits."""
    by_name = {one.name: one for one in known}
    likely = [name for name in seen.platforms if name in by_name]
    proposed = likely[0] if len(likely) == 1 else ""
    if proposed:
        beginning.answers.say(_("  it looks like {title}").format(title=by_name[proposed].title))
    elif likely:
        names = ", ".join(likely[:8])
        beginning.answers.say(
            _("  it may be one of: {names}; all: bitools net platforms").format(names=names)
        )

    def right(text: str) -> str:
        if text not in by_name:
            raise Usage(_("no platform of that name"), hint=_("see: bitools net platforms"))
        return text

    question = _("Which platform is it?")
    return by_name[beginning.answers.text("switch-platform", question, proposed, right)]


def _site(beginning: Beginning) -> str:
    sites = list(beginning.inventory().sites)
    proposed = sites[0] if sites else "merkez"
    question = _("At which site is it? (a short name)")
    return beginning.answers.text("switch-site", question, proposed, checked_name)


def _role(text: str) -> str:
    if text not in ("wan", "lan"):
        raise ValueError(_("wan or lan is expected"))
    return text
