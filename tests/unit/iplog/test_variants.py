"""The same servers in the words of other versions, relays and agents, from public samples and sources.

Beside each stands where the layout is from. A line of which nobody can tell what it says is told as such.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from hypothesis import strategies as st

from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import Action, Event, Flag, Session, Word
from bitools.iplog.decisions.formats import READERS
from bitools.iplog.decisions.instants import Clock
from bitools.iplog.wire.encoding import texts

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MAC = "00:1a:2b:3c:4d:5e"
TEN = datetime(2026, 11, 28, 7, 15, tzinfo=UTC)  # 10:15 in Istanbul
LINK, LINK_TIME = f"00:03:00:01:{MAC}", f"00:01:00:01:2a:2b:2c:2d:{MAC}"
UUID = "00:04:49:f0:60:cc:52:78:26:57:89:6f:f8:bf:35:6f:e0:7a"


def said(layout: str, *lines: str) -> object:
    """What the last of some lines says."""
    read = READERS[layout](Clock(ZoneInfo("Europe/Istanbul"), round(NOW.timestamp() * 1000)))
    return [read(line) for line in lines][-1]


# Layout, line, action, address, hardware address, host, lease.
GIVEN = [
    # Infoblox NIOS: tests of Apache Metron and of Splunk Connect for Syslog
    ("dhcpd", f"<30>Nov 28 10:15:00 192.0.2.21 dhcpd[17697]: DHCPACK on 10.0.0.5 to {MAC} (pc) via eth2 relay 10.0.0.1 lease-duration 691084 (RENEW) uid 01:{MAC}", (Action.ACK, "10.0.0.5", MAC, "pc", 691_084)),
    ("dhcpd", f"<30>Nov 28 10:15:00 infoblox.localdomain dhcpd[20397]: DHCPEXPIRE on 10.0.0.5 to {MAC}", (Action.EXPIRE, "10.0.0.5", MAC, "", None)),
    # a client that names itself like what stands behind `via`
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to {MAC} (x) via e0 relay 10.9.9.9 lease-duration 9 (y) via eth0", (Action.ACK, "10.0.0.5", MAC, "x) via e0 relay 10.9.9.9 lease-duration 9 (y", None)),
    ("dhcpd", f"2026-11-28T07:15:00+00:00 router.docker-lan dhcpd: DHCPACK on 10.0.0.5 to {MAC}", (Action.ACK, "10.0.0.5", MAC, "", None)),
    # rsyslog: lines that are alike; a relay's frame around the server's; journalctl in Turkish and by short-iso
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: message repeated 3 times: [ DHCPACK on 10.0.0.5 to {MAC} (pc) via eth0]", (Action.ACK, "10.0.0.5", MAC, "pc", None)),
    ("dhcpd", f"Nov 28 10:20:00 10.0.0.2 Nov 28 10:15:00 dhcp1 dhcpd[1]: DHCPACK on 10.0.0.5 to {MAC} via eth0", (Action.ACK, "10.0.0.5", MAC, "", None)),
    ("dhcpd", f"2026-11-28T10:20:00+03:00 10.0.0.2 <134>1 2026-11-28T07:15:00Z dhcp1 dhcpd 31 - - DHCPACK on 10.0.0.5 to {MAC} via eth0", (Action.ACK, "10.0.0.5", MAC, "", None)),
    ("dhcpd", f"Kas 28 10:15:00 dhcp1 dhcpd[811]: DHCPACK on 10.0.0.5 to {MAC} via eth0", (Action.ACK, "10.0.0.5", MAC, "", None)),
    ("dhcpd", f"2026-11-28T10:15:00+0300 dhcp1 dhcpd[811]: DHCPACK on 10.0.0.5 to {MAC} via eth0", (Action.ACK, "10.0.0.5", MAC, "", None)),
    # ISC dhcpd for IPv6 (its dhcpv6.c; public logs of 4.2 and 4.3)
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[2]: Reply NA: address 2001:db8::59 to client with duid {UUID} iaid = 713252315 valid for 600 seconds", (Action.ACK, "2001:db8::59", UUID, "", 600)),
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[2]: Reply NA: address 2001:db8::59 to client with duid {LINK} iaid = 0 static", (Action.ACK, "2001:db8::59", MAC, "", None)),
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[2]: Client {LINK_TIME} releases address 2001:db8::59", (Action.RELEASE, "2001:db8::59", MAC, "", None)),
    # Infoblox' and failover's words behind `via`; dhcpd under other names
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to {MAC} (pc) via eth0 (RENEW)", (Action.ACK, "10.0.0.5", MAC, "pc", None)),
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to {MAC} (PC 1) via 10.0.0.1 TransID 1a2b3c4d uid 01:{MAC} (RENEW)", (Action.ACK, "10.0.0.5", MAC, "PC 1", None)),
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to {MAC} (pc) via eth0 (RENEW) via eth1", (Action.ACK, "10.0.0.5", MAC, "pc) via eth0 (RENEW", None)),
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd-lan[1]: DHCPACK on 10.0.0.5 to {MAC} via eth0", (Action.ACK, "10.0.0.5", MAC, "", None)),
    ("dhcpd", f"Nov 28 10:15:00 d DHCPD: DHCPACK on 10.0.0.5 to {MAC} via eth0", (Action.ACK, "10.0.0.5", MAC, "", None)),
    # OpenWrt's logread, busybox' syslogd; dnsmasq for IPv6 (its rfc3315.c)
    ("dnsmasq", f"Sat Nov 28 10:15:00 2026 daemon.info dnsmasq-dhcp[1834]: DHCPACK(br-lan) 10.0.0.5 {MAC} notebook", (Action.ACK, "10.0.0.5", MAC, "notebook", None)),
    ("dnsmasq", f"Nov 28 10:15:00 AmbaLink daemon.info dnsmasq-dhcp[903]: DHCPACK(wlan0) 10.0.0.5 {MAC} iPhone", (Action.ACK, "10.0.0.5", MAC, "iPhone", None)),
    ("dnsmasq", f"Nov 28 10:15:00 dnsmasq-dhcp[9]: DHCPREPLY(br-lan) fd00::5 {LINK_TIME} notebook", (Action.ACK, "fd00::5", MAC, "notebook", None)),
    ("dnsmasq", f"Nov 28 10:15:00 gw dnsmasq-dhcp[9]: 7766 DHCPREPLY(br-lan) fd00::5 {UUID} ", (Action.ACK, "fd00::5", UUID, "", None)),
    ("dnsmasq", f"Nov 28 10:15:00 gw dnsmasq-dhcp[9]: DHCPREPLY(br-lan) fd00::5 {LINK} deprecated", (Action.ACK, "fd00::5", MAC, "", None)),
    ("dnsmasq", f"Nov 28 10:15:00 gw dnsmasq-dhcp[9]: DHCPREPLY(br-lan) fd00::5 {LINK} address invalid", (Action.EXPIRE, "fd00::5", MAC, "", None)),
    # Kea's journal before 1.0, of 2.6 and of 3.0; of DHCPv6 with and without hardware address (Kea's unit tests)
    ("kea", f"10.0.0.5,{MAC},,600,1795850700,1,0,0,pc", (Action.ACK, "10.0.0.5", MAC, "pc", 600)),
    ("kea", f"10.0.0.5,{MAC},01:{MAC},600,1795850700,1,0,0,a&#x2cb&#x26,0,{{ &#x22ISC&#x22: 1 }},0", (Action.ACK, "10.0.0.5", MAC, "a,b&", 600)),
    ("kea", f"2001:db8::5,{LINK},600,1795850700,8,300,0,7,128,1,1,host6,{MAC},0,,1,4,0", (Action.ACK, "2001:db8::5", MAC, "host6", 600)),
    ("kea", f"2001:db8::5,{UUID},600,1795850700,8,300,0,7,128,1,1,host6,,0", (Action.ACK, "2001:db8::5", UUID, "host6", 600)),
    ("kea", f"2026-11-28 10:15:00.000 INFO  [kea-dhcp6.leases/617.1] DHCP6_LEASE_ALLOC duid=[{UUID}], [no hwaddr info], tid=0xa492a1: lease for address 2001:db8::5 and iaid=0 has been allocated for 1800 seconds", (Action.ACK, "2001:db8::5", UUID, "", 1800)),
    ("kea", f"2026-11-28 10:15:00.000 INFO  [kea-dhcp6.leases/617.1] DHCP6_LEASE_ALLOC duid=[{LINK}], [hwtype=1 {MAC}], tid=0xa1: lease for address 2001:db8::5 and iaid=0 has been allocated for 1800 seconds", (Action.ACK, "2001:db8::5", MAC, "", 1800)),
    ("kea", f"2026-11-28 10:15:00.000 INFO  [kea-dhcp6.leases/617.1] DHCP6_RELEASE_NA duid=[{LINK}], tid=0xa1: binding for address 2001:db8::5 and iaid=0 was released properly", (Action.RELEASE, "2001:db8::5", MAC, "", None)),
    ("kea", f"Nov 28 10:15:00 kea kea-dhcp4[617]: 2026-11-28 10:15:00.000 INFO  [kea-dhcp4.leases/617.140134650707584] DHCP4_LEASE_ALLOC [hwtype=1 {MAC}], cid=[01:{MAC}], tid=0xa9f404c6: lease 10.0.0.5 has been allocated for 4000 seconds", (Action.ACK, "10.0.0.5", MAC, "", 4000)),
    # a frame in another language: the program's own time stands behind it (a public log in Spanish)
    ("kea", f"ene 06 12:48:19 kea kea-dhcp4[617]: 2026-11-28 10:15:00.000 INFO [kea-dhcp4.leases/1] DHCP4_LEASE_ALLOC [hwtype=1 {MAC}], x: lease 10.0.0.5 has been allocated", (Action.ACK, "10.0.0.5", MAC, "", None)),
    ("kea", f"2026-11-28 10:15:00 +03 Address: 2001:db8:1::1 has been assigned for 0 hrs 10 mins 0 secs to a device with DUID: {UUID} and hardware address: hwtype=1 {MAC} (from DUID)", (Action.ACK, "2001:db8:1::1", MAC, "", 600)),
    # a journal's row that names the client by its identifier alone; a FortiGate lease without end
    ("kea", f"10.0.0.5,,01:{MAC},600,1795850700,1,0,0,pc,0,,0", (Action.ACK, "10.0.0.5", MAC, "pc", 600)),
    ("fortigate", f'date=2026-11-28 time=10:15:00 logid="0100026001" type="event" dhcp_msg="Ack" mac="{MAC}" ip=10.0.0.5 lease=0 hostname="pc"', (Action.ACK, "10.0.0.5", MAC, "pc", 0xFFFFFFFF)),
    # the legal log's other times (its manual: `timestamp-format`, %Z), and what was typed in
    ("kea", f"2026-11-28 10:15:00.000000 +0300 Address: 10.0.0.5 has been assigned for 0 hrs 10 mins 0 secs to a device with hardware address: hwtype=1 {MAC}", (Action.ACK, "10.0.0.5", MAC, "", 600)),
    ("kea", f"2026-11-28 07:15:00 UTC HA partner updated information on the lease of address: 10.0.0.5 to a device with hardware address: {MAC}, client-id: 17:34 for 1 hrs 0 mins 0 secs", (Action.ACK, "10.0.0.5", MAC, "", 3600)),
    ("kea", "2026-11-28 10:15:00 +03 Administrator deleted the lease for address: 10.0.0.5", (Action.RELEASE, "10.0.0.5", None, "", None)),
    # a decline of DHCPv6 (dhcp6_messages.mes of Kea 2.6), and its end
    ("kea", f"2026-11-28 10:15:00.000 INFO  [kea-dhcp6.leases/617.1] DHCP6_DECLINE_LEASE Client duid=[{LINK}], [no hwaddr info], tid=0xa1 sent DECLINE for address 2001:db8::5 and the server marked it as declined. The lease will be recovered in 86400 seconds.", (Action.DECLINE, "2001:db8::5", MAC, "", 86_400)),
    ("kea", "2026-11-28 10:15:00.000 INFO  [kea-dhcp6.alloc-engine/617.1] ALLOC_ENGINE_V6_DECLINED_RECOVERED IPv6 address 2001:db8::5 was recovered after 86400 seconds of probation-period", (Action.EXPIRE, "2001:db8::5", None, "", None)),
    # FortiGate as CSV and as CEF (Fortinet's log message reference; public logs of 5.6 and 7.2)
    ("fortigate", f'date=2026-11-28,time=10:15:00,devname="FG",devid="FG",logid="0100026001",type="event",tz="+0300",logdesc="DHCP Ack log",interface="lan",dhcp_msg="Ack",mac="{MAC}",ip=10.0.0.5,lease=300,hostname="pc"', (Action.ACK, "10.0.0.5", MAC, "pc", 300)),
    ("fortigate", f"Nov 28 10:15:00 FG-VM64 CEF: 0|Fortinet|Fortigate|v5.6.3|26001|event:system|2|deviceExternalId=FG FTNTFGTlogid=0100026001 cat=event:system FTNTFGTlogdesc=DHCP Ack log deviceInboundInterface=port2 FTNTFGTdhcp_msg=Ack FTNTFGTmac={MAC} FTNTFGTip=10.0.0.5 FTNTFGTlease=604800 dhost=a pc FTNTFGTip\\=10.9.9.9 msg=DHCP server sends a DHCPACK", (Action.ACK, "10.0.0.5", MAC, "a pc FTNTFGTip=10.9.9.9", 604_800)),
    ("fortigate", f"<189>Nov 28 11:15:00 fg CEF:0|Fortinet|Fortigate|v7.2.5|26002|event:system release|2|FTNTFGTeventtime=1795850100000000000 FTNTFGTtz=+0300 FTNTFGTlogid=0100026002 FTNTFGTdhcp_msg=Release FTNTFGTmac={MAC} FTNTFGTip=10.0.0.5 dhost=N/A msg=x", (Action.RELEASE, "10.0.0.5", MAC, "", None)),
    # RouterOS: BSD syslog, its own files and screens of 6 and 7
    ("mikrotik", f"Nov 28 10:15:00 MikroTik dhcp-smart assigned 10.0.0.5 for {MAC} wlan0", (Action.ACK, "10.0.0.5", MAC, "wlan0", 0xFFFFFFFF)),
    ("mikrotik", f"nov/28 10:15:00 dhcp,info dhcp1 deassigned 10.0.0.5 from {MAC}", (Action.RELEASE, "10.0.0.5", MAC, "", None)),
    ("mikrotik", f"11-28 10:15:00 dhcp,info dhcp1 assigned 10.0.0.5 for {MAC} pc", (Action.ACK, "10.0.0.5", MAC, "pc", 0xFFFFFFFF)),
    ("mikrotik", f"2026-11-28 10:15:00 dhcp,info dhcp1 assigned 10.0.0.5 for {MAC} x assigned 10.9.9.9 to 00:00:00:00:00:01", (Action.ACK, "10.0.0.5", MAC, "x assigned 10.9.9.9 to 00:00:00:00:00:01", 0xFFFFFFFF)),
    # RouterOS 7.19 as CEF, with its two ways to write the time (a syslog parser's tests, a Vector pipeline)
    ("mikrotik", f"2026-11-28T10:15:00.000+0300 1MB CEF:0|MikroTik|RB2011UAS|7.19.4 (stable)|16|dhcp,info|Low|dvchost=1MB dvc=10.10.10.225 msg=dhcp1 assigned 10.0.0.5 for {MAC} POCO", (Action.ACK, "10.0.0.5", MAC, "POCO", 0xFFFFFFFF)),
    ("mikrotik", f"Nov 28 10:15:00 router.test CEF:0|MikroTik|RB4011iGS+5HacQ2HnD|7.20.4 (stable)|44|dhcp,info|Low|dvchost=router.test dvc=172.30.97.3 msg=dhcp1 deassigned 10.0.0.5 for {MAC} POCO", (Action.RELEASE, "10.0.0.5", MAC, "POCO", None)),
    # a relay that wrote a frame of its own around a line that names no program
    ("mikrotik", f"2026-11-28T10:20:00+03:00 10.0.0.2 Nov 28 10:15:00 rb dhcp,info dhcp1 assigned 10.0.0.5 for {MAC} pc", (Action.ACK, "10.0.0.5", MAC, "pc", 0xFFFFFFFF)),
    # a program that nobody named (RFC 5424 §6)
    ("dhcpd", f"<30>1 2026-11-28T10:15:00+03:00 d - - - - DHCPACK on 10.0.0.5 to {MAC} (pc) via eth0", (Action.ACK, "10.0.0.5", MAC, "pc", None)),
    ("opnsense", f"<134>1 2026-11-28T10:15:00+03:00 fw - - - - INFO  [kea-dhcp4.leases.0x1] DHCP4_LEASE_ALLOC [hwtype=1 {MAC}], cid=[no info], tid=0xa: lease 10.0.0.5 has been allocated for 60 seconds", (Action.ACK, "10.0.0.5", MAC, "", 60)),
    # pfSense and OPNsense: RFC 5424, with and without a pid; no host name
    ("pfsense", f"<134>1 2026-11-28T10:15:00.000000+03:00 pfSense.belediye.test dhcpd 31415 - - DHCPACK on 10.0.0.5 to {MAC} (pc) via igb1", (Action.ACK, "10.0.0.5", MAC, "pc", None)),
    ("pfsense", f"<134>Nov 28 10:15:00 dhcpd[31415]: DHCPACK on 10.0.0.5 to {MAC} (pc) via igb1", (Action.ACK, "10.0.0.5", MAC, "pc", None)),
    ("opnsense", f'<30>1 2026-11-28T10:15:00+03:00 fw dnsmasq-dhcp 7 - [meta sequenceId="1"] DHCPACK(igc1) 10.0.0.5 {MAC} pc', (Action.ACK, "10.0.0.5", MAC, "pc", None)),
    ("opnsense", f'<134>1 2026-11-28T10:15:00+03:00 fw kea-dhcp6 605 - [meta sequenceId="7"] INFO  [kea-dhcp6.leases.0x1] DHCP6_LEASE_ALLOC duid=[{LINK}], [no hwaddr info], tid=0xa: lease for address 2001:db8::5 and iaid=0 has been allocated for 1800 seconds', (Action.ACK, "2001:db8::5", MAC, "", 1800)),
    # Microsoft: ten columns, separators, four-digit years, an agent's frame, a RAS client's long identity
    ("windows", "10,11/28/26,10:15:00,Assign,10.0.0.5,DESKTOP-OHVNO4B,001A2B3C4D5E,,0,0", (Action.ACK, "10.0.0.5", MAC, "DESKTOP-OHVNO4B", None)),
    ("windows", "10,11/28/2026,10:15:00,Ata,10.0.0.5,PC,00-1A-2B-3C-4D-5E,,0,6,,,,,,,,,0", (Action.ACK, "10.0.0.5", MAC, "PC", None)),
    ("windows", "<13>Nov 28 10:16:00 dc1 DhcpSrvLog: 11,11/28/26,10:15:00,Renew,10.0.0.5,PC,001A2B3C4D5E,,1,0,,,,,,,,,0", (Action.ACK, "10.0.0.5", MAC, "PC", None)),
    ("windows", "<13>Nov 28 10:16:00 dc1 11,11/28/26,10:15:00,Yenile,10.0.0.5,PC,001A2B3C4D5E,", (Action.ACK, "10.0.0.5", MAC, "PC", None)),
    ("windows", "10,11/28/26,10:15:00,Assign,10.0.0.5,ras,52415320E0F13A5C6B2CD30100000000,,0,6,,,,,,,,,0", (Action.ACK, "10.0.0.5", "52:41:53:20:e0:f1:3a:5c:6b:2c:d3:01:00:00:00:00", "ras", None)),
    ("windows", f"11002,11/28/26,10:15:00,DHCPV6 Request,2001:db8::5,pc.belediye.test,0,14,{LINK_TIME.replace(':', '').upper()},,,,", (Action.ACK, "2001:db8::5", MAC, "pc.belediye.test", None)),
    ("windows", f"11007,11/28/26,10:15:00,DHCPV6 Release,2001:db8::5,pc,0,14,{LINK_TIME.replace(':', '')},,,,", (Action.RELEASE, "2001:db8::5", MAC, "pc", None)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("layout", "line", "wanted"), GIVEN, ids=[f"{g[0]}-{n}" for n, g in enumerate(GIVEN)]
)
def test_other_words_say_the_same(layout: str, line: str, wanted: tuple[object, ...]) -> None:
    found = said(layout, line)
    assert isinstance(found, Event), found
    mac = addresses.shown_mac(found.mac) or None
    assert (Action(found.action), addresses.shown(found.ip), mac, found.host, found.lease) == wanted
    assert found.at == round(TEN.timestamp() * 1000)


RIDDLES = [
    ("dnsmasq", f"2020-10-26 11:12:38 RT-AC5300 192.168.0.130 3 6 dnsmasq-dhcp[343]:  DHCPACK(br0) 10.0.0.5 {MAC}"),
    ("dnsmasq", f"1月 17 16:02:34 ceph dnsmasq-dhcp[2774]: DHCPACK(virbr0) 10.0.0.5 {MAC}"),
    ("dnsmasq", f"1795850100 {MAC} 10.0.0.5 pc 01:{MAC}"),  # its file of leases
    ("dnsmasq", f"Nov 28 10:15:00 gw dnsmasq-dhcp[9]: DHCPRELEASE(br-lan) {UUID}"),  # of which address?
    ("kea", f"2001:db8:1::,{UUID},600,1795850700,8,300,2,7,56,1,1,,,0"),  # a prefix: many addresses
    ("kea", f"10.0.0.5;{MAC};;600;1795850700;1;0;0;pc;0"),
    ("kea", f"10:15 28/11 Address: 10.0.0.5 has been assigned to a device with hardware address: hwtype=1 {MAC}"),
    ("kea", f"2026-11-28 10:15:00 +03 Administrator deleted a lease for a device identified by: hw-address of {MAC}"),
    ("kea", "2026-11-28 10:15:00.298 INFO  [kea-dhcp4.lease-cmds-hooks/1.2] LEASE_CMDS_ADD4 lease4-add command successful (address: 10.0.0.5)"),
    ("kea", f"Nov 28 10:15:00 k sh[9]: 2026-11-28 10:15:00.298 [kea-dhcp4.leases] DHCP4_LEASE_ALLOC [hwtype=1 {MAC}]: lease 10.0.0.5"),
    ("dhcpd", f"Nov 28 10:15:00 d sh[812]: DHCPACK on 10.0.0.5 to {MAC} via eth0"),
    ("dhcpd", f"Nov 28 10:15:00 UTC: dhcpd[1]: DHCPACK on 10.0.0.5 to {MAC} (pc) via eth0"),
    ("dnsmasq", f"Nov 28 10:15:00 d pihole-FTL[1]: DHCPACK(eth0) 10.0.0.5 {MAC} pc"),
    ("dnsmasq", f"Nov 28 10:15:00 d dnsmasq-dhcp[1]: BOOTP(eth0) 10.0.0.5 {MAC}"),
    ("pfsense", f"Nov 28 10:15:00 d sh[812]: DHCPACK on 10.0.0.5 to {MAC} via eth0"),
    ("windows", "11040,11/28/26,10:15:00,DHCPV6 Something,2001:db8::5,pc,0,14,0001,,,,"),
    # whole prefixes and addresses for a while (dhcpv6.c of ISC dhcpd 4.4); RouterOS for IPv6, of which we saw no sample
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: Reply PD: address 2001:db8:1::/56 to client with duid {LINK} iaid = 1 valid for 600 seconds"),
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: Reply TA: address 2001:db8:1::5 to client with duid {LINK} iaid = 1 valid for 600 seconds"),
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: Client {LINK} releases prefix 2001:db8:1::/56"),
    ("mikrotik", f"Nov 28 10:15:00 rb dhcp,info dhcpv6-server1 assigned 2001:db8:1::/60 for {LINK}"),
    ("dnsmasq", f"Nov 28 10:15:00 gw dnsmasq-dhcp[9]: abandoning lease to {MAC} of 10.0.0.5"),
    # FortiGate without a number or a `dhcp_msg` (a syslog parser's tests), and as JSON
    ("fortigate", f'<190>logdesc="DHCP Ack log" mac="{MAC}" ip=10.0.0.5 lease=604800 hostname="Example"'),
    ("fortigate", f'{{"date":"2026-11-28","time":"10:15:00","dhcp_msg":"Ack","mac":"{MAC}","ip":"10.0.0.5"}}'),
    ("pfsense", f"Nov 28 10:15:00 fw sh[9]: INFO  [kea-dhcp4.leases] DHCP4_LEASE_ALLOC [hwtype=1 {MAC}], x: lease 10.0.0.5"),
    ("windows", "GenericLog011002,11/28/26,10:15:00,DHCPV6 Request,2001:db8::5,pc,0,14,0001,,,,"),
    ("kea", f'{{"time":"2026-11-28","message":"DHCP4_LEASE_RENEW [hwtype=1 {MAC}]: lease 10.0.0.5"}}'),
    ("mikrotik", "09:14:01 dhcp,info deassigned 10.0.0.5"),
    ("pfsense", f"fw DHCPACK on 10.0.0.5 to {MAC} (pc) via igb1"),
    ("windows", '"10","11/28/26","10:15:00","Assign","10.0.0.5","PC","001A2B3C4D5E"'),
    ("windows", "11002,11/28/26,10:15:00,DHCPV6 Request,?,pc,0,14,0001,,,,"),
    ("fortigate", "CEF:0|Fortinet|Fortigate|v7|26001|event|2|FTNTFGTdhcp_msg=Ack FTNTFGTip=heute FTNTFGTeventtime=1795850100"),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "line"), RIDDLES)
def test_a_layout_that_is_not_read_is_told(layout: str, line: str) -> None:
    assert said(layout, line) is Word.UNPARSED


WRAPPED = {  # how others hand lines on: journald's export and JSON, Docker, spreadsheets, relays, counted lines
    "json": lambda line: json.dumps({"MESSAGE": line}),
    "docker": lambda line: json.dumps({"log": f"{line}\n", "time": "2026-11-28T07:15:00Z"}),
    "export": "MESSAGE={}".format,
    "quoted": '"{}"'.format,
    "every field": lambda line: ",".join(f'"{part}"' for part in line.split(",")),
    "semicolons": lambda line: line.replace(",", ";"),
    "counted": "653 {}".format,
    "numbered": "<134>1234: {}".format,
    "named": "gw1: {}".format,
    "indented": "  {}".format,
    "marked": "\ufeff{}".format,
    "ended": "{} ".format,
    "relayed": "Nov 28 10:16:00 relay {}".format,
    "relayed by ISO": "2026-11-28T10:16:00.123+03:00 10.9.9.1 info {}".format,
    "relayed by RFC 5424": "<134>1 2026-11-28T10:16:00+03:00 relay - - - - {}".format,
}


@pytest.mark.parametrize("how", WRAPPED)
def test_a_line_in_another_s_wrapping_is_read_the_same_or_told(how: str) -> None:
    """Never lost, and never somebody else's: whoever understands half of a line must say that he does not."""
    for layout, line, _wanted in GIVEN:
        plain, found = said(layout, line), said(layout, WRAPPED[how](line))
        assert isinstance(plain, Event)
        if isinstance(found, Event):
            assert (found.action, found.ip, found.mac) == (plain.action, plain.ip, plain.mac), line
        else:
            assert found in (Word.UNPARSED, Word.IMPOSSIBLE), line


