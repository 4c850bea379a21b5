"""`bitools doctor`: what is missing, and what is dangerous as it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from bitools.errors import Code
from bitools.state import Document, State
from tests.conftest import InProcess

NOW = datetime.now().astimezone()


@pytest.fixture
def bitools(municipality) -> InProcess:
    """The small inventory, with its secrets in files."""
    for name, text in (("mask.key", "m" * 20), ("restic.key", "r" * 20), ("device.key", "d" * 20)):
        (municipality.inventory / name).write_text(text)
        (municipality.inventory / name).chmod(0o600)
    for file, old, new in (
        ("settings.yaml", "organisation", "mask_key: file:mask.key\norganisation"),
        ("backups.yaml", "'env:RESTIC_PASSWORD'", "file:restic.key"),
        ("devices.yaml", "'env:DEVICE_PASSWORD'", "file:device.key"),
        ("directory.yaml", "'env:AD_PASSWORD'", "file:device.key"),
    ):
        path = municipality.inventory / file
        path.write_text(path.read_text().replace(old, new))
    return InProcess(municipality.inventory, municipality.state)


def warned(bitools: InProcess) -> dict[str, str]:
    items = bitools("doctor", "--json").document["items"]
    return {f"{item['name']}: {item['text']}": item["hint"] for item in items if item["grade"] == "warning"}


def said(bitools: InProcess, words: str) -> bool:
    return any(words in text for text in warned(bitools))


def remember(bitools: InProcess, kind: str, age: timedelta, *items: dict[str, object]) -> None:
    """A run of the past, as its document tells it."""
    began = NOW - age
    run = f"{began.astimezone(UTC):%Y%m%dT%H%M%SZ}-{kind[-3:]}"
    State(bitools.state).save(
        Document(f"bitools.{kind}/1", run, began, items=[dict(item) for item in items], finished=began)
    )


def test_a_key_is_dangerous_until_a_copy_is_known_and_again_when_it_changes(bitools: InProcess) -> None:
    assert said(bitools, "no copy of file:")
    assert "doctor --escrowed" in str(warned(bitools))
    assert bitools("doctor", "--escrowed", "--json").code == Code.REFUSED, "nobody is there to answer"
    bitools("doctor", "--escrowed", "--dry-run")
    assert said(bitools, "no copy of file:"), "a dry run confirms nothing"
    document = bitools("doctor", "--escrowed", "--yes", "--json").document
    assert document["changed"]
    assert not said(bitools, "no copy of file:")
    [intent, done] = bitools("ledger", "show", "--action", "doctor.escrow", "--json").document["items"]
    assert (intent["outcome"], done["outcome"]) == ("intent", "done")
    for file in bitools.state.rglob("*"):
        if file.is_file():
            assert b"m" * 20 not in file.read_bytes(), "no key is written anywhere"
            assert b"r" * 20 not in file.read_bytes()
    (bitools.inventory / "restic.key").write_text("another")
    assert said(bitools, "restic.key was changed after its copy was put away")
    assert not said(bitools, "mask.key was changed")


def test_what_did_not_happen_for_too_long(bitools: InProcess) -> None:
    assert said(bitools, "3 devices were not read")
    assert said(bitools, "belgeler: no complete backup in the last 2 hours")
    read = [{"device": name, "status": "unchanged"} for name in ("sw-01", "sw-02")]
    remember(bitools, "net.snapshot", timedelta(hours=3), *read, {"device": "rt-01", "status": "quarantined"})
    made = {"dataset": "belgeler", "status": "complete"}
    covered = {"dataset": "ayarlar", "status": "skipped", "time": (NOW - timedelta(days=3)).isoformat()}
    remember(bitools, "backup.run", timedelta(hours=1), made, covered)
    assert said(bitools, "1 device was not read in the last 2 days: rt-01")
    assert not said(bitools, "belgeler: no complete backup")
    assert said(bitools, "ayarlar: no complete backup"), "what covers it is three days old"
    assert not said(bitools, "read back"), "a young state has proved nothing yet"
    remember(bitools, "backup.verify", timedelta(days=120), {"repository": "ana", "status": "intact"})
    assert said(bitools, "ana: nothing of it was read back in the last 35 days")
    assert said(bitools, "belgeler: no restore was tried in the last 35 days")
    remember(bitools, "backup.verify", timedelta(days=1), {"repository": "ana", "status": "intact"})
    remember(bitools, "backup.drill", timedelta(days=1), {"dataset": "belgeler", "status": "passed"})
    assert not said(bitools, "read back")
    assert not said(bitools, "belgeler: no restore")


def test_a_damaged_document_and_mails_that_stay(bitools: InProcess) -> None:
    State(bitools.state).path("documents", "20261122T050000Z-000000.net.snapshot.json").write_text("{")
    waiting = State(bitools.state).path("outbox", "new", "a.mail")
    waiting.write_text("")
    os.utime(waiting, ((NOW - timedelta(days=3)).timestamp(),) * 2)
    State(bitools.state).path("outbox", "dead", "b.mail").write_text("")
    assert said(bitools, "20261122T050000Z-000000")
    assert said(bitools, "1 mail waits since")
    assert said(bitools, "1 mail was refused for good")


def test_a_secret_is_for_its_owner_and_the_administrators_group(bitools: InProcess) -> None:
    bitools.state.mkdir()
    key = bitools.inventory / "device.key"
    key.chmod(0o640)
    assert not said(bitools, "is open to more"), "the group that shares the state"
    key.chmod(0o660)
    assert said(bitools, "is open to more")


def test_what_is_missing_is_4(bitools: InProcess) -> None:
    (bitools.inventory / "device.key").unlink()
    assert bitools("doctor").code == Code.DIFFERENT


def test_it_ends_in_the_next_step(bitools: InProcess) -> None:
    document = bitools("doctor", "--json").document
    hints = [item["hint"] for item in document["items"] if item["grade"] == "missing" and item["hint"]]
    assert document["next"] == hints[0], "what is missing comes first"
    assert bitools("doctor").stdout.splitlines()[-1] == f"next: {hints[0]}"


def test_an_empty_inventory_is_told_what_comes_first(bitools: InProcess) -> None:
    for name in ("devices", "backups", "directory"):
        (bitools.inventory / f"{name}.yaml").unlink()
    shown = bitools("doctor").stdout
    assert "nothing is missing" not in shown
    assert "no device, data set or directory" in shown
    assert "next: " in shown
