"""Runs that look at the history while another stores into it and git packs it anew: nobody is alarmed."""

from __future__ import annotations

import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bitools.errors import BitoolsError
from bitools.net.wire import integrity
from bitools.net.wire.history import Entry, History
from bitools.state import State

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


@pytest.mark.torture
def test_a_history_that_is_packed_anew_meanwhile_raises_no_alarm(tmp_path: Path) -> None:
    history, over, alarms, looks = History(State(tmp_path)), threading.Event(), [], []

    def store(number: int) -> None:
        texts = {f"sw-{device}": f"hostname {number}-{device}\n" * 30 for device in range(60)}
        history.store([Entry(name, text, "ayse", {"Device": name}) for name, text in texts.items()], NOW)

    def look() -> None:
        known: tuple[integrity.Pack, ...] = ()
        seen = ""
        while not over.is_set():
            fresh = History(State(tmp_path))
            try:
                newest = integrity.look(fresh, seen)
                known, seen = integrity.read(fresh, known, seen), newest
            except BitoolsError as error:
                alarms.append(str(error))
            looks.append(newest)

    store(0)
    watchers = [threading.Thread(target=look) for _one in range(3)]
    for watcher in watchers:
        watcher.start()
    number = 0
    while number < 30 or len(looks) <= 30:
        store(number := number + 1)
        words = ["gc", "--quiet", "--prune=now"] if number % 5 else ["repack", "-adq"]
        subprocess.run(["git", "-C", tmp_path / "history", *words], check=True)
    over.set()
    for watcher in watchers:
        watcher.join()
    assert alarms == []
