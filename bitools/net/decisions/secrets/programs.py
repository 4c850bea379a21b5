"""Secrets that no word announces: only who knows the command knows their place, or their option's letter."""

from __future__ import annotations

from collections.abc import Sequence

from bitools import regex
from bitools.net.decisions.secrets import options as options
from bitools.net.decisions.secrets.options import HOLE, could_be_secret
from bitools.net.decisions.secrets.reading import Line
from bitools.net.decisions.secrets.words import BETWEEN

USER_FLAGS = ("-u", "-U", "--user", "--proxy-user")
_SNMP_FLAGS = ("-c", "-A", "-X", "-3m", "-3k")
_SNMP_PROGRAMS = ("trapsess", "snmp", "trap", "proxy")
_PASSWORD_FLAGS = ("-p", "-P", "-w", "-pw")
_LOGIN_FLAGS = frozenset(["-u", "-U", "-user", "-username", "--user", "-l"])
_NO_PASSWORD = regex.compile(r"^[-/.$]|^[\d.]*:\d|^[a-z._-]{2,}/[a-z._/-]*$")  # an option, a path, ports
_OF_IPSEC = frozenset("psk eap xauth rsa ecdsa pkcs12 p12 ppk pin ntlm".split())  # ipsec.secrets(5)
_RECEIVER = regex.compile(r"host|trap|target|receiver|sink|notif|nms|station|manager")
_RECEIVER_WITH = (
    "version",
    "vrf",
    "use-vrf",
    "udp-port",
    "port",
    "source",
    "source-interface",
    "level",
    "interface",
)


def special(line: Line, at: int) -> int:
    """Commands of programs whose secrets no word announces. 0 if this is none."""
    word, raw, total = line.words[at], line.raws[at], len(line.words)
    if raw in USER_FLAGS and at + 1 < total and ":" in line.raws[at + 1] and "://" not in line.raws[at + 1]:
        start, end = line.places[at + 1]
        line.found.append((start + line.raws[at + 1].index(":") + 1, end))
        return at + 2
    if raw in _SNMP_FLAGS and at + 1 < total and line.words[0].startswith(_SNMP_PROGRAMS):
        line.hide(at + 1)
        return at + 2
    if raw in _PASSWORD_FLAGS and at + 1 < total and _of_a_user(line, at):
        line.hide(at + 1)
        return at + 2
    if word in _OF_IPSEC and at and line.raws[at - 1] == ":":
        line.hide(total - 1)  # ipsec.secrets
        return total
    if word == "username":
        typed = at + (4 if line.words[at + 2 : at + 3] == ["privilege"] else 2)
        if typed + 1 < total and line.words[typed].isdigit() and not line.kinds[typed + 1]:
            return _typed(line, typed + 1)
    return _net_snmp(line, at)


def _of_a_user(line: Line, at: int) -> bool:
    """`program -u NAME … -p SECRET`: is what stands behind this flag one?"""
    value = line.raws[at + 1]
    return (
        line.words[0] not in ("sudo", "su", "ssh", "docker", "podman")
        and not _LOGIN_FLAGS.isdisjoint(line.raws[1:at])
        and not _NO_PASSWORD.search(value)
        and could_be_secret(line.words[at + 1], BETWEEN)
    )


def _typed(line: Line, at: int) -> int:
    """`username NAME 8 SECRET`, `username NAME privilege 15 0 SECRET`."""
    if len(line.words[at - 1]) > 2 or options.is_option(line.words[at]) or HOLE in line.raws[at]:
        return 0
    line.hide(at, at if line.only_options[at + 1] else len(line.words) - 1)
    return len(line.words)


def _net_snmp(line: Line, at: int) -> int:
    """snmpd.conf(5): `createUser NAME SHA SECRET AES SECRET`, `com2sec NAME SOURCE COMMUNITY`."""
    word, total = line.words[at], len(line.words)
    if word == "createuser":
        return _create_user(line, at)
    places = {
        "com2sec": (total - 1,),
        "com2sec6": (total - 1,),
        "com2secunix": (total - 1,),
        "trapsink": (at + 2,),
        "trap2sink": (at + 2,),
        "informsink": (at + 2,),
        "authcommunity": (at + 2,),
    }.get(word)
    if places is None or total < at + 3:
        return 0
    for place in places:
        if place < total and not line.is_spared(place):
            line.hide(place)
    return total


def _create_user(line: Line, at: int) -> int:
    """Behind each algorithm its secret: `createUser -e 0x80 NAME SHA SECRET AES SECRET`."""
    total, place = len(line.words), at + (4 if line.raws[at + 1 : at + 2] == ["-e"] else 2)
    if total < place + 2:
        return 0
    for secret in (place + 1, place + 3):
        if secret < total and not line.is_spared(secret):
            line.hide(secret)
    return total


def snmp_host(line: Line) -> None:
    """`snmp-server host ADDRESS COMMUNITY`: no word announces it."""
    words, raws, total = line.words, line.raws, len(line.words)
    start = next((at for at, word in enumerate(words) if options.is_address(word)), None)
    if start is None and words[:2] == ["snmp-server", "host"] and total > 2:
        start = 2
    if start is None or not any(_RECEIVER.search(word) for word in words[:start]):
        return
    if any(word.lstrip("-").startswith(("communit", "securityname")) for word in words) or line.is_spared(0):
        return
    at, masked = start + 1, False
    while at < total:
        if HOLE in raws[at]:
            masked = True
        elif masked and line.only_options[at]:
            return
        elif words[at] in _RECEIVER_WITH:
            at += 1
        elif could_be_secret(words[at], BETWEEN) or _is_number(words, at):
            line.hide(at)
            return
        at += 1


def _is_number(words: Sequence[str], at: int) -> bool:
    """A community may be a short number where only one can stand: `version 2c 1234`."""
    least = 3 if words[at - 2 : at - 1] == ["version"] and words[at - 1] in ("1", "2c") else 6
    return words[at].isdigit() and len(words[at]) >= least
