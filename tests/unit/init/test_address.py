"""Addresses as they are typed at `bitools init`, and said of again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bitools.i18n import certificate_words
from bitools.init.backup import _outside as outside
from bitools.init.mail import _address as mail_address
from bitools.init.switch import address, written


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10.0.0.11", "10.0.0.11:22"),
        ("10.0.0.11:2222", "10.0.0.11:2222"),
        ("sw-01.belediye.test", "sw-01.belediye.test:22"),
        ("::1", "[::1]:22"),
        ("[::1]", "[::1]:22"),
        ("2001:db8::1", "[2001:db8::1]:22"),
        ("[2001:db8::1]:2222", "[2001:db8::1]:2222"),
        ("fe80::1%eth0", "[fe80::1%eth0]:22"),
    ],
)
def test_an_address_is_read_as_it_was_meant_and_once_more_as_it_was_written(typed: str, meant: str) -> None:
    assert written(*address(typed)) == meant
    assert address(meant) == address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "https://10.0.0.11/", "10.0.0.11/24", "ssh admin@10.0.0.11", "admin@10.0.0.11", "2001:db8::zz", "2001:db8::1:22222",
        "10.0.0.11:", "10.0.0.11:0", "10.0.0.11:ssh", "[::1]x", "-oProxyCommand=x", "",
    ],
)  # fmt: skip
def test_what_is_no_address_is_asked_for_again(typed: str) -> None:
    with pytest.raises(ValueError, match=r"expected|number"):
        address(typed)


def test_a_mismatch_names_the_name_and_what_is_rare_stays() -> None:
    said = "Hostname mismatch, certificate is not valid for 'posta.belediye.test'."
    assert certificate_words(said) == "it was issued for another name than posta.belediye.test"
    assert certificate_words("self-signed certificate") == certificate_words("self signed certificate")
    assert certificate_words("CA md too weak") == "CA md too weak"


@pytest.mark.parametrize("typed", ["ağ@belediye.test", "ag@İğdır.bel.tr", "Ağ <ag@belediye.test>", "ag"])
def test_a_mail_address_that_no_server_takes_is_asked_for_again(typed: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        mail_address(typed)


def test_backups_lie_on_a_disk_and_not_in_what_they_keep(tmp_path: Path) -> None:
    source = tmp_path / "belgeler"
    (source / "alt").mkdir(parents=True)
    (tmp_path / "elsewhere").symlink_to(source)
    (tmp_path / "file").touch()
    for wrong in ("/proc/depo", "/dev/null", "file/depo", "belgeler", "belgeler/depo", "elsewhere/alt/depo"):
        with pytest.raises(ValueError, match=r"backups cannot lie|it lies in"):
            outside(str(tmp_path / wrong), str(source))
    for right in (
        str(tmp_path / "belgeler2"),
        str(tmp_path / "depo" / "ana"),
        "rest:https://yedek.belediye.test/ana",
    ):
        assert outside(right, str(source)) == right
