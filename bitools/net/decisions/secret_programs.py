"""Secrets that no word announces: only who knows the program or command knows their place."""

from __future__ import annotations

from bitools import regex
from bitools.net.decisions import secret_options as options
from bitools.net.decisions.secret_options import HOLE, could_be_secret
from bitools.net.decisions.secret_places import bare
from bitools.net.decisions.secret_reading import Line
from bitools.net.decisions.secret_words import BETWEEN

# commands whose secret is known by its position alone
_POSITIONS = (
    r"^\s*(?:config )?(?:mgmtuser|netuser) (?:add|password) [^\s]+ (?P<secret>[^\s]+)",
    r"^\s*mgmt-user [^\s]+ (?P<secret>[^\s]+)(?: [a-z-]+)?$",
    r"^\s*mgmt-user [^\s]+ [^\s]+ (?P<secret>[^\s]+)$",
    r"^\s*user [^\s]+ (?P<secret>[^\s]+) (?:portal|radius)$",
    r"^\s*ap1x-peap-user [^\s]+ (?P<secret>[^\s]+)",
    r"^\s*proxy server [^\s]+ \d+ [^\s]+ (?P<secret>[^\s]+)",
    r"^\s*(?:localip|masterip|conductorip|cluster-[\w-]+-ip)\b.* ipsec (?P<secret>[^\s]+)",
    r"^\s*create account (?:admin|user|operator|power_user) [^\s]+ (?P<secret>[^\s]+)$",
    r"^\s*config admin local_enable (?:encrypt [^\s]+ )?(?P<secret>[^\s]+)$",
    r"\bnetlogin local-user [^\s]+ (?P<secret>[^\s]+)$",
    r"\bnetlogin (?:add )?mac-list [^\s]+ (?P<secret>\"[^\"]+\")",
    r"\busm-user v(?:1|2c) (?P<secret>[^\s]+)",
    r"\bv3user create (?:[^\s]+ ){4}(?P<secret>[^\s]+ [^\s]+)",
    r"^\s*snmptrap (?P<secret>[^\s]+)",
    r"^\s*aaa-server [^\s]+ \([^\s]+\) host [^\s]+ (?P<secret>[^\s]+)(?: timeout \d+)?$",
    r"^\s*license (?P<secret>[0-9A-Fa-f]{32})$",
)
_ANY_POSITION = regex.any_of(_POSITIONS)
USER_FLAGS = ("-u", "-U", "--user", "--proxy-user")
_SNMP_FLAGS = ("-c", "-A", "-X", "-3m", "-3k")
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


def by_position(line: Line) -> None:
    """The secrets of commands in which only the position says so."""
    if _ANY_POSITION is None or line.nested or not _ANY_POSITION.search(line.text):
        return
    for pattern in _POSITIONS:
        found = regex.compile(pattern).search(line.text)
        if (
            found
            and could_be_secret(bare(found["secret"]), BETWEEN)
            and not line.spares(found.start("secret"))
        ):
            line.found.append(found.span("secret"))


def special(line: Line, at: int) -> int:
    """Commands of programs whose secrets no word announces. 0 if this is none."""
    word, raw, total = line.words[at], line.raws[at], len(line.words)
    if raw in USER_FLAGS and at + 1 < total and ":" in line.raws[at + 1] and "://" not in line.raws[at + 1]:
        start, end = line.places[at + 1]
        line.found.append((start + line.raws[at + 1].index(":") + 1, end))
        return at + 2
    if raw in _SNMP_FLAGS and at + 1 < total and line.words[0].startswith(("trapsess", "snmp", "trap")):
        line.hide(at + 1)
        return at + 2
    if word in ("psk", "eap", "xauth", "rsa", "ecdsa", "pin", "ntlm") and at and line.raws[at - 1] == ":":
        line.hide(total - 1)  # ipsec.secrets
        return total
    if word == "username" and at + 3 < total and line.words[at + 2].isdigit() and not line.kinds[at + 3]:
        return _typed(line, at + 3)
    return _net_snmp(line, at)


def _typed(line: Line, at: int) -> int:
    """`username NAME 8 SECRET`."""
    if len(line.words[at - 1]) > 2 or options.is_option(line.words[at]) or HOLE in line.raws[at]:
        return 0
    line.hide(at, at if line.only_options[at + 1] else len(line.words) - 1)
    return len(line.words)


def _net_snmp(line: Line, at: int) -> int:
    """snmpd.conf(5): `createUser NAME SHA SECRET AES SECRET`, `com2sec NAME SOURCE COMMUNITY`."""
    word, total = line.words[at], len(line.words)
    places = {
        "createuser": (at + 3, at + 5),
        "com2sec": (total - 1,),
        "com2sec6": (total - 1,),
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


def snmp_host(line: Line) -> None:
    """`snmp-server host ADDRESS COMMUNITY`: no word announces it."""
    words, raws, total = line.words, line.raws, len(line.words)
    start = next((at for at, word in enumerate(words) if options.is_address(word)), None)
    if start is None and words[:2] == ["snmp-server", "host"] and total > 2:
        start = 2
    if start is None or not any(_RECEIVER.search(word) for word in words[:start]):
        return
    if any(word.startswith(("communit", "securityname")) for word in words) or line.is_spared(0):
        return
    at, masked = start + 1, False
    while at < total:
        if HOLE in raws[at]:
            masked = True
        elif masked and line.only_options[at]:
            return
        elif words[at] in _RECEIVER_WITH:
            at += 1
        elif could_be_secret(words[at], BETWEEN) or (words[at].isdigit() and len(words[at]) >= 6):
            line.hide(at)
            return
        at += 1
