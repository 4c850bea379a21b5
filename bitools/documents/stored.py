"""The documents of past runs, as reports read them: each proven to be what its type says.

They may come from an older version, from another machine, or from somebody who wants to be reported. A field
that is not known here is passed over; a document that lacks what its type names, or holds something else, is
put aside by `State` and told: it stops no report.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypeIs

from bitools.documents.backup import ProofDocument, RunDocument
from bitools.documents.net import Ack, Diff, Snapshot
from bitools.documents.user import AccountsDocument

Known = Snapshot | Diff | Ack | AccountsDocument | RunDocument | ProofDocument

_STORED = {"author", "first", "changes", "added", "removed", "diff"}  # what a stored configuration has


class Malformed(ValueError):
    """A document that is not what its type says; the message says where and why."""


@cache
def _adapter() -> TypeAdapter[Known]:
    return TypeAdapter(Annotated[Known, Field(discriminator="schema")])


def known(document: Mapping[str, object]) -> Known | None:
    """The document as its type has it; None if it is of a kind that no report reads.

    Raise Malformed if it is not as its type says.
    """
    try:
        found = _adapter().validate_python(document)
    except ValidationError as error:
        [first, *_others] = error.errors(include_url=False, include_input=False)
        if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
            return None
        place = ".".join(map(str, first["loc"][1:]))
        raise Malformed(f"{place}: {first['msg']}") from None
    if found["schema"] == "bitools.net.snapshot/1":
        for number, item in enumerate(found["items"]):
            if item["status"] == "stored" and (lacking := _STORED - item.keys()):
                raise Malformed(f"items.{number}: {', '.join(sorted(lacking))}")
    return found


def moment(text: object) -> datetime | None:
    """A time that can be counted with; None if it is none, or has no offset."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None


def is_accounts(document: Known) -> TypeIs[AccountsDocument]:
    """Is it about accounts?"""
    return document["schema"].startswith("bitools.user.")