@pytest.mark.parametrize(
    ("written", "offset"), [("EEST", 3), ("EET", 2), ("+02", 2), ("UTC", 0), ("CET", None)]
)
def test_a_zone_s_name_decides_the_hour_that_happened_twice(written: str, offset: int | None) -> None:
    """A name that the source's zone does not have is of another zone, nobody knows of which."""
    line = f"2015-11-08 03:30:00 {written} Address: 10.0.0.5 has been released from a device with hardware address: hwtype=1 {MAC}"
    found = said("kea", line)
    if offset is None:
        assert found is Word.IMPOSSIBLE
    else:
        assert isinstance(found, Event)
        assert found.alternative is None
        assert found.at == round(datetime(2015, 11, 8, 3 - offset, 30, tzinfo=UTC).timestamp() * 1000)


SILENT = [
    # a failover pair's talk, and what a server says before it reads a release (dhcp.c, failover.c of ISC dhcpd 4.4)
    ("dhcpd", "Nov 28 10:15:00 d dhcpd[1]: bind update on 10.0.0.5 from failover rejected: incoming update is less critical than outgoing update"),
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: client {MAC} has duplicate leases on 10.0.0.0/24"),
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: DHCPRELEASE from {MAC} specified requested-address."),
    ("dhcpd", f"Nov 28 10:15:00 d dhcpd[1]: Advertise NA: address 2001:db8::5 to client with duid {LINK} iaid = 1 valid for 600 seconds"),
    ("dhcpd", "Nov 28 10:15:00 d dhcpd[1]: Solicit message from fe80::1 port 546, transaction ID 0x12345600"),
    ("dnsmasq", f"Nov 28 10:15:00 gw dnsmasq-dhcp[9]: DHCPREPLY(br-lan) fd00::5 {LINK} lease not found"),
    ("dnsmasq", f"Nov 28 10:15:00 gw dnsmasq-dhcp[9]: DHCPREPLY(br-lan) {LINK} no addresses available"),
    ("dnsmasq", f"Nov 28 10:15:00 gw dnsmasq-dhcp[9]: DHCPADVERTISE(br-lan) fd00::5 {LINK} pc"),
    ("mikrotik", "Nov 28 10:15:00 rb firewall,info forward: in:b out:e, proto ICMP (type 8, code 0), 10.0.0.5->198.51.100.7, NAT (10.0.0.5->203.0.113.4)->198.51.100.7, len 52"),
    ("mikrotik", f"Nov 28 10:15:00 rb dhcp,warning d offering lease 10.0.0.5 for {MAC} without success"),
    ("windows", "11002,11/28/26,10:15:00,DHCPV6 Request,2001:db8::5,pc,5,14,0001,,,,"),  # denied
    ("windows", "11003,11/28/26,10:15:00,DHCPV6 Confirm,,pc,0,,,,,,"),
    ("fortigate", 'date=2026-11-28 time=10:15:00 type="traffic" srcip=10.0.0.5 srcport=1 transip=0.0.0.0 transport=0'),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "line"), SILENT)
