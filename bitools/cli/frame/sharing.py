"""Commands that have some options in common: said once, they come behind each command's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeVar

import typer

Given = TypeVar("Given")


def sharing(common: Callable[..., Given], function: Callable[..., None]) -> Callable[..., None]:
    """The function as a command line calls it: with its own words, then with those of `common`.

    What `common` makes of its words, behind the typer.Context, is the function's first argument.
    """
    _given, *own = inspect.signature(function, eval_str=True).parameters.values()
    context, *shared = inspect.signature(common, eval_str=True).parameters.values()

    def run(ctx: typer.Context, **words: object) -> None:  # each is of the type that its option says
        given = common(ctx, **{one.name: words.pop(one.name) for one in shared})
        function(given, **words)

    parameters = [context, *own, *shared]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__name__, run.__doc__ = function.__name__, function.__doc__
    return run
