"""The table of faults, each served over SSH by every simulated platform: no wrong row, the right cause.

One run a fault asks all platforms at once; what was good before stays.
"""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterator

import pytest

from lab.patience import HANGS
from lab.switches import Switch, SwitchFarm, ios_configuration, platforms
from lab.switches.faults import FAULTS
from lab.switches.platform import platform
from tests.conftest import CommandLine
from tests.wire.net.conftest import Net, everything_under

NAMES = [name.replace("_", "-") for name in platforms()]
SECRETS = (b"lab-netops-2026", b"lab-enable-2026", b"$1$lab")
BAD = {
    "truncate": (15, "truncated"),
    "empty": (15, "empty"),
    "invalid": (14, "error_text"),
    "authz": (14, "not_authorised"),
    "drop": (13, "dropped"),
    "stall": (13, "deadline"),
    "more": (15, "pager"),
    "syslog": (15, "console"),
    "refuse_password": (12, "password"),
    "down": (13, "refused"),
    "host_key": (13, "host_key"),
}
HARMLESS = ("trickle", "early_echo", "slow:0.1", "motd")  # the same text as ever
IN_THE_TEXT = ("promptdesc", "promptbanner", "nonutf8", "escapes")  # one line differs, and only that
PAGING = [name for name in NAMES if platform(name.replace("-", "_")).more]  # the others never do
BANNERLESS = ["frr", "hp-procurve"]
WITH_ANOTHER = ("early_echo", "motd", "slow:0.1", "nonutf8", "promptdesc", "trickle")


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    assert len(NAMES) >= 6
    with SwitchFarm([Switch(name.replace("_", "-"), name) for name in platforms()]) as farm:
        yield farm


@pytest.fixture(scope="module")
def good(farm: SwitchFarm, tmp_path_factory: pytest.TempPathFactory) -> Net:
    """Every platform once, healthy, trusted and stored."""
    folder = tmp_path_factory.mktemp("good")
    net = Net(folder / "inventory", folder / "state")
    net.follow(farm)
    document = net.snapshot()
    assert not document["failed"], document["failed"]
    return net


@pytest.fixture
def followed(net: Net, good: Net, farm: SwitchFarm) -> Iterator[dict[str, str]]:
    """The same, in folders of the test's own; what is stored of each device."""
    for theirs, ours in ((good.inventory, net.inventory), (good.state, net.state)):
        shutil.copytree(theirs, ours, dirs_exist_ok=True)
    yield {name: net.stored(name) for name in NAMES}
    for switch in farm:
        switch.fault = None


def test_a_second_run_over_every_platform_stores_nothing(net: Net, followed: dict[str, str]) -> None:
    document = net.snapshot()
    assert sorted(item["device"] for item in document["items"]) == sorted(NAMES)
    assert {item["status"] for item in document["items"]} == {"unchanged"}


def break_all(farm: SwitchFarm, fault: str) -> None:
    """Give each switch the fault; where a bigger one hides a change, let there also be a change."""
    for switch in farm:
        switch.fault = fault


def test_every_fault_of_the_lab_is_in_the_table() -> None:
    told = {*BAD, *IN_THE_TEXT, *(fault.partition(":")[0] for fault in HARMLESS)}
    elsewhere = {"silent", "save_fails", "blanks", "flood", "long_line"}
    assert told | elsewhere == {*FAULTS}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_fetch_leaves_the_good_one_and_names_its_cause(
    net: Net, farm: SwitchFarm, followed: dict[str, str], fault: str
) -> None:
    break_all(farm, fault)
    document = net.snapshot("--deadline", "4" if fault == "stall" else "60")
    causes = {one["target"]: (one["code"], one["reason"]) for one in document["failed"]}
    expected = dict.fromkeys(NAMES, BAD[fault])
    if fault == "more":
        expected = dict.fromkeys(PAGING, BAD[fault])
    if fault == "refuse_password":  # three rejections, and nobody else is asked
        assert sorted(causes.values()).count((12, "not_tried")) == len(NAMES) - 3
        causes = {
            name: (code, reason.replace("not_tried", "password")) for name, (code, reason) in causes.items()
        }
    assert causes == expected
    assert {name: net.stored(name) for name in NAMES} == followed
    assert {item["status"] for item in document["items"] if item["device"] in expected} <= {"quarantined"}
    assert not [secret for secret in SECRETS if secret in everything_under(net.state)]
    assert net.git("rev-list", "--count", "main").stdout.strip() == str(len(NAMES))


