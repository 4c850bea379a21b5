"""What is wrong with an inventory, in words a person can act on, with file and line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.inventory.base import ADDRESS, DISTINGUISHED_NAME
from bitools.yamlfile import KeyPath, YamlFile

Place: TypeAlias = Callable[[KeyPath], tuple[YamlFile, KeyPath]]
_SHOWN = 60  # characters of a wrong value


class InvalidInventory(InventoryInvalid):
    """Several complaints at once; for machines each is an object of its own."""

    def __init__(self, complaints: Sequence[InventoryInvalid]) -> None:
        super().__init__("\n".join(str(one) for one in complaints), hint=complaints[0].hint)
        self.complaints = complaints

    def parts(self) -> list[tuple[str, str]]:
        """Every complaint with its own hint; one that several in a row share stands behind the last."""
        after = [*(one.hint for one in self.complaints[1:]), ""]
        return [
            (str(one), "" if one.hint == following else one.hint)
            for one, following in zip(self.complaints, after, strict=True)
        ]

    def as_document(self) -> dict[str, Any]:
        """As any error, with every complaint under `complaints`."""
        return {
            **super().as_document(),
            "error": str(self.complaints[0]),
            "complaints": [{"error": str(one), "hint": one.hint} for one in self.complaints],
        }


class Complaints:
    """A list that ends as one error."""

    def __init__(self) -> None:
        self._found: list[InventoryInvalid] = []
        self._said: set[str] = set()

    def take(self, error: InventoryInvalid) -> None:
        """One more, unless it has been said: a slip in `defaults:` is found once for every device."""
        if str(error) not in self._said:
            self._said.add(str(error))
            self._found.append(error)

    def take_all(self, errors: Iterable[InventoryInvalid]) -> None:
        """Several more."""
        for error in errors:
            self.take(error)

    def raise_if_any(self) -> None:
        """Raise InvalidInventory if there is anything to complain of."""
        if self._found:
            raise InvalidInventory(self._found)


def named_by_key(file: YamlFile, at: KeyPath) -> InventoryInvalid:
    """A second name would be another device, or data set, for some of us."""
    text = _('unknown key "name": the name is written before the colon')
    return file.complaint((*at, "name"), text)


def from_validation(
    error: ValidationError, model: type[BaseModel], place: Place, target: str = ""
) -> Iterable[InventoryInvalid]:
    """Each thing pydantic found wrong, where `place` says that it was written.

    `target` names what the keys belong to, where the file does not show it (inheritance).
    """
    details = error.errors(include_url=False)
    details = [one for one in details if not _follows_from(one, details)]
    for detail in sorted(
        details, key=lambda detail: detail["type"] != "extra_forbidden"
    ):  # slips explain gaps
        file, path = place(_written(detail["loc"]))
        if detail["type"] == "extra_forbidden":
            yield unknown_key(file, path[:-1], str(path[-1]), _keys(model, detail["loc"][:-1]))
        elif detail["type"] == "missing":
            where = target or ".".join(str(step) for step in path[:-1])
            message = _('{where} has no "{key}"') if where else _('"{key}" is missing')
            yield file.complaint(path, message.format(where=where, key=detail["loc"][-1]))
        else:
            yield file.complaint(path, _sentence(path, detail), _hint(detail))


def _follows_from(detail: ErrorDetails, all_of_them: Sequence[ErrorDetails]) -> bool:
    """Is a list too short only because its one entry is wrong?"""
    here = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(one["loc"]) > len(here) and one["loc"][: len(here)] == here for one in all_of_them
    )


def unknown_key(file: YamlFile, at: KeyPath, key: str, allowed: Sequence[str]) -> InventoryInvalid:
    """A key that nobody reads: most often a slip of the finger."""
    return file.complaint((*at, key), _('unknown key "{key}"').format(key=key), known_names(key, allowed))


def known_names(wrong: str, allowed: Sequence[str]) -> str:
    """A hint: what was probably meant, and what is allowed."""
    near = difflib.get_close_matches(wrong, allowed, 1, 0.7)
    guess = _('did you mean "{name}"? ').format(name=near[0]) if near else ""
    return guess + _("allowed: {names}").format(names=", ".join(allowed) if allowed else _("nothing yet"))


def _sentence(path: KeyPath, detail: ErrorDetails) -> str:
    """What is wrong, in our words; pydantic's own where we have none."""
    key = ".".join(str(step) for step in path)
    context: Mapping[str, Any] = detail.get("ctx") or {}
    kind = detail["type"]
    if kind in ("value_error", "assertion_error"):
        return f"{key}: {context.get('error', detail['msg'])}"
    wrong = _shown(detail["input"])
    if kind in ("literal_error", "enum"):
        return _("{key} is {value}, which is not allowed").format(key=key, value=wrong)
    if kind == "union_tag_invalid":
        return _('{key}: the type "{value}" is not known').format(key=key, value=context.get("tag"))
    if kind == "union_tag_not_found":
        return _('"{key}" is missing').format(key=f"{key}.type")
    expected = _expected(kind, context)
    return _("{key} is {value}; expected: {expected}").format(
        key=key, value=wrong, expected=expected or detail["msg"]
    )


