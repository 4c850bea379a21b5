"""Why a session stands still is read from the device's last words; a wrong platform is named."""

from __future__ import annotations

import pytest

from bitools import platforms
from bitools.net.decisions import identity
from bitools.net.decisions.diagnosis import could_be, last_words, stalled
from bitools.net.decisions.grammar import grammar

EVERY = [platforms.load(name) for name in platforms.names()]
MISHAPS = {
    "Your password has expired.\nEnter new password: ": "password_expired",
    "% You must change your password before continuing\nOld password: ": "password_expired",
    "The password needs to be changed. Change now? [Y/N]:": "password_expired",
    "Welcome\nVerification code: ": "second_factor",
    "Duo two-factor login for netops\n\nEnter a passcode: ": "second_factor",
    "Main menu\n 1. Show configuration\n 2. Reboot\n 3. Exit\nEnter selection: ": "menu",
    "(1) Console\n(2) Shell\n(3) Logout\n\nChoose: ": "menu",
    "interface 1\n --More-- ": "pager",
    "vlan 10\n<--- More --->": "pager",
    "vlan 10\nPress SPACE to continue, Q to quit": "pager",
    "vlan 10\nlines 1-23 ": "pager",
    "Do you accept the terms? (yes/no) ": "question",
    "Reload without saving? [y/n]: ": "question",
    "Authorized users only\nUsername: ": "login",
    "sw-1#\n*Nov 22 12:00:01.123: %SYS-5-CONFIG_I: Configured from console by ayse on vty0 (10.0.0.9)": "console",
    "(current) UNIX password: ": "password_expired",
    "Please configure the login password (6-16)\nEnter Password:": "password_expired",
    "Please configure the 'admin' user account password.\nEnter new password for user account: ": "password_expired",
    "Ihr Kennwort ist abgelaufen.\nNeues Kennwort: ": "password_expired",
    "Parola süreniz doldu.\nYeni parola: ": "password_expired",
    "Change your password\n\nnew password> ": "password_expired",
    "FortiToken-Code: ": "second_factor",
    "Wait for the tokencode to change, then enter the new tokencode: ": "second_factor",
    "Doğrulama kodu: ": "second_factor",
    "Would you like to terminate autoinstall? [yes]: ": "question",
    "Abort Power On Auto Provisioning [yes - continue with normal setup, skip - bypass] (yes/skip/no)[no]: ": "question",
    "Select access level (read, write, administer): ": "question",
    "Kullanım şartlarını kabul ediyor musunuz? (E/H): ": "question",
    "interface 1\nstandard input (END) ": "pager",
    "interface 1\n---(more 23%)---": "pager",
    "interface 1\n -- Devam --": "pager",
    "% Authorization failed.\n": "not_authorised",
    "%AAA: No usable server\n% Authentication failed\n": "not_authorised",
    "Yetkiniz yok.\n": "not_authorised",
    "Error: The number of online users has reached the maximum.\n": "busy",
    "Maximum number of logins reached\n": "busy",
    "root@:~ # ": "prompt",
    "rommon 1 > ": "boot_loader",
    "sw-2# ": "prompt",
    "abc/def}=>": "prompt",
    "Building configuration...\n": "timeout",
}


@pytest.mark.parametrize("said", MISHAPS)
def test_what_stands_in_the_way(said: str) -> None:
    cause = stalled(said, platforms.load("cisco_ios"), "sw-1", EVERY, 30)
    assert cause.reason == MISHAPS[said]
    assert cause.message
    assert cause.hint


PROMPTS = {
    "cisco_ios": "\nsw-1#",
    "arista_eos": "\nsw-1#",
    "cisco_nxos": "\nsw-1# ",
    "hp_procurve": "\nsw-1# ",
    "aruba_aoscx": "\nsw-1# ",
    "huawei": "\n<sw-1>",
    "hp_comware": "\n<sw-1>",
    "juniper_junos": "\nnetops@sw-1> ",
    "mikrotik_routeros": "\n[netops@sw-1] > ",
    "fortinet": "\nsw-1 # ",
}
KIN = [
    {"cisco_ios", "arista_eos", "cisco_nxos", "hp_procurve", "aruba_aoscx", "fortinet"},
    {"huawei", "hp_comware"},
]


@pytest.mark.parametrize("declared", PROMPTS)
@pytest.mark.parametrize("real", PROMPTS)
def test_another_platforms_prompt_is_known_for_what_it_is(declared: str, real: str) -> None:
    platform = platforms.load(declared)
    if platform.prompt_at_end(PROMPTS[real]):
        return  # it is taken for its own: then the answer to its commands tells
    cause = stalled(f"Authorized only{PROMPTS[real]}", platform, "", EVERY, 30)
    assert cause.reason == "platform"
    kin = next((some for some in KIN if real in some), {real})
    assert any(name in cause.message for name in kin), cause.message


CONFIGURATIONS = {
    "hp_procurve": 'Running configuration:\n\n; J9772A Configuration Editor; Created on release #YA.16.11\nhostname "sw"\n',
    "aruba_aoscx": "Current configuration:\n!\n!Version ArubaOS-CX FL.10.10\nhostname sw\ninterface 1/1/1\n",
    "arista_eos": "! Command: show running-config\n! device: sw (DCS-7050, EOS-4.29)\n!\nhostname sw\nend\n",
    "cisco_nxos": "!Command: show running-config\nversion 9.3(5)\nhostname sw\ninterface mgmt0\n",
}


@pytest.mark.parametrize("real", CONFIGURATIONS)
def test_a_configuration_of_another_platform_is_known_by_its_beginning(real: str) -> None:
    assert real in could_be(CONFIGURATIONS[real], platforms.load("huawei"), EVERY)


def test_the_last_words_are_one_harmless_line() -> None:
    assert last_words("a\n\nb\x1b[2J\nc \nd\n") == "b·[2J ⏎ c ⏎ d" or "\x1b" not in last_words("b\x1b[2J\n")


@pytest.mark.parametrize(
    ("platform", "was", "now", "differs"),
    [
        ("cisco_ios", "hostname a\n", "hostname b\n", ("a", "b")),
        (
            "cisco_ios",
            "hostname a\nlicense udi pid C9300 sn F1\n",
            "hostname a\nlicense udi pid C9300 sn F2\n",
            ("F1", "F2"),
        ),
        (
            "cisco_ios",
            "hostname a\nlicense udi pid C9300 sn F1\n",
            "hostname b\nlicense udi pid C9300 sn F1\n",
            ("a", "b"),
        ),
        ("huawei", "sysname a\n", "sysname b\n", ("a", "b")),
        ("juniper_junos", "system {\n host-name a;\n}\n", "system {\n host-name b;\n}\n", ("a", "b")),
        (
            "fortinet",
            'config system global\n set hostname "a"\nend\n',
            'config system global\n set hostname "b"\nend\n',
            ("a", "b"),
        ),
        ("cisco_ios", "interface Gi1\n", "hostname b\n", None),
        ("cisco_ios", "hostname a\nlicense udi pid C9300 sn F1\n", "hostname a\n", None),
    ],
)
def test_another_device_shows_by_its_serial_number_or_its_name(platform, was, now, differs) -> None:
    assert identity.differs(was, now, grammar(platforms.load(platform))) == differs
