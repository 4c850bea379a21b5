"""LDAP answers as bytes (RFC 4511 §4, in BER): how an operation ended, and the objects that were found.

What `requests` asks is answered here. ldap3 decodes each answer five times over, which took a third of the
processor's time of a staff list. Lengths are definite (§5.1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_INTEGER, _ENUMERATED, _SEQUENCE = 0x02, 0x0A, 0x30
_ENTRY, _REFERENCE = 0x64, 0x73
_NOTICE = 0  # the number of what nobody asked for: the controller hangs up (§4.4.1)
_CHUNK = 65536
Result = dict[str, Any]
Found = dict[str, list[bytes]]


def answer(receive: Callable[[int], bytes], number: int) -> tuple[list[Found], Result]:
    """The objects that answer this request, and how it ended; `receive` gives some bytes, at the end none.

    Raise ConnectionError if the controller hangs up, or says what is no answer to it.
    """
    found: list[Found] = []
    rest = b""
    try:
        while True:
            asked, kind, content, rest = _message(receive, rest)
            if asked == _NOTICE:
                raise ConnectionAbortedError("the controller ended the session")
            if asked != number:
                raise ValueError(f"an answer to {asked} instead of {number}")
            if kind == _ENTRY:
                found.append(entry(content))
            elif kind != _REFERENCE:
                return found, result(content)
    except ValueError as error:
        raise ConnectionError(f"no LDAP: {error}") from error


def _message(receive: Callable[[int], bytes], data: bytes) -> tuple[int, int, bytes, bytes]:
    """The next message (the request's number, its kind, what is in it), and what came after it."""
    while (end := _end(data)) is None or len(data) < end:
        more = receive(_CHUNK)
        if not more:
            raise ConnectionResetError("the controller closed the connection")
        data += more
    [(tag, inside)] = _elements(data[:end])
    (kind, digits), (operation, content), *_controls = _elements(inside)
    if (tag, kind) != (_SEQUENCE, _INTEGER):
        raise ValueError("no message")
    return int.from_bytes(digits, "big"), operation, content, data[end:]


def result(content: bytes) -> Result:
    """How an operation ended: its number (`result`), and what the controller says about it (`message`)."""
    (kind, code), _matched, (_tag, text), *_referral = _elements(content)
    if kind != _ENUMERATED:
        raise ValueError("no LDAP result")
    return {"result": int.from_bytes(code, "big"), "message": text.decode("utf-8", "replace")}


def entry(content: bytes) -> Found:
    """An object that was found: its attributes, by their names in small letters; `dn` is one of them."""
    (_tag, dn), (_sequence, listed) = _elements(content)
    found: Found = {}
    for _kind, attribute in _elements(listed):
        (_octets, name), (_set, values) = _elements(attribute)
        if values:
            found[name.decode().lower()] = [value for _value, value in _elements(values)]
    return found | {"dn": [dn]}


def _end(data: bytes) -> int | None:
    """Where the first element ends; None if that is not known yet."""
    if len(data) < 2:
        return None
    if (first := data[1]) < 0x80:
        return 2 + first
    count = first & 0x7F
    if not 0 < count <= 4:
        raise ValueError("a length that is none")
    return 2 + count + int.from_bytes(data[2 : 2 + count], "big") if len(data) >= 2 + count else None


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each element, which must fill the data."""
    found, at = [], 0
    while at < len(data):
        size, start = data[at + 1] if at + 1 < len(data) else 0x80, at + 2
        if size >= 0x80:
            count = size & 0x7F
            start += count
            if not 0 < count <= 4 or start > len(data):
                raise ValueError("a length that is none")
            size = int.from_bytes(data[at + 2 : start], "big")
        if start + size > len(data):
            raise ValueError("an element that is cut off")
        found.append((data[at], data[start : start + size]))
        at = start + size
    return found