def test_a_line_that_gives_nobody_an_address_is_understood(layout: str, line: str) -> None:
    assert said(layout, line) is Word.IGNORED


def test_a_translation_of_a_firewall_that_names_its_class() -> None:
    """EMBLEM (`logging host … format emblem`): the class of the message stands before its level."""
    line = "2026-11-28T07:15:00Z fw : %ASA-session-6-305011: Built dynamic TCP translation from in:10.0.0.5/5100 to out:203.0.113.4/5101"
    assert isinstance(said("asa", line), Session)


def test_a_translation_whose_packet_has_two_flags() -> None:
    line = (
        "Nov 28 10:15:00 rb firewall,info forward: in:b out:e, connection-state:established,snat proto TCP (ACK,PSH), "
        "10.0.0.5:5100->198.51.100.7:443, NAT (10.0.0.5:5100->203.0.113.4:5101)->198.51.100.7:443, len 52"
    )
    found = said("mikrotik", line)
    assert isinstance(found, Session)
    assert (addresses.shown(found.public), found.public_port, found.inside_port) == (
        "203.0.113.4",
        5101,
        5100,
    )


def test_a_translation_in_cef() -> None:
    line = (
        "Nov 28 10:15:00 fg CEF:0|Fortinet|Fortigate|v6.0.3|00013|traffic:forward close|3|FTNTFGTeventtime=1795850100 "
        "src=10.0.0.5 spt=54190 dst=198.51.100.7 dpt=443 sourceTranslatedAddress=203.0.113.4 "
        "sourceTranslatedPort=54191 proto=6 FTNTFGTduration=7 out=1 in=1"
    )
    found = said("fortigate", line)
    assert isinstance(found, Session)
    assert (found.end - found.start, found.end) == (7000, 1_795_850_100_000)
    assert (addresses.shown(found.public), found.public_port, found.protocol) == ("203.0.113.4", 54191, 6)


