"""The options that several reports share, and what is done with them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

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
MailFlag = Annotated[bool, typer.Option("--mail", help=_("mail it; what was mailed is not reported again"))]
HtmlFile = Annotated[Path | None, typer.Option("--html", metavar="FILE", help=_("write the HTML here"))]
TextFile = Annotated[Path | None, typer.Option("--text", metavar="FILE", help=_("write the text here"))]
PdfFile = Annotated[
    Path | None,
    typer.Option("--pdf", metavar="FILE", help=_("print it here; needs Chromium or WeasyPrint")),
]


class Files(NamedTuple):
    """Where a report is to be written."""

    html: Path | None
    text: Path | None
    pdf: Path | None
