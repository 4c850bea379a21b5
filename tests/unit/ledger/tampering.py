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


def older_copy(line: InProcess) -> None:
    written = book(line).read_bytes()
    act(line, "silinecek")
    assert ordinary(line) == 0
    book(line).write_bytes(written)


def another_machine_s(line: InProcess) -> None:
    other = InProcess(line.inventory, line.state.with_name("other"))
    for number in range(30):
        act(other, f"baska-{number}")
    book(line).write_bytes(book(other).read_bytes())


def emptied(line: InProcess) -> None:
    book(line).write_bytes(b"")


def last_line_twice(line: InProcess) -> None:
    book(line).write_bytes(book(line).read_bytes() + entries(line)[-1])


def a_blank_line(line: InProcess) -> None:
    book(line).write_bytes(b"".join([*entries(line)[:5], b"\n", *entries(line)[5:]]))


def a_line_that_is_none(line: InProcess) -> None:
    book(line).write_bytes(book(line).read_bytes() + b"hesap-9\n")


def a_hole(line: InProcess) -> None:
    content = book(line).read_bytes()
    book(line).write_bytes(content[:100] + bytes(100) + content[200:])


def a_mark(line: InProcess) -> None:
    book(line).write_bytes(b"\xef\xbb\xbf" + book(line).read_bytes())


def times_moved(line: InProcess) -> None:
    year = str(datetime.now(UTC).year).encode()
    book(line).write_bytes(book(line).read_bytes().replace(b'"' + year, b'"2020'))


def second_name(line: InProcess) -> None:
    kept = line.state.with_name("kept")
    kept.write_bytes(b"".join(entries(line)[:5]))
    book(line).unlink()
    book(line).hardlink_to(kept)


def folder_linked(line: InProcess) -> None:
    the_tail(line)
    (line.state / "ledger").rename(line.state / "elsewhere")
    (line.state / "ledger").symlink_to(line.state / "elsewhere")


def history_linked(line: InProcess) -> None:
    (line.state / "history").rename(line.state / "elsewhere")
    (line.state / "history").symlink_to(line.state / "elsewhere")


def said(line: InProcess, *words: str) -> str:
    command = ["git", "-C", line.state / "history", "-c", "user.name=x", "-c", "user.email=x@x", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def newest_change_by_another(line: InProcess) -> None:
    """The same text, in a commit of other words."""
    made = said(line, "commit-tree", "main^{tree}", "-p", "main~1", "-m", "x")
    git(line, "update-ref", "refs/heads/main", made)


def history_written_anew(line: InProcess) -> None:
    """The same texts one after the other, in other commits."""
    made = ""
    for commit in said(line, "rev-list", "--reverse", "main").split():
        made = said(line, "commit-tree", f"{commit}^{{tree}}", *(["-p", made] if made else []), "-m", "x")
    git(line, "update-ref", "refs/heads/main", made)


def branch_back_in_packed_refs(line: InProcess) -> None:
    git(line, "pack-refs", "--all")
    refs = line.state / "history" / "packed-refs"
    refs.write_text(
        refs.read_text().replace(said(line, "rev-parse", "main"), said(line, "rev-parse", "main~1"))
    )


def another_history(line: InProcess) -> None:
    history_deleted(line)
    store(line, "z")


def objects_lent(line: InProcess) -> None:
    """They lie elsewhere, and git is told to look there: it is not asked to obey."""
    objects = line.state / "history" / "objects"
    shutil.copytree(objects, line.state.with_name("lent"))
    for folder in objects.glob("[0-9a-f][0-9a-f]"):
        shutil.rmtree(folder)
    (objects / "info").mkdir(exist_ok=True)
    (objects / "info" / "alternates").write_text(f"{line.state.with_name('lent')}\n")


# More of the same kinds, for a longer test.
MORE: list[tuple[Callable[[InProcess], None], str]] = [
    (older_copy, "the end of the ledger was cut off: 22 entries were known, 20 are there"),
    (another_machine_s, "the ledger was written anew after entry 0"),
    (emptied, "the ledger is gone: 20 entries were known"),
    (last_line_twice, "an entry before this one was removed, added or moved"),
    (a_blank_line, "not a whole entry"),
    (a_line_that_is_none, "not a whole entry"),
    (a_hole, "the entry was changed after it was written"),
    (a_mark, "the entry was changed after it was written"),
    (times_moved, "the entry was changed after it was written"),
    (second_name, "the end of the ledger was cut off: 20 entries were known, 5 are there"),
    (folder_linked, "it is a link"),
    (history_linked, "it is a link"),
    (newest_change_by_another, "the history was moved back: its newest change"),
    (history_written_anew, "the history was moved back: its newest change"),
    (branch_back_in_packed_refs, "the history was moved back: its newest change"),
    (another_history, "the history has lost its newest change"),
    (objects_lent, "the history"),
]

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
