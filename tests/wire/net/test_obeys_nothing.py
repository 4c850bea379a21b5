"""git takes orders from what lies in a repository: none of it is bitools' own, so none of it is obeyed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bitools.net.wire import repository
from bitools.net.wire.grep import Grep
from bitools.net.wire.history import Entry, History
from bitools.net.wire.repository import CONFIG
from bitools.state import State
from lab.patience import HANGS

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TEXT = "hostname sw-01\nsnmp-server location depo\n"


def store(state: State, text: str = TEXT) -> str:
    return History(state).store([Entry("sw-01", text, "", {"Reason": "deneme"})], NOON)[0]


def program(folder: Path) -> Path:
    """What an intruder wants run: it leaves a trace, and who ran it."""
    path = folder / "intruder"
    path.write_text(f"#!/bin/sh\nid -u >> {folder}/trace\n")
    path.chmod(0o755)
    return path


def hook(store: Path, intruder: Path) -> None:
    (store / "hooks").mkdir()
    for name in ("reference-transaction", "post-index-change", "pre-auto-gc"):
        (store / "hooks" / name).symlink_to(intruder)


def hooks_path(store: Path, intruder: Path) -> None:
    (intruder.parent / "hooks").mkdir()
    (intruder.parent / "hooks" / "reference-transaction").symlink_to(intruder)
    configure(store, f"[core]\n\thooksPath = {intruder.parent}/hooks\n")


def textconv(store: Path, intruder: Path) -> None:
    configure(store, f'[diff "x"]\n\ttextconv = {intruder}\n\tcommand = {intruder}\n')
    (store / "info").mkdir(exist_ok=True)
    (store / "info" / "attributes").write_text("* diff=x filter=x\n")


def promisor(store: Path, intruder: Path) -> None:
    configure(
        store,
        "[extensions]\n\tpartialClone = origin\n[protocol]\n\tallow = always\n"
        f'[protocol "ext"]\n\tallow = always\n[remote "origin"]\n\tpromisor = true\n\turl = "ext::{intruder}"\n',
    )
    for pack in (store / "objects" / "pack").glob("*.pack"):
        pack.with_suffix(".promisor").write_text("")
    lost = next(path for path in (store / "objects").glob("??/*") if path.is_file())
    lost.unlink()


def included(store: Path, intruder: Path) -> None:
    (intruder.parent / "more").write_text(f"[core]\n\tfsmonitor = {intruder}\n\tpager = {intruder}\n")
    configure(store, f"[include]\n\tpath = {intruder.parent}/more\n")


def alternates(store: Path, intruder: Path) -> None:
    (store / "objects" / "info" / "alternates").write_text(f"{intruder.parent}\n")
    configure(store, f"[core]\n\talternateRefsCommand = {intruder}\n")


def worktree(store: Path, intruder: Path) -> None:
    configure(store, "[extensions]\n\tworktreeConfig = true\n")
    (store / "config.worktree").write_text(f"[core]\n\tfsmonitor = {intruder}\n")


def configure(store: Path, text: str) -> None:
    with (store / "config").open("a") as file:
        file.write(text)


@pytest.mark.parametrize(
    "attack",
    [hook, hooks_path, textconv, promisor, included, alternates, worktree],
    ids=lambda one: one.__name__,
)
def test_no_program_of_an_intruder_is_run(tmp_path: Path, attack: Callable[[Path, Path], None]) -> None:
    state = State(tmp_path / "state")
    commit = store(state)
    attack(state.folder / "history", program(tmp_path))
    for act in (
        lambda history: history.latest(["sw-01"]),
        lambda history: history.patches([commit]),
        lambda history: history.log(["sw-01"]),
        lambda history: Grep(history, "depo").newest(["sw-01"]),
        lambda history: Grep(history, "depo").commits(),
        lambda history: history.store([Entry("sw-01", TEXT + "!\n", "", {"Reason": "deneme"})], NOON),
    ):
        try:
            act(History(state))
        except Exception as error:  # the lost object of the promisor is lost
            assert attack is promisor, error
    assert not (tmp_path / "trace").exists()
    assert state.notices, "an intruder was here, and somebody is told"
    assert (state.folder / "history" / "config").read_bytes() == CONFIG


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        (hook, ["update-ref", "refs/heads/other", "main"]),
        (hooks_path, ["update-ref", "refs/heads/other", "main"]),
        (textconv, ["show", "main"]),
        (promisor, ["show", "main"]),
    ],
    ids=["hook", "hooks path", "textconv", "promisor"],
)
def test_the_attacks_are_some(tmp_path: Path, attack: Callable[[Path, Path], None], words: list[str]) -> None:
    """Against git alone each one succeeds: else the test above would prove nothing."""
    state = State(tmp_path / "state")
    store(state)
    attack(state.folder / "history", program(tmp_path))
    command = ["git", "-c", "safe.directory=*", f"--git-dir={state.folder / 'history'}", *words]
    subprocess.run(command, capture_output=True, check=False, timeout=HANGS)
    assert (tmp_path / "trace").exists()


def test_another_history_is_not_shown_in_the_place_of_ours(tmp_path: Path) -> None:
    """Replacements, grafts and a shallow mark hide commits: git follows them without a word."""
    state = State(tmp_path / "state")
    first, second = store(state), store(state, TEXT + "!\n")
    folder = state.folder / "history"
    (folder / "refs" / "replace").mkdir()
    (folder / "refs" / "replace" / second).write_text(f"{first}\n")
    (folder / "shallow").write_text(f"{second}\n")
    (folder / "info").mkdir(exist_ok=True)
    (folder / "info" / "grafts").write_text(f"{second}\n")
    assert [commit.id for commit in History(state).log()] == [second, first]
    assert History(state).latest(["sw-01"]) == {"sw-01": TEXT + "!\n"}
    assert len(state.notices) == 3


def test_a_store_of_an_earlier_version_is_taken_over_without_a_word(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    commit = store(state)
    folder = state.folder / "history"
    (folder / "config").unlink()
    subprocess.run(
        ["git", "init", "--bare", "--template=", "--quiet", "--shared=group", folder],
        check=True,
        env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
    )
    assert [one.id for one in History(state).log()] == [commit]
    assert state.notices == []
    assert (folder / "config").read_bytes() == CONFIG


# As `git gc`, `git repack`, `git commit-graph write` and `git maintenance run` of git 2.39 were seen to make them.
MEANWHILE = """
HEAD.lock packed-refs.lock packed-refs.new gc.pid gc.pid.lock gc.log.lock config.lock
info/refs info/refs_wXxNAq
logs/HEAD.lock logs/refs/heads/main.lock refs/heads/main.lock
objects/maintenance.lock objects/tmp_objdir-incoming-aB3x_9 objects/17/tmp_obj_aB3x_9
objects/info/packs objects/info/packs_tT7jTf objects/info/commit-graph objects/info/commit-graph.lock
objects/pack/tmp_pack_Tog755 objects/pack/tmp_idx_wQYCVK objects/pack/tmp_rev_a1B2c3 objects/pack/tmp_bitmap_QZUJZC
objects/pack/.tmp-23257-pack-1f5a.pack objects/pack/.tmp-23257-pack-1f5a.idx objects/pack/.tmp-23257-pack-1f5a.bitmap
objects/pack/multi-pack-index objects/pack/multi-pack-index.lock
""".split()


@pytest.mark.parametrize("name", MEANWHILE)
def test_what_git_writes_while_it_packs_anew_is_left_to_it(tmp_path: Path, name: str) -> None:
    state = State(tmp_path / "state")
    [commit] = History(state).store([Entry("sw-01", TEXT, "", {"Reason": "deneme"})], NOON)
    file = state.folder / "history" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")
    state = State(tmp_path / "state")
    repository.prove(state, "history")
    assert file.exists()
    assert list(state.notices) == []
    if not name.endswith((".lock", "graph", "index")):  # an empty one of these is damage, and told as such
        assert [one.id for one in History(state).log()] == [commit]


def test_what_is_gone_before_it_is_set_aside_alarms_nobody(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    store(state)
    assert state.set_aside("deneme", "history", "was-here")
    assert list(state.notices) == []


def test_a_branch_that_is_not_ours_is_not_the_one_that_git_shows(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    commit = store(state)
    (state.folder / "history" / "HEAD").write_text("ref: refs/heads/another\n")
    assert [one.id for one in History(State(tmp_path / "state")).log()] == [commit]
    words = ["git", "-c", "safe.directory=*", f"--git-dir={state.folder / 'history'}", "log", "--format=%H"]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.split() == [commit]
