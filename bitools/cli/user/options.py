"""What the account commands share: their options, and what every one that changes something does alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import Command
from bitools.cli.frame.sharing import sharing
from bitools.cli.user.text import lines, show_changes
from bitools.errors import Code, Refused, Usage
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.cli.console import Console
    from bitools.documents.user import UserSyncItem
    from bitools.run import Run
    from bitools.state import Document, Item
    from bitools.user.verbs.changing import Consent

    Show = Callable[[Console, Document[UserSyncItem]], None]

WIRE = (Code.INVALID, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED)
CHANGE = (Code.PARTIAL, Code.REFUSED, Code.LOCKED, Code.INTEGRITY, *WIRE)

Accounts = Annotated[list[str], typer.Argument(metavar="ACCOUNT", help=_("account names (sAMAccountName)"))]
Groups = Annotated[
    list[str], typer.Option("--group", "-g", help=_("a group, by any of its names; may be repeated"))
]
MaxChanges = Annotated[
    int | None,
    typer.Option("--max-changes", min=1, help=_("how many at once; else guards: in directory.yaml")),
]
Wait = Annotated[
    bool, typer.Option("--wait", help=_("wait for another run that changes the same, however long"))
]
SlipTo = Annotated[
    Path | None,
    typer.Option(
        help=_("the slip's file, text or .html; - shows it on the terminal; else in the state folder")
    ),
]
Csv = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help=_("write a table for a spreadsheet as well"))
]


def days(text: str, option: str, least: int = 0) -> int:
    """So many days: a number, or a span as everywhere (`90`, `12w`, `3mo`). Raise Usage."""
    from bitools import moments

    try:
        count = int(text) if text.isdecimal() and int(text) >= least else moments.span(text).days
    except Usage as error:
        raise error.but(target=option) from error
    return count


@dataclass(frozen=True, slots=True)
class Asked:
    """What a changing command was told beside its own words: where it works, and what was agreed to."""

    context: Context
    consent: Consent

    @property
    def run(self) -> Run:
        """This run, with the inventory."""
        return self.context.run

    def finish(self, document: Document[UserSyncItem], show: Show = show_changes) -> None:
        """Store, print, exit; of a good end cron reads nothing."""
        self.context.finish(document, show, quiet=True)


def changing(
    sentence: str, *examples: str, codes: Sequence[Code] = CHANGE, ask: bool = True
) -> Callable[[Callable[..., None]], Command]:
    """Make a command that changes accounts: its function is given `Asked`, then the words of its own.

    The options that all of these have come behind them. With `ask=False` nobody is asked.
    """

    def asked(
        ctx: typer.Context,
        privileged: Annotated[
            bool, typer.Option("--privileged", help=_("administrators too; needs --reason"))
        ] = False,
        reason: Annotated[str, typer.Option("--reason", help=_("why; it is recorded"))] = "",
        max_changes: MaxChanges = None,
        wait: Wait = False,
        yes: Yes = False,
        dry_run: DryRun = False,
        json: JsonFlag = False,
    ) -> Asked:
        context = Context.of(ctx, json=json, dry_run=dry_run)
        agreed = consent(context, yes or not ask, privileged, reason, max_changes, wait=wait, quiet=not ask)
        return Asked(context, agreed)

    return lambda function: Command(sharing(asked, function), sentence, examples, tuple(codes))


def consent(
    context: Context,
    yes: bool,
    privileged: bool = False,
    reason: str = "",
    max_changes: int | None = None,
    *,
    wait: bool = False,
    quiet: bool = False,
) -> Consent:
    """What the command line agrees to; with `quiet` nobody is asked. Raise Usage without a reason."""
    from bitools.user.verbs.changing import Consent
    from bitools.user.verbs.locks import Patience

    if privileged and not reason.strip():
        raise Usage(_("--privileged needs --reason"))
    agreed = partial(
        Consent, privileged, reason.strip(), max_changes, patience=Patience(wait, context.console.note)
    )

    def ask(plan: Document[UserSyncItem]) -> None:
        if not yes and context.console.answering:
            for line in lines(plan):
                context.console.warn(line)
        context.confirm(_("Do this?"), yes)

    return agreed() if quiet else agreed(ask=ask, asks=not yes and not context.dry_run)


def named(words: list[str]) -> list[str]:
    """The accounts that were typed; of a file (a path, or `.csv`, `.txt`) those that it lists."""
    from bitools.cli.frame import named_files
    from bitools.user.wire import roll

    if len(words) == 1 and named_files.is_list(words[0]):
        return roll.load(Path(words[0]))
    return words


def slip_place(context: Context, wanted: Path | None) -> Path | None:
    """Where a slip is to go; `-` is the terminal. Raise Refused if that is none, or JSON was asked for."""
    if wanted is None or str(wanted) != "-":
        return wanted
    if context.console.json or not context.console.interactive:
        hint = _("name a file; without --slip-to it goes into the state folder")
        raise Refused(_("a slip is shown on a terminal only"), target="--slip-to -", hint=hint)
    return None


def write_csv(file: Path | None, columns: tuple[str, ...], document: Document[Item]) -> None:
    """The document as a table for a spreadsheet; a name that would be calculated there is text."""
    from bitools import output
    from bitools.figures import spreadsheet

    if file:
        rows = [
            [{**item, **item.get("attributes", {})}.get(name) for name in columns] for item in document.items
        ]
        output.write(file, spreadsheet.table(columns, rows))
