"""What an addition costs: a command, a type of data set and a job, each made in a copy of the tree.

Each lives in files of its own and touches few others; the copy then passes `make check` and does what was
added. A step of the house that makes additions dearer fails here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import ROOT

CATALOGUE = "bitools/locale/tr/LC_MESSAGES/bitools.po"


@dataclass(frozen=True)
class Addition:
    """Files of its own, edits of others (a pattern and what replaces it), and what it says in Turkish."""

    own: dict[str, str]
    edits: dict[str, list[tuple[str, str]]]
    turkish: dict[str, str] = field(default_factory=dict)

    @property
    def places(self) -> set[str]:
        """The files outside its own that a person has to touch."""
        return {*self.edits, *([CATALOGUE] if self.turkish else [])}

    def make(self, tree: Path) -> None:
        for name, text in self.own.items():
            path = tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for name, edits in self.edits.items():
            path = tree / name
            text = path.read_text(encoding="utf-8")
            for before, after in edits:
                text, times = re.subn(before, after, text)
                assert times == 1, f"{name}: {before}"
            path.write_text(text, encoding="utf-8")
        with (tree / CATALOGUE).open("a", encoding="utf-8") as catalogue:
            for english, turkish in self.turkish.items():
                catalogue.write(
                    f"\nmsgid {json.dumps(english)}\nmsgstr {json.dumps(turkish, ensure_ascii=False)}\n"
                )


COMMAND = Addition(
    own={
        "bitools/cli/net/count.py": '''"""`bitools net count`: how many devices there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.net import CountItem
    from bitools.state import Document


@command(
    _("Count the devices of each platform."),
    "bitools net count",
    "bitools net count --json",
    codes=(Code.INVALID,),
)
def count(ctx: typer.Context, json: JsonFlag = False) -> None:
    """The enabled ones."""
    from bitools.net.verbs import count

    context = Context.of(ctx, json=json)
    context.finish(count.count(context.run), _show, record=False)


def _show(console: Console, document: Document[CountItem]) -> None:
    rows = [(item["platform"], item["count"]) for item in document.items]
    console.table([_("platform"), _("number")], rows)
''',
        "bitools/net/verbs/count.py": '''"""How many devices there are."""

from __future__ import annotations

from collections import Counter

from bitools.documents.net import CountItem
from bitools.run import Run
from bitools.state import Document


def count(run: Run) -> Document[CountItem]:
    """Count the enabled devices of each platform."""
    document: Document[CountItem] = run.document("bitools.net.count/1")
    numbers = Counter(device.platform for device in run.inventory.select_devices())
    document.items += [{"platform": name, "count": number} for name, number in sorted(numbers.items())]
    return document
''',
    },
    edits={
        "bitools/cli/net/__init__.py": [("platforms render", "platforms count render")],
        "bitools/documents/net.py": [
            (
                r"class SnapshotItem\(Identity\):",
                '''class CountItem(TypedDict):
    """How many devices a platform has."""

    platform: str
    """Its name."""
    count: int
    """The enabled ones."""


class Count(Envelope):
    """What `net count` prints."""

    schema: Literal["bitools.net.count/1"]
    items: list[CountItem]


class SnapshotItem(Identity):''',
            )
        ],
        "README.md": [(r"`platforms` ", "`platforms` `count` ")],
    },
    turkish={"Count the devices of each platform.": "Her platformun cihazlarını sayar."},
)

DATASET = Addition(
    own={
        "bitools/backup/sources/dbm.py": '''"""One dbm file, as it is."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from bitools.backup.sources.paths import mounts
from bitools.backup.sources.source import Restored, Scene, Source, read_back
from bitools.backup.wire.producer import Producer
from bitools.inventory.backups import DbmDataset

if TYPE_CHECKING:
    from bitools.documents.backup import Proof


def file_name(dataset: DbmDataset) -> str:
    """The copy."""
    return f"{dataset.name}.dbm"


def dump(dataset: DbmDataset, scene: Scene) -> Source:
    """The file. Raise Rejected if it is not there."""
    words = ("cat", str(dataset.path))
    places = mounts(dataset, [dataset.path], scene)
    return Source(mounts=places, producer=lambda: nullcontext(Producer(words, file_name(dataset))))


def prove(dataset: DbmDataset, restored: Restored) -> Proof:
    """It is there."""
    read_back(dataset, restored, file_name(dataset))
    return {"kind": "database", "tables": 1, "rows": 0}
''',
    },
    edits={
        "bitools/inventory/backups.py": [
            (
                r"class SqliteDataset\(_Here\):",
                '''class DbmDataset(_Here):
    """One dbm file."""

    type: Literal["dbm"]
    path: InventoryPath


class SqliteDataset(_Here):''',
            ),
            (r"    \| SqliteDataset\n", "    | SqliteDataset\n    | DbmDataset\n"),
        ],
        "bitools/inventory/meanings/backups.yaml": [
            (
                "(?m)^SqliteDataset:",
                "DbmDataset:\n  type: {en: One dbm file., tr: Bir dbm dosyası.}\n"
                "  path: {en: Its file., tr: Dosyası.}\nSqliteDataset:",
            )
        ],
    },
)

JOB = Addition(
    own={
        "bitools/inventory/meanings/phones.yaml": """\
