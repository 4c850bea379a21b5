"""IOS configurations of any length, the same for the same seed: for benchmarks with many devices."""

from __future__ import annotations

import random
from collections.abc import Iterator

HEAD = """\
version 15.2
service timestamps log datetime msec localtime
service password-encryption
!
hostname {host}
!
enable secret 5 $1$labc$Uo2nq0m1D0RZc3mXw8bKj/
!
username netops privilege 15 secret 5 $1$labn$8iR7fH4xq2m0nVw3tYzQe.
aaa new-model
!
ip domain-name belediye.test
spanning-tree mode rapid-pvst
!
"""
TAIL = """\
ip access-list standard YONETIM
 permit 10.10.99.0 0.0.0.255
!
snmp-server community lab-{seed}-okur RO YONETIM
snmp-server location {host}
!
banner motd ^C
Yetkisiz giris yasaktir.
^C
!
line con 0
line vty 0 4
 access-class YONETIM in
 transport input ssh
!
ntp server 10.10.99.5
end
"""
OFFICES = ("Zabita", "Fen Isleri", "Imar", "Emlak", "Yazi Isleri", "Mali Hizmetler", "Park Bahceler")


def ios_configuration(lines: int, hostname: str = "sw-0001", seed: int = 1) -> str:
    """Exactly so many lines (at least as many as head and tail have), ports filling up most of them."""
    dice = random.Random(f"{seed} {hostname}")
    head = HEAD.format(host=hostname).splitlines()
    tail = TAIL.format(host=hostname, seed=seed).splitlines()
    body: list[str] = []
    blocks = _blocks(dice)
    while len(head) + len(body) + len(tail) < lines:
        body += next(blocks)
    body = body[: max(0, lines - len(head) - len(tail))]
    return "\n".join([*head, *body, *tail]) + "\n"


def _blocks(dice: random.Random) -> Iterator[list[str]]:
    port = vlan = rules = route = 0
    while True:
        kind = dice.random()
        if kind < 0.55:
            port += 1
            yield [
                f"interface GigabitEthernet{port // 576 + 1}/{port // 48 % 12}/{port % 48 + 1}",
                f" description {dice.choice(OFFICES)} oda {dice.randint(1, 400)}",
                f" switchport access vlan {dice.randint(10, 200)}",
                " switchport mode access",
                " spanning-tree portfast",
                "!",
            ]
        elif kind < 0.75:
            vlan += 1
            yield [f"vlan {vlan % 4000 + 10}", f" name {dice.choice(OFFICES).replace(' ', '_')}_{vlan}", "!"]
        elif kind < 0.9:
            rules += 1
            yield [f"ip access-list extended ERISIM_{rules}", *_rules(dice), " deny ip any any log", "!"]
        else:
            route += 1
            yield [f"ip route 10.{route // 256 % 256}.{route % 256}.0 255.255.255.0 172.16.0.1"]


def _rules(dice: random.Random) -> list[str]:
    return [
        f" permit tcp 10.{dice.randint(0, 255)}.{dice.randint(0, 255)}.0 0.0.0.255"
        f" host 192.0.2.{dice.randint(1, 254)} eq {dice.choice((22, 80, 443, 3389))}"
        for _ in range(dice.randint(3, 12))
    ]
