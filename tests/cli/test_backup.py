"""The command line of backups: words, documents, exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lab.restic_repository import ForgedRepository


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> ForgedRepository:
    return ForgedRepository(tmp_path_factory.mktemp("restic") / "depo", "deneme-parolasi-42")


@pytest.fixture
def town(bitools, pristine, tmp_path):
    """A command line with a repository and one data set."""
    repository = pristine.copied_to(tmp_path / "depo")
    (tmp_path / "belgeler").mkdir()
    (tmp_path / "belgeler" / "karar.txt").write_text("Meclis kararı\n")
    (bitools.inventory / "settings.yaml").write_text("timezone: Europe/Istanbul\n")
    (bitools.inventory / "backups.yaml").write_text(
        f"repositories:\n  ana: {{location: {repository.folder}, password: env:PAROLA}}\n"
        "importance:\n  critical: {hourly: 24, biannual: 4}\n"
        f"datasets:\n  belgeler: {{type: files, importance: critical, repository: ana, paths: [{tmp_path}/belgeler]}}\n"
    )
    environ = {"PAROLA": pristine.password, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def call(*words: str, **more: str):
        return bitools("backup", *words, environ=environ | more)

    return call


def test_run_list_plan_and_restore_in_one_go(town, tmp_path):
    done = town("run")
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    again = town("run", "--tier", "biannual", "--json").document
    assert again["schema"] == "bitools.backup.run/1"
    assert [item["status"] for item in again["items"]] == ["skipped"]
    listed = town("list", "--json").document["items"]
    assert [item["snapshot"] for item in listed] == [again["items"][0]["snapshot"]]
    assert "belgeler" in town("list").stdout
    (planned,) = town("plan", "--json").document["items"]
    assert planned["keep"] is True
    assert "newest" in planned["reasons"]
    assert set(planned) >= {"dataset", "snapshot", "run", "time", "keep", "reasons"}
    assert town("restore", "belgeler", "--to", str(tmp_path / "geri")).code == 0
    restored = Path(f"{tmp_path}/geri{tmp_path}/belgeler/karar.txt")
    assert restored.read_text() == "Meclis kararı\n"
    assert town("restore", "belgeler", "--to", str(tmp_path / "geri")).code == 5


def test_the_future_can_be_asked_about(town):
    town("run")
    document = town("plan", "--simulate", "3y", "--json").document
    kept = [item for item in document["items"] if item["keep"]]
    assert len(kept) == 24 + 3  # 24 hours, and three half-years besides the running one
    assert "stays" in town("plan", "--at", "2030-01-01").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(("run", "--tier", "fortnightly"), 2, "the tiers are hourly", marks=pytest.mark.torture),
        (("run", "--tier", "biennial"), 2, "biannual"),
        pytest.param(("run", "--tag", "a,b"), 2, "cannot be a tag", marks=pytest.mark.torture),
        (("run", "yok"), 10, "knows no data set"),
        pytest.param(("plan", "--at", "yarin"), 2, "no time", marks=pytest.mark.torture),
        pytest.param(("plan", "--simulate", "99"), 2, "no span", marks=pytest.mark.torture),
        (("restore", "belgeler", "--to", "/nowhere", "--at", "1999-01-01"), 10, "no snapshot"),
    ],
)
def test_what_is_wrong_is_said_with_its_code(town, words, code, said):
    answer = town(*words)
    assert answer.code == code
    assert said in " ".join(answer.stderr.replace("│", " ").split())
    assert answer.stdout == ""


def test_a_wrong_password_is_12_and_one_document(town):
    answer = town("run", "--json", PAROLA="yanlis-parola")
    assert answer.code == 12
    assert answer.document["failed"][0]["target"] == "belgeler"
    assert "yanlis-parola" not in answer.stdout + answer.stderr


def test_without_restic_it_says_how_to_get_it(town, tmp_path):
    (tmp_path / "empty").mkdir()
    answer = town("run", "--json", PATH=str(tmp_path / "empty"))
    assert answer.code == 14
    assert "apt-get install restic" in json.dumps(answer.document)


def test_biennial_in_the_inventory_is_10_with_its_line(bitools):
    (bitools.inventory / "backups.yaml").write_text("importance:\n  critical: {biennial: 4}\n")
    answer = bitools("backup", "plan")
    assert answer.code == 10
    assert "backups.yaml:2" in answer.stderr
    assert "biannual" in answer.stderr


def test_a_file_whose_name_is_no_utf8_is_restored_by_its_bytes(town, tmp_path):
    name = os.fsdecode(b"latin\xff\xfe")
    (tmp_path / "belgeler" / name).write_bytes(b"x")
    assert town("run").code == 0
    path = f"{tmp_path}/belgeler/{name}"
    document = town("restore", "belgeler", "--json", "--to", str(tmp_path / "geri"), "--path", path).document
    assert document["items"][0]["path"].endswith("latin\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}")
    assert Path(f"{tmp_path}/geri{path}").read_bytes() == b"x"
    assert town("restore", "belgeler", "--to", str(tmp_path / "geri"), "--path", path + "yok").code in (5, 10)


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("word", ["half-yearly", "Altı aylık", "BIANNUAL"])
def test_a_tier_may_be_named_as_it_is_printed(bitools, word: str, language: str) -> None:
    answer = bitools("backup", "run", "--tier", word, "--json", environ={"BITOOLS_LANG": language})
    assert answer.code == 10, "the tier is known; the inventory, which is empty, is not"