def _expected(kind: str, context: Mapping[str, Any]) -> str:
    """What should have stood there."""
    words = {
        "int": _("a whole number"),
        "bool": _("true or false"),
        "string_type": _("text (in quotes, if it looks like a number)"),
        "string_pattern": _form(str(context.get("pattern", ""))),
        "string_too": _("text of another length"),
        "too_short": _("at least one entry"),
        "tuple": _("a list"),
        "dict": _("names and values, as `key: value`"),
        "model": _("names and values, as `key: value`"),
        "greater": _("at least {least}").format(least=context.get("ge", "")),
        "less": _("at most {most}").format(most=context.get("le", "")),
        "date": _("a date, as 2026-11-22"),
    }
    return next((text for start, text in words.items() if kind.startswith(start)), "")


def _form(pattern: str) -> str:
    """What a pattern asks for, by an example where there is one."""
    examples = {ADDRESS: "ag@belediye.test", DISTINGUISHED_NAME: "OU=Personel,DC=belediye,DC=test"}
    if example := examples.get(pattern):
        return _("text as {example}").format(example=example)
    return _("text of the form {pattern}").format(pattern=pattern)


def _hint(detail: ErrorDetails) -> str:
    context: Mapping[str, Any] = detail.get("ctx") or {}
    expected = context.get("expected", context.get("expected_tags", ""))
    if not expected:
        return ""
    names = re.findall(r"'([^']*)'", str(expected)) or [str(expected)]
    return known_names(str(detail["input"]), names)


def _shown(value: Any) -> str:
    """A wrong value, as much of it as helps. A mapping may hold a secret somebody wrote by mistake."""
    if isinstance(value, dict | list):
        return _("a list") if isinstance(value, list) else _("names and values, as `key: value`")
    if value is None:
        return _("empty")
    text = str(value)
    return f'"{text[:_SHOWN]}…"' if len(text) > _SHOWN else f'"{text}"'


def _written(location: Sequence[str | int]) -> KeyPath:
    """Pydantic's path without its own steps, which nobody wrote: a data set's type, a mapping's `[key]`."""
    steps = [step for step in location if step != "[key]"]
    if len(steps) > 2 and steps[0] == "datasets":
        del steps[2]
    return tuple(steps)


def _keys(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The keys allowed at this place, read off the model's JSON Schema."""
    schema = model.model_json_schema()
    found: dict[str, Any] = schema
    for step in location:
        patterns = list(found.get("patternProperties", {}).values())
        inner = (
            found.get("properties", {}).get(step) or found.get("additionalProperties") or found.get("items")
        )
        inner = inner or (patterns[0] if patterns else {})
        found = _resolved(inner if isinstance(inner, dict) else {}, schema)
    named_by_key = location[:1] == ("datasets",) or model.__name__ == "Device"
    hidden = {"name"} if named_by_key else set()
    return [key for key in found.get("properties", {}) if key not in hidden]


def _resolved(found: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow `$ref`; of a tagged union (`oneOf`) stay at the union until the step that names the tag."""
    if "$ref" in found:
        return dict(schema["$defs"][found["$ref"].rpartition("/")[2]])
    if "oneOf" in found:
        tagged = found["discriminator"]["mapping"]
        return {"properties": {tag: {"$ref": reference} for tag, reference in tagged.items()}}
    choices = [choice for choice in found.get("anyOf", ()) if "$ref" in choice]
    return _resolved(choices[0], schema) if choices else found
