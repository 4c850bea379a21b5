"""`net remask`, killed at every write and before every git: repeated, it ends right."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bitools.net.wire.history import Entry, History
from bitools.state import State
from tests.conftest import ROOT
from tests.wire.net.conftest import Net, everything_under

LEFT = "tacacs-server key 7 <secret:0a1b2c3d> Beta {}\nhostname {}\nend\n"
SECRETS = ["Gama77", "Delta88"]
# counts what changes the disk, and dies before the chosen one
KILLED = """\
import os, signal, subprocess, sys
left = [int(sys.argv.pop(1))]
def counted(owner, name):
    real = getattr(owner, name)
    def call(*arguments, **named):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    setattr(owner, name, call)
for owner, name in [(os, "replace"), (os, "rename"), (os, "fsync"), (os, "unlink"), (subprocess.Popen, "__init__")]:
    counted(owner, name)
from bitools.cli import main
main()
"""
STEP = 3  # every third of them, beginning elsewhere each time: the others are like their neighbours


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Net:
    """What an older version has left: history, a document, a mail, a quarantined answer."""
    folder = tmp_path_factory.mktemp("old")
    net = Net(folder / "inventory", folder / "state")
    net.describe(dict.fromkeys(("sw-1", "sw-2"), "host: 10.0.0.1, platform: cisco_ios"))
    state = State(net.state)
    history = History(state)
    from datetime import UTC, datetime

    for number, secret in enumerate(SECRETS, 1):
        text = LEFT.format(secret, f"sw-{number}")
        history.store([Entry(f"sw-{number}", text, "ayse", {"Device": f"sw-{number}"})], datetime.now(UTC))
        told = {"schema": "bitools.net.diff/1", "run": "r", "started": "2026-01-01T00:00:00+03:00"}
        told["items"] = [{"device": f"sw-{number}", "commit": history.head(), "diff": f"+{text}"}]
        name = f"2026010{number}T000000Z-abcdef.net.diff.json"
        state.path("documents", name).write_text(json.dumps(told))
        state.path("quarantine", f"sw-{number}.txt").write_text(text)
        mail = {"sender": "a@belediye.test", "recipients": ["b@belediye.test"], "subject": "s"}
        _queue(state, f"mail-{number}", mail, text)
    return net


def _queue(state: State, name: str, head: dict[str, object], text: str) -> None:
    from datetime import UTC, datetime
    from email.message import EmailMessage

    from bitools.report.mail.outbox import Outbox, Queued

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = head["sender"], "b@belediye.test", "s"
    message.set_content(text)
    mail = Queued(name, "a@belediye.test", ("b@belediye.test",), "s", datetime.now(UTC), message.as_bytes())
    Outbox(state).add(mail)


def run(net: Net, *program: str) -> subprocess.CompletedProcess[str]:
    place = ["--inventory", str(net.inventory), "--state", str(net.state)]
    return subprocess.run(
        [sys.executable, *program, *place, "net", "remask", "--yes", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TZ": "Europe/Istanbul"},
    )


def copied(left: Net, folder: Path) -> Net:
    shutil.copytree(left.inventory, folder / "inventory")
    shutil.copytree(left.state, folder / "state", symlinks=True)
    return Net(folder / "inventory", folder / "state")


def ends_right(net: Net) -> None:
    again = run(net, "-m", "bitools")
    assert again.returncode == 0, again.stdout + again.stderr
    told = [json.loads(path.read_text()) for path in (net.state / "documents").glob("*.net.remask.json")]
    named = {item["device"] for document in told for item in document["items"]}
    assert named == {"sw-1", "sw-2"}, "whose secrets are to be changed"
    kept = everything_under(net.state)
    assert not [secret for secret in SECRETS if secret.encode() in kept]
    assert net.git("fsck", "--strict", "--unreachable").stdout == ""
    assert net.git("rev-list", "--count", "main").stdout.strip() == "2"
    stranger = net.state.parent / "clone"
    subprocess.run(
        ["git", "-c", "safe.directory=*", "clone", "-q", str(net.state / "history"), str(stranger)],
        check=True,
        capture_output=True,
    )
    assert "hostname sw-2" in (stranger / "devices" / "sw-2.cfg").read_text()
    assert net("ledger", "verify").code == 0
    assert net("net", "verify").code == 0


def history_in(net: Net) -> list[str]:
    """What doctor says of the history."""
    items = net("doctor", "--json").document["items"]
    return [item["grade"] for item in items if item["name"] == "history"]


def test_what_an_older_version_left_goes_from_everywhere(left: Net, tmp_path: Path) -> None:
    net = copied(left, tmp_path)
    kept = everything_under(net.state)
    assert all(secret.encode() in kept for secret in SECRETS)
    assert history_in(net) == ["warning"]
    ends_right(net)
    assert history_in(net) == ["good"]
    assert json.loads(run(net, "-m", "bitools").stdout)["items"] == []


@pytest.mark.torture
@pytest.mark.parametrize("first", range(STEP))
def test_killed_at_every_write_and_repeated(left: Net, tmp_path: Path, first: int) -> None:
    for point in range(first, 1000, STEP):
        net = copied(left, tmp_path / str(point))
        done = run(net, "-c", KILLED, str(point))
        if done.returncode != -signal.SIGKILL:
            assert done.returncode == 0, done.stderr
            assert point > 20
            return
        ends_right(net)
    raise AssertionError("it never ended")
