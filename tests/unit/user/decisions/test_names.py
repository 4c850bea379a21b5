"""User names: the same on every machine, in ASCII, never twice."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitools.errors import Usage
from bitools.user.decisions import names

LETTERS = "abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZâîûÂÎÛéñ"
words = st.text(LETTERS, min_size=1, max_size=30)
people = st.text(LETTERS + " '-.’,", min_size=1, max_size=40).filter(
    lambda text: any(c in LETTERS for c in text)
)


@pytest.mark.parametrize(
    ("given_name", "surname", "expected"),
    [
        ("Ali", "Yılmaz", "ali.yilmaz"),
        ("Ayşe", "Öztürk", "ayse.ozturk"),
        ("İpek", "İnce", "ipek.ince"),
        ("IŞIL", "IRMAK", "isil.irmak"),
        ("Ömer Faruk", "Özdemir", "omer.ozdemir"),
        ("Nurullah", "Kılıçdaroğlu", "n.kilicdaroglu"),
        ("  Ali  ", "  Veli ", "ali.veli"),
        ("O’Brien", "Şen", "o.sen"),
        ("#Diyez", "Artı+Eşit=", "diyez.artiesit"),
        ("Hatice", "Yıldız Kaya", "hatice.yildizkaya"),
        ("Nigâr", "Hâkim", "nigar.hakim"),
        ("Əli", "Məmmədov", "eli.memmedov"),
        ("Jürgen", "Groß", "jurgen.gross"),
        ("Su", "Abcdefghijklmnopqrstuvwxyz", "s.abcdefghijklmnopqr"),
    ],
)
def test_names_follow_the_table(given_name: str, surname: str, expected: str) -> None:
    assert names.username(given_name, surname) == expected


@pytest.mark.parametrize(
    ("given_name", "surname", "told"),
    [
        ("Николай", "Петров", "U+041D"),
        ("Ali\u200b", "Kaya", "U+200B"),
        ("Ali\u202e", "Kaya", "U+202E"),
        ("Ali\0", "Kaya", "U+0000"),
        ("Ali\n", "Kaya", "U+000A"),
        ("Аli", "Kaya", "U+0410"),
        ("Ａli", "Kaya", "U+FF21"),
        ("𝐀li", "Kaya", "U+1D400"),
        ("Aﬁ", "Kaya", "U+FB01"),
        ("Ali٣", "Kaya", "U+0663"),
        ("", "Kaya", "given name"),
        ("Ali", "...", "surname"),
    ],
)
def test_what_only_looks_like_a_name_is_refused_by_its_code_point(
    given_name: str, surname: str, told: str
) -> None:
    with pytest.raises(Usage, match=told.replace("+", r"\+")):
        names.username(given_name, surname)


@given(people, people, st.integers(4, 20))
def test_a_name_is_short_plain_ascii(given_name: str, surname: str, limit: int) -> None:
    name = names.username(given_name, surname, limit=limit)
    assert name.isascii()
    assert 1 <= len(name) <= limit
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.")
    assert name[-1] != "."


@given(people, people)
def test_composed_and_decomposed_input_give_the_same_name(given_name: str, surname: str) -> None:
    composed = names.username(*(unicodedata.normalize("NFC", text) for text in (given_name, surname)))
    decomposed = names.username(*(unicodedata.normalize("NFD", text) for text in (given_name, surname)))
    assert composed == decomposed


@settings(max_examples=40)
@given(words, words, st.integers(2, 120))
def test_as_many_people_as_you_like_get_as_many_names(given_name: str, surname: str, count: int) -> None:
    taken: set[str] = set()
    for _person in range(count):
        name = names.choose(names.username(given_name, surname), taken)
        assert len(name) <= names.SAM_LIMIT
        assert names.fold(name) not in taken
        taken.add(names.fold(name))


def test_the_number_replaces_the_tail() -> None:
    name = names.username("Su", "Abcdefghijklmnopqrstuvwxyz")
    assert names.choose(name, {names.fold(name)}) == "s.abcdefghijklmnopq2"


@pytest.mark.parametrize(
    ("one", "other"),
    [("ayşe.k", "ayse.k"), ("björn", "BJORN"), ("IŞIK", "ışık"), ("İpek", "ipek"), ("Groß", "gross")],
)
def test_names_that_windows_takes_for_one_are_one(one: str, other: str) -> None:
    assert names.fold(one) == names.fold(other)


@given(st.text(max_size=30))
def test_any_text_is_folded_or_refused_and_never_breaks_us(text: str) -> None:
    names.fold(text)
    try:
        name = names.username(text, text)
    except Usage:
        return
    assert name.isascii()
