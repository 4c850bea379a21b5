"""Puzzles of who changed a device: a name is said only where it can be shown; unknown is better than wrong.

Each has what the device's header and log say at 14:00, when it was last seen (11:00 unless said otherwise)
and what was known then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bitools import platforms
from bitools.net.decisions.authorship import (
    LastSeen,
    Log,
    combined,
    from_header,
    from_journal,
    naming,
    read_log,
    still_heard,
)
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.page import Page

ZONE = ZoneInfo("Europe/Istanbul")
NOW = datetime(2026, 11, 22, 14, 0, tzinfo=ZONE)
SEEN = NOW.replace(hour=11)
OLD = "ayse 09:00:00 TRT Sun Nov 22 2026"


@dataclass(frozen=True)
class Puzzle:
    """What a device says, and whom one may name."""

    who: str
    header: str = ""
    log: tuple[str, ...] = ()
    platform: str = "cisco_ios"
    before: str = OLD
    heard: tuple[str, ...] | None = ()
    ledger: frozenset[str] = field(default_factory=frozenset)
    names: tuple[str, ...] = ()

    def solved(self) -> tuple[str, tuple[str, ...]]:
        platform = platforms.load(self.platform)
        read = canonical(Page.of(f"{self.header}\nhostname sw-1\n", platform), b"k")
        seen = LastSeen(SEEN, self.before, self.heard)
        log = Log()
        if self.log and platform.journal:
            log = read_log("\n".join(self.log), platform.journal, seen, NOW, ZONE)
        told = from_header(read.author, read.changed_at, seen, ZONE)
        said = from_journal(log, seen, NOW)
        return naming(combined(told, said, self.ledger, account="netops", lost=log.lost))


def header(user: str, at: str = "13:00:00 TRT Sun Nov 22 2026") -> str:
    return f"! Last configuration change at {at} by {user}"


def line(by: str, at: str = "12:00:00", day: str = "Nov 22") -> str:
    return f"*{day} {at}.123: %SYS-5-CONFIG_I: Configured from console by {by}"


def link(at: str, day: str = "Nov 22") -> str:
    return f"*{day} {at}.001: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to up"


def eos(text: str, at: str = "12:00:00") -> str:
    return f"Nov 22 {at} sw ConfigAgent: %SYS-5-CONFIG_{text}"


AYSE, MEHMET = line("ayse on vty0 (10.10.99.21)"), line("mehmet on vty1 (10.10.99.22)", "12:30:00")
BANNER = "banner motd ^C\n! Last configuration change at 13:00:00 TRT Sun Nov 22 2026 by kotu\n^C"
EARLY = link("10:00:00")
PUZZLES = {
    "a name of two words": Puzzle("Ali Veli", header("Ali Veli")),
    "two words in the log, too": Puzzle("Ali Veli", log=(line("Ali Veli on vty0 (10.10.99.21)"),)),
    "two words, and another one": Puzzle(
        "several", log=(line("Ali Veli on vty0 (10.1.1.1)"), MEHMET), names=("Ali Veli", "mehmet")
    ),
    "an account of a domain": Puzzle("mehmet@BELEDIYE", header("BELEDIYE\\mehmet")),
    "a Turkish name": Puzzle("çağrı.şöğüt", header("çağrı.şöğüt")),
    "a console without log-in": Puzzle("", header("console")),
    "unknown is nobody's name": Puzzle("", header("unknown")),
    "nobody, in a log": Puzzle("", log=(line("console"),)),
    "a line that a password opens": Puzzle("", log=(line("vty0 (10.10.99.21)"),)),
    "somebody at the console, then ayse": Puzzle(
        "", log=(line("console", "11:30:00"), AYSE), names=("ayse",)
    ),
    "somebody, then two whose names are known": Puzzle(
        "several", log=(line("console", "11:30:00"), AYSE, MEHMET), names=("ayse", "mehmet")
    ),
    "over SNMP": Puzzle("", log=(line("snmp").replace("console by", "10.10.0.9 by"),)),
    "from a file, at a line": Puzzle(
        "", log=("*Nov 22 12:00:00.1: %SYS-5-CONFIG_I: Configured from tftp://10.0.0.1/a.cfg by vty0",)
    ),
    "two in one interval, of whom the header names the last": Puzzle(
        "several", header("mehmet", "12:30:00 TRT Sun Nov 22 2026"), (AYSE, MEHMET), names=("ayse", "mehmet")
    ),
    "NETCONF, by the one whom TACACS knows": Puzzle(
        "bakim",
        log=(
            EARLY,
            "*Nov 22 12:00:00.1: %SYS-5-CONFIG_P: Configured programmatically by process"
            " iosp_vty_100001_dmiauthd_fd_174 from console as NETCONF on vty63",
            "*Nov 22 12:00:00.3: %DMI-5-CONFIG_I: R0/0: dmiauthd: Configured from NETCONF/RESTCONF by bakim,"
            " transaction-id 9351",
        ),
    ),
    "NETCONF and a shell": Puzzle(
        "several",
        log=(
            AYSE,
            "*Nov 22 12:10:00.3: %DMI-5-CONFIG_I: R0/0: dmiauthd: Configured from NETCONF/RESTCONF by bakim,"
            " transaction-id 9351",
        ),
        names=("ayse", "bakim"),
    ),
    "under an old header": Puzzle("", header("ayse", "09:00:00 TRT Sun Nov 22 2026")),
    "the old header, in the summer's time": Puzzle("", header("ayse", "10:00:00 EEST Sun Nov 22 2026")),
    "a header of before, whom nobody remembers": Puzzle(
        "", header("ayse", "09:00:00 TRT Sun Nov 22 2026"), before=""
    ),
    "a time that nobody can read, and nothing remembered": Puzzle(
        "", header("ayse", "bilinmiyor"), before=""
    ),
    "a time that nobody can read, and another header": Puzzle("mehmet", header("mehmet", "bilinmiyor")),
    "months in another language": Puzzle("", header("ayse", "12:00:00 TRT Paz Kas 22 2026"), before=""),
    "a header in another language": Puzzle("", "! Son değişiklik 13:00:00 Paz Kas 22 2026: ayse"),
    "a clock that was set back": Puzzle("", header("mehmet", "00:03:11 UTC Mon Mar 1 1993")),
    "a log whose clock goes ahead": Puzzle("", log=(line("ayse on vty0 (10.1.1.1)", "15:00:00"),)),
    "a log whose clock goes ahead, between two lines": Puzzle(
        "", log=(AYSE, line("mehmet on vty0 (10.1.1.1)", "15:00:00"))
    ),
    "a line of before": Puzzle("", log=(line("ayse on vty0 (10.1.1.1)", "10:30:00"),)),
    "a line of the same second, and the log was not read": Puzzle(
        "", log=(line("ayse on vty0 (10.1.1.1)", "11:00:00"),), heard=None
    ),
    "the day before, without a year": Puzzle(
        "", log=(line("ayse on vty0 (10.1.1.1)", "12:00:00", "Nov 21"),)
    ),
    "a year ago, without a year": Puzzle("", log=(line("ayse on vty0 (10.1.1.1)", "12:00:00", "Nov 25"),)),
    "a log that reaches back": Puzzle("ayse", log=(EARLY, AYSE, link("13:00:00"))),
    "a log that was overwritten since": Puzzle(
        "", log=(link("11:40:00"), AYSE, link("13:00:00")), names=("ayse",)
    ),
    "a log that was overwritten, and a header": Puzzle("ayse", header("ayse"), (link("11:40:00"), AYSE)),
    "an overwritten log of two": Puzzle(
        "several", log=(link("11:40:00"), AYSE, MEHMET), names=("ayse", "mehmet")
    ),
    "a banner that looks like a header": Puzzle("", BANNER),
    "a header above such a banner": Puzzle("mehmet", f"{header('mehmet')}\n{BANNER}"),
    "with bitools, with its own account": Puzzle(
        "ayse", log=(line("netops on vty0 (10.10.99.5)"),), ledger=frozenset({"ayse"}), names=("ayse",)
    ),
    "with bitools, and another one by hand": Puzzle(
        "several",
        log=(line("netops on vty0 (10.10.99.5)"), MEHMET),
        ledger=frozenset({"ayse"}),
        names=("ayse", "mehmet"),
    ),
    "the one who saved is not the one who changed": Puzzle(
        "mehmet",
        platform="arista_eos",
        log=(
            "Nov 22 10:00:00 sw Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet1, changed state to up",
            eos("I: Configured from console by mehmet on vty3 (10.10.99.21)"),
            eos("STARTUP: Startup config saved from system:/running-config by ayse on vty4 (10.10.99.22)."),
        ),
    ),
    "a session that was committed": Puzzle(
        "several",
        platform="arista_eos",
        log=(
            eos("I: Configured from console by mehmet on vty3 (10.10.99.21)"),
            eos(
                "SESSION_COMMIT_SUCCESS: User ayse committed configuration session s1 successfully on vty4 (10.1.1.2)"
            ),
        ),
        names=("ayse", "mehmet"),
    ),
    "who saved says a header": Puzzle(
        "",
        "! Startup-config last modified at Sun Nov 22 13:00:00 2026 by ayse",
        platform="arista_eos",
    ),
    "a comment of a commit": Puzzle(
        "mehmet",
        '## Last commit: 2026-11-22 13:00:00 +03 by mehmet via cli comment "onay: ayse by telefon"',
        platform="juniper_junos",
    ),
    "the system itself": Puzzle(
        "",
        "!Last configuration was updated at 2026-11-22 13:00:00+03:00 by SYSTEM automatically",
        platform="huawei",
    ),
    "a user without a name": Puzzle(
        "",
        platform="huawei",
        log=(
            "Nov 22 2026 12:00:01+03:00 sw %%01SHELL/5/CMDRECORD(s)[0]:Recorded command information."
            ' (Task=CON, Ip=**, User=**, Command="system-view")',
        ),
    ),
    "a name of two words in a history": Puzzle(
        "Ali Veli",
        platform="mikrotik_routeros",
        log=("U route changed             Ali Veli       write   2026-11-22 12:00:01",),
    ),
}


@pytest.mark.parametrize("puzzle", PUZZLES.values(), ids=PUZZLES.keys())
def test_nobody_is_named_who_cannot_be_shown_to_have_done_it(puzzle: Puzzle) -> None:
    author, names = puzzle.solved()
    assert author == puzzle.who
    assert names == (puzzle.names or ((puzzle.who,) if puzzle.who else ()))


def test_a_line_of_the_future_is_not_believed_once_it_has_passed() -> None:
    """A clock ahead by three hours: what it says of 15:00 was done at noon, and told then."""
    journal = platforms.load("cisco_ios").journal
    assert journal
    text = line("ayse on vty0 (10.10.99.21)", "15:00:00")
    first = read_log(text, journal, LastSeen(SEEN), NOW, ZONE)
    heard = still_heard(map(str, first.lines), NOW)
    later = NOW + timedelta(hours=2)
    seen = LastSeen(NOW, heard=heard)
    assert from_journal(read_log(text, journal, seen, later, ZONE), seen, later) == set()
