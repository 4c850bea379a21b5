"""Several servers: one serves a whole run; the next is taken if it fails; what was begun is never doubled."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitools.user.decisions.person import Request
from bitools.user.verbs import add
from lab.certificates import Authority
from lab.directory import DomainController
from lab.directory_faults import Fault, FaultyController
from tests.wire.user.conftest import Office, describe, limits
from tests.wire.user.kills import killed
from tests.wire.user.test_accounts import password_of


@pytest.fixture(scope="module")
def replica(
    controller: DomainController, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DomainController]:
    """A second server of the domain, which lags for ever."""
    number = os.getpid()
    address = f"127.{210 + number // 65536 % 40}.{number // 256 % 256}.{1 + number % 254}"
    with controller.clone(tmp_path_factory.mktemp("replica") / "dc", address) as running:
        yield running


def served_by(office: Office, *servers: str) -> None:
    describe(office.command_line.inventory, office.controller, ", ".join(f"'{one}'" for one in servers))
    limits(office.command_line.inventory, timeout=5)  # it holds for the busy one as for the frozen one


def adding(office: Office, surname: str) -> list[str]:
    return ["user", "add", "--given", "Yedek", "--surname", surname, "--role", "memur", "--yes", "--json"]


def dead_server() -> str:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"127.0.0.1:{closed.getsockname()[1]}"


def test_the_second_server_is_used_as_long_as_the_first_is_frozen(
    office: Office, replica: DomainController
) -> None:
    served_by(office, replica.address, office.controller.address)
    replica.freeze()
    try:
        answer = office.bitools(*adding(office, "Donmuş"))
    finally:
        replica.thaw()
    assert answer.code == 0, answer.stderr
    assert [warning for warning in answer.document["warnings"] if replica.address in warning]
    [item] = answer.document["items"]
    assert office.logon(item["sam_account_name"], password_of(item["slip"])) == "773"
    usn = office.usn("yedek.donmus")
    assert office.bitools("user", "show", "yedek.donmus").code == 10, "the first server is tried first again"
    assert office.usn("yedek.donmus") == usn


def test_the_second_server_is_used_if_the_first_is_dead(office: Office, replica: DomainController) -> None:
    served_by(office, replica.address, office.controller.address)
    replica.crash()
    try:
        answer = office.bitools(*adding(office, "Ölü"))
        assert answer.code == 0, answer.stderr
        assert replica.address in answer.document["warnings"][0]
    finally:
        replica.up()


def test_what_has_not_arrived_on_the_next_server_is_not_made_there_again(
    office: Office, replica: DomainController
) -> None:
    served_by(office, office.controller.address, replica.address)
    assert killed(lambda: add.add(office.run(), Request("Yedek", "Geciken", "memur")), 4)
    office.controller.freeze()
    try:
        answer = office.bitools(*adding(office, "Geciken"))
        assert (answer.code, answer.error["reason"]) == (13, "replication"), answer.stderr
        assert office.controller.address in answer.error["hint"]
        assert office.bitools("user", "show", "yedek.geciken").code == 10, "nothing was made on the second"
    finally:
        office.controller.thaw()
    whole = office.bitools(*adding(office, "Geciken"))
    assert (whole.code, whole.document["items"][0]["status"]) == (0, "completed"), whole.stderr
    assert whole.document["warnings"] == []
    [entry] = office.read("(sAMAccountName=yedek.geciken*)")
    assert entry["userAccountControl"] == [b"512"]


def test_what_arrives_on_the_next_server_while_we_wait_is_completed_there(office: Office) -> None:
    served_by(office, office.controller.address)
    assert killed(lambda: add.add(office.run(), Request("Yedek", "Yetişen", "memur")), 4)
    controller = office.controller
    files: tuple[Path, Path] = Authority(controller._tls).issue(
        "good", "dc1.belediye.test", controller.address
    )
    with FaultyController(controller.address, files, controller.address) as second:
        served_by(office, dead_server(), second.name)
        second.spoil(Fault("search", 2, "claim", 32))  # the GUID is not there yet
        answer = office.bitools(*adding(office, "Yetişen"))
        assert second.fault is None
        assert second.connections == 1
    assert (answer.code, answer.document["items"][0]["status"]) == (0, "completed"), answer.stderr
    [entry] = office.read("(sAMAccountName=yedek.yetisen*)")
    assert (entry["userAccountControl"], "info" in entry) == ([b"512"], False)
