"""What is published of our documents is what their types say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from bitools.documents import schemas
from bitools.inventory.network import Device
from tests.conftest import ROOT

PUBLISHED = ROOT / "docs" / "documents"
TYPED = schemas.schemas()


@pytest.mark.parametrize("kind", TYPED)
def test_what_is_published_is_up_to_date(kind: str) -> None:
    assert json.loads((PUBLISHED / f"{kind}.json").read_text()) == TYPED[kind], "run: make schema"


def test_an_outsiders_field_is_no_error_and_one_of_ours_without_a_type_is() -> None:
    job = {"name": "net", "cron": "7 * * * *", "calendar": "*:07", "command": "bitools", "why": "", "new": 1}
    document = {
        "schema": "bitools.schedule/1", "changed": False, "applied": True, "items": [job], "failed": [],
        "warnings": [], "started": "2026-11-28T03:00:00+03:00", "finished": "2026-11-28T03:00:01+03:00",
        "run": "r",
    }  # fmt: skip
    jsonschema.validate(document, TYPED["schedule"])
    with pytest.raises(jsonschema.ValidationError, match="'new' was unexpected"):
        jsonschema.validate(document, schemas.closed(TYPED["schedule"]))


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from schema.get("properties", {}).items()
    for each in schema.get("$defs", {}).values():
        yield from _fields(each)


@pytest.mark.parametrize("kind", TYPED)
def test_every_field_is_described(kind: str) -> None:
    assert [name for name, field in _fields(TYPED[kind]) if not field.get("description")] == []


def test_a_listed_device_has_the_keys_of_the_inventory() -> None:
    keys = TYPED["inventory.list"]["$defs"]["DeviceItem"]["properties"].keys()
    assert keys == Device.model_fields.keys() - {"name"} | {"device"}


def test_no_two_types_have_one_name() -> None:
    """Their fields' texts are found by it."""
    folder = ROOT / "bitools" / "documents"
    names = [
        name
        for path in folder.glob("*.py")
        for name in re.findall(r"^class (\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(names) == sorted(set(names))
