"""Six nights as they come to a telephone: what happened, where, who did it, what to do; on the first screen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bitools.ledger import acts
from bitools.report import changes, daily
from lab.browser import Browser
from lab.packages import require_for_test
from tests.documents import account, change, document, failure, stored, unchanged
from tests.wire.report.test_browser import axe
from tests.wire.report.test_yearly import NOW, a_run

pytestmark = [pytest.mark.root, pytest.mark.xdist_group("packages")]
SCREEN = (390, 844)  # a telephone
SILENT = [failure(f"sw-{number:02}", "10.0.0.1:22: no SSH answer in time") for number in range(50)]
GRAVE = stored(
    "rt-wan-01",
    change("51 permit tcp any host 203.0.113.2 eq 3389", "critical", path=["ip access-list extended WAN-GIRIS"]),
    role="wan", author="mehmet",
)  # fmt: skip
CALM = [
    stored(f"sw-{number:04}", change(f"description {number % 7}"), site=f"s-{number % 9}")
    for number in range(1000)
]
RUN = document("net.snapshot", started=NOW - timedelta(hours=1))["run"]
OPENED = document("user.add", account("ayse.ozturk"), started=NOW - timedelta(hours=3))
CLOSED = document(
    "user.disable", account("ali.veli", "disable", "disabled"), started=NOW - timedelta(hours=2)
)
FAILED = document(
    "backup.run", failed=[failure("mis-db", "pg_dump: connection refused", hint="systemctl status postgresql")],
    started=NOW - timedelta(hours=1),
)  # fmt: skip


def net(*items: Any, failed: Any = ()) -> Any:
    return document("net.snapshot", *items, failed=failed, started=NOW - timedelta(hours=1))


# the documents, which report, and what the first screen must say
NIGHTS: dict[str, tuple[list[Any], str, list[str]]] = {
    "one grave change among 50 silent devices": (
        [net(GRAVE, failed=SILENT)], "changes", ["rt-wan-01", "3389", "mehmet", "bitools net ack"],
    ),
    "a failed backup alone": ([FAILED], "changes", ["mis-db", "connection refused", "systemctl status postgresql"]),
    "accounts only": (
        [OPENED, CLOSED], "changes", ["ayse.ozturk", "hesap açıldı", "ali.veli", "zeynep", "selim"],
    ),
    "1,000 devices": ([net(*CALM)], "changes", ["1.000 cihaz", "description"]),
    "nothing": (
        [net(unchanged("sw-01"), unchanged("sw-02"))], "daily", ["Bildirilmesi gereken bir şey olmadı", "2 cihaz"],
    ),
    "all at once": (
        [net(GRAVE, *CALM[:30], failed=SILENT), FAILED, OPENED, CLOSED], "changes",
        ["rt-wan-01", "3389", "mehmet", "kritik"],
    ),
}  # fmt: skip
VISIBLE = """(() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const range = document.createRange(); range.selectNodeContents(walk.currentNode);
    const box = range.getBoundingClientRect();
    if (box.height && box.bottom <= %d) found.push(walk.currentNode.textContent.trim());
  }
  return found.join("\\n");
})()"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    require_for_test("chromium")
    with Browser() as running:
        yield running


def mailed(folder: Path, documents: list[Any], kind: str) -> tuple[str, str]:
    """The subject and the HTML of that night's mail."""
    run = a_run(folder, "tr")
    for who, one in (("zeynep", OPENED), ("selim", CLOSED)):
        if one in documents:
            ledger = type(run.ledger)(run.state, one["run"], "bitools user", who)
            ledger.append(acts.USER_ADD, one["items"][0]["sam_account_name"], "done")
    for one in documents:
        kept = one["schema"].removeprefix("bitools.").partition("/")[0]
        path = run.state.path("documents", f"{one['run']}.{kept}.json")
        path.write_text(json.dumps(one))
    made = (daily.daily if kind == "daily" else changes.changes)(replace(run), mail=False, now=NOW).letter
    assert made
    return made.subject, made.html


@pytest.mark.parametrize("night", NIGHTS)
def test_the_first_screen_of_a_telephone_answers(browser: Browser, tmp_path: Path, night: str) -> None:
    documents, kind, wanted = NIGHTS[night]
    subject, html = mailed(tmp_path, documents, kind)
    page = browser.open(html, width=SCREEN[0])
    seen = page.evaluate(VISIBLE % SCREEN[1])
    assert [word for word in wanted if word not in seen] == [], seen
    assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN[0], "nothing is off the screen"
    assert axe(page) == []
    assert subject.startswith("[bitools] ")
    assert len(html.encode()) <= 90_000
