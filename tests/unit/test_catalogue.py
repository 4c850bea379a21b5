"""Every message is found where it stands, on either kind of machine."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bitools import i18n
from bitools.catalogue import Catalogue
from tests.conftest import ROOT

FOLDER = ROOT / "bitools/locale/tr/LC_MESSAGES"


def _compiled(path: Path, messages: Catalog) -> Catalogue:
    with path.open("wb") as file:
        write_mo(file, messages)
    return Catalogue(path)


def _of_the_other_order(path: Path) -> None:
    """The same file as a machine would write it whose numbers begin at the other end."""
    content = path.read_bytes()
    (count,) = struct.unpack_from("=I", content, 8)
    numbers = 7 + 4 * count
    turned = struct.pack(f"<{numbers}I", *struct.unpack_from(f">{numbers}I", content))
    path.write_bytes(turned + content[4 * numbers :])


@pytest.mark.parametrize("turned", [False, True], ids=["as it is", "of the other order"])
def test_every_message_is_found(turned: bool, tmp_path: Path) -> None:
    with (FOLDER / "bitools.po").open("rb") as file:
        messages = read_po(file, locale="tr")
    catalogue = _compiled(tmp_path / "all.mo", messages)
    if turned:
        _of_the_other_order(tmp_path / "all.mo")
        catalogue = Catalogue(tmp_path / "all.mo")
    for one in messages:
        if one.id:
            singular = one.id if isinstance(one.id, str) else one.id[0]
            wanted = one.string if isinstance(one.string, str) else one.string[0]
            assert catalogue.translated(singular) == wanted


@pytest.mark.parametrize("message", ["\x01", "b", "m", "ışık", "\U0010ffff", "an"])
def test_what_is_not_translated_stays(message: str, tmp_path: Path) -> None:
    messages = Catalog(locale="tr")
    messages.add("a", "bir")
    messages.add(("c", "cs"), ("üç",))
    messages.add("ş", "ş değil")
    catalogue = _compiled(tmp_path / "few.mo", messages)
    assert catalogue.translated(message) == message
    assert [catalogue.translated(one) for one in ("a", "c", "ş")] == ["bir", "üç", "ş değil"]


def test_counted_messages_are_counted_in_both_languages() -> None:
    said = {}
    for language in i18n.LANGUAGES:
        with i18n.spoken(language):
            said[language] = [i18n.ng("{count} file", "{count} files", count) for count in (0, 1, 2)]
    assert said["en"] == ["{count} files", "{count} file", "{count} files"]
    assert len(set(said["tr"])) == 1


def test_turkish_has_one_form_after_a_numeral() -> None:
    with (FOLDER / "bitools.po").open("rb") as file:
        assert read_po(file, locale="tr").num_plurals == 1


def test_nothing_said_is_nothing() -> None:
    with i18n.spoken("tr"):
        assert i18n._("") == ""
