"""What the bytes of a line mean: servers, agents and people who copy files write several encodings."""

from __future__ import annotations

_LONGEST = 8_192  # characters of a line that are read; the rest is sealed like everything else


def texts(content: bytes) -> list[str]:
    """The lines as text, each by itself: UTF-8, UTF-16 as PowerShell copies, else Turkish (cp1254)."""
    try:
        if b"\0" in content:
            rows = [text(row) for row in content.split(b"\n")]
        else:
            rows = content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        rows = [text(row) for row in content.split(b"\n")]
    if rows and not rows[-1]:
        rows.pop()
    return [
        row[:_LONGEST].strip("\r\0") if len(row) > _LONGEST or row[-1:] == "\r" or row[:1] == "\0" else row
        for row in rows
    ]


def text(row: bytes) -> str:
    """One line, without its end."""
    if b"\0" in row[:64] and (told := _wide(row)):
        return told
    try:
        return row.decode("utf-8")
    except UnicodeDecodeError:
        return row.decode("cp1254", "replace")


def _wide(row: bytes) -> str:
    """A line of UTF-16, cut at its newline's first byte or behind its second; empty if it is none."""
    body = row[1:] if row[:1] == b"\0" and len(row) % 2 else row
    if len(body) % 2 or body.count(0) < len(body) // 3:
        return ""
    try:
        return body.removeprefix(b"\xff\xfe").decode("utf-16-le")
    except UnicodeDecodeError:
        return ""
