"""Our requests are byte for byte those of ldap3 and pyasn1, but where ldap3 spoils what it is given."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from ldap3.operation.add import add_operation
from ldap3.operation.modify import modify_operation
from ldap3.operation.modifyDn import modify_dn_operation
from ldap3.operation.search import search_operation
from ldap3.protocol.rfc4511 import LDAPMessage, MessageID, ProtocolOp
from ldap3.strategy.base import encode

from bitools.user.wire import requests

NUMBERS = st.integers(1, 2**31 - 1)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,40}", fullmatch=True)
TEXTS = st.text(st.characters(blacklist_characters="\\", blacklist_categories=["Cs"]))
VALUES = st.one_of(TEXTS, st.binary(max_size=300).filter(lambda value: b"\\" not in value))
MANY = st.one_of(
    st.lists(VALUES, max_size=4), st.lists(st.just("CN=Üye,OU=Personel"), min_size=9, max_size=90)
)


def theirs(number: int, kind: str, request: Any) -> bytes:
    message = LDAPMessage()
    message["messageID"] = MessageID(number)
    message["protocolOp"] = ProtocolOp().setComponentByName(kind, request)
    return bytes(encode(message))


@given(NUMBERS, TEXTS, st.dictionaries(NAMES, MANY, max_size=6))
def test_an_object_is_made(number: int, dn: str, attributes: dict[str, list[str | bytes]]) -> None:
    asked = theirs(number, "addRequest", add_operation(dn, attributes, auto_encode=True))
    assert requests.message(number, requests.add(dn, attributes)) == asked


@given(NUMBERS, TEXTS, st.dictionaries(NAMES, st.tuples(st.sampled_from(["ADD", "DELETE", "REPLACE"]), MANY)))
def test_an_object_is_changed(
    number: int, dn: str, changes: dict[str, tuple[str, list[str | bytes]]]
) -> None:
    listed = {name: [(f"MODIFY_{kind}", values)] for name, (kind, values) in changes.items()}
    asked = theirs(number, "modifyRequest", modify_operation(dn, listed, auto_encode=True))
    assert requests.message(number, requests.modify(dn, changes)) == asked


@given(NUMBERS, TEXTS, TEXTS, TEXTS.filter(bool))
def test_an_object_is_moved(number: int, dn: str, name: str, parent: str) -> None:
    asked = theirs(number, "modDNRequest", modify_dn_operation(dn, name, True, parent))
    assert requests.message(number, requests.move(dn, name, parent)) == asked


@given(NUMBERS, TEXTS, st.lists(NAMES, min_size=1, max_size=40, unique_by=str.lower))
def test_an_object_is_read(number: int, dn: str, attributes: list[str]) -> None:
    search = search_operation(dn, "(objectClass=*)", "BASE", "ALWAYS", attributes, 0, 0, False, True, True)
    assert requests.message(number, requests.read(dn, attributes)) == theirs(number, "searchRequest", search)


def test_a_backslash_is_sent_as_it_is() -> None:
    """ldap3 would send the one byte 0xFA, and a comma that ends the name."""
    home, member = r"\\dosya\fa\ali", r"CN=Ak\2C Ali,OU=Personel"
    assert home.encode() in requests.add("CN=x", {"homeDirectory": [home]})
    assert member.encode() in requests.modify("CN=x", {"member": ("ADD", [member])})
