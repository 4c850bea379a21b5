"""Secrets that one knows by their looks, whatever stands before them: hashes, tokens, URLs, headers."""

from __future__ import annotations

from collections.abc import Iterator

from bitools import regex
from bitools.net.decisions.secrets.options import HOLE, SETTING, could_be_secret
from bitools.net.decisions.secrets.words import BETWEEN, Kind, kind

Span = tuple[int, int]

# crypt(3) and its kin, LDAP's {SSHA}, Huawei's %^%#, PAN-OS, FortiOS, JWT, tokens of clouds, OpenSSL's salted
_SHAPES = regex.compile(
    r"""(?:^|[\s"'=:>,;(\[{!])(?P<secret>"""
    r"""\$(?:[0-9]|1[045]|2[abxy]|[chyMSP]|gy|sha1|sha256|sha512|md5|apr1|pbkdf2[\w-]*|argon2\w*|scrypt|bcrypt)"""
    r"""\$[^\s"';:,<]{3,}"""
    r"""|\{(?:SSHA|SHA|SMD5|MD5|CRYPT|SSHA256|SSHA512|BLF-CRYPT|PBKDF2)[\w-]*\}[^\s"']{3,}"""
    r"""|%\^%#[^\s]+%\^%#|%#%#[^\s]+%#%#|%@%@[^\s]+%@%@|%\$%\$[^\s]+%\$%\$|%\+%#[^\s]+%\+%#"""
    r"""|-AQ==[A-Za-z0-9+/=]{8,}|AK1[A-Za-z0-9+/=]{20,}|SH2[A-Za-z0-9+/=]{20,}|U2FsdGVkX1[A-Za-z0-9+/=]{8,}"""
    r"""|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?"""
    r"""|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{15,}|xox[abprs]-[\w-]{10,}"""
    r"""|grub\.pbkdf2\.sha512\.[\w.]+|[0-9a-f]{10}:0:[0-9a-f]{128}:[0-9a-f]{128}"""
    r"""|(?:sk|rk|pk)_(?:live|test)_\w{10,}|hv[bsr]\.[\w-]{10,}|SG\.[\w-]{10,}\.[\w-]{10,}|ya29\.[\w-]{20,}|ASIA[0-9A-Z]{16}"""
    r"""|(?:dop_v1|npm|shpat|dckr_pat|pypi|GOCSPX|PMAK|NRAK|glrt|xapp|AGE-SECRET-KEY)[_-][\w-]{16,}"""
    r"""|sk-[\w-]{20,}|AIza[\w-]{30,}|LS0tLS1CRUdJTi[A-Za-z0-9+/=]{20,})"""
)
_ESCAPED = regex.compile(
    r"""\\+["']([\w.-]+)\\+["']\s*[:=]\s*\\+["'](?P<secret>[^"'\\]+)"""
)  # JSON in quotes
_KNOWN_TO_ALL = (
    "BDRVJUSUZJQ0FURS",
    "BQVUJMSUMgS0VZ",
    "BYNTA5IENSTC",
)  # CERTIFICATE, PUBLIC KEY, X509 CRL: base64
_TYPE_7 = regex.compile(r"(?:^|\s)7\s+(?P<secret>[01]\d(?:[0-9A-Fa-f]{2}){2,})(?:[\s;]|$)")
_ENCRYPTED = regex.compile(r"\bENC\s+(?P<secret>[^\s]+)")
_CALLED = regex.compile(r"""\b([A-Za-z][\w-]+)\(["']?(?P<secret>[^\s"'(){}]{3,})["']?\)""")  # syslog-ng
_USER = regex.compile(r"""(?:^|[\s"'=])[\w.\\+-]+:(?P<secret>[^\s:@/"'][^\s:@"']*)@[\w-]+(?:\.[\w-]+)*""")
_HEADER = regex.compile(
    r"(?i)(?:\b(?:proxy-)?authorization\s*[:=]\s*(?:(?:basic|bearer|digest|token|apikey)\s+)?|\b(?:bearer|basic)\s+)"
    r"(?P<secret>[^\s].*)"
)
_HOOKS = r"\b(?:hooks\.slack\.com|discord(?:app)?\.com|api\.telegram\.org|[\w.-]+\.webhook\.office\.com)"
_URL = regex.compile(rf"""(?:[a-zA-Z][\w+.-]*://|{_HOOKS}/)[^\s"'<>]*""")
_ASKED = regex.compile(r"""[?&;]([\w.-]+)=([^&\s"';]*)""")
_BEHIND = (  # what follows these in a URL is all one needs to call it
    "hooks.slack.com/services/",
    "/api/webhooks/",
    "/webhook/",
    "/webhooks/",
    "/webhookb2/",
    "/incomingwebhook/",
    "/bot",
    "/hooks/",
)


