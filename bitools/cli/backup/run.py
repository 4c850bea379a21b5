"""`bitools backup run`: make what is due, forget what may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.backup.options import Names
from bitools.cli.backup.text import short_id, shown_size, shown_time, spellings, words
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _, plain

if TYPE_CHECKING:
    from bitools.documents.backup import RunItem
    from bitools.state import Document


def _tier(value: str | None) -> str | None:
    """The tier that is named as in the inventory, or as bitools calls it in any language.

    The list is the inventory's; it is loaded only when a tier is given.
    """
    if value is None:
        return None
    from bitools.inventory.tiers import TIERS

    if value == "biennial":
        raise typer.BadParameter(_('"biennial" is every two years; for every half-year say biannual'))
    named = {tier: tier for tier in TIERS} | {word: tier for tier in TIERS for word in spellings(tier)}
    if (tier := named.get(plain(value))) is None:
        known = ", ".join(TIERS)
        raise typer.BadParameter(
            _('"{tier}" is no tier; the tiers are {known}').format(tier=value, known=known)
        )
    return tier


@command(
    _("Back up what is due, then forget what the policy lets go."),
    "bitools backup run",
    "bitools backup run --tier hourly",
    "bitools backup run mis-db --now --tag anlik",
    codes=(
        Code.PARTIAL,
        Code.REFUSED,
        Code.INVALID,
        Code.LOCKED,
        Code.CREDENTIALS,
        Code.UNREACHABLE,
        Code.REJECTED,
    ),
)
def run(
    ctx: typer.Context,
    names: Names = None,
    tier: Annotated[
        str | None,
        typer.Option(
            callback=_tier,
            metavar="TIER",
            help=_("only if due: hourly, daily, weekly, monthly, quarterly, biannual (half-yearly), yearly"),
        ),
    ] = None,
    now: Annotated[bool, typer.Option("--now", help=_("whether it is due or not"))] = False,
    tag: Annotated[str, typer.Option(metavar="TAG", help=_("a word to know it by"), show_default=False)] = "",
    no_forget: Annotated[bool, typer.Option("--no-forget", help=_("forget nothing afterwards"))] = False,
    confirm: Annotated[
        bool,
        typer.Option(
            "--confirm", help=_("after reading the plan: a mass drop, a new policy or mount is right")
        ),
    ] = False,
    programs: Annotated[
        bool | None,
        typer.Option(
            "--programs/--no-programs",
            help=_("only data sets that run programs of the inventory; or only the others"),
        ),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help=_("what was suspected of these data sets is right"))
    ] = False,
    reason: Annotated[
        str,
        typer.Option(metavar="TEXT", help=_("with --accept: why; it is recorded"), show_default=False),
    ] = "",
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """Safe to run at any time: what is not due is skipped."""
    from bitools.backup.decisions.runs import proven_label
    from bitools.backup.verbs import run
    from bitools.backup.verbs.repository_run import RunOptions

    if accept and not (names and reason):
        raise typer.BadParameter(_("--accept goes with the names of the data sets, and --reason"))
    label = proven_label(tag)
    context = Context.of(ctx, json=json, dry_run=dry_run)
    this = context.run
    chosen = this.inventory.select_datasets(names or [])
    datasets = [one for one in chosen if programs in (None, one.runs_programs)]
    options = RunOptions(tier or "", now, label, not no_forget, confirm, accept, reason)
    with context.console.working(_("backing up …")):
        document = run.run(this, datasets, options)
    context.finish(document, _show_run, quiet=not dry_run)


def _show_run(console: Console, document: Document[RunItem]) -> None:
    named = {"complete": _("complete"), "partial": _("partial"), "skipped": _("skipped"), "due": _("due")}
    styles = {"complete": "green", "partial": "yellow", "skipped": "dim", "due": "cyan"}
    rows = [
        (
            item["dataset"],
            named[item["status"]],
            shown_size(item["bytes"]),
            short_id(item["snapshot"]),
            _because(item),
        )
        for item in document.items
    ]
    headings = [_("data set"), _("status"), _("size"), _("snapshot"), _("tiers")]
    console.table(headings, rows, [styles[item["status"]] for item in document.items])


def _because(item: RunItem) -> str:
    """The tiers a snapshot stands for, or why there is none."""
    tiers = ", ".join(words().get(tier, tier) for tier in item["tiers"])
    if item.get("suspicious"):
        return _("suspected: {why}").format(why=", ".join(words()[one] for one in item["suspicious"]))
    if item["reason"] == "covered":
        return _("{tiers}: covered since {time}").format(tiers=tiers, time=shown_time(item["time"] or ""))
    if item["reason"] == "running":
        return _("another run is at it")
    if item["reason"] == "not_in_policy":
        return _("its policy has no such tier")
    return tiers
