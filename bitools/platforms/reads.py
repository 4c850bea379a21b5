"""What may be asked of a platform because it only reads: words that are known, and nothing else.

A device's `show` may write too (`show … | redirect`, `show running-config NAME.scr`, `print file=`), and
words may be cut short almost everywhere. So what is not listed is refused, however harmless it looks.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from bitools import regex
from bitools.frozen import Frozen
from bitools.i18n import _

# What one asks about, behind the verb. The words differ so little between vendors that one list serves all;
# a platform's own `topics` replaces it, `more` adds to it.
TOPICS = tuple(
    """
    aaa access-list access-lists accounting acl acl-all address address-table adjacency admins
    aggregation alarm alarms ap archive arp authentication authentication-manager auto bfd bgp boot
    bootvar bpdu bridge bridge-domain bss-table cable-diagnostics cdp chassis checkpoint class-map
    client clients clns clock cluster cluster-members community-list config configuration controllers
    copp counters cpu cpu-usage crypto current-config current-configuration datapath date debugging
    device dhcp dhcp-server diagnosis dns domain dot1x eapol eigrp elbc elmi env environment errdisable
    error-disabled eth-trunk etherchannel ethernet ethernet-switching events evpn fabric fan fans fdb
    fips firewall firmware flash flow flowspec forwarding fru full-configuration gateway glbp global
    global-protect gre ha hardware health high-availability history host hostname hosts hsrp idprom igmp
    image images interface interfaces inventory ip ip-route ipif iproute ipsec ipv6 irf isis job jobs
    jumbo-frame l2 l2vpn lacp lag ldp led license licenses line linecard link-aggregation link-flap lldp
    loadbalancer local-user log logbuffer logging login logs loop-protect loopback loopback-detection
    loopdetect mac mac-address mac-address-table mac-learning mac-table management mem memory
    memory-usage microcode mirror mlag mld module modules monitor mpls mstp mtu multicast name nat nd
    neighbor neighbors net network ntp ntp-service nve nvram object object-group ospf ospf3 ospfv3 patch
    patch-information patches pbr perfdata pfe physical pim platform poe policy policy-map
    policy-options port port-channel port-security portchannel ports power power-over-ethernet
    power-supply prefix-list privilege process processes protocols proxy psu ptp qos queue queueing
    radius-server-status redundancy reload resource resources rip rmon route route-map route-policy
    route-table router routes routing routing-instances routing-options routing-table run-config
    running-config running-configuration saved-configuration scheduler sdwan security sensor service
    service-policy services session sessions sflow sfp slot snmp snmp-server sntp spanning-tree ssh
    stack stack-unit stacking standby startup-config startup-configuration stat statistics stats status
    storm-control stp subinterface svi switch switch-virtual switchinfo switchport sysinfo syslog system
    tcp telnet temperature time timesync tm traffic transceiver transceivers trunk trunks tunnel udld
    udp uptime user-interface users utilization vc vdc version virtual-chassis virtual-router
    virtual-switch vlan vlans voice voltage vpc vpn vpn-instance vrf vrrp vrrp3 vrrp6 vsan vsf vstack
    vtp vxlan wan wireless wlan wlans zone zones
    """.split()
)

# What is written short so often that everybody knows what it is short for. It is typed written out: a device
# may take a beginning for another word.
SHORT = {
    "int": "interface", "ints": "interfaces", "run": "running-config", "start": "startup-config",
    "ver": "version", "inv": "inventory", "proc": "processes", "span": "spanning-tree", "mem": "memory",
    "env": "environment", "cur": "current-configuration", "rou": "route", "sys": "system", "addr": "address",
}  # fmt: skip
SHORT_PIPES = {
    "i": "include", "inc": "include", "incl": "include", "b": "begin", "beg": "begin",
    "exc": "exclude", "excl": "exclude", "sec": "section", "sect": "section",
}  # fmt: skip

# Behind these stands the name of a section, or one of the words below; another name would be a file's, and on
# several switches `show running-config NAME` writes it.
CONFIGURATIONS = frozenset(
    "config configuration current-config current-configuration full-configuration run-config running-config"
    " running-configuration saved-configuration startup-config startup-configuration".split()
)
HOW_MUCH = frozenset(
    "all brief cli commands config_in_nvram current_config defaults full include-defaults no-header running"
    " running-cli snapshot startup structured non-default view".split()
)

# Words that act, wherever they stand behind a reading one, and their beginnings.
ACTS = frozenset(
    """
    append bash capture clear clear-counters clear_drop copy crashdump create delete download erase exec
    execute export file filename follow force format ftp generate import initialize install kill mail
    move output ping python reboot redirect redirect-output refresh reload remove rename repeat request
    reset restart save scp script send set sftp shell start start-shell stop sudo tclsh tee tftp unset
    upgrade upload usb vsh watch write zeroize
    """.split()
)

# Their answers are tables of secrets, in which nothing marks which column is one.
SECRETIVE = (
    r"\bsnmp(?:-server|-agent)? .*\b(?:community|communities|user|users)\b",
    r"\bsnmp(?:-server|-agent)?$",
    r"\bkey(?:-?chains?|s| chains?)?\b",
    r"\b(?:psk|pre-?shared-key|passwords?|passphrases?|secrets?|ppsk|keyring)\b",
)


def _template(value: str) -> str:
    for word in value.split(" "):
        if not regex.compile(r"[a-z][a-z0-9-]*|\{(?:text|word|number)\}").fullmatch(word):
            raise ValueError(
                _("{word} is neither a word nor text, word or number in braces").format(word=word)
            )
    return value


def _expression(value: str) -> str:
    try:
        regex.compile(value)
    except regex.Unsuitable as error:
        raise ValueError(str(error)) from error
    return value


class Reads(Frozen):
    """What only reads: a verb, a topic, plain words behind them; or a whole command that a pattern describes.

    `pipes`: what may stand behind `|`, word for word; `{text}` stands for words to look for, `{word}` for one
    of them, `{number}` for a number. A platform without verbs and commands is asked nothing.
    """

    verbs: tuple[str, ...] = ()
    topics: tuple[str, ...] = TOPICS
    more: tuple[str, ...] = ()
    commands: tuple[Annotated[str, AfterValidator(_expression)], ...] = ()
    pipes: tuple[Annotated[str, AfterValidator(_template)], ...] = ()
