"""What is stored of what a device printed."""

from __future__ import annotations

from bitools import platforms
from bitools.net.decisions.configuration import canonical, without
from bitools.net.decisions.page import Page

KEY = b"a key for tests"
IOS = platforms.load("cisco_ios")


def stored(raw: str, platform: str = "cisco_ios", key: bytes = KEY) -> str:
    return canonical(Page.of(raw, platforms.load(platform)), key).text


def test_what_changes_by_itself_is_left_out() -> None:
    raw = "Building configuration...\n\nCurrent configuration : 99 bytes\n!\n! Last configuration change at 12:00 TRT by mehmet\n!\nversion 15.2\nend\n"
    assert stored(raw) == "version 15.2\nend\n"


def test_who_changed_it_is_known_but_not_stored() -> None:
    raw = "! Last configuration change at 11:54:34 UTC Thu Aug 29 2024 by mehmet\nversion 15.2\nend\n"
    configuration = canonical(Page.of(raw, IOS), KEY)
    assert (configuration.author, configuration.changed_at) == ("mehmet", "11:54:34 UTC Thu Aug 29 2024")
    assert "mehmet" not in configuration.text


def test_a_hostile_author_cannot_reach_the_history_format() -> None:
    raw = "! Last configuration change at noon by <x>\\n\x1bevil\nend\n"
    assert canonical(Page.of(raw, IOS), KEY).author == "xnevil"


SECRETS = {
    "cisco_ios": [
        "enable secret 5 $1$GIZLI",
        "username mehmet privilege 15 secret 9 $9$GIZLI",
        "username mehmet password 7 GIZLI",
        "snmp-server community GIZLI RO 10",
        "snmp-server host 10.0.0.1 version 2c GIZLI",
        "snmp-server user u g v3 auth sha GIZLI priv aes 128 GIZLI",
        "tacacs-server key 7 GIZLI",
        " server-private 10.0.0.1 key 7 GIZLI",
        " key-string 7 GIZLI",
        "crypto isakmp key GIZLI address 10.0.0.1",
        " neighbor 10.0.0.1 password 7 GIZLI",
        "ntp authentication-key 1 md5 GIZLI 7",
        " ip ospf message-digest-key 1 md5 7 GIZLI",
        " standby 1 authentication GIZLI",
        "archive path ftp://user:GIZLI@10.0.0.1/cfg",
    ],
    "cisco_nxos": ["snmp-server user admin network-admin auth md5 GIZLI priv aes-128 GIZLI localizedV2key"],
    "arista_eos": ["username a secret sha512 $6$GIZLI", "enable password sha512 GIZLI"],
    "hp_procurve": ['snmp-server community "GIZLI" operator', 'password manager user-name "m" sha1 "GIZLI"'],
    "aruba_aoscx": [
        "user admin group administrators password ciphertext GIZLI",
        "snmp-server community GIZLI",
    ],
    "huawei": [" local-user m password irreversible-cipher GIZLI", "snmp-agent community read cipher GIZLI"],
    "hp_comware": [" password hash GIZLI", "snmp-agent community read GIZLI"],
    "juniper_junos": ['        encrypted-password "GIZLI"; ## SECRET-DATA', "    community GIZLI {"],
    "mikrotik_routeros": [
        "add name=vpn password=GIZLI service=l2tp",
        "add addresses=10.0.0.0/8 \\\n    name=GIZLI",
    ],
    "frr": [" neighbor 10.0.0.1 password GIZLI", "password GIZLI"],
}


def test_no_secret_of_any_platform_is_stored() -> None:
    for platform, lines in SECRETS.items():
        for line in lines:
            text = stored(line + "\n", platform)
            assert "GIZLI" not in text, (platform, line)
            assert "<secret:" in text, (platform, line)


def test_a_private_key_is_one_hash() -> None:
    text = stored("x\n-----BEGIN RSA PRIVATE KEY-----\nAAAA\nBBBB\n-----END RSA PRIVATE KEY-----\ny\n")
    assert "AAAA" not in text
    assert text.startswith("x\n<secret:")


def test_a_changed_secret_is_a_change_and_the_same_one_is_not() -> None:
    assert stored("enable secret 5 one\n") == stored("enable secret 5 one\n")
    assert stored("enable secret 5 one\n") != stored("enable secret 5 two\n")
    assert stored("enable secret 5 one\n") != stored("enable secret 5 one\n", key=b"another")


def test_masking_what_is_masked_changes_nothing() -> None:
    once = stored("enable secret 5 one\nsnmp-server community okur RO\n")
    assert stored(once) == once


def test_words_that_only_look_like_secrets_stay() -> None:
    text = "service password-encryption\nsecurity passwords min-length 8\nkey chain OSPF\n key 1\n"
    assert stored(text) == text


def test_ignored_lines_do_not_count() -> None:
    assert without("a\nntp clock 1\nb\n", ["^ntp clock"]) == "a\nb\n"
