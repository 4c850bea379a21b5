"""Four hundred deaths at random: never two accounts, no act lost or told twice, and the rerun is the end."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bitools.errors import BitoolsError
from bitools.user.decisions.person import Request
from bitools.user.verbs import add, disable, grant, offboard, rename, revoke, sync
from bitools.user.verbs.connectors import connectors
from tests.deaths import killed_within
from tests.wire.user.conftest import Office
from tests.wire.user.kills import killed
from tests.wire.user.test_help_desk import later
from tests.wire.user.test_sync import HEAD

DEATHS = 67  # that each of six kinds dies at least
LAST_DAY = timedelta(days=2)


def letters(number: int) -> str:
    """Letters for a number, since names have no digits."""
    return "".join(chr(97 + int(digit)) for digit in f"{number:03}")


class Storm:
    """One kind of run, killed again and again: by the clock, or right after a write."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.chance, self.seconds, self.deaths = office, random.Random(seed), 0.5, 0
        self.writes = 14  # of a whole run at most; it is learned how many there are

    def rounds(self) -> Iterator[int]:
        """Numbers, until there were deaths enough."""
        for number in count():
            if self.deaths >= DEATHS:
                return
            yield number

    def through(self, act: Callable[[], object]) -> None:
        """Let it die up to four times, then come to its end; what is refused by then was done."""
        for death in range(self.chance.randint(1, 4)):
            if self.chance.random() < 0.5:
                at = self.chance.randint(1, self.writes)
                died = killed(act, at)
                if not (died or death):  # a run that begins anew has fewer: nobody can die so late
                    self.writes = at
            else:
                died = killed_within(act, self.chance.uniform(0, self.seconds))
            self.deaths += died
            if not died:  # it came to its end
                break
        began = time.monotonic()
        act()
        self.seconds = (self.seconds * 3 + time.monotonic() - began) / 4

    def once(self, *acts: tuple[str, str]) -> None:
        """Each of these acts was done once, and nothing is open."""
        done = Counter(
            (entry["action"], entry["target"])
            for entry in self.office.run().ledger.entries()
            if entry["outcome"] == "done"
        )
        assert {act: done[act] for act in acts} == dict.fromkeys(acts, 1)
        assert self.office.run().ledger.verify().open == []


@pytest.mark.torture
def test_people_without_a_number(office: Office) -> None:
    storm = Storm(office, 1)
    for number in storm.rounds():
        request = Request("Fırtına", f"Yel{letters(number)}", "memur")

        def opened(request: Request = request) -> None:
            run = office.run()
            try:
                add.add(run, request)
            except BitoolsError as refusal:  # whoever asked was told: it is another's name now
                assert refusal.reason == "namesake", refusal
            add.close(run, request)

        storm.through(opened)
        [entry] = office.read(f"(&(givenName=Fırtına)(sn=Yel{letters(number)}))")
        assert ("info" not in entry, len(entry["memberOf"])) == (True, 2)
        storm.once(("user.add", f"firtina.yel{letters(number)}"))


@pytest.mark.torture
def test_staff_lists(office: Office, tmp_path: Path) -> None:
    storm = Storm(office, 2)
    directory = office.command_line.inventory / "directory.yaml"
    line = "connectors: {ebys: {text: EBYS, on: [add, offboard], command: 'true {event} {sam}'}}\n"
    directory.write_text(directory.read_text() + line)
    for number in storm.rounds():
        tag, file = letters(number), tmp_path / f"{number}.csv"
        office.make_user(f"degisen.{tag}", givenName="Değişen", sn=tag, employeeID=f"FD{number}")
        office.make_user(f"giden.{tag}", givenName="Giden", sn=tag, employeeID=f"FG{number}")
        rows = [f"FY{number};Yeni;Liste{tag};memur;;;;;;", f"FD{number};Değişen;{tag};memur;;Şef;;;;"]
        file.write_text(HEAD + "\n".join([*rows, f"FG{number};Giden;{tag};memur;;;;;;leaving", ""]))
        storm.through(lambda file=file: sync.sync(office.run(), file))  # type: ignore[misc]
        assert len(office.read(f"(employeeID=FY{number})")) == 1
        assert office.one(f"degisen.{tag}")["title"] == ["Şef".encode()]
        assert b"OU=Ayrilanlar" in office.one(f"giden.{tag}")["distinguishedName"][0]
        storm.once(
            ("user.add", f"yeni.liste{tag}"),
            ("user.change", f"degisen.{tag}"),
            ("user.offboard", f"giden.{tag}"),
        )
        assert not sync.sync(office.run(), file).changed
        needs = connectors(office.run()).items
        assert [one for one in needs if one["status"] != "done"] == []
        assert len(needs) == 2 * (number + 1), "each new one and each that leaves"