def shapes(line: str) -> Iterator[Span]:
    """Every secret in the line that shows by itself."""
    for found in _SHAPES.finditer(line):
        text = found["secret"]
        if not (text.startswith("LS0tLS1") and text[14:].startswith(_KNOWN_TO_ALL)):
            yield found.span("secret")
    for pattern in (_TYPE_7, _ENCRYPTED):
        for found in pattern.finditer(line):
            yield found.span("secret")
    if "@" in line or "/" in line:
        yield from _of_users(line)
    if "(" in line or "\\" in line:
        yield from _named(line)
    yield from _headers(line)


def _named(line: str) -> Iterator[Span]:
    """`password(…)`, and what has a name in JSON that stands in quotes itself."""
    for pattern, least in ((_CALLED, ("strong",)), (_ESCAPED, ("strong", "weak"))):
        for found in pattern.finditer(line):
            if kind(found[1]) in least and could_be_secret(found["secret"].lower(), BETWEEN):
                yield found.span("secret")


def _of_users(line: str) -> Iterator[Span]:
    """`user:password@host`, in URLs and outside."""
    for found in _URL.finditer(line):
        yield from _in_url(found[0], found.start())
    for found in _USER.finditer(line):
        if not (found["secret"].isdigit() and len(found["secret"]) <= 5):
            yield found.span("secret")


def _headers(line: str) -> Iterator[Span]:
    for found in _HEADER.finditer(line):
        first = found["secret"].split()[0].strip("\"'").lower()
        named = "authorization" in found[0][: found.start("secret") - found.start()].lower()
        if could_be_secret(first, BETWEEN) and (named or len(first) >= 8):
            yield found.span("secret")


def _in_url(url: str, start: int) -> Iterator[Span]:
    """The password of `user:password@host`, secret parameters, and the path of a webhook."""
    begins = url.index("://") + 3 if "://" in url else 0
    rest, base = url[begins:], start + begins
    at = _ends_of_user(rest)
    colon = rest.find(":", 0, max(at, 0))
    if colon >= 0:
        yield base + colon + 1, base + at
    lower = rest.lower()
    for way in _BEHIND:
        place = lower.find(way)
        if place >= 0:
            yield base + place + len(way), start + len(url)
            break
    for asked in _ASKED.finditer(url):
        if asked[2] and (kind(asked[1]) or asked[1].lower() in ("sig", "auth", "code", "p", "pw")):
            yield start + asked.start(2), start + asked.end(2)


def _ends_of_user(rest: str) -> int:
    """Where `user:password` ends: at the last @ before the path, or behind a password with a / in it."""
    host = rest.partition("/")[0]
    if "@" in host:
        return host.rfind("@")
    colon, at = rest.find(":"), rest.rfind("@")
    port = rest[colon + 1 :].partition("/")[0]
    return at if 0 < colon < at and not port.isdigit() else -1


_ELEMENT = regex.compile(r"<([A-Za-z_][\w:.-]*)((?:\s[^<>]*)?)>([^<]*)")
_DATA = regex.compile(r"<([A-Za-z_][\w:.-]*)(?:\s[^<>]*)?>\s*<!\[CDATA\[(?P<secret>.*?)(?:\]\]>|$)")
_ATTRIBUTE = regex.compile(r"""([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")


def elements(line: str) -> Iterator[Span]:
    """What stands in XML elements and attributes named like a secret."""
    for found in _ELEMENT.finditer(line):
        text = found[3].strip()
        if _in_markup(found[1], text):
            start = line.index(text, found.start(3))
            yield start, start + len(text)
        yield from _in_attributes(found[2], found.start(2), found.span(3))
    for found in _DATA.finditer(line):
        if _in_markup(found[1], found["secret"]):
            yield found.span("secret")


def _in_attributes(text: str, begins: int, content: Span) -> Iterator[Span]:
    """`password="…"`; and `key="Password" value="…"`, whose content is one, too."""
    named = False
    for attribute in sorted(_ATTRIBUTE.finditer(text), key=lambda one: one[1].lower() not in _NAMES):
        value = attribute[2][1:-1]
        lower = attribute[1].lower()
        named = named or (lower in _NAMES and kind(value) == "strong")
        if _in_markup(attribute[1], value) or (named and value and lower in ("value", "data", "content")):
            start = begins + attribute.start(2) + 1
            yield start, start + len(value)
    if named and content[0] < content[1]:
        yield content


_NAMES = ("key", "name", "id", "n")
_OF_MARKUP = ("tls", "oinkmastercode", "api")  # pfSense: keys of OpenVPN, Snort's subscription, Telegram


def _in_markup(name: str, text: str) -> bool:
    if not text or text.lower() in SETTING or HOLE in text:
        return False
    if name.lower() == "pass":  # a rule of pfSense may have one, too
        return len(text) >= 6 and could_be_secret(text.lower(), BETWEEN)
    found: Kind = "strong" if name.lower() in _OF_MARKUP else kind(name)
    return found == "strong" or bool(
        found and ("key" in name.lower() or could_be_secret(text.lower(), BETWEEN))
    )
