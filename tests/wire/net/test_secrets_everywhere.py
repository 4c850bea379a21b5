"""Every spelling of a secret, printed by a device of its platform, is readable in nothing that bitools leaves."""

from __future__ import annotations

import base64
import random
import re
import urllib.parse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab import spellings
from lab.museum import Museum, log_of, mails_of
from lab.sessions import Talk, Written, all_of
from tests.conftest import ROOT, CommandLine

LOOKS = ("mixed", "signs", "base64", "digits", "hex")
EACH = 10_000  # spellings a device at most
_WINDOW = 8  # letters of a needle that are looked for first


class Filled:
    """A written session with every spelling of its platform in it; `turn` chooses the secrets, `cut` the length."""

    encoding = None

    def __init__(self, written: Written, every: list[spellings.Spelling]) -> None:
        self.name, self.keys, self.written, self.every = written.name, dict(written.keys), written, every
        self.turn, self.cut = 0, 1.0
        self.secrets: set[str] = set()

    def session(self) -> Talk:
        """A session with it as it is now."""
        return Talk(Written(self.written.folder, self.written.said, self._marked()))

    def _marked(self) -> str:
        chance = random.Random(f"{self.name} {self.turn}")
        filled = [one.filled(chance.choice(LOOKS), chance) for one in self.every]
        self.secrets.update(secret for _text, secrets in filled for secret in secrets)
        lines = self.written.marked.split("\n")
        tops = [number for number, line in enumerate(lines) if line[:1].strip()]
        place = tops[-2] if len(tops) > 2 else len(lines) - 1
        lines[place:place] = [text for text, _secrets in filled]
        marked = "\n".join(lines)
        return marked[: int(len(marked) * self.cut)]


def exhibits() -> list[Filled]:
    every = list(spellings.all_of(ROOT / "tests/data/secrets/spellings.txt"))
    # That is how files are told apart here; what a pager or a console left is quarantined, as it should be.
    fit = [one for one in every if not re.search(r"# \$ |More\b|%[A-Z]+-\d-", one.template)]
    return [
        Filled(written, [one for one in fit if one.platform == written.platform][:EACH])
        for written in all_of(ROOT / "tests/data")
    ]


def written_so(secret: str) -> Iterator[bytes]:
    """The secret in every encoding in which somebody could read it."""
    plain = secret.encode()
    yield plain
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield urllib.parse.quote(secret, safe="").encode()
    for before in range(3):
        code = base64.b64encode(b"\0" * before + plain)
        whole = len(code) - (4 if (before + len(plain)) % 3 else 0)
        yield code[(0, 2, 3)[before] : whole]


Needles = dict[bytes, list[tuple[bytes, str]]]


def needles_of(secrets: Iterable[str]) -> Needles:
    """Every secret in every encoding, by its first letters: made once, looked for in hundreds of files."""
    needles: Needles = {}
    for secret in secrets:
        for needle in {*written_so(secret)}:
            needles.setdefault(needle[:_WINDOW], []).append((needle, secret))
    return needles


def readable(needles: Needles, data: bytes) -> set[str]:
    """Which secrets stand in the data, in any encoding; in one pass."""
    hits = (at for at in range(len(data) - _WINDOW + 1) if data[at : at + _WINDOW] in needles)
    return {
        secret
        for at in hits
        for needle, secret in needles[data[at : at + _WINDOW]]
        if data.startswith(needle, at)
    }


def test_the_search_finds_each_encoding() -> None:
    secret = "Gizli+kilit77="
    for number, needle in enumerate(written_so(secret)):
        assert readable(needles_of([secret]), b"xx" * number + needle + b"yy") == {secret}
    for before in range(4):
        hidden = base64.b64encode(b"q" * before + secret.encode() + b"tail")
        assert readable(needles_of([secret]), hidden) == {secret}


def everything(state: Path, *others: Path) -> dict[str, bytes]:
    """All that a run has left, by where."""
    files = {
        str(path): path.read_bytes()
        for folder in (state, *others)
        for path in folder.rglob("*")
        if path.is_file() and "history" not in path.parts
    }
    return {**files, "git": log_of(state), "mails": b"\n".join(mails_of(state))}


@pytest.mark.torture
@pytest.mark.timeout(900)
def test_no_spelling_is_readable_anywhere(tmp_path: Path) -> None:
    devices = exhibits()
    said: dict[str, bytes] = {}
    with Museum(devices) as museum:
        museum.inventory(tmp_path / "inventory")
        bitools = CommandLine(tmp_path / "inventory", tmp_path / "state")

        def run(*words: str) -> Any:
            answer = bitools(*words, timeout=600)
            said[f"{len(said)} {' '.join(words)}"] = (answer.stdout + answer.stderr).encode()
            return answer

        run("net", "trust", "--yes")
        first = run("net", "snapshot", "--json", "--transcript", str(tmp_path / "first.txt")).document
        stored = {item["device"] for item in first["items"] if item["status"] == "stored"}
        assert len(stored) >= len(devices) - 3, first["failed"]  # three take them for a cut: into quarantine
        for device in devices:
            device.turn = 1
        run("-v", "net", "diff")
        run("-v", "net", "snapshot", "--transcript", str(tmp_path / "second.txt"))
        run("report", "changes", "--mail")
        run("report", "daily", "--mail")
        run("net", "history")
        run("net", "show", devices[0].name)
        run("net", "check")
        run("report", "site", "--to", str(tmp_path / "site"))
        for device in devices:
            device.turn, device.cut = 2, 0.9
        run("-v", "net", "snapshot", "--json", "--deadline", "30", "--transcript", str(tmp_path / "cut.txt"))
        wrong = (tmp_path / "inventory" / "devices.yaml").read_text()
        (tmp_path / "inventory" / "devices.yaml").write_text(
            re.sub(r"(\"?platform\"?: *\"?)\w+", r"\g<1>cisco_ios", wrong)
        )
        for device in devices:
            device.turn, device.cut = 3, 1.0
        run(
            "-v", "net", "snapshot", "--json", "--deadline", "30", "--transcript", str(tmp_path / "wrong.txt")
        )
        run("report", "changes", "--mail")
    secrets = {secret for device in devices for secret in device.secrets}
    assert len(secrets) > 20_000
    kept = everything(tmp_path / "state", tmp_path / "site")
    kept |= said | {path.name: path.read_bytes() for path in tmp_path.glob("*.txt")}
    assert [name for name in kept if "/quarantine/" in name]
    assert (tmp_path / "second.txt").stat().st_size > 100_000
    needles = needles_of(secrets)
    found = {name: sorted(readable(needles, data))[:20] for name, data in kept.items()}
    assert not {name: some for name, some in found.items() if some}
