"""Lines as servers write them, from public samples and real servers; none may be lost, none may raise.

Where each sample is from stands beside it. Addresses and names are of documentation ranges where the original's
would name somebody.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools.inventory.iplog import Source
from bitools.iplog.decisions import addresses
from bitools.iplog.decisions.events import LONGEST, Action, Event, Flag, Session, Word
from bitools.iplog.decisions.formats import READERS
from bitools.iplog.decisions.frames import unframe
from bitools.iplog.decisions.instants import Clock

ISTANBUL = ZoneInfo("Europe/Istanbul")
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def clock(now: datetime = NOW) -> Clock:
    return Clock(ISTANBUL, round(now.timestamp() * 1000))


def said(layout: str, line: str, now: datetime = NOW) -> object:
    return READERS[layout](clock(now))(line)


def utc(*when: int) -> int:
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1000)


def test_the_inventory_names_just_these_formats() -> None:
    assert set(Source.model_json_schema()["properties"]["format"]["enum"]) == set(READERS)


# Each: format, line, action, address, hardware address, host, lease, instant.
GIVEN = [
    # ISC dhcpd 4.4.3, run in this lab, through rsyslog with ISO times; PacketFence and pfSense have the same
    (
        "dhcpd",
        "2026-11-28T10:15:00.123456+03:00 dhcp1 dhcpd[811]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:5e (pc-imar) via eth0",
        (Action.ACK, "10.0.0.5", "00:1a:2b:3c:4d:5e", "pc-imar", None, utc(2026, 11, 28, 7, 15, 0) + 123),
    ),
    (
        "dhcpd",
        "Nov 28 10:15:00 dhcp1 dhcpd[811]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:5e via 10.0.0.1",
        (Action.ACK, "10.0.0.5", "00:1a:2b:3c:4d:5e", "", None, utc(2026, 11, 28, 7, 15)),
    ),
    (
        "dhcpd",
        "Dec 31 23:59:59 dhcp1 dhcpd: DHCPRELEASE of 10.0.0.5 from 00:1a:2b:3c:4d:5e (pc) via eth0 (found)",
        (Action.RELEASE, "10.0.0.5", "00:1a:2b:3c:4d:5e", "pc", None, utc(2025, 12, 31, 20, 59, 59)),
    ),
    (
        "dhcpd",
        "<134>Nov 28 10:15:00 dhcp1 dhcpd[811]: DHCPDECLINE of 10.0.0.5 from 00:1a:2b:3c:4d:5e via eth0: abandoned",
        (Action.DECLINE, "10.0.0.5", "00:1a:2b:3c:4d:5e", "", 86_400, utc(2026, 11, 28, 7, 15)),
    ),
    (  # a client that calls itself like a line of the server's
        "dhcpd",
        "2026-11-28T10:15:00Z d dhcpd[1]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:5e "
        "(x) via eth0 DHCPACK on 10.9.9.9 to 00:00:00:00:00:01 (y) via eth0",
        (
            Action.ACK,
            "10.0.0.5",
            "00:1a:2b:3c:4d:5e",
            "x) via eth0 DHCPACK on 10.9.9.9 to 00:00:00:00:00:01 (y",
            None,
            utc(2026, 11, 28, 10, 15),
        ),
    ),
    # dnsmasq 2.90, run in this lab
    (
        "dnsmasq",
        "Nov 28 03:29:50 dnsmasq-dhcp[6849]: DHCPACK(lo) 10.0.0.14 02:00:00:00:00:0b b",
        (Action.ACK, "10.0.0.14", "02:00:00:00:00:0b", "b", None, utc(2026, 11, 28, 0, 29, 50)),
    ),
    (
        "dnsmasq",
        "Nov 28 03:30:57 router dnsmasq-dhcp[6849]: 1234567 DHCPRELEASE(br-lan) 10.0.0.14 02:00:00:00:00:0b",
        (Action.RELEASE, "10.0.0.14", "02:00:00:00:00:0b", "", None, utc(2026, 11, 28, 0, 30, 57)),
    ),
    # Kea 2.2, run in this lab; 2.x in Cray's and others' public documentation
    (
        "kea",
        "2026-11-28 03:29:46.403 INFO  [kea-dhcp4.leases/6452.140283551139328] DHCP4_LEASE_ALLOC "
        "[hwtype=1 02:00:00:00:00:0a], cid=[no info], tid=0xa0002: lease 10.0.0.11 has been allocated for 120 seconds",
        (Action.ACK, "10.0.0.11", "02:00:00:00:00:0a", "", 120, utc(2026, 11, 28, 0, 29, 46) + 403),
    ),
    (  # Kea 1.3, which did not say for how long
        "kea",
        "2018-04-13 11:33:02.083 INFO  [kea-dhcp4.leases/1] DHCP4_LEASE_ALLOC [hwtype=1 08:00:27:72:c6:76], "
        "cid=[no info], tid=0xf192aa47: lease 192.168.0.10 has been allocated",
        (Action.ACK, "192.168.0.10", "08:00:27:72:c6:76", "", None, utc(2018, 4, 13, 8, 33, 2) + 83),
    ),
    (
        "kea",
        "2026-11-28 03:30:34.723 INFO  [kea-dhcp4.leases/6452.14] DHCP4_RELEASE [hwtype=1 02:00:00:00:00:0b], "
        "cid=[01:02:00:00:00:00:0b], tid=0xb0003: address 10.0.0.12 was released properly.",
        (Action.RELEASE, "10.0.0.12", "02:00:00:00:00:0b", "", None, utc(2026, 11, 28, 0, 30, 34) + 723),
    ),
    (
        "kea",
        "2026-11-28 03:30:52.736 INFO  [kea-dhcp4.leases/6452.14] DHCP4_DECLINE_LEASE Received DHCPDECLINE for addr "
        "10.0.0.13 from client [hwtype=1 10:00:00:00:00:0c], cid=[no info], tid=0xc0003. The lease will be "
        "unavailable for 120 seconds.",
        (Action.DECLINE, "10.0.0.13", "10:00:00:00:00:0c", "", 120, utc(2026, 11, 28, 0, 30, 52) + 736),
    ),
    (
        "kea",
        "10.0.0.11,02:00:00:00:00:0a,,120,1795825906,1,0,0,ef-laptop,0,",
        (Action.ACK, "10.0.0.11", "02:00:00:00:00:0a", "ef-laptop", 120, 1_795_825_786_000),
    ),
    (
        "kea",
        "10.0.0.13,,,120,1795825972,1,0,0,,1,",
        (Action.DECLINE, "10.0.0.13", None, "", 120, 1_795_825_852_000),
    ),
    (
        "kea",
        "10.0.0.11,02:00:00:00:00:0a,,120,1795825936,1,0,0,a&#x2cb,2,",
        (Action.EXPIRE, "10.0.0.11", "02:00:00:00:00:0a", "a,b", 120, 1_795_825_936_000),
    ),
    # libdhcp_legal_log: Kea's own unit tests (legal_log_mgr), older `min` and newer `mins`
    (
        "kea",
        "2026-11-28 10:00:00 +03 Address: 192.2.1.100 has been assigned for 1 hrs 52 min 15 secs to a device with "
        "hardware address: hwtype=1 08:00:2b:02:3f:4e, client-id: 17:34:e2:ff:09:92:54",
        (Action.ACK, "192.2.1.100", "08:00:2b:02:3f:4e", "", 6735, utc(2026, 11, 28, 7)),
    ),
    (
        "kea",
        "2026-11-28 10:00:00 +03 Address: 192.2.1.100 has been renewed for 1 hrs 52 mins 15 secs to a device with "
        "hardware address: hwtype=1 08:00:2b:02:3f:4e connected via relay at address: 192.2.16.33, identified by "
        "circuit-id: 68:6f:77:64:79",
        (Action.ACK, "192.2.1.100", "08:00:2b:02:3f:4e", "", 6735, utc(2026, 11, 28, 7)),
    ),
    (
        "kea",
        "2026-11-28 10:00:00 +03 Address: 192.2.1.100 has been released from a device with hardware address: "
        "hwtype=1 08:00:2b:02:3f:4e",
        (Action.RELEASE, "192.2.1.100", "08:00:2b:02:3f:4e", "", None, utc(2026, 11, 28, 7)),
    ),
    # Microsoft's audit log: 7 columns, then a public sample of 19 (an iPXE project's notes)
    (
        "windows",
        "10,11/28/26,10:15:00,Assign,10.0.0.5,PC-IMAR.belediye.test,001A2B3C4D5E",
        (
            Action.ACK,
            "10.0.0.5",
            "00:1a:2b:3c:4d:5e",
            "PC-IMAR.belediye.test",
            None,
            utc(2026, 11, 28, 7, 15),
        ),
    ),
    (
        "windows",
        "11,10/18/25,15:32:59,Renew,10.250.132.27,,BCFCE73A61C9,,727830406,0,,,,0x505845,PXEClient,0x69505845,iPXE,,0",
        (Action.ACK, "10.250.132.27", "bc:fc:e7:3a:61:c9", "", None, utc(2025, 10, 18, 12, 32, 59)),
    ),
    (
        "windows",
        "12,11/28/26,10:15:00,Bırakma,10.0.0.5,şef-laptop,001A2B3C4D5E,,0,6,,,",
        (Action.RELEASE, "10.0.0.5", "00:1a:2b:3c:4d:5e", "şef-laptop", None, utc(2026, 11, 28, 7, 15)),
    ),
    (
        "windows",
        "13,11/28/26,10:15:00,Çakışma,10.0.0.5,BAD_ADDRESS,,,0,6,,,",
        (Action.DECLINE, "10.0.0.5", None, "BAD_ADDRESS", 3600, utc(2026, 11, 28, 7, 15)),
    ),
    (  # a comma in the name: the only field that can be a hardware address tells where it ends
        "windows",
        '10,11/28/26,10:15:00,Assign,10.0.0.5,a,b"c,001A2B3C4D5E,,0,6,,,',
        (Action.ACK, "10.0.0.5", "00:1a:2b:3c:4d:5e", 'a,b"c', None, utc(2026, 11, 28, 7, 15)),
    ),
    # FortiGate: a PacketFence test of 2024, a public log of 2016 without eventtime, one of 7.0 with quotes
    (
        "fortigate",
        'date=2024-12-24 time=11:56:25 devname="FGT50E" devid="FGT50E" logid="0100026001" type="event" '
        'subtype="system" level="information" vd="root" eventtime=1735059387564643583 tz="-0500" '
        'logdesc="DHCP Ack log" interface="VLAN_41" dhcp_msg="Ack" mac="B0:2A:43:C1:97:DC" ip=192.168.41.249 '
        'lease=300 hostname="N/A" msg="DHCP server sends a DHCPACK"',
        (Action.ACK, "192.168.41.249", "b0:2a:43:c1:97:dc", "", 300, 1_735_059_387_564),
    ),
    (
        "fortigate",
        "<38>date=2016-08-16 time=20:34:06 devname=FGT90D devid=FGT90D logid=0100026001 type=event subtype=system "
        'level=information vd="root" logdesc="DHCP Ack log" interface="wifi" dhcp_msg="Ack" mac=78:D7:5F:04:00:78 '
        'ip=192.168.10.8 lease=604800 hostname="phone" msg="DHCP server sends a DHCPACK"',
        (Action.ACK, "192.168.10.8", "78:d7:5f:04:00:78", "phone", 604_800, utc(2016, 8, 16, 17, 34, 6)),
    ),
    (
        "fortigate",
        '<190>logver=700140601 timestamp=1713200834 devname="X" devid="FG200" vd="root" date=2024-04-15 time=17:07:14 '
        'eventtime=1713181035082310613 tz="+0530" logid="0100026002" type="event" logdesc="DHCP Release log" '
        'dhcp_msg="Release" mac="20:79:18:93:22:C7" ip=192.168.6.20 hostname="x ip=10.9.9.9" msg="…"',
        (Action.RELEASE, "192.168.6.20", "20:79:18:93:22:c7", "x ip=10.9.9.9", None, 1_713_181_035_082),
    ),
    # RouterOS 6 and 7: MikroTik's documentation of the log, and public logs
    (
        "mikrotik",
        "Jun 22 21:40:16 192.168.65.1 dhcp,info dhcp_lan assigned 192.168.65.202 to E8:6F:38:88:92:29",
        (Action.ACK, "192.168.65.202", "e8:6f:38:88:92:29", "", LONGEST, utc(2026, 6, 22, 18, 40, 16)),
    ),
    (
        "mikrotik",
        "Jun 22 21:39:13 192.168.65.1 dhcp,info dhcp_lan deassigned 192.168.65.149 from 04:D3:B5:FC:E8:09",
        (Action.RELEASE, "192.168.65.149", "04:d3:b5:fc:e8:09", "", None, utc(2026, 6, 22, 18, 39, 13)),
    ),
    (
        "mikrotik",
        "2026-09-24T09:00:02+03:00 rb dhcp,info defconf assigned 192.168.88.30 for AA:BB:CC:77:88:99 Laptop",
        (Action.ACK, "192.168.88.30", "aa:bb:cc:77:88:99", "Laptop", LONGEST, utc(2026, 9, 24, 6, 0, 2)),
    ),
    # OPNsense: RFC 5424 with structured data
    (
        "opnsense",
        '<134>1 2026-11-28T10:15:00+03:00 fw.belediye.test kea-dhcp4 605 - [meta sequenceId="7"] INFO '
        "[kea-dhcp4.leases.0x1c] DHCP4_LEASE_ALLOC [hwtype=1 08:00:27:cd:12:44], cid=[01:08:00:27:cd:12:44], "
        "tid=0x1a2b3c: lease 10.0.3.2 has been allocated for 4000 seconds",
        (Action.ACK, "10.0.3.2", "08:00:27:cd:12:44", "", 4000, utc(2026, 11, 28, 7, 15)),
    ),
    (
        "pfsense",
        "Nov 28 10:15:00 fw dhcpd[31415]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:5e (pc) via igb1",
        (Action.ACK, "10.0.0.5", "00:1a:2b:3c:4d:5e", "pc", None, utc(2026, 11, 28, 7, 15)),
    ),
]


@pytest.mark.parametrize(
    ("layout", "line", "wanted"), GIVEN, ids=[f"{g[0]}-{n}" for n, g in enumerate(GIVEN)]
)
def test_a_line_says_who_got_which_address(layout: str, line: str, wanted: tuple[object, ...]) -> None:
    found = said(layout, line)
    assert isinstance(found, Event), found
    mac = addresses.shown_mac(found.mac) or None
    told = (Action(found.action), addresses.shown(found.ip), mac, found.host, found.lease, found.at)
    assert told == wanted


SILENT = [
    (
        "dhcpd",
        "Nov 28 10:15:00 d dhcpd[1]: DHCPACK to 10.0.0.5 (00:1a:2b:3c:4d:5e) via eth0",
    ),  # answers an INFORM
    ("dhcpd", "Nov 28 10:15:00 d dhcpd[1]: DHCPDISCOVER from 00:1a:2b:3c:4d:5e via eth0"),
    (
        "dhcpd",
        "Nov 28 10:15:00 d dhcpd[1]: DHCPRELEASE of 10.0.0.5 from 00:1a:2b:3c:4d:5e via eth0 (not found)",
    ),
    ("dhcpd", "Nov 28 10:15:00 d sshd[1]: Accepted publickey for a from 10.0.0.5 port 22"),
    ("dnsmasq", "Nov 28 03:29:50 dnsmasq-dhcp[1]: DHCPOFFER(lo) 10.0.0.14 02:00:00:00:00:0b"),
    (
        "kea",
        "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context",
    ),
    ("kea", "10.0.0.13,,,0,1795825852,1,0,0,,1,"),  # forgotten after its rest
    ("windows", "Microsoft DHCP Hizmeti Etkinlik Günlüğü"),
    (
        "windows",
        "Kimlik,Tarih,Saat,Açıklama,IP Adresi,Ana Bilgisayar Adı,MAC Adresi,Kullanıcı Adı, İşlem Kimliği",
    ),
    ("windows", "30,11/28/26,10:15:00,DNS Update Request,10.0.0.5,pc,,,0,6,,,"),
    (
        "fortigate",
        'date=2024-12-24 time=11:56:25 type="event" logid="0100026003" total=245 msg="DHCP statistics"',
    ),
    ("mikrotik", "Jun 22 21:40:16 rb system,info,account user admin logged in from 10.0.0.5 via winbox"),
]


@pytest.mark.parametrize(("layout", "line"), SILENT)
def test_a_line_that_gives_nobody_an_address_is_understood(layout: str, line: str) -> None:
    assert said(layout, line) is Word.IGNORED


RIDDLES = [
    ("dhcpd", "Nov 28 10:15:00 d dhcpd[1]: DHCPACK on 10.0.0.5 an 00:1a:2b:3c:4d:5e via eth0"),
    ("dhcpd", "Nov 28 10:15:00 d dhcpd[1]: DHCPACK on 10.0.0.500 to 00:1a:2b:3c:4d:5e via eth0"),
    ("dhcpd", "Nov 28 10:15:00 d dhcpd[1]: a message of a later version about 10.0.0.5"),
    ("dnsmasq", "Nov 28 03:29:50 dnsmasq-dhcp[1]: DHCPACK(lo) 10.0.0.14 wer-da"),
    ("kea", "10.0.0.11,02:00:00:00:00:0a,,soon,1795825906,1,0,0,x,0,"),
    ("kea", "2026-11-28 10:00:00 +03 Address: 192.2.1.100 wurde vergeben"),
    ("windows", "10,11/28/26,10:15:00,Assign,kein,pc,001A2B3C4D5E"),
    (
        "windows",
        "10,11/28/26,10:15:00,Assign,10.0.0.5,a,AABBCCDDEEFF,x,001A2B3C4D5E,,",
    ),  # which is the hardware's?
    ("windows", "99x 10.0.0.5"),
    (
        "fortigate",
        'date=2024-12-24 time=11:56:25 logid="0100026001" dhcp_msg="Ack" mac="B0:2A:43:C1:97:DC" ip=heute',
    ),
    ("fortigate", "Dec 24 11:56:25 fw CEF 0 Fortinet 10.0.0.5"),
    ("mikrotik", "Jun 22 21:40:16 rb dhcp,info dhcp_lan assigned 192.168.65.202 an E8:6F:38:88:92:29"),
]


@pytest.mark.parametrize(("layout", "line"), RIDDLES)
def test_a_line_that_is_not_understood_is_told(layout: str, line: str) -> None:
    assert said(layout, line) is Word.UNPARSED


@pytest.mark.parametrize(
    ("layout", "line"),
    [
        ("dhcpd", "Feb 30 10:15:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:5e via eth0"),
        ("dhcpd", "2099-01-01T00:00:00Z d dhcpd[1]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:5e via eth0"),
        ("windows", "10,13/28/26,10:15:00,Assign,10.0.0.5,pc,001A2B3C4D5E"),
        ("windows", "10,11/28/26,25:15:00,Assign,10.0.0.5,pc,001A2B3C4D5E"),
        ("kea", "10.0.0.11,02:00:00:00:00:0a,,120,9999999999,1,0,0,x,0,"),
        # 03:30 of 29 March 2015 never was in Istanbul
        ("dhcpd", "2015-03-29T03:30:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:5e via eth0"),
    ],
)
def test_an_impossible_time_is_not_believed(layout: str, line: str) -> None:
    assert said(layout, line) is Word.IMPOSSIBLE


def test_a_time_without_year_is_of_the_year_of_its_file() -> None:
    line = "Feb 29 10:15:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:5e via eth0"
    found = said("dhcpd", line)
    assert isinstance(found, Event)
    assert (found.at, found.flags) == (utc(2024, 2, 29, 7, 15), Flag.YEAR | Flag.ZONE)


def test_the_hour_that_happened_twice_keeps_both_instants() -> None:
    line = "2015-11-08T03:30:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:5e via eth0"
    found = said("dhcpd", line)
    assert isinstance(found, Event)
    assert (found.at, found.alternative) == (utc(2015, 11, 8, 0, 30), utc(2015, 11, 8, 1, 30))


def test_an_end_of_kea_s_journal_has_no_time_of_its_own() -> None:
    found = said("kea", "10.0.0.12,02:00:00:00:00:0b,,0,1795825786,1,0,0,b,0,")
    assert isinstance(found, Event)
    assert found.action == Action.RELEASE
    assert found.flags & Flag.UNTIMED


BLOCK = """lease 10.0.0.5 {
  starts 6 2026/11/28 07:00:00;
  ends 6 2026/11/28 07:10:00;
  cltt 6 2026/11/28 07:00:00;
  binding state %s;
  next binding state free;
  hardware ethernet 00:1a:2b:3c:4d:5e;
  uid "\\001\\000\\032+<M^";
  client-hostname "a \\"b\\" }";
}
"""


@pytest.mark.parametrize(
    ("state", "action", "at"),
    [
        ("active", Action.ACK, utc(2026, 11, 28, 7)),
        ("free", Action.EXPIRE, utc(2026, 11, 28, 7, 10)),
        ("released", Action.RELEASE, utc(2026, 11, 28, 7, 10)),
        ("abandoned", Action.DECLINE, utc(2026, 11, 28, 7)),
    ],
)
def test_a_block_of_dhcpd_s_journal(state: str, action: Action, at: int) -> None:
    read = READERS["dhcpd-leases"](clock())
    found = [read(line) for line in (BLOCK % state).splitlines()]
    assert all(one is Word.IGNORED for one in found[:-1])
    assert isinstance(found[-1], Event)
    assert (found[-1].action, found[-1].at, found[-1].host) == (action, at, 'a "b" }')
    assert found[-1].lease == (600 if action in (Action.ACK, Action.DECLINE) else None)


SESSIONS = [
    (  # Fortinet's log message reference, traffic log on disk
        "fortigate",
        "date=2016-02-12 time=11:11:29 logid=0000000013 type=traffic subtype=forward level=notice vd=vdom1 "
        'srcip=192.168.1.183 srcport=45719 srcintf="port15" dstip=192.168.70.184 dstport=80 sessionid=56633 proto=6 '
        "action=close policyid=10 trandisp=snat transip=192.0.2.214 transport=45720 duration=7 sentbyte=398",
        (
            utc(2016, 2, 12, 9, 11, 22),
            utc(2016, 2, 12, 9, 11, 29),
            "192.0.2.214",
            45720,
            "192.168.1.183",
            45719,
            6,
        ),
    ),
    (  # Fortinet's administration guide: the blank after eventtime is missing there
        "fortigate",
        'date=2018-06-05 time=21:32:55 logid="0000000013" type="traffic" eventtime=1528223575srcip=192.168.1.183 '
        'srcname="PC24" srcport=33709 dstip=192.168.70.184 dstport=80 proto=6 action="client-rst" trandisp="snat" '
        "transip=192.0.2.228 transport=33709 duration=5",
        (1_528_223_570_000, 1_528_223_575_000, "192.0.2.228", 33709, "192.168.1.183", 33709, 6),
    ),
    (
        "asa",
        "Apr  2 23:12:15 gateway %ASA-6-305011: Built dynamic TCP translation from management:192.168.1.102/35484 to "
        "outside:203.0.113.68/35484",
        (
            utc(2026, 4, 2, 20, 12, 15),
            utc(2026, 4, 2, 20, 12, 15),
            "203.0.113.68",
            35484,
            "192.168.1.102",
            35484,
            6,
        ),
    ),
    (
        "asa",
        "Oct 10 2018 12:34:56 localhost CiscoASA[999]: %ASA-6-305012: Teardown dynamic TCP translation from "
        "interco_asa:10.79.16.24/55924 to dmz:192.0.2.56/55924 duration 0:00:15",
        (
            utc(2018, 10, 10, 9, 34, 41),
            utc(2018, 10, 10, 9, 34, 56),
            "192.0.2.56",
            55924,
            "10.79.16.24",
            55924,
            6,
        ),
    ),
    (
        "mikrotik",
        "Nov 28 10:15:00 rb firewall,info srcnat: in:bridge out:ether1, connection-state:new src-mac "
        "aa:bb:cc:dd:ee:ff, proto TCP (SYN), 10.0.0.5:5100->198.51.100.7:443, NAT "
        "(10.0.0.5:5100->203.0.113.4:5101)->198.51.100.7:443, len 52",
        (utc(2026, 11, 28, 7, 15), utc(2026, 11, 28, 7, 15), "203.0.113.4", 5101, "10.0.0.5", 5100, 6),
    ),
]


@pytest.mark.parametrize(("layout", "line", "wanted"), SESSIONS)
def test_a_translation_says_who_was_behind_a_port(layout: str, line: str, wanted: tuple[object, ...]) -> None:
    found = said(layout, line)
    assert isinstance(found, Session), found
    told = (
        found.start, found.end, addresses.shown(found.public), found.public_port, addresses.shown(found.inside),
        found.inside_port, found.protocol,
    )  # fmt: skip
    assert told == wanted


WORDS = st.sampled_from(
    "DHCPACK on to from via (found) DHCP4_LEASE_ALLOC lease has been allocated for seconds 10.0.0.5 "
    '00:1a:2b:3c:4d:5e 001A2B3C4D5E dhcp_msg="Ack" ip=10.0.0.5 10, 11/28/26, 10:15:00, assigned deassigned '
    "2026-11-28T10:15:00Z Nov 28 dhcpd[1]: dnsmasq-dhcp[1]: DHCPACK(lo) Address: lease 10.0.0.5 { } ; \" ' \\ \0 "
    "transip=192.0.2.1 transport=1 srcip=10.0.0.5 %ASA-6-305011: Built dynamic TCP translation 9999999999999999999999 "
    "NAT (10.0.0.5:1->192.0.2.1:1) <134>1 ٣ ²".split(" ")
)


@pytest.mark.parametrize("layout", READERS)
@given(line=st.one_of(st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join)))
def test_no_line_makes_a_reader_fail(layout: str, line: str) -> None:
    found = said(layout, line)
    assert isinstance(found, Event | Session | Word)


@pytest.mark.torture
@pytest.mark.parametrize("case", GIVEN + [(s[0], s[1], ()) for s in SESSIONS], ids=lambda one: one[0])
@given(data=st.data())
def test_a_sample_cut_or_mixed_makes_no_reader_fail(
    case: tuple[str, str, object], data: st.DataObject
) -> None:
    layout, line, _wanted = case
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(line))] * 2)))
    other = data.draw(st.sampled_from(GIVEN))[1]
    mixed = line[:begin] + data.draw(st.one_of(st.text(max_size=8), st.just(other))) + line[end:]
    for name in (layout, *READERS):
        assert isinstance(said(name, mixed), Event | Session | Word)


STAMPS = st.one_of(
    st.builds(
        "{}T{:02d}:{:02d}:{:02d}{}{}".format,
        st.sampled_from(["2026-11-28", "2015-11-08", "1970-01-01", "2026-13-01"]),
        st.integers(0, 24), st.integers(0, 60), st.integers(0, 61),
        st.sampled_from(["", ".5", ".123456", ".999999", ",123456", ".١٢٣٤٥٦"]),
        st.sampled_from(["", "Z", "+03:00", "-11:30", "+0300"]),
    ),
    st.text("0123456789-:+.TZ", max_size=34),
)  # fmt: skip


@given(stamps=st.lists(STAMPS, min_size=1, max_size=8), rest=st.text(max_size=40))
def test_what_was_read_before_changes_no_line_s_time_and_message(stamps: list[str], rest: str) -> None:
    used = clock()
    for stamp in stamps:
        for behind in (f"10.0.0.2 dhcpd[811]: {rest}", rest):
            line = f"{stamp} {behind}"
            assert unframe(line, used) == unframe(line, clock())
            assert used.iso(stamp) == clock().iso(stamp)
