"""Read in pieces, an answer becomes what it would become as a whole, wherever the pieces end."""

from __future__ import annotations

import random

import pytest

from bitools import platforms
from bitools.errors import BitoolsError, IntegrityBroken
from bitools.net.decisions import guard, in_pieces
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.in_pieces import Reading, pieces
from bitools.net.decisions.page import Page
from lab import sessions, spellings
from tests.conftest import ROOT

KEY = b"a key for tests"
WRITTEN = sessions.all_of(ROOT / "tests/data")
OF: dict[str, list[spellings.Spelling]] = {}
for one in spellings.all_of(ROOT / "tests/data/secrets/spellings.txt"):
    OF.setdefault(one.platform, []).append(one)
BLOCKS = [
    "banner motd ^C\nusername x secret gizli\n-----BEGIN\n^C",
    "crypto pki certificate chain A\n certificate ca 01\n  30820\n  quit",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEabcdef\nMIIEabcdeg\n-----END RSA PRIVATE KEY-----",
    "MIIEabcdef\nMIIEabcdeg\n-----END RSA PRIVATE KEY-----",
    "key chain A\n key 1\n  key-string gizli\n",
    "snmp-server community gizli RO",
    "username ayse password 'gizli\nparola\nson'",
    "kind: Secret\nmetadata:\n  name: a\ndata:\n  one: Z2l6bGk=\n",
    "data:\n  one: Z2l6bGk=\nmetadata:\n  name: a\nkind: Secret\n",
    "<password>\ngizli\nparola\n</password>",
    "password: |\n  gizli\n  parola\nother: |\n  text\n",
    'config system snmp community\n    edit 1\n        set name "gizli"\n    next\nend',
    'config firewall internet-service-name\n    edit "a"\n    next\nend',
    '    set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\nMIIF\n-----END ENCRYPTED PRIVATE KEY-----"',
    "/snmp community\nadd name=gizli\n/user",
    "add password=\\\n    gizli comment=\\\n    x",
]  # with many lines each


def read(raw: str, platform: str, host: str = "", command: str = "") -> tuple[str, str, str, str]:
    """What is stored, who changed it and when, and why it is not believed."""
    reading = Reading(grammar(platforms.load(platform)), KEY, host, command)
    text = "".join(reading.stored(line for line in raw.splitlines(keepends=True)))
    try:
        return (text, *reading.end(), "")
    except BitoolsError as error:
        return text, "", "", error.reason


def whole(raw: str, platform: str, host: str = "", command: str = "") -> tuple[str, str, str, str]:
    loaded = platforms.load(platform)
    made = canonical(Page.of(raw, loaded), KEY)
    try:
        guard.examine(Page(raw, grammar(loaded)), host, command)
    except BitoolsError as error:
        return made.text, "", "", error.reason
    return made.text, made.author, made.changed_at, ""


def said(platform: str, chance: random.Random, few: int) -> str:
    """Recordings of a platform, spellings of its secrets and blocks of many lines, in any order."""
    recorded = [one.printed for one in WRITTEN if one.platform == platform]
    own = chance.sample(OF.get(platform, []), min(few, len(OF.get(platform, []))))
    spelled = [one.filled(chance.choice(spellings.LOOKS), chance)[0] for one in own]
    blocks = chance.sample(BLOCKS, few // 4)
    lines = [f"ip route 10.{number}.0.0 255.255.0.0 10.0.0.1" for number in range(few)]
    parts = [*recorded, *spelled, *blocks, *lines]
    chance.shuffle(parts)
    return "\n".join(part.rstrip("\n") for part in parts) + chance.choice(["", "\n", "\n\n \n"])


@pytest.mark.parametrize("platform", platforms.names())
@pytest.mark.parametrize("size", [1, 300, 3000])
def test_in_pieces_is_as_a_whole(platform: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_pieces, "PIECE", size)
    chance = random.Random(f"{platform} {size}")
    raw = said(platform, chance, 24)
    assert read(raw, platform, "sw-1", "show run") == whole(raw, platform, "sw-1", "show run")


@pytest.mark.torture
@pytest.mark.parametrize("platform", platforms.names())
def test_in_pieces_is_as_a_whole_whatever_stands_beside_what(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        chance = random.Random(f"{platform} {number}")
        monkeypatch.setattr(in_pieces, "PIECE", chance.choice([1, 50, 500, 5000]))
        raw = said(platform, chance, chance.choice([8, 40]))
        assert read(raw, platform) == whole(raw, platform), number


@pytest.mark.parametrize("platform", ["cisco_ios", "juniper_junos", "fortinet", "mikrotik_routeros"])
def test_a_large_one_comes_in_many_pieces(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_pieces, "PIECE", 20_000)
    [raw] = [one.printed for one in WRITTEN if one.platform == platform]
    found = list(
        pieces((line for line in (raw * 60).splitlines(keepends=True)), grammar(platforms.load(platform)))
    )
    assert "".join(found) == raw * 60
    assert len(found) > 5


def test_what_hangs_together_without_an_end_is_refused() -> None:
    endless = ["banner motd ^C\n", *["a line of a banner that never ends\n" * 1000] * 400]
    with pytest.raises(IntegrityBroken) as caught:
        list(pieces(endless, grammar(platforms.load("cisco_ios"))))
    assert caught.value.reason == "too_large"
