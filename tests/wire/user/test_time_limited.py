"""Rights until a day where the forest ends them by itself (Windows' Privileged Access Management feature).

Samba has no such feature: the forest's answers and its taking of `<TTL=…>` are played by the proxy before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bitools.user.verbs import revoke
from lab.certificates import Authority
from lab.directory import DomainController
from lab.directory_faults import FaultyController
from lab.time_limited import TimeLimited
from tests.wire.user.conftest import Office, describe
from tests.wire.user.test_help_desk import GROUPS, later

VPN = f"CN=VPN,{GROUPS}"


@pytest.fixture
def forest(office: Office, controller: DomainController) -> Iterator[TimeLimited]:
    files = Authority(controller._tls).issue("good", "dc1.belediye.test", controller.address)
    with FaultyController(controller.address, files, controller.address) as proxy:
        proxy.forest = TimeLimited()
        describe(office.command_line.inventory, office.controller, proxy.name)
        yield proxy.forest


def grants(office: Office, sam: str) -> list[tuple[str, str]]:
    [item] = office.bitools("user", "show", sam, "--json").document["items"]
    return [(one["until"], one["ends_by"]) for one in item["grants"]]


def test_the_forest_is_told_until_when_and_what_it_ended_is_recorded(
    office: Office, forest: TimeLimited
) -> None:
    dn, zone = office.make_user("pam.kisi"), ZoneInfo("Europe/Istanbul")
    today = datetime.now(zone).date()
    first, second = ((today + timedelta(days=days)).isoformat() for days in (2, 3))
    words = ["grant", "pam.kisi", "--group", "VPN", "--json", "--yes", "--until"]
    assert office.bitools("user", *words, first).code == 0
    assert grants(office, "pam.kisi") == [(first, "directory")]
    end = datetime.combine(today + timedelta(days=3), time(), zone)
    [(seconds, member)] = forest.told
    assert member == dn
    assert abs(seconds - (end - datetime.now(zone)).total_seconds()) < 1_800  # the run itself took some
    assert office.bitools("user", *words, first).document["changed"] is False
    assert office.bitools("user", *words, second).document["changed"] is True
    assert len(forest.told) == 2, "another day is another membership to it"
    assert abs(forest.told[1][0] - seconds - 86_400) < 1_800
    assert grants(office, "pam.kisi") == [(second, "directory")]
    office.admin.modify(VPN, {"member": [("MODIFY_DELETE", [dn])]})  # its time has come
    assert not revoke.due(later(office, 2)).changed
    assert revoke.due(later(office, 5)).changed
    assert not revoke.due(later(office, 5)).items
    assert grants(office, "pam.kisi") == []
    done = [one["action"] for one in office.run().ledger.entries() if one["outcome"] == "done"]
    assert done == ["user.grant", "user.grant", "user.revoke"]


def test_without_an_end_it_is_an_ordinary_membership(office: Office, forest: TimeLimited) -> None:
    office.make_user("pam.daim")
    words = ["grant", "pam.daim", "--group", "VPN", "--json", "--yes"]
    assert office.bitools("user", *words, "--until", "2099-01-01").code == 0
    assert (forest.told, grants(office, "pam.daim")) == ([], [("2099-01-01", "timer")]), "beyond a year"
    assert office.bitools("user", *words).code == 0
    assert (forest.told, grants(office, "pam.daim")) == ([], [])
    assert office.one("pam.daim")["memberOf"] == [VPN.encode()]
