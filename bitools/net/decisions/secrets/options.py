"""The words of configuration languages that are no secrets: options behind one, and settings.

What stands here shows through the net. So a word stands here only if devices print it as a word of their own
language; whatever is missing is masked.
"""

from __future__ import annotations

from collections.abc import Sequence

from bitools import regex

HOLE = "\ue000"  # stands, letter for letter, where something is masked already


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# options behind a secret, without and with a word of their own
_FLAG = _words(
    "snmp bgp config entity envmon syslog tty ospf eigrp isis hsrp vtp stp port-security authentication "
    "linkdown linkup coldstart warmstart link-up link-down cpu 1 2c 3 accounting-only administrator "
    "administrators aes all any auth authenticate-only authenticated authentication-only authnopriv "
    "authpriv both change cleartext console default des disable disabled dot1x enable enabled encrypted "
    "encryption expire-password false force ftp hidden http https in inform informs ipv4 ipv6 level-1 "
    "level-1-2 level-2 localized localizedengineid localizedkey localizedv2key login mac-auth manager md5 "
    "mschap network-admin network-operator never no no-password no-xauth noaccess noauth noauthnopriv "
    "none nopassword nt-encrypted one-time operator operators out pbkdf2 permanent priv read read-only "
    "read-write read_only read_write readonly readwrite receive-only restricted ro rw rwa rwd "
    "send-nat-address send-only service-type sha sha1 sha256 shared shutdown single-connection slev smode "
    "snp ssh stacking store-only su telnet terminal trap traps true trusted unrestricted up v1 v2 v2c v3 "
    "validate vdc-admin viewer web write xauth yes"
)
_WITH = _words(
    "accept-lifetime access access-class access-list access-type account-status acct-port acct_port acl "
    "address age-time aging algorithm auth-port auth_port authorization class-name comment community-map "
    "context contextname cryptographic-algorithm dead-time deadtime desc description domain duration "
    "email enc-type encrypt-type encryption end-time engine-id engineid expire expires expiry from gid "
    "group groups home host hostname id index infinite interface ip ip-address ipv4-acl ipv6-acl "
    "isprivileged key-id keyid level lifetime link local-interface localport location lockout mask "
    "max-sessions mode name netmask notify notify_view partition-access permission policy port primary "
    "priority priv-lvl privilege profile protocol read_view realm remote retransmit retries retry "
    "retry-count retry-timeout role role-name roles route-map secname secondary security-name "
    "send-lifetime seq sequence server server-type service session shell slot source source-interface "
    "source-ip start-time storage-type tag tagname test time-range timeout to type udp-port uid usage "
    "use-vrf used-by used-for user user-role user-type username usertype valid-until version view vlan "
    "vrf weight weight-limit zone"
)
# settings that stand behind a word such as `authentication` or `key`
_PLAIN = _words(
    "radius-server tacacs-server snmp-server sntp ntp login-history continue-on-failed params udp-domain "
    "authenticate a aaa access-profile account accounting accounting-scheme acct-scheme active add "
    "additive admin aggressive-mode aging akm algorithm algorithms all an and any are as at attempts auth "
    "auth-no-priv auth-priv auth-proxy auth-vid authen-mode authen-scheme authentication-failure "
    "authentication-method authentication-order authentication-port authentication-profile "
    "authentication-scheme authentication-server authentication-type authenticator authnopriv author-mode "
    "author-scheme authorization-attribute authorization-scheme authpriv auto backend banner be both "
    "broadcast by ca cache cached-reauth ccmp cert certificate chain chains change chap cipher-suite "
    "ciphers client client-limit cold-start coldstart commands complexity config-commands config-key "
    "configuration connection console control control-direction cookie create critical crypto-map "
    "database db default delete deny direction directory disabled domain dot1x dsa dsa-sig dynamic-author "
    "dynamic-keys eap ec ecdsa ecdsa-sig enable enabled encrypt encryption-aes event exchange "
    "exchange-algorithms exec expanded expiration expire expiry export exportable ext-community extended "
    "fail-action fail-message failure fallback false fast fast-reconnect file folder footer for "
    "free-rule-template from gcmp general-keys generate group group-policy group1 group14 group15 group16 "
    "group19 group2 group20 group21 group24 group5 groups gshut guarantee-first hash-algo hash-algorithm "
    "hash-control hash-size header history host-key host-mode hostkey http https hwtacacs if "
    "if-authenticated if-needed ike ikev1 ikev2 import in include incoming index info infor information "
    "initialize integrity internet ipaddr ipsec is is-type isakmp it its kex key-chain key-pair keychain "
    "keyed-chain keypair keypair-name keyring label large-community leap length level level-1 level-2 "
    "licence license lifetime line link-down link-up linkdown linksec linkup list load-balance local "
    "local-as local-case location lockout login logoff mab mac mac-address mac-auth-bypass mac-authen "
    "mac-authentication mac-based macs management map match max-fail max-length max-requests "
    "md5-challenge message-digest method method-list mgmt mgmt-frame-protection min-length minimum-length "
    "mode modify modulus motd multi-auth multi-domain multi-host must mypubkey network network-operator "
    "newinfo no no-advertise no-advertised no-auth-no-priv no-export noauth noauthnopriv none not "
    "null-username of off on open operator optional or order order-list out owe pae page-all pap "
    "password-prompt path peap periodic permit perpetual policy port port-access port-control portal "
    "position ppp pre-share pre-shared pre-shared-keys prf primary priority priv-level privilege-mode "
    "profile proposal protect proxy pubkey-chain public public-key publickey quiet-period radius readonly "
    "realm reauth-period reauthenticate recovery redundancy remove replace request required requisite "
    "reset resource response restart restrict reverse-access rollover rsa rsa-encr rsa-sig rsa-signature "
    "sae scheme secondary security-level security-mode send-community send-label sequence serial server "
    "server-algorithm server-group server-private server-timeout servers service-scheme session set "
    "sha1rsa shared shell shell-access single-host single-pass size size-limit source ssh standard "
    "start-stop static-keys-optional static-keys-required stop-only storage strength strong-encryption "
    "success sufficient suite-b supplicant supplicant-mode supplicant-timeout suppress system tacacs "
    "tacacs+ telnet tertiary that the this timer tkip tls to transform-set transport true trustpoint ttls "
    "tunnel tx-period unauth-vid update url usage usage-keys user user-profile user-role "
    "user-shell-access user-view username-prompt users version view violation virtual-controller vty "
    "wait-start warm-start warmstart web web-server well-known when wide with wpa wpa-enterprise "
    "wpa-personal wpa-psk wpa2 wpa2-enterprise wpa2-personal wpa2-psk wpa2-psk-aes wpa3 wpa3-sae yes you "
    "your zeroize"
)
SETTING = _words(
    "yes no true false on off enable enabled disable disabled none null ~ {} [] 0 1 auto default any all "
    "required optional ask"
)
_RIGHTS = _words("ro rw read-only read-write readonly readwrite ipv4 ipv6 operator manager")
_COMMENT = ("#", "!", "//", "/*")
_CODED = regex.compile(r"^//[a-z/+]*\d[a-z\d/+]{6,}=*$")  # base64 that begins as a comment does
_ADDRESS = regex.compile(
    r"^(?:(?:\d{1,3}\.){3}\d{1,3}(?:[/:-]\S*)?|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?:/\d+)?)$"
)
_INTERFACE = regex.compile(
    r"^(?:(?:fast|gigabit|tengigabit|)ethernet|eth|fa|gi|te|twe|fo|hu|po|lo|vl|tu|se|g|x|xg|ge-|xe-|et-|ae|irb|me|ve"
    r"|port|port-channel|eth-trunk|vlan|vlanif|lag|trk|bvi|dialer|tunnel|loopback|wlan|ath|swp|bond|br|wg|ppp|lan|wan"
    r"|dmz|mgmt|management)-?\d[\d/.:-]*$"
)

