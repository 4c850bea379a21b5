"""`bitools inventory import`: devices from what another tool knows, once or ever again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.console import Console, safe
from bitools.cli.context import Context, DryRun, JsonFlag, Yes
from bitools.cli.frame.command import command
from bitools.cli.inventory.following import following, once_for_all
from bitools.errors import Code, Usage
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.inventory import ImportedItem
    from bitools.inventory.import_ import Format
    from bitools.inventory.settings import LivingSource
    from bitools.state import Document


@command(
    _("Make a devices.yaml from another tool's list, or follow one; secrets are never carried over."),
    "bitools inventory import --format csv cihazlar.csv --site merkez",
    "bitools inventory import --format oxidized router.db --map name:0,ip:1,model:2 --to devices.yaml",
    "bitools inventory import --sync --dry-run",
    codes=(Code.REFUSED, Code.INVALID, Code.LOCKED, Code.CREDENTIALS, Code.UNREACHABLE, Code.REJECTED),
)
def import_(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="URL|FILE…",
            help=_("the other tool's files, or its address; Nornir's hosts, groups and defaults together"),
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        Literal["csv", "oxidized", "rancid", "ansible", "nornir", "netbox"] | None,
        typer.Option("--format", help=_("whose list it is"), show_default=False),
    ] = None,
    columns: Annotated[
        str,
        typer.Option("--map", metavar="NAME:PLACE,…", help=_("where Oxidized's lines say what; asked else")),
    ] = "",
    site: Annotated[str, typer.Option(help=_("the site of devices of which the list says none"))] = "",
    platform: Annotated[str, typer.Option(help=_("the platform of those of which it says none"))] = "",
    to: Annotated[Path | None, typer.Option(help=_("write this file; else it is printed"))] = None,
    follow: Annotated[
        bool, typer.Option("--sync", help=_("bring devices.d/imported.yaml in line with the list"))
    ] = False,
    most: Annotated[
        int | None, typer.Option("--max-changes", min=1, help=_("with --sync: so many devices may change"))
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """What was left out or renamed is a warning; what is there is replaced only with the difference shown."""
    from bitools.inventory import import_
    from bitools.inventory.lists import living

    context = Context.of(ctx, json=json, dry_run=dry_run)
    named = _named(sources, form, columns, site, platform, follow, to)
    if follow:
        following(context, named, sources or [], most, yes)
    assert named is not None
    texts = {name: text for one in sources or () for name, text in living.read(one).items()}
    given = once_for_all(context, named, texts, yes)
    document = import_.import_(named.format, texts, context.document("bitools.inventory.import/1"), given)
    if to is None:
        context.finish(document, _print, record=False)
    if to.exists() and (difference := import_.difference(document, to)):
        _show_difference(context.console, difference)
        context.confirm(_("{file} is there already. Replace it?").format(file=to), yes)
    import_.keep(document, to)
    context.finish(document, lambda _console, _document: None, record=False, quiet=True)


def _named(
    sources: list[str] | None,
    form: Format | None,
    columns: str,
    site: str,
    platform: str,
    follow: bool,
    to: Path | None,
) -> LivingSource | None:
    """What the command line says of the list; None if that is settings.yaml's to say. Raise Usage."""
    from bitools.inventory.settings import LivingSource

    if follow and to:
        raise Usage(_("--sync writes devices.d/imported.yaml; leave out --to"))
    if not sources:
        if not follow:
            raise Usage(_("which list? name a file, or --sync with devices_from in settings.yaml"))
        return None
    if form is None:
        raise Usage(_("whose list is it? --format csv, oxidized, rancid, ansible, nornir or netbox"))
    return LivingSource(source=sources[0], format=form, columns=columns, site=site, platform=platform)


def _show_difference(console: Console, difference: str) -> None:
    for line in () if console.json else difference.splitlines():
        console.warn(safe(line))


def _print(console: Console, document: Document[ImportedItem]) -> None:
    for line in document.more["text"].splitlines():
        console.put(safe(line) + "\n")
