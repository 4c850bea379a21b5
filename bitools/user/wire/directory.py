"""A domain controller, over LDAPS: the only file that knows ldap3.

ldap3 2.9.1 is unsafe as it comes: it takes any certificate, follows referrals with the password in clear
text, takes a failed bind or a cut-off answer for success, prints new passwords in its debug log, and keeps
them in memory. So: our own TLS context, no referrals, every result judged here, no schema
(`get_info=NONE`), no logging; and what writes is built in `requests`, sent past its memory, and answered in
`answers`.

What writes needs a `Cleared`: only a plan that was checked is one.

One controller serves a whole run: replicas lag. A time-out never says whether the change was made; whoever
meets one must read again before acting.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal

import ldap3
from ldap3.core.exceptions import LDAPException, LDAPSocketOpenError
from ldap3.core.results import RESULT_CODES
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

from bitools.credentials import Secret
from bitools.errors import BitoolsError, Unreachable
from bitools.i18n import _, certificate_words
from bitools.inventory.accounts import Bind, Directory
from bitools.user.decisions.change import Modification, Value
from bitools.user.decisions.checks import Cleared
from bitools.user.wire import answers, endpoint, kerberos, requests
from bitools.user.wire.attributes import encoded, generalized
from bitools.user.wire.refusals import CERTIFICATE, refusal

Entry = dict[str, list[bytes]]  # attribute names in small letters; `dn` is one of them
Answer = tuple[list[Entry], Mapping[str, Any]]
Scope = Literal["BASE", "LEVEL", "SUBTREE"]
_PAGE = 1000  # as much as Windows gives at once (MaxPageSize)
_SHOW_DELETED = ("1.2.840.113556.1.4.417", True, None)
_READ_ONLY = b"1.2.840.113556.1.4.1920"  # ACTIVE_DIRECTORY_PARTIAL_SECRETS: an RODC (MS-ADTS 3.1.1.3.4.3)
_SKEW = 300  # seconds; Kerberos gives up beyond five minutes


class StrictTls(ldap3.Tls):  # type: ignore[misc]
    """Verify chain, host name or address, and dates; there is no way to ask for less."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self.context = context
        self.failure: ssl.SSLCertVerificationError | None = None

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Replace the connection's socket by a verified one; keep why it failed, and close it then."""
        plain = connection.socket
        try:
            connection.socket = self.context.wrap_socket(plain, server_hostname=connection.server.host)
        except ssl.SSLCertVerificationError as error:
            self.failure = error
            raise
        finally:
            if connection.socket is plain:
                plain.close()


