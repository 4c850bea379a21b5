"""Arguments and options that several backup commands have."""

from __future__ import annotations

from typing import Annotated

import typer

from bitools.i18n import _

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help=_("data sets; all if none is named"), show_default=False),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help=_("the data set"), show_default=False)]

UpTo = Annotated[
    str,
    typer.Option(
        metavar="TIME", help=_("the last run up to then; without it the newest"), show_default=False
    ),
]
Reason = Annotated[str, typer.Option(metavar="TEXT", help=_("why; it is recorded in the ledger"))]
From = Annotated[
    str,
    typer.Option(
        "--from", metavar="REPOSITORY", help=_("from this copy of its repository"), show_default=False
    ),
]
DatasetNames = Annotated[
    list[str] | None,
    typer.Option("--dataset", metavar="NAME", help=_("only this data set"), show_default=False),
]