SIXTH = r"""ia-na "\007\000\000\000\000\003\000\001\000\032+<M^" {
  cltt 6 2026/11/28 07:15:00;
  iaaddr 2001:db8::5 {
    binding state %s;
    preferred-life 375;
    max-life 600;
    ends 6 2026/11/28 07:25:00;
  }
}
"""


@pytest.mark.parametrize(("state", "action"), [("active", Action.ACK), ("released", Action.RELEASE), ("expired", Action.EXPIRE)])  # fmt: skip
def test_a_block_of_dhcpd_s_journal_for_ipv6(state: str, action: Action) -> None:
    read = READERS["dhcpd-leases"](Clock(ZoneInfo("Europe/Istanbul"), round(NOW.timestamp() * 1000)))
    told = [one for line in (SIXTH % state).splitlines() if (one := read(line)) is not Word.IGNORED]
    assert [type(one) for one in told] == [Event]
    assert (told[0].action, addresses.shown(told[0].ip), addresses.shown_mac(told[0].mac)) == (
        action,
        "2001:db8::5",
        MAC,
    )
    ends = round(TEN.timestamp() * 1000) + 600_000
    assert told[0].at == (ends - 600_000 if action is Action.ACK else ends)


@pytest.mark.parametrize(
    ("block", "wanted"),
    [  # no indentation (an awk script's), a remark behind the time, one line, a nested block, a peer's state
        (["lease 10.0.0.5 {", "starts 6 2026/11/28 07:15:00;", "ends never;", "binding state active;", f"hardware ethernet {MAC};", "}"], Action.ACK),
        (["lease 10.0.0.5 {", "  starts epoch 1795850100; # Sat Nov 28 07:15:00 2026", "  ends epoch 1795850700; # x", "  binding state active;", f"  hardware ethernet {MAC};", "}"], Action.ACK),
        (["lease 10.0.0.5 { binding state active; }"], Word.UNPARSED),
        (["lease 10.0.0.5 {", "  starts 6 2026/11/28 07:15:00;", "  ends 6 2026/11/28 07:25:00;", "  binding state active;", "  on expiry or release {", '    execute ("/bin/x");', "  }", f"  hardware ethernet {MAC};", "}"], Action.ACK),
        (['failover peer "dhcp" state {', "  my state normal at 6 2026/11/28 07:15:00;", "}"], Word.IGNORED),
        (["lease 10.0.0.5 {", "  starts 6 2026/11/28 07:15:00;", "  abandoned;", "}"], Word.UNPARSED),
        (['ia-pd "x" {', "  iaprefix 2001:db8:1::/56 {"], Word.UNPARSED),
    ],
)  # fmt: skip
def test_blocks_as_others_write_them(block: list[str], wanted: object) -> None:
    found = said("dhcpd-leases", *block)
    if isinstance(found, Event):
        assert (found.at, addresses.shown_mac(found.mac)) == (round(TEN.timestamp() * 1000), MAC)
        found = found.action
    assert found == wanted


