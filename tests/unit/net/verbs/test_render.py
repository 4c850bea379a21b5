"""An intended line may leave its secret open; its place counts all the same."""

from __future__ import annotations

import pytest

from bitools.net.verbs.render import with_secrets_of
from tests.conftest import CommandLine

RUNNING = "enable secret 5 <secret:0123abcd>\nsnmp-server community <secret:4567cdef> RO YONETIM\n"


def test_an_open_secret_is_the_running_one() -> None:
    assert (
        with_secrets_of("enable secret 5 <secret>\nsnmp-server community <secret> RO YONETIM\n", RUNNING)
        == RUNNING
    )


def test_a_line_that_is_not_there_stays_a_difference() -> None:
    assert (
        with_secrets_of("snmp-server community <secret> RW\n", RUNNING)
        == "snmp-server community <secret> RW\n"
    )


@pytest.fixture
def town(municipality: CommandLine) -> CommandLine:
    folder = municipality.inventory / "templates/intended"
    folder.mkdir(parents=True)
    (folder / "cisco_ios.j2").write_text(
        "hostname {{ device.name }}\n{% if device.role == 'wan' %}\nrouter bgp 64512\n{% endif %}\n"
        "snmp-server location {{ site.name }}, {{ settings.organisation }}\nenable secret 5 <secret>\n"
    )
    return municipality


def test_a_template_a_platform_and_one_of_a_devices_own(town: CommandLine) -> None:
    (town.inventory / "templates/intended/rt-01.j2").write_text("hostname elle-yazilan\n")
    items = town("net", "render", "sw-01", "rt-01", "--json").document["items"]
    texts = {item["device"]: item["text"] for item in items}
    assert texts["rt-01"] == "hostname elle-yazilan\n"
    assert texts["sw-01"] == (
        "hostname sw-01\nsnmp-server location Merkez, Efeler Belediyesi\nenable secret 5 <secret>\n"
    )
    assert "elle-yazilan" in town("net", "render", "rt-01").stdout


def test_a_missing_or_broken_template_is_one_devices_failure(town: CommandLine) -> None:
    answer = town("net", "render", "--json")
    assert answer.code == 3
    assert [item["device"] for item in answer.document["items"]] == ["sw-01", "rt-01"]
    [failure] = answer.document["failed"]
    assert failure["target"] == "sw-02"
    assert "intended/huawei.j2" in failure["error"]
    (town.inventory / "templates/intended/huawei.j2").write_text(
        "sysname {{ device.name }}\n{{ device.nane }}\n"
    )
    answer = town("net", "render", "sw-02", "--json")
    assert answer.code == 10
    assert "huawei.j2:2" in answer.stderr


def test_a_template_cannot_reach_a_password(town: CommandLine) -> None:
    (town.inventory / "templates/intended/sw-01.j2").write_text(
        "{{ device.password }} {{ device.password.resolve() }}\n"
    )
    answer = town("net", "render", "sw-01", "--json", environ={"DEVICE_PASSWORD": "gizli-parola"})
    assert "gizli-parola" not in answer.stdout + answer.stderr
