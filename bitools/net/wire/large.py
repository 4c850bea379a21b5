"""What a device says that says very much: read once, from front to back, and given back as it is read."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator, Sequence

PAGE = 1 << 18  # bytes
LARGE = 1 << 20  # letters, or bytes, of what is read in pieces
_MOST = 1 << 21  # bytes in which an end of a line is looked for that no terminal escape goes over
_ESCAPE = 600  # bytes of the longest escape, and more


class Pages:
    """Memory that the kernel gives and takes back: page by page as it is written, all at once at the end.

    A block that grows would be copied as it does, by every thread in an arena of its own that keeps what it
    had (malloc(3): M_MMAP_THRESHOLD grows to 32 MiB).
    """

    def __init__(self) -> None:
        self._pages: list[mmap.mmap] = []

    def __len__(self) -> int:
        return len(self._pages) * PAGE

    def add(self, data: memoryview) -> None:
        """Keep as much as is in one page."""
        page = mmap.mmap(-1, PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        page[:] = data
        self._pages.append(page)

    def first(self, size: int) -> bytes:
        """Its beginning, at most one page."""
        return self._pages[0][:size]

    def taken(self) -> Iterator[bytes]:
        """Page by page, each given back before it is handed out."""
        self._pages.reverse()
        while self._pages:
            with self._pages.pop() as page:
                data = page[:]
            yield data

    def clear(self) -> None:
        """Give it back."""
        for page in self._pages:
            page.close()
        self._pages = []


class Large:
    """A large answer as text, whole lines at a time; it can be read once."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def trimmed(self, front: Callable[[str], str], back: Callable[[str], str]) -> Large:
        """The same without what `front` takes from its first lines, and `back` from its last."""
        return Large(_trimmed(self, front, back))

    def heard(self, by: Callable[[bytes], None]) -> Large:
        """The same, and somebody hears it."""
        return Large(_heard(self, by))


Printed = str | Large


def under(commands: Sequence[str], said: Sequence[Printed]) -> Large:
    """What several commands printed, each under its name; what one printed, as it is."""
    return Large(_under(commands, said))


def _under(commands: Sequence[str], said: Sequence[Printed]) -> Iterator[str]:
    for command, one in zip(commands, said, strict=True):
        lines = _sliced(one) if isinstance(one, str) else one
        if len(commands) == 1:
            yield from lines
        else:
            yield f"# $ {command}\n"
            yield from _ended(lines)


def _ended(lines: Iterable[str]) -> Iterator[str]:
    """The same with one line break at its end, and nothing that is blank before it."""
    blank = ""
    for piece in lines:
        text = piece.rstrip()
        if text:
            yield blank + text
            blank = ""
        blank += piece[len(text) :]
    yield "\n"


def _sliced(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start + PAGE) + 1 or len(text)
        yield text[start:end]
        start = end


def is_large(said: Printed) -> bool:
    """Is it more than should be in memory as a whole?"""
    return isinstance(said, Large) or len(said) > LARGE


def whole(said: Printed) -> str:
    """All of it."""
    return said if isinstance(said, str) else "".join(said)


def in_lines(pages: Iterable[bytes], last: bytes, decoded: Callable[[bytes], str]) -> Iterator[str]:
    """Bytes as text, whole lines at a time; `last` is not divided."""
    rest = b""
    for data in pages:
        rest += data
        end = rest.rfind(b"\n", 0, len(rest) - 1) + 1  # what stands behind it may be of the break
        end += rest[end : end + 1] == b"\r"
        if b"\x1b" in rest[max(0, end - _ESCAPE) : end] and len(rest) < _MOST:
            continue
        if end:
            yield decoded(rest[:end])
            rest = rest[end:]
    yield decoded(rest + last)


def _trimmed(lines: Iterable[str], front: Callable[[str], str], back: Callable[[str], str]) -> Iterator[str]:
    last = None
    for piece in lines:
        if last is not None:
            yield last
        last = front(piece) if last is None else piece
    if last is not None:
        yield back(last)


def _heard(lines: Iterable[str], by: Callable[[bytes], None]) -> Iterator[str]:
    for piece in lines:
        by(piece.encode())
        yield piece