@pytest.mark.torture
def test_leavers(office: Office) -> None:
    storm = Storm(office, 3)
    for number in storm.rounds():
        sam = f"ayril.{letters(number)}"
        dn = office.make_user(sam)
        group = f"CN=VPN,OU=Gruplar,{office.controller.base_dn}"
        office.admin.modify(group, {"member": [("MODIFY_ADD", [dn])]})
        storm.through(lambda sam=sam: offboard.offboard(office.run(), [sam]))  # type: ignore[misc]
        entry = office.one(sam)
        assert (entry["userAccountControl"], "memberOf" in entry) == ([b"514"], False)
        storm.once(("user.offboard", sam))


@pytest.mark.torture
def test_marriages(office: Office) -> None:
    storm = Storm(office, 4)
    for number in storm.rounds():
        tag = letters(number)
        old = f"evlenen.{tag}"
        office.make_user(old, givenName="Evlenen", sn=tag, mail=f"{old}@belediye.test")
        storm.through(lambda old=old, tag=tag: rename.rename(office.run(), old, surname=f"Es{tag}"))  # type: ignore[misc]
        [entry] = office.read(f"(sn=Es{tag})")
        assert entry["mail"] == [f"evlenen.es{tag}@belediye.test".encode()]
        assert f"smtp:{old}@belediye.test".encode() in entry["proxyAddresses"]
        assert office.read(f"(sAMAccountName={old})") == []
        storm.once(("user.rename", old))


@pytest.mark.torture
def test_rights_until_a_day(office: Office) -> None:
    storm = Storm(office, 5)
    until = office.run().started.date() + LAST_DAY
    for number in storm.rounds():
        sam = f"sureli.{letters(number)}"
        office.make_user(sam)
        storm.through(lambda sam=sam: grant.grant(office.run(), [sam], ["VPN"], until=until))  # type: ignore[misc]
        assert len(office.one(sam)["memberOf"]) == 1
        storm.through(lambda: revoke.due(later(office, 4)))
        assert "memberOf" not in office.one(sam)
        storm.once(("user.grant", sam), ("user.revoke", sam))


@pytest.mark.torture
def test_other_systems(office: Office, tmp_path: Path) -> None:
    program, storm = tmp_path / "ebys", Storm(office, 6)
    program.write_text('#!/bin/sh\necho "$@" >> "$0.told"\n')
    program.chmod(0o755)
    file = office.command_line.inventory / "directory.yaml"
    line = f"connectors: {{ebys: {{text: EBYS, on: [disable], command: '{program} {{event}} {{sam}}'}}}}\n"
    file.write_text(file.read_text() + line)
    for number in storm.rounds():
        sam = f"bagli.{letters(number)}"
        office.make_user(sam)
        storm.through(lambda sam=sam: disable.disable(office.run(), [sam]))  # type: ignore[misc]
        needs = connectors(office.run(), [sam]).items
        assert [(one["event"], one["status"]) for one in needs] == [("disable", "done")]
        assert f"disable {sam}" in Path(f"{program}.told").read_text().splitlines()
        storm.once(("user.disable", sam))
