"""No spelling of a secret stays readable, and nothing else is masked."""

from __future__ import annotations

import random
import re

import pytest

from bitools import platforms
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.page import Page
from bitools.net.decisions.secrets.key_material import private_keys
from bitools.net.decisions.secrets.masking import digest
from bitools.net.decisions.secrets.masking_again import masked_again
from bitools.net.decisions.secrets.net import secrets_in
from bitools.net.decisions.secrets.places import LONG
from bitools.net.decisions.text import Text
from lab import sessions, spellings
from lab.spellings import Spelling
from tests.conftest import ROOT

KEY = b"a key for tests"
SPELLINGS = [
    one
    for name in ("spellings", "transcripts", "strangers")
    for one in spellings.all_of(ROOT / f"tests/data/secrets/{name}.txt")
]
NO_SECRETS = [
    tuple(spelling) for spelling in spellings.all_of(ROOT / "tests/data/secrets/no_secrets.txt", whole=True)
]
WRITTEN = {written.name: written for written in sessions.all_of(ROOT / "tests/data")}
IOS = platforms.load("cisco_ios")


def net_alone(text: str) -> str:
    """What the net leaves of a text, without any platform's patterns."""
    lines = text.split("\n")
    for block in reversed(list(private_keys(Text(lines)))):
        lines[block.first : block.last + 1] = [
            lines[block.first][: block.start] + "§" + lines[block.last][block.end :]
        ]
    for number, places in secrets_in(Text(lines)).items():
        for start, end in reversed(places):
            lines[number] = lines[number][:start] + "§" + lines[number][end:]
    return "\n".join(lines)


def readable(text: str, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if secret in text]


def test_there_are_enough_of_them() -> None:
    assert len(SPELLINGS) >= 8_000
    assert {spelling.platform for spelling in SPELLINGS} == {*platforms.names()}


@pytest.mark.parametrize("platform", platforms.names())
def test_no_spelling_of_its_vendor_is_left_readable(platform: str) -> None:
    chance = random.Random(platform)
    loaded = platforms.load(platform)
    for spelling in (one for one in SPELLINGS if one.platform == platform):
        text, secrets = spelling.filled(chance.choice(spellings.LOOKS), chance)
        stored = canonical(Page.of(text, loaded), KEY).text
        assert not readable(stored, secrets), (text, stored)
        assert not readable(net_alone(text), secrets), text  # also where another platform is declared


@pytest.mark.torture
@pytest.mark.parametrize("look", spellings.LOOKS)
def test_whatever_the_secrets_look_like(look: str) -> None:
    chance = random.Random(look)
    for spelling in SPELLINGS:
        text, secrets = spelling.filled(look, chance)
        assert not readable(canonical(Page.of(text, platforms.load(spelling.platform)), KEY).text, secrets), (
            text
        )
        assert not readable(net_alone(text), secrets), text


@pytest.mark.parametrize("platform", sorted({platform for platform, _line in NO_SECRETS}))
def test_what_only_looks_like_a_secret_stays_readable(platform: str) -> None:
    loaded = platforms.load(platform)
    lines = [line for named, line in NO_SECRETS if named == platform]
    assert lines
    for line in lines:
        assert "<secret" not in canonical(Page.of(line, loaded), KEY).text, line


def stored(written: sessions.Written) -> list[str]:
    """What is stored of a session, its masks as signs."""
    text = canonical(Page.of(written.printed, platforms.load(written.platform)), KEY).text
    text = re.sub(r"<secret:[0-9a-f]{8}>", "§", text)
    return sessions.plain(re.sub(r"<secret>(?:\n<secret>\"?)?", "§salted", text))


def shaped(line: str) -> re.Pattern[str]:
    """What fits the lines of which this is left."""
    return re.compile(re.sub("§(?:salted)?", ".+", re.escape(line.strip())))


@pytest.mark.parametrize("name", WRITTEN)
def test_nothing_else_is_masked(name: str) -> None:
    assert stored(WRITTEN[name]) == WRITTEN[name].stored


