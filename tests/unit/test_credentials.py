"""Secrets are references; values are never seen."""

from __future__ import annotations

import json
import logging
import pickle
from pathlib import Path

import pytest

from bitools.credentials import MASK, Reference, Secret, mask
from bitools.errors import InventoryInvalid


def test_a_file_is_read_without_its_line_end(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("gizli ğüş \n")
    path.chmod(0o600)
    assert Reference("file", str(path)).resolve().reveal() == "gizli ğüş "


def test_a_file_that_everybody_can_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("gizli")
    path.chmod(0o644)
    with pytest.raises(InventoryInvalid, match="others can read it") as caught:
        Reference("file", str(path)).resolve()
    assert "chmod" in caught.value.hint


def test_a_command_gives_its_output_and_no_secret_of_ours_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESTIC_PASSWORD", "leak")
    text = Reference("command", "sh -c 'echo value-${RESTIC_PASSWORD:-none}'").resolve().reveal()
    assert text == "value-none"


def test_the_environment_and_systemd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOME_KEY", "abc-from-env")
    assert Reference.parse("env:SOME_KEY").resolve().reveal() == "abc-from-env"
    (tmp_path / "ad").write_text("from systemd")
    (tmp_path / "ad").chmod(0o400)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert Reference.parse("systemd:ad").resolve().reveal() == "from systemd"


@pytest.mark.parametrize("text", ["hunter2", "plain:hunter2", "file:", ""])
def test_a_value_instead_of_a_reference_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="reference") as caught:
        Reference.parse(text)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("reference", ["env:NOT_THERE", "file:/nowhere/at/all", "systemd:x", "command:false"])
def test_a_secret_that_cannot_be_had_is_one_clear_error(
    reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(Exception, match=r"NOT_THERE|nowhere|systemd|false"):
        Reference.parse(reference).resolve()


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("parola-1234")
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret:>20}",
        f"{secret}",
        str([secret]),
        str({"a": secret}),
    ]
    assert all("parola" not in text and MASK in text for text in shown)
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    record = logging.LogRecord("x", 10, "x", 1, "%s", (secret,), None)
    assert "parola" not in record.getMessage()


def test_what_was_ever_a_secret_is_masked_in_any_text() -> None:
    Secret("cok-gizli-topluluk")
    assert mask("snmp cok-gizli-topluluk RO") == f"snmp {MASK} RO"
