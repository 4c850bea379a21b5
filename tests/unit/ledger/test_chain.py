"""What an auditor relies on: whatever is done to the file shows, and nothing readable betrays a secret."""

import hashlib
import json
import os
import pwd
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitools import credentials
from bitools.credentials import MASK, Secret
from bitools.errors import IntegrityBroken, InventoryInvalid, Rejected
from bitools.ledger import GENESIS, Ledger, actor, acts, chain, pages
from bitools.ledger.chain import End, Fields
from bitools.state import State

texts = st.text(alphabet=st.characters(), max_size=40)  # lone surrogates too: file names can hold them
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ledger(folder: Path, entries: int = 0) -> Ledger:
    book = Ledger(State(folder), "20261122T165600Z-4f1c9a", "net snapshot", "ayse")
    for number in range(entries):
        book.append(acts.NET_SNAPSHOT, f"sw-{number}", "done", after={"lines": number})
    return book


def fresh(folder: Path) -> Ledger:
    book = ledger(folder)
    book.file.unlink(missing_ok=True)
    return book


def test_an_empty_ledger_is_whole(tmp_path: Path) -> None:
    chain = ledger(tmp_path).verify()
    assert (chain.entries, chain.head, chain.open) == (0, GENESIS, [])


@many
@given(targets=st.lists(st.tuples(texts, jsons), min_size=1, max_size=6))
def test_whatever_is_recorded_comes_back_whole(tmp_path: Path, targets: list[tuple[str, object]]) -> None:
    book = fresh(tmp_path)
    numbers = [book.append(acts.NET_TRUST, target, "done", after=after) for target, after in targets]
    assert numbers == list(range(1, len(targets) + 1))
    assert book.verify().entries == len(targets)
    assert [entry["target"] for entry in book.entries()] == [target for target, _after in targets]


Tampering = Callable[[list[bytes], int, int], list[bytes]]


def edit(lines: list[bytes], at: int, other: int) -> list[bytes]:
    place = other % (len(lines[at]) - 1)
    changed = lines[at][:place] + bytes([lines[at][place] ^ 1]) + lines[at][place + 1 :]
    return [*lines[:at], changed, *lines[at + 1 :]]


def delete(lines: list[bytes], at: int, _other: int) -> list[bytes]:
    return [*lines[:at], *lines[at + 1 :]]


def swap(lines: list[bytes], at: int, other: int) -> list[bytes]:
    other = (at + 1 + other % (len(lines) - 1)) % len(lines)
    changed = list(lines)
    changed[at], changed[other] = changed[other], changed[at]
    return changed


def repeat(lines: list[bytes], at: int, _other: int) -> list[bytes]:
    return [*lines[: at + 1], *lines[at:]]


def rewrite(lines: list[bytes], at: int, _other: int) -> list[bytes]:
    """Change an entry and give it a right hash of its own: those after it betray it, or the mailed head."""
    body = lines[at].rpartition(b',"hash":"')[0].replace(b'"ayse"', b'"veli"') + b"}"
    sealed = body[:-1] + b',"hash":"' + hashlib.sha256(body).hexdigest().encode() + b'"}\n'
    return [*lines[:at], sealed, *lines[at + 1 :]]


def forge(lines: list[bytes], at: int, _other: int) -> list[bytes]:
    """Change an entry and give it and all after it right hashes: only a mailed head betrays it."""
    forged = list(lines)
    for place in range(at, len(forged)):
        body = forged[place].rpartition(b',"hash":"')[0]
        if place == at:
            body = body.replace(b'"ayse"', b'"veli"')
        else:
            body = body.rpartition(b',"prev":"')[0] + b',"prev":"' + forged[place - 1][-67:-3] + b'"'
        digest = hashlib.sha256(body + b"}").hexdigest().encode()
        forged[place] = body + b',"hash":"' + digest + b'"}\n'
    return forged


def test_a_forged_chain_is_whole_by_itself(tmp_path: Path) -> None:
    book = ledger(tmp_path, 5)
    head = book.verify().head
    book.file.write_bytes(b"".join(forge(book.file.read_bytes().splitlines(keepends=True), 1, 0)))
    assert book.verify().entries == 5
    with pytest.raises(IntegrityBroken, match="written anew"):
        book.verify(head)


@many
@given(
    tampering=st.sampled_from([edit, delete, swap, repeat, rewrite, forge]),
    at=st.integers(0, 7),
    other=st.integers(0, 400),
)
def test_tampering_shows_against_a_mailed_head(
    tmp_path: Path, tampering: Tampering, at: int, other: int
) -> None:
    fresh(tmp_path)
    book = ledger(tmp_path, 8)
    head = book.verify().head
    book.file.write_bytes(b"".join(tampering(book.file.read_bytes().splitlines(keepends=True), at, other)))
    with pytest.raises(IntegrityBroken):
        book.verify(head)


