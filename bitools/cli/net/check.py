"""`bitools net check`: the rules held against the newest snapshots."""

from __future__ import annotations

import json as json_module
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
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
    from bitools.net.decisions.checks.compliance import violations
    from bitools.net.verbs import check

    context = Context.of(ctx, json=json or form == "json")
    document = check.check(context.run, selected(context, devices, site, role, group, tag))
    show = {"sarif": _sarif, "junit": _junit}.get(form, _show)
    code = Code.DIFFERENT if violations(document.items) else None
    context.finish(document, show, code=code)


def _show(console: Console, document: Document[CheckItem]) -> None:
    """The verdict, then a block a rule with all devices that break it; exceptions come last."""
    from bitools.net.decisions.checks.formats import group_violations

    broken = [item for item in document.items if item["status"] != "passed"]
    broken.sort(key=lambda item: (item["status"] == "excepted", item["severity"] != "critical", item["rule"]))
    _verdict(console, document.items)
    alike = groupby(group_violations(broken), key=lambda one: (one[0]["rule"], one[0]["status"]))
    for _rule, blocks in alike:
        _block(console, list(blocks))


def _verdict(console: Console, items: Sequence[CheckItem]) -> None:
    count = Counter(item["status"] for item in items)
    violated = [item for item in items if item["status"] not in ("passed", "excepted")]
    if violated:
        critical = sum(item["severity"] == "critical" for item in violated)
        devices = len({item["device"] for item in violated})
        where = ng("{count} device", "{count} devices", devices).format(count=devices)
        text = ng("✗ {count} violation: {where}", "✗ {count} violations: {where}", len(violated))
        text = text.format(count=len(violated), where=where)
        if critical:
            text += ", " + ng("{count} critical", "{count} critical", critical).format(count=critical)
    else:
        text = _("✓ no violation")
    passed = ng("{count} check passed", "{count} checks passed", count["passed"])
    text += "; " + passed.format(count=count["passed"])
    if count["excepted"]:
        excepted = ng("{count} excepted", "{count} excepted", count["excepted"])
        text += ", " + excepted.format(count=count["excepted"])
    console.line(text, "red" if violated else "green")


def _block(console: Console, blocks: Sequence[tuple[CheckItem, Sequence[str]]]) -> None:
    """One rule: what it asks, and which devices break it in which way."""
    from bitools.net.decisions.checks.formats import finding_text

    first = blocks[0][0]
    excepted = first["status"] == "excepted"
    words = {"critical": _("critical"), "warning": _("warning")}
    facts = " · ".join(
        fact
        for fact in (_("excepted") if excepted else words[first["severity"]], first["rule"], first["article"])
        if fact
    )
    style = "dim" if excepted else "red" if first["severity"] == "critical" else "yellow"
    console.line(f"{'·' if excepted else '✗'} {first['title']}  ({facts})", style)
    for item, names in blocks:
        console.line("  " + ", ".join(names), "bold")
        if excepted:
            console.line(f"    {item['exception']}")
        for finding in () if excepted else item["findings"]:
            console.line(f"    {finding_text(finding)}")
    if not excepted:
        console.line(f"  → {first['reason']}", "dim")


def _sarif(console: Console, document: Document[CheckItem]) -> None:
    from bitools.net.decisions.checks.formats import sarif

    for line in json_module.dumps(sarif(document.items), ensure_ascii=False, indent=2).splitlines():
        console.put(line + "\n")


def _junit(console: Console, document: Document[CheckItem]) -> None:
    from bitools.net.decisions.checks.formats import junit

    console.put(junit(document.items, document.failed) + "\n")
