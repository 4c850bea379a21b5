"""`bitools init`: the guided start."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from bitools.cli import running
from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.errors import Code, Refused
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.init import InitItem
    from bitools.state import Document

_OPTIONS = {
    f"{part}{key}"
    for part, keys in {
        "organisation": [""],
        "switch": ["", "_name", "_platform", "_site", "_role", "_fingerprint", "_username", "_password"],
        "switch_enable": ["_password"],
        "switch_legacy": ["_ssh"],
        "backup": ["", "_host", "_username", "_password"],
        "repository": [""],
        "trust_first": ["_key"],
        "mail": ["_server", "_ca", "_plain", "_username", "_password", "_to", "_from"],
    }.items()
    for key in keys
}


def _option(help_: str, metavar: str) -> object:
    return typer.Option(metavar=metavar, help=help_, show_default=False)


@command(
    _("Begin: a first snapshot, a first backup and a first mail, question by question."),
    "sudo bitools init",
    "bitools --inventory ~/.config/bitools --state ~/bitools init",
    "bitools init --yes --organisation 'Efeler Belediyesi' --backup /srv/belgeler",
    codes=(
        Code.PARTIAL,
        Code.REFUSED,
        Code.INVALID,
        Code.CREDENTIALS,
        Code.UNREACHABLE,
        Code.REJECTED,
    ),
)
def init(
    ctx: typer.Context,
    organisation: Annotated[str | None, _option(_("what it is called"), "NAME")] = None,
    switch: Annotated[str | None, _option(_("one switch or router; '' for none"), "ADDRESS[:PORT]")] = None,
    switch_name: Annotated[str | None, _option(_("what it is called here"), "NAME")] = None,
    switch_platform: Annotated[str | None, _option(_("else what it seems to be"), "PLATFORM")] = None,
    switch_site: Annotated[str | None, _option(_("where it is"), "SITE")] = None,
    switch_role: Annotated[str | None, _option(_("wan or lan"), "ROLE")] = None,
    switch_fingerprint: Annotated[str | None, _option(_("the only key it may show"), "SHA256:…")] = None,
    trust_first_key: Annotated[
        bool,
        typer.Option("--trust-first-key", help=_("whatever key it shows, unseen; may be somebody else's")),
    ] = False,
    switch_legacy_ssh: Annotated[
        bool, typer.Option("--switch-legacy-ssh", help=_("even if it knows nothing better than SHA-1"))
    ] = False,
    switch_username: Annotated[str | None, _option(_("who logs in there"), "NAME")] = None,
    switch_password: Annotated[str | None, _option(_("where the password is"), "file:…|env:…")] = None,
    switch_enable_password: Annotated[str | None, _option(_("where that is"), "file:…|env:…")] = None,
    backup: Annotated[
        str | None, _option(_("a folder, or postgresql:NAME, mysql:NAME, sqlite:/PATH"), "SOURCE")
    ] = None,
    backup_host: Annotated[str | None, _option(_("the database server"), "ADDRESS[:PORT]")] = None,
    backup_username: Annotated[str | None, _option(_("who may read it"), "NAME")] = None,
    backup_password: Annotated[str | None, _option(_("where the password is"), "file:…|env:…")] = None,
    repository: Annotated[str | None, _option(_("where the backups lie"), "LOCATION")] = None,
    mail_server: Annotated[str | None, _option(_("who takes our mails"), "ADDRESS[:PORT]")] = None,
    mail_ca: Annotated[str | None, _option(_("the certificate of who issued its own"), "FILE")] = None,
    mail_plain: Annotated[bool, typer.Option("--mail-plain", help=_("even without encryption"))] = False,
    mail_username: Annotated[str | None, _option(_("who logs in there"), "NAME")] = None,
    mail_password: Annotated[str | None, _option(_("where the password is"), "file:…|env:…")] = None,
    mail_to: Annotated[str | None, _option(_("who reads the reports"), "ADDRESS")] = None,
    mail_from: Annotated[str | None, _option(_("from which address they come"), "ADDRESS")] = None,
    schedule: Annotated[
        bool, typer.Option("--schedule/--no-schedule", help=_("let the jobs run by themselves in the end"))
    ] = True,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """What was answered is written at once: stopped anywhere, the same command goes on there."""
    from bitools import init
    from bitools.init.answers import Answers

    options = {name.replace("_", "-"): str(value) for name, value in locals().items() if name in _OPTIONS}
    options = {name: value for name, value in options.items() if value not in ("None", "False")}
    context = Context.of(ctx, json=json, dry_run=dry_run)
    _prove_rights(context)
    console = context.console
    asker = console if console.answering and not (yes or json) else None
    if asker is None and not (yes or dry_run):
        raise Refused(_("nobody is here to answer"), hint=_("give every answer by option, and --yes"))
    folder = context.inventory_folder.absolute()
    say = console.say if asker else console.note
    say(_("What you answer is written at once, in {folder}").format(folder=folder))
    say(_("Ctrl-C stops; the same command goes on where it stopped."))
    document: Document[InitItem] = context.document("bitools.init/1")
    steps = init.init(folder, Answers(options, asker, say), context.inventory_with, document)
    init.show(running.in_order(context, steps, schedule=schedule), running.at_terminal(context), document)
    context.finish(document, _show, record=False, quiet=True)


def _prove_rights(context: Context) -> None:
    """Can whoever asks write there? Better said before the first question. Raise Refused."""
    for folder in (context.inventory_folder, context.state_folder):
        there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
        if not os.access(there, os.W_OK | os.X_OK):
            hint = _("sudo bitools init; or folders of your own: bitools --inventory DIR --state DIR init")
            raise Refused(_("{folder} is not yours to write").format(folder=folder), hint=hint, reason="root")


def _show(console: Console, document: Document[InitItem]) -> None:
    named = {
        "written": _("described"),
        "planned": _("planned"),
        "there": _("was there"),
        "later": _("later"),
        "failed": _("failed"),
    }
    parts = {
        "organisation": _("The organisation"),
        "switch": _("One switch or router"),
        "backup": _("One folder or database"),
        "mail": _("The mail server"),
    }
    for item in document.items:
        console.line(f"{parts[item['part']]}: {named[item['status']]} {item['name']}".rstrip())
