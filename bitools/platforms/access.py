"""What of a configuration bears the way by which we reach the device: patterns, over `SECTION / … / LINE`.

A tree of braces, a list of `set` lines and YAML are one line of words each (`interfaces irb unit 10 family inet …`).
What stands here most command lines share; a platform's file adds its own under `access:`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bitools.frozen import Frozen
from bitools.platforms.expression import Regex

Kind = Literal[
    "address", "dynamic", "needs", "shut", "up", "vrf", "tag", "parent", "bridge", "access", "mode",
    "native", "allowed", "channel", "about", "filter", "zone", "guard", "speed",
]  # fmt: skip
Subject = Literal[
    "members", "vlans", "routes", "vlan_guards", "management", "opens", "harmless", "managers", "admission",
    "servers", "control_plane", "policies", "way_back", "features", "filters", "objects",
]  # fmt: skip

_PORT = r"(?P<port>\S+(?: [\d/.]+)?)"
_INTERFACE = rf"^interface {_PORT} / "
_ADDRESS = r"(?P<value>[0-9A-Fa-f]*:[0-9A-Fa-f:]*/\d+|[0-9.]+(?:/\d+| [0-9.]+)?)"
_LISTED = r"(?P<ports>[A-Za-z]*\d[\w/,.-]*)"

# What is known of a port, by kind: group `port`, or `ports` for a list of them, and, but for what is there or
# not, `value`. `dynamic`: it is given an address. `needs`: without it its addresses are none.
PORT: Mapping[Kind, tuple[str, ...]] = {
    "address": (
        rf"^(?:interface )?{_PORT} / (?:ip|ipv4|ipv6) addr(?:ess)? {_ADDRESS}(?: (?:secondary|sub|standby|eui-64)\b.*)?",
    ),
    "dynamic": (
        rf"^(?:interface )?{_PORT} / (?:ip|ipv4|ipv6) address (?P<value>dhcp\S*|autoconfig|bootp\S*)",
        rf"{_INTERFACE}(?P<value>ip dhcp client\b.*|ip unnumbered .*)",
    ),
    "needs": (rf"{_INTERFACE}(?P<value>ipv6(?: enable)?)$",),
    "shut": (rf"^(?:interface )?{_PORT} / (?:shutdown|disable|state suspend|admin-state down)$",),
    "up": (rf"^(?:interface )?{_PORT} / (?:no shutdown|undo shutdown|enable)$",),
    "vrf": (
        rf"{_INTERFACE}(?:(?:ip )?vrf(?: forwarding| member| attach)?|ip binding vpn-instance) (?P<value>\S+)",
    ),
    "tag": (rf"{_INTERFACE}(?:encapsulation dot1[qQ]|vlan-type dot1q|dot1q termination vid) (?P<value>\d+)",),
    "access": (
        rf"{_INTERFACE}(?:switchport access vlan|port access vlan|port default vlan|vlan access) (?P<value>\d+)",
    ),
    "mode": (
        rf"{_INTERFACE}(?:switchport mode|port link-type|port link-mode|switchport$|no switchport$|undo portswitch$|routing$)(?P<value>.*)",
    ),
    "native": (
        rf"{_INTERFACE}(?:switchport trunk native vlan|port trunk pvid(?: vlan)?|vlan trunk native"
        r"|switchport general pvid) (?P<value>.+)",
    ),
    "allowed": (
        rf"{_INTERFACE}(?:switchport (?:trunk|general) allowed vlan(?: add)?|port trunk (?:allow-pass|permit) vlan"
        r"|port hybrid(?: tagged)? vlan|vlan trunk allowed) (?P<value>.+)",
    ),
    "channel": (
        rf"{_INTERFACE}(?:channel-group|eth-trunk|port link-aggregation group|lag|bundle id) (?P<value>.+)",
        r"^trunk (?P<ports>\S+) (?P<value>(?i:trk)\d+)\b",
    ),
    "about": (rf'{_INTERFACE}(?:description|name|port-name) "?(?P<value>.+)',),
    "filter": (
        rf"{_INTERFACE}(?:ip |ipv4 |ipv6 |mac )?(?:port )?(?:access-group|access-list|packet-filter|traffic-filter"
        r"|apply access-list ip(?:v6)?)"
        r"(?: inbound| name| ipv6| acl)* ?(?P<value>\S+)(?: inbound| in| ingress)?$",
    ),
    "zone": (rf"{_INTERFACE}(?:zone-member security|zone) (?P<value>\S+)",),
    "guard": (
        rf"{_INTERFACE}(?P<value>(?:dot1x|authentication|access-session|switchport port-security|port-security|mab"
        r"|mac-authentication|aaa authentication port-access|spanning-tree bpduguard enable"
        r"|spanning-tree bpdu-guard|spanning-tree guard root|spanning-tree root-guard|stp root-protection"
        r"|loop-protect|switchport block|switchport protected|port-isolate|ip verify source|ip source binding"
        r"|macsec|mka policy)\b.*)",
        rf"^port-security {_LISTED} (?P<value>.+)",
        rf"^aaa port-access (?:authenticator|mac-based|web-based) {_LISTED}(?P<value>.*)",
        rf"^spanning-tree {_LISTED} (?P<value>root-guard|bpdu-protection)",
    ),
    "speed": (rf"{_INTERFACE}(?P<value>(?:speed|duplex|speed-duplex|negotiation|port media-type)\b.*)",),
}

SHARED: Mapping[Subject, tuple[str, ...]] = {
    # Ports that a VLAN names, rather than the other way round: groups `vlan` and `ports`.
    "members": (r"^vlan (?P<vlan>\d+)\b.* / (?:tagged|untagged) (?P<ports>.+)",),
    # VLANs that there are: group `vlans`.
    "vlans": (
        r"^vlan (?:batch |database / vlan )?(?P<vlans>\d[\d, to-]*)$",
        r"^vlan (?P<vlans>\d+) name \S+ by port$",
    ),
    # Groups `prefix`, or none for the default route, `length` or `mask`, `hop`, `distance`, `vrf`.
    "routes": (
        r"^(?:vrf (?:context )?(?P<outer>\S+) / )?(?:ip|ipv6) route (?:vrf (?P<vrf>\S+) )?(?P<prefix>[0-9A-Fa-f.:]+)"
        r"(?:/(?P<length>\d+)| (?P<mask>[0-9.]+)) (?P<hop>\S+)(?: (?P<second>[0-9.]+\.[0-9.]+))?(?: (?P<distance>\d+))?",
        r"^(?:ip|ipv6) route-static (?:vpn-instance (?P<vrf>\S+) )?(?P<prefix>[0-9A-Fa-f.:]+) (?P<mask>[0-9.]+) (?P<hop>\S+)"
        r"(?: (?P<second>[0-9.]+\.[0-9.]+))?(?: preference (?P<distance>\d+))?",
        r"^(?:ip )?default-gateway (?P<hop>[0-9.]+)",
        r"^ip default-network (?P<hop>[0-9.]+)",
    ),
    # Without these all ports with a VLAN's address, or all bundles, are gone: groups `vlans`, `bundles`.
    "features": (r"^feature (?:(?P<vlans>interface-vlan)|(?P<bundles>lacp|vpc))$",),
    # Lines that filter a whole VLAN: group `vlans`.
    "vlan_guards": (r"^(?:vlan filter \S+ vlan-list|ip arp inspection vlan) (?P<vlans>\S+)$",),
    # Lines that decide who may log in to the device, how, and from where (rule 4): any change of one is a cut,
    # unless `harmless` fits. One of `opens` lets in: it is no cut when it comes.
    "management": (
        r"^(?:no |undo )?(?:ip |crypto )?(?:ssh|stelnet)\b",
        r"^(?:no )?feature (?:ssh|nxapi)$",
        r"^management (?:ssh|telnet)\b",
        r"^(?:no )?management (?:access-class|access-list)\b|^(?:no )?management-(?:access|vlan)\b",
        r"^(?:line vty|user-interface vty|line ssh|line default|line class vty|line \d+ \d+)\b.* / (?:no |undo )?"
        r"(?:transport input|protocol inbound|protocol|shutdown|rotary|session-limit 0|no exec|autocommand|absolute-timeout \d$|exec-timeout 0 [1-9]\d?)\b",
    ),
    "opens": (
        r"^(?:ip )?ssh(?: server)?(?: enable| v2| vrf \S+)*$|^stelnet(?: ipv4| ipv6)? server enable$|^feature ssh$",
        r"^management ssh / no shutdown$",
    ),
    # Neither who is let in (4) nor what asks for it (5) is touched by these.
    "harmless": (
        r"^(?:no )?(?:ip )?ssh (?:version 2$|time-?out|authentication-retries|logging|client|known-host|break-string|dscp"
        r"|dh min|rekey|maxstartups|cipher-disp|idle-time|filetransfer)",
        r"^(?:undo )?ssh (?:client|server (?:timeout|rekey|logging|authentication-retries|authentication-timeout|compatible|keepalive))\b",
        r"^management ssh / (?:idle-timeout|login timeout|connection|log-level)",
        r"^(?:no )?(?:radius|tacacs)-server (?:timeout|retransmit|dead-?time|dead-criteria|attribute|vsa|directed-request)\b",
    ),
    # Who may manage, an address or a network a line: groups `address`, and `mask` or `list`.
    "managers": (r"^ip authorized-managers (?P<address>[0-9.]+)(?: (?P<mask>[0-9.]+))?",),
    # Who is let in (rule 5). Of these any change is a cut; what only comes, of servers, is told.
    "admission": (
        r"^(?:no |undo )?aaa (?:authentication|authorization|new-model|group|server)\b",
        r"^(?:no )?(?:enable (?:secret|password|super-user-password)|super password)\b",
        r"^(?:line vty|user-interface vty|line ssh|line default)\b.* / (?:no |undo )?(?:login|authentication-mode"
        r"|user-role|privilege level|user privilege|authorization|password|set authentication)\b",
        r"^aaa / (?:authentication-scheme|authorization-scheme|domain)\b",
        r"^domain (?:system|default)\S* / (?:authentication|authorization)\b",
        r"^(?:encrypted )?(?:tacacs|radius)(?:-server)? (?:scheme|template|host|server|key|source-interface)\b"
        r"|^(?:encrypted )?(?:tacacs|radius)-server\b|^radius server auth\b",
        r"^(?:hwtacacs|radius)(?:-server)? (?:scheme|template)\b|^ip (?:tacacs|radius) source-interface\b",
        r"^(?:no )?feature (?:tacacs\+?|radius|ldap|aaa)$",
        r"^password (?:manager|operator)\b|^login (?:block-for|quiet-mode)\b",
    ),
    "servers": (r"^(?:encrypted )?(?:tacacs|radius|hwtacacs)\b", r"^aaa (?:group server|server)"),
    # What the device itself lets reach it (rule 6), and in what: group `name` of a policy or a filter.
    "control_plane": (
        r"^(?:system )?control-plane\b",
        r"^(?:undo )?cpu-defend|^(?:undo )?control-plane|^copp\b|^(?:no )?ip receive access-list\b",
        r"^zone-pair security \S+ source \S+ destination self\b",
    ),
    "policies": (
        r"^(?:system )?control-plane.*(?:service-policy(?: input)?(?: type \S+)?|access-group|apply policy|filter input)"
        r" (?P<name>\S+)",
        r"^cpu-defend-policy (?P<name>\S+)",
        r"^zone-pair security \S+ source \S+ destination self / service-policy type inspect (?P<name>\S+)",
    ),
    # What filters refer to by a name (group `name`): addresses, services, other such things.
    "objects": (
        r"^object(?:-group)? (?:(?:network|service|protocol|ip|ipv4|ipv6|address|port) )*(?P<name>[^ ]+)(?: (?:tcp|udp)\S*)? / ",
    ),
    # The lines of filters that are no access lists, by name (group `name`).
    "filters": (),
    # The way back itself (rule 7).
    "way_back": (
        r"^(?:no )?archive\b",
        r"^(?:no )?(?:job|alias job)\b|^(?:no )?(?:feature )?scheduler\b|^(?:no )?kron\b|^schedule\b",
        r"^(?:no )?checkpoint\b|^(?:no )?configuration commit\b|^configuration replace\b",
        r"^(?:no |undo )?clock\b",
        r"^(?:no )?boot[ -]|^boot$|^startup (?:system-software|saved-configuration)\b|^(?:no )?system boot\b",
        r"^(?:no )?(?:reload|schedule reboot)\b|^event manager\b",
        r"^config-register\b|^service password-recovery\b|^no service password-recovery\b",
    ),
}


class OwnSession(Frozen):
    """How the device sees us: what is asked for the open sessions and for the way back, and how it answers.

    `session` fits the line of the one that asks, group `source`; `route` has `{source}` in it; `via` fits the
    line that names the port it goes by, group `port`. Each answer is only believed where it fits.
    """

    who: str
    session: Regex
    route: str = ""
    via: Regex = ""


class Managed(Frozen):
    """A line that takes some ports (`ports`) into a VRF of their own."""

    line: Regex
    ports: Regex
    vrf: str


class Access(Frozen):
    """What a platform says in other words than most do.

    `alone`: what most share fits nothing here. `nobody`: where no line says who may manage, nobody may.
    """

    alone: bool = False
    nobody: bool = False
    port: dict[Kind, tuple[Regex, ...]] = {}
    members: tuple[Regex, ...] = ()
    vlans: tuple[Regex, ...] = ()
    routes: tuple[Regex, ...] = ()
    vlan_guards: tuple[Regex, ...] = ()
    features: tuple[Regex, ...] = ()
    management: tuple[Regex, ...] = ()
    opens: tuple[Regex, ...] = ()
    harmless: tuple[Regex, ...] = ()
    managers: tuple[Regex, ...] = ()
    admission: tuple[Regex, ...] = ()
    servers: tuple[Regex, ...] = ()
    control_plane: tuple[Regex, ...] = ()
    policies: tuple[Regex, ...] = ()
    way_back: tuple[Regex, ...] = ()
    filters: tuple[Regex, ...] = ()
    objects: tuple[Regex, ...] = ()
    managed: Managed | None = None
    seen: OwnSession | None = None

    def about(self, subject: Subject) -> tuple[str, ...]:
        """All patterns of a subject."""
        own: tuple[str, ...] = getattr(self, subject)
        return own if self.alone else (*own, *SHARED[subject])

    def of_ports(self) -> tuple[tuple[Kind, str], ...]:
        """All patterns of ports, each with its kind."""
        shared = () if self.alone else PORT.items()
        return tuple((kind, one) for kind, some in (*self.port.items(), *shared) for one in some)
