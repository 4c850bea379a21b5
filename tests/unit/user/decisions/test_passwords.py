"""First passwords: the policy takes them, people can read them."""

from __future__ import annotations

from secrets import token_bytes

from hypothesis import given, settings
from hypothesis import strategies as st

from bitools.user.decisions.passwords import PasswordPolicy, complaints, generate

policies = st.builds(PasswordPolicy, length=st.integers(0, 60), complexity=st.booleans())


@settings(max_examples=200)
@given(policies, st.text("abcdefghjk.", min_size=1, max_size=20), st.text("ABCDEfghijk -_,", max_size=30))
def test_a_generated_password_fits_its_policy(policy: PasswordPolicy, sam: str, display: str) -> None:
    password = generate(policy, sam, display, token_bytes).reveal()
    assert complaints(password, policy, sam, display) == []
    assert len(password) >= max(19, policy.length)


@given(policies)
def test_a_generated_password_is_readable_on_paper(policy: PasswordPolicy) -> None:
    password = generate(policy, "ali.veli", "Ali Veli", token_bytes).reveal()
    assert not set(password) & set("0O1lIiıİo")
    assert all(len(block) == 4 for block in password.split("-"))


def test_no_two_are_alike_and_none_can_be_printed() -> None:
    made = [generate(PasswordPolicy(), "ali.veli", "Ali Veli", token_bytes) for _account in range(200)]
    assert len({password.reveal() for password in made}) == 200
    assert "×××" in f"{made[0]} {made[0]!r}"


def test_what_samba_lets_pass_and_windows_refuses_is_refused_here() -> None:
    policy = PasswordPolicy(length=7)
    assert complaints("Yilmaz-2026", policy, "ali.yilmaz", "Ali Yilmaz")
    assert complaints("xALI.YILMAZx1", policy, "ali.yilmaz", "")
    assert complaints("Ab-2026x", policy, "ab", "Ab Cd") == []  # two letters are no token
    assert complaints("kucukharf", policy, "x", "")
    assert complaints("Kisa-1", policy, "x", "")
