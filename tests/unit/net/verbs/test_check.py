"""`net check`: the shipped rules on what the vendors document, own rules, exceptions, and other tools' formats."""

from __future__ import annotations

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from bitools import platforms
from bitools.errors import InventoryInvalid
from bitools.net.decisions.checks import formats
from bitools.net.decisions.checks.compliance import violations
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.page import Page
from bitools.net.verbs import check
from bitools.net.wire import rulebook
from bitools.net.wire.mask import mask_key
from tests.conftest import CommandLine

SAFE = {
    "cisco-ios": (
        "service password-encryption\nhostname a\naaa new-model\nip ssh version 2\nno ip http server\n"
        "interface GigabitEthernet1/0/1\n description x\ninterface GigabitEthernet1/0/2\n shutdown\n"
        "logging host 10.0.0.6\nsnmp-server community gizli-topluluk RO YONETIM\nntp server 10.0.0.5\n"
        "line con 0\n exec-timeout 10 0\nline vty 0 4\n access-class YONETIM in\n transport input ssh\nline vty 5 15\n transport input none\n"
    ),
}
BROKEN = [  # device, what it says, the rules it breaks with the line
    (
        "cisco-ios",
        "line vty 0 4\n transport input telnet ssh\n access-class A in\n",
        {"telnet-off": "line vty 0 4"},
    ),
    ("cisco-ios", "line vty 0 4\n access-class A in\n", {"telnet-off": "line vty 0 4"}),
    ("cisco-ios", "line vty 0 4\n transport input ssh\n", {"management-acl": "line vty 0 4"}),
    ("cisco-ios", "snmp-server community gizli RO\n", {"snmp-protected": "snmp-server community"}),
    ("cisco-ios", "interface GigabitEthernet1/0/9\n", {"unused-ports": "interface GigabitEthernet1/0/9"}),
    ("cisco-ios", "ip http server\n", {"web-clear-text": "ip http server"}),
    ("cisco-ios", "username admin password 0 cisco\n", {"default-passwords": "username admin"}),
    ("cisco-ios", "username admin password 7 02050D480809\n", {"default-passwords": "username admin"}),
    ("cisco-nxos", "feature telnet\n", {"telnet-off": "feature telnet"}),
    ("arista-eos", "management telnet\n   no shutdown\n", {"telnet-off": "no shutdown"}),
    ("arista-eos", "username root nopassword\n", {"default-passwords": "username root"}),
    ("juniper-junos", "system {\n    services {\n        telnet;\n    }\n}\n", {"telnet-off": "telnet"}),
    ("huawei", "telnet server enable\n", {"telnet-off": "telnet server enable"}),
    (
        "huawei",
        "user-interface vty 0 4\n protocol inbound all\n acl 2001 inbound\n",
        {"telnet-off": "protocol inbound all"},
    ),
    (
        "hp-procurve",
        'snmp-server community "public" operator\n',
        {"default-passwords": "snmp-server community"},
    ),
    ("hp-comware", "snmp-agent community read simple gizli\n", {"snmp-protected": "snmp-agent community"}),
    ("mikrotik-routeros", "/snmp community\nadd name=gizli\n", {"snmp-protected": "add name"}),
]


def store(town, device: str, raw: str) -> None:
    platform = platforms.load(device.replace("-", "_"))
    town.store(device, canonical(Page.of(raw, platform), mask_key(town.run)).text)


def status(document) -> dict[str, str]:
    return {item["rule"]: item["status"] for item in document.items}


def test_a_hardened_switch_passes_every_rule(town, devices) -> None:
    store(town, "cisco-ios", SAFE["cisco-ios"])
    document = check.check(town.run, devices("cisco-ios"))
    assert {rule for rule, one in status(document).items() if one != "passed"} == set()
    assert len(document.items) >= 11


@pytest.mark.parametrize(
    ("device", "raw", "expected"),
    BROKEN,
    ids=[f"{d}-{'-'.join(e)}-{n}" for n, (d, _r, e) in enumerate(BROKEN)],
)
def test_a_weakness_is_found_where_it_stands(
    town, devices, device: str, raw: str, expected: dict[str, str]
) -> None:
    store(town, device, raw)
    items = {item["rule"]: item for item in check.check(town.run, devices(device)).items}
    for rule, line in expected.items():
        assert items[rule]["status"] == "violated"
        assert any(finding["line"].startswith(line) for finding in items[rule]["findings"]), items[rule][
            "findings"
        ]


