"""A leaver's document names the local accounts on devices that carry the leaver's name."""

from __future__ import annotations

import io
from types import SimpleNamespace

from bitools.cli.console import Console
from bitools.cli.context import Context
from bitools.cli.related import device_accounts, names_in


def context_of(town) -> Context:
    context = Context(Console(io.StringIO(), io.StringIO()), {})
    context.__dict__["run"] = town.run
    return context


def leaving(town, name: str):
    document = town.run.document("bitools.user.disable/1")
    document.items.append({"sam_account_name": name})
    return document


def test_the_accounts_are_related_and_warned_of(town) -> None:
    town.store("cisco-ios", "hostname a\nusername ayse.yilmaz secret 5 x\n")
    document = leaving(town, "ayse.yilmaz")
    device_accounts(context_of(town), document, names_in(document))
    [related] = document.as_json()["related"]
    assert related["schema"] == "bitools.net.search/1"
    assert [(item["device"], item["account"], item["sam_account_name"]) for item in related["items"]] == [
        ("cisco-ios", "ayse.yilmaz", "ayse.yilmaz")
    ]
    assert "cisco-ios" in document.warnings[0]


def test_nothing_there_is_said_as_such(town) -> None:
    document = leaving(town, "ayse.yilmaz")
    device_accounts(context_of(town), document, names_in(document))
    assert (document.more["related"], document.warnings) == ([], [])


def test_a_broken_history_does_not_hold_up_the_leaver(town) -> None:
    (town.state.path("history", "HEAD")).write_text("rubbish")
    document = leaving(town, "ayse.yilmaz")
    device_accounts(context_of(town), document, names_in(document))
    assert len(document.warnings) == 1
    assert "related" not in document.more


def test_an_inventory_without_devices_has_nothing_to_say(town) -> None:
    run = SimpleNamespace(inventory=SimpleNamespace(devices={}))
    context = Context(Console(io.StringIO(), io.StringIO()), {})
    context.__dict__["run"] = run
    document = leaving(town, "ayse.yilmaz")
    device_accounts(context, document, names_in(document))
    assert "related" not in document.more
