"""`bitools status` on days that nobody drew up beforehand: the right part is named, and the step is a command."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bitools.errors import Code
from bitools.state import State
from tests.cli.today import DATASETS, DEVICES, HOUR, NOW, dataset, device, mended, remember, violation
from tests.conftest import InProcess

DAY = timedelta(days=1)


def clock_set_back(town: InProcess) -> None:
    """It was right yesterday."""
    remember(town, "net.snapshot", -400 * DAY, *map(device, DEVICES))


def a_year_of_silence(town: InProcess) -> None:
    """Nothing failed: nothing ran."""
    for file in (town.state / "documents").glob("*.json"):
        file.unlink()
    remember(town, "net.snapshot", 365 * DAY, *map(device, DEVICES))
    remember(town, "backup.run", HOUR, *map(dataset, DATASETS))
    remember(town, "backup.verify", HOUR, {"repository": "ana", "target": "ana", "status": "intact"})
    remember(town, "backup.drill", HOUR, *({"dataset": name, "status": "passed"} for name in DATASETS))
    remember(town, "user.audit", HOUR)


def newer_version(town: InProcess) -> None:
    """What a newer bitools wrote last is not understood by this one."""
    for file in (town.state / "documents").glob("*.net.snapshot.json"):
        text = file.read_text().replace("bitools.net.snapshot/1", "bitools.net.snapshot/2")
        file.write_text(text.replace('"items": [', '"things": ['))


def damaged_document(town: InProcess) -> None:
    [file] = (town.state / "documents").glob("*.backup.run.json")
    file.write_bytes(file.read_bytes()[:40])


def site_down(town: InProcess) -> None:
    gone = [(name, "no answer", {"code": 13}) for name in ("sw-01", "rt-01")]
    remember(town, "net.snapshot", HOUR / 2, device("sw-02"), failed=gone)


def password_expired(town: InProcess) -> None:
    gone = [(name, "user name or password rejected", {"code": 12}) for name in DEVICES]
    remember(town, "net.snapshot", HOUR / 2, failed=gone)


def mail_stuck(town: InProcess) -> None:
    settings = town.inventory / "settings.yaml"
    mail = "mail: {host: localhost, starttls: false, from: bitools@belediye.test}\n"
    settings.write_text(settings.read_text() + mail)
    assert town("schedule", "install").code == 0
    waiting = State(town.state).path("outbox", "new", "a.mail")
    waiting.write_text("")
    os.utime(waiting, ((NOW - 3 * DAY).timestamp(),) * 2)


def copy_old(town: InProcess) -> None:
    """The first repository is fresh, its copy is not."""
    second = "  uzak: {location: ../uzak, password: 'env:RESTIC_PASSWORD', copy_of: ana}\n"
    file = town.inventory / "backups.yaml"
    file.write_text(file.read_text().replace("importance:\n", f"{second}importance:\n", 1))
    answer = town("schedule", "install")
    assert answer.code == 0, answer.stderr
    remember(town, "backup.copy", 9 * DAY, {"target": "uzak", "dataset": "belgeler", "status": "copied"})
    remember(town, "backup.verify", HOUR, {"repository": "uzak", "target": "uzak", "status": "intact"})


def with_log(town: InProcess, more: str = "") -> None:
    (town.inventory / "iplog.yaml").write_text("sources:\n  dhcp: {format: kea, path: /var/log/kea.csv}\n")
    authority = town.inventory / "tsa.pem"
    authority.write_text("")
    settings = town.inventory / "settings.yaml"
    settings.write_text(settings.read_text() + "timestamp: {url: 'https://zd.belediye.test', ca: tsa.pem}\n")
    answer = town("schedule", "install")
    assert answer.code == 0, answer.stderr


def source_silent(town: InProcess) -> None:
    with_log(town)
    remember(town, "iplog.seal", HOUR, unstamped=0)
    item = {"source": "dhcp", "problems": ["silent"], "last": (NOW - 2 * DAY).isoformat()}
    remember(town, "iplog.status", HOUR, item, problems=[])


def stamps_queued(town: InProcess) -> None:
    with_log(town)
    remember(town, "iplog.seal", HOUR, unstamped=40)


def authority_away(town: InProcess) -> None:
    with_log(town)
    hint = "is the address that of an RFC 3161 service? see settings.yaml: timestamp"
    gone = [("timestamp", "the time authority cannot be reached", {"hint": hint})]
    remember(town, "iplog.seal", HOUR, unstamped=1, failed=gone)


def clock_off(town: InProcess) -> None:
    with_log(town)
    remember(town, "iplog.seal", HOUR, unstamped=0)
    remember(town, "iplog.status", HOUR, problems=["clock"], clock=95_000)


def nobody_looks(town: InProcess) -> None:
    """The directory cannot be reached for weeks: no run came to a document."""
    for file in (town.state / "documents").glob("*.user.audit.json"):
        file.unlink()
    remember(town, "user.audit", 20 * DAY)
    remember(town, "backup.verify", HOUR, {"repository": "ana", "target": "ana", "status": "intact"})


def grant_kept(town: InProcess) -> None:
    """What was granted until a day could not be taken back."""
    gone = [("ali.kaya", "bitools may not remove members from Muhasebe", {"code": 14})]
    remember(town, "user.revoke", HOUR / 2, failed=gone)


def leaver_held(town: InProcess) -> None:
    held = {**violation("ali.kaya"), "action": "offboard", "status": "held"}
    remember(town, "user.offboard", HOUR / 2, held)


def put_aside(town: InProcess) -> None:
    State(town.state).path("set-aside", "x").write_text("")


def drill_failed(town: InProcess) -> None:
    remember(town, "backup.drill", HOUR, failed=[("belgeler", "the dump cannot be loaded", {"code": 15})])


def prune_failed(town: InProcess) -> None:
    remember(town, "backup.prune", HOUR, failed=[("ana", "the repository is locked", {"code": 11})])


WRONG: list[tuple[Callable[[InProcess], None], str, str, str]] = [
    (clock_set_back, "ledger", "the clock was put back", "timedatectl"),
    (a_year_of_silence, "net", "3 devices were not read", "bitools net snapshot"),
    (newer_version, "net", "3 devices were not read", "bitools net snapshot"),
    (damaged_document, "backups", "no complete backup", "bitools backup run ayarlar"),
    (site_down, "net", "merkez: none of its 2 devices answers", "bitools net snapshot --site merkez"),
    (password_expired, "net", "rt-01: user name or password rejected", "bitools net snapshot rt-01"),
    (mail_stuck, "mail", "1 mail waits since", "bitools report flush"),
    (copy_old, "copies", "uzak: not brought up to date in the last 2 days", "bitools backup copy"),
    (source_silent, "iplog", "dhcp: silent", "bitools iplog status"),
    (stamps_queued, "iplog", "40 sealed days have no time stamp", "bitools iplog seal"),
    (authority_away, "iplog", "gave no stamp", "bitools doctor"),
    (clock_off, "ledger", "95 seconds off", "timedatectl timesync-status"),
    (nobody_looks, "accounts", "nobody has looked at the accounts in the last 3 days", "bitools user audit"),
    (grant_kept, "accounts", "ali.kaya: bitools may not remove", "bitools user revoke --due"),
    (leaver_held, "accounts", "must not go before the hand-over", "bitools user offboard ali.kaya"),
    (put_aside, "ledger", "1 thing was set aside: x", "ls -l {state}/set-aside"),
    (drill_failed, "copies", "belgeler: the dump cannot be loaded", "bitools backup drill belgeler"),
    (prune_failed, "copies", "ana: the repository is locked", "bitools backup prune ana"),
]


@pytest.mark.parametrize(("seed", "part", "words", "step"), WRONG, ids=[one[0].__name__ for one in WRONG])
def test_a_bad_day_is_named_and_the_next_step_is_a_command(
    town: InProcess, seed: Callable[[InProcess], None], part: str, words: str, step: str
) -> None:
    seed(town)
    answer = town("status", "--json")
    assert answer.code == Code.DIFFERENT, answer.stdout + answer.stderr
    wrong = [item for item in answer.document["items"] if item["stand"] == "attention"]
    assert part in [item["part"] for item in wrong]
    [item] = [item for item in wrong if item["part"] == part]
    assert words in item["text"]
    assert item["next"] == step.format(state=town.state)
    for one in wrong:
        program = shlex.split(one["next"])[0]
        if program == "bitools":
            mended(town, one["next"])
        else:
            assert shutil.which(program), one["next"]


def two_runs_at_work(town: InProcess, stack: ExitStack) -> None:
    state = State(town.state)
    for name in ("backup-ana", "net"):
        stack.enter_context(state.lock(name))
    remember(town, "backup.run", HOUR / 4, dataset("belgeler", "skipped") | {"reason": "running"})


def told_beforehand(town: InProcess, stack: ExitStack) -> None:
    """A switch is being moved, another was taken out: nobody wants to hear that they fail."""
    file = town.inventory / "devices.yaml"
    text = file.read_text().replace(
        "platform: huawei}", f"platform: huawei, silent_until: {NOW + DAY:%Y-%m-%d}}}"
    )
    file.write_text(text.replace("role: wan}", "role: wan, enabled: false}"))
    gone = [(name, "no answer", {"code": 13}) for name in ("sw-02", "rt-01")]
    remember(town, "net.snapshot", HOUR / 2, device("sw-01"), failed=gone)


def no_longer_described(town: InProcess, stack: ExitStack) -> None:
    """What failed was taken out of the inventory since."""
    remember(town, "backup.run", HOUR / 2, failed=[("eski-db", "connection refused", {"code": 13})])
    remember(town, "backup.verify", HOUR, failed=[("eski", "it is gone", {"code": 13})])


def only_planned(town: InProcess, stack: ExitStack) -> None:
    """A dry run that failed has changed nothing."""
    remember(town, "backup.run", HOUR / 2, failed=[("belgeler", "connection refused", {"code": 13})])
    [newest] = [
        one for one in (town.state / "documents").glob("*.backup.run.json") if "refused" in one.read_text()
    ]
    newest.write_text(newest.read_text().replace('"applied": true', '"applied": false'))


@pytest.mark.parametrize("seed", [two_runs_at_work, told_beforehand, no_longer_described, only_planned])
def test_what_needs_nobody_is_well(town: InProcess, seed: Callable[[InProcess, ExitStack], None]) -> None:
    with ExitStack() as stack:
        seed(town, stack)
        answer = town("status", "--json")
        assert answer.code == Code.DONE, answer.stdout
        assert answer.document["next"] == ""


@pytest.fixture
def systemd(town: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Timers of systemd in the place of a crontab; in `active` and `failed` it says what it would of them."""
    assert town("schedule", "remove").code == 0
    booted = tmp_path / "booted"
    booted.mkdir()
    monkeypatch.setattr("bitools.schedule.install.BOOTED", booted)
    program = tmp_path / "bin" / "systemctl"
    program.write_text(
        f"""#!/bin/sh
echo "$@" >> {tmp_path}/asked
case "$*" in
*--state=active*) cat {tmp_path}/active ;;
*--failed*) cat {tmp_path}/failed ;;
"enable --now "*) shift 2; for one; do echo "$one loaded active waiting"; done > {tmp_path}/active ;;
esac
"""
    )
    program.chmod(0o755)
    (tmp_path / "active").touch()
    (tmp_path / "failed").touch()
    assert town("schedule", "install", "--as", "systemd").code == 0
    return tmp_path


