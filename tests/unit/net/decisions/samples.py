"""A short configuration of each style of platform: with banners, certificates, deep nesting, lists, firewalls."""

from __future__ import annotations

from tests.conftest import ROOT

LAB = ROOT / "lab/switches/configurations"

FORTINET = """\
#config-version=FGT60F-7.2.5
config vdom
edit root
next
edit dmz
next
end
config global
config system global
    set hostname "fw-01"
    set timezone 40
end
config system admin
    edit "netops"
        set accprofile "super_admin"
        set password ENC abcdef
    next
end
end
config vdom
edit root
config firewall address
    edit "sunucu"
        set subnet 10.10.1.5 255.255.255.255
    next
end
config firewall policy
    edit 1
        set srcintf "port1"
        set action accept
    next
    edit 2
        set srcintf "port2"
        set action deny
    next
end
end
config vdom
edit dmz
config firewall policy
    edit 1
        set srcintf "port3"
        set action deny
    next
end
config vpn certificate local
    edit "kurum"
        set certificate "-----BEGIN CERTIFICATE-----
MIIB3
-----END CERTIFICATE-----"
    next
end
end
"""

PFSENSE = """\
<?xml version="1.0"?>
<pfsense>
  <version>23.3</version>
  <system>
    <hostname>fw-02</hostname>
    <dnsserver>10.0.0.1</dnsserver>
    <dnsserver>10.0.0.2</dnsserver>
    <user>
      <name>admin</name>
      <descr><![CDATA[Yönetici]]></descr>
      <bcrypt-hash>x1</bcrypt-hash>
    </user>
    <user>
      <name>mehmet</name>
      <descr><![CDATA[Ağ]]></descr>
      <bcrypt-hash>x2</bcrypt-hash>
    </user>
  </system>
  <filter>
    <rule>
      <type>pass</type>
      <interface>lan</interface>
      <descr>LAN çıkışı</descr>
      <destination>
        <any/>
      </destination>
    </rule>
    <rule>
      <type>block</type>
      <interface>wan</interface>
      <descr>Gerisi</descr>
      <destination>
        <address>10.0.0.0/8</address>
      </destination>
    </rule>
  </filter>
</pfsense>
"""

VYOS = """\
set firewall ipv4 name WAN rule 10 action 'accept'
set firewall ipv4 name WAN rule 10 source address '10.10.0.0/16'
set firewall ipv4 name WAN rule 20 action 'drop'
set interfaces ethernet eth0 address '10.0.0.1/24'
set interfaces ethernet eth0 description 'Merkez'
set interfaces ethernet eth1 address 'dhcp'
set protocols static route 0.0.0.0/0 next-hop 10.0.0.254
set system host-name 'rt-01'
set system name-server '10.10.99.5'
set system name-server '10.10.99.6'
set system login banner pre-login 'Yetkisiz giris yasaktir'
set system login user mehmet authentication encrypted-password '$6$x'
"""

PANOS = """\
config {
  mgt-config {
    users {
      admin {
        phash abc;
        permissions {
          role-based {
            superuser yes;
          }
        }
      }
    }
  }
  devices {
    localhost.localdomain {
      vsys {
        vsys1 {
          rulebase {
            security {
              rules {
                izin {
                  from any;
                  action allow;
                }
                gerisi {
                  from any;
                  action deny;
                }
              }
            }
          }
        }
      }
    }
  }
}
"""

DELL_OS6 = """\
!Current Configuration:
!System Description "Dell EMC Networking N1548"
configure
hostname "sw-depo-01"
vlan database
vlan 10,20,30
exit
interface Gi1/0/1
description "Depo"
switchport access vlan 10
exit
interface Gi1/0/2
switchport access vlan 20
exit
ip access-list YONETIM
permit tcp 10.10.99.0 0.0.0.255 any
deny ip any any
exit
policy-map SES in
class SES
assign-queue 5
exit
exit
snmp-server community "okur" ro
exit
"""

LINUX = """\
# $ cat /etc/hostname
rt-linux-01
# $ cat /etc/hosts
127.0.0.1 localhost
10.10.99.5 ntp
# $ cat /etc/resolv.conf
nameserver 10.10.99.5
nameserver 10.10.99.6
# $ cat /etc/network/interfaces
auto eth0
iface eth0 inet static
    address 10.0.0.1/24
# $ nft list ruleset
table inet filter {
\tchain input {
\t\ttype filter hook input priority 0; policy drop;
\t\ttcp dport 22 accept
\t\tcounter drop
\t}
}
"""

ASA = """\
hostname fw-03
enable password x encrypted
names
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 192.0.2.1 255.255.255.0
object network SUNUCU
 host 10.10.1.5
object-group service WEB tcp
 port-object eq www
 port-object eq https
access-list OUT extended permit tcp any object SUNUCU eq www
access-list OUT extended deny ip any any
crypto ca certificate chain X
 certificate ca 01
    308201aa
    308201bb
  quit
banner motd Yetkisiz giris yasaktir
policy-map global_policy
 class inspection_default
  inspect dns
  inspect ftp
"""

IOS = """\
hostname sw-1
interface GigabitEthernet1/0/1
 description Zabita
 switchport trunk allowed vlan 10-12
 switchport trunk allowed vlan add 20
interface Gi1/0/2
 no shutdown
 switchport access vlan 30
ip access-list extended A
 permit tcp any any eq 22
 deny ip any any
access-list 10 permit 10.0.0.0 0.255.255.255
access-list 10 deny any
policy-map P
 class VOICE
  priority percent 10
 class class-default
  bandwidth 20
ip name-server 10.0.0.1
ip name-server 10.0.0.2
banner motd ^C
interface Gi9/9
Yetkisiz giris yasaktir
^C
crypto pki certificate chain X
 certificate ca 01
  3082AA
  3082BB
  \tquit
router bgp 65000
 address-family ipv4
  neighbor 10.0.0.1 activate
"""

WRITTEN = {
    "cisco_asa": ASA,
    "cisco_ios": IOS,
    "dell_os6": DELL_OS6,
    "fortinet": FORTINET,
    "linux": LINUX,
    "paloalto_panos": PANOS,
    "pfsense": PFSENSE,
    "vyos": VYOS,
}

SAMPLES = {
    **{path.stem: path.read_text(encoding="utf-8") for path in sorted(LAB.glob("*_*.cfg"))},
    **WRITTEN,
}