@pytest.mark.parametrize("fault", HARMLESS)
def test_what_only_comes_oddly_is_the_same_configuration(
    net: Net, farm: SwitchFarm, followed: dict[str, str], fault: str
) -> None:
    break_all(farm, fault)
    document = net.snapshot()
    assert not document["failed"], document["failed"]
    assert {item["status"] for item in document["items"]} == {"unchanged"}


@pytest.mark.parametrize("fault", IN_THE_TEXT)
def test_what_looks_bad_and_is_configuration_is_stored_whole(
    net: Net, farm: SwitchFarm, followed: dict[str, str], fault: str
) -> None:
    break_all(farm, fault)
    document = net.snapshot()
    # where there is no banner, the prompt stands between two lines of configuration, and must not
    refused = BANNERLESS if fault == "promptbanner" else []
    assert sorted(one["target"] for one in document["failed"] if one["reason"] == "prompt") == refused
    assert len(document["failed"]) == len(refused)
    for name in sorted({*NAMES} - {*refused}):
        lines = [
            line
            for line in difflib.ndiff(followed[name].splitlines(), net.stored(name).splitlines())
            if line[0] in "+-"
        ]
        assert 1 <= len(lines) <= 3, (name, lines)
        assert fault != "nonutf8" or "Fen İşleri Müdürlüğü" in "".join(lines)
        assert "\x1b" not in "".join(lines)


@pytest.mark.torture
@pytest.mark.parametrize(
    "fault", [fault for fault in BAD if fault not in ("down", "refuse_password", "host_key")]
)
@pytest.mark.parametrize("other", WITH_ANOTHER)
def test_two_faults_at_once_are_no_better_than_one(
    net: Net, farm: SwitchFarm, followed: dict[str, str], fault: str, other: str
) -> None:
    break_all(farm, f"{fault},{other}")
    document = net.snapshot("--deadline", "6" if fault == "stall" else "60")
    # what comes in pieces is not paged
    never = other in ("promptdesc", "nonutf8", "trickle")
    broken = ([] if never else PAGING) if fault == "more" else NAMES
    assert {name: net.stored(name) for name in broken} == {name: followed[name] for name in broken}
    assert sorted(one["target"] for one in document["failed"]) == sorted(broken)


@pytest.mark.torture
@pytest.mark.parametrize("one", [*HARMLESS, *IN_THE_TEXT])
@pytest.mark.parametrize("other", [*HARMLESS, *IN_THE_TEXT])
def test_two_oddities_at_once_are_still_a_whole_configuration(
    net: Net, farm: SwitchFarm, followed: dict[str, str], one: str, other: str
) -> None:
    break_all(farm, f"{one},{other}")
    vain = {one, other} == {"early_echo", "motd"}  # two prompts on one line: waited for, nothing is stored
    document = net.snapshot(*(["--deadline", "8"] if vain else []))
    refused = BANNERLESS if "promptbanner" in (one, other) else NAMES if vain else []
    assert {name: net.stored(name) for name in refused} == {name: followed[name] for name in refused}
    assert {one["target"] for one in document["failed"]} <= {*refused}


@pytest.mark.parametrize("lines", [100_000])
def test_a_hundred_thousand_lines_come_whole(net: Net, lines: int) -> None:
    text = ios_configuration(lines, "sw-big")
    with SwitchFarm([Switch("sw-big", configuration=text)]) as farm:
        net.follow(farm)
        document = net.snapshot()
        assert not document["failed"], document["failed"]
        assert net.stored("sw-big").count("\n") > lines * 0.9
        assert net.stored("sw-big").endswith("\nend\n")
        farm["sw-big"].fault = "truncate"
        [failure] = net.snapshot()["failed"]
        assert failure["reason"] == "truncated"


def test_the_process_ends_at_its_deadline(
    bitools: CommandLine, net: Net, farm: SwitchFarm, followed: dict[str, str]
) -> None:
    """Devices that hang in every way there is, in a process of its own, as cron sees it."""
    hanging = ("stall", "silent", f"slow:{3 * HANGS}", f"trickle:{3 * HANGS}", "early_echo,stall")
    for switch, fault in zip(farm, hanging, strict=False):
        switch.fault = fault
    answer = bitools("net", "snapshot", "--json", "--deadline", "5", timeout=HANGS)
    assert {failure["reason"] for failure in answer.document["failed"]} == {"deadline"}
    assert len(answer.document["failed"]) == len(hanging)
