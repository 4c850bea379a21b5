"""What a command line opens: inventory, state, ledger, one run; and how a run ends."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bitools.cli import evidence, failures
from bitools.cli.console import Console
from bitools.cli.outcome import code_of
from bitools.errors import BitoolsError, Code, Refused, Rejected
from bitools.i18n import _, use, use_zone

if TYPE_CHECKING:
    from datetime import tzinfo

    from bitools.inventory.model import Inventory
    from bitools.job import Jobs
    from bitools.ledger import Ledger
    from bitools.run import Run
    from bitools.state import Document, Item, State

SYSTEM = Path("/etc/bitools")  # the inventory of a machine
JsonFlag = Annotated[bool, typer.Option("--json", help=_("print one JSON document"))]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help=_("say what would be done, and do nothing"))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))]


@dataclass(frozen=True, eq=False)
class Context:
    """One command line. Nothing is opened before a command asks for it."""

    console: Console
    environ: Mapping[str, str]
    inventory_given: Path | None = None
    state_given: Path | None = None
    language_asked: bool = False  # on the command line or by $BITOOLS_LANG
    quiet: bool = False
    dry_run: bool = False
    warnings: list[str] = field(default_factory=list)  # what the document is to say, whatever it is
    running: list[Context] = field(default_factory=list)  # that of the command, for when it ends in an error

    @classmethod
    def of(cls, ctx: typer.Context, *, json: bool = False, dry_run: bool = False) -> Context:
        """The context of the command that runs."""
        given: Context = ctx.obj
        made = replace(given, console=replace(given.console, json=json), dry_run=dry_run)
        given.running[:] = [made]
        return made

    def with_options(
        self, inventory: Path | None, state: Path | None, *, quiet: bool, lang: str | None
    ) -> Context:
        """The same with what was said before the group."""
        asked = bool(lang or self.environ.get("BITOOLS_LANG"))
        return replace(self, inventory_given=inventory, state_given=state, language_asked=asked, quiet=quiet)

    @property
    def inventory_folder(self) -> Path:
        """`--inventory`, else $BITOOLS_INVENTORY, /etc/bitools, the user's own; never the current folder."""
        if self.inventory_given:
            return self.inventory_given
        if named := self.environ.get("BITOOLS_INVENTORY"):
            return Path(named)
        own = Path(self.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "bitools"
        return SYSTEM if SYSTEM.is_dir() or not own.is_dir() else own

    @property
    def state_folder(self) -> Path:
        """`--state`, else $BITOOLS_STATE, else /var/lib/bitools."""
        return self.state_given or Path(self.environ.get("BITOOLS_STATE") or "/var/lib/bitools")

    @property
    def jobs(self) -> Jobs:
        """What each job hands to those that serve all."""
        from bitools import jobs

        return jobs.every()

    @cached_property
    def inventory(self) -> Inventory:
        """The inventory, proven. Raise InventoryInvalid with every complaint.

        Where nobody looks and no language was asked for, the municipality's own is spoken from then on: what
        a timer's run stores is quoted in its mails, whatever locale systemd has.
        """
        inventory = self.inventory_with({})
        self._keep_names(inventory)
        use_zone(inventory.settings.zone)
        if self.console.alone and not self.language_asked:
            use(inventory.settings.language)
        return inventory

    @property
    def knows_inventory(self) -> bool:
        """Was it opened, and is it whole?"""
        return "inventory" in vars(self)

    def _keep_names(self, inventory: Inventory) -> None:
        """For the shell that completes a word (`cli.complete`); not of a trial beside the machine's."""
        from bitools.inventory import names

        state = self.state_folder.absolute()
        if state != names.STATE or self.inventory_folder == SYSTEM or not SYSTEM.is_dir():
            names.keep(names.of(inventory), state)

    def inventory_with(self, instead: Mapping[str, str]) -> Inventory:
        """The inventory as it is, or as it were with these texts of files. Raise as `inventory`.

        The machine's own is obeyed by an account: then nobody else may write it.
        """
        from bitools.inventory.load import load

        if self.inventory_folder != SYSTEM:
            return load(self.inventory_folder, instead)
        from bitools.inventory import strict

        owner = strict.owner_of(self.state_folder)
        strict.prove_folder(SYSTEM, owner)
        inventory = load(SYSTEM, instead)
        strict.prove_named(inventory, owner)
        return inventory

    @cached_property
    def zone(self) -> tzinfo:
        """The inventory's zone; this machine's, with a warning, where no inventory can be read.

        For those who look at the ledger: they need to see it most when something is wrong.
        """
        try:
            return self.inventory.settings.zone
        except BitoolsError as error:
            text = _("times are this machine's, for the inventory cannot be read: {why}")
            self.warnings.append(text.format(why=error))
            return self.started.tzinfo or UTC

    def show_times_of_inventory(self) -> None:
        """For a command that shows times and needs nothing else of the inventory."""
        use_zone(self.zone)

    @cached_property
    def state(self) -> State:
        """The state folder."""
        from bitools.state import State

        return State(self.state_folder.absolute())

    @cached_property
    def run(self) -> Run:
        """This run, with the inventory. Raise InventoryInvalid."""
        from bitools.run import Run

        inventory = self.inventory
        return Run(self.run_id, self.started, inventory, self.state, self.ledger, self.dry_run)

    @cached_property
    def started(self) -> datetime:
        """When the command began, with the machine's offset."""
        return datetime.now().astimezone()

    @cached_property
    def run_id(self) -> str:
        """The run's name."""
        from bitools.state import new_run

        return new_run(self.started)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, writing under this run's name and the real actor's."""
        from bitools.ledger import Ledger, actor

        command = os.fsencode(shlex.join(["bitools", *sys.argv[1:]])).decode(errors="replace")
        return Ledger(self.state, self.run_id, command, actor(self.environ))

    def document(self, schema: str) -> Document[Item]:
        """A document for a command that needs no inventory."""
        from bitools.state import Document

        return Document(schema, self.run_id, self.started, applied=not self.dry_run)

    def confirm(self, question: str, yes: bool) -> None:
        """Ask, unless `--yes` was given. Raise Refused on a no, or if there is nobody to ask."""
        if yes or self.dry_run:
            return
        if not self.console.answering:
            message = _("nobody is here to answer: {question}").format(question=question)
            raise Refused(message, hint=_("look at it with --dry-run, then add --yes"), reason="no_terminal")
        if not self.console.ask(question):
            raise Refused(_("nothing was done: you said no"), reason="declined")

    def finish(
        self,
        document: Document[Item],
        show: Callable[[Console, Document[Item]], None],
        *,
        record: bool = True,
        quiet: bool = False,
        code: Code | None = None,
        proves: bool | None = None,
    ) -> NoReturn:
        """End a run: store its document, print it, exit. Nothing after it runs.

        `record=False` for a question that changes and observes nothing. `quiet=True` for an act, whose good
        end nobody needs to read in cron's mail: its text is only for a terminal, and for a dry run, which
        was asked for it. `code` replaces 0; INTEGRITY replaces 3 too: a proof that fails in part has failed.
        `proves`: that ledger and history go on where they ended; as `record` unless it is said.
        """
        whole = evidence.prove(self, document) if (record if proves is None else proves) else True
        document.finished = datetime.now().astimezone()
        document.warnings += self.warnings
        if "state" in vars(self):
            document.warnings += self.state.notices
        _mask(document)
        if record and not self.dry_run:
            self._keep(document)
        result = code_of(document) if whole else Code.INTEGRITY
        if result in (Code.BUG, Code.USAGE, Code.INVALID):
            raise _as_error(document)
        if self.console.json:
            self.console.document(document.as_json())
        else:
            looking = self.console.interactive and not self.quiet
            if not quiet or looking or self.dry_run or document.failed:
                show(self.console, document)
            self._complain(document)
        replaced = (Code.DONE, Code.PARTIAL) if code is Code.INTEGRITY else (Code.DONE,)
        raise typer.Exit(code if code is not None and result in replaced else result)

    def _keep(self, document: Document[Item]) -> None:
        """Store the document; where that cannot be, what the run found is told all the same."""
        from bitools.state import refusal

        try:
            self.state.save(document)
        except BitoolsError as error:
            if document.more.get("unentered"):  # its disk takes nothing, which was told
                document.warnings.append(str(error))
            elif not isinstance(error, Rejected):
                raise
            else:
                document.fail(error, "state")
        except OSError as error:
            if (refused := refusal(error)) is None:
                raise
            document.fail(refused, "state")

    def _complain(self, document: Document[Item]) -> None:
        for warning in document.warnings:
            self.console.warn(_("warning: {text}").format(text=warning))
        for paragraph in failures.paragraphs(document.failed, every=self.console.verbose):
            self.console.warn(paragraph)


def _mask(document: Document[Item]) -> None:
    """Blot out the secrets of this run in what went wrong: other programs' words are in it."""
    from bitools.credentials import mask

    document.warnings = [mask(warning) for warning in document.warnings]
    for failure in document.failed:
        failure |= {key: mask(failure[key]) for key in ("error", "hint") if failure.get(key)}


def _as_error(document: Document[Item]) -> BitoolsError:
    """The first failure of a document that is nothing but one kind of failure."""
    first = document.failed[0]
    error = BitoolsError(
        first["error"], target=first["target"], hint=first["hint"], reason=first.get("reason", "")
    )
    return error.but(code=Code(first["code"]))
