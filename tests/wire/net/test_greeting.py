"""A switch that nobody has described yet says what it is."""

from __future__ import annotations

import pytest

from bitools import platforms
from bitools.errors import CredentialsRejected, Unreachable
from bitools.net.wire.greeting import greet, key
from bitools.net.wire.ssh import Login
from lab.switches import Switch, SwitchFarm
from lab.switches import platforms as simulated

NAMES = sorted(simulated())


@pytest.fixture(scope="module")
def farm():
    with SwitchFarm([Switch(f"sw-{name.replace('_', '-')}", name) for name in NAMES]) as running:
        yield running


def login(farm: SwitchFarm, name: str, password: str = "lab-netops-2026") -> Login:
    one = farm[name]
    shown = key(one.host, one.port)
    assert str(shown) == one.host_key.rpartition(" ")[0] or str(shown) == one.host_key
    return Login(name, one.host, one.port, "netops", password, None, None, (shown,), False)


@pytest.mark.parametrize("platform", NAMES)
def test_the_platform_is_guessed_from_what_it_says(farm: SwitchFarm, platform: str) -> None:
    name = f"sw-{platform.replace('_', '-')}"
    known = [platforms.load(one) for one in platforms.names()]
    seen = greet(login(farm, name), known)
    assert seen.platforms == (platform,)
    assert seen.name == name
    assert seen.plain == (platform in ("arista_eos", "cisco_ios", "hp_procurve"))


def test_a_wrong_password_is_told_as_one(farm: SwitchFarm) -> None:
    with pytest.raises(CredentialsRejected):
        greet(login(farm, "sw-cisco-ios", "yanlış"), [platforms.load("cisco_ios")])


def test_a_place_where_nothing_listens_is_unreachable(farm: SwitchFarm) -> None:
    with pytest.raises(Unreachable):
        key(farm["sw-cisco-ios"].host, 9)
