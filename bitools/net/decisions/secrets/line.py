"""Where the secrets stand among the words of one line, read as any vendor might have meant it.

A word such as `key` says that a secret follows. Between them stand type digits, algorithms, users and hosts;
behind it stand options. What is neither an option nor the end belongs to the secret: those of IOS may have
blanks. If every word could stand between, the last one is the secret.
"""

from __future__ import annotations

from collections.abc import Iterator

from bitools import regex
from bitools.net.decisions.secrets import options as options
from bitools.net.decisions.secrets.assignments import assigned
from bitools.net.decisions.secrets.chance import made_by_chance
from bitools.net.decisions.secrets.options import HOLE, SETTING, could_be_secret
from bitools.net.decisions.secrets.positions import by_position
from bitools.net.decisions.secrets.programs import snmp_host, special
from bitools.net.decisions.secrets.reading import Line
from bitools.net.decisions.secrets.words import BETWEEN, Kind, kind_of_variable, qualified

_PUBLIC = (
    "ssh-rsa",
    "ssh-dss",
    "ssh-ed25519",
    "ecdsa-sha2-",
    "sk-ssh-",
    "sk-ecdsa-",
)  # behind it: a public key
_ESCAPED = regex.compile(r'\\[rn"$?]|; ')
_UNESCAPED = {"\\r": " \n", "\\n": " \n", "; ": " \n"}  # letter for letter, so that places stay
_OF_BGP = ("bgp", "ext", "extended", "large", "std", "standard", "send")
_OF_POLICIES = frozenset(
    "match matches-any matches-every matches-within from then members additive policy-statement "
    "policy-options route-policy route-map delete bgp static generate aggregate if elseif".split()
)
_BGP_COMMUNITY = regex.compile(
    r"^[(\[]?\s*(?:(?:(?:target|origin|rt|soo|color|bandwidth|cost|large|ext)[: ])?(?:[\d*.$x]+|peeras)[:L]"
    r"|no-(?:export|advertise|peer|llgr)|llgr-stale|blackhole|local-as|internet|accept-own|gshut|graceful-shutdown|rt$|soo$|none$|\$)"
)
_KEYBOARD = (["any"], ["arrow"], ["enter"], ["return"], ["escape"], ["function"])  # `press any key`
_GIVEN = (["="], [":="], ["=>"])
_TELLING = regex.compile(r"[0-9!@#$%^*?]")
_HEX = regex.compile(r"^(?:0x)?[0-9a-fA-F]{16,}$")
_FINGERPRINTS = regex.compile(r"(?i)engine|finger|thumb|serial|certif|uuid|mac-|public|checksum")


def announced(line: Line) -> None:
    """Find the secrets that words announce."""
    at = 0
    while at < len(line.words):
        at = max(at + 1, _step(line, at))
    if line.snmp and not line.comment:
        snmp_host(line)
    by_position(line)
    made_by_chance(line)
    _commands(line)
    sure = line.found or any(line.kinds) or line.words[:1] == ["usmuser"]
    if sure and not line.comment and not _FINGERPRINTS.search(line.text):
        for number, word in enumerate(line.words):
            if _HEX.match(word) and not line.is_spared(number):
                line.hide(number)


def _commands(line: Line) -> None:
    """A command in quotes is a line of its own; a script has several."""
    if line.nested:
        return
    for (start, end), raw in zip(line.places, line.raws, strict=True):
        quote = min((at for at in (raw.find('"'), raw.find("'")) if at >= 0), default=-1)
        if quote < 0 or " " not in raw or (quote and raw[quote - 1] != "="):
            continue
        begins = start + quote + 1
        if line.spares(start) or any(begin <= begins and end - 1 <= stop for begin, stop in line.found):
            continue
        for inner, offset in _statements(line.text[begins : end - 1]):
            inner.prose = line.free_text
            announced(inner)
            line.found += [(begins + offset + begin, begins + offset + stop) for begin, stop in inner.found]


def _statements(script: str) -> Iterator[tuple[Line, int]]:
    """What a quoted text says, by its statements, each with its place; RouterOS escapes what is in it."""
    flat = _ESCAPED.sub(lambda found: _UNESCAPED.get(found[0], " " + found[0][1]), script)
    start = 0
    for statement in flat.split("\n"):
        yield Line(statement, nested=True), start
        start += len(statement) + 1


def _step(line: Line, at: int) -> int:
    """Look at one word; say where to go on."""
    if line.is_spared(at):
        return at + 1
    raw = line.raws[at]
    if "=" in raw or (":" in raw[1:] and "::" not in raw[:-1]):  # `static::password` is a variable
        went = assigned(line, at)
        if went or "=" in raw or raw.endswith(":") or ":" in line.words[at]:
            return went or at + 1
    went = special(line, at)
    if went:
        return went
    sure = _kind_here(line, at)
    if not sure or (line.comment and sure == "weak"):
        return at + 1
    if line.free_text and (at or line.prose):
        return _in_free_text(line, at, sure)
    return _behind(line, at, sure)


