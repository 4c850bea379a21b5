"""`bitools schedule`: what it writes is accepted by cron and by systemd, and replaces only itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bitools.job.timer import Timer
from bitools.schedule import crontab, systemd
from bitools.schedule.timers import Caller
from lab import packages

INVENTORY = Path(__file__).resolve().parents[2] / "inventories" / "example"


@pytest.fixture
def example(bitools):
    bitools.inventory = INVENTORY
    return bitools


def test_cron_accepts_the_lines(example, tmp_path):
    packages.require_for_test("cron")
    shown = example("schedule", "show")
    assert shown.code == 0
    assert "backup run" in shown.stdout
    (tmp_path / "tab").write_text(shown.stdout)
    done = subprocess.run(["crontab", "-n", tmp_path / "tab"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "tab").write_text("99 * * * * wrong\n")
    assert (
        subprocess.run(["crontab", "-n", tmp_path / "tab"], capture_output=True, check=False).returncode != 0
    )


def test_systemd_accepts_the_units(example, tmp_path):
    packages.require_for_test("systemd")
    assert example("schedule", "install", "--as", "systemd", "--to", str(tmp_path)).code == 0
    units = sorted(tmp_path.glob("bitools-*"))
    assert {path.suffix for path in units} == {".service", ".timer"}
    for path in units:  # systemd looks for the program
        path.write_text(path.read_text().replace("/usr/bin/bitools", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "bitools-" in line]) == (0, [])
    again = example("schedule", "install", "--as", "systemd", "--to", str(tmp_path), "--json").document
    assert again["schema"] == "bitools.schedule/1"


def test_reports_that_somebody_reads_are_scheduled_and_no_others(municipality):
    mail = "mail: {host: 127.0.0.1, from: b@belediye.test}\n"
    readers = "reports: {daily: [a@belediye.test], year: [a@belediye.test]}\n"
    (municipality.inventory / "settings.yaml").write_text(mail + readers)
    names = [item["name"] for item in municipality("schedule", "show", "--json").document["items"]]
    assert {"daily", "year", "outbox", "unsaved"} <= set(names)
    assert not {"report", "month"} & set(names)
    assert "startup >/dev/null 2>&1\n" in municipality("schedule", "show").stdout


def test_installing_twice_leaves_one_block_and_every_other_line(example, tmp_path):
    box = tmp_path / "bin"
    box.mkdir()
    tab = tmp_path / "tab"
    tab.write_text("MAILTO=bt@belediye.test\n5 4 * * * baska-is\n")
    program = box / "crontab"
    program.write_text(f'#!/bin/sh\n[ "$1" = -l ] && exec cat {tab}\nexec cat > {tab}\n')
    program.chmod(0o755)
    path = {"PATH": f"{box}:/usr/bin:/bin"}
    for _time in range(2):
        assert example("schedule", "install", environ=path).code == 0
    text = tab.read_text()
    assert text.startswith("MAILTO=bt@belediye.test\n5 4 * * * baska-is\n# bitools: begin\n")
    assert text.count("backup run") == 1
    assert example("schedule", "install", "--json", environ=path).document["changed"] is False


def test_words_that_cron_or_systemd_would_read_otherwise_are_quoted():
    job = Timer("x", ("backup", "run"), "1 * * * *", "*-*-* *:01:00", "why")
    caller = Caller("/usr/bin/bitools", Path("/etc/bitools"), Path("/srv/100% $HOME"))
    assert r"'/srv/100\% $HOME'" in crontab.block([job], caller)
    assert '"/srv/100%% $$HOME"' in systemd.units([job], caller)["bitools-x.service"]


def test_a_file_of_cron_says_where_programs_are_found():
    """cron's own PATH lacks /usr/local/bin, where bitools and restic often are."""
    job = Timer("x", ("backup", "run"), "1 * * * *", "*-*-* *:01:00", "why")
    caller = Caller("/usr/bin/bitools", Path("/etc/bitools"), Path("/srv/100% $HOME"))
    [path] = [line for line in crontab.file([job], caller, "root").splitlines() if line.startswith("PATH=")]
    assert "/usr/local/bin" in path.removeprefix("PATH=").split(":")