Phones:
  phones: {en: The telephones., tr: Telefonlar.}
Phone:
  number: {en: What is dialled., tr: Aranan numara.}
""",
        "bitools/inventory/phones.py": '''"""What `phones.yaml` says."""

from __future__ import annotations

from pydantic import Field

from bitools.frozen import Frozen
from bitools.inventory.base import Name


class Phone(Frozen):
    """One telephone."""

    number: str


class Phones(Frozen):
    """All of them."""

    phones: dict[Name, Phone] = Field(default_factory=dict)
''',
        "bitools/phones/__init__.py": '"""The telephones."""\n',
        "bitools/phones/decisions/__init__.py": '"""Nouns and decisions, pure."""\n',
        "bitools/phones/decisions/inside.py": '''"""Which numbers are the house's own."""

from __future__ import annotations


def inside(number: str) -> bool:
    """Four digits are dialled without a line."""
    return len(number) == 4
''',
        "bitools/phones/wire/__init__.py": '"""The exchange."""\n',
        "bitools/phones/job.py": '''"""What the telephones hand to those that serve every job."""

from __future__ import annotations

from collections.abc import Iterator

from bitools.i18n import _
from bitools.inventory.model import Inventory
from bitools.job import Job
from bitools.job.timer import Timer


class Phones(Job):
    """The house's telephones."""

    def described(self, inventory: Inventory) -> bool:
        """Is there one?"""
        return inventory.phones is not None

    def timers(self, inventory: Inventory) -> Iterator[Timer]:
        """They are listed every day."""
        if inventory.phones is not None:
            yield Timer("phones", ("phones", "list"), "5 5 * * *", "*-*-* 05:05:00", _("every day: the telephones"))
''',
        "bitools/phones/verbs/__init__.py": '"""What a command does."""\n',
        "bitools/phones/verbs/list_.py": '''"""The telephones, listed."""

from __future__ import annotations

from bitools.documents.phones import PhoneItem
from bitools.phones.decisions.inside import inside
from bitools.run import Run
from bitools.state import Document


def list_(run: Run) -> Document[PhoneItem]:
    """One item a telephone."""
    document: Document[PhoneItem] = run.document("bitools.phones.list/1")
    phones = run.inventory.phones
    for name, phone in phones.phones.items() if phones else ():
        document.items.append({"phone": name, "number": phone.number, "inside": inside(phone.number)})
    return document
''',
        "bitools/documents/phones.py": '''"""What the telephones say."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from bitools.documents.envelope import Envelope


class PhoneItem(TypedDict):
    """One telephone."""

    phone: str
    """Its name in phones.yaml."""
    number: str
    """What is dialled."""
    inside: bool
    """Is it one of the house's own?"""


class List(Envelope):
    """What `phones list` prints."""

    schema: Literal["bitools.phones.list/1"]
    items: list[PhoneItem]
''',
        "bitools/cli/phones/__init__.py": '''"""`bitools phones`: the telephones."""

from __future__ import annotations

from bitools.cli.frame.command import group
from bitools.i18n import _

