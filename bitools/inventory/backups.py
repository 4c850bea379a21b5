"""What is backed up."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.inventory.base import InventoryPath, Name, SecretReference
from bitools.inventory.repositories import Policy, Repository

_PLAIN = r"^[^\s\-=\x00-\x1f][^\s=\x00-\x1f]*$"  # no option, no connection string
Command = Annotated[tuple[str, ...], Field(min_length=1)]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
Seconds = Annotated[int, Field(ge=1, le=86_400)]
HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$")]
Port = Annotated[int, Field(ge=1, le=65535)]


class _Dataset(Frozen):
    """What every type has: `before` and `after` are commands run around it, each with a time limit;
    `at_least` are the bytes below which it cannot be whole; `ping` is a check's address (healthchecks);
    `silence` seconds without a sign of life, or `time_limit` in all, and a dump or restic is ended; `origin`
    is the machine's name that it is backed up under, if not this one's: of the one whose place this took.
    """

    keeps: ClassVar[str] = ""  # a folder of the state that is stored as this type alone
    on_host: ClassVar[bool] = False  # its `host` is one of hosts.yaml
    longest: ClassVar[timedelta | None] = None  # that a tier may reach back; None if nothing must end there

    name: Name
    importance: str
    repository: str
    keep: Policy | None = None  # overrides the policy of its importance
    tags: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")], ...] = ()
    at_least: Annotated[int, Field(ge=1)] = 1  # bytes; less is a failed dump, whatever the exit code
    before: Command | None = None
    after: Command | None = None
    hook_timeout: Seconds = 300
    silence: Seconds = 1800  # without a byte, or a sign of progress, it is ended
    time_limit: Annotated[int, Field(ge=1, le=1_209_600)] | None = None  # for all of it; none by itself
    ping: SecretReference | None = None
    origin: HostName | None = None

    @property
    def made_on(self) -> str | None:
        """Under which machine's name it is backed up; None for this one's."""
        return self.origin

    @property
    def programs(self) -> tuple[str, ...]:
        """What a machine needs for it; `a|b` is either."""
        return ()

    @property
    def reads(self) -> tuple[Path, ...]:
        """What of this machine the inventory names to be backed up: files and folders."""
        return ()

    @property
    def writes(self) -> tuple[Path, ...]:
        """The folders that its program also writes in while it reads."""
        return ()

    @property
    def pulled_from(self) -> str | None:
        """The host, of hosts.yaml, whose own restic makes it; None for this one's."""
        return None

    @property
    def runs_programs(self) -> bool:
        """Does it run what nobody but the inventory knows? It may need any right."""
        return bool(self.before or self.after)


def _share(value: Any) -> float:
    """A share, written as `1%`."""
    if isinstance(value, float):
        return value
    if not isinstance(value, str) or not (found := re.fullmatch(r"(\d{1,2}(?:\.\d{1,3})?) ?%", value)):
        raise ValueError(_("a share is written with a percent sign, below 100: 1%"))
    return float(found[1]) / 100


Share = Annotated[
    float,
    BeforeValidator(_share),
    PlainSerializer(lambda share: f"{share * 100:g}%", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,2}([.][0-9]{1,3})? ?%$"}),
]


class _Here(_Dataset):
    """What lies on this machine; `host` is an older word for `origin`, where it can be nothing else."""

    host: HostName | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if self.host and self.origin:
            raise ValueError(_("host and origin are the same here: write origin alone"))
        return self

    @property
    def made_on(self) -> str | None:
        """Under which machine's name it is backed up; None for this one's."""
        return self.origin or self.host


class FilesDataset(_Here):
    """Folders and files of this machine."""

    type: Literal["files"]
    paths: Annotated[tuple[InventoryPath, ...], Field(min_length=1)]
    exclude: tuple[str, ...] = ()
    exclude_caches: bool = False  # folders with a CACHEDIR.TAG
    one_file_system: bool = False
    sentinel: InventoryPath | None = None  # must exist, else the source is not mounted
    vanished: Share = 0.0  # of the files, which may be gone when they are read, and the run is complete

    @property
    def reads(self) -> tuple[Path, ...]:
        """All of them."""
        return self.paths


class NetDataset(_Here):
    """bitools' own history, documents and ledger."""

    type: Literal["net"]


class IpLogDataset(_Here):
    """The IP-distribution log, which must not live on in backups: no tier reaches back over 30 days."""

    keeps: ClassVar[str] = "iplog"
    longest: ClassVar[timedelta | None] = timedelta(days=30)
    type: Literal["iplog"]


class CommandDataset(_Here):
    """What a program writes to its standard output, stored as one file.

    A drill gives the restored file to `prove`, a program, as its last argument: code 0 says that it is whole.
    """

    type: Literal["command"]
    command: Command
    file_name: FileName
    prove: Command | None = None

    @property
    def runs_programs(self) -> bool:
        """It is one."""
        return True


