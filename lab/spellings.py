"""How configurations spell secrets (`tests/data/secrets/spellings.txt`), filled in with secrets."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_WORDS = "efeler okur gizli kilit parca deniz tuzlu kavak menekse bahce sarmal kumru".split()
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_SIGNS = "§¶¤"
LOOKS = ("mixed", "lower", "signs", "odd", "digits", "base64", "hex")


class Spelling(NamedTuple):
    """One spelling on one platform, its choices made; the secrets in it are signs."""

    platform: str
    template: str

    def filled(self, look: str, chance: random.Random) -> tuple[str, list[str]]:
        """The lines with secrets of this look, and those secrets; of one with blanks each of its words."""
        look = "base64" if re.search(r"BEGIN|END ", self.template) else look
        secrets: list[str] = []

        def one(found: re.Match[str]) -> str:
            if found[0] == "¤":
                secrets.append("".join(chance.choices("0123456789abcdef", k=32)))
                return secrets[-1]
            looks = [look]
            if found[0] == "¶" and look in ("mixed", "lower", "signs"):
                looks = ["mixed", "lower", look]
            made = [secret(each, chance) for each in looks]
            secrets.extend(made)
            return " ".join(made)

        return re.sub(f"[{_SIGNS}]", one, self.template).replace("⏎", "\n"), secrets


def all_of(file: Path, *, whole: bool = False) -> Iterator[Spelling]:
    """Every spelling, each choice of each; with `whole` the lines as they are."""
    platform = ""
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("== "):
            platform = line[3:]
        elif platform:
            chosen = [line.replace("⏎", "\n")] if whole else _chosen(line)
            yield from (Spelling(platform, template) for template in chosen)


def _chosen(template: str) -> list[str]:
    found = _CHOICE.search(template)
    if not found:
        return [template]
    made = (template[: found.start()] + one + template[found.end() :] for one in found[1].split("|"))
    return [chosen for one in made for chosen in _chosen(one)]


def secret(look: str, chance: random.Random) -> str:
    """A secret that stands nowhere else."""
    word, other = chance.choice(_WORDS), chance.choice(_WORDS)
    if look == "lower":
        return word + other
    if look == "signs":
        first, last = chance.choice("!@%*_+-.^"), chance.choice("!?*+=")
        return f"{word.capitalize()}{first}{other}{chance.randrange(10)}{last}"
    if look == "odd":  # with signs that mean something to a reader of words
        middle = chance.choice("=;,#&şğİ")
        return f"{word}{middle}{other}{chance.randrange(10, 99)}"
    if look == "digits":
        return str(chance.randrange(10**9, 10**10))
    if look == "base64":
        return (
            "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789+/", k=27))
            + "="
        )
    if look == "hex":
        return "".join(chance.choices("0123456789ABCDEF", k=22))
    return f"{word.capitalize()}{other}{chance.randrange(10, 99)}"