GROUP = group(_("The telephones."), "bitools phones list", "bitools phones list --json", commands=["list_"])
''',
        "bitools/cli/phones/list_.py": '''"""`bitools phones list`: which there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, JsonFlag
from bitools.cli.frame.command import command
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.documents.phones import PhoneItem
    from bitools.state import Document


@command(
    _("List the telephones."), "bitools phones list", "bitools phones list --json", codes=(Code.INVALID,)
)
def list_(ctx: typer.Context, json: JsonFlag = False) -> None:
    """All of them."""
    from bitools.phones.verbs import list_

    context = Context.of(ctx, json=json)
    context.finish(list_.list_(context.run), _show, record=False)


def _show(console: Console, document: Document[PhoneItem]) -> None:
    console.table([_("name"), _("number")], [(item["phone"], item["number"]) for item in document.items])
''',
    },
    edits={
        "bitools/jobs.py": [
            (r'"iplog"\)\n', '"iplog", "phones")\n'),
            ("    from bitools.net.job import Network\n", "    from bitools.net.job import Network\n    from bitools.phones.job import Phones\n"),
            (r"AddressLog\(\)\n", "AddressLog(), Phones()\n"),
        ],
        "pyproject.toml": [
            (r"backup \| iplog", "backup | phones | iplog"),
            (r'containers = \["bitools.net", ', 'containers = ["bitools.phones", "bitools.net", '),
            (r'source_modules = \["bitools.net.decisions", ', 'source_modules = ["bitools.phones.decisions", "bitools.net.decisions", '),
        ],
        "bitools/inventory/model.py": [
            ("    from bitools.inventory.repositories", "    from bitools.inventory.phones import Phones\n    from bitools.inventory.repositories"),
            (r"    directory: Directory \| None = None\n", "    directory: Directory | None = None\n    phones: Phones | None = None\n"),
            (r'    "iplog.yaml": File\("", "iplog.IpLog", whole=True\),\n', '    "iplog.yaml": File("", "iplog.IpLog", whole=True),\n    "phones.yaml": File("", "phones.Phones", whole=True),\n'),
        ],
        "README.md": [(r"\| `schedule` \|", "| `phones` | `list` | the telephones |\n| `schedule` |")],
    },
    turkish={"every day: the telephones": "her gün: telefonlar", "The telephones.": "Telefonlar.", "List the telephones.": "Telefonları listeler."},
)  # fmt: skip
MOST = [pytest.param(COMMAND, 4, id="command"), pytest.param(DATASET, 2, id="dataset"), pytest.param(JOB, 5, id="job")]  # fmt: skip


@pytest.mark.parametrize(("addition", "most"), MOST)
def test_an_addition_touches_few_files_beside_its_own(addition: Addition, most: int) -> None:
    assert len(addition.places) <= most


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with all three additions, its generated files made anew."""
    tree = tmp_path_factory.mktemp("additions") / "bitools"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    (tree / ".venv").mkdir()  # make notes there when the catalogues were compiled
    if (known := ROOT / ".mypy_cache").is_dir():  # what nobody touched need not be read again
        shutil.copytree(known, tree / known.name)
    for addition in (COMMAND, DATASET, JOB):
        addition.make(tree)
    for words in (["git", "init", "-q"], ["git", "add", "-A"]):
        subprocess.run(words, cwd=tree, check=True)
    make(tree, "schema")
    subprocess.run([Path(sys.executable).parent / "ruff", "format", "-q", "."], cwd=tree, check=True)
    return tree


def make(tree: Path, target: str) -> None:
    """`make TARGET` with this interpreter's programs; the copy's own packages are found first."""
    words = ["make", "-s", "-o", ".venv/.installed", f"BIN={Path(sys.executable).parent}", target]
    environ = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(words, cwd=tree, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.torture  # the checks are run once more, and they take their time
def test_the_tree_with_all_three_passes_its_checks(tree: Path) -> None:
    make(tree, "check")


def test_what_was_added_works(tree: Path, municipality) -> None:
    (municipality.inventory / "phones.yaml").write_text("phones: {santral: {number: '2140'}}\n")
    backups = municipality.inventory / "backups.yaml"
    backups.write_text(
        backups.read_text()
        + "  eski: {type: dbm, importance: critical, repository: ana, path: /srv/eski.dbm}\n"
    )
    environ = municipality.environment({"PYTHONPATH": str(tree)})

    def run(*words: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "bitools", *words, "--json"],
            cwd=tree, env=environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert {item["platform"]: item["count"] for item in run("net", "count")["items"]} == {
        "cisco_ios": 2,
        "huawei": 1,
    }
    assert run("phones", "list")["items"] == [{"phone": "santral", "number": "2140", "inside": True}]
    assert {"part": "datasets", "count": 3} in run("inventory", "check")["items"]


KNOWN_OF_THE_ADDRESS_LOG = {
    "README.md",
    "bitools/documents/status.py",
    "bitools/inventory/backups.py",  # the data set that keeps it, as each type stands there
    "bitools/inventory/meanings/backups.yaml",
    "bitools/inventory/model.py",
    "bitools/jobs.py",
    "bitools/ledger/acts.py",
    CATALOGUE,
    "pyproject.toml",
}
OWN = re.compile(r"/iplog[/.]")
NAMING = re.compile(r"\biplog\b|IpLog|IPLOG_|AddressLog|inventory\.sources\b")


def test_a_job_is_known_of_in_few_places() -> None:
    """The youngest one: outside its own files nobody else begins to know of it."""
    listed = subprocess.run(
        ["git", "ls-files", "README.md", "pyproject.toml", "bitools/*.py", "bitools/*.yaml", "templates/*", CATALOGUE],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    found = {
        name for name in listed if not OWN.search(name) and NAMING.search((ROOT / name).read_text("utf-8"))
    }
    assert found == KNOWN_OF_THE_ADDRESS_LOG
    assert len(found) <= 9
