"""Answers are read as ldap3 and pyasn1 read them, in whatever pieces they come; what is none is an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import (
    LDAPDN,
    AddResponse,
    AttributeDescription,
    LDAPMessage,
    LDAPString,
    MessageID,
    PartialAttribute,
    PartialAttributeList,
    ProtocolOp,
    ResultCode,
    SearchResultDone,
    SearchResultEntry,
    Vals,
)
from ldap3.strategy.base import encode

from bitools.user.wire import answers

NUMBERS = st.integers(1, 2**31 - 1)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,40}", fullmatch=True).filter(lambda name: name != "dn")
VALUES = st.lists(st.binary(max_size=300), min_size=1, max_size=5, unique=True)
OBJECTS = st.lists(st.tuples(st.text(max_size=60), st.dictionaries(NAMES, VALUES, max_size=5)), max_size=3)


def message(number: int, kind: str, said: object) -> bytes:
    whole = LDAPMessage()
    whole["messageID"] = MessageID(number)
    whole["protocolOp"] = ProtocolOp().setComponentByName(kind, said)
    return bytes(encode(whole))


def ended(kind: type, code: int, text: str) -> object:
    said = kind()
    said["resultCode"] = ResultCode(code)
    said["matchedDN"] = LDAPDN("")
    said["diagnosticMessage"] = LDAPString(text)
    return said


def thing(dn: str, attributes: dict[str, list[bytes]]) -> object:
    said = SearchResultEntry()
    said["object"] = LDAPDN(dn)
    listed = PartialAttributeList()
    for position, (name, values) in enumerate(attributes.items()):
        one = PartialAttribute()
        one["type"] = AttributeDescription(name)
        one["vals"] = Vals()
        for at, value in enumerate(values):
            one["vals"].setComponentByPosition(at, value)
        listed.setComponentByPosition(position, one)
    said["attributes"] = listed
    return said


def in_pieces(data: bytes, sizes: list[int]) -> Callable[[int], bytes]:
    """A connection that gives so many bytes at a time, and then is closed."""
    pieces, at = [], 0
    for size in [*sizes, len(data)]:
        pieces.append(data[at : at + size])
        at += size
    left = iter([one for one in pieces if one])
    return lambda _most: next(left, b"")


@given(
    NUMBERS, st.sampled_from([0, 1, 10, 32, 50, 68, 80]), st.text(max_size=300), st.lists(st.integers(1, 9))
)
def test_the_end_of_a_write(number: int, code: int, text: str, sizes: list[int]) -> None:
    data = message(number, "addResponse", ended(AddResponse, code, text))
    found, result = answers.answer(in_pieces(data, sizes), number)
    assert (found, result) == ([], {"result": code, "message": text})


@given(NUMBERS, OBJECTS, st.lists(st.integers(1, 60)))
def test_what_was_found(
    number: int, objects: list[tuple[str, dict[str, list[bytes]]]], sizes: list[int]
) -> None:
    data = b"".join(message(number, "searchResEntry", thing(*one)) for one in objects)
    data += message(number, "searchResDone", ended(SearchResultDone, 0, ""))
    found, result = answers.answer(in_pieces(data, sizes), number)
    assert result["result"] == 0
    assert found == [attributes | {"dn": [dn.encode()]} for dn, attributes in objects]


@given(st.binary(max_size=80))
def test_what_is_no_answer_is_an_error_of_the_connection(data: bytes) -> None:
    with pytest.raises(ConnectionError):
        answers.answer(in_pieces(data, []), 2**31 - 1)


def test_a_controller_that_hangs_up_is_told() -> None:
    with pytest.raises(ConnectionAbortedError):
        answers.answer(in_pieces(message(0, "addResponse", ended(AddResponse, 52, "")), []), 7)
    with pytest.raises(ConnectionResetError):
        answers.answer(in_pieces(message(7, "addResponse", ended(AddResponse, 0, ""))[:-1], []), 7)


def test_windows_writes_every_length_in_four_bytes() -> None:
    """As a Windows controller answers; the shortest form is not asked for (X.690 §8.1.3)."""
    data = bytes.fromhex("308400000010020107 698400000007 0a0100 0400 0400")
    assert answers.answer(in_pieces(data, [1, 2, 3]), 7) == ([], {"result": 0, "message": ""})
    found = bytes.fromhex(
        "30840000002a0201076484000000210404434e3d783084000000153084000000"
        "0f0402636e3184000000050403416c693084000000100201076584000000070a"
        "010004000400"
    )
    assert answers.answer(in_pieces(found, []), 7)[0] == [{"cn": [b"Ali"], "dn": [b"CN=x"]}]
