"""The types of data sets, one file each, named as the inventory names them.

Each file says how its type is stored (`dump`), as which one file if it is one (`file_name`), and how a
restored copy is proven to be whole (`prove`); a database on a server also how it is loaded (`load`).
"""

from __future__ import annotations

from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeGuard, cast, runtime_checkable

from bitools.backup.sources.source import Loaded, Restored, Scene, Source
from bitools.errors import Usage
from bitools.i18n import _
from bitools.inventory.backups import Dataset

if TYPE_CHECKING:
    from bitools.backup.sources.on_server import OnServer
    from bitools.documents.backup import Proof


class SourceType(Protocol):
    """What each file gives. `dataset` is the type's own in the inventory."""

    def file_name(self, dataset: Any) -> str | None:
        """The one file that it is stored as; None if it is stored as files and folders."""

    def dump(self, dataset: Any, scene: Scene) -> Source:
        """Look at what is to be backed up, and say how it is. Raise Rejected if it is not all there."""

    def prove(self, dataset: Any, restored: Restored) -> Proof:
        """Prove a snapshot. Raise IntegrityBroken if it is not whole."""


@runtime_checkable
class DatabaseType(Protocol):
    """What the file of a database on a server gives beside."""

    NEEDLESS: frozenset[str]
    """Databases that a server makes for itself, and that mostly stay empty."""

    def databases(self, dataset: Any) -> list[str]:
        """The databases of its server that are somebody's. Raise Rejected."""

    def version(self, dataset: Any) -> str:
        """The server's version. Raise Rejected."""

    def outdated(self, ours: str, theirs: str) -> bool:
        """Is the program that dumps, as it says itself (`--version`), older than the server may want it?"""

    def part(self, dataset: Any, database: str) -> str:
        """The stored file that holds this database; with `""` the only one. Raise Usage."""

    def load(self, dataset: Any, database: str, dump: IO[bytes]) -> Loaded:
        """Load a dump into a new database of this name. Raise Rejected, or IntegrityBroken."""


@runtime_checkable
class Recoverable(Protocol):
    """What the file of a type gives that comes back by other programs than restic alone."""

    def recovery(self, dataset: Any, take: str) -> list[str]:
        """The commands, without bitools; `take.format(file)` writes a stored file to its output."""


def of(dataset: Dataset) -> SourceType:
    """The type of a data set."""
    return cast(SourceType, import_module(f"{__name__}.{dataset.type}"))


def packages(dataset: Dataset) -> tuple[str, ...]:
    """What Debian calls the programs that bring it back, beside restic: `PACKAGES` of its file."""
    return getattr(of(dataset), "PACKAGES", ())


def is_on_server(dataset: Dataset) -> TypeGuard[OnServer]:
    """Is it a database on a server?"""
    return isinstance(of(dataset), DatabaseType)


def database(dataset: Dataset) -> DatabaseType:
    """The type of a database on a server. Raise Usage if the data set is none."""
    found = import_module(f"{__name__}.{dataset.type}")
    if not isinstance(found, DatabaseType):
        message = _("{name} is not a database on a server").format(name=dataset.name)
        raise Usage(message, hint=_("restore it into a folder: --to DIR"))
    return found
