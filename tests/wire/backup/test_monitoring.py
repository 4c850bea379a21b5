"""What others are told: pings, metrics, hooks, the disk's future; whatever became of the run."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bitools.backup.verbs.status import status
from bitools.backup.wire.forecast import predict


class _Checks(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.heard.append((self.path, self.rfile.read(length).decode()))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words):
        pass


@pytest.fixture
def checks() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Checks)
    server.heard = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def told(town, checks):
    """A data set with a check of its own, a metrics file."""
    (town.source / "karar.txt").write_text("x")
    (town.inventory / "check").write_text(f"http://127.0.0.1:{checks.server_port}/5f1e-gizli")
    (town.inventory / "check").chmod(0o600)

    def describe(more: str = "") -> None:
        town.datasets(
            f"  belgeler: {{type: files, importance: normal, repository: ana, paths: ['{town.source}'],"
            f" ping: 'file:check' {more}}}\nmonitoring: {{metrics: metrics.prom}}\n"
        )

    town.describe = describe
    describe()
    return town


@pytest.mark.parametrize("answer", ["nonsense", "letter by letter", "nothing"])
def test_a_check_that_answers_nonsense_or_hangs_is_a_warning_and_no_failure(told, monkeypatch, answer):
    monkeypatch.setattr("bitools.backup.wire.monitoring._PATIENCE", 0.5)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                line, _who = listening.accept()
            except TimeoutError:
                continue
            with line:
                line.recv(9999)
                if answer == "nonsense":
                    line.sendall(b"?\r\n\r\n")
                while answer == "letter by letter" and not over.wait(0.1):
                    line.sendall(b"H")
                if answer == "nothing":
                    over.wait()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        (told.inventory / "check").write_text(f"http://127.0.0.1:{listening.getsockname()[1]}/x")
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            document = told.rotate()
        finally:
            over.set()
            thread.join()
    assert document.failed == []
    assert any("the ping was not taken" in warning for warning in document.warnings)


def metrics(town) -> dict[str, float]:
    lines = (town.inventory / "metrics.prom").read_text().splitlines()
    return {line.split()[0]: float(line.split()[1]) for line in lines if not line.startswith("#")}


def test_success_is_told_and_measured(told, checks):
    document = told.rotate()
    assert [path for path, _body in checks.heard] == ["/5f1e-gizli/start", "/5f1e-gizli"]
    found = metrics(told)
    assert found['bitools_backup_failed{dataset="belgeler"}'] == 0
    assert found['bitools_backup_last_success_timestamp_seconds{dataset="belgeler"}'] > 1_700_000_000
    assert document.warnings == []


def test_a_failure_is_told_and_the_metric_does_not_stay_green(told, checks):
    told.rotate()
    good = metrics(told)['bitools_backup_last_success_timestamp_seconds{dataset="belgeler"}']
    (told.source / "karar.txt").unlink()
    told.rotate(now=True, after=timedelta(hours=1))
    path, body = checks.heard[-1]
    assert path == "/5f1e-gizli/fail"
    assert "it is empty" in body
    found = metrics(told)
    assert found['bitools_backup_failed{dataset="belgeler"}'] == 1
    assert found['bitools_backup_last_success_timestamp_seconds{dataset="belgeler"}'] == good


def test_a_check_that_does_not_answer_is_a_warning_without_its_address(told, checks):
    (told.inventory / "check").write_text("http://127.0.0.1:9/5f1e-gizli")
    document = told.rotate()
    assert document.failed == []
    assert len(document.warnings) == 2
    assert "gizli" not in str(document.warnings)


def test_commands_run_before_and_after_whatever_happens(told):
    log = told.inventory.parent / "log"
    hooks = f", before: [sh, -c, 'echo once >> {log}'], after: [sh, -c, 'echo sonra >> {log}']"
    told.describe(hooks)
    assert told.rotate().failed == []
    (told.source / "karar.txt").unlink()
    told.rotate(now=True)
    assert log.read_text().split() == ["once", "sonra"] * 2


def test_a_command_that_fails_or_hangs_before_leaves_no_snapshot(told):
    for command, words, limit in (("[sh, -c, 'exit 3']", "code 3", 300), ("[sleep, '600']", "not done", 1)):
        told.describe(f", before: {command}, hook_timeout: {limit}")
        (failure,) = told.rotate().failed
        assert failure["reason"] == "hook_before"
        assert words in failure["error"]
    assert told.repository.restic("snapshots", "--json").strip() == b"[]"


def test_a_backup_that_is_too_small_does_not_count(told):
    told.describe(", at_least: 1000")
    document = told.rotate()
    assert (document.items[0]["status"], document.failed[0]["code"]) == ("partial", 3)
    assert told.rotate().items[0]["reason"] == "due"


def test_what_one_host_left_partial_another_holds_for_partial(told):
    told.describe(", at_least: 1000")
    told.rotate()
    (told.state.folder / "backup" / "ana.json").unlink()
    told.describe()
    assert told.rotate().items[0]["reason"] == "due"


def test_the_day_a_disk_is_full_is_foreseen():
    today = date(2026, 11, 22)
    sizes = {today - timedelta(days=age): 1000 - 10 * age for age in range(20)}
    seen = predict(sizes, 300, today)
    assert (seen.size, round(seen.growth), round(seen.days_left)) == (1000, 10, 30)
    assert predict(dict(list(sizes.items())[:2]), 300, today).growth is None
    assert predict(dict.fromkeys(sizes, 5), 300, today).days_left is None


def test_the_status_names_drills_and_disks_that_need_somebody(told):
    told.rotate()
    later = told.run(after=timedelta(days=40))
    document = status(later, later.inventory.select_datasets())
    assert any("drill" in warning for warning in document.warnings)
    (item,) = document.more["repositories"]
    assert item["bytes"] > 0


def test_ballast_is_held_and_let_go_for_forgetting(told):
    text = (
        (told.inventory / "backups.yaml")
        .read_text()
        .replace("location: depo,", "location: depo, ballast: 3,")
    )
    (told.inventory / "backups.yaml").write_text(text)
    told.rotate()
    assert (told.repository.folder / "bitools.ballast").stat().st_size == 3 << 20
    told.repository.restic("check")
