"""What every test shares: deterministic Hypothesis, a command line to call, an inventory to break."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bitools import credentials, i18n, process
from bitools.documents import schemas
from bitools.documents.words import kind
from lab.patience import HANGS
from tests import examples

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Before any test is read: what it sets of Hypothesis stands on what is chosen here."""
    examples.choose(config.getoption("--hypothesis-profile", None))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a script's `make test &` hands it down so,
        signal.signal(signal.SIGINT, signal.default_int_handler)  # and restic would not hear of a failed dump


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long begins early, or one process waits for the other in the end."""
    from tests.scheduling import rank

    storms = config.getoption("markexpr") == "torture"
    items.sort(key=lambda item: rank(item, storms))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Files whole; see `scheduling`."""
    from tests.scheduling import ByFile

    return ByFile(config, log) if config.getvalue("dist") in ("loadfile", "loadgroup") else None


@cache
def _schema(name: str) -> jsonschema.Draft202012Validator:
    """The closed form of a document's published schema; that it is what the type says is a test of its own."""
    path = ROOT / "docs" / "documents" / f"{name}.json"
    return jsonschema.Draft202012Validator(schemas.closed(json.loads(path.read_text(encoding="utf-8"))))


def published(document: dict[str, Any]) -> dict[str, Any]:
    """The same document. Raise ValidationError if it is not as its type says, or has a field that none names."""
    _schema(kind(document["schema"])).validate(document)
    return document


@dataclass(frozen=True)
class Answer:
    """What a command line left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """The document on stdout, proven to be as it is published under docs/documents."""
        return published(json.loads(self.stdout))

    @property
    def error(self) -> dict[str, Any]:
        return json.loads(self.stderr)


class CommandLine:
    """bitools as cron sees it: a process of its own, no terminal, a bare environment."""

    def __init__(self, inventory: Path, state: Path) -> None:
        self.inventory = inventory
        self.state = state

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "BITOOLS_INVENTORY": str(self.inventory),
            "BITOOLS_STATE": str(self.state),
            "BITOOLS_LANG": "en",
            **(more or {}),
        }

    def __call__(
        self, *words: str, environ: Mapping[str, str] | None = None, stdin: str = "", timeout: float = HANGS
    ) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "bitools", *words],
            env=self.environment(environ),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=ROOT,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)


class InProcess(CommandLine):
    """The same command line without a process of its own: a fifth of the time."""

    def __call__(
        self, *words: str, environ: Mapping[str, str] | None = None, stdin: str = "", timeout: float = HANGS
    ) -> Answer:
        from bitools.cli.frame.front import run_command

        i18n.use("en")
        environment = self.environment(environ)
        process.inherit(environment)
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            code = run_command(list(words), environment)
        return Answer(int(code), out.getvalue(), err.getvalue())


@pytest.fixture(autouse=True, scope="session")
def _no_power_cut() -> Iterator[None]:
    """What tests kill are processes, which lose nothing that was written: no disk need be waited for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(autouse=True)
def _as_in_a_new_process() -> None:
    """Each test begins in English and knows no secret of the one before it: a word it blots out, say."""
    i18n.use("en")
    i18n.use_zone(None)
    credentials._known.clear()


@pytest.fixture
def bitools(request: pytest.FixtureRequest, tmp_path: Path) -> CommandLine:
    """A command line with an inventory folder and a state folder of its own, both empty."""
    inventory = tmp_path / "inventory"
    inventory.mkdir()
    kind = InProcess if request.node.get_closest_marker("in_process") else CommandLine
    return kind(inventory, tmp_path / "state")


@pytest.fixture
def municipality(bitools: CommandLine) -> CommandLine:
    """A small valid inventory: two sites, three devices, two data sets, a directory."""
    write_small(bitools.inventory)
    return bitools


def write_small(folder: Path, **more: str) -> None:
    """The same into a folder; `more`: lines behind those of the files of these names."""
    for name, text in SMALL.items():
        (folder / name).write_text(text + more.get(name.removesuffix(".yaml"), ""), encoding="utf-8")


SMALL = {
    "settings.yaml": "organisation: Efeler Belediyesi\ntimezone: Europe/Istanbul\n",
    "sites.yaml": "sites:\n  merkez: {name: Merkez}\n  garaj: {name: Garaj, workers: 2}\n",
    "devices.yaml": (
        "defaults: {username: netops, password: 'env:DEVICE_PASSWORD'}\n"
        "groups:\n"
        "  access: {platform: cisco_ios}\n"
        "devices:\n"
        "  sw-01: {host: 127.0.0.1, site: merkez, groups: [access]}\n"
        "  sw-02: {host: 127.0.0.1, site: garaj, platform: huawei}\n"
        "  rt-01: {host: 127.0.0.1, site: merkez, platform: cisco_ios, role: wan}\n"
    ),
    "backups.yaml": (
        "repositories:\n"
        "  ana: {location: ../ana, password: 'env:RESTIC_PASSWORD'}\n"
        "importance:\n"
        "  critical: {hourly: 24, biannual: 4}\n"
        "datasets:\n"
        "  belgeler: {type: files, importance: critical, repository: ana, paths: [../belgeler]}\n"
        "  ayarlar: {type: net, importance: critical, repository: ana}\n"
    ),
    "directory.yaml": (
        "domain: belediye.test\n"
        "servers: [127.0.0.1]\n"
        "ca: ca.pem\n"
        "bind: {username: bitools@belediye.test, password: 'env:AD_PASSWORD'}\n"
        "people: OU=Personel,DC=belediye,DC=test\n"
        "leavers: OU=Ayrilanlar,DC=belediye,DC=test\n"
        "roles:\n"
        "  memur: {ou: 'OU=Personel,DC=belediye,DC=test', groups: [Personel]}\n"
    ),
}