def test_a_cut_off_end_shows_only_against_a_head(tmp_path: Path) -> None:
    book = ledger(tmp_path, 5)
    head = book.verify().head
    book.file.write_bytes(b"".join(book.file.read_bytes().splitlines(keepends=True)[:3]))
    assert book.verify().entries == 3
    with pytest.raises(IntegrityBroken, match="cut off"):
        book.verify(head)


def test_an_old_head_is_still_known_when_the_ledger_has_grown(tmp_path: Path) -> None:
    head = ledger(tmp_path, 3).verify().head
    assert ledger(tmp_path, 2).verify(head).entries == 5


@pytest.mark.parametrize("length", [1, 5_000, 70_000, 300_000])
def test_entries_of_any_length_can_follow_each_other(tmp_path: Path, length: int) -> None:
    book = ledger(tmp_path)
    for _time in range(3):
        book.append(acts.NET_TRUST, "y", "done", after="ş" * length)
    assert book.verify().entries == 3


@pytest.mark.parametrize("length", [10, 70_000])
@pytest.mark.parametrize("before", [0, 2])
def test_an_entry_torn_by_a_crash_gives_its_place_to_the_next(
    tmp_path: Path, before: int, length: int
) -> None:
    book = ledger(tmp_path, before)
    whole = book.file.read_bytes() if before else b""
    book.file.write_bytes(whole + b'{"seq":' + b"9" * length)
    assert book.verify().torn == length + 7
    assert book.append(acts.NET_TRUST, "y", "done") == before + 1
    assert book.verify().torn == 0
    assert book.file.read_bytes().startswith(whole)


@pytest.mark.parametrize("rubbish", [b"rubbish\n", b"\n", b"\0" * 9_000 + b"\n", b'{"seq":3}\n{"seq":\n'])
@pytest.mark.parametrize("entries", [0, 2])
def test_a_last_line_that_is_no_entry_stays_and_is_told_and_work_is_recorded_after_it(
    tmp_path: Path, entries: int, rubbish: bytes
) -> None:
    book = ledger(tmp_path, entries)
    with book.file.open("ab") as file:
        file.write(rubbish)
    for number in (1, 2):
        assert ledger(tmp_path).append(acts.NET_TRUST, "y", "done") == entries + number
    assert any(rubbish in page.read_bytes() for page in book.file.parent.glob("*.jsonl")), "it is evidence"
    with pytest.raises(IntegrityBroken):
        book.verify()


def test_a_clock_that_was_set_back_is_told_and_nothing_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = ledger(tmp_path, 0)
    times = ["09:00:00.000+03:00", "09:30:00.000+03:00", "09:26:00.000+03:00", "08:00:00.000+03:00",
             "06:00:00.000+00:00", "07:00:00.000+03:00"]  # fmt: skip
    for time in times:
        monkeypatch.setattr(chain, "clock", lambda time=time: f"2026-11-22T{time}")
        book.append(acts.NET_TRUST, "y", "done")
    found = book.verify().backwards
    assert [(number, back.total_seconds() / 60) for number, back in found] == [(4, 86), (6, 120)]


