"""Commands in which nothing but the position says that a word is a secret."""

from __future__ import annotations

import re

from bitools import regex
from bitools.net.decisions.secrets.options import could_be_secret
from bitools.net.decisions.secrets.places import bare
from bitools.net.decisions.secrets.reading import Line
from bitools.net.decisions.secrets.words import BETWEEN

# of devices, after their vendors' command references
_DEVICES = (
    r"^\s*(?:config )?(?:mgmtuser|netuser) (?:add|password) [^\s]+ (?P<secret>[^\s]+)",
    r"^\s*mgmt-user [^\s]+ (?P<secret>[^\s]+)(?: [a-z-]+)?$",
    r"^\s*mgmt-user [^\s]+ [^\s]+ (?P<secret>[^\s]+)$",
    r"^\s*mobility-manager [^\s]+ user [^\s]+ (?P<secret>[^\s]+)",
    r"^\s*user [^\s]+ (?P<secret>[^\s]+) (?:portal|radius)$",
    r"^\s*ap1x-peap-user [^\s]+ (?P<secret>[^\s]+)",
    r"^\s*proxy server [^\s]+ \d+ [^\s]+ (?P<secret>[^\s]+)",
    r"^\s*(?:localip|masterip|conductorip|peer-ip-address|vpn-peer|cluster-[\w-]+-ip)\b.* ipsec "
    r"(?P<secret>[^\s]+)",
    r"^\s*create account (?:admin|user|operator|power_user) [^\s]+ (?P<secret>[^\s]+)$",
    r"^\s*config admin local_enable (?:encrypt [^\s]+ )?(?P<secret>[^\s]+)$",
    r"\bnetlogin local-user [^\s]+ (?P<secret>[^\s]+)",
    r"\bnetlogin (?:add )?mac-list [^\s]+ (?:\d+ )?(?P<secret>\"[^\"]+\")",
    r"\bldap domain [^\s]+ bind-user [^\s]+ (?P<secret>[^\s]+)$",
    r"\bsnmp host (?P<secret>[^\s]+) \d+\.\d+\.\d+\.\d+ \d+\.\d+\.\d+\.\d+",  # ScreenOS
    r"^\s*(?:add|set) (?:system|aaa|db|smpp) user [^\s]+ (?P<secret>[^\s-][^\s]*)",  # NetScaler
    r"\bpppoe (?:pro(?:xy)? )?(?:dis|en)(?:able)? [^\s]+ (?P<secret>[^\s]+)",  # of an ONU
    r"\bsic init (?P<secret>[^\s]+)",
    # FOS
    r"\b(?:user|iscsi)(?:config|cfg)\b.* -[ps] (?P<secret>[^\s]+)",
    r"\baaaconfig\b.* -s (?P<secret>[^\s]+)",
    r"\bfciptunnel\b.* -K (?P<secret>[^\s]+)",
    r"\b(?:configupload|configdownload|firmwaredownload|supportsave)\b.*[^\s,]+,[^\s,]+,[^\s,]+,(?P<secret>[^\s,]+)",
    # of power supplies
    r"^\s*(?:wifi|smtp|ppp|email)\b.* -[pwk] (?P<secret>[^\s]+)",
    r"^\s*radius\b.* -s\d (?P<secret>[^\s]+)",
    r"^\s*snmp\b.* -c\d (?P<secret>[^\s]+)",
    r"^\s*snmpv3\b.* -ap?\d (?P<secret>[^\s]+)",
    r"^\s*snmpv3\b.* -(?:pp|c)\d (?P<secret>[^\s]+)",
    r"^\s*snmptrap\b.* -c\[?\d\]? (?P<secret>[^\s]+)",
    r"\bauthkey set (?P<secret>[^\s]+)",
    r"\bcommunity_masking view [^\s]+ [^\s]+ (?P<secret>[^\s]+)",
    r"\bpin modify (?P<secret>[^\s]+ [^\s]+)",
    r"\bsim (?:unlock|lock|change-pin) (?P<secret>[^\s]+)",
    r"\bwss://[^\s:/]+:\d+\+(?P<secret>[^\s+'\"]+)",  # of UISP
    # by whom files are fetched
    r"\b(?:backup|restore) [\w-]+ s?ftp [^\s]+ [^\s]+ [^\s]+ (?P<secret>[^\s]+)",
    r"\b(?:backup|restore) [\w-]+ s?ftp [^\s]+ [^\s]+ [^\s]+ [^\s]+ (?P<secret>[^\s]+)",
    r"\bauthserver ldap [^\s]+ [^\s]+ (?P<secret>[^\s]+)",
    r"\bauthserver (?:radius|tacacs\+) [^\s]+ [^\s]+ [^\s]+ (?P<secret>[^\s]+)",
    r"\bauthserver radius-direct [^\s]+ \d+ (?P<secret>[^\s]+)",
    r"\bauthserver radius-direct [^\s]+ \d+ [^\s]+ [^\s]+ [^\s]+ (?P<secret>[^\s]+)",
    r"\bs?ftp:? \d+\.\d+\.\d+\.\d+ [^\s/]+ (?P<secret>[^\s]+) [^\s]+",
    r"^\s*s?ftp [^\s\d][^\s]* (?P<secret>[^\s]+) \d+\.\d+\.\d+\.\d+",
    r"\busm-user v(?:1|2c) (?P<secret>[^\s]+)",
    r"\bv3user create (?:[^\s]+ ){4}(?P<secret>[^\s]+ [^\s]+)",
    r"^\s*snmptrap (?:mode )?(?P<secret>[^\s]+)",
    r"\btrapreceiver create (?P<secret>[^\s]+) ",
    r"\bmobility group member add [^\s]+ [^\s]+ [^\s]+ (?P<secret>[^\s]+)",
    r"^\s*rmon event \d+ (?:log )?trap (?P<secret>[^\s]+)",  # the community of the trap
    r"\btrap-group (?P<secret>[^\s{;]+)",  # Junos: its name is the community in the trap
    r"^\s*aaa-server [^\s]+ \([^\s]+\) host [^\s]+ (?P<secret>[^\s]+)(?: timeout \d+)?$",
    r"^\s*logging ftp-server [^\s]+ [^\s]+ [^\s]+ (?:[08] )?(?P<secret>[^\s]+)$",
    r"^\s*hidden-parameter [^\s=]*=(?P<secret>[^\s]+)",  # of a form on which ASA logs in
    r"^\s*syscon address [^\s]+ (?P<secret>[^\s]+)",
    r"^\s*cable authstring (?P<secret>[^\s]+)",
    r"\bcrypto (?:key|pki|ca) (?:import|export) .*(?:terminal|pkcs12 [^\s]+|pem [^\s]+) (?P<secret>[^\s]+)$",
    r"\bcrypto (?:pki|ca) (?:import|export) [^\s]+ pkcs12 (?P<secret>[^\s:]+)$",
    r"^\s*service unsupported-transceiver [^\s]+ (?P<secret>[^\s]+)",
    r"^\s*license (?P<secret>[0-9A-Fa-f]{32})$",
    r"^\s*license [067] (?P<secret>[^\s]+)",  # of a proxy in the cloud
    r"\bprofile create \d+ [^\s]+ (?:chap|pap|pap_chap|chap_pap) [^\s]+ (?P<secret>[^\s]+)",
    r"\bkerberos srvtab entry .* (?P<secret>[^\s]+)$",
    r"\bchat-script .*(?i:word|code|pass):?\"? (?P<secret>[^\s]+)",
    r"\bpin-number=(?P<secret>[^\s]+)",
    r"\bmfa-config [^\s]+ value (?P<secret>[^\s]+)",
    r"\bmab request format attribute 2 [07] (?P<secret>[^\s]+)",
    r"\bAT\+CPIN=[\\\"]*(?P<secret>[^\s\"\\]+)",
    r"\binline:(?P<secret>[^\s|\"{]+)",  # SRTP, RFC 4568
    r"\bset zt\d+ .*\bidentity=\"?[^\s:\"]+:0:(?:[^\s:\"]+:)?(?P<secret>[^\s\":]+)",  # of ZeroTier
    r"(?i)\b(?:credentials?|login|user/pass\w*)[:= ]+(?:as )?[\w.-]+ ?/ ?"
    r"(?P<secret>[^\s/]*[0-9!@#$%^&*?][^\s/]*)",
    r"\bset session-key (?:in|out)bound .*\bauthenticator (?P<secret>[^\s]+)",
)
# of programs on hosts, after their manual pages
_PROGRAMS = (
    r"\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b.* -p(?P<secret>[^\s-][^\s]*)",
    r"\b7z[ar]?\b.* -p(?P<secret>[^\s]+)",
    r"\b(?:un)?zip\b.* -P ?(?P<secret>[^\s]+)",
    r"\b(?:ldap(?:search|add|modify|delete|whoami|passwd|modrdn)|basic_ldap_auth)\b.* -w ?(?P<secret>[^\s]+)",
    r"\bsnmp(?:get|getnext|walk|bulkget|bulkwalk|set|table|trap|inform|df|status)\b.* -c ?(?P<secret>[^\s]+)",
    r"\bsnmp[a-z]+\b.* -A ?(?P<secret>[^\s]+)",
    r"\bsnmp[a-z]+\b.* -X ?(?P<secret>[^\s]+)",
    r" -U ?[^\s%]+%(?P<secret>[^\s]+)",  # Samba's
    r"\blftp\b.* -u ?[^\s,]+,(?P<secret>[^\s]+)",
    r"\bopenssl\b.* -[kK] (?P<secret>[^\s]+)",
    r"\bpass:(?P<secret>[^\s]+)",
    r"\bsshpass -p ?(?P<secret>[^\s]+)",
    r"\blogin=[^\s:=]+:(?P<secret>[^\s]+)",
    r"\bpassword-command[= \"']+echo (?P<secret>[^\s\"']+)",
    r"\b(?:usermod|useradd|adduser)\b.* -p ?(?P<secret>[^\s]+)",
    r"\bipmi\w+\b.* -P ?(?P<secret>[^\s]+)",
    r"\bncftp\w*\b.* -p ?(?P<secret>[^\s]+)",
    r"\bcheck_\w+\b.* -C ?(?P<secret>[^\s]+)",  # of Nagios and its kin
    r"^\$USER\d+\$=(?P<secret>[^\s/].*)",
    r"\becho (?:-\w+ )?[\"']?[^\s:\"']+:(?P<secret>[^\s\"'|]+)[\"']? *\| *(?:sudo )?chpasswd",
    r"\b(?:echo|printf) (?:-\w+ )?(?P<secret>[^\s|]+) *\| *sudo .*-S",
    r"\b(?:echo|printf) (?:-\w+ )?(?P<secret>[^\s|]+) *\| *(?:sudo )?"
    r"(?:passwd|smbpasswd|kinit|cryptsetup|su|gpg|docker login)\b",
    r"\bpassword_pbkdf2 [^\s]+ (?P<secret>[^\s]+)",  # of GRUB
    r"\b(?:kinit|passwd|su|sudo|cryptsetup)\b.* <<< *(?P<secret>[^\s]+)",
    r"\bstatic:[^\s:]+:(?P<secret>[^\s]+)",  # of Postfix
    r"^\s*user [^\s]+ (?:on |off |resetpass )*[>#](?P<secret>[^\s]+)",  # of Redis
    r"\bnet use .*\\\\[^\s]+ (?P<secret>[^\s/*][^\s]*)",  # of Windows
    r"\bnet user [^\s/]+ (?P<secret>[^\s/*][^\s]*)",
    r"\bpsexec\w*\b.* -p (?P<secret>[^\s]+)",
    r"\bradtest (?:-[^\s]+ (?:[a-z]+ )?)*[^\s]+ (?P<secret>[^\s]+) ",
    r"\bradtest .* \d+ (?P<secret>[^\s]+)",
    r"\brclone (?:obscure|reveal) (?P<secret>[^\s]+)",
    r"\bsend(?:_\w+)? (?:-[-\w]* )*[\"{](?P<secret>[^\s\"$][^\s\"]*?)\\[rn]",  # of expect(1)
    r"^\s*\"?[^\s\"]+\"? [\w,-]*(?i:MSCHAP|GTC|TTLS|PEAP|LEAP|FAST)[\w,-]* \"(?P<secret>[^\"]+)\"",
    r"^\s*[^\s#*!]+\s+(?:\*|\"\*\"|\w*(?:ppp|pptp|l2tp)\w*)\s+(?P<secret>[^\s]+)\s+\*$",
    r"^\[[^\]\s]+\](?::\d+)?\s+[^\s:]+:(?P<secret>[^\s]+)$",  # of Postfix
    r"\binline:\{.*=[^\s:=]+:(?P<secret>[^\s}]+)",
    r"\bchpasswd\b.*\blist\b[^\w]+[^\s:\"']+:(?P<secret>[^\s\"'}]+)",  # of cloud-init
    r"\b(?:ft_)?r[01]kh=[^\s]+ [^\s]+ (?P<secret>[^\s]+)",  # hostapd
    r"\br[01]kh ['\"]?[^\s,]+,[^\s,]+,(?P<secret>[^\s'\"]+)",
    r"das_client=[^\s]+ (?P<secret>[^\s]+)",
    r"^(?:00:){5}00 (?P<secret>[^\s]{8,})$",
    r"^(?:(?:keyid|vlanid|wps)=[^\s]+ )+(?:[0-9a-f]{2}:){5}[0-9a-f]{2} (?P<secret>[^\s]+)$",
    r"^\* \* (?P<secret>[^\s]+)$",
    r"^\s*[^\s#*!]+ \* (?P<secret>[^\s]+) \d+\.\d+\.\d+\.\d+$",
    r"^[\w.-]+:\d{2,5} [^\s:/]+:(?P<secret>[^\s:/][^\s]*)$",
    r"\b(?i:pass\w*)[= |\"']+(?:/bin/)?echo (?:-n )?(?P<secret>[^\s\"'|]+)",
    r"^\s*allow \"?[A-Za-z][^\s:\"]*\"?:\"?(?P<secret>[^\s\":]+)\"?(?: read-?only)?$",  # of monit
    r"^\s*Target\[[^\]]+\]: (?:[^\s:]*:)?(?P<secret>[^\s:@]+)@",  # of MRTG
    r"\bredis-cli\b.* -a (?P<secret>[^\s]+)",
    r"\bsqlcmd\b.* -P (?P<secret>[^\s]+)",
    r"\bisql [^\s-]+ [^\s-]+ (?P<secret>[^\s-][^\s]*)",
    r"\b(?:sqlplus|rman|expdp|impdp|exp|imp)\b.* \"?[^\s/\"]+/(?P<secret>[^\s@\"]+)",
    r"\bthin:[^\s/:]+/(?P<secret>[^\s@]+)@",
    r"\bsmbclient //[^\s]+ (?P<secret>[^\s-][^\s]*)",
    r" -E [\w-]+ (?P<secret>0x[0-9a-f]+)",  # of setkey(8)
    r" -A [\w-]+ (?P<secret>0x[0-9a-f]+)",
    r"^\s*(?i:incoming|outgoing)(?i:user) [^\s]+ (?P<secret>[^\s]+)",  # of iSCSI
    r"^\d{1,5} (?:[AMNS]|MD5|SHA\d*|AES\d+) (?P<secret>[^\s]+)$",  # ntp.keys
)


def _however_far(pattern: str) -> str:
    """The pattern with any number of blanks and tabs for each of its blanks outside brackets."""
    outside = _BRACKETS.split(pattern)
    outside[::2] = [_BLANK.sub(lambda blank: r"\s*" if blank[0][1:] else r"\s+", one) for one in outside[::2]]
    return "".join(outside)


_BRACKETS = re.compile(r"((?<!\\)\[\^?\]?(?:[^\]\\]|\\.)*\])")
_BLANK = re.compile(r" [?*]?")
_POSITIONS = tuple(map(_however_far, _DEVICES + _PROGRAMS))
_ANY_POSITION = regex.any_of(_POSITIONS)


def by_position(line: Line) -> None:
    """Find the secrets of commands in which only the position says so."""
    if _ANY_POSITION is None or line.nested or not _ANY_POSITION.search(line.text):
        return
    for pattern in _POSITIONS:
        for found in regex.compile(pattern).finditer(line.text):
            sure = could_be_secret(bare(found["secret"]), BETWEEN)
            if sure and not line.spares(found.start("secret")):
                line.found.append(found.span("secret"))