def test_few_lines_are_masked_without_a_secret_and_each_is_listed_with_its_reason() -> None:
    """At most one in five hundred, of other people's recordings and ours together."""
    listed: dict[tuple[str, str], str] = {}
    file = ROOT / "tests/data/secrets/masked_without_secret.txt"
    for platform, line in spellings.all_of(file, whole=True):
        line, _sign, reason = line.partition(" ¦ ")
        assert "<secret" in canonical(Page.of(line, platforms.load(platform)), KEY).text, (
            f"no longer masked: {line}"
        )
        assert reason, line
        listed[platform, line] = reason
    others, ours = 5248, 0
    for written in WRITTEN.values():
        ours += written.printed.count("\n")
        for line in set(stored(written)) - set(written.stored):
            printed = [one for one in written.marked.split("\n") if shaped(line).fullmatch(one.strip())]
            assert any((written.platform, one.strip()) in listed for one in printed), (
                f"{written.name}: {line}"
            )
    assert len(listed) <= (others + ours) * 0.002


@pytest.mark.parametrize("name", WRITTEN)
def test_masking_again_changes_nothing(name: str) -> None:
    written = WRITTEN[name]
    platform = platforms.load(written.platform)
    text = canonical(Page.of(written.printed, platform), KEY).text
    assert canonical(Page.of(text, platform), KEY).text == text
    assert masked_again(text.split("\n"), grammar(platform), KEY) == text.split("\n")


@pytest.mark.parametrize(
    "words", ["cipher", "md5", "level", "encrypted", "password", "secret", "key", "7", "hash"]
)
def test_a_secret_that_is_a_word_of_the_language_is_one(words: str) -> None:
    for line in (
        f"enable password {words}",
        f"username ali password {words} privilege 15",
        f"tacacs-server key {words}",
    ):
        stored = canonical(Page.of(line, IOS), KEY).text
        assert f"<secret:{digest(words, KEY)}>" in stored, stored


def test_what_an_older_version_left_readable_beside_its_mask_is_masked_and_the_rest_stays() -> None:
    level = f"<secret:{digest('level', KEY)}>"
    old = [
        f"super password {level} 15 cipher Gizli77",
        f"tacacs-server key 7 <secret:{digest('Alfa', KEY)}> Beta Gama77",
    ]
    huawei = platforms.load("huawei")
    new = masked_again(old[1:], grammar(IOS), KEY)
    assert not readable(new[0], ["Beta", "Gama77"])
    assert canonical(Page.of("tacacs-server key 7 Alfa Beta Gama77", IOS), KEY).text[:-1] == new[0]
    again = masked_again(old[:1], grammar(huawei), KEY)
    assert (
        again
        == canonical(Page.of("super password level 15 cipher Gizli77", huawei), KEY).text.split("\n")[:-1]
    )


def test_a_very_long_line_is_masked_from_the_first_word_that_announces_a_secret() -> None:
    line = "access-list 1 remark x " + "y " * LONG + "password Gizli77"
    stored = canonical(Page.of(line, IOS), KEY).text
    assert "Gizli77" not in stored
    assert stored.startswith("access-list 1 remark x")


@pytest.mark.parametrize("cut", range(6))
def test_a_private_key_is_masked_however_much_of_it_is_missing(cut: int) -> None:
    key = [
        "-----BEGIN RSA PRIVATE KEY-----",
        "MIIEAAAA",
        "BBBBCCCC",
        "DDDDEEEE",
        "-----END RSA PRIVATE KEY-----",
    ]
    rest = ["hostname sw-1", *key[: 5 - cut]] if cut < 5 else [*key[1:], "hostname sw-1"]
    stored = canonical(Page.of("\n".join(rest), IOS), KEY).text
    assert not readable(stored, ["MIIEAAAA", "BBBBCCCC", "DDDDEEEE"])
    assert "hostname sw-1" in stored


def test_a_spelling_is_filled_in() -> None:
    text, secrets = Spelling("x", "key ¶⏎ key §").filled("mixed", random.Random(1))
    assert len(secrets) == 4
    assert all(secret in text for secret in secrets)