def test_a_crash_leaves_an_open_intent(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    with book.intent(acts.USER_DISABLE, "ali.veli") as intent:
        intent.done({"enabled": False})
    book.append(acts.USER_DISABLE, "can.kaya", "intent")
    assert [(entry["seq"], entry["target"]) for entry in book.verify().open] == [(3, "can.kaya")]


def test_a_failure_is_recorded_with_its_reason_and_goes_on_its_way(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    with pytest.raises(Rejected), book.intent(acts.NET_SNAPSHOT, "sw-1"):
        raise Rejected("invalid input", target="sw-1")
    assert [entry["outcome"] for entry in book.entries()] == ["intent", "failed"]
    assert list(book.entries())[1]["after"] == {"intent": 1, "error": "sw-1: invalid input"}
    assert book.verify().open == []


@pytest.mark.parametrize("password", ['a"b\\c\nd', "şifre€", "prev", "hash", "done", 'x","hash":"'])
def test_a_secret_is_masked_however_it_is_spelled(tmp_path: Path, password: str) -> None:
    secret = Secret(password)
    book = ledger(tmp_path)
    book.append(
        acts.NET_TRUST, f"to {secret.reveal()}", "done", before=[password], after={"note": (password,)}
    )
    entry = next(book.entries())
    assert entry["target"] == f"to {MASK}"
    assert (entry["before"], entry["after"]) == ([MASK], {"note": [MASK]})
    assert book.verify().entries == 1


def test_a_secret_that_holds_another_one_is_masked_whole() -> None:
    secrets = [Secret("gizli" * length) for length in range(1, 9)]
    assert credentials.mask(secrets[-1].reveal()) == MASK


def test_the_file_is_not_for_everyone(tmp_path: Path) -> None:
    assert ledger(tmp_path, 1).file.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize(
    ("login", "environ", "who"),
    [
        ("33\n", {"SUDO_USER": "ayse"}, "www-data"),  # the kernel knows better than an environment
        ("4294967295\n", {"SUDO_USER": "ayse"}, "ayse"),  # nobody logged in: cron, a container
        ("4294967295\n", {}, pwd.getpwuid(os.getuid()).pw_name),
        ("99999999\n", {"SUDO_USER": "ayse"}, "ayse"),  # a login that was removed since
        ("", {"SUDO_USER": "ayse"}, "ayse"),
    ],
)
def test_the_actor_is_who_logged_in_behind_sudo_too(
    login: str, environ: dict[str, str], who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda path: login if path.name == "loginuid" else "")
    assert actor(environ) == who


def test_a_ledger_that_cannot_be_written_stops_the_change(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    book.file.mkdir()
    with pytest.raises(InventoryInvalid, match="cannot be written"), book.intent(acts.NET_TRUST, "y"):
        pytest.fail("the world was changed")


def test_entries_keep_the_published_order_of_keys(tmp_path: Path) -> None:
    book = ledger(tmp_path, 1)
    assert " ".join(json.loads(book.file.read_text())) == (
        "seq time actor host command target action before after outcome run duties prev hash"
    )


def an_old_page(folder: Path, entries: int, year: int = 2025) -> None:
    """Entries as a run of another year wrote them."""
    end, lines = End(), b""
    for number in range(entries):
        fields = Fields("ayse", "h", "c", f"sw-{number}", "net.snapshot", None, None, "done", "r", ("6.31",))
        line, head = fields.sealed(end, f"{year}-12-31T23:00:00.000+03:00")
        end = End(end.number + 1, head)
        lines += line
    (folder / "ledger").mkdir(exist_ok=True)
    (folder / "ledger" / "ledger.jsonl").write_bytes(lines)


def pages_of(book: Ledger) -> list[str]:
    return sorted(path.name for path in book.file.parent.iterdir())


def test_a_new_year_begins_a_new_file_and_the_chain_goes_on(tmp_path: Path) -> None:
    an_old_page(tmp_path, 3)
    book = ledger(tmp_path)
    old_head = book.verify().head
    assert book.append(acts.NET_TRUST, "y", "done") == 4
    assert pages_of(book) == ["ledger-0000000003.jsonl", "ledger.jsonl"]
    assert json.loads(book.file.read_text())["prev"] == old_head
    assert book.verify(old_head).entries == 4
    assert [entry["seq"] for entry in book.entries()] == [1, 2, 3, 4]


def test_a_full_file_is_put_aside_and_writers_that_have_it_open_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LARGEST", 900)
    one, other = ledger(tmp_path), ledger(tmp_path)
    numbers = [book.append(acts.NET_TRUST, "y", "done") for _time in range(10) for book in (one, other)]
    assert numbers == list(range(1, 21))
    assert len(pages_of(one)) > 3
    assert one.verify().entries == 20


def test_a_file_put_aside_by_a_run_that_then_died_is_built_upon(tmp_path: Path) -> None:
    book = ledger(tmp_path, 3)
    book.file.rename(book.file.with_name("ledger-0000000003.jsonl"))
    assert book.verify().entries == 3
    assert book.append(acts.NET_TRUST, "y", "done") == 4
    assert ledger(tmp_path).append(acts.NET_TRUST, "y", "done") == 5
    assert book.verify().entries == 5


@pytest.mark.parametrize("harm", ["remove", "cut", "edit", "swap"])
def test_tampering_with_an_older_file_shows(
    tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LARGEST", 900)
    book = ledger(tmp_path, 12)
    first, second, *_more = sorted(book.file.parent.glob("ledger-*.jsonl"))
    if harm == "remove":
        first.unlink()
    elif harm == "cut":
        first.write_bytes(b"".join(first.read_bytes().splitlines(keepends=True)[:-1]))
    elif harm == "edit":
        second.write_bytes(second.read_bytes().replace(b"ayse", b"veli"))
    else:
        one, other = first.read_bytes(), second.read_bytes()
        first.write_bytes(other)
        second.write_bytes(one)
    with pytest.raises(IntegrityBroken):
        book.verify()


def test_threads_of_one_run_take_turns(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda _n: book.append(acts.NET_TRUST, "y", "done"), range(200)))
    assert sorted(numbers) == list(range(1, 201))
    assert book.verify().entries == 200


@many
@given(
    values=st.lists(
        st.tuples(
            texts | st.sampled_from(['","action":"net.trust","before":null,"after":{"intent":1,']),
            jsons,
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_open_is_found_whatever_entries_say(
    tmp_path: Path, values: list[tuple[str, object, bool]]
) -> None:
    book = fresh(tmp_path)
    left = []
    trap = {
        "outcome": "intent",
        "action": "net.trust",
        "before": None,
        "after": {"intent": 1, "x": '","outcome":"intent'},
    }
    for target, value, closed in values:
        number = book.append(acts.NET_TRUST, target, "intent", before={"value": value, "trap": trap})
        if closed:
            book.append(acts.NET_TRUST, target, "done", after={"intent": number, "result": [trap, value]})
        else:
            left.append(number)
        book.append(acts.NET_TRUST, target, "done", before=trap, after=value)
    assert [entry["seq"] for entry in book.verify().open] == left