@pytest.mark.parametrize(
    ("line", "wanted", "flags"),
    [
        ("Dec 31 23:59:59", datetime(2025, 12, 31, 20, 59, 59, tzinfo=UTC), Flag.YEAR | Flag.ZONE),
        (
            "Nov 29 00:10:00",
            datetime(2026, 11, 28, 21, 10, tzinfo=UTC),
            Flag.YEAR | Flag.ZONE,
        ),  # a clock that is ahead
        ("Dec  1 00:00:00", datetime(2025, 11, 30, 21, tzinfo=UTC), Flag.YEAR | Flag.ZONE),
        ("Ağu  5 10:00:00", datetime(2026, 8, 5, 7, tzinfo=UTC), Flag.YEAR | Flag.ZONE),
        (
            "Wed Sep  7 00:30:00 2016",
            datetime(2016, 9, 6, 21, 30, tzinfo=UTC),
            Flag.ZONE,
        ),  # summer time for good
        ("Mon Jan 16 10:00:00 2016", datetime(2016, 1, 16, 8, tzinfo=UTC), Flag.ZONE),
    ],
)
def test_a_year_and_a_zone_that_are_not_said(line: str, wanted: datetime, flags: int) -> None:
    found = said("dhcpd", f"{line} d dhcpd[1]: DHCPACK on 10.0.0.5 to {MAC} via eth0")
    assert isinstance(found, Event)
    assert (datetime.fromtimestamp(found.at / 1000, UTC), found.flags) == (wanted, flags)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1254", "utf-16", "utf-16-le"])
