"""Secrets that are given to a name: `name=value`, `name: value`, `"name" : "value"`."""

from __future__ import annotations

from bitools import regex
from bitools.net.decisions.secrets import options as options
from bitools.net.decisions.secrets.options import HOLE, SETTING, could_be_secret
from bitools.net.decisions.secrets.places import bare
from bitools.net.decisions.secrets.programs import USER_FLAGS
from bitools.net.decisions.secrets.reading import Line
from bitools.net.decisions.secrets.words import BETWEEN, Kind, kind, kind_of_variable

_ASSIGNMENT = regex.compile(r"""["']?([\p{L}_.@$-][\p{L}\p{N}_.@/$-]*)["']?\s*(=>|:=|=|::?)""")
_TAGGED = regex.compile(r"^([A-Za-z][\w-]*):\d+$")  # `Tunnel-Password:1 = "…"` of FreeRADIUS
_SIGNS = ("=", ":=", "+=", "==")
_CHECKSUMS = "sha sha1 sha224 sha256 sha384 sha512 md5 aes des 3des signature".split()  # `SHA1:…` of a file
_SCHEMES = ("key,", "token,", "token-secure,")  # `-cvauth=key,SECRET` of EOS
_ANOTHER = regex.compile(r"[,&;]\s*[\w.-]+=[^=]")


def assigned(line: Line, at: int) -> int:
    """`name=value`, `name: value` and `name =`: the value of a secretive name. 0 if there is none."""
    raw, (start, end) = line.raws[at], line.places[at]
    if at and line.raws[at - 1] in USER_FLAGS:
        return 0
    if (tagged := _TAGGED.match(raw)) and line.raws[at + 1 : at + 2] != [] and line.raws[at + 1] in _SIGNS:
        sure = _kind_of_name(line, at, tagged[1])
        return _value_follows(line, at + 1, sure, "=") if sure else 0
    if raw.startswith("$") and (went := _in_environment(line, at)):
        return went
    done = 0
    for found in _ASSIGNMENT.finditer(raw):
        if raw.startswith("//", found.end()) and found[2][0] == ":":
            break
        sure = _kind_of_name(line, at, found[1])
        if not sure:
            continue
        begins, ends = start + found.end(), end
        if begins >= ends:
            return done or _value_follows(line, at, sure, found[2])
        another = _ANOTHER.search(line.text[begins:ends])
        if another and line.text[begins] not in "\"'" and not line.text.startswith(_SCHEMES, begins):
            ends = begins + another.start()
        if _is_value(line.text[begins:ends], sure):
            line.found.append((begins, ends))
            done = at + 1
    return done


def _in_environment(line: Line, at: int) -> int:
    """`$env:PASSWORD = "…"` of PowerShell. 0 if it is none."""
    scope, _sign, name = line.raws[at].partition(":")
    if not scope.startswith("$") or line.raws[at + 1 : at + 2] != ["="] or at + 2 >= len(line.words):
        return 0
    if not kind(name) or line.words[at + 2] in SETTING:
        return 0
    line.hide(at + 2)
    return at + 3


def _is_value(text: str, sure: Kind) -> bool:
    word = bare(text)
    if not word or word in SETTING or HOLE in text:
        return False
    return sure == "strong" or could_be_secret(word, BETWEEN)


def _kind_of_name(line: Line, at: int, name: str) -> Kind:
    lower = name.lower()
    if lower == "name" and line.places[at][0] > line.communities_from:
        return "strong"
    if lower in ("value", "data", "default", "content") and at > line.secret_named_at:
        return "strong"
    sure = kind(name) or kind_of_variable(name)
    if sure == "weak" and (line.comment or lower in _CHECKSUMS):
        return ""
    return sure


def _value_follows(line: Line, at: int, sure: Kind, sign: str) -> int:
    """The value is the next word; behind a colon the rest of the line. 0 if there is none."""
    first = at + 1
    if first >= len(line.words) or (sign[0] == ":" and options.is_address(line.words[at])):
        return 0
    if line.raws[first] == "[" and first + 1 < len(line.words) and line.raws[first + 1][0] not in "{[":
        first += 1  # a list, in this line: its words up to the one that closes it
        last = next((number for number in range(first, len(line.words)) if "]" in line.raws[number]), first)
        line.hide(first, last - (line.raws[last] == "]"))
        return last + 1
    if line.raws[first] in ("{", "|", ">", "[") or (line.free_text and sure == "weak"):
        return 0
    last = first if sign == "=" or line.raws[first][0] in "\"'" else len(line.words) - 1
    text = line.text[line.places[first][0] : line.places[last][1]]
    word = line.words[first]
    sure_enough = sure == "strong" or could_be_secret(word, BETWEEN)
    if HOLE in text or "://" in text or bare(text) in SETTING or not sure_enough or line.is_spared(first):
        return 0
    line.hide(first, last)
    return last + 1
