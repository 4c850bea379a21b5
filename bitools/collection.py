"""Python's search for garbage that refers to itself, held off while there is none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection(*, kept: bool = False) -> Iterator[None]:
    """Trees, lists and rows have no cycles: looking for some in hundreds of thousands costs up to a third.

    `kept`: what was made is needed until the command ends. It is not looked through afterwards either, which
    the interpreter would do at once, to make up for what it missed.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            if kept:
                gc.freeze()
            gc.enable()
