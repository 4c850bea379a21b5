"""How much a change matters: who may get in and what may pass is critical; what carries traffic a warning.

A rule is a pattern over the section headers and the line, joined by ` / `; the first that fits decides. The
words are those of all our platforms: they rarely mean different things. On a WAN device each change weighs
one step more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

Severity = Literal["info", "warning", "critical"]
LEVELS: tuple[Severity, ...] = ("info", "warning", "critical")

RULES: Sequence[tuple[Severity, tuple[str, ...]]] = (
    ("info", ("description", "name", "comment", "remark", "banner")),  # only at the start of the line itself
    # users, passwords, AAA
    ("critical", ("username", "user", "local-user", "password", "passphrase", "secret", "privilege")),
    ("critical", ("aaa", "radius", "tacacs", "tacplus", "authentication", "authorization", "accounting")),
    # what passes
    ("critical", ("access-list", "access-group", "access-class", "acl", "traffic-filter", "packet-filter")),
    (
        "critical",
        ("prefix-list", "ip-prefix", "firewall", "filter", "zone-pair", "from-zone", "policy-statement"),
    ),
    (
        "critical",
        ("dhcp snooping", "arp inspection", "port-security", "dot1x", "mab", "bpduguard", "root guard"),
    ),
    # keys and tunnels
    (
        "critical",
        ("crypto", "ipsec", "isakmp", "ike", "pki", "certificate", "key-chain", "key chain", "keychain"),
    ),
    ("critical", ("pre-shared-key", "wireguard", "l2tp", "pptp", "tunnel")),
    # management
    ("critical", ("snmp-server", "snmp-agent", "snmpv3", "snmp", "line vty", "line con", "user-interface")),
    (
        "critical",
        ("transport input", "ssh", "stelnet", "telnet", "http", "rest", "restconf", "netconf", "api"),
    ),
    (
        "critical",
        ("management", "web-management", "logging", "info-center", "syslog", "archive", "event manager"),
    ),
    ("critical", ("scheduler", "script", "kron", "boot")),
    # what carries traffic
    (
        "warning",
        ("router", "bgp", "ospf", "isis", "rip", "eigrp", "route", "route-static", "route-map", "static"),
    ),
    (
        "warning",
        ("neighbor", "peer", "network", "nat", "vrf", "hsrp", "standby", "vrrp", "policy-map", "class-map"),
    ),
    (
        "warning",
        ("shutdown", "address", "switchport", "vlan", "trunk", "tagged", "untagged", "spanning-tree", "stp"),
    ),
    (
        "warning",
        ("channel-group", "lacp", "mtu", "bridge", "port", "qos", "service-policy", "default-gateway"),
    ),
    ("warning", ("ntp", "clock", "name-server", "dns", "dhcp", "helper-address")),
)


def _compiled(number: int, words: Sequence[str]) -> re.Pattern[str]:
    choice = "|".join(map(re.escape, words))
    return re.compile(
        rf"(?:^|/ )(?:no )?(?:{choice})\b[^/]*$" if number == 0 else rf"(?<![\w-])(?:{choice})(?![\w-])"
    )


@cache
def _all() -> tuple[tuple[Severity, re.Pattern[str]], ...]:
    """Compiled when first needed: a run that finds no change does without."""
    return tuple((severity, _compiled(number, words)) for number, (severity, words) in enumerate(RULES))


def weigh(path: Sequence[str], line: str, role: str) -> Severity:
    """How much a changed line matters on a device of this role (wan or lan)."""
    text = " / ".join((*path, line))
    severity = next((severity for severity, pattern in _all() if pattern.search(text)), "info")
    return LEVELS[min(LEVELS.index(severity) + (role == "wan"), 2)]


def worst(severities: Sequence[str]) -> Severity:
    """The heaviest of them; info of none."""
    return max((level for level in LEVELS if level in severities), key=LEVELS.index, default="info")