def test_turkish_in_every_encoding_a_windows_server_is_copied_in(encoding: str) -> None:
    lines = [
        "Kimlik,Tarih,Saat,Açıklama",
        "12,11/28/26,10:15:00,Bırakma,10.0.0.5,şef-ığdır,001A2B3C4D5E,,0,6,,,",
    ] * 2
    content = "".join(f"{line}\r\n" for line in lines).encode(encoding)
    read = [text for text in texts(content) if text]
    assert read[1] == read[3] == lines[1]
    found = said("windows", *read)
    assert isinstance(found, Event)
    assert found.host == "şef-ığdır"


HUGE = "9" * 5000
TOO_LONG = [
    ("kea", f"10.0.0.5,{MAC},,{HUGE},1795850700,1,0,0,pc,0"),
    ("kea", f"2026-11-28 10:15:00.0 INFO  [kea-dhcp4.leases/1] DHCP4_LEASE_ALLOC [hwtype=1 {MAC}], x: lease 10.0.0.5 has been allocated for {HUGE} seconds"),
    ("asa", f"Apr  2 23:12:15 g %ASA-6-305011: Built dynamic TCP translation from in:10.0.0.5/{HUGE} to out:203.0.113.4/1"),
    ("mikrotik", f"Nov 28 10:15:00 rb srcnat: proto TCP (SYN), 10.0.0.5:1->198.51.100.7:443, NAT (10.0.0.5:1->203.0.113.4:{HUGE})->198.51.100.7:443"),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "line"), TOO_LONG)
