"""Every platform is tried by data alone: a folder `tests/data/PLATFORM#HARDWARE_SOFTWARE`, found by its name.

Each is served over SSH as its vendor documents it, snapshotted whole, its secrets masked, and not changed at
the second look.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bitools import platforms
from bitools.net.decisions.accounts import account
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.page import Page
from bitools.net.decisions.statements import statements
from bitools.net.wire.history import History
from bitools.state import State
from lab.museum import Museum, log_of, mails_of
from lab.sessions import all_of, plain
from tests.conftest import ROOT, Answer, CommandLine

SESSIONS = {written.name: written for written in all_of(ROOT / "tests/data")}
KEY = b"a key for tests"
pytestmark = pytest.mark.xdist_group("platform-sessions")


@dataclass
class Seen:
    """What two snapshots of every session left behind."""

    first: dict[str, Any]
    second: dict[str, Any]
    unsaved: dict[str, Any]
    stored: dict[str, str]
    check: dict[tuple[str, str], dict[str, Any]]
    commits: int
    mails: list[int]  # how many there were after each run
    left: bytes  # everything anybody could read: files, history, documents, mails, what was printed


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = tmp_path_factory.mktemp("platforms")
    with Museum(list(SESSIONS.values())) as museum:
        museum.inventory(folder / "inventory")
        bitools = CommandLine(folder / "inventory", folder / "state")
        said = [bitools("net", "trust", "--yes", "--json")]
        mails = []
        for _round in range(2):
            said += [
                bitools("net", "snapshot", "--json", timeout=300),
                bitools("report", "changes", "--mail"),
            ]
            mails.append(len(mails_of(bitools.state)))
        said.append(bitools("net", "diff", "--against", "startup", "--json", timeout=300))
    unsaved = said[-1].document
    said += [bitools("net", "history"), bitools("net", "check", "--json")]
    return Seen(
        said[1].document,
        said[3].document,
        unsaved,
        History(State(bitools.state)).latest(list(SESSIONS)),
        {(item["device"], item["rule"]): item for item in said[-1].document["items"]},
        log_of(bitools.state).count(b"\n    Device: "),
        mails,
        _left(bitools.state, said),
    )


def _left(state: Path, said: list[Answer]) -> bytes:
    files = [path for path in state.rglob("*") if path.is_file() and "history" not in path.parts]
    printed = [answer.stdout + answer.stderr for answer in said]
    return b"\n".join(
        [log_of(state), *mails_of(state), *(path.read_bytes() for path in files), "".join(printed).encode()]
    )


@pytest.mark.parametrize("name", SESSIONS)
def test_it_is_stored_whole_and_masked_and_only_once(seen: Seen, name: str) -> None:
    failed = {failure["target"]: failure for failure in seen.first["failed"] + seen.second["failed"]}
    assert name not in failed, failed[name]
    stored = re.sub(r"<secret:[0-9a-f]{8}>", "§", seen.stored[name])
    stored = re.sub(r"<secret>(?:\n<secret>\"?)?", "§salted", stored)
    assert plain(stored) == SESSIONS[name].stored
    assert {item["device"]: item["status"] for item in seen.second["items"]}[name] == "unchanged"


@pytest.mark.parametrize("name", [name for name, written in SESSIONS.items() if "startup" in written.said])
def test_what_it_would_start_with_is_what_it_runs(seen: Seen, name: str) -> None:
    failed = {failure["target"]: failure for failure in seen.unsaved["failed"]}
    assert name not in failed, failed[name]
    [item] = [item for item in seen.unsaved["items"] if item["device"] == name]
    assert item["changes"] == []


@pytest.mark.parametrize("name", SESSIONS)
def test_none_of_its_secrets_is_left_anywhere(seen: Seen, name: str) -> None:
    written = SESSIONS[name]
    assert written.secrets
    for secret in written.secrets:
        for line in secret.text.strip('"').splitlines():
            assert line.encode() not in seen.left, line
            assert json.dumps(line, ensure_ascii=True)[1:-1].encode() not in seen.left, line


@pytest.mark.parametrize("name", SESSIONS)
def test_another_secret_is_a_change_unless_it_is_salted_at_every_show(name: str) -> None:
    written = SESSIONS[name]
    platform = platforms.load(written.platform)
    before = canonical(Page.of(written.printed, platform), KEY).text
    for number, secret in enumerate(written.secrets):
        after = canonical(Page.of(written.with_other(number), platform), KEY).text
        assert (after == before) is secret.salted, secret.text
        assert len(after.splitlines()) == len(before.splitlines())


@pytest.mark.parametrize("name", [name for name, written in SESSIONS.items() if "check" in written.said])
def test_the_shipped_rules_find_what_is_wrong_with_it_and_nothing_else(seen: Seen, name: str) -> None:
    said = SESSIONS[name].said["check"]
    for status in ("violated", "passed"):
        for rule in said[status]:
            item = seen.check[name, rule]
            assert item["status"] == status, item


@pytest.mark.parametrize("name", SESSIONS)
def test_its_local_accounts_are_found_by_name(seen: Seen, name: str) -> None:
    platform = platforms.load(SESSIONS[name].platform)
    found = {account(statement, platform) for statement in statements(seen.stored[name], platform)}
    assert sorted(found - {""}) == SESSIONS[name].said.get("accounts", [])


def test_every_platform_has_a_session_and_says_what_proves_it() -> None:
    tried = {written.platform for written in SESSIONS.values()}
    assert tried == set(platforms.names())
    loaded = [platforms.load(name) for name in platforms.names()]
    assert [one.name for one in loaded if one.evidence == "unproven" or not one.proof] == []
    assert sum(one.evidence == "proven" for one in loaded) >= 20
    saved = {written.platform for written in SESSIONS.values() if "startup" in written.said}
    assert saved == {one.name for one in loaded if one.commands.startup}
    assert len(loaded) >= 36


def test_the_second_run_made_no_commit_and_there_is_one_mail(seen: Seen) -> None:
    assert seen.commits == len(SESSIONS)
    assert seen.mails == [1, 1]


def test_sessions_are_documented() -> None:
    for written in SESSIONS.values():
        assert written.said["source"]
        assert set(written.said) <= KEYS, set(written.said) - KEYS


KEYS = {
    "source", "greeting", "questions", "unprivileged", "prompt", "enable", "asks", "paging_off", "more", "erase",
    "exit", "unknown", "shows", "joins", "check", "accounts", "startup",
}  # fmt: skip
