"""The simulated switches behave as switches do, for the client bitools uses."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from netmiko import ConnectHandler
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoBaseException
from paramiko import AutoAddPolicy, SSHClient
from paramiko.ssh_exception import SSHException

from lab.switches import (
    ENABLE_PASSWORD,
    FAULTS,
    RunningSwitch,
    Switch,
    SwitchFarm,
    ios_configuration,
    platforms,
)
from lab.switches.platform import platform

ENTERED = {  # what an admin types, and the line of the configuration it makes
    "arista_eos": (["interface Ethernet3", "description Yeni hat"], "   description Yeni hat"),
    "aruba_aoscx": (["interface 1/1/4", "description Yeni hat"], "    description Yeni hat"),
    "cisco_ios": (["interface Gi1/0/4", "description Yeni hat"], " description Yeni hat"),
    "cisco_nxos": (["interface Ethernet1/3", "description Yeni hat"], "  description Yeni hat"),
    "frr": (["interface eth1", "description Yeni hat"], " description Yeni hat"),
    "hp_comware": (["interface GigabitEthernet1/0/2", "description Yeni hat"], " description Yeni hat"),
    "hp_procurve": (["interface 7", "name Yeni-hat"], '   name "Yeni-hat"'),
    "huawei": (["interface GigabitEthernet0/0/2", "description Yeni hat"], " description Yeni hat"),
    "juniper_junos": (
        ['set interfaces ge-0/0/2 description "Yeni hat"', "commit"],
        '        description "Yeni hat";',
    ),
    "mikrotik_routeros": (
        ["/interface ethernet set ether5 comment=Yeni"],
        "set [ find default-name=ether5 ] disabled=yes comment=Yeni",
    ),
}

EDITABLE = [name for name in platforms() if platform(name).dialect not in ("verbatim", "fortios")]


@pytest.fixture(scope="module")
def farm() -> Iterator[SwitchFarm]:
    """One switch a platform, named after it."""
    with SwitchFarm([Switch(name, name) for name in platforms()]) as running:
        yield running


@pytest.fixture
def ios() -> Iterator[RunningSwitch]:
    """A switch of one's own, to be broken."""
    with SwitchFarm([Switch("sw-1", configuration=ios_configuration(120, "sw-1"))]) as running:
        yield running["sw-1"]


def connect(switch: RunningSwitch, user: str = "netops", **options: Any) -> Any:
    """Log in with netmiko, as it comes."""
    return ConnectHandler(
        device_type={"frr": "cisco_ios"}.get(switch.switch.platform, switch.switch.platform),
        host=switch.host,
        port=switch.port,
        username=user,
        password=options.pop("password", switch.account(user).password),
        secret=ENABLE_PASSWORD,
        **options,
    )


def fetched(connection: Any, switch: RunningSwitch, **options: Any) -> str:
    """What the running configuration looks like through netmiko."""
    kind = platform(switch.switch.platform)
    if kind.enable and not connection.check_enable_mode():
        connection.enable()
    return str(connection.send_command(kind.running[0], **options)).strip()


