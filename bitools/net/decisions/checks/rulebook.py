"""What every device should say and never say: rules as data. Pure.

A file holds `rules:` (by name; an own rule of the same name replaces a shipped one) and `exceptions:`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    field_validator,
    model_validator,
)

from bitools.frozen import Frozen
from bitools.i18n import LANGUAGES, _, language
from bitools.inventory.network import Device, Role
from bitools.platforms.expression import Regex

Text = str | dict[Literal["en", "tr"], str]


def _written(value: Text) -> Text:
    if not (value if isinstance(value, str) else all(value.get(word) for word in value) and value):
        raise ValueError(_("a text, or one for each of: {languages}").format(languages=", ".join(LANGUAGES)))
    return value


Sentence = Annotated[Text, AfterValidator(_written)]


def spoken(text: Text) -> str:
    """The text in the language in use, else in the first that there is."""
    if isinstance(text, str):
        return text
    return text.get("tr" if language() == "tr" else "en") or next(iter(text.values()))


class Condition(Frozen):
    """What holds on these platforms (`*`: on all).

    Patterns are looked for in `SECTION / … / LINE`. With `each`, in what stands inside each section or line
    that fits it, unless something in there fits `unless`. `when`: only if a line of the device fits.
    `secrets`: passwords that must not be there, found by their keyed hashes. `device`: values of the
    inventory's own keys that must not be.
    """

    platforms: Annotated[tuple[str, ...], Field(min_length=1)]
    when: Regex | None = None
    each: Regex | None = None
    unless: Regex | None = None
    must: tuple[Regex, ...] = ()
    must_not: tuple[Regex, ...] = ()
    secrets: tuple[str, ...] = ()
    device: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        if not (self.must or self.must_not or self.secrets or self.device):
            raise ValueError(_("a condition needs must, must_not, secrets or device"))
        return self

    def on(self, platform: str) -> bool:
        """Does it say anything about this platform?"""
        return platform in self.platforms or "*" in self.platforms


class Rule(Frozen):
    """One thing that is checked, why, and which article of the directorate's regulation it serves."""

    title: Sentence
    reason: Sentence
    article: str = ""
    severity: Literal["warning", "critical"] = "warning"
    roles: tuple[Role, ...] = ("wan", "lan")
    enabled: bool = True
    conditions: tuple[Condition, ...] = ()


class Exemption(Frozen):
    """Where a rule does not hold, why, and until when. What is not said means all of them."""

    rule: str
    reason: Annotated[str, Field(min_length=1)]
    devices: tuple[str, ...] = ()
    site: str = ""
    group: str = ""
    until: date | None = None

    def covers(self, rule: str, device: Device, today: date) -> bool:
        """Does it hold for this rule on this device, today?"""
        return (
            rule == self.rule
            and (not self.devices or device.name in self.devices)
            and self.site in ("", device.site)
            and (not self.group or self.group in device.groups)
            and (self.until is None or today <= self.until)
        )


class RuleFile(Frozen):
    """One file."""

    rules: Mapping[str, Rule] = Field(default_factory=dict)
    exceptions: tuple[Exemption, ...] = ()

    @field_validator("rules")
    @classmethod
    def _named(cls, value: Mapping[str, Rule]) -> Mapping[str, Rule]:
        for name in value:
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
                raise ValueError(_("a rule's name is small letters, digits and '-'"))
        return value


class Rulebook(Frozen):
    """All rules that hold, and the exceptions."""

    rules: Mapping[str, Rule]
    exceptions: tuple[Exemption, ...]
