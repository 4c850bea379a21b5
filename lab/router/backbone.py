"""Three real routers, each with a cable to both others, peering BGP: a small municipality's backbone.

with Backbone(folder, "10.199.7", accounts) as backbone:
    backbone.routers["rt-garaj"].address
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from lab.patience import HANGS

from .router import Router, RouterFailed

NAMES = ("rt-merkez", "rt-garaj", "rt-fen")
CONFIGURATION = """\
frr version 8.4.4
frr defaults traditional
hostname {name}
log syslog informational
service integrated-vtysh-config
!
ip route {lan} blackhole
!
interface eth2
 description omurga {right_name}
 ip address {right}/30
exit
!
interface eth3
 description omurga {left_name}
 ip address {left}/30
exit
!
router bgp {number}
 bgp router-id {identity}
 no bgp ebgp-requires-policy
 neighbor {right_peer} remote-as {right_number}
 neighbor {right_peer} description {right_name}
 neighbor {right_peer} timers connect 1
 neighbor {left_peer} remote-as {left_number}
 neighbor {left_peer} description {left_name}
 neighbor {left_peer} timers connect 1
 !
 address-family ipv4 unicast
  network {lan}
 exit-address-family
exit
!
end
"""


class Backbone:
    """Router N is AS 65001+N, its LAN 10.50.N.0/24; eth2 leads to the next one, eth3 to the one before.

    `network` is the first three parts of addresses nobody else uses, from which each gets its /30 to us.
    """

    def __init__(self, folder: Path, network: str, accounts: Mapping[str, str]) -> None:
        self.routers = {
            name: Router(folder / name, name, f"{network}.{number * 4}/30", accounts, configuration(number))
            for number, name in enumerate(NAMES)
        }

    def __enter__(self) -> Backbone:
        try:
            for router in self.routers.values():
                router.up()
            for number, name in enumerate(NAMES):
                self.routers[name].lay("eth2", self.routers[NAMES[(number + 1) % 3]], "eth3")
            self._peer()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for router in self.routers.values():
            router.destroy()

    def peers(self, name: str) -> dict[str, str]:
        """The state of each of a router's BGP sessions, by the neighbour's address."""
        told = json.loads(self.routers[name].run("vtysh", "-c", "show bgp ipv4 unicast summary json"))
        return {peer: entry["state"] for peer, entry in told["peers"].items()}

    def _peer(self) -> None:
        """Wait until every session is established. Raise RouterFailed if one never is."""
        ends = time.monotonic() + HANGS
        while not all({*self.peers(name).values()} == {"Established"} for name in NAMES):
            if time.monotonic() > ends:
                raise RouterFailed(f"BGP: {[self.peers(name) for name in NAMES]}")
            time.sleep(0.1)


def configuration(number: int) -> str:
    """What router `number` of the triangle starts with; {{name}} is filled in by the router."""
    after, before = (number + 1) % 3, (number + 2) % 3
    return CONFIGURATION.format(
        name="{name}",
        number=65001 + number,
        identity=f"10.50.{number}.1",
        lan=f"10.50.{number}.0/24",
        right=f"10.41.{number}.1",
        right_peer=f"10.41.{number}.2",
        right_name=NAMES[after],
        right_number=65001 + after,
        left=f"10.41.{before}.2",
        left_peer=f"10.41.{before}.1",
        left_name=NAMES[before],
        left_number=65001 + before,
    )