_ALGORITHMS = regex.compile(  # `aes-256-gcm@openssh.com`, `hmac-sha2-512-etm`
    r"^(?:(?:aes|aria|camellia|3?des|sha[123]?|hmac|md5|chacha20|poly1305|cbc|gcm|ccm|ctr|cfb|cmac|gmac|umac|esp|ah|etm"
    r"|128|192|224|256|384|512|64|96|8|16|openssh\.com)(?:[-_@+]|$)?){2,}$"
)
_PLACEHOLDER = regex.compile(r"^<(?:[^\d>]*(?:>.*)?$|/|secret\b)")  # `<removed>`, a tag
_KEY_FILE = regex.compile(r"^[\w./-]+\.(?:key|pem|crt|cer|csr|p12|pfx|pub)$")
_PATH = regex.compile(
    r"^/(?:$|[\d/]*$|(?:etc|var|usr|opt|home|root|tmp|boot|run|dev|mnt|srv|bin|lib|cf|conf|config|flash|nvram)\b)"
)

_ASSIGNMENT = regex.compile(r"^-{0,2}[A-Za-z][\w.-]*=[^=]")


def is_address(word: str) -> bool:
    """An IPv4 or IPv6 address, with mask or port."""
    return bool(_ADDRESS.match(word))


def is_algorithm(word: str) -> bool:
    """A name made of those of algorithms: `aes-256-gcm@openssh.com`."""
    return bool(_ALGORITHMS.match(word))