def test_a_number_that_no_server_writes_is_told(layout: str, line: str) -> None:
    assert said(layout, line) is Word.UNPARSED


@pytest.mark.parametrize("digits", ["99999999999999999999", HUGE])
def test_a_lease_that_no_server_gives_ends_no_run(digits: str) -> None:
    found = said(
        "fortigate", f'date=2026-11-28 time=10:15:00 dhcp_msg="Ack" mac={MAC} ip=10.0.0.5 lease={digits}'
    )
    assert isinstance(found, Event)
    assert found.lease is None


def test_a_client_that_writes_turkish_into_the_journal_of_ipv6_ends_no_run() -> None:
    assert (
        said("dhcpd-leases", 'ia-na "şşşşğ" {', "  iaaddr fd00::5 {", "    binding state active;")
        is Word.IGNORED
    )


@pytest.mark.torture
@pytest.mark.parametrize("case", GIVEN, ids=lambda one: one[0])
@hypothesis.given(data=st.data())
def test_a_variant_cut_or_mixed_makes_no_reader_fail(
    case: tuple[str, str, object], data: st.DataObject
) -> None:
    _layout, line, _wanted = case
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(line))] * 2)))
    other = data.draw(st.sampled_from(GIVEN))[1]
    mixed = line[:begin] + data.draw(st.one_of(st.text(max_size=8), st.just(other))) + line[end:]
    for name in READERS:
        assert isinstance(said(name, mixed), Event | Session | Word)
