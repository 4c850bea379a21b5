"""`bitools ledger export`: what an auditor takes away, and can prove without us."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bitools.ledger import Ledger
from bitools.ledger.chain import End, Fields
from bitools.state import State

pytestmark = pytest.mark.in_process


@pytest.fixture
def book(bitools: Any) -> Ledger:
    """Nine entries, three a month from September to November 2026, in two files."""
    folder = bitools.state / "ledger"
    folder.mkdir(parents=True)
    end, lines = End(), []
    for month in (9, 10, 11):
        for day in (1, 15, 30):
            fields = Fields(
                "ayse", "h", "c", "ali.veli\x1b[2J", "user.add", None, None, "done", "r", ("6.19",)
            )
            line, head = fields.sealed(end, f"2026-{month:02}-{day:02}T10:00:00.000+03:00")
            end = End(end.number + 1, head)
            lines.append(line)
    (folder / "ledger-0000000006.jsonl").write_bytes(b"".join(lines[:6]))
    (folder / "ledger.jsonl").write_bytes(b"".join(lines[6:]))
    return Ledger(State(bitools.state), "r", "", "ayse")


def test_what_is_exported_is_proven_and_says_its_hash(bitools: Any, book: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    [item] = bitools("ledger", "export", str(file), "--json").document["items"]
    assert (item["entries"], item["first"], item["last"]) == (9, 1, 9)
    assert item["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert item["head"] == item["ledger"]["head"] == book.verify().head
    answer = bitools("ledger", "verify", "--file", str(file))
    assert (answer.code, answer.stdout.splitlines()[0]) == (0, "9 entries, whole")


def test_a_part_is_whole_across_files_and_holds_the_hash_before_it(
    bitools: Any, book: Ledger, tmp_path: Path
) -> None:
    file = tmp_path / "a.jsonl"
    words = ("--since", "2026-09-15", "--until", "2026-11-01")
    [item] = bitools("ledger", "export", str(file), *words, "--json").document["items"]
    assert (item["first"], item["last"]) == (2, 7)
    before = next(book.entries())
    assert item["prev"] == before["hash"]
    assert bitools("ledger", "verify", "--file", str(file)).code == 0


def test_its_lines_are_the_ledgers_own_and_provable_by_hand(
    bitools: Any, book: Ledger, tmp_path: Path
) -> None:
    file = tmp_path / "a.jsonl"
    bitools("ledger", "export", str(file))
    head, *lines = file.read_bytes().splitlines(keepends=True)
    own = b"".join(path.read_bytes() for path in sorted((bitools.state / "ledger").glob("*.jsonl")))
    assert b"".join(lines) == own
    previous = json.loads(head)["prev"]
    for line in lines:
        entry = json.loads(line)
        assert entry["prev"] == previous
        bare = line.rstrip(b"\n").replace(f',"hash":"{entry["hash"]}"'.encode(), b"")
        previous = hashlib.sha256(bare).hexdigest()
        assert previous == entry["hash"]


@pytest.mark.parametrize("harm", ["edit", "cut", "remove", "swap", "head", "prev"])
def test_tampering_with_an_exported_file_is_15(bitools: Any, book: Ledger, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "a.jsonl"
    bitools("ledger", "export", str(file), "--since", "2026-10-01")
    lines = file.read_bytes().splitlines(keepends=True)
    if harm == "edit":
        lines[2] = lines[2].replace(b"ayse", b"veli")
    elif harm == "cut":
        lines = lines[:-1]
    elif harm == "remove":
        del lines[2]
    elif harm == "swap":
        lines[2], lines[3] = lines[3], lines[2]
    else:
        said = json.loads(lines[0])
        lines[0] = json.dumps({**said, harm: "0" * 64}).encode() + b"\n"
    file.write_bytes(b"".join(lines))
    assert bitools("ledger", "verify", "--file", str(file)).code == 15


def test_a_broken_ledger_is_not_exported(bitools: Any, book: Ledger, tmp_path: Path) -> None:
    book.file.write_bytes(book.file.read_bytes().replace(b"ayse", b"veli", 1))
    assert bitools("ledger", "export", str(tmp_path / "a.jsonl")).code == 15
    assert not (tmp_path / "a.jsonl").exists()


def test_a_time_without_entries_is_said(bitools: Any, book: Ledger, tmp_path: Path) -> None:
    answer = bitools("ledger", "export", str(tmp_path / "a.jsonl"), "--since", "2030-01-01")
    assert answer.code == 10
    assert "no entry of that time" in answer.stderr


def test_a_file_that_is_no_export_is_15(bitools: Any, tmp_path: Path) -> None:
    for content in ("", "x\n", "[1]\n", "{}\n"):
        (tmp_path / "a").write_text(content)
        assert bitools("ledger", "verify", "--file", str(tmp_path / "a")).code == 15


def test_an_article_leads_to_its_entries(bitools: Any, book: Ledger) -> None:
    assert len(bitools("ledger", "show", "--duty", "6.19", "--json").document["items"]) == 9
    assert bitools("ledger", "show", "--duty", "6.1", "--json").document["items"] == []
