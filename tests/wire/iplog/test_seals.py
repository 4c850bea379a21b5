"""Sealed days and everything that can be done to them: each is found, and named."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bitools.inventory.load import load
from bitools.iplog.decisions.manifest import canonical, digest
from bitools.iplog.verbs import ingest, seal, verify
from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import State, new_run
from lab.time_authority import TimeAuthority
from tests.conftest import CommandLine
from tests.wire.iplog.conftest import ASKED, elsewhere, everything_in, sources

DAYS = 5
FIRST = datetime.fromisoformat("2026-11-20T12:00:00+03:00")


def ack(at: datetime, last: int, mac: int, host: str = "") -> str:
    name = f" ({host})" if host else ""
    return f"{at.isoformat()} dhcp1 dhcpd[1]: DHCPACK on 10.0.0.{last} to 00:1a:2b:3c:4d:{mac:02x}{name} via eth0\n"


def as_of(log: CommandLine, at: datetime) -> Run:
    """A run at another time: days need not be waited for."""
    state = State(log.state)
    return Run(new_run(at), at, load(log.inventory), state, Ledger(state, "r", "test", "test"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeAuthority]:
    with TimeAuthority(tmp_path_factory.mktemp("tsa")) as running:
        yield running


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, authority: TimeAuthority) -> CommandLine:
    """Five days, each of a thousand lines, sealed; the third and the last are stamped."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "inventory").mkdir()
    log = CommandLine(folder / "inventory", folder / "state")
    file = folder / "dhcpd.log"
    sources(log, f"  merkez: {{format: dhcpd, path: {file}, lease: 8h}}\n")
    settings = log.inventory / "settings.yaml"
    plain = "organisation: Efeler Belediyesi\n"
    stamped = f"{plain}timestamp: {{url: '{authority.url}', ca: {authority.ca}}}\n"
    for day in range(DAYS):
        at = FIRST + timedelta(days=day)
        with file.open("a") as out:
            for number in range(1000):
                line = at - timedelta(hours=11) + timedelta(seconds=number * 40)
                out.write(ack(line, number % 200, (number + day) % 200, f"gun{day}-{number % 200}"))
        settings.write_text(stamped if day in (2, DAYS - 1) else plain)
        assert not ingest.ingest(as_of(log, at)).failed
        document = seal.seal(as_of(log, at + timedelta(days=1)))
        assert not document.failed
        assert [item["status"] for item in document.items] == [
            "stamped" if day in (2, DAYS - 1) else "unstamped"
        ]
    return log


@pytest.fixture
def sealed(whole: CommandLine, tmp_path: Path, authority: TimeAuthority) -> CommandLine:
    """The same, to be spoilt."""
    authority.fault, authority.signer = "", "good"
    shutil.copytree(whole.state, tmp_path / "sealed")
    return CommandLine(whole.inventory, tmp_path / "sealed")


def faults(log: CommandLine, **more: str) -> set[tuple[str, str]]:
    document = verify.verify(as_of(log, FIRST + timedelta(days=DAYS)), **more)  # type: ignore[arg-type]
    return {(one["target"], one["reason"]) for one in document.failed}


def test_a_whole_chain_holds_and_its_head_is_known(sealed: CommandLine) -> None:
    answer = sealed("iplog", "verify", "--json")
    assert answer.code == 0, answer.stderr
    document = answer.document
    assert [item["stamp"] for item in document["items"]] == ["covered", "covered", "good", "covered", "good"]
    assert [item["status"] for item in document["items"]] == ["whole"] * DAYS
    assert sealed("iplog", "verify", "--expect-head", document["head"]).code == 0
    assert (
        sealed("iplog", "verify", "--from", "2026-11-21", "--to", "2026-11-22", "--json").document["items"][
            0
        ]["segment"]
        == 2
    )


def _edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.chmod(0o640)
    path.write_bytes(change(path.read_bytes()))


