"""What a program here writes to its standard output, stored as one file."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from bitools import process
from bitools.backup.sources.source import Restored, Scene, Source, broken, read_back
from bitools.backup.wire.producer import Producer
from bitools.inventory.backups import CommandDataset

if TYPE_CHECKING:
    from bitools.documents.backup import Proof

_PROOF = 12 * 3600.0  # seconds


def file_name(dataset: CommandDataset) -> str:
    """As the inventory calls it."""
    return dataset.file_name


def dump(dataset: CommandDataset, scene: Scene) -> Source:
    """The program."""
    producer = Producer(dataset.command, dataset.file_name, at_least=dataset.at_least)
    return Source(producer=lambda: nullcontext(producer))


def prove(dataset: CommandDataset, restored: Restored) -> Proof:
    """By the program that the inventory names; without one it is read through, and nobody knows more."""
    file = read_back(dataset, restored, dataset.file_name)
    if dataset.prove is not None:
        done = process.run([*dataset.prove, str(file)], timeout=dataset.time_limit or _PROOF, root=True)
        if done.code != 0:
            raise broken(dataset, done.complaint)
        return {"kind": "program", "bytes": file.stat().st_size}
    return {"kind": "stream", "bytes": file.stat().st_size}
