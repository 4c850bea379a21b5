"""What may be asked with `net run`: reading goes through, whatever writes, redirects, nests or is odd does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools import platforms
from bitools.errors import Usage
from bitools.net.decisions.read_only import reading

READS = {
    **dict.fromkeys(platforms.names(), ("show version", "show interface", "show vlan", "show clock")),
    "cisco_ios": (
        "show version",
        "show ip interface brief",
        "show interfaces GigabitEthernet1/0/1 switchport",
        "show running-config interface Vlan10",
        "show running-config | include ^ntp server",
        "show mac address-table address 0011.2233.4455",
        "show ipv6 route 2001:db8::/32",
        "show archive",
    ),
    "huawei": ("display version", "display interface brief", "display current-configuration | include ntp"),
    "hp_comware": ("display version", "display irf", "display current-configuration interface"),
    "mikrotik_routeros": (
        "/interface print",
        "/ip address print where interface=ether1",
        "/system resource print",
        "/export",
        "/ip/firewall/filter/print detail",
    ),
    "fortinet": ("get system status", "show system interface", "diagnose sys ha status", "show | grep ntp"),
    "juniper_junos": ("show configuration | display set", "show route 10.0.0.0/8", "show system commit"),
    "f5_tmsh": ("show sys version", "list ltm virtual", "list net vlan"),
    "linux": ("ip -br address", "ip route show", "uname -a", "cat /etc/hosts", "ss -tln"),
    "openvswitch": ("ovs-vsctl show", "ip -br link"),
    "cumulus": ("net show bridge macs", "ip route"),
    "cumulus_nvue": ("nv show interface", "nv config show --color off"),
    "pfsense": ("ifconfig -a", "pfctl -s rules", "netstat -rn"),
    "opnsense": ("ifconfig -a", "pfctl -s rules", "cat /conf/config.xml"),
    "vyos": ("show configuration commands | no-more", "show interfaces", "show version"),
}
_WRITES = """
    {read} | redirect flash:x · {read} |redirect x · {read}|redirect x · {read} | r flash:x ·
    {read} | red flash:x · {read} | tee flash:x · {read} | t x · {read} | append flash:x · {read} | a x
    · {read} | save x · {read} | refresh · {read} | bash · {read} | sh · {read} | vsh · {read} | email ·
    {read} | sed w/x · {read} | awk x · {read} | xargs reload · {read} | diff · {read} | utility tee x ·
    {read} | file flash:x · {read} | include x | redirect y · {read} | include x > y ·
    {read} | include -f · {read} | no-more | save x · {read} | grep -r x · {read} | · | {read} ·
    {read} | | {read} · {read} > x · {read} >> x · {read} >x · {read} < x · {read} 2> x · {read}; reload
    · {read} ; conf t · {read} && reload · {read} & reload · {read} || reload · {read}? ·
    {read} `reload` · {read} $(reload) · {read} ${{x}} · [{read}] · ({read}) · {{{read}}} · {read} 'x' ·
    !{read} · {read} ! · {read} # · do {read} · no {read} · run {read} · sudo {read} · :execute {read}
"""
WRITES = [one.strip() for one in _WRITES.split("·")] + [
    "{read}" + odd
    for odd in (
        "\nreload",
        "\rreload",
        "\n",
        "\x1a",
        "\x03",
        "\x00",
        "\t",
        " \\",
        ' "x"',
        "\xa0| include x",
        "\u2028reload",
        "\x85reload",
        "\u200b",
        " | include\rreload",
        " | include x\xa0| redirect y",
    )
]
_WORDS = """
    {read} file x · {read} file=x · {read} file flash:x · {read} fil x · {read} x.scr · {read} ../x ·
    {read} flash:x · {read} tftp://10.0.0.1/x · {read} save · {read} clear
