"""The table of acts: each is performed somewhere, each has its words in both languages."""

from __future__ import annotations

import re

import pytest

from bitools import i18n
from bitools.ledger import acts
from tests.conftest import ROOT

ACTS = {name: act for name, act in vars(acts).items() if isinstance(act, acts.Act)}
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (ROOT / "bitools").rglob("*.py")
    if path.name != "acts.py" or path.parent.name != "ledger"
)


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_performed_by_a_verb(name: str) -> None:
    assert re.search(rf"\bacts\.{name}\b", SOURCES)


def test_every_use_is_an_act() -> None:
    assert set(re.findall(r"\bacts\.([A-Z][A-Z_]+)\b", SOURCES)) <= set(ACTS) | set(vars(acts))


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_every_act_has_words_in_both_languages(act: acts.Act) -> None:
    words = {}
    for language in ("en", "tr"):
        i18n.use(language)
        words[language] = acts.named(act.name)
    assert len({act.name, *words.values()}) == 3


def test_an_act_that_a_newer_version_wrote_is_shown_as_it_is_spelled() -> None:
    assert acts.named("net.teleport") == "net.teleport"
