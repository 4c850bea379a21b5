"""`bitools net check`: the rules held against the newest snapshots."""

from __future__ import annotations

import json as json_module
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.cli.net.options import Devices, GroupOption, RoleOption, SiteOption, TagOption, selected
from bitools.errors import Code
from bitools.i18n import _, ng

if TYPE_CHECKING:
    from bitools.documents.net import CheckItem
    from bitools.state import Document


@command(
    _("Hold the newest snapshots against the rules; asks no device."),
    "bitools net check --site merkez",
    "bitools net check --format junit",
    codes=(Code.PARTIAL, Code.DIFFERENT, Code.INVALID),
)
def check(
    ctx: typer.Context,
    devices: Devices = None,
    site: SiteOption = "",
    role: RoleOption = "",
    group: GroupOption = "",
    tag: TagOption = "",
    form: Annotated[
        Literal["text", "json", "sarif", "junit"], typer.Option("--format", help=_("how to show it"))
    ] = "text",
    json: JsonFlag = False,
) -> None:
    """Offline; your own rules and exceptions are in the inventory's folder checks/."""
    from bitools.net.decisions.compliance import violations
    from bitools.net.verbs import check

    context = Context.of(ctx, json=json or form == "json")
    document = check.check(context.run, selected(context, devices, site, role, group, tag))
    show = {"sarif": _sarif, "junit": _junit}.get(form, _show)
    code = Code.DIFFERENT if violations(document.items) else None
    context.finish(document, show, code=code)


def _show(console: Console, document: Document[CheckItem]) -> None:
    """Each violation once, with all its devices; exceptions with their reason; a count at the end."""
    from bitools.net.decisions.check_formats import finding_text, group_identical

    words = {"critical": _("critical"), "warning": _("warning")}
    broken = [item for item in document.items if item["status"] != "passed"]
    broken.sort(key=lambda item: (item["status"] == "excepted", item["severity"] != "critical"))
    for item, names in group_identical(broken):
        excepted = item["status"] == "excepted"
        style = "dim" if excepted else "red" if item["severity"] == "critical" else "yellow"
        mark = (
            _("excepted: {reason}").format(reason=item["exception"]) if excepted else words[item["severity"]]
        )
        facts = " · ".join(fact for fact in (mark, item["rule"], item["article"]) if fact)
        console.line(f"{item['title']}  ({facts})", style)
        console.line("  " + ", ".join(names), "bold")
        if not excepted:
            for finding in item["findings"]:
                console.line(f"    {finding_text(finding)}")
            console.line(f"  → {item['reason']}", "dim")
    passed = sum(item["status"] == "passed" for item in document.items)
    console.line(ng("{count} check passed", "{count} checks passed", passed).format(count=passed), "dim")


def _sarif(console: Console, document: Document[CheckItem]) -> None:
    from bitools.net.decisions.check_formats import sarif

    for line in json_module.dumps(sarif(document.items), ensure_ascii=False, indent=2).splitlines():
        console.put(line + "\n")


def _junit(console: Console, document: Document[CheckItem]) -> None:
    from bitools.net.decisions.check_formats import junit

    console.put(junit(document.items, document.failed) + "\n")