"""  # behind a pipe they are only looked for
WORDS = [one.strip() for one in _WORDS.split("·")]
_NEVER = """
    configure terminal · conf t · reload · write · write memory · copy running-config startup-config ·
    wr · sh · sh version · sho ver · dis · dis ver · disp version · s · d · get · show · display ·
    clear counters · debug all · undebug all · ping 10.0.0.1 · telnet 10.0.0.1 · ssh 10.0.0.1 · tclsh ·
    request system reboot · file delete x · start shell · bash · run bash · exec · execute reboot ·
    execute factoryreset · diagnose debug enable · diagnose sys kill 11 1 · set x · delete x · commit ·
    rollback 1 · edit · enable · disable · system-view · save · reset saved-configuration · more x ·
    undo x · /system reboot · /system reboot print · /system script run print · /import print ·
    /export file=x · /interface disable print · /user remove print · /interface print file=x ·
    /interface print follow · /ip address print where file=x · /ip address print append ·
    /ppp secret print · /snmp community print · :execute x · :put x · /tool fetch url=x ·
    /file print file=x · /interface enable export · erase nvram · show tech-support ·
    show tech-support file x · show tech-support | redirect x · show file x · show running-config x ·
    show running-config all x · show startup-config x.scr · show running-config x.scr ·
    display diagnostic-information x ·
    show platform hardware qfp active interface if-name x statistics clear_drop · show interfaces clear
    · show key chain · show crypto isakmp key · show snmp community · display snmp-agent community ·
    show snmp-server · ip link set eth0 down · ip route add default via 10.0.0.1 ·
    ip address flush dev eth0 · ip -batch x · ip netns exec x reboot · ip route del default · ss -K ·
    ss -D x · date 010100002030 · hostname x · cat /etc/shadow · cat /etc/passwd ·
    cat /etc/hosts /etc/shadow · sysctl -w x · sysctl x=1 · pfctl -d · pfctl -F all · ifconfig em0 down
    · nv set x · nv config apply · net add x · net commit · net del x · ovs-vsctl del-br x ·
    ovs-vsctl set x · ovs-ofctl del-flows x · modify x · create x · run util bash · SHOW VERSION ·
    Show version
"""
_MORE = """
    show version | format x · show version | json > flash:x · show tech-support | gzip > flash:x ·
    show version | last 5 > bootflash:x · show version | no-more > x · show version | source x ·
    show version | xml | sed w · show monitor capture X export flash:x.pcap ·
    show version | utility tail -f x · show version | file disk0:x · admin show version · admin ·
    show log messages | save x · show configuration | compare rollback 1 | save x ·
    show version | display xml | append x · file show /etc/passwd · file list · file copy a b ·
    monitor traffic interface eth0 write-file x · monitor traffic interface eth0 save x ·
    display version > flash:/x · display version >> flash:/x · display version | by-linenum > x ·
    display version | to-file x · display diagnostic-information x.txt · display this > x ·
    /interface monitor-traffic ether1 · /log print follow · /log print file=x · /tool sniffer save ·
    /tool torch ether1 · /system backup save name=x · /interface print interval=1 ·
    /interface print append= · /ip address add address=10.0.0.1/24 interface=ether1 ·
    /ip address set 0 disabled=yes · /ip address print where comment=[/system/reboot] · /system shutdown ·
    /system reset-configuration · /interface/disable ether1 · /export show-sensitive file=x ·
    /import x.rsc · /file remove x · /certificate export-certificate x ·
    diagnose test application miglogd 1 · diagnose sys session clear · diagnose firewall iprope flush ·
    diagnose sys ha reset-uptime · diagnose sys flash format · diagnose sys process pidof x ·
    execute backup config tftp x 10.0.0.1 · execute ping 10.0.0.1 · execute cfg reload ·
    show full-configuration > x · run show version · sudo show version · reset ip bgp all ·
    show version | cat > x · show log | sudo tee x · ip route save · ip addr save · ip route restore ·
    ip addr restore · ip vrf exec x reboot · ip monitor all · bridge fdb add 00:11:22:33:44:55 dev eth0 ·
    tc qdisc add dev eth0 root netem loss 100% · date -s 0 · hostname yeni · cat /proc/sysrq-trigger ·
    cat /dev/mem · cat /root/.ssh/id_rsa · cat /etc/frr/frr.conf /etc/shadow · ip link add x type dummy ·
    ip neigh flush all · ip rule add from all · ip xfrm state · systemctl stop x ·
    journalctl --vacuum-size=1 · vtysh -c reload · net show configuration commands > x · net del all ·
    net abort · nv action reboot system · nv config patch x · nv config save · nv config replace x ·
    nv unset interface swp1 · nv show interface --rev x; reboot · ovs-vsctl add-br x ·
    ovs-vsctl emer-reset · ovs-appctl exit · list ltm virtual > x · save sys config ·
    load sys config default · run util ping 10.0.0.1 · edit ltm virtual x · tmsh -c x ·
    show sys log | bash · delete ltm virtual x · show running-config | save x · walkmib ifDescr · setmib x ·
    upload configuration 10.0.0.1 x · run script x · tftp put 10.0.0.1 x · save configuration · configure ·
    use image secondary · show configuration file x · show tech local-file x · show core-dump vsf x · list ·
    copy running-config tftp://10.0.0.1/x · scp export configuration to x · debug dataplane reset ·
    less mp-log x · tail follow yes mp-log x · packet-tracer input inside tcp 1.1.1.1 1 2.2.2.2 2 ·
    capture x interface inside · more flash:x · perfmon verbose · show startup-config flash:x ·
    show config x.cfg · show file systems · dir flash: · verify flash:x ·
    show archive config differences flash:a flash:b · show history | tee x · test aaa group x y z legacy ·
    clock set 10:00:00 1 jan 2026 · send log x · terminal length 0 · term mon · screen-length 0 temporary ·
    set cli screen-length 0 · where · logout · exit · quit · end · lock · kill 1 · crypto key zeroize rsa ·
    license install x · install all · archive download-sw x · guestshell · python ·
    request support information | save x · show version | grep x /etc/shadow · show version | egrep -f x ·
    show version | include x | append y · show version | begin x | t y · show version | count | tee x ·
    show version | head -n 5 x · show version | wc > x · show version | sort -o x ·
    show version | uniq x y · show version | cut -f1 x