def _byte(folder: Path, day: int = 2) -> None:
    """One byte of the sealed lines."""
    path = folder / f"segments/{day:06d}/merkez.zst"
    _edit(path, lambda old: old[: len(old) // 2] + bytes([old[len(old) // 2] ^ 1]) + old[len(old) // 2 + 1 :])


def _lines(folder: Path, day: int = 2) -> None:
    """Other lines, well compressed."""
    path = folder / f"segments/{day:06d}/merkez.zst"
    plain = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
    packed = subprocess.run(
        ["zstd", "-q", "-c"],
        input=plain.replace(b"on 10.0.0.", b"on 10.0.7."),
        capture_output=True,
        check=True,
    ).stdout
    _edit(path, lambda _old: packed)


def _swap_frames(folder: Path, day: int = 2) -> None:
    """Another day's frame in the place of this one's."""
    _edit(
        folder / f"segments/{day:06d}/merkez.zst",
        lambda _old: (folder / f"segments/{day + 1:06d}/merkez.zst").read_bytes(),
    )


def _list(folder: Path, day: int = 2) -> None:
    _edit(folder / f"seals/{day:06d}.list", lambda old: old.replace(b" merkez ", b" garaj "))


def _drop(folder: Path, day: int = 2) -> None:
    for path in folder.glob(f"seals/{day:06d}.*"):
        path.unlink()
    shutil.rmtree(folder / f"segments/{day:06d}")


def _remove_lines(folder: Path, day: int = 2) -> None:
    shutil.rmtree(folder / f"segments/{day:06d}")


def _manifest(folder: Path, day: int = 2) -> None:
    _edit(folder / f"seals/{day:06d}.json", lambda old: old.replace(b'"unparsed":0', b'"unparsed":1'))


def _swap_tokens(folder: Path) -> None:
    first, second = folder / "seals/000003.tsr", folder / "seals/000005.tsr"
    one, two = first.read_bytes(), second.read_bytes()
    _edit(first, lambda _old: two)
    _edit(second, lambda _old: one)


def _no_token(folder: Path) -> None:
    (folder / "seals/000003.tsr").unlink()


def _add_lines(folder: Path, day: int = 2) -> None:
    """Lines of a source that the seal does not name, beside those that it does."""
    path = folder / f"segments/{day:06d}/merkez.zst"
    shutil.copy(path, path.with_name("garaj.zst"))


def _add_day(folder: Path) -> None:
    """A day more, properly chained."""
    last = folder / "seals/000005"
    said = json.loads(last.with_suffix(".json").read_bytes())
    said |= {"number": 6, "previous": digest(last.with_suffix(".json").read_bytes()), "day": "2026-11-25"}
    (folder / "seals/000006.json").write_bytes(canonical(said))
    shutil.copy(last.with_suffix(".list"), folder / "seals/000006.list")
    shutil.copytree(folder / "segments/000005", folder / "segments/000006")


def _tail(folder: Path) -> None:
    for number in (4, 5):
        for path in folder.glob(f"seals/{number:06d}.*"):
            path.unlink()
        shutil.rmtree(folder / f"segments/{number:06d}")


def _reseal(folder: Path) -> None:
    """A day made anew, its manifest and the later ones chained properly: all but the ledger and the token agree."""
    before = ""
    for number in range(2, DAYS + 1):
        path = folder / f"seals/{number:06d}.json"
        said = json.loads(path.read_bytes())
        if number == 2:
            said["sources"]["merkez"]["unparsed"] = 7
        else:
            said["previous"] = before
        content = canonical(said)
        _edit(path, lambda _old, content=content: content)  # type: ignore[misc]
        before = digest(content)


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        (_byte, {("000002", "lines")}),
        (_lines, {("000002", "lines")}),
        (_swap_frames, {("000002", "lines")}),
        (_list, {("000002", "list")}),
        (_drop, {("000002", "dropped")}),
        (_remove_lines, {("000002", "gone")}),
        (_manifest, {("000002", "resealed"), ("000003", "chain")}),
        (_swap_tokens, {("000003", "token_imprint"), ("000005", "token_imprint")}),
        (_no_token, {("000003", "token_gone")}),
        (_add_lines, {("000002", "added")}),
        (_add_day, {("000006", "unknown")}),
        (_tail, {("000004", "dropped"), ("000005", "dropped")}),
        (
            _reseal,
            {(f"{n:06d}", "resealed") for n in range(2, 6)} | {(f"{n:06d}", "token_imprint") for n in (3, 5)},
        ),
    ],
)
def test_what_was_altered_is_found_and_named(
    sealed: CommandLine, attack: Callable[..., None], found: set[tuple[str, str]]
) -> None:
    attack(sealed.state / "iplog")
    assert faults(sealed) == found
    answer = sealed("iplog", "verify")
    assert answer.code == 15
    assert all(number in answer.stderr for number, _reason in found)


def test_a_tail_that_was_cut_with_the_ledger_is_found_by_a_mailed_head(sealed: CommandLine) -> None:
    head = sealed("iplog", "verify", "--json").document["head"]
    _tail(sealed.state / "iplog")
    shutil.rmtree(sealed.state / "ledger")
    assert faults(sealed) == set()
    assert faults(sealed, expect_head=head) == {("head", "head")}


def test_another_authority_s_token_is_not_believed(sealed: CommandLine, authority: TimeAuthority) -> None:
    folder = sealed.state / "iplog/seals"
    stamp = authority.stamp((folder / "000005.json").read_bytes(), "unknown")
    _edit(folder / "000005.tsr", lambda _old: stamp)
    assert faults(sealed) == {("000005", "token_untrusted")}


def test_a_later_token_of_the_same_authority_is_not_the_one_that_was_given(
    sealed: CommandLine, authority: TimeAuthority
) -> None:
    folder = sealed.state / "iplog/seals"
    stamp = authority.stamp((folder / "000005.json").read_bytes())
    _edit(folder / "000005.tsr", lambda _old: stamp)
    assert faults(sealed) == {("000005", "token_other")}


