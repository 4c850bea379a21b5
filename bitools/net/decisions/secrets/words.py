"""The words behind which a secret stands, whoever made the device.

Gathered from vendors' command references. A word is read by its parts, so that `ldap-bind-password`,
`authPass` and `wpa_psk` need no entry of their own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

Kind = Literal["", "weak", "strong"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# what stands behind these is a secret
_STRONG = _words(
    "password passwd passwort passphrase passcode passkey parola parolası sifre şifre psk secret pwd pw "
    "cak phash keystring keydata prv otp masterauth requirepass authtok authdata keytab trapstring "
    "privkey privatekey sharedkey presharedkey preshared apikey accesskey secretkey userpw rootpw wpapsk "
    "accesskeyid tokenid activationcode etprocode authstring passwordagain "
    "pmk enablepw snmpcommunity pincode ticketsalt secureargs authcode authcodes "
    "registrationcode pkcs11pin"
)
# what stands behind these is one unless it is a word of the configuration language
_WEAK = _words(
    "key keys token bearer community communities pass pin cipher ciphertext encrypted encrypt encryption "
    "hashed hash cleartext plaintext ascii hex hexadecimal authentication auth authenticate authorization "
    "privacy priv credential credentials wep wpa sae md5 sha sha1 sha224 sha256 sha384 sha512 hmac des "
    "3des aes aes128 aes192 aes256 securityname simple crypt cookie passwords secrets passphrases psks "
    "hexkey nonce spi seed signature webhook ascii-text authtype auth-code challenge preshare pre-share"
)
_ENDS_STRONG = ("password", "passwd", "passphrase", "passcode", "passwort", "secret", "psk", "pwd", "bindpw")
_ENDS_WEAK = ("key", "token", "community", "communities", "pass", "hash", "auth", "cred")
_NEVER = _words(
    "bypass compass passwordauth namedkey addressedkey hotkey publickey pubkey hostkey sshkey keychain "
    "passive monkey turkey oauth"
)
# a word of these carries what the one before it names: `key-value`, `community-string`
_CARRIES = _words("string str value val pem text data word phrase name literal octet octets")
_CARRIED = _words("key keys community auth authentication hex cipher token pass crypt priv privacy")
# a word of these says how the one before it is written: `password-hash`, `authKeyEncrypted`
_CODED = _words(
    "hash hashed raw encrypted enc encrypt cipher ciphertext crypted hex ascii plain plaintext clear "
    "cleartext hmac md5 sha sha1 sha256 sha512 base64 b64 again confirm ro rw primary secondary old new code "
    "localized in out"
)
# with one of these before it, a weak word is a strong one: `private-key`, `radius-key`
_QUALIFIES = _words(
    "private pre preshared encrypt shared auth authentication psk wep wpa wpa2 api access radius tacacs "
    "server secret hash encryption encrypted md5 digest message tcp sae ike ipsec master static tls snmp "
    "enc localized cipher priv privacy root user admin ntp"
)
# a key that everybody may know
_KNOWN_TO_ALL = _words("public pub host ssh rsa dsa ecdsa foreign authorized authorised trusted")
_AUTHENTICATION = _words("auth authentication priv privacy")
_ALGORITHMS = _words("md5 sha sha1 sha224 sha256 sha384 sha512 hmac des 3des aes aes128 aes192 aes256")
_MANNER = _words("type mode code prot protocol proto")

_BEGIN = _words("password passwd passphrase passcode secret psk pwd sifre parola")
_OF_A_RULE = _words(  # `password-min-length`, `secret_name`
    "policy policies length len min max minimum maximum size age aging expiry expire expires expiration "
    "lifetime encryption prompt file path dir type format mode auth authentication authenticator history "
    "complexity strength strong control change changed changes reset recovery required require requires "
    "retries retry attempts lockout hint store storage manager map maps backend method methods algorithm "
    "url uri server host command program enable enabled disable disabled allow allowed rule rules check "
    "checks quality day days warning warn updated date time timestamp count id ref name names version "
    "engine group class scheme protocol provider option options level levels callback field label title "
    "help only protected protection rotation period interval timeout limit set is has can"
)

_CODED_FROM = 8  # letters


@lru_cache(maxsize=50_000)
def kind(word: str) -> Kind:
    """How sure it is that a secret stands behind this word."""
    if word in _WEAK:
        return "weak"
    if _is_coded(word):
        return ""
    parts = _parts(word.replace("\u0307", ""))  # what a small İ leaves
    if len(parts) > 2 and parts[-1] in ("l1", "l2"):
        parts.pop()  # IS-IS levels
    if not parts or "".join(parts) in _NEVER:
        return ""
    if "".join(parts) in _STRONG:
        return "strong"
    if len(parts) > 1 and parts[-1] in _MANNER and parts[-2] in _AUTHENTICATION:
        return "weak"
    return _of_parts(parts)


def kind_of_variable(name: str) -> Kind:
    """The same for somebody's own name, which is given a value: `secret-eap`, `PASSWORD_WIFI`."""
    parts = _parts(name)
    if len(parts) < 2 or parts[0] not in _BEGIN or not _OF_A_RULE.isdisjoint(parts):
        return ""
    return "weak"


def _is_coded(word: str) -> bool:
    """Base64 (RFC 4648) whose signs split it into what looks like words: `kYWF2TwS+PW7=`."""
    signs = "+" in word[1:-1] or "/" in word[1:-1] or word.endswith("=")
    return signs and len(word) >= _CODED_FROM and any(letter.isdigit() for letter in word)


