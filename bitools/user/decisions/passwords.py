"""First passwords: they fit the policy that will judge them, and people can read them off paper.

The rules are those of Windows (learn.microsoft.com, "Password must meet complexity requirements"): length,
three of five kinds of character, and neither the account's name nor a word of the display name inside. Samba
lets the name rule pass, so it is checked here, before anything is written. Pure: chance is an argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bitools.credentials import Secret
from bitools.i18n import _

# Without 0 O, 1 l I and the Turkish i: what looks alike, or sits elsewhere on a Turkish keyboard.
_LOWER = "abcdefghjkmnpqrstuvwxyz"
_UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
_ALPHABET = _LOWER + _UPPER + _DIGITS
_BLOCK = 4
_LEAST = 16  # letters and digits without the hyphens: 16 × log2(55) = 92 bits


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What the domain asks of a password: characters, complexity; for messages, history and age in days."""

    length: int = 7
    complexity: bool = True
    history: int = 0
    minimum_age: float = 0.0
    name: str = ""

    def stricter(self, other: PasswordPolicy) -> PasswordPolicy:
        """A policy that fits both."""
        longer = max(self, other, key=lambda policy: policy.length)
        complexity = self.complexity or other.complexity
        history = max(self.history, other.history)
        return PasswordPolicy(
            longer.length, complexity, history, max(self.minimum_age, other.minimum_age), longer.name
        )

    def __str__(self) -> str:
        rule = _("at least {length} characters").format(length=self.length)
        if self.complexity:
            rule += ", " + _("three of: small letters, capitals, digits, signs")
        if self.history:
            rule += ", " + _("none of the last {count}").format(count=self.history)
        return f"{rule} ({self.name})" if self.name else rule


def generate(
    policy: PasswordPolicy, sam_account_name: str, display_name: str, chance: Callable[[int], bytes]
) -> Secret:
    """A random password of hyphenated blocks that this policy accepts for this account.

    `chance` gives so many bytes that nobody can guess.
    """
    while True:
        blocks = max(_LEAST // _BLOCK, -(-(policy.length + 1) // (_BLOCK + 1)))
        letters = _letters(blocks * _BLOCK, chance)
        text = "-".join(letters[at : at + _BLOCK] for at in range(0, len(letters), _BLOCK))
        if len(_kinds(text)) == 4 and not complaints(text, policy, sam_account_name, display_name):
            return Secret(text)


def _letters(count: int, chance: Callable[[int], bytes]) -> str:
    """So many random letters and digits, each as likely as any; `chance` is asked once for several."""
    found, size = "", len(_ALPHABET)
    fair = 256 - 256 % size  # the bytes from here on would favour the first letters
    while len(found) < count:
        found += "".join(_ALPHABET[one % size] for one in chance(64) if one < fair)
    return found[:count]


def complaints(password: str, policy: PasswordPolicy, sam_account_name: str, display_name: str) -> list[str]:
    """Why this policy would refuse the password; never repeats it."""
    found = []
    if len(password) < policy.length:
        found.append(_("shorter than {length} characters").format(length=policy.length))
    if not policy.complexity:
        return found
    if len(_kinds(password)) < 3:
        found.append(_("fewer than three kinds of character"))
    if any(token in password.casefold() for token in _tokens(sam_account_name, display_name)):
        found.append(_("holds a part of the name"))
    return found


def _kinds(password: str) -> set[str]:
    """The kinds of character in it, of Windows's five."""
    return {_kind(character) for character in password}


def _kind(character: str) -> str:
    if character.isascii() and character.isdigit():
        return "digit"
    if not character.isalpha():
        return "sign"
    return "upper" if character.isupper() else "lower" if character.islower() else "letter"


def _tokens(sam_account_name: str, display_name: str) -> list[str]:
    """What must not be inside: the account name, each word of the display name; from three letters on."""
    display = re.split(r"[,.\-_ #\t]+", display_name)
    return [token.casefold() for token in (sam_account_name, *display) if len(token) >= 3]
