"""What every device should say and never say: rules as data, shipped ones and the municipality's own.

A file holds `rules:` (by name; an own rule of the same name replaces a shipped one) and `exceptions:`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from bitools import yamlfile
from bitools.errors import InventoryInvalid
from bitools.i18n import LANGUAGES, _, language
from bitools.inventory.network import Device, Role
from bitools.platforms.model import Regex

_SHIPPED = Path(__file__).parents[1] / "checks"
Text = str | dict[Literal["en", "tr"], str]


def _written(value: Text) -> Text:
    if not (value if isinstance(value, str) else all(value.get(word) for word in value) and value):
        raise ValueError(_("a text, or one for each of: {languages}").format(languages=", ".join(LANGUAGES)))
    return value


Said = Annotated[Text, AfterValidator(_written)]


def spoken(text: Text) -> str:
    """The text in the language in use, else in the first that there is."""
    if isinstance(text, str):
        return text
    return text.get("tr" if language() == "tr" else "en") or next(iter(text.values()))


class Data(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Data):
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


class Rule(Data):
    """One thing that is checked, why, and which article of the directorate's regulation it serves."""

    title: Said
    reason: Said
    article: str = ""
    severity: Literal["warning", "critical"] = "warning"
    roles: tuple[Role, ...] = ("wan", "lan")
    enabled: bool = True
    conditions: tuple[Condition, ...] = ()


class Exemption(Data):
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


class Page(Data):
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


class Rulebook(Data):
    """All rules that hold, and the exceptions."""

    rules: Mapping[str, Rule]
    exceptions: tuple[Exemption, ...]


def load(own: Path) -> Rulebook:
    """The shipped rules, and those of the folder `own` if there is one.

    Raise InventoryInvalid, with file and line, for a file that is wrong or an exception from no rule.
    """
    rules: dict[str, Rule] = {}
    exceptions: list[Exemption] = []
    for folder in (_SHIPPED, own):
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            file = yamlfile.read(path)
            page = _page(file)
            rules |= page.rules
            for number, exception in enumerate(page.exceptions):
                if exception.rule not in rules:
                    message = _('an exception from "{rule}", which is no rule').format(rule=exception.rule)
                    hint = _("rules: {names}").format(names=", ".join(sorted(rules)))
                    raise file.complaint(("exceptions", number, "rule"), message, hint)
            exceptions += page.exceptions
    kept = {name: rule for name, rule in rules.items() if rule.enabled}
    return Rulebook(rules=kept, exceptions=tuple(exceptions))


def _page(file: yamlfile.YamlFile) -> Page:
    try:
        return Page.model_validate(file.data or {})
    except ValidationError as error:
        raise _complaint(file, error.errors()[0]) from error


def _complaint(file: yamlfile.YamlFile, error: Any) -> InventoryInvalid:
    path = tuple(error["loc"])
    where = ".".join(map(str, path))
    message = error["msg"].removeprefix("Value error, ")
    return file.complaint(path, f"{where}: {message}" if where else message)
