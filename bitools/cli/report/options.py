"""The options that several reports share, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.frame.command import Command
from bitools.cli.frame.sharing import sharing
from bitools.errors import Code
from bitools.i18n import _

CODES = (
    Code.PARTIAL,
    Code.INVALID,
    Code.LOCKED,
    Code.CREDENTIALS,
    Code.UNREACHABLE,
    Code.REJECTED,
    Code.INTEGRITY,
)


class Files(NamedTuple):
    """Where a report is to be written."""

    html: Path | None
    text: Path | None
    pdf: Path | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What becomes of a report."""

    context: Context
    mail: bool
    files: Files


def reporting(sentence: str, *examples: str) -> Callable[[Callable[..., None]], Command]:
    """Make a command that reports: its function is given a `Wish`, then the words of its own."""
    return lambda function: Command(sharing(_wish, function), sentence, examples, CODES)


def _wish(
    ctx: typer.Context,
    mail: Annotated[
        bool, typer.Option("--mail", help=_("mail it; what was mailed is not reported again"))
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help=_("write the HTML here"))
    ] = None,
    text: Annotated[
        Path | None, typer.Option("--text", metavar="FILE", help=_("write the text here"))
    ] = None,
    pdf: Annotated[
        Path | None,
        typer.Option("--pdf", metavar="FILE", help=_("print it here; needs Chromium or WeasyPrint")),
    ] = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> Wish:
    return Wish(Context.of(ctx, json=json, dry_run=dry_run), mail, Files(html, text, pdf))
