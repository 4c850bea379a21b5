"""Three real routers (FRR) that peer BGP: who changed what, as far as the router itself logs it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import paramiko
import pytest

from lab import packages
from lab.mail import MailServer
from lab.router import Backbone, Router
from tests.cli import netlab
from tests.wire.net.conftest import Net

pytestmark = [pytest.mark.root, pytest.mark.xdist_group("backbone")]
ACCOUNTS = {"netops": "lab-netops-2026", "ayse": "lab-ayse-2026"}


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backbone]:
    packages.require_for_test(*packages.ROUTER)
    network = f"10.{232 + os.getpid() // 250 % 8}.{os.getpid() % 250}"
    with Backbone(tmp_path_factory.mktemp("backbone"), network, ACCOUNTS) as backbone:
        yield backbone


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def describe(net: Net, backbone: Backbone, mail: MailServer) -> None:
    settings = (
        f"mail: {{host: 127.0.0.1, port: {mail.port}, starttls: false, from: bitools@belediye.test}}\n"
        "reports: {changes: [ag@belediye.test]}\ntimezone: Europe/Istanbul\nlanguage: en\n"
    )
    net.describe(
        {
            name: f"host: {router.address}, platform: frr, role: wan, password: 'file:netops.key', "
            f"host_key: '{router.host_key}'"
            for name, router in backbone.routers.items()
        },
        settings,
    )


def configure(router: Router, user: str, *lines: str) -> None:
    """A user changes something from their own shell: `ssh ROUTER`, the lines on one vtysh command."""
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect(
            router.address, router.port, user, ACCOUNTS[user], look_for_keys=False, allow_agent=False
        )
        _stdin, stdout, _stderr = client.exec_command("\n".join(["configure terminal", *lines]))
        assert stdout.channel.recv_exit_status() == 0


def by_hand(router: Router, user: str, *lines: str) -> None:
    """The same at vtysh's own prompt, which vtysh does not log."""
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect(
            router.address, router.port, user, ACCOUNTS[user], look_for_keys=False, allow_agent=False
        )
        channel = client.invoke_shell()
        for line in ["configure terminal", *lines, "end", "exit"]:
            channel.sendall(line.encode() + b"\n")
        while channel.recv(4096):
            pass


def test_all_peer_and_are_stored_once(net: Net, backbone: Backbone, mail: MailServer) -> None:
    for name in backbone.routers:
        assert {*backbone.peers(name).values()} == {"Established"}
    describe(net, backbone, mail)
    assert [item["status"] for item in net.snapshot()["items"]] == ["stored"] * 3
    assert [item["status"] for item in net.snapshot()["items"]] == ["unchanged"] * 3
    for way in ("exec", "netmiko"):
        text = (net.inventory / "devices.yaml").read_text()
        (net.inventory / "devices.yaml").write_text(text.replace("role: wan", f"role: wan, transport: {way}"))
        assert [item["status"] for item in net.snapshot()["items"]] == ["unchanged"] * 3
        (net.inventory / "devices.yaml").write_text(text)


def test_a_named_users_change_has_a_diff_a_severity_an_author_and_a_mail(
    net: Net, backbone: Backbone, mail: MailServer
) -> None:
    describe(net, backbone, mail)
    net.snapshot()
    assert net("report", "changes", "--mail").code == 0
    before = len(mail.messages())
    router = backbone.routers["rt-garaj"]
    netlab.next_second()
    peer = next(iter(backbone.peers("rt-garaj")))
    configure(router, "ayse", "router bgp 65002", f"neighbor {peer} password gizli-bgp-2026", "end")
    [item] = [one for one in net.snapshot()["items"] if one["status"] == "stored"]
    assert (item["device"], item["author"], item["role"]) == ("rt-garaj", "ayse", "wan")
    [change] = item["changes"]
    assert change["path"] == ["router bgp 65002"]
    assert change["severity"] in ("warning", "critical")
    assert "gizli-bgp-2026" not in str(item)
    assert net.git("log", "-1", "--format=%an").stdout.strip() == "ayse"
    answer = net("report", "changes", "--mail")
    assert answer.code == 0, answer.stderr
    [message] = mail.messages()[before:]
    body = message.get_body(("plain",)).get_content()
    assert "rt-garaj" in body
    assert "ayse" in body
    assert "neighbor" in body
    assert "gizli-bgp-2026" not in message.as_string()