def test_every_shipped_platform_has_rules_and_none_breaks(town, devices) -> None:
    town.store_all()
    document = check.check(town.run, devices())
    assert not document.failed
    assert not document.warnings
    by_device = {item["device"] for item in document.items if item["status"] == "passed"}
    assert len(by_device) == len(devices())
    found = {(item["device"], item["rule"]) for item in violations(document.items)}
    assert ("hp-procurve", "telnet-off") not in found
    assert ("huawei", "management-acl") not in found
    assert ("mikrotik-routeros", "snmp-protected") not in found


def test_a_device_without_a_snapshot_has_not_passed(town, devices) -> None:
    store(town, "cisco-ios", SAFE["cisco-ios"])
    document = check.check(town.run, devices("cisco-ios", "huawei"))
    assert [failure["target"] for failure in document.failed] == ["huawei"]


def test_own_rules_replace_switch_off_and_add(town, devices) -> None:
    town.write(
        "checks/ours.yaml",
        "rules:\n"
        "  banner: {title: Uyarı metni, reason: kanıt, severity: warning, conditions: [{platforms: ['*'], must: ['^banner motd']}]}\n"
        "  ntp: {title: x, reason: y, enabled: false}\n",
    )
    store(town, "cisco-ios", "hostname a\n")
    found = status(check.check(town.run, devices("cisco-ios")))
    assert found["banner"] == "violated"
    assert "ntp" not in found


def test_an_exception_holds_for_its_device_until_its_day_with_its_reason(town, devices) -> None:
    town.write(
        "checks/ours.yaml",
        "exceptions:\n  - {rule: ntp, devices: [cisco-ios], until: 2026-11-20, reason: yeni sunucu bekleniyor}\n",
    )
    store(town, "cisco-ios", "hostname a\n")
    store(town, "huawei", "sysname a\n")
    items = {
        (item["device"], item["rule"]): item
        for item in check.check(town.run, devices("cisco-ios", "huawei")).items
    }
    assert items["cisco-ios", "ntp"]["status"] == "excepted"
    assert items["cisco-ios", "ntp"]["exception"] == "yeni sunucu bekleniyor"
    assert items["huawei", "ntp"]["status"] == "violated"
    town.now += timedelta(days=30)
    assert status(check.check(town.run, devices("cisco-ios")))["ntp"] == "violated"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("rules:\n  a: {title: x, reason: y, conditions: [{platforms: [x], must: ['(']}]}\n", ":2: "),
        ("rules:\n  a:\n    title: x\n    reason: y\n    conditions: [{platforms: [x]}]\n", ":5: "),
        ("exceptions:\n  - {rule: yok, reason: x}\n", ":2: "),
        ("exceptions:\n  - {rule: ntp}\n", ":2: "),
        ("kurallar: {}\n", ":1: "),
    ],
)
def test_a_wrong_rule_is_a_complaint_with_its_line(town, text: str, where: str) -> None:
    town.write("checks/ours.yaml", text)
    with pytest.raises(InventoryInvalid, match=where):
        rulebook.load_rules(town.inventory / "checks")


def test_shipped_rules_speak_both_languages() -> None:
    from pathlib import Path

    for rule in rulebook.load_rules(Path("/nowhere")).rules.values():
        assert set(rule.title) == set(rule.reason) == {"en", "tr"}


def test_the_same_violation_on_many_devices_is_shown_once(town, devices) -> None:
    town.devices(**{f"sw-{number:02}": "platform: cisco_ios" for number in range(40)})
    for number in range(40):
        store_as = platforms.load("cisco_ios")
        town.store(f"sw-{number:02}", canonical(Page.of("ip http server\n", store_as), b"k").text)
    names = [f"sw-{number:02}" for number in range(40)]
    items = violations(check.check(town.run, devices(*names)).items)
    [(_item, same)] = [
        pair for pair in formats.group_violations(items) if pair[0]["rule"] == "web-clear-text"
    ]
    assert same == names


def test_sarif_points_at_the_line_of_the_stored_file(town, devices) -> None:
    store(town, "cisco-ios", "hostname a\nip http server\n")
    [run] = formats.sarif(check.check(town.run, devices("cisco-ios")).items)["runs"]
    result = next(one for one in run["results"] if one["ruleId"] == "web-clear-text")
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "devices/cisco-ios.cfg"}, "region": {"startLine": 2}}
    assert {one["ruleId"] for one in run["results"]} <= {
        rule["id"] for rule in run["tool"]["driver"]["rules"]
    }


