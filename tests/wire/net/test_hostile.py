"""What devices say is hostile: nothing of it reaches a terminal, a path or a mail as it came."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.mail import MailServer
from lab.switches import RunningSwitch, Switch, SwitchFarm
from lab.switches.faults import HOSTILE
from tests.wire.net.conftest import Net, keys

RAW = ("\x1b", "\x07", "\x08", "\x9b", "\u202e", "<script>")
EVIL = "evil\x1b[2J\r\nBcc: dis@saldirgan.test\r\n../../../../tmp/izinsiz"


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm([Switch("sw-1")]) as farm:
        yield farm


@pytest.fixture
def switch(farm: SwitchFarm) -> RunningSwitch:
    farm["sw-1"].fault = None
    return farm["sw-1"]


@contextlib.contextmanager
def answering(said: bytes) -> Iterator[int]:
    """A server on a port of its own that says this and hangs up."""
    loop = asyncio.new_event_loop()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.close()


def harmless(text: str, *also: str) -> None:
    found = [sign for sign in (*RAW, *also) if sign in text]
    assert not found, (found, text)


def files(net: Net) -> set[str]:
    return {str(path.relative_to(net.state)) for path in net.state.rglob("*")}


def test_escapes_in_a_configuration_reach_neither_terminal_nor_mail_nor_git(
    net: Net, farm: SwitchFarm, switch: RunningSwitch, tmp_path: Path
) -> None:
    with MailServer() as mail:
        net.follow(
            farm,
            settings=f"mail: {{host: 127.0.0.1, port: {mail.port}, starttls: false, from: b@belediye.test}}\n"
            "reports: {changes: [ag@belediye.test]}\n",
        )
        net.snapshot()
        assert net("report", "changes", "--mail").code == 0
        before = len(mail.messages())
        switch.fault = "escapes"
        for words in (
            ("net", "diff"),
            ("net", "diff", "--format", "unified"),
            ("net", "diff", "--format", "html"),
            ("net", "snapshot"),
            ("net", "show", "sw-1"),
            ("net", "history"),
            ("net", "search", "owned"),
            ("report", "changes"),
        ):
            answer = net(*words)
            assert answer.code == 0, answer.stderr
            signs = RAW if words[-1] == "html" else RAW[:-1]
            assert not [sign for sign in signs if sign in answer.stdout + answer.stderr], words
        assert "\x1b" not in net.stored("sw-1")
        assert "\x9b" not in net.stored("sw-1")
        assert net("report", "changes", "--mail", "--html", str(tmp_path / "a.html")).code == 0
        harmless((tmp_path / "a.html").read_text())
        [message] = mail.messages()[before:]
        for part in message.walk():
            if part.get_content_maintype() == "text":
                shown = part.get_content()
                assert not [sign for sign in RAW[:-1] if sign in shown]
                assert part.get_content_subtype() != "html" or "<script>" not in shown


def test_escapes_in_a_refusal_are_shown_as_pictures(
    net: Net, farm: SwitchFarm, switch: RunningSwitch
) -> None:
    net.follow(farm)
    switch.fault = "invalid,escapes"
    document = net.snapshot()
    assert HOSTILE not in document["failed"][0]["error"]
    answer = net("net", "snapshot")
    assert not [sign for sign in RAW[:-1] if sign in answer.stdout + answer.stderr]


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-" + EVIL.encode() + b"\r\n",
        EVIL.encode() + b"\r\n" * 3,
        b"\x1b]0;owned\x07 HTTP/1.1 400 Bad\r\n\r\n",
        bytes(range(1, 10)) + bytes(range(127, 256)) + b"\r\n",
    ],
)
def test_a_server_that_is_none_is_an_outcome_and_its_words_are_harmless(net: Net, said: bytes) -> None:
    with answering(said) as port:
        net.describe(
            {"sw-1": f"host: 127.0.0.1, port: {port}, platform: cisco_ios, password: 'file:netops.key'"}
        )
        document = net.snapshot("--deadline", "15")
        [failure] = document["failed"]
        assert failure["code"] == 13
        harmless(failure["error"], "\r", "\n")
        answer = net("net", "trust", "--yes")
        assert answer.code == 13
        harmless(answer.stdout + answer.stderr, "\r")


@pytest.mark.parametrize(
    "name", ["../sw-1", "sw-1\\nsw-2", "sw 1", "\\e[31msw", "sw-1/../../x", "-rf", "Sw-1"]
)
def test_a_device_name_that_is_a_path_or_an_escape_is_a_wrong_inventory(
    net: Net, switch: RunningSwitch, name: str
) -> None:
    net.describe({})
    text = f'defaults: {{username: netops, site: merkez}}\ndevices:\n  "{name}": {{{keys(switch)}}}\n'
    (net.inventory / "devices.yaml").write_text(text)
    answer = net("net", "snapshot")
    assert answer.code == 10
    harmless(answer.stdout + answer.stderr)
    assert not [path for path in files(net) if "sw" in path]


@pytest.mark.parametrize("host", ["-oProxyCommand=x", "10.0.0.1\\n10.0.0.2", "10.0.0.1 x", "\\e[31m10.0.0.1"])
def test_an_address_that_is_an_option_or_two_lines_is_a_wrong_inventory(net: Net, host: str) -> None:
    net.describe({"sw-1": f'host: "{host}", platform: cisco_ios'})
    answer = net("net", "snapshot")
    assert answer.code == 10
    harmless(answer.stdout + answer.stderr)


def test_the_name_in_the_prompt_is_no_path_and_no_name_of_ours(net: Net) -> None:
    """A device may call itself what it likes; what it is called here decides where it is stored."""
    text = "version 15.2\nhostname {}\n!\ninterface Vlan1\n ip address 10.0.0.1 255.255.255.0\n!\nend\n"
    with SwitchFarm([Switch("sw-1", configuration=text.format("etc.passwd-" + "a" * 40))]) as farm:
        net.follow(farm)
        assert not net.snapshot()["failed"]
        assert net.git("ls-tree", "-r", "--name-only", "main").stdout == "devices/sw-1.cfg\n"


def test_an_author_that_is_a_mail_header_stays_one_word(
    net: Net, farm: SwitchFarm, switch: RunningSwitch
) -> None:
    net.follow(farm)
    net.snapshot()
    switch.configure(
        ["interface GigabitEthernet1/0/1", f"description yazar {os.getpid()}"],
        user="x>\x1b[31m<bcc@saldirgan.test>,../..;$(id)",
    )
    [item] = net.snapshot()["items"]
    assert item["status"] == "stored"
    author = net.git("log", "-1", "--format=%an <%ae>").stdout
    harmless(author, "$", ";", "/", ",")
    assert author.count("<") == 1