def schedule(town: InProcess) -> tuple[str, str, str]:
    [item] = [one for one in town("status", "--json").document["items"] if one["part"] == "schedule"]
    return item["stand"], item["text"], item["next"]


def test_a_timer_that_somebody_stopped_or_masked_starts_nothing(town: InProcess, systemd: Path) -> None:
    assert schedule(town) == ("well", "9 jobs run by themselves", "")
    active = systemd / "active"
    lines = active.read_text().splitlines(keepends=True)
    active.write_text("".join(line for line in lines if "bitools-net." not in line))
    masked = systemd / "units" / "bitools-net.timer"
    masked.unlink()
    masked.symlink_to("/dev/null")
    step = "bitools schedule install --as systemd"
    assert schedule(town) == ("attention", "1 job does not run by itself: net", step)
    mended(town, step)
    assert not masked.is_symlink()
    assert schedule(town)[0] == "well", "the step mends it"


def test_timers_without_a_systemd_start_nothing(town: InProcess, systemd: Path) -> None:
    """A container: the units were copied there, and nobody reads them."""
    (systemd / "booted").rmdir()
    stand, text, step = schedule(town)
    assert (stand, step) == ("attention", "bitools schedule install")
    assert "systemd does not run here" in text
    mended(town, step)
    assert schedule(town)[0] == "well"


def test_a_unit_that_failed_is_looked_at_by_its_name(town: InProcess, systemd: Path) -> None:
    (systemd / "failed").write_text("bitools-backup.service loaded failed failed all backups that are due\n")
    wanted = ("attention", "bitools-backup.service failed", "systemctl status bitools-backup.service")
    assert schedule(town) == wanted


def test_one_wrong_file_of_the_inventory_is_what_is_told(town: InProcess) -> None:
    file = town.inventory / "devices.yaml"
    file.write_text(file.read_text().replace("platform: huawei", "platform: huwaei"))
    answer = town("status")
    assert (answer.code, answer.stdout) == (Code.INVALID, "")
    assert "devices.yaml:6" in answer.stderr
    assert "huawei" in answer.stderr.partition("→")[2]


def test_a_bad_day_is_one_screen_in_turkish(town: InProcess) -> None:
    for seed in (mail_stuck, copy_old, stamps_queued, site_down, grant_kept, put_aside):
        seed(town)
    assert town("schedule", "remove").code == 0
    shown = town("status", environ={"BITOOLS_LANG": "tr"})
    assert shown.code == Code.DIFFERENT
    assert len(shown.stdout.splitlines()) <= 24