class SshDataset(_Dataset):
    """A remote host's paths, or what a program there writes, pulled over SSH; `host` is of hosts.yaml.

    Paths are read by the restic of that host, which reaches the repository only through our connection: it
    learns the repository's password, so nothing of anybody else may lie in it. A command needs nothing there.
    """

    on_host: ClassVar[bool] = True
    type: Literal["ssh"]
    host: str
    paths: tuple[Annotated[str, Field(pattern=r"^/[^\x00\n]*$")], ...] = ()
    exclude: tuple[str, ...] = ()
    command: Command | None = None
    file_name: FileName | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.paths) == bool(self.command) or bool(self.command) != bool(self.file_name):
            raise ValueError(_("either paths, or command and file_name"))
        return self

    @property
    def programs(self) -> tuple[str, ...]:
        """What a machine needs for it; `a|b` is either."""
        return ("ssh", "rclone") if self.paths else ("ssh",)

    @property
    def pulled_from(self) -> str | None:
        """Paths are read over there; what a command writes comes here."""
        return self.host if self.paths else None


class DirectoryDataset(_Dataset):
    """A Samba domain controller, by `samba-tool domain backup offline`: here, or on a `host` of hosts.yaml.

    A Windows domain is backed up by Windows' own means, through the type command.
    """

    on_host: ClassVar[bool] = True
    type: Literal["directory"]
    host: str | None = None
    smb_conf: Annotated[str, Field(pattern=r"^/[^\x00\n]*$")] | None = None

    @property
    def programs(self) -> tuple[str, ...]:
        """What a machine needs for it; `a|b` is either."""
        return ("samba-tool",) if self.host is None else ("ssh",)


class SqliteDataset(_Here):
    """One SQLite database, copied while it is in use."""

    type: Literal["sqlite"]
    path: InventoryPath

    @property
    def writes(self) -> tuple[Path, ...]:
        """SQLite's own files stand beside the database."""
        return (self.path.parent,)


class Scratch(Frozen):
    """Where a drill makes its scratch database; what is absent is as in the data set."""

    host: Annotated[str, Field(pattern=_PLAIN)] | None = None
    port: Port | None = None
    username: Annotated[str, Field(pattern=_PLAIN)] | None = None
    password: SecretReference | None = None


class _Database(_Dataset):
    database: Annotated[str, Field(pattern=_PLAIN)]
    host: Annotated[str, Field(pattern=_PLAIN)] = "127.0.0.1"
    username: Annotated[str, Field(pattern=_PLAIN)]
    password: SecretReference | None = None
    drill: Scratch = Scratch.absent()


class PostgresqlDataset(_Database):
    """One PostgreSQL database, by `pg_dump`. A host that begins with / is the folder of a socket."""

    type: Literal["postgresql"]
    port: Port = 5432

    @property
    def programs(self) -> tuple[str, ...]:
        """What a machine needs for it; `a|b` is either."""
        return ("pg_dump", "pg_dumpall", "psql", "pg_restore")


class MysqlDataset(_Database):
    """One MySQL or MariaDB database, by its dump program. A host that begins with / is a socket."""

    type: Literal["mysql"]
    port: Port = 3306

    @property
    def programs(self) -> tuple[str, ...]:
        """What a machine needs for it; `a|b` is either."""
        return ("mariadb-dump|mysqldump", "mariadb|mysql")


Dataset = Annotated[
    FilesDataset
    | NetDataset
    | IpLogDataset
    | CommandDataset
    | SshDataset
    | DirectoryDataset
    | SqliteDataset
    | PostgresqlDataset
    | MysqlDataset,
    Discriminator("type"),
]


def _every() -> tuple[type[_Dataset], ...]:
    union, *_discriminator = get_args(Dataset)
    return get_args(union)


def types() -> list[str]:
    """The types of data sets, as the inventory spells them."""
    return [name for one in _every() for name in get_args(one.model_fields["type"].annotation)]


def kept_apart() -> list[str]:
    """The folders of the state that a type of its own keeps, by its own rules."""
    return [one.keeps for one in _every() if one.keeps]


class Monitoring(Frozen):
    """Who is told how backups stand: a file for Prometheus' node exporter, and a check's address."""

    metrics: InventoryPath | None = None
    ping: SecretReference | None = None


class BackupFile(Frozen):
    """`backups.yaml`."""

    repositories: dict[Name, Repository] = Field(default_factory=dict)
    importance: dict[Name, Policy] = Field(default_factory=dict)
    datasets: dict[Name, Dataset] = Field(default_factory=dict)
    monitoring: Monitoring = Monitoring.absent()

    @field_validator("datasets", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        """A data set knows its own name, which is written once, as its key."""
        if not isinstance(value, dict):
            return value
        return {name: {**one, "name": name} if isinstance(one, dict) else one for name, one in value.items()}
