"""Two years of a municipality's address log: asked, indexed, proven, weighed; and a firewall's day.

730 days of 7,924 lines (5.8 million events), 3,000 devices in 300 networks, ISC dhcpd's words with ISO times.
Hardware addresses, host names and process numbers are random: nothing is there that compresses well by luck.
Every day is taken, sealed and stamped by a real authority; the same days lie beside it as `gzip -6`
leaves them. Made once (some minutes) in build/addresses.

`python -m bench.addresses SIDE FOLDER` is one side of a contest.
"""

from __future__ import annotations

import gzip
import os
import random
import shutil
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from getpass import getuser
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.frame import BITOOLS, ROOT, Contest, Limit
from bitools.inventory.load import load
from bitools.iplog.verbs import ingest, seal
from bitools.iplog.verbs.archive import Archive
from bitools.ledger import Ledger
from bitools.run import Run
from bitools.state import State, new_run
from lab.time_authority import TimeAuthority

DAYS, EVENTS, DEVICES, NETWORKS = 730, 7_924, 3_000, 300
FIRST = datetime(2024, 11, 1, tzinfo=ZoneInfo("Europe/Istanbul"))
SESSIONS = 2_000_000
INDEXED = 60  # days that are indexed anew
_AHEAD = 3  # days that are written before they are taken
_WORDS = ("--reason", "bench", "--file-number", "2026/1")


@contextmanager
def contests(days: int = DAYS) -> Iterator[list[Contest | Limit]]:
    """Made where the project lies: what fsync costs must be paid."""
    folder = ROOT / "build" / "addresses"
    subject, at = two_years(folder, days)
    few = ROOT / "build" / "addresses-few"
    first_days(folder, few, min(days, INDEXED))
    wall = ROOT / "build" / "addresses-wall"
    firewall(wall)
    asked = [*places(folder), "iplog", "who", subject, "--at", at, *_WORDS]

    def side(*words: str) -> list[str]:
        return [sys.executable, "-m", "bench.addresses", *words]

    def anew() -> None:
        shutil.rmtree(wall / "state", ignore_errors=True)

    pattern = f"DHCPACK on {subject} to"
    yield [
        Contest(
            f"iplog who, {days} days, warm", [*BITOOLS, *asked],
            [*BITOOLS, *places(folder), "inventory", "list"], "bitools inventory list", 1.0, allowance=0.1,
        ),
        Contest(
            f"iplog who, {days} days", [*BITOOLS, *asked],
            ["sh", "-c", f"zgrep -h '{pattern}' {folder}/gz/*.gz"], "zgrep over all days", 1 / 15,
        ),
        Contest(
            "sealed lines, manifests and tokens", side("sealed", str(folder)), side("packed", str(folder)),
            "gzip -6 of the same days", 0.75, "size",
        ),
        Limit(
            "iplog ingest --reindex, one event", side("index", str(few)), 1000 / 60_000, "cpu", "ms",
            parts=min(days, INDEXED) * EVENTS,
        ),
        Limit(
            f"iplog verify, {days} days", [*BITOOLS, *places(folder), "iplog", "verify"], 8000.0, "wall", "ms"
        ),
        *(
            Limit(
                f"iplog ingest and seal, {SESSIONS} lines of a firewall", side("wall", str(wall)),
                limit, what, unit, prepare=anew,
            )
            for limit, what, unit in ((20_000.0, "wall", "ms"), (100.0, "memory", "MB"))
        ),
    ]  # fmt: skip


def places(folder: Path) -> list[str]:
    """Where a log is kept, as words."""
    return ["--inventory", str(folder / "inventory"), "--state", str(folder / "state")]