def _of_parts(parts: list[str]) -> Kind:
    carried = False
    while len(parts) > 1 and (parts[-1] in _CARRIES or parts[-1].isdigit() or _numbers(parts[-1])):
        carried = carried or parts[-1] in _CARRIES
        parts.pop()
    while len(parts) > 1 and parts[-1] in _CODED and _of(parts[-2]):
        parts.pop()
    if (
        len(parts) > 1
        and parts[-1] in _ALGORITHMS
        and parts[0] not in ("auth", "hmac", "keyed", "encrypt", "priv")
    ):
        return ""
    found = _of(parts[-1])
    if parts[-1] in ("key", "keys") and _KNOWN_TO_ALL.intersection(parts):
        return ""
    if carried and parts[-1] not in _CARRIED:
        return "strong" if found == "strong" else ""
    if found == "weak" and (carried or _QUALIFIES.intersection(parts[:-1])):
        return "strong"
    return found


def _numbers(part: str) -> bool:
    """Does it only tell one of several: `password_x`, `community-v6`?"""
    return len(part) == 1 or part in ("v4", "v6", "ipv4", "ipv6")


def _of(part: str) -> Kind:
    bare = part.rstrip("0123456789")
    for field in ("fld", "field", "input"):
        bare = bare.removesuffix(field)
    if part in _NEVER or bare in _NEVER:
        return ""
    if part in _STRONG or bare in _STRONG or bare.endswith(_ENDS_STRONG) or _is_turkish(bare):
        return "strong"
    return "weak" if part in _WEAK or bare in _WEAK or bare.endswith(_ENDS_WEAK) else ""


def _is_turkish(word: str) -> bool:
    """`şifre`, `Şifresi`, `ŞİFRENİZ`, `parolası`; encryption (`şifreleme`) is none."""
    return word.startswith(("şifre", "sifre", "parola")) and word[5:7] != "le"


def _parts(word: str) -> list[str]:
    """The parts of a compound, in lower case: `auth-pass`, `authPass`, `PSKValue`, `Key1Name`."""
    parts, last = [""], ""
    for at, letter in enumerate(word):
        if not letter.isalnum():
            parts.append("")
        elif letter.isupper() and (last.islower() or (last.isalnum() and _is_said(word[at + 1 : at + 3]))):
            parts.append(letter)
        else:
            parts[-1] += letter
        last = letter
    return [part.lower() for part in parts if part]


def _is_said(letters: str) -> bool:
    """Do they go on with a word whose first letter is a capital?"""
    return len(letters) == 2 and letters.isalpha() and letters.islower()


def qualified(word: str) -> bool:
    """Does a key behind this word belong to a server or a neighbour: `tacacs-server key`?"""
    return not _SERVERS.isdisjoint(_parts(word))


_SERVERS = _words("tacacs radius isakmp ike server client peer neighbor dynamic hwtacacs")

# what may stand between such a word and the secret
BETWEEN = _words(
    "ipaddr readonly readwrite read-only read-write ro rw cipher ciphertext simple plain plaintext "
    "plain-text plain_text clear clear-text cleartext text string hash hashed sha sha1 sha224 sha256 "
    "sha384 sha512 sha-1 sha-256 sha-512 sha-224 sha-384 sha_1 sha2 sha-2 sha2-256 sha2-512 hmac md5 "
    "hmac-md5 hmac-sha hmac-sha1 hmac-sha-1 hmac-sha-256 hmac-sha-384 hmac-sha-512 hmac-sha256 "
    "hmac-sha384 hmac-sha512 hmac-sha2-256 hmac-sha2-512 hmac-sha1-96 hmac-sha1-12 hmac-sha1-20 hmacsha "
    "hmacmd5 ietf-md5 md5-auth aes-128-cmac aes-256-cmac aes-cmac cmac cmac-aes-128 aes-cmac-96 keyed-md5 "
    "keyed-sha1 sm3 hmac-sm3 des des56 des-56 3des des-cbc 3des-cbc aes aes128 aes192 aes256 aes-128 "
    "aes-192 aes-256 aes-128-cfb aes-cbc aes128-cbc aes192-cbc aes256-cbc aes128-cfb aescfb128 aes256-c "
    "aes-128-c 8a 128 192 256 168 56 esp ah null irreversible-cipher encrypted encrypt encrypted-password "
    "encryption enc ascii hex ascii-text hexadecimal base64 pre-encrypted pbkdf2 scrypt bcrypt raw "
    "raw-key pass-phrase nohash basic digest is equals = : := => == set-key key-string keystring "
    "string-key auth-key priv-key authentication-key use localized localizedkey localised non-localized "
    "secret password passphrase passwd key psk pre-shared-key wpa-psk shared-secret shared-key secret-key "
    "key-value key-hex config-key password-encrypt value word data auth-pass required option for default "
    "all 0x both local remote send-rcv accept message-digest mode method type format private pap chap eap "
    "mschap ms-chap mschapv2 hidden enable accounting authorization inbound outbound in out usual "
    "nonstandard rfc2453 rfc2082 wep40 wep104 wep128 wep-40 wep-104 wep-128 40bit 104bit 128bit manager "
    "operator create add read write simple-text simple-password by_password by_key no-encrypt none primary "
    "secondary accessmode"
)
# what may stand between, with one word of its own
BETWEEN_WITH = _words(
    "eigrp level user username user-name user-id userid name spi key-id keyid key_id id host hostname "
    "address server privilege vrf port identity peer group usm-user encryption-type type index area "
    "encrypt-type keyno role user-role local-address remote-address vlan interface instance slot domain "
    "realm auth_port acct_port auth-port acct-port option timeout size"
)