def is_assignment(word: str) -> bool:
    """`name=value`, and not the padding of base64."""
    return "=" in word and bool(_ASSIGNMENT.match(word))


def is_given(word: str) -> bool:
    """An option with its value in one word: `name=value`. A secret may have the sign in it, too."""
    return is_assignment(word) and is_option(word.lstrip("-").partition("=")[0].lower())


def is_option(word: str) -> bool:
    """A word that may stand behind a secret, with or without one of its own."""
    return word in _FLAG or word in _WITH


def has_a_value(word: str) -> bool:
    """A word that may stand behind a secret with one of its own, or a right."""
    return word in _WITH or word in _RIGHTS


def is_flag(word: str) -> bool:
    """A word that may stand behind a secret by itself."""
    return word in _FLAG


def could_be_secret(word: str, between: frozenset[str]) -> bool:
    """Behind a weak word: is it none of the configuration language's own, no number, address or interface?

    `word` is in lower case, without quotes and punctuation. Parts of a list are looked at one by one.
    """
    if not word or word.startswith((">", HOLE)) or _PLACEHOLDER.match(word) or _PATH.match(word):
        return False
    if word in _PLAIN or word in between or word in _FLAG or word in _WITH or word in SETTING:
        return False
    if word.isdigit():
        return len(word) >= 6
    if is_address(word) or _INTERFACE.match(word) or _ALGORITHMS.match(word) or _KEY_FILE.match(word):
        return False
    if not any(letter.isalnum() for letter in word):
        return len(word) >= 6
    parts = word.replace("/", ",").split(",")
    return len(parts) == 1 or any(part and could_be_secret(part, between) for part in parts)


def only_options(words: Sequence[str]) -> list[bool]:
    """For each word: nothing but options and their values from here to the end, or to a comment?

    True once more behind the last word. After rights (`RO`) the name of an access list may stand.
    """
    total = len(words)
    plain, with_list = [True] * (total + 2), [True] * (total + 2)
    for at in range(total - 1, -1, -1):
        word = words[at]
        if word.startswith(_COMMENT) and not _CODED.match(word):
            known = True
        elif word in _FLAG:
            known = (with_list if word in _RIGHTS else plain)[at + 1]
        elif word in _WITH:
            known = plain[at + 2]
        else:
            known = _says_nothing(word) and plain[at + 1]
        plain[at] = known
        with_list[at] = known or plain[at + 1]
    return plain[: total + 1]


def options_until(words: Sequence[str], begins: Sequence[bool]) -> list[bool]:
    """For each word: does an option stand here, and only options up to a word for which `begins` is true?"""
    total = len(words)
    table = [False] * (total + 2)
    for at in range(total - 1, -1, -1):
        if words[at] in _FLAG or words[at] in _WITH:
            after = at + (2 if words[at] in _WITH else 1)
            table[at] = table[after] or (after < total and begins[after])
    return table[: total + 1]


def _says_nothing(word: str) -> bool:
    if not word.strip("{}[];\\") or word.startswith(HOLE):
        return True
    return (word.isdigit() and len(word) <= 5) or is_address(word) or is_given(word)
