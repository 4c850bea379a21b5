"""`bitools net platforms`: which platforms there are, and what each is proven by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.net import PlatformItem, WayBack
    from bitools.state import Document


@command(
    _("List the platforms, and what each is proven by."),
    "bitools net platforms",
    "bitools net platforms --json",
    codes=(Code.INVALID,),
)
def platforms(ctx: typer.Context, json: JsonFlag = False) -> None:
    """The shipped platforms and those of the inventory's own folder, if there is an inventory."""
    from bitools.net.verbs import platforms

    context = Context.of(ctx, json=json)
    document = platforms.platforms(context.document("bitools.net.platforms/1"), context.inventory_folder)
    context.finish(document, _show, record=False)


def _show(console: Console, document: Document[PlatformItem]) -> None:
    """One row a platform, and a count: of what is listed, what has met a real device."""
    words = {"proven": _("proven"), "simulated": _("simulated"), "unproven": _("unproven")}
    marks = {"tried": _("tried"), "documented": _("documented")}
    rows = []
    for item in document.items:
        way = item["way_back"]
        back = f"{way['grade']} {_way_back(way)}, {marks[way['proof']]}" if way else "D"
        rows.append(
            [item["platform"], item["title"], words[item["evidence"]], _tried_with(item["proof"]), back]
        )
    console.table([_("platform"), _("name"), _("evidence"), _("tried with"), _("way back")], rows)


def _way_back(way: WayBack) -> str:
    """What brings the old configuration back if we are cut off."""
    words = {
        "timer": _("timer"),
        "commit": _("confirmed commit"),
        "session": _("session"),
        "job": _("scheduled job"),
        "shell": _("shell"),
        "file": _("file"),
        "reboot": _("reboot"),
    }
    return words[way["kind"]]


def _tried_with(proof: str) -> str:
    """A device, a document or a system by its own name; what is said of it, in people's words."""
    words = {
        ": an excerpt": _(": an excerpt"),
        ": excerpts": _(": excerpts"),
        ", the real one": _(", the real one"),
        "a session written after one of a": _("a session written after one of a"),
    }
    for english, ours in words.items():
        proof = proof.replace(english, ours)
    return proof
