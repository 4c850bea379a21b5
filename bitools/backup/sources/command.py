"""What a program here writes to its standard output, stored as one file."""

from __future__ import annotations

from contextlib import nullcontext

from bitools.backup.sources.source import Proof, Restored, Scene, Source, read_back
from bitools.backup.wire.producer import Producer
from bitools.inventory.backups import CommandDataset


def file_name(dataset: CommandDataset) -> str:
    """As the inventory calls it."""
    return dataset.file_name


def dump(dataset: CommandDataset, scene: Scene) -> Source:
    """The program."""
    producer = Producer(dataset.command, dataset.file_name, at_least=dataset.at_least)
    return Source(producer=lambda: nullcontext(producer))


def prove(dataset: CommandDataset, restored: Restored) -> Proof:
    """Nobody knows what is in it: it is read to its end."""
    file = read_back(dataset, restored, dataset.file_name)
    return {"kind": "stream", "bytes": file.stat().st_size}
