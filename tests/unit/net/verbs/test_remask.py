"""What an older version left readable is masked everywhere, and only that."""

from __future__ import annotations

import json

import pytest

from bitools import platforms
from bitools.net.decisions.secrets.masking import masked
from bitools.net.decisions.secrets.net import secrets_in
from bitools.net.decisions.secrets.over_lines import over_lines
from bitools.net.decisions.secrets.words import kind
from bitools.net.verbs import remask
from bitools.net.wire import mask, rewriting
from bitools.net.wire.history import History

LEFT = "tacacs-server key 7 <secret:0a1b2c3d> Beta Gama77\nhostname sw\nend\n"


def everything(town) -> str:
    history = History(town.state)
    return "".join(text for _commit, text in rewriting.stored_texts(history, rewriting.commits(history)))


@pytest.fixture
def old(town):
    town.devices(**{"sw-1": "platform: cisco_ios", "sw-2": "platform: cisco_ios"})
    town.store("sw-2", "hostname b\nend\n")
    town.store("sw-1", LEFT, author="ayse", reason="first snapshot")
    town.store("sw-1", LEFT + "ntp server 10.0.0.1\n", author="mehmet")
    return town


def test_an_upgrade_of_anything_that_decides_what_is_masked_is_noticed() -> None:
    names = {file.name for file in mask.sources()}
    modules = (secrets_in, masked, kind, over_lines)
    assert {f"{one.__module__.rpartition('.')[2]}.py" for one in modules} <= names
    assert {f"{name}.yaml" for name in platforms.names()} <= names


def test_the_history_is_written_anew_and_the_devices_are_named(old) -> None:
    before = rewriting.commits(old.history)
    document = remask.remask(old.run)
    assert document.items == [{"device": "sw-1", "commits": 2}]
    assert "Gama77" not in everything(old)
    after = rewriting.commits(old.history)
    assert [(one.author, one.committer, one.device) for one in before] == [
        (one.author, one.committer, one.device) for one in after
    ]
    assert rewriting.was(old.history).keys() == {one.id for one in before}
    assert not old.history.has(before[-1].id)


def test_a_second_time_there_is_nothing_to_do(old) -> None:
    old.state.save(remask.remask(old.run))
    head = old.history.head()
    again = remask.remask(old.run)
    assert (again.items, again.changed, old.history.head()) == ([], False, head)


def test_killed_before_the_branch_moved_it_is_done_again(old, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(rewriting, "move", killed)
        with pytest.raises(KeyboardInterrupt):
            remask.remask(old.run)
    assert "Gama77" in everything(old)
    assert remask.remask(old.run).items
    assert "Gama77" not in everything(old)


def test_devices_that_no_document_named_are_named_by_the_next_run(old) -> None:
    remask.remask(old.run)  # killed before it could tell
    assert remask.remask(old.run).items == [{"device": "sw-1", "commits": 2}]


def test_reviews_and_documents_follow(old) -> None:
    commit = rewriting.commits(old.history)[-1].id
    old.state.path("reviews.json").write_text(json.dumps({commit: {"by": "a", "time": "t", "reason": "r"}}))
    told = {
        "schema": "bitools.net.diff/1",
        "run": "r",
        "items": [{"device": "sw-1", "commit": commit, "diff": "+" + LEFT}],
    }
    old.state.path("documents", "20260101T000000Z-abcdef.net.diff.json").write_text(json.dumps(told))
    assert remask.remask(old.run).more["documents"] == 1
    new = rewriting.was(old.history)[commit]
    assert [*json.loads(old.state.path("reviews.json").read_text())] == [new]
    text = old.state.path("documents", "20260101T000000Z-abcdef.net.diff.json").read_text()
    assert "Gama77" not in text
    assert new in text