def two_years(folder: Path, days: int) -> tuple[str, str]:
    """Make the log if it is not there whole. Give an address and a time that it can tell of."""
    chance = random.Random(5651)
    devices = [_device(number, chance) for number in range(DEVICES)]
    address, _mac, _host = devices[7]
    middle = FIRST + timedelta(days=days // 2, hours=12)
    if not (folder / "whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "gz").mkdir(parents=True)
        with TimeAuthority(folder / "authority") as authority:
            _inventory(folder, authority)
            with ProcessPoolExecutor(1) as beside:  # the next days are written while this one is sealed
                written: deque[Future[bytes]] = deque()
                for number in range(days + _AHEAD):
                    if number < days:
                        written.append(beside.submit(_lines, folder, number, devices))
                    if number >= _AHEAD:
                        _day(folder, FIRST + timedelta(days=number - _AHEAD), written.popleft().result())
        (folder / "dhcpd.log").unlink()
        (folder / "whole").touch()
    return address, middle.isoformat()


def first_days(folder: Path, few: Path, days: int) -> None:
    """The first days of a whole log as a log of its own: its files are linked, for nobody writes to them."""
    shutil.rmtree(few, ignore_errors=True)
    shutil.copytree(folder / "inventory", few / "inventory")
    for place in ("seals", "segments"):
        for path in sorted((folder / "state" / "iplog" / place).glob("*")):
            if int(path.name[:6]) <= days:
                there = few / "state" / "iplog" / place / path.name
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copytree(path, there, copy_function=os.link) if path.is_dir() else os.link(path, there)


def _device(number: int, chance: random.Random) -> tuple[str, str, str]:
    network = number % NETWORKS
    address = f"10.{network // 250 + 1}.{network % 250}.{10 + number // NETWORKS}"
    return address, chance.randbytes(6).hex(":"), f"PC-{chance.randrange(1 << 24):06X}"


def _inventory(folder: Path, authority: TimeAuthority) -> None:
    (folder / "inventory").mkdir()
    (folder / "inventory" / "iplog.yaml").write_text(
        f"sources:\n  merkez: {{format: dhcpd, path: {folder}/dhcpd.log, lease: 8h}}\n"
        f"retention: 10y\nmay_ask: [{getuser()}]\n"
    )
    (folder / "inventory" / "sites.yaml").write_text("sites:\n  merkez: {}\n")
    (folder / "inventory" / "devices.yaml").write_text(  # for `inventory list`, which it is held against
        "devices:\n  sw-01: {host: 10.0.0.1, platform: cisco_ios, site: merkez, username: netops}\n"
    )
    (folder / "inventory" / "settings.yaml").write_text(
        f"organisation: Efeler Belediyesi\ntimestamp: {{url: '{authority.url}', ca: {authority.ca}}}\n"
    )


def as_of(folder: Path, at: datetime) -> Run:
    """A run at another time."""
    state = State(folder / "state")
    return Run(
        new_run(at), at, load(folder / "inventory"), state, Ledger(state, "bench", "bitools", getuser())
    )


def _lines(folder: Path, number: int, devices: list[tuple[str, str, str]]) -> bytes:
    """A day's lines; and as logrotate would leave them."""
    chance, midnight = random.Random(number), FIRST + timedelta(days=number)
    pid = chance.randrange(400, 99_999)
    lines = []
    for instant in sorted(chance.randrange(86_400_000_000) for _event in range(EVENTS)):
        address, mac, host = chance.choice(devices)
        at = (midnight + timedelta(microseconds=instant)).isoformat(timespec="seconds")
        gateway = f"{address.rsplit('.', 1)[0]}.1"
        lines.append(f"{at} 10.0.0.2 dhcpd[{pid}]: DHCPACK on {address} to {mac} ({host}) via {gateway}\n")
    content = "".join(lines).encode()
    (folder / "gz" / f"dhcpd.log-{midnight:%Y%m%d}.gz").write_bytes(gzip.compress(content, 6))
    return content


def _day(folder: Path, midnight: datetime, content: bytes) -> None:
    """A day's lines, taken, sealed, stamped."""
    with (folder / "dhcpd.log").open("ab") as log:
        log.write(content)
    taken = ingest.ingest(as_of(folder, midnight + timedelta(hours=23)))
    sealed = seal.seal(as_of(folder, midnight + timedelta(days=1, hours=1)))
    if taken.failed or sealed.failed:
        raise RuntimeError([*taken.failed, *sealed.failed])


def firewall(folder: Path) -> None:
    """A FortiGate's file of sessions, if it is not there whole."""
    log = folder / "session.log"
    if (folder / "whole").exists():
        return
    (folder / "inventory").mkdir(parents=True, exist_ok=True)
    (folder / "inventory" / "settings.yaml").write_text("organisation: Efeler Belediyesi\n")
    (folder / "inventory" / "iplog.yaml").write_text(
        f"sources:\n  duvar: {{format: fortigate, path: {log}, index: none}}\n"
    )
    chance = random.Random(2)
    with log.open("w") as out:
        for number in range(SESSIONS):
            at = FIRST + timedelta(milliseconds=number * 40)
            out.write(
                f"date={at:%Y-%m-%d} time={at:%H:%M:%S} devname=fw1 logid=0000000013 type=traffic "
                f"subtype=forward level=notice srcip=10.1.{number % 250}.{number % 199} "
                f"srcport={chance.randrange(1024, 65536)} "
                f"dstip=198.51.100.{chance.randrange(256)} dstport=443 proto=6 action=close policyid=12 "
                f"trandisp=snat transip=203.0.113.4 transport={chance.randrange(1024, 65536)} "
                f"duration={chance.randrange(600)} sentbyte={chance.randrange(1 << 20)} "
                f"rcvdbyte={chance.randrange(1 << 24)} sessionid={chance.randrange(1 << 32)}\n"
            )
    (folder / "whole").touch()


def _size(*paths: Path) -> float:
    return sum(path.stat().st_size for path in paths) / 1e6


def _side(what: str, folder: Path) -> None:
    iplog = folder / "state" / "iplog"
    if what == "sealed":
        print(_size(*iplog.glob("segments/*/*.zst"), *iplog.glob("seals/*")))
    elif what == "packed":
        print(_size(*folder.glob("gz/*.gz")))
    elif what == "index":
        archive = Archive(as_of(folder, FIRST + timedelta(days=DAYS)))
        archive.forget_index()
        with archive.index(writing=True) as index:
            archive.catch_up(index)
    elif what == "wall":
        at = datetime.now().astimezone()
        taken, sealed = ingest.ingest(as_of(folder, at)), seal.seal(as_of(folder, at), now=True)
        assert sum(item["lines"] for item in sealed.items) == SESSIONS, (taken.failed, sealed.failed)


if __name__ == "__main__":
    _side(sys.argv[1], Path(sys.argv[2]))