class Domain:
    """One domain controller, pinned. Close it, or use it in a `with`."""

    def __init__(self, server: str, settings: Directory, context: ssl.SSLContext) -> None:
        self.server = server
        self._tls = StrictTls(context)
        host, port = endpoint.address(server)
        target = ldap3.Server(
            host, port, use_ssl=True, tls=self._tls, connect_timeout=settings.timeout, get_info=ldap3.NONE
        )
        self._connection = ldap3.Connection(
            target,
            **_logon(settings.bind),
            client_strategy=ldap3.SYNC,
            auto_referrals=False,
            check_names=False,
            return_empty_attributes=False,  # what is not there is left out; ldap3 works long to say so
            receive_timeout=settings.timeout,  # an integer: a float breaks struct.pack in ldap3
        )
        self._settings = settings
        self._opened = False
        self.principal = settings.bind.username  # who we are
        self.warnings: list[str] = []
        self.base = ""
        self.name = server  # as the controller calls itself
        self.root: Entry = {}

    def __enter__(self) -> Domain:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def open(self) -> None:
        """Connect and learn what this controller is, as nobody yet: it may be one that gets no password.

        Raise Unreachable: which TLS check failed, or a time-out.
        """
        with self._translated():
            self._connection.open()
        self._connection.socket.settimeout(self._settings.timeout)
        self._opened = True
        self.root = self.read(
            "",
            [
                *("defaultNamingContext", "configurationNamingContext", "dnsHostName", "currentTime"),
                "supportedCapabilities",
            ],
        )
        self.base = _first(self.root, "defaultnamingcontext")
        self.name = _first(self.root, "dnshostname") or self.server

    def log_on(self) -> None:
        """Log on. Raise CredentialsRejected, with the bind's sub-code, or Unreachable.

        A server that is dead is found out, and left, until here: soon. From here on it has work to do, and
        to leave it in the middle leaves us not knowing what was done: each answer is given more time.
        """
        if self._settings.bind.kerberos:
            ticket = kerberos.ticket(self._settings)
            self.principal = ticket.principal
            self._connection.sasl_credentials = (self.name, None, ticket.credentials)
            with kerberos.translated(self.server), self._translated():
                bound = self._connection.bind()
        else:
            with self._translated():
                bound = self._bind()
        if not bound:
            raise self._judged(self._connection.result, "")
        self._connection.socket.settimeout(self._settings.answer_timeout)

    def _bind(self) -> bool:
        """Log on by password. Raise Rejected for a referral: ldap3 looks in it for what is not there."""
        try:
            return bool(self._connection.bind())
        except KeyError:
            raise self._judged({"result": 10, "message": "", "description": "referral"}, "") from None

    def close(self) -> None:
        """Log off. Never raises: what was done is done."""
        if self._opened:
            self._opened = False
            try:
                self._connection.unbind()
            except (LDAPException, OSError):
                pass

    @property
    def read_only(self) -> bool:
        """Is this a read-only controller?"""
        return _READ_ONLY in self.root.get("supportedcapabilities", [])

    @property
    def certificate_ends(self) -> datetime | None:
        """Until when the controller's certificate is good."""
        shown = self._connection.socket.getpeercert() or {}
        ends = shown.get("notAfter")
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), tz=UTC) if ends else None

    def skew(self, now: datetime) -> float:
        """Seconds our clock is ahead of the controller's."""
        theirs = generalized(self.root["currenttime"][0])
        return (now - theirs).total_seconds() if theirs else 0.0

    def read(self, dn: str, attributes: Sequence[str]) -> Entry:
        """One object by its DN (or `<GUID=…>`); empty if there is none."""
        entries, result = self._send(requests.read(dn, attributes))
        if not self._judge_search(result, dn) or not entries:
            return {}
        if any(";range=" in name for name in entries[0]):  # beyond 1500 values; ldap3 fetches the rest
            return next(iter(self.search(dn, "(objectClass=*)", attributes, scope="BASE")), {})
        return entries[0]

    def search(
        self,
        base: str,
        query: str,
        attributes: Sequence[str],
        *,
        scope: Scope = "SUBTREE",
        deleted: bool = False,
    ) -> list[Entry]:
        """Every object that fits, page by page; nothing if the base does not exist. Referrals are left out.

        Raise Rejected if the answer was cut off: a part of it would be taken for the whole.
        """
        found: list[Entry] = []
        cookie: bytes | None = None
        while True:
            with self._translated():
                self._connection.search(
                    base,
                    query,
                    search_scope=scope,
                    attributes=list(attributes),
                    paged_size=_PAGE,
                    paged_cookie=cookie,
                    controls=[_SHOW_DELETED] if deleted else None,
                )
            if (page := self._entries(base)) is None:
                return []
            found += page
            cookie = _cookie(self._connection.result)
            if not cookie:
                return found

    def _entries(self, base: str) -> list[Entry] | None:
        """The objects of ldap3's answer; None if the base does not exist. Raise as `_judge_search` does."""
        if not self._judge_search(self._connection.result, base):
            return None
        return [_entry(item) for item in self._connection.response if item["type"] == "searchResEntry"]

    def _judge_search(self, result: Mapping[str, Any], base: str) -> bool:
        """Is the base there? Raise Rejected if the answer is not whole."""
        if result["result"] == 32:  # noSuchObject
            return False
        if result["result"] != 0:
            raise self._judged(result, base)
        return True

    def _send(self, operation: bytes) -> Answer:
        """Send a request that we built; gives the objects that it found, and how it ended."""
        connection = self._connection
        with self._translated():
            number = connection.server.next_message_id()
            connection.socket.sendall(requests.message(number, operation))
            return answers.answer(connection.socket.recv, number)

    def add(self, _cleared: Cleared, dn: str, attributes: Mapping[str, Value | Sequence[Value]]) -> None:
        """Make an object. Raise Rejected (`exists`, `rights`, …), or Unreachable: then it is unknown."""
        written = {name: _written(value) for name, value in attributes.items()}
        self._accept(self._send(requests.add(dn, written)), dn)

    def carry_out(self, cleared: Cleared) -> None:
        """Do what a checked plan says, in its order. Raise Rejected, or Unreachable: then it is unknown.

        A membership that somebody else has given or taken meanwhile is no failure (each controller refuses it
        in its own way): whoever asks for this reads back what is there.
        """
        for write in cleared.plan.writes:
            try:
                if write.parent:
                    self.move(cleared, write.dn, write.name, write.parent)
                else:
                    self.modify(cleared, write.dn, write.changes)
            except BitoolsError as error:
                if "member" in write.changes and error.reason in ("exists", "absent"):
                    continue
                raise error.but(target=write.about or error.target) from error

    def modify(self, cleared: Cleared, dn: str, changes: Modification) -> None:
        """Change an object in one atomic operation; a change is `("REPLACE" | "ADD" | "DELETE", values)`."""
        written = {name: (kind, _written(values)) for name, (kind, values) in changes.items()}
        self._accept(self._send(requests.modify(dn, written)), cleared.about or dn)

    def move(self, cleared: Cleared, dn: str, name: str, parent: str) -> None:
        """Give an object this RDN below this parent; what is in it, and its GUID, stay."""
        self._accept(self._send(requests.move(dn, name, parent)), cleared.about or dn)

    def set_password(
        self, cleared: Cleared, dn: str, password: Secret, more: Modification | None = None
    ) -> None:
        """Reset a password (MS-ADTS 3.1.1.3.1.5), and change `more` in the same operation.

        Raise Rejected (`policy`) if the domain refuses it.
        """
        quoted = f'"{password.reveal()}"'.encode("utf-16-le")
        self.modify(cleared, dn, {"unicodePwd": ("REPLACE", [quoted]), **(more or {})})

    def _accept(self, answer: Answer, about: str) -> None:
        """Raise Rejected if the change was refused."""
        _entries, result = answer
        if result["result"] != 0:
            raise self._judged(result, about)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what ldap3 raises into what we raise."""
        try:
            yield
        except LDAPSocketOpenError as error:
            raise self._not_open(str(error)) from None
        except (LDAPException, OSError) as error:
            silent = _("no answer within the time limit: it is unknown what was done")
            lost = _("the connection was lost: it is unknown what was done")
            raise Unreachable(
                silent if "timed out" in str(error) else lost,
                target=self.server,
                hint=_("run the same command again: it looks first at what was done"),
                reason="unknown",
                cause=None if isinstance(error, LDAPException) else error,
            ) from None

    def _not_open(self, why: str) -> Unreachable:
        if (failure := self._tls.failure) is None:
            reason = "timeout" if "timed out" in why else "connection"
            message = _("no LDAPS connection: {why}").format(why=why.rpartition("] ")[2])
            return Unreachable(message, target=self.server, reason=reason)
        reason, message = CERTIFICATE.get(
            failure.verify_code, ("certificate", certificate_words(failure.verify_message))
        )
        hint = _("nothing was sent; check the server's name and the CA in directory.yaml")
        return Unreachable(message, target=self.server, hint=hint, reason=reason)

    def _judged(self, result: Mapping[str, Any], dn: str) -> BitoolsError:
        described = {"description": RESULT_CODES.get(result["result"], ""), **result}
        return refusal(described, dn, self.server)


def connect(settings: Directory, now: datetime, *, write: bool = False) -> Domain:
    """Log on to the first server that answers; with `write`, to one that is not read-only.

    A read-only one is recognised, and left, before it is told the password.

    Raise Unreachable if none does, naming why for each; CredentialsRejected at the first rejection: the
    same password is not tried on the next server.
    """
    context = endpoint.context(settings)
    failures: list[BitoolsError] = []
    for server in settings.servers:
        domain = Domain(server, settings, context)
        try:
            domain.open()
            if write and domain.read_only:
                message = _("a read-only domain controller")
                raise Unreachable(message, target=server, reason="read_only")
            domain.log_on()
        except Unreachable as error:
            domain.close()
            failures.append(error)
            continue
        except BitoolsError:
            domain.close()
            raise
        domain.warnings += [str(failure) for failure in failures]
        if abs(domain.skew(now)) > _SKEW:
            skew = _("{server}: its clock differs from ours by {seconds:.0f} s; Kerberos will fail")
            domain.warnings.append(skew.format(server=server, seconds=domain.skew(now)))
        return domain
    if len(failures) == 1:
        raise failures[0]
    message = _("no domain controller can be used: {why}").format(why="; ".join(map(str, failures)))
    raise Unreachable(message, target=settings.domain, hint=failures[0].hint, reason=failures[0].reason)


def rdn(name: str, value: str) -> str:
    """One part of a DN, escaped (RFC 4514)."""
    return f"{name}={escape_rdn(value)}"


def literal(value: str) -> str:
    """A value as it may stand in a filter, escaped (RFC 4515)."""
    return str(escape_filter_chars(value))


def _logon(bind: Bind) -> dict[str, Any]:
    """How ldap3 is to log on; a ticket is got when the controller's own name is known."""
    if bind.kerberos:
        return {"authentication": ldap3.SASL, "sasl_mechanism": ldap3.KERBEROS}
    assert bind.password is not None
    secret = bind.password.resolve().reveal()
    return {"authentication": ldap3.SIMPLE, "user": bind.username, "password": secret}


def _written(value: Value | Sequence[Value]) -> list[str | bytes]:
    return [encoded(value)] if isinstance(value, Value) else [encoded(one) for one in value]


def _entry(item: Mapping[str, Any]) -> Entry:
    """A search result. Beyond 1500 values Windows sends `name;range=0-1499`; ldap3 has fetched the rest."""
    raw = item["raw_attributes"].items()
    entry: Entry = {name.lower(): list(values) for name, values in raw if ";range=" not in name.lower()}
    return entry | {"dn": [bytes(item["raw_dn"])]}


def _first(entry: Entry, name: str) -> str:
    return entry[name][0].decode() if entry.get(name) else ""


def _cookie(result: Mapping[str, Any]) -> bytes | None:
    controls = result.get("controls") or {}
    paged = controls.get("1.2.840.113556.1.4.319")
    return paged["value"]["cookie"] or None if paged else None
