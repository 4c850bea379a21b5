"""`bitools user` where no directory is needed."""

from __future__ import annotations

import pytest

from lab.certificates import Authority
from tests.conftest import CommandLine


def test_a_name_needs_no_inventory_and_no_directory(bitools: CommandLine) -> None:
    bitools.inventory.rmdir()
    answer = bitools("user", "name", "--given", "Ayşe", "--surname", "Yılmaz")
    assert (answer.code, answer.stdout, answer.stderr) == (0, "ayse.yilmaz\n", "")
    assert not bitools.state.exists()


def test_a_name_follows_the_inventory_s_pattern(municipality: CommandLine) -> None:
    file = municipality.inventory / "directory.yaml"
    file.write_text(file.read_text() + "username: {pattern: '{initial}{surname}', max: 8}\n")
    answer = municipality("user", "name", "--given", "Ayşe", "--surname", "Kılıçdaroğlu", "--json")
    assert answer.document["schema"] == "bitools.user.name/1"
    assert answer.document["items"][0]["sam_account_name"] == "akilicda"


@pytest.mark.parametrize("locale", ["tr_TR.UTF-8", "C", "C.UTF-8"])
def test_a_name_is_the_same_in_every_locale(bitools: CommandLine, locale: str) -> None:
    answer = bitools(
        "user", "name", "--given", "IŞIL", "--surname", "İNCE", environ={"LC_ALL": locale, "LANG": locale}
    )
    assert answer.stdout == "isil.ince\n"


def test_a_look_alike_is_refused_by_its_code_point_before_any_connection(municipality: CommandLine) -> None:
    words = ["user", "add", "--yes", "--given", "Аli", "--surname", "Kaya", "--role", "memur", "--json"]
    answer = municipality(*words, environ={"AD_PASSWORD": "x"})
    assert (answer.code, answer.stdout) == (2, "")
    assert "U+0410" in answer.error["error"]


def test_without_a_directory_the_inventory_is_asked_for_one(municipality: CommandLine) -> None:
    (municipality.inventory / "directory.yaml").unlink()
    answer = municipality("user", "disable", "ali.veli")
    assert answer.code == 10
    assert "directory.yaml" in answer.stderr


def test_nobody_answers_is_unreachable(municipality: CommandLine) -> None:
    authority = Authority(municipality.inventory)
    assert authority.certificate_file.name == "ca.pem"
    answer = municipality("user", "show", "ali", "--json", environ={"AD_PASSWORD": "gizli-parola"})
    assert (answer.code, answer.stdout) == (13, "")
    assert answer.error["target"] == "127.0.0.1"
    assert "gizli-parola" not in answer.stderr


def test_privileged_without_a_reason_is_a_wrong_command_line(municipality: CommandLine) -> None:
    answer = municipality("user", "disable", "ali.veli", "--privileged", environ={"AD_PASSWORD": "x"})
    assert answer.code == 2
