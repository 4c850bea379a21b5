"""A living source of devices: a file, or what a server gives over HTTPS.

Only a checked server is believed, a token goes to it alone (no redirection is followed), and what comes is
bounded in size and time. NetBox gives page after page; the next one must be the same server's.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from bitools.csvfile import LARGEST, decode
from bitools.deadline import connected
from bitools.errors import CredentialsRejected, InventoryInvalid, Refused, Rejected, Unreachable
from bitools.i18n import _, certificate_words, system_words

_PATIENCE = 30.0  # seconds without a word from the server
_LONGEST = 300.0  # seconds for everything
_PAGES = 1000


def is_address(source: str) -> bool:
    """Does a server give it?"""
    return source.startswith(("https://", "http://"))


def read(source: str, token: str = "", ca: Path | None = None) -> dict[str, str]:
    """The texts of a source, by name: one for a file, one a page for a server.

    Raise InventoryInvalid, Refused, Unreachable, CredentialsRejected or Rejected.
    """
    if is_address(source):
        return _pages(source, token, ca)
    try:
        data = Path(source).read_bytes()
    except OSError as error:
        hint = _("a file of the other tool, or https://…")
        raise InventoryInvalid(f"{source}: {system_words(error)}", hint=hint, cause=error) from error
    return {source: decode(data, source)}


def _pages(source: str, token: str, ca: Path | None) -> dict[str, str]:
    first = urlsplit(source)
    if first.scheme == "http" and (token or first.hostname not in ("127.0.0.1", "::1", "localhost")):
        raise Refused(_("{url}: over https:// only").format(url=_shown(first)), reason="tls")
    if first.username or first.password:
        hint = _("devices_from: token: file:… in settings.yaml")
        raise Refused(_("{url}: no password in an address").format(url=_shown(first)), hint=hint)
    texts: dict[str, str] = {}
    until = monotonic() + _LONGEST
    following, page = source, first
    while following:
        page = urlsplit(following)
        if (page.hostname, page.port) != (first.hostname, first.port) or _shown(page) in texts:
            raise Rejected(_("{url}: it leads elsewhere").format(url=_shown(page)), reason="elsewhere")
        page = page._replace(scheme=first.scheme)  # behind a proxy NetBox may believe in http
        content = _get(page, token, ca, until - monotonic())
        texts[_shown(page)] = decode(content, _shown(page))
        if monotonic() > until or len(texts) > _PAGES or sum(map(len, texts.values())) > LARGEST:
            raise Rejected(_("{url}: it goes on and on").format(url=_shown(first)), reason="too_large")
        following = _next(texts[_shown(page)])
    return _without_next(texts)


def _next(text: str) -> str:
    """Where the next page is, if it says so."""
    if not text.lstrip().startswith("{"):
        return ""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""  # whoever reads it says what is wrong
    return str(data.get("next") or "")


def _without_next(texts: dict[str, str]) -> dict[str, str]:
    """All pages are here: none of them says that there are more."""
    if len(texts) < 2:
        return texts
    return {name: json.dumps(json.loads(text) | {"next": None}) for name, text in texts.items()}


def _get(url: SplitResult, token: str, ca: Path | None, left: float) -> bytes:
    """What the server gives within `left` seconds."""
    headers = {"Accept": "application/json, text/csv, text/plain, */*", "User-Agent": "bitools"}
    if token:
        headers["Authorization"] = f"Token {token}"
    with _translated(url), connected(url, left, ca=ca, patience=_PATIENCE) as connection:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        content = answer.read(LARGEST + 1)
    if answer.status in (401, 403):
        text = _("{url} does not accept who asks (HTTP {status})")
        hint = _("devices_from: token: file:… in settings.yaml")
        raise CredentialsRejected(text.format(url=_shown(url), status=answer.status), hint=hint)
    if answer.status != 200:
        text = _("{url} answers HTTP {status}").format(url=_shown(url), status=answer.status)
        hint = _("is the address whole? NetBox: https://…/api/dcim/devices/?limit=0")
        raise (Unreachable if answer.status >= 500 else Rejected)(text, hint=hint, reason="http")
    return content


@contextmanager
def _translated(url: SplitResult) -> Iterator[None]:
    """What the network says, in our words."""
    address = _shown(url)
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        text = _("{url}: its TLS certificate is not trusted: {why}")
        hint = _("devices_from: ca: FILE in settings.yaml names who signed it")
        said = text.format(url=address, why=certificate_words(error.verify_message))
        raise Unreachable(said, hint=hint, reason="tls", cause=error) from error
    except TimeoutError as error:
        raise Unreachable(
            _("{url}: no answer in time").format(url=address), reason="timeout", cause=error
        ) from error
    except (OSError, http.client.HTTPException) as error:
        why = system_words(error) if isinstance(error, OSError) else type(error).__name__
        why = _("the name is not known") if isinstance(error, socket.gaierror) else why
        raise Unreachable(f"{address}: {why}", reason="network", cause=error) from error


def _shown(url: SplitResult) -> str:
    """An address without what may be secret in it."""
    return url._replace(netloc=url.netloc.rpartition("@")[2], fragment="").geturl()
