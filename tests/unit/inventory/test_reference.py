"""Every key of the inventory is explained: in the manual and in the schemas that editors read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bitools import i18n
from bitools.inventory import keys, reference, schema
from tests.conftest import ROOT


def test_every_key_has_its_text_and_no_text_is_of_a_key_that_is_gone() -> None:
    assert keys.unsaid(reference.models()) == set()


@pytest.mark.parametrize(("language", "name"), [("en", "reference.md"), ("tr", "reference.tr.md")])
def test_the_manual_has_what_the_models_have(language: str, name: str) -> None:
    """`make schema` writes it."""
    with i18n.spoken(language):
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == reference.page()


@pytest.mark.parametrize("language", ["en", "tr"])
def test_an_editor_shows_what_each_key_means(language: str) -> None:
    with i18n.spoken(language):
        for name, one in schema.schemas().items():
            assert [place for place, value in _properties(one, name) if not value.get("description")] == []


TIERS = {"hourly", "daily", "weekly", "monthly", "quarterly", "biannual", "yearly"}


def _properties(value: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that an inventory's file has; the tiers of a policy explain themselves."""
    if isinstance(value, list):
        for one in value:
            yield from _properties(one, place)
    elif isinstance(value, dict):
        inside = value.get("properties", {})
        for name, one in inside.items():
            if not inside.keys() <= TIERS:
                yield f"{place}.{name}", one
            yield from _properties(one, f"{place}.{name}")
        for name, one in value.items():
            if name != "properties":
                yield from _properties(one, f"{place}/{name}")


def test_each_example_is_what_its_key_takes(tmp_path: Path) -> None:
    """The value of the manual's example is one that the key's own rules let through."""
    from pydantic import create_model

    from bitools.frozen import Frozen

    for model in reference.models():
        for key in keys.keys(model):
            if key.example is None:
                continue
            probe: Any = create_model("probe", __base__=Frozen, value=(key.field.rebuild_annotation(), ...))
            probe.model_validate({"value": key.example}, context={"folder": tmp_path})