def test_an_index_that_was_altered_names_nobody_wrongly(sealed: CommandLine) -> None:
    """Its every answer stands on lines that are read again, and that must name the same client."""
    words = "iplog", "who", "10.0.0.7", "--at", "2026-11-21 09:00:00", *ASKED
    assert sealed(*words).code == 0
    base = sqlite3.connect(sealed.state / "iplog/index/leases.sqlite")
    with base:
        base.execute("update sighting set mac=x'001a2b3c4dff' where ip=?", (0x0A000007,))
    base.close()
    answer = sealed(*words)
    assert answer.code == 15
    assert "--reindex" in answer.stderr
    assert "001a2b3c4dff" not in answer.stdout.replace(":", "")


def test_while_the_authority_is_down_days_are_sealed_and_stamped_later(
    log: CommandLine, tmp_path: Path, authority: TimeAuthority
) -> None:
    file = tmp_path / "dhcpd.log"
    file.write_text(ack(FIRST, 1, 1))
    sources(log, f"  merkez: {{format: dhcpd, path: {file}, lease: 8h}}\n")
    (log.inventory / "settings.yaml").write_text(
        f"timestamp: {{url: '{authority.url}', ca: {authority.ca}}}\n"
    )
    authority.fault = "broken"
    ingest.ingest(as_of(log, FIRST))
    document = seal.seal(as_of(log, FIRST + timedelta(days=1)))
    assert [(item["status"], item["lines"]) for item in document.items] == [("unstamped", 1)]
    assert [failure["code"] for failure in document.failed] == [13]
    assert document.more["unstamped"] == 1
    authority.fault = ""
    later = seal.seal(as_of(log, FIRST + timedelta(days=2)))
    assert [item["status"] for item in later.items] == ["stamped"]
    assert later.more["unstamped"] == 0
    assert not later.failed


def test_an_answer_is_bundled_and_proven_with_three_programs(sealed: CommandLine, tmp_path: Path) -> None:
    target = tmp_path / "kanit.zip"
    answer = sealed(
        "iplog", "who", "10.0.0.7", "--at", "2026-11-21 09:00:00", *ASKED, "--bundle", str(target), "--json"
    )
    assert answer.code == 0, answer.stderr
    (item,) = answer.document["items"]
    assert item["grade"] == "certain"
    assert item["host"] == "gun1-7"
    folder = tmp_path / "elsewhere"
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    for entry in folder.rglob("*.sh"):
        entry.chmod(0o755)
    programs = elsewhere(tmp_path / "bin")
    said = subprocess.run([folder / "verify.sh"], env=programs, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert said.stdout.count("Verification: OK") == 2
    assert "seals/000003.json: OK" in said.stdout
    everything = everything_in(folder)
    assert b"gun1-7" in everything
    for other in (b"gun0-", b"gun2-", b"gun3-", b"gun4-"):
        assert other not in everything, "another day's lines"
    altered = next((folder / "frames").glob("*.zst"))
    altered.write_bytes(altered.read_bytes()[:-1] + b"x")
    again = subprocess.run([folder / "verify.sh"], env=programs, capture_output=True, check=False)
    assert again.returncode != 0


@pytest.mark.torture
def test_one_altered_day_among_two_years_is_found_and_named(
    log: CommandLine, tmp_path: Path, authority: TimeAuthority
) -> None:
    authority.fault, authority.signer = "", "good"
    file = tmp_path / "dhcpd.log"
    sources(log, f"  merkez: {{format: dhcpd, path: {file}, lease: 8h}}\n", "retention: 10y\n")
    settings = log.inventory / "settings.yaml"
    stamped = f"timestamp: {{url: '{authority.url}', ca: {authority.ca}}}\n"
    settings.write_text(stamped)
    first = FIRST - timedelta(days=730)
    for day in range(730):
        at = first + timedelta(days=day)
        with file.open("a") as out:
            out.write("".join(ack(at - timedelta(minutes=n), n, (n + day) % 200) for n in range(20)))
        assert not ingest.ingest(as_of(log, at)).failed
        if day % 30 == 29 or day == 729:  # a month at once, as after a machine was away; one token vouches
            assert not seal.seal(as_of(log, at + timedelta(days=1))).failed
    assert len(list((log.state / "iplog/seals").glob("*.json"))) == 730
    assert faults(log) == set()
    chance = random.Random(730)
    whole = log.state / "iplog"
    for attack, what in (
        (_byte, {"lines"}), (_lines, {"lines"}), (_swap_frames, {"lines"}), (_list, {"list"}), (_drop, {"dropped"}),
        (_remove_lines, {"gone"}), (_manifest, {"resealed", "token_imprint"}),
    ):  # fmt: skip
        day = chance.randrange(2, 728)
        shutil.copytree(whole, tmp_path / "kept")
        attack(whole, day)
        named = {one for one in faults(log) if one[1] != "chain"}
        assert {number for number, _what in named} == {f"{day:06d}"}, (attack, day)
        assert {reason for _number, reason in named} <= what
        shutil.rmtree(whole)
        (tmp_path / "kept").rename(whole)
    assert faults(log) == set()
