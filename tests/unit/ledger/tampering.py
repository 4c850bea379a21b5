"""Records of a small municipality, and the ways to change them behind its back."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bitools.ledger import Ledger, acts
from bitools.net.wire.history import Entry, History
from bitools.state import State
from tests.conftest import InProcess

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def act(line: InProcess, target: str) -> None:
    ledger = Ledger(State(line.state), "r", "bitools", "ayse")
    with ledger.intent(acts.USER_DISABLE, target) as intent:
        intent.done({"enabled": False})


def store(line: InProcess, text: str) -> None:
    trailers = {"Device": "sw-01", "Site": "merkez", "Role": "lan", "Reason": "changed"}
    History(State(line.state)).store([Entry("sw-01", f"hostname {text}\n", "mehmet", trailers)], NOW)


def ordinary(line: InProcess) -> int:
    """An ordinary run that has nothing to do with the records themselves."""
    return line("report", "daily", "--mail").code


def book(line: InProcess) -> Path:
    return line.state / "ledger" / "ledger.jsonl"


def entries(line: InProcess) -> list[bytes]:
    return book(line).read_bytes().splitlines(keepends=True)


def a_byte(line: InProcess) -> None:
    book(line).write_bytes(book(line).read_bytes().replace(b"hesap-3", b"hesap-4", 1))


def an_entry(line: InProcess) -> None:
    every = entries(line)
    book(line).write_bytes(b"".join(every[:6] + every[7:]))


def the_tail(line: InProcess) -> None:
    book(line).write_bytes(b"".join(entries(line)[:5]))


def the_whole(line: InProcess) -> None:
    book(line).unlink()


def reordered(line: InProcess) -> None:
    every = entries(line)
    every[3], every[5] = every[5], every[3]
    book(line).write_bytes(b"".join(every))


def rewritten(line: InProcess) -> None:
    book(line).write_bytes(b"".join(entries(line)[:10]))
    for number in range(9):
        act(line, f"baska-{number}")


def branch_back(line: InProcess) -> None:
    git(line, "update-ref", "refs/heads/main", "refs/heads/main~1")


def history_deleted(line: InProcess) -> None:
    shutil.rmtree(line.state / "history")


def pack_cut(line: InProcess) -> None:
    git(line, "repack", "-adq")
    [pack] = (line.state / "history" / "objects" / "pack").glob("*.pack")
    pack.chmod(0o644)
    content = pack.read_bytes()
    pack.write_bytes(content[: len(content) // 2])


def git(line: InProcess, *words: str) -> None:
    subprocess.run(["git", "-C", line.state / "history", *words], check=True, capture_output=True)


TAMPERINGS: list[tuple[Callable[[InProcess], None], str]] = [
    (a_byte, "the entry was changed after it was written"),
    (an_entry, "an entry before this one was removed, added or moved"),
    (the_tail, "the end of the ledger was cut off: 20 entries were known, 5 are there"),
    (the_whole, "the ledger is gone: 20 entries were known"),
    (reordered, "an entry before this one was removed, added or moved"),
    (rewritten, "the ledger was written anew"),
    (branch_back, "the history was moved back: its newest change"),
    (history_deleted, "the history is gone: its newest change was"),
    (pack_cut, "is cut short or was changed"),
]


def a_link(line: InProcess) -> None:
    book(line).rename(line.state / "elsewhere.jsonl")
    book(line).symlink_to(line.state / "elsewhere.jsonl")


def a_folder(line: InProcess) -> None:
    book(line).unlink()
    book(line).mkdir()


def last_line_end(line: InProcess) -> None:
    book(line).write_bytes(book(line).read_bytes()[:-1])


def line_ends(line: InProcess) -> None:
    book(line).write_bytes(book(line).read_bytes().replace(b"\n", b"\r\n"))


def planted_page(line: InProcess) -> None:
    book(line).with_name("ledger-9999999999.jsonl").write_bytes(entries(line)[0])


def witness_emptied(line: InProcess) -> None:
    the_tail(line)
    (line.state / "evidence.json").write_text('{"point": {}, "commit": "", "marks": [], "accepted": null}')


def witness_put_back(line: InProcess) -> None:
    seen, written = (line.state / "evidence.json").read_bytes(), book(line).read_bytes()
    act(line, "silinecek")
    assert ordinary(line) == 0
    (line.state / "evidence.json").write_bytes(seen)
    book(line).write_bytes(written)


def witness_linked(line: InProcess) -> None:
    the_tail(line)
    (line.state / "evidence.json").unlink()
    (line.state / "evidence.json").symlink_to("/dev/null")


def objects_gone(line: InProcess) -> None:
    shutil.rmtree(line.state / "history" / "objects")
    (line.state / "history" / "objects").mkdir()


def newest_text_gone(line: InProcess) -> None:
    store(line, "c")
    assert ordinary(line) == 0
    words = ["git", "-C", line.state / "history", "rev-parse", "main:devices/sw-01.cfg"]
    blob = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    (line.state / "history" / "objects" / blob[:2] / blob[2:]).unlink()


def pack_of_old_changes_gone(line: InProcess) -> None:
    git(line, "repack", "-adq")
    git(line, "commit-graph", "write", "--reachable")
    store(line, "c")
    assert ordinary(line) == 0
    for file in (line.state / "history" / "objects" / "pack").iterdir():
        file.unlink()


def a_byte_of_a_pack(line: InProcess) -> None:
    git(line, "repack", "-adq")
    assert ordinary(line) == 0
    [pack] = (line.state / "history" / "objects" / "pack").glob("*.pack")
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 1
    pack.chmod(0o644)
    pack.write_bytes(content)


OTHERWISE: list[tuple[Callable[[InProcess], None], str]] = [
    (a_link, "it is a link"),
    (a_folder, "cannot be read"),
    (last_line_end, "the end of the ledger was cut off: 20 entries were known, 19 are there"),
    (line_ends, "not a whole entry"),
    (planted_page, "an entry before this one was removed, added or moved"),
    (witness_emptied, "the end was cut off, or all was written anew"),
    (witness_put_back, "the end of the ledger was cut off: 22 entries were known, 20 are there"),
    (witness_linked, "it is a link"),
    (objects_gone, "the history has lost a part of its newest change"),
    (newest_text_gone, "the history has lost a part of its newest change"),
    (pack_of_old_changes_gone, "the history"),
    (a_byte_of_a_pack, "is cut short or was changed"),
]
