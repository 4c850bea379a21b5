"""What to do when the backup server is dead: this inventory's commands of restic alone, for the safe.

No secret is in it, only where each one is kept and what it opens. Nobody needs bitools to follow it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime

from bitools.backup import sources
from bitools.backup.wire.restic_answers import without_secret
from bitools.i18n import _
from bitools.inventory.backups import Dataset
from bitools.inventory.model import Inventory
from bitools.inventory.repositories import Repository


def recovery_sheet(inventory: Inventory, now: datetime) -> str:
    """The page, as Markdown: for each repository how it is opened, for each data set how it comes back."""
    lines = [
        "# " + _("The backup server is dead"),
        "",
        _("{organisation}, as of {day}.").format(
            organisation=inventory.settings.organisation or "bitools", day=f"{now:%Y-%m-%d}"
        ),
        _("Any Debian will do; the backups are restic's, and bitools is not needed to read them:"),
        "",
        *_block([f"apt-get install --yes {' '.join(_packages(inventory))}"]),
    ]
    for name, repository in inventory.repositories.items():
        lines += _repository(inventory, name, repository)
    return "\n".join(lines) + "\n"


def _packages(inventory: Inventory) -> list[str]:
    """What Debian calls the programs that bring these data sets back."""
    needed = {name for one in inventory.datasets.values() for name in sources.packages(one)}
    return ["restic", "ca-certificates", *sorted(needed)]


def _repository(inventory: Inventory, name: str, repository: Repository) -> Iterator[str]:
    """How a repository is opened, and what comes back from it."""
    first = repository.copy_of or name
    members = [one for one in inventory.datasets.values() if one.repository == first]
    what = _("a copy of {first}").format(first=first) if repository.copy_of else _("the first one")
    yield from ("## " + _("Repository {name}, {what}").format(name=name, what=what), "")
    yield _("Its password was kept as `{reference}`; write it into the file that is named below.").format(
        reference=repository.password
    )
    yield _("Never believe `latest` unseen: what is tagged `bi.partial` or `bi.suspicious` is not whole.")
    yield ""
    opened = [
        f"export RESTIC_REPOSITORY={shlex.quote(without_secret(repository.location))}",
        f'export RESTIC_PASSWORD_FILE="$HOME/{name}.key"',
    ]
    for variable, value in repository.environment.items():
        opened.append(f'export {variable}="…"   # ' + _("kept as {reference}").format(reference=value))
    yield from _block([*opened, "restic snapshots --no-lock"])
    for dataset in members:
        yield from ("### " + f"{dataset.name} ({dataset.type})", "")
        yield from _block(commands(dataset))


def commands(dataset: Dataset) -> list[str]:
    """How a data set comes back by restic alone: by its tag, without a lock."""
    kind, tag = sources.of(dataset), shlex.quote(f"bi.set={dataset.name}")
    name = kind.file_name(dataset)
    if name is None:
        target = f'"$HOME/geri/{dataset.name}"'
        return [f"restic restore --no-lock latest --tag {tag} --target {target}"]
    take = f"restic dump --no-lock --tag {tag} --path /{{0}} latest /{{0}}"
    if isinstance(kind, sources.Recoverable):
        return kind.recovery(dataset, take)
    folder = f'"$HOME/geri/{dataset.name}"'
    return [f"mkdir -p {folder}", f"{take.format(name)} > {folder}/{name}"]


def _block(commands: list[str]) -> list[str]:
    return ["```sh", *commands, "```", ""]