def _kind_here(line: Line, at: int) -> Kind:
    """What this word says of the next, in this line."""
    word, sure = line.words[at], line.kinds[at]
    if "communit" in word and not line.snmp and _of_routes(line, at):
        return ""
    named = sure == "weak" and "communit" not in word and line.raws[at + 2 : at + 3] == ["{"]  # `key NAME {`
    if (
        named
        or line.raws[at + 1 : at + 2] == ["{"]
        or _is_public(line, at)
        or _is_a_menu(line, at)
        or (_is_a_name(line.raws[at], sure) and line.words[at - 1 : at] != ["setenv"])
        or (word == "key" and line.words[at - 1 : at] in _KEYBOARD)
    ):
        return ""
    more = at + 1 < len(line.words)
    if word in ("authentication", "auth", "authentication-mode", "auth-mode") and line.redundant:
        return "strong"
    if "communit" in word and line.snmp and line.words[at + 1 : at + 2] == ["index"]:
        return ""  # it is the name that is the secret: `community index 1 name X`
    if "communit" in word and line.snmp and (sure or word in ("community-map", "community-group")):
        return "strong"
    if word == "name" and more and (line.snmp or line.above) and line.places[at][0] > line.communities_from:
        return "strong"
    if word in ("value", "data", "string") and more and at > line.secret_named_at:
        return "strong"
    if word in ("key", "keys") and at and qualified(line.words[at - 1]):
        return "strong"
    if word == "key" and (at > line.server_at or (not at and line.of_a_server)):
        return "strong"
    return sure or (kind_of_variable(word) if line.raws[at + 1 : at + 2] in _GIVEN else "")


def _is_public(line: Line, at: int) -> bool:
    return any(after.startswith(_PUBLIC) for after in line.words[at + 1 : at + 5])


def _is_a_menu(line: Line, at: int) -> bool:
    """`/ppp secret add name=… password=…` of RouterOS: what is secret has a name of its own."""
    return line.words[at + 1 : at + 2] in (["add"], ["set"]) and any(
        "=" in raw.rstrip("=") for raw in line.raws[at + 2 :]
    )


def _is_a_name(raw: str, sure: Kind) -> bool:
    """`LB_CONSISTENT_HASH`: somebody's name of something, no word of the language."""
    return sure == "weak" and "_" in raw and raw.isupper()


def _of_routes(line: Line, at: int) -> bool:
    """Is it a community of BGP (RFC 1997), which everybody may know?"""
    before = line.words[at].partition("communit")[0].strip("-_")
    if any("policy-options" in header for header in line.above):
        return True
    if before in _OF_BGP or not _OF_POLICIES.isdisjoint(line.words):
        return True
    value = line.words[at + 1] if at + 1 < len(line.words) else ""
    return bool(_BGP_COMMUNITY.match(value)) or (value.isdigit() and "set" in line.words[:at])


def _in_free_text(line: Line, at: int, sure: Kind) -> int:
    """In a description only what follows at once and looks like one."""
    value = at + 1
    if value + 1 < len(line.words) and line.raws[value] in ("=", ":", "is"):
        value += 1
    told = value > at + 1 or line.raws[at].endswith((":", "="))
    if value >= len(line.words) or HOLE in line.raws[value]:
        return at + 1
    if sure == "weak" and not (told and line.words[at] in ("key", "pass", "pin", "token")):
        return at + 1
    if _TELLING.search(line.raws[value]) and not options.is_address(line.words[value]):
        line.hide(value)
    return at + 1


def _behind(line: Line, at: int, sure: Kind) -> int:
    """Hide the secret behind this word; say where to go on."""
    value, last, masked = line.passed[at + 1]
    words, total = line.words, len(line.words)
    while value < total and line.spares(line.places[value][0]):
        value += 1
    if masked is not None:
        return _beside_a_mask(line, at, masked, value, sure)
    unquoted = value < total and line.raws[value][0] not in "\"'"
    if sure == "strong" and unquoted and options.is_option(words[value]) and line.only_options[value]:
        last = value if last is None and options.is_flag(words[value]) else last
        value = total
    if value >= total:
        return _one_of_the_words(line, at, last) if sure == "strong" and last is not None else at + 1
    if sure == "weak" and not (could_be_secret(words[value], BETWEEN) or line.is_written_out(value)):
        return at + 1
    if words[value] in SETTING and value == total - 1:
        return value
    end = _end_of_secret(line, value)
    line.hide(value, end - 1)
    return end


def _one_of_the_words(line: Line, at: int, last: int) -> int:
    """Every word could stand between or behind: the secret is the last before the options behind it."""
    options_from = next(
        (
            number
            for number in range(at + 2, last + 1)
            if line.only_options[number] and options.has_a_value(line.words[number])
        ),
        None,
    )
    secret = last if options_from is None else options_from - 1
    if line.words[secret] in SETTING:
        return at + 1
    line.hide(secret)
    return secret + 1


def _beside_a_mask(line: Line, at: int, masked: int, value: int, sure: Kind) -> int:
    """What still stands behind a secret that is masked already: options, or the rest of it."""
    if line.only_options[masked] or line.only_options[value] or "{" in line.raws[:value]:
        return max(value, at + 1)
    if sure == "weak" and not could_be_secret(line.words[value], BETWEEN):
        return at + 1
    end = _end_of_secret(line, value)
    line.hide(value, end - 1)
    return end


def _end_of_secret(line: Line, value: int) -> int:
    """Up to which word the secret goes that begins at `value`."""
    words, raws, total = line.words, line.raws, len(line.words)
    if "{" in raws[:value] or raws[value + 1 : value + 2] == ["{"]:
        return value + 1
    if raws[value].startswith("["):
        return next((at + 1 for at in range(value, total) if "]" in raws[at]), total)
    if line.text.rstrip().endswith(";") or raws[-1] == "{" or line.only_options[value + 1]:
        return value + 1
    for at in range(value + 1, total):
        if raws[at].strip("{}") == "" or raws[at + 1 : at + 2] == ["{"]:
            return at
        if (line.kinds[at] and at + 1 < total) or options.is_given(raws[at]):
            return at
        if options.is_option(words[at]) and line.only_options[at]:
            return at
        if line.options_until_more[at]:
            return at
    return total
