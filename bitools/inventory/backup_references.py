"""The names that backups.yaml uses, followed: repositories, importance, hosts, and where copies lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bitools.i18n import _
from bitools.inventory import places
from bitools.inventory.backups import BackupFile
from bitools.inventory.complaints import Complaints, known_names, named_by_key
from bitools.inventory.network import Host
from bitools.inventory.repositories import Policy, Repository
from bitools.inventory.tiers import LENGTHS
from bitools.yamlfile import KeyPath, YamlFile


class BackupReferences:
    """One look at the file; what is wrong goes to `complaints`."""

    def __init__(self, file: YamlFile, hosts: Mapping[str, Host], complaints: Complaints) -> None:
        self._file, self._hosts, self._complaints = file, hosts, complaints

    def follow(
        self, read: BackupFile | None, datasets: Sequence[str] | None, machines: Sequence[str] | None
    ) -> None:
        """Follow them all. `datasets` and `machines` are the names that were written, right or wrong; None
        where a file cannot be read at all.
        """
        backups = read or BackupFile.absent()
        for name in datasets or ():
            keys = self._file.data["datasets"][name]
            if isinstance(keys, dict) and "name" in keys:
                self._complaints.take(named_by_key(self._file, ("datasets", name)))
        originals = [name for name, one in backups.repositories.items() if one.copy_of is None]
        for name, dataset in backups.datasets.items():
            for key, allowed in (
                ("repository", originals),
                ("importance", list(backups.importance)),
                ("host", machines),
            ):
                value = getattr(dataset, key, None)
                if value is not None and allowed is not None and (key != "host" or dataset.on_host):
                    self._known(("datasets", name, key), name, key, value, allowed)
        self._no_afterlife(backups)
        self._pulled_hosts(backups)
        for name, repository in backups.repositories.items():
            if repository.copy_of is not None:
                at = ("repositories", name, "copy_of")
                self._known(at, name, "copy_of", repository.copy_of, originals)
                self._elsewhere(backups, name, repository)

    def _no_afterlife(self, backups: BackupFile) -> None:
        """No backup keeps for longer what must not live on in backups."""
        for name, dataset in backups.datasets.items():
            if (longest := dataset.longest) is None:
                continue
            policy = dataset.keep or backups.importance.get(dataset.importance, {})
            self._short(name, policy, longest, ("datasets", name, "keep" if dataset.keep else "importance"))
            for copy, repository in backups.repositories.items():
                if repository.copy_of == dataset.repository and repository.keep:
                    self._short(name, repository.keep, longest, ("repositories", copy, "keep"))

    def _short(self, name: str, policy: Policy, longest: timedelta, place: tuple[str, ...]) -> None:
        """Complain of each tier that reaches back too far."""
        for tier, count in policy.items():
            if LENGTHS[tier] * count > longest:
                text = _("{name}: {tier}: {count} is more than {days} days: purged days would live on")
                said = text.format(name=name, tier=tier, count=count, days=longest.days)
                hint = _("give it a policy of its own: keep: {daily: 14, weekly: 4}")
                self._complaints.take(self._file.complaint(place, said, hint))

    def _elsewhere(self, backups: BackupFile, name: str, copy: Repository) -> None:
        """A copy lies where no other repository does: at its source's place it would eat its source."""
        mine = places.place(copy.location, self._hosts)
        for other, described in backups.repositories.items():
            if other != name and places.within(mine, places.place(described.location, self._hosts)):
                message = _("{name} is a copy, and lies where {other} does; a copy belongs on another disk")
                at = ("repositories", name, "location")
                self._complaints.take(self._file.complaint(at, message.format(name=name, other=other)))

    def _pulled_hosts(self, backups: BackupFile) -> None:
        """A host whose paths are pulled is given the repository's password: it reads whatever lies there."""
        told = _('{name}: the host "{host}" gets the password of "{repository}", where {other} lies too')
        hint = _("give the paths of this host a repository of their own, with its own key")
        pulled = {name: one.pulled_from for name, one in backups.datasets.items() if one.pulled_from}
        for name, host in pulled.items():
            for other, beside in backups.datasets.items():
                alone = pulled.get(other) == host
                if beside.repository == (repository := backups.datasets[name].repository) and not alone:
                    text = told.format(name=name, host=host, repository=repository, other=other)
                    at = ("datasets", name, "repository")
                    self._complaints.take(self._file.complaint(at, text, hint))
                    break

    def _known(self, at: KeyPath, name: str, key: str, value: str, allowed: Sequence[str]) -> None:
        if value not in allowed:
            message = _('{name} names the {key} "{value}", which the inventory does not describe')
            text = message.format(name=name, key=key, value=value)
            self._complaints.take(self._file.complaint(at, text, known_names(value, list(allowed))))
