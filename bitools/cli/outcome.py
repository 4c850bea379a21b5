"""From a document to an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitools.errors import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bitools.state import Document, Item

_NAMES = ("device", "dataset", "sam_account_name", "name", "target")


def code_of(document: Document[Item]) -> Code:
    """0 if nothing failed; if everything failed alike, that code; else 3: some did, some did not."""
    if not document.failed:
        return Code.DONE
    failed = {failure["target"] for failure in document.failed}
    codes = {Code(failure["code"]) for failure in document.failed}
    succeeded = any(_name(item) not in failed for item in document.items)
    return Code.PARTIAL if succeeded or len(codes) > 1 else codes.pop()


def _name(item: Mapping[str, object]) -> str:
    return next((str(item[key]) for key in _NAMES if key in item), "")