def test_what_the_router_does_not_log_has_no_author(net: Net, backbone: Backbone, mail: MailServer) -> None:
    describe(net, backbone, mail)
    net.snapshot()
    by_hand(backbone.routers["rt-fen"], "ayse", "interface eth2", f"description elle {os.getpid()}")
    [item] = [one for one in net.snapshot()["items"] if one["status"] == "stored"]
    assert (item["device"], item["author"]) == ("rt-fen", None)
    assert net.git("log", "-1", "--format=%an").stdout.strip() == "unknown"
    router = backbone.routers["rt-merkez"]
    router.run("mv", "/run/vtysh.log", "/run/vtysh.away")
    try:
        configure(router, "ayse", "interface eth2", f"description kayitsiz {os.getpid()}", "end")
        [item] = [one for one in net.snapshot()["items"] if one["status"] == "stored"]
        assert (item["device"], item["author"]) == ("rt-merkez", None)
    finally:
        router.run("mv", "/run/vtysh.away", "/run/vtysh.log")  # what writes it has it open


def test_the_running_configuration_against_the_saved_one(
    net: Net, backbone: Backbone, mail: MailServer
) -> None:
    """vtysh shows no startup configuration when all daemons share one file: said so, never taken for empty."""
    describe(net, backbone, mail)
    answer = net("net", "diff", "rt-merkez", "--against", "startup", "--json")
    assert (answer.code, answer.document["failed"], answer.document["items"]) == (0, [], [])
    assert any("not applicable" in warning for warning in answer.document["warnings"])


def test_a_device_without_an_intended_template_is_no_failure(
    net: Net, backbone: Backbone, mail: MailServer
) -> None:
    describe(net, backbone, mail)
    answer = net("net", "diff", "rt-merkez", "--against", "intended", "--json")
    assert (answer.code, answer.document["failed"]) == (0, [])
    assert any("rt-merkez: not applicable" in warning for warning in answer.document["warnings"])


def authors(net: Net) -> dict[str, tuple[str | None, list[str]]]:
    """Who changed what was stored now."""
    items = net.snapshot()["items"]
    return {
        item["device"]: (item["author"], item.get("authors", []))
        for item in items
        if item["status"] == "stored"
    }


def test_puzzles_of_who_it_was_on_real_routers(net: Net, backbone: Backbone, mail: MailServer) -> None:
    """One, two, nobody whom the router logs, one and somebody unlogged after: no wrong name."""
    describe(net, backbone, mail)
    net.snapshot()
    one, two, three = (backbone.routers[name] for name in ("rt-merkez", "rt-garaj", "rt-fen"))
    number = os.getpid()
    netlab.next_second()  # the logs were not read: a line of that second is nobody's
    configure(one, "ayse", "interface eth2", f"description bir {number}", "end")
    configure(two, "ayse", "interface eth2", f"description iki {number}", "end")
    configure(two, "netops", "interface eth2", f"description uc {number}", "end")
    by_hand(three, "ayse", "interface eth2", f"description dort {number}")
    assert authors(net) == {
        "rt-merkez": ("ayse", []),
        "rt-garaj": ("several", ["ayse", "netops"]),
        "rt-fen": (None, []),
    }
    configure(two, "netops", "interface eth2", f"description bes {number}", "end")
    assert authors(net) == {"rt-garaj": ("netops", [])}  # ayse's was before the last snapshot
    assert authors(net) == {}
