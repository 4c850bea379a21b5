"""Words that only chance makes: keys and tokens behind a word that no manual names."""

from __future__ import annotations

from bitools import regex
from bitools.net.decisions.secrets.reading import Line

SIGN = r"[\w+/]{3}\d[A-Za-z][\w+/]{3}"  # hardly any word of a configuration has it; most that chance made do
_WORD = regex.compile(r"^[A-Za-z0-9+/_!@#$%^&*?~-]{16,}={0,2}$")
_COMPOUND = regex.compile(r"[/_@#-][^/_@#-]*[/_@#-]|[A-Z]{6}|^0x|^AAAA|^MI[IGH]")
_SPOKEN = regex.compile(r"[a-z]{5}")
_KNOWN_TO_ALL = regex.compile(
    r"(?i)engine|finger|thumb|serial|certif|public|checksum|ssh-|ecdsa|uuid|\bsn\b|udi|host-?key|known"
)


def made_by_chance(line: Line) -> None:
    """Hide them, unless the line is about what everybody may know: certificates, public keys, serials."""
    if line.nested or _KNOWN_TO_ALL.search(line.text):
        return
    for at in range(1, len(line.words)):
        word = line.raws[at].strip("\"';,{}[]()")
        if _looks_so(word) and not line.is_spared(at):
            line.hide(at)


def _looks_so(word: str) -> bool:
    """Small and capital letters and at least two numbers, mixed, and no syllable in it that one could say."""
    if not _WORD.match(word) or _COMPOUND.search(word) or _SPOKEN.search(word):
        return False
    kinds = ["0" if one.isdigit() else "A" if one.isupper() else "a" for one in word if one.isalnum()]
    runs = [one for one, before in zip(kinds, ["", *kinds], strict=False) if one != before]
    return (
        len(kinds) >= 14
        and {"0", "A", "a"} <= set(kinds)
        and runs.count("0") >= 2
        and 5 * len(runs) >= 2 * len(kinds)
    )
