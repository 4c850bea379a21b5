"""Responses and tokens as bytes: DER, as far as RFC 3161 §2.4.2 needs it.

A response is `SEQUENCE { status, token }`; a token alone (`.der`, `.zd`) is what KamuSM's Java client keeps.
Either can be made from the other, so both are exported and both are read.
"""

from __future__ import annotations

from bitools.errors import Rejected
from bitools.i18n import _

INTEGER, OCTETS, SEQUENCE = 0x02, 0x04, 0x30
_OBJECT, _TEXTS = 0x06, (0x0C, 0x13)  # UTF8String, PrintableString
_GRANTED = bytes([SEQUENCE, 3, INTEGER, 1, 0])


def der(tag: int, content: bytes) -> bytes:
    """One value: tag, length in its shortest form, content (X.690 §10.1)."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def number(value: int) -> bytes:
    """A whole number from 0."""
    return der(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def children(content: bytes) -> list[tuple[int, bytes, bytes]]:
    """The values that stand in a row: tag, content, and the whole with its head.

    Raise Rejected if the bytes are no such row.
    """
    found, at = [], 0
    while at < len(content):
        start = at
        try:
            tag, size = content[at], content[at + 1]
        except IndexError:
            raise _no_answer() from None
        at += 2
        if size & 0x80:
            octets = size & 0x7F
            if not 1 <= octets <= 4 or at + octets > len(content):
                raise _no_answer()
            size = int.from_bytes(content[at : at + octets], "big")
            at += octets
        if at + size > len(content):
            raise _no_answer()
        found.append((tag, content[at : at + size], content[start : at + size]))
        at += size
    return found


def _inside(whole: bytes) -> list[tuple[int, bytes, bytes]]:
    row = children(whole)
    if len(row) != 1 or row[0][0] != SEQUENCE or not (inside := children(row[0][1])):
        raise _no_answer()
    return inside


def response(stamped: bytes) -> bytes:
    """The response, made around a token if that is what it is. Raise Rejected if it is neither."""
    return der(SEQUENCE, _GRANTED + stamped) if _inside(stamped)[0][0] == _OBJECT else stamped


def bare(stamped: bytes) -> bytes:
    """The token alone. Raise Rejected if there is none in it."""
    inside = _inside(stamped)
    if inside[0][0] == _OBJECT:
        return stamped
    if len(inside) < 2:
        raise _no_answer()
    return inside[1][2]


def refusal(stamped: bytes) -> tuple[int, str]:
    """The status of a response (0: granted) and the words that go with it. Raise Rejected if it is none."""
    inside = _inside(stamped)
    if inside[0][0] == _OBJECT:
        return 0, ""
    status = children(inside[0][1])
    if not status or status[0][0] != INTEGER:
        raise _no_answer()
    words = [
        text.decode(errors="replace")
        for tag, content, _whole in status[1:]
        if tag == SEQUENCE
        for kind, text, _all in children(content)
        if kind in _TEXTS
    ]
    return int.from_bytes(status[0][1], "big"), " ".join(words)


def _no_answer() -> Rejected:
    return Rejected(
        _("what came back is no time stamp"),
        hint=_("is the address that of an RFC 3161 service? see settings.yaml: timestamp"),
        reason="format",
    )