def bare(text: str) -> list[str]:
    """Lines without the clock some platforms print at every fetch."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return [line for line in lines if not line.startswith(("!Time:", "# 20"))]


@pytest.mark.parametrize("name", EDITABLE)  # netmiko's FortiOS driver changes the console's settings first
def test_netmiko_gets_the_whole_configuration(farm: SwitchFarm, name: str) -> None:
    connection = connect(farm[name])
    text = fetched(connection, farm[name])
    connection.disconnect()
    assert bare(text) == bare(farm[name].running)


@pytest.mark.parametrize("name", EDITABLE)
def test_what_an_admin_types_is_what_show_prints(farm: SwitchFarm, name: str) -> None:
    lines, made = ENTERED[name]
    switch = farm[name]
    assert made not in switch.running.splitlines()
    connection = connect(switch, "mehmet")
    if platform(name).configure:
        connection.send_config_set(lines)
    else:
        for line in lines:
            connection.send_command(line)
    connection.disconnect()
    assert made in switch.running.splitlines()


def test_every_platform_is_covered() -> None:
    assert sorted(ENTERED) == EDITABLE


def test_ios_names_who_changed_it(ios: RunningSwitch) -> None:
    assert "! No configuration change since last restart" in ios.running
    connection = connect(ios, "mehmet")
    connection.send_config_set(["interface GigabitEthernet1/0/2", "description Yeni hat"])
    connection.disconnect()
    [header] = [
        line for line in ios.running.splitlines() if line.startswith("! Last configuration change at ")
    ]
    assert header.endswith(" by mehmet")


def test_saving_makes_running_the_startup_configuration(ios: RunningSwitch) -> None:
    ios.configure(["ntp server 192.0.2.9"])
    assert "ntp server 192.0.2.9" not in ios.startup
    connection = connect(ios, "mehmet")
    connection.save_config()
    connection.disconnect()
    assert "ntp server 192.0.2.9" in ios.startup


def test_a_failed_save_saves_nothing(ios: RunningSwitch) -> None:
    ios.configure(["ntp server 192.0.2.9"])
    ios.fault = "save_fails"
    connection = connect(ios, "mehmet")
    assert "No space left" in connection.save_config()
    connection.disconnect()
    assert "ntp server 192.0.2.9" not in ios.startup


def test_an_unknown_command_is_refused_in_the_words_of_the_platform(ios: RunningSwitch) -> None:
    connection = connect(ios, "mehmet")
    assert "% Invalid input" in connection.send_config_set(["bogus line"])
    connection.disconnect()


def test_access_list_lines_go_where_their_number_says() -> None:
    with SwitchFarm([Switch("rt-merkez-01")]) as farm:
        router = farm["rt-merkez-01"]
        router.configure(["ip access-list extended WAN-GIRIS", "55 permit udp any any eq 500", "no 40"])
        lines = router.running.splitlines()
    place = lines.index(" 55 permit udp any any eq 500")
    assert lines[place - 1].startswith(" 50 ")
    assert lines[place + 1].startswith(" 60 ")
    assert not any(line.startswith(" 40 ") for line in lines)


def test_a_wrong_password_is_rejected_and_counted(ios: RunningSwitch) -> None:
    for _ in range(3):
        with pytest.raises(NetmikoAuthenticationException):
            connect(ios, password="yanlis")
    assert (ios.rejected_logins, ios.logins) == (3, 0)


def test_without_enable_the_configuration_is_not_shown(ios: RunningSwitch) -> None:
    connection = connect(ios)
    assert "% Invalid input" in connection.send_command("show running-config")
    connection.disconnect()


@pytest.mark.parametrize("name", ["cisco_ios", "arista_eos", "mikrotik_routeros"])
def test_a_privileged_account_may_use_the_exec_channel(farm: SwitchFarm, name: str) -> None:
    assert bare(executed(farm[name], platform(name).running[0])) == bare(farm[name].running)


def executed(switch: RunningSwitch, command: str) -> str:
    """The output of one command over an exec channel."""
    with SSHClient() as client:
        client.set_missing_host_key_policy(AutoAddPolicy())
        mehmet = switch.account("mehmet")
        client.connect(
            switch.host, switch.port, mehmet.name, mehmet.password, look_for_keys=False, allow_agent=False
        )
        return client.exec_command(command)[1].read().decode()


# -- faults


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("invalid", "% Invalid input detected"),
        ("authz", "Command authorization failed"),
        ("syslog", "%LINK-3-UPDOWN"),
        ("promptdesc", "description uplink to sw-1#"),
    ],
)
def test_a_fault_puts_something_into_the_output(ios: RunningSwitch, fault: str, said: str) -> None:
    ios.fault = fault
    connection = connect(ios, "mehmet")
    assert said in fetched(connection, ios, expect_string=r"\nsw-1#\s*$")
    connection.disconnect()


def test_a_greeting_with_a_prompt_comes_in_two_pieces(ios: RunningSwitch) -> None:
    ios.fault = "motd"
    with SSHClient() as client:
        client.set_missing_host_key_policy(AutoAddPolicy())
        client.connect(
            ios.host, ios.port, "netops", ios.account().password, look_for_keys=False, allow_agent=False
        )
        channel = client.invoke_shell()
        first = b""
        while not first.endswith(b">"):
            first += channel.recv(4096)
        assert first.endswith(b"yetkisiz-giris>")


def test_escapes_are_in_what_is_shown_and_in_what_is_refused(ios: RunningSwitch) -> None:
    for fault in ("escapes", "escapes,invalid"):
        ios.fault = fault
        connection = connect(ios, "mehmet", session_log=(log := io.BytesIO()))
        connection.send_command("show running-config", expect_string=r"\nsw-1#\s*$")
        connection.disconnect()
        assert b"\x1b]0;owned\x07" in log.getvalue()


def test_telnet_asks_for_a_name_and_a_password() -> None:
    with SwitchFarm([Switch("sw-1", telnet=True)]) as farm:
        switch = farm["sw-1"]
        connection = ConnectHandler(
            device_type="cisco_ios_telnet",
            host=switch.host,
            port=switch.port,
            username="mehmet",
            password=switch.account("mehmet").password,
        )
        assert "hostname sw-1" in connection.send_command("show running-config")
        connection.disconnect()
        assert (switch.logins, switch.rejected_logins) == (1, 0)


def test_what_is_salted_differs_at_every_show() -> None:
    with SwitchFarm([Switch("fw-1", "fortinet")]) as farm:
        first, second = farm["fw-1"].running, farm["fw-1"].running
    assert first != second
    assert [line for line in first.splitlines() if " ENC " not in line] == [
        line for line in second.splitlines() if " ENC " not in line
    ]


def test_truncate_gives_the_first_half_and_then_the_prompt(ios: RunningSwitch) -> None:
    ios.fault = "truncate"
    connection = connect(ios, "mehmet")
    text = fetched(connection, ios)
    connection.disconnect()
    assert ios.running.startswith(text[:500])
    assert 0.4 < len(text) / len(ios.running) < 0.6


def test_empty_gives_nothing(ios: RunningSwitch) -> None:
    ios.fault = "empty"
    connection = connect(ios, "mehmet")
    assert fetched(connection, ios) == ""
    connection.disconnect()


def test_a_prompt_in_the_banner_is_a_line_of_its_own(ios: RunningSwitch) -> None:
    ios.fault = "promptbanner"
    assert "\nsw-1#\r\n" in executed(ios, "show running-config")


def test_trickled_output_is_still_whole(ios: RunningSwitch) -> None:
    ios.fault = "trickle:0.01"
    connection = connect(ios, "mehmet")
    assert bare(fetched(connection, ios, expect_string=r"\nsw-1#\s*$")) == bare(ios.running)
    connection.disconnect()


@pytest.mark.parametrize("fault", ["stall", "more"])
def test_output_that_never_ends(ios: RunningSwitch, fault: str) -> None:
    ios.fault = fault
    connection = connect(ios, "mehmet")
    with pytest.raises(NetmikoBaseException):
        fetched(connection, ios, read_timeout=1.5)
    connection.remote_conn.close()


def test_a_pager_goes_on_at_a_key_and_erases_itself(ios: RunningSwitch) -> None:
    ios.fault = "more"
    connection = connect(ios, "mehmet")
    connection.write_channel("show running-config\n")
    text = connection.read_until_pattern("--More--")
    for _ in range(20):
        connection.write_channel(" ")
        text += connection.read_until_pattern("--More--|sw-1#")
        if text.endswith("sw-1#"):
            break
    connection.disconnect()
    assert "\b" * 10 in text
    assert "\nend" in text


def test_drop_breaks_the_connection_in_the_middle(ios: RunningSwitch) -> None:
    ios.fault = "drop"
    with SSHClient() as client:
        client.set_missing_host_key_policy(AutoAddPolicy())
        mehmet = ios.account("mehmet")
        client.connect(
            ios.host, ios.port, mehmet.name, mehmet.password, look_for_keys=False, allow_agent=False
        )
        output = client.exec_command("show running-config")[1]
        half = output.read()
        assert output.channel.recv_exit_status() == -1
    assert 0 < len(half) < len(ios.running)


@pytest.mark.parametrize(
    ("fault", "size"), [("blanks", 120_000), ("flood:1", 1_000_000), ("long_line:1", 1_000_000)]
)
def test_an_answer_is_larger_than_any_configuration(ios: RunningSwitch, fault: str, size: int) -> None:
    ios.fault = fault
    with SSHClient() as client:
        client.set_missing_host_key_policy(AutoAddPolicy())
        mehmet = ios.account("mehmet")
        client.connect(
            ios.host, ios.port, mehmet.name, mehmet.password, look_for_keys=False, allow_agent=False
        )
        _stdin, stdout, _stderr = client.exec_command(
            "show running-config"
        )  # stdin is open as long as it is held
        answer = stdout.read()
    assert len(answer) > size
    assert (max(map(len, answer.splitlines())) > size) == (fault != "flood:1")


def test_silent_accepts_and_says_nothing(ios: RunningSwitch) -> None:
    ios.fault = "silent"
    with socket.create_connection((ios.host, ios.port), 2) as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(100)


def test_down_refuses_and_comes_back_on_the_same_port(ios: RunningSwitch) -> None:
    port = ios.port
    ios.fault = "down"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((ios.host, port), 2)
    ios.fault = ""
    socket.create_connection((ios.host, port), 2).close()


def test_refuse_password_refuses_the_right_one(ios: RunningSwitch) -> None:
    ios.fault = "refuse_password"
    with pytest.raises(NetmikoAuthenticationException):
        connect(ios)
    assert ios.rejected_logins == 1


def test_a_swapped_switch_shows_another_host_key(ios: RunningSwitch) -> None:
    before = ios.host_key
    assert shown_key(ios) == before
    ios.fault = "host_key"
    assert shown_key(ios) == ios.host_key != before


def shown_key(switch: RunningSwitch) -> str:
    """The host key a client sees."""
    with SSHClient() as client:
        client.set_missing_host_key_policy(AutoAddPolicy())
        mehmet = switch.account("mehmet")
        client.connect(
            switch.host, switch.port, mehmet.name, mehmet.password, look_for_keys=False, allow_agent=False
        )
        transport = client.get_transport()
        assert transport
        key = transport.get_remote_server_key()
    return f"{key.get_name()} {key.get_base64()}"


def test_slow_answers_late(ios: RunningSwitch) -> None:
    ios.fault = "slow:3"
    connection = connect(ios, "mehmet", fast_cli=False)
    with pytest.raises(NetmikoBaseException):
        connection.send_command("show privilege", read_timeout=0.1)
    connection.disconnect()


def test_nonutf8_is_no_utf8(ios: RunningSwitch) -> None:
    ios.fault = "nonutf8"
    with SSHClient() as client:
        client.set_missing_host_key_policy(AutoAddPolicy())
        mehmet = ios.account("mehmet")
        client.connect(
            ios.host, ios.port, mehmet.name, mehmet.password, look_for_keys=False, allow_agent=False
        )
        text = client.exec_command("show running-config")[1].read()
    assert "Fen İşleri".encode("iso8859-9") in text
    with pytest.raises(UnicodeDecodeError):
        text.decode()


def test_early_echo_comes_before_the_output_of_the_command_before(ios: RunningSwitch) -> None:
    assert typed_ahead(ios) == ["show privilege", "show clock"]
    ios.fault = "early_echo,slow:0.2"
    assert typed_ahead(ios) == ["show clock", "show privilege"]


def typed_ahead(switch: RunningSwitch) -> list[str]:
    """Type two commands at once; give them in the order of what comes back before and after an answer."""
    connection = connect(switch, "mehmet", auto_connect=True)
    connection.write_channel("show privilege\nshow clock\n")
    text = connection.read_until_pattern("Invalid input[^#]*#")
    connection.disconnect()
    _, _, after = text.partition("Current privilege level")
    return ["show privilege", "show clock"] if "show clock" in after else ["show clock", "show privilege"]


def test_an_unknown_fault_is_refused_and_the_known_ones_are_named(ios: RunningSwitch) -> None:
    with pytest.raises(ValueError, match="truncate"):
        ios.fault = "truncated"


def test_old_switches_need_old_algorithms() -> None:
    with SwitchFarm([Switch("sw-eski", configuration=ios_configuration(60), legacy_ssh=True)]) as farm:
        switch = farm["sw-eski"]
        assert switch.host_key.startswith("ssh-rsa ")
        modern_only = {"kex": ["diffie-hellman-group14-sha1"]}
        with SSHClient() as client:
            client.set_missing_host_key_policy(AutoAddPolicy())
            with pytest.raises(SSHException, match="no acceptable kex"):
                client.connect(switch.host, switch.port, "netops", "x", disabled_algorithms=modern_only)


def test_two_farms_never_collide() -> None:
    switches = [Switch("sw-1")]
    with SwitchFarm(switches, prefix="127.99.1") as one, SwitchFarm(switches, prefix="127.99.1") as other:
        assert one["sw-1"].host == other["sw-1"].host
        assert one["sw-1"].port != other["sw-1"].port


def test_the_generator_makes_exactly_so_many_lines() -> None:
    assert len(ios_configuration(500, "sw-7").splitlines()) == 500
    assert ios_configuration(500, "sw-7") == ios_configuration(500, "sw-7")


def test_every_fault_is_tested() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [fault for fault in FAULTS if f'"{fault}' not in text and f"{fault}:" not in text] == []
