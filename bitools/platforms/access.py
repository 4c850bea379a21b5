"""What of a configuration bears the way by which we reach the device: patterns, over `SECTION / … / LINE`.

A tree of braces and a list of `set` lines are one line of words each (`interfaces irb unit 10 family inet …`).
The words differ so little between vendors that one list serves all; a platform's own replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping

_PORT = r"(?P<port>\S+(?: [\d/.]+)?)"
_INTERFACE = rf"^interface {_PORT} / "
_SWITCHED = r"^interfaces (?P<port>\S+) unit \d+ family ethernet-switching "
_MENU = r"^/interface [a-z0-9-]+ / "
_TABLE = r'^(?:.*/ )?config system interface / edit "?(?P<port>[^"/ ]+)"? / set '
_ADDRESS = r"(?P<value>[0-9.]+(?:/\d+| [0-9.]+)?|[0-9A-Fa-f]*:[0-9A-Fa-f:]*/\d+)"

# What is known of a port, by kind: group `port` and, but for what is there or not, `value`.
PORT: Mapping[str, tuple[str, ...]] = {
    "address": (
        rf"^(?:interface )?{_PORT} / (?:ip|ipv4|ipv6) addr(?:ess)? {_ADDRESS}(?P<second> (?:secondary|sub))?",
        rf"^interfaces (?P<port>\S+ unit \d+) family inet6? address {_ADDRESS}",
        rf"^interfaces [a-z-]+ (?P<port>\S+(?: vif \d+)?) address {_ADDRESS}",
        rf"{_TABLE}ip {_ADDRESS}",
        rf"^/ip(?:v6)? address / add (?:.* )?address={_ADDRESS} (?:.* )?interface=(?P<port>\S+)",
    ),
    "shut": (
        rf"^(?:interface )?{_PORT} / (?:shutdown|disable|state suspend)$",
        r"^interfaces (?P<port>\S+(?: unit \d+)?) disable$",
        r"^interfaces [a-z-]+ (?P<port>\S+(?: vif \d+)?) disable$",
        rf"{_TABLE}status down$",
        rf"{_MENU}set \[ ?find (?:.* )?default-name=(?P<port>\S+) ?\] (?:.* )?disabled=yes",
        rf"{_MENU}(?:add|set) (?:.* )?disabled=yes (?:.* )?name=(?P<port>\S+)",
        r"^/ip address / add (?:.* )?disabled=yes (?:.* )?interface=(?P<port>\S+)",
    ),
    "up": (rf"^(?:interface )?{_PORT} / (?:no shutdown|undo shutdown|enable)$", rf"{_TABLE}status up$"),
    "vrf": (
        rf"{_INTERFACE}(?:(?:ip )?vrf(?: forwarding| member| attach)?|ip binding vpn-instance) (?P<value>\S+)",
        r"^routing-instances (?P<value>\S+) interface (?P<port>\S+)",
        r"^interfaces [a-z-]+ (?P<port>\S+) vrf (?P<value>\S+)",
        rf"{_TABLE}(?:vrf|vdom) (?P<value>\S+)",
    ),
    "tag": (
        rf"{_INTERFACE}(?:encapsulation dot1[qQ]|vlan-type dot1q|dot1q termination vid) (?P<value>\d+)",
        r"^interfaces (?P<port>\S+ unit \d+) vlan-id (?P<value>\d+)",
        rf"{_TABLE}vlanid (?P<value>\d+)",
        r"^/interface vlan / add (?:.* )?name=(?P<port>\S+) (?:.* )?vlan-id=(?P<value>\d+)",
    ),
    "parent": (
        rf'{_TABLE}interface "?(?P<value>[^" ]+)"?',
        r"^/interface vlan / add (?:.* )?interface=(?P<value>\S+) (?:.* )?name=(?P<port>\S+)",
    ),
    "bridge": (
        r"^/interface bridge port / add (?:.* )?bridge=(?P<value>\S+) (?:.* )?interface=(?P<port>\S+)",
    ),
    "access": (
        rf"{_INTERFACE}(?:switchport access vlan|port access vlan|port default vlan|vlan access) (?P<value>\d+)",
    ),
    "mode": (
        rf"{_INTERFACE}(?:switchport mode|port link-type|switchport$|routing$)(?P<value>.*)",
        rf"{_SWITCHED}(?:interface-mode|port-mode) (?P<value>\S+)",
    ),
    "native": (
        rf"{_INTERFACE}(?:switchport trunk native vlan|port trunk pvid(?: vlan)?|vlan trunk native) (?P<value>.+)",
        r"^interfaces (?P<port>\S+) native-vlan-id (?P<value>\d+)",
    ),
    "allowed": (
        rf"{_INTERFACE}(?:switchport trunk allowed vlan(?: add)?|port trunk (?:allow-pass|permit) vlan"
        r"|port hybrid(?: tagged)? vlan|vlan trunk allowed) (?P<value>.+)",
        rf"{_SWITCHED}vlan members (?P<value>.+)",
    ),
    "channel": (
        rf"{_INTERFACE}(?:channel-group|eth-trunk|port link-aggregation group|lag) (?P<value>.+)",
        r"^interfaces (?P<port>\S+) (?:gigether|ether)-options 802\.3ad (?P<value>\S+)",
    ),
    "about": (
        rf'{_INTERFACE}(?:description|name) "?(?P<value>.+)',
        r"^interfaces (?P<port>\S+) description (?P<value>.+)",
        rf"{_TABLE}(?:alias|description) (?P<value>.+)",
        rf"{_MENU}set \[ ?find (?:.* )?default-name=(?P<port>\S+) ?\] (?:.* )?comment=(?P<value>.+)",
    ),
    "filter": (
        rf"{_INTERFACE}(?:ip |ipv4 |mac )?(?:port )?(?:access-group|access-list|packet-filter|traffic-filter"
        r"|apply access-list ip|zone-member security)"
        r"(?: inbound| name| acl)* ?(?P<value>\S+)(?: inbound| in| ingress)?$",
        r"^interfaces (?P<port>\S+ unit \d+) family (?:inet|ethernet-switching) filter input(?:-list)? (?P<value>\S+)",
        r"^interfaces [a-z-]+ (?P<port>\S+) firewall (?:in|local) name (?P<value>\S+)",
    ),
    "guard": (
        rf"{_INTERFACE}(?P<value>(?:dot1x|authentication|access-session|switchport port-security|port-security|mab"
        r"|mac-authentication|aaa authentication port-access|spanning-tree bpduguard enable"
        r"|spanning-tree bpdu-guard|spanning-tree guard root|spanning-tree root-guard|stp root-protection"
        r"|loop-protect|switchport block|port-isolate|ip verify source|ip source binding)\b.*)",
        r"^protocols dot1x authenticator interface (?P<port>\S+?)(?:\.\d+)? (?P<value>.*)",
        r"^switch-options interface (?P<port>\S+?)(?:\.\d+)? (?P<value>interface-mac-limit.*)",
    ),
}

# Ports that a VLAN names, rather than the other way round: groups `vlan` and `ports`.
MEMBERS: tuple[str, ...] = (
    r"^vlan (?P<vlan>\d+) / (?:tagged|untagged) (?P<ports>.+)",
    r"^/interface bridge vlan / add (?:.* )?(?:un)?tagged=(?P<ports>\S+) (?:.* )?vlan-ids=(?P<vlan>\d+)",
)

# VLANs that there are: group `vlans`.
VLANS: tuple[str, ...] = (
    r"^vlan (?:batch |database / vlan )?(?P<vlans>\d[\d, to-]*)$",
    r"^vlans \S+ vlan-id (?P<vlans>\d+)$",
)

# Groups `prefix`, or none for the default route, `mask`, `hop`, `distance`, `vrf`.
ROUTES: tuple[str, ...] = (
    r"^(?:vrf (?:context )?(?P<outer>\S+) / )?(?:ip|ipv6) route (?:vrf (?P<vrf>\S+) )?(?P<prefix>[0-9A-Fa-f.:]+)"
    r"(?:/(?P<length>\d+)| (?P<mask>[0-9.]+)) (?P<hop>\S+)(?: (?P<second>[0-9.]+\.[0-9.]+))?(?: (?P<distance>\d+))?",
    r"^ip route-static (?:vpn-instance (?P<vrf>\S+) )?(?P<prefix>[0-9.]+) (?P<mask>[0-9.]+) (?P<hop>\S+)"
    r"(?: (?P<second>[0-9.]+\.[0-9.]+))?(?: preference (?P<distance>\d+))?",
    r"^(?:ip )?default-gateway (?P<hop>[0-9.]+)",
    r"^ip default-network (?P<hop>[0-9.]+)",
    r"^(?:routing-instances (?P<vrf>\S+) )?routing-options (?:rib \S+ )?static route (?P<prefix>[0-9A-Fa-f.:]+)"
    r"/(?P<length>\d+) (?:qualified-)?(?:next-hop )?(?P<hop>\S+)",
    r"^(?:vrf name (?P<vrf>\S+) )?protocols static route6? (?P<prefix>[0-9A-Fa-f.:]+)/(?P<length>\d+)"
    r" (?:next-hop |interface )?(?P<hop>\S+)(?: distance (?P<distance>\d+))?",
)

# Lines that decide who may log in to the device, how, and from where (rule 4): any change of one is a cut, unless
# `HARMLESS` fits. A line that lets in is no cut when it comes, one that keeps out none when it goes.
MANAGEMENT: tuple[str, ...] = (
    r"^(?:no |undo )?(?:ip |crypto )?(?:ssh|stelnet)\b",
    r"^(?:no )?feature (?:ssh|nxapi)$",
    r"^management (?:ssh|telnet)\b",
    r"^(?:no )?management access-class\b|^(?:no )?management-access\b",
    r"^(?:line vty|user-interface vty|line ssh|line default|line class vty|line \d+ \d+)\b.* / (?:no |undo )?(?:transport input|protocol inbound|protocol|shutdown|rotary|session-limit 0|no exec)\b",
    r"^control-plane management-plane\b|^control-plane / management-plane\b",
    r"^system services (?:ssh|netconf)\b",
    r"^service ssh\b",
    r"^(?:.*/ )?config system global / set admin-(?:ssh-|telnet|sport|port|restrict-local|maintainer|login-max|lockout|host)",
    r"^(?:.*/ )?config system admin / edit \S+ / set (?:trusthost|ip6-trusthost|ssh-)",
    r"^/ip service / set (?:ssh|\[ ?find (?:.* )?name=ssh)\b",
    r"^/ip ssh / set\b",
)
OPENS = (  # these let in
    r"^(?:ip )?ssh(?: server)?(?: enable| v2| vrf \S+)*$|^stelnet(?: ipv4| ipv6)? server enable$|^feature ssh$",
    r"^management ssh / no shutdown$|^system services (?:ssh|netconf(?: ssh)?)$|^service ssh$",
)
HARMLESS: tuple[str, ...] = (
    r"^(?:ip )?ssh (?:version 2$|time-?out|authentication-retries|logging|client|known-host|break-string|dscp|dh min|rekey|maxstartups|cipher-disp)",
    r"^ssh (?:client|server (?:timeout|rekey|logging|authentication-retries|authentication-timeout|compatible|keepalive))\b",
    r"^system services (?:ssh (?:max-|client-alive|rate-limit|connection-limit|log-key)|netconf)",
    r"^service ssh (?:loglevel|client-keepalive|disable-host-validation)",
    r"^management ssh / (?:idle-timeout|login timeout|connection|log-level)",
)

# Who is let in (rule 5). Of these any change is a cut; what only comes, of servers, is told.
ADMISSION: tuple[str, ...] = (
    r"^(?:no |undo )?aaa (?:authentication|authorization|new-model|group|server)\b",
    r"^(?:no )?(?:enable (?:secret|password)|super password)\b",
    r"^(?:line vty|user-interface vty|line ssh|line default)\b.* / (?:no |undo )?(?:login|authentication-mode|user-role|privilege level|user privilege|authorization|password|set authentication)\b",
    r"^aaa / (?:authentication-scheme|authorization-scheme|domain)\b",
    r"^domain (?:system|default)\S* / (?:authentication|authorization)\b",
    r"^system (?:authentication-order|root-authentication)\b|^system login (?:class|radius|tacacs)",
    r"^/user aaa / set|^/user group / (?:set|remove|add)|^/radius / (?:set|add|remove)",
    r"^(?:.*/ )?config system accprofile\b|^(?:.*/ )?config user (?:radius|tacacs\+|ldap|group)\b",
    r"^(?:tacacs|radius)(?:-server)? (?:scheme|template|host|server|key|source-interface)\b|^(?:tacacs|radius)-server\b",
    r"^(?:hwtacacs|radius)(?:-server)? (?:scheme|template)\b|^ip (?:tacacs|radius) source-interface\b",
    r"^system (?:radius|tacplus)-(?:server|options)\b",
    r"^password (?:manager|operator)\b|^login (?:block-for|quiet-mode)\b",
)
SERVERS = (
    r"^(?:tacacs|radius|hwtacacs)\b|^/radius\b|^system (?:radius|tacplus)-server|^system login (?:radius|tacacs)"
    r"|^(?:.*/ )?config user |^aaa group server|^aaa server"
)

# What the device itself lets reach it (rule 6).
CONTROL_PLANE: tuple[str, ...] = (
    r"^(?:system )?control-plane\b",
    r"^interfaces lo0 unit \d+ family inet6? filter\b",
    r"^security zones (?:security-zone|functional-zone) \S+ .*host-inbound-traffic\b",
    r"^security zones (?:security-zone|functional-zone) \S+ interfaces\b",
    r"^(?:.*/ )?config firewall local-in-policy6?\b",
    r"^firewall (?:ipv4|ipv6) input\b|^firewall zone \S+ .*local|^zone-policy zone \S+ .*local",
    r"^/ip(?:v6)? firewall (?:filter|raw) / (?:add|set) (?:.* )?chain=(?:input|prerouting)\b",
    r"^(?:undo )?cpu-defend|^(?:undo )?control-plane|^copp\b|^(?:no )?ip receive access-list\b",
    r"^zone-pair security \S+ source \S+ destination self\b",
)
PASSES = r"\baction=(?:accept|log|passthrough)\b"

# The way back itself (rule 7).
WAY_BACK: tuple[str, ...] = (
    r"^(?:no )?archive\b",
    r"^(?:no )?(?:job|alias job)\b|^/system scheduler\b|^(?:no )?(?:feature )?scheduler\b|^(?:no )?kron\b|^schedule\b",
    r"^(?:no )?checkpoint\b|^(?:no )?configuration commit\b|^configuration replace\b",
    r"^(?:no |undo )?clock\b|^system time-zone\b|^/system clock\b|^(?:.*/ )?config system global / set timezone\b",
    r"^(?:no )?boot[ -]|^boot$|^startup (?:system-software|saved-configuration)\b|^(?:no )?system boot\b",
    r"^(?:.*/ )?config system global / set (?:cfg-save|cfg-revert-timeout|revision-)",
    r"^(?:no )?(?:reload|schedule reboot)\b|^event manager\b|^system config-management\b",
    r"^system (?:commit|archival|max-configurations-on-flash|max-configuration-rollbacks)\b",
    r"^service password-recovery\b|^no service password-recovery\b",
)
