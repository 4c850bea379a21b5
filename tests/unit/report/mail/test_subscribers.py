"""Who gets a mail, and when it is worth one."""

from datetime import UTC, datetime, timedelta

import pytest

from bitools.inventory.network import Site
from bitools.inventory.settings import Policy, Reports
from bitools.report.mail.subscribers import is_wanted, readers

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
SITES = {
    "merkez": Site(mail=("ag@belediye.test", "merkez@belediye.test")),
    "garaj": Site(mail=("garaj@belediye.test",)),
    "fen": Site(),
}


def to(*entries: object) -> set[tuple[tuple[str, ...], tuple[str, ...], str]]:
    subscriptions = Reports.model_validate({"changes": list(entries)}).changes
    return {(one.to, one.sites, one.when) for one in readers(subscriptions, SITES)}


def test_addresses_alone_get_everything_in_one_mail() -> None:
    assert (("ag@belediye.test", "mudur@belediye.test"), (), "on-change") in to(
        "ag@belediye.test", "mudur@belediye.test"
    )


def test_who_answers_for_a_site_gets_that_site_and_nobody_gets_it_twice() -> None:
    assert to("ag@belediye.test") == {
        (("ag@belediye.test",), (), "on-change"),
        (("merkez@belediye.test",), ("merkez",), "on-change"),
        (("garaj@belediye.test",), ("garaj",), "on-change"),
    }


def test_a_policy_of_ones_own_replaces_the_sites_default() -> None:
    mine = {"to": ["garaj@belediye.test"], "sites": ["garaj"], "when": "on-problem"}
    assert (("garaj@belediye.test",), ("garaj",), "on-problem") in to(mine)
    assert not any(entry[1:] == (("garaj",), "on-change") for entry in to(mine))


@pytest.mark.parametrize(
    ("when", "news", "problem", "wanted"),
    [
        ("always", False, False, True),
        ("on-change", False, False, False),
        ("on-change", True, False, True),
        ("on-problem", True, False, False),
        ("on-problem", True, True, True),
    ],
)
def test_policies(when: Policy, news: bool, problem: bool, wanted: bool) -> None:
    assert is_wanted(when, news=news, problem=problem, mailed=NOW, now=NOW, heartbeat=False) is wanted


@pytest.mark.parametrize(("days", "wanted"), [(1, False), (6, False), (6.9, True), (8, True)])
def test_a_quiet_week_is_one_mail(days: float, wanted: bool) -> None:
    mailed = NOW - timedelta(days=days)
    quiet = is_wanted("on-problem", news=False, problem=False, mailed=mailed, now=NOW, heartbeat=True)
    assert quiet is wanted
    assert not is_wanted("on-problem", news=False, problem=False, mailed=mailed, now=NOW, heartbeat=False)
