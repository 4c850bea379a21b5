"""The net behind the platforms' patterns: secrets in any configuration, whoever made the device.

What a platform's patterns do not name, or name wrongly, is found here; what is no secret, a platform says
(`no_secret`). Reading is linear in the length of the text, whatever it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from bitools import regex
from bitools.net.decisions.secrets.chance import SIGN
from bitools.net.decisions.secrets.line import announced
from bitools.net.decisions.secrets.options import HOLE
from bitools.net.decisions.secrets.over_lines import BEGINNINGS, announcing, over_lines
from bitools.net.decisions.secrets.places import LONG, indent, trimmed
from bitools.net.decisions.secrets.reading import Line
from bitools.net.decisions.secrets.records import SIGN as RECORD
from bitools.net.decisions.secrets.records import records
from bitools.net.decisions.secrets.shapes import Span, elements, shapes
from bitools.net.decisions.text import Text

_KEPT = 300  # letters of a line whose reading is remembered: configurations repeat themselves
_STEMS = regex.compile(  # without one of these in it a line has no secret that this net would find
    r"(?i)pass|pwd|pw\b|pin\b|psk|prv|key|secret|communit|auth|ciph|crypt|enc|token|priv|hash|md5|sha\d*\b|hmac|aes"
    r"|\b3?des\b|cak|cred|wep|wpa|sae\b|otp|parola|[iİıI]fre|bearer|cookie|simple|hex|ascii|nonce|seed|signature|hook"
    r"|spi\b|phrase|snmp|trap|sink|com2sec|login|value|data|string|user|account|license|local_enable|ipsec|proxy"
    r"|aaa-server|\beap\b|tls|oink|basic|api|zip|7z|ftp|smbclient|syscon|mobility|rmon|transceiver|code|^\d+ "
    r"|profile create|srvtab|chat-script|pmk|mysql|mariadb|ldap|ipmi|\bcheck_|kinit|sudo|cryptsetup|<<<"
    r"|static:|-U\b|useradd"
    r"|openssl|challenge|hidden|mschap|\bgtc\b|ntlm|\bsend|inline:|\bmab |CPIN|zt\d|radtest|psexec|rclone|net use|usmuser|hv[bsr]\.|[a-z]k_|ya29|ASIA|dop_|npm_|shpat|dckr|pypi-|GOCSPX|PMAK|NRAK|glrt|SECRET|\*[^\S\n]*$|^\[[^\]\s]+\]|\.pkcs12|\$|://|@|%[\^#@$+]|-AQ==|AK1|SH2|eyJ|AKIA|gh[a-z]_|glpat|xox|sk-|AIza|LS0t|U2Fsd|\{[SCMBP]"
    r"|pre-?share\b|salt\b|:[ \t]+(?:RSA|ECDSA|P12|PKCS12|PPK)\b|r[01]kh|das_client|\bsic\b|incoming|outgoing"
    r"|thin:|\bisql|\bimpdp|\ballow[ \t]|\bpppoe|^(?:00:){5}00|id=[^\s]+ [0-9a-f]{2}:|\bsim\b|mware|load"
    r"|[ \t]-[A-Za-z]{1,2}\[?\d?\]?[ \t]|\*[ \t]+\*|[ \t]\*[ \t]|^[\w.-]+:\d{2,5}[ \t]"
    rf"|{SIGN}|{RECORD}|[^\s]name|name[^\s]|name[ \t]+[^\s]+[ \t]+[^\s]",  # `name Emlak_1` alone says nothing
    lines=True,
)
_DEEPEST = 8
_HEADERS = regex.compile(
    r"(?i)communit|snmp|policy-options|\b(?:tacacs|radius|isakmp|ikev?[12]?|keyring)\b"
    r"|(?:pass|pwd|key|secret|psk|token|phrase)[\w-]*[\"']?[^\S\n]*:?[^\S\n]*\{?[^\S\n]*$",
    lines=True,
)
_SECTIONS = regex.compile(r"^/.*communit|^# \$ ", lines=True)
_CREDENTIAL_FILES = regex.compile(
    r"^# \$ .*(?:secrets?\b|shadow|sasl_passwd|pam_radius_auth|psk|\.pgpass|htpasswd"
    r"|raddb/(?:clients|server)\b|radiusclient/servers)"
)


SIGNS = (_STEMS, _HEADERS, _SECTIONS, BEGINNINGS)  # a secret that this net finds has one of them near it


def secrets_in(text: Text, no_secret: regex.Pattern | None = None) -> Mapping[int, Sequence[Span]]:
    """For each line in which secrets stand: their places, in order, none in another.

    What is masked already stands as HOLE. Words within what `no_secret` matches announce nothing.
    """
    found: dict[int, Sequence[Span]] = {}
    lines, headers = text.lines, _headers_of(text)
    for number in sorted({*headers, *text.having(_STEMS)}):
        line, above = lines[number], headers.get(number, ())
        if len(line) <= _KEPT:
            places = _remembered(line, above, no_secret)
        else:
            places = _places(line, above, no_secret)
        if places:
            found[number] = places
    for number, places in over_lines(text, found):
        if places:
            found[number] = _merged([*found.get(number, ()), *places])
    return found


@lru_cache(maxsize=50_000)
def _remembered(line: str, above: tuple[str, ...], no_secret: regex.Pattern | None) -> tuple[Span, ...]:
    return _places(line, above, no_secret)


def _places(text: str, above: tuple[str, ...], no_secret: regex.Pattern | None) -> tuple[Span, ...]:
    spared = tuple(found.span() for found in no_secret.finditer(text)) if no_secret else ()
    line = Line(text, above, spared)
    line.found += shapes(text)
    line.found += records(text)
    markup = text.lstrip().startswith("<")
    if "<" in text:
        line.found += elements(text)
    if len(text) > LONG:
        _from_the_first(line)
    elif markup:
        line.found += _in_character_data(text)
    else:
        announced(line)
        _junos(line)
        _in_credential_file(line)
        _keyed_by_block(line)
    return _merged(piece for start, end in line.found for piece in trimmed(text, start, end))


def _merged(places: Iterator[Span] | Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def _from_the_first(line: Line) -> None:
    at = next((at for at, sure in enumerate(line.kinds) if sure and not line.is_spared(at)), None)
    if at is not None and at + 1 < len(line.words):
        line.hide(at + 1, len(line.words) - 1)


_TAG = regex.compile(r"<[^<>]*>")


def _in_character_data(text: str) -> list[Span]:
    """Words within XML elements that are a configuration of their own."""
    flat = _TAG.sub(lambda found: " " * (found.end() - found.start()), text).replace(";", " ")
    line = Line(flat)
    if len(line.words) > 1:
        announced(line)
    return [place for place in line.found if _is_sure(line, place)]


def _is_sure(line: Line, place: Span) -> bool:
    before = [at for at, (_start, end) in enumerate(line.places) if end <= place[0]]
    return any(line.kinds[at] == "strong" for at in before)


def _junos(line: Line) -> None:
    """Junos marks every secret."""
    if "SECRET-DATA" not in line.text:
        return
    mark = line.text.find("##")
    before = [at for at, (_start, end) in enumerate(line.places) if mark < 0 or end <= mark]
    if before and HOLE not in line.raws[before[-1]]:
        line.hide(before[-1])


def _in_credential_file(line: Line) -> None:
    """chap-secrets(5) and its kin: what stands behind the first word."""
    if not line.above or not _CREDENTIAL_FILES.match(line.above[0]) or line.comment:
        return
    for at in range(min(1, len(line.words) - 1), len(line.words)):
        if line.raws[at] != "*" and not line.is_spared(at) and not _is_small(line.words[at]):
            line.hide(at)


def _is_small(word: str) -> bool:
    return word.isdigit() and len(word) <= 3


def _keyed_by_block(line: Line) -> None:
    """A block that is named like a secret, whose lines are the secrets: `readonly-community:` of NVUE."""
    header = line.above[-1].rstrip() if line.above else ""
    if line.words and header.endswith("{") and "communit" in header.lower() and header[:1] in "\"'":
        _keyed_in_braces(line)
    if not header.endswith(":") or header.count(" ") or not line.words:
        return
    first = line.raws[0]
    if first == "-" and len(line.words) > 1:
        line.hide(1, len(line.words) - 1)
    elif first.endswith(":") and "communit" in header.lower():
        start, end = line.places[0]
        line.found.append((start, end - 1))


def _keyed_in_braces(line: Line) -> None:
    """The same in JSON: `"SNMP_COMMUNITY": {`, then `"public": {"TYPE": "RO"}` of SONiC."""
    start, _end = line.places[0]
    quote = line.text[start]
    close = line.text.find(quote, start + 1)
    if quote in "\"'" and close > 0 and line.text[close + 1 :].lstrip().startswith(":"):
        line.found.append((start + 1, close))


class _Header(NamedTuple):
    """A header that says something of the lines under it; `inner`: only of those just so far in."""

    depth: int
    text: str
    inner: int | None


def _headers_of(text: Text) -> dict[int, tuple[str, ...]]:
    """For the lines of blocks whose header says something of them: those headers, outermost first."""
    found: dict[int, tuple[str, ...]] = {}
    for _block in _blocks(text, found):
        pass
    return found


def _blocks(text: Text, found: dict[int, tuple[str, ...]]) -> Iterator[Span]:
    """Lines [start, end) within which headers may say something of the lines under them; they are noted."""
    done = 0
    for number in sorted({*text.having(_HEADERS), *text.having(_SECTIONS)}):
        if number >= done:
            done = _under(text.lines, number, found)
            yield number, done


def bound_together(text: Text) -> Iterator[Span]:
    """Lines [start, end) that have to be read together, for one says what another is.

    Where one begins is seen in itself or in lines before it, never in those behind it.
    """
    yield from _blocks(text, {})
    yield from announcing(text, text.having(_STEMS))


def _under(lines: Sequence[str], first: int, found: dict[int, tuple[str, ...]]) -> int:
    """Note the headers of the lines under this one, if it is a header; say where nothing stands under one."""
    open_headers: list[_Header] = []
    section: tuple[str, ...] = ()
    for number in range(first, len(lines)):
        line = lines[number]
        if not line or line.isspace():
            continue
        if line.startswith(("/", "# $ ")):
            section = (line,) if "communit" in line or _CREDENTIAL_FILES.match(line) else ()
            continue
        depth = indent(line)
        while open_headers and open_headers[-1].depth >= depth:
            open_headers.pop()
        if number > first and not open_headers and not section:
            return number
        above = tuple(one.text for one in open_headers if one.inner in (None, depth))
        if above or section:
            found[number] = section + above
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if indent(following) > depth and len(open_headers) < _DEEPEST and _HEADERS.search(line[:LONG]):
            text = line.strip()[:LONG]
            keys = text.endswith(":") or (text.endswith("{") and text[0] in "\"'")
            deeper = text.endswith("{") and "communit" not in text.lower()
            inner = indent(following) if keys and not deeper else None  # of a mapping only its keys
            open_headers.append(_Header(depth, text, inner))
    return len(lines)
