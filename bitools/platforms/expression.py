"""A regular expression in a platform's file: one that is matched in linear time."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from bitools import regex


def _regex(value: str) -> str:
    try:
        regex.compile(value)
    except regex.Unsuitable as error:
        raise ValueError(str(error)) from error
    return value


Regex = Annotated[str, AfterValidator(_regex)]
