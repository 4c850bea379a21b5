"""What other systems still need because of an account: one small file an account in `state/connectors/`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

from bitools.state import State, write

if TYPE_CHECKING:
    from bitools.documents.directory import Event

_FOLDER = "connectors"
Status = Literal["pending", "open", "failed", "done"]


@dataclass(frozen=True, slots=True)
class Need:
    """What one connector needs because of one event; `fields` fill in its arguments.

    `pending`: the directory was about to be changed; `open`: it is, and a person or the program has to act.
    """

    connector: str
    event: Event
    status: Status
    time: str
    sam_account_name: str
    fields: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    error: str = ""


class Needs:
    """Every need of a state folder, by the GUID of the account."""

    def __init__(self, state: State) -> None:
        self._state = state

    def of(self, guid: str) -> list[Need]:
        """Those of one account."""
        path = self._state.folder / _FOLDER / f"{guid}.json"
        return [Need(**one) for one in json.loads(path.read_bytes())] if path.exists() else []

    def save(self, guid: str, needs: Iterable[Need]) -> None:
        """They are on the disk when this returns."""
        content = json.dumps([asdict(one) for one in needs], ensure_ascii=False, indent=1)
        write(self._state.path(_FOLDER, f"{guid}.json"), content.encode())

    def all(self) -> Iterator[tuple[str, list[Need]]]:
        """Of every account: its GUID, and what is needed."""
        for path in sorted((self._state.folder / _FOLDER).glob("[!.]*.json")):
            yield path.stem, self.of(path.stem)