"""  # the vendors' own ways to write, save, clear, and to leave
NEVER = [one.strip() for one in (*_NEVER.split("·"), *_MORE.split("·"))] + [
    *("", " ", "show  ", "show version " + "x " * 100, "show " + "v" * 300),
    *("show\u00a0version", "ｓhow version", "shоw version", "show version\u037e reload"),
]


SHORT = {
    "show int status": "show interface status",
    "show run": "show running-config",
    "show run int Vlan10": "show running-config interface Vlan10",
    "show ver | i Version": "show version | include Version",
    "show run | inc ntp": "show running-config | include ntp",
    "show run | sec bgp": "show running-config | section bgp",
    "show run | b line vty | exc x": "show running-config | begin line vty | exclude x",
    "show ip int brief": "show ip int brief",
}


@pytest.mark.parametrize("command", SHORT)
def test_what_everybody_writes_short_is_typed_written_out(command: str) -> None:
    assert reading(command, platforms.load("cisco_ios")) == SHORT[command]


@pytest.mark.parametrize("name", platforms.names())
def test_what_reads_is_typed_as_it_is(name: str) -> None:
    platform = platforms.load(name)
    for command in READS[name]:
        assert reading(f" {command.replace(' ', '  ')} ", platform) == command


@pytest.mark.parametrize("name", platforms.names())
def test_whatever_is_made_of_it_to_write_is_refused(name: str) -> None:
    platform = platforms.load(name)
    sent = []
    for command in READS[name]:
        for form in (*WRITES, *(WORDS if "|" not in command else ())):
            sent += _sent(form.format(read=command), platform)
    assert sent == []


@pytest.mark.parametrize("name", platforms.names())
def test_what_acts_is_refused_everywhere(name: str) -> None:
    platform = platforms.load(name)
    own = {"fortinet": {"show"}}.get(name, set())
    assert {one for command in NEVER for one in _sent(command, platform)} == own


@given(st.sampled_from(platforms.names()), st.text(max_size=60))
def test_no_text_but_listed_words_is_ever_typed(name: str, text: str) -> None:
    platform = platforms.load(name)
    for command in (text, f"show {text}", f"show version {text}", f"show version | {text}"):
        for typed in _sent(command, platform):
            assert typed.isascii()
            assert typed.isprintable()
            assert not set(typed) & set("[]{}()$<>&;\\`'\"!#?*~@%+")


def test_a_platform_whose_data_are_silent_is_asked_nothing(tmp_path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "title: Mine\nnetmiko: linux\ncommands: {running: show}\nprompt: {pattern: '(?P<host>x)>'}\n"
        "whole: {end: '^end$'}\nerrors: ['^no']\nsecrets: ['(?P<secret>x)']\n"
    )
    with pytest.raises(Usage, match="not known") as caught:
        reading("show version", platforms.load("mine", tmp_path))
    assert "reads:" in caught.value.hint


def _sent(command: str, platform) -> list[str]:
    """The command if it were typed, nothing if it is refused."""
    try:
        return [reading(command, platform)]
    except Usage as error:
        assert error.hint
        return []
