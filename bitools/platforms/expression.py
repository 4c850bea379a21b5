"""A regular expression in a platform's file: one that is matched in linear time."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from bitools import regex

SHIPPED = {"shipped": True}  # the context of what the tests have proven: each is compiled when it is needed


def _regex(value: str, info: ValidationInfo) -> str:
    if info.context is SHIPPED:
        return value
    try:
        regex.compile(value)
    except regex.Unsuitable as error:
        raise ValueError(str(error)) from error
    return value


Regex = Annotated[str, AfterValidator(_regex)]
