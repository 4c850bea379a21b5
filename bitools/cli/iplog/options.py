"""Options that several iplog commands have."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.i18n import _

Reason = Annotated[
    str,
    typer.Option("--reason", metavar="TEXT", help=_("why; it is recorded in the ledger"), show_default=False),
]
FileNumber = Annotated[
    str,
    typer.Option(
        "--file-number",
        metavar="NUMBER",
        help=_("of the request; it is recorded in the ledger"),
        show_default=False,
    ),
]
Since = Annotated[
    str, typer.Option("--from", metavar="TIME", help=_("from this day or time on"), show_default=False)
]
Until = Annotated[
    str, typer.Option("--to", metavar="TIME", help=_("up to this day or time, included"), show_default=False)
]