def test_junit_counts_what_failed_and_what_could_not_be_checked(town, devices) -> None:
    store(town, "cisco-ios", "hostname a\nbanner motd ^C\n\x07 kotu <xml> & ]]>\n^C\n")
    document = check.check(town.run, devices("cisco-ios", "huawei"))
    root = ElementTree.fromstring(formats.junit(document.items, document.failed))
    suite, error = root.findall("testsuite")
    assert int(suite.get("failures")) == len(violations(document.items)) == len(suite.findall(".//failure"))
    assert error.get("name") == "huawei"


def test_telnet_to_a_device_is_a_violation_whatever_it_is_configured_for(town, devices) -> None:
    store(town, "cisco-ios", SAFE["cisco-ios"])
    device = devices("cisco-ios")[0].model_copy(update={"transport": "telnet"})
    [item] = violations(check.check(town.run, [device]).items)
    assert (item["rule"], item["severity"]) == ("transport-telnet", "critical")


def test_a_platform_of_ones_own_is_checked_as_what_it_extends(town) -> None:
    town.write("platforms/acme_os.yaml", "extends: cisco_ios\ntitle: Acme\n")
    town.devices(acme="platform: acme_os")
    town.store("acme", "hostname a\nip http server\n")
    document = check.check(town.run, town.run.inventory.select_devices(["acme"]))
    assert status(document)["web-clear-text"] == "violated"
    assert document.warnings == []


@pytest.fixture
def mixed(town):
    """One device with violations and an exception, one that was never seen."""
    town.write(
        "checks/ours.yaml",
        "exceptions:\n  - {rule: ntp, devices: [cisco-ios], reason: yeni sunucu bekleniyor}\n",
    )
    store(town, "cisco-ios", "hostname a\nip http server\nbanner motd ^C\n\x07 kotu <xml> & ]]>\n^C\n")
    return town


def test_the_command_exits_4_and_speaks_each_format(mixed) -> None:
    bitools = CommandLine(mixed.inventory, mixed.state.folder)
    answers = {
        form: bitools("net", "check", "cisco-ios", "--format", form)
        for form in ("text", "json", "sarif", "junit")
    }
    assert {form: answer.code for form, answer in answers.items()} == dict.fromkeys(answers, 4)
    assert "ip http server" in answers["text"].stdout
    items = answers["json"].document["items"]
    wrong = [item for item in items if item["status"] == "violated"]
    verdict, *rows = answers["text"].stdout.splitlines()
    critical = sum(item["severity"] == "critical" for item in wrong)
    assert verdict.startswith(f"✗ {len(wrong)} violations: 1 device, {critical} critical; "), verdict
    heads = [row for row in rows if row.startswith("✗ ")]
    assert len(heads) == len({item["rule"] for item in wrong}), "one block a rule"
    assert sarif_of(answers["sarif"].stdout) == sarif_of(json.dumps(formats.sarif(items)))
    suite, *_rest = JUnitXml.fromstring(answers["junit"].stdout.encode())
    assert (suite.tests, suite.failures, suite.skipped) == (len(items), len(wrong), 1)
    both = bitools("net", "check", "cisco-ios", "huawei", "--format", "junit")
    assert both.code == 3
    assert [one.errors for one in JUnitXml.fromstring(both.stdout.encode())] == [0, 1]


def test_the_command_exits_0_when_no_rule_is_broken(town) -> None:
    store(town, "cisco-ios", "hostname a\n")
    off = "".join(
        f"  {name}: {{title: x, reason: y, enabled: false}}\n"
        for name in rulebook.load_rules(town.inventory / "yok").rules
    )
    town.write("checks/ours.yaml", f"rules:\n{off}")
    assert CommandLine(town.inventory, town.state.folder)("net", "check", "cisco-ios").code == 0


def sarif_of(text: str) -> set[tuple[str, str, str, int | None, bool]]:
    """What a SARIF reader finds: rule, level, file, line, suppressed."""
    [run] = Sarif.model_validate_json(text).runs
    known = {rule.id for rule in run.tool.driver.rules}
    found = set()
    for result in run.results:
        assert result.rule_id in known
        place = result.locations[0].physical_location
        line = place.region.start_line if place.region else None
        suppressed = bool(getattr(result, "suppressions", None))
        found.add((result.rule_id, result.level.value, place.artifact_location.uri, line, suppressed))
    assert found
    return found
