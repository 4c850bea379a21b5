"""Another host's data: what a program there writes, or paths read by the restic of that host.

For paths our restic repository is served on the loopback for as long as the backup takes (`rclone serve
restic`, append-only, a password of its own), and the other host reaches it through our SSH connection and no
other way. A repository on a rest-server is reached through the same tunnel. The repository's password goes
over there on the standard input of the connection: it is in no argument list of either host.
"""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

from bitools import process
from bitools.backup.sources import files
from bitools.backup.sources.source import Restored, Scene, Source, read_back
from bitools.backup.wire import ssh
from bitools.backup.wire.made import Made
from bitools.backup.wire.producer import Producer, content, in_memory
from bitools.backup.wire.restic import Repository
from bitools.backup.wire.restic_answers import Answer, interpret, made_of
from bitools.backup.wire.serving import served
from bitools.backup.wire.watch import TimeLimits, Watch
from bitools.errors import Rejected, Unreachable
from bitools.i18n import _
from bitools.inventory.backups import SshDataset
from bitools.run import Run

if TYPE_CHECKING:
    from bitools.documents.backup import Proof

_SSH_FAILED = 255
# Reads two lines, then backs up. What is not exported stays in this shell.
_OVER_THERE = (
    "IFS= read -r RESTIC_PASSWORD && IFS= read -r RESTIC_REPOSITORY &&"
    " export RESTIC_PASSWORD RESTIC_REPOSITORY RESTIC_PROGRESS_FPS=0.1 &&"
    " exec </dev/null && exec restic {words}"
)


def file_name(dataset: SshDataset) -> str | None:
    """As the inventory calls what a program writes; None for paths."""
    return dataset.file_name


def dump(dataset: SshDataset, scene: Scene) -> Source:
    """What a program over there writes, or paths that the restic over there reads."""
    if dataset.command is None or dataset.file_name is None:
        return Source(pull=lambda tags, limits: _pull(scene.run, scene.repository, dataset, tags, limits))
    words = ssh.command(scene.run.inventory.hosts[dataset.host], dataset.host, scene.run.state)
    command = (*words, "--", ssh.remote(dataset.command))
    producer = Producer(command, dataset.file_name, at_least=dataset.at_least)
    return Source(producer=lambda: nullcontext(producer))


def prove(dataset: SshDataset, restored: Restored) -> Proof:
    """Paths as files are proven; what a program wrote is read to its end."""
    if dataset.file_name is None:
        return files.prove(dataset, restored)
    file = read_back(dataset, restored, dataset.file_name)
    return {"kind": "stream", "bytes": file.stat().st_size}


def _pull(
    run: Run, repository: Repository, dataset: SshDataset, tags: Sequence[str], limits: TimeLimits
) -> Made:
    """Let the other host's restic back up its paths into our repository.

    Raise Rejected if restic is missing there or the repository cannot be served; Unreachable if the host is
    not there, or restic hangs there; else as `interpret` does.
    """
    options = [f"--tag={tag}" for tag in tags] + [f"--exclude={pattern}" for pattern in dataset.exclude]
    words = shlex.join(["backup", "--json", *options, "--", *dataset.paths])
    with served(repository) as (host, port, path):
        there = secrets.randbelow(20_000) + 40_000  # a port over there; ssh refuses one that is taken
        line = ssh.command(run.inventory.hosts[dataset.host], dataset.host, run.state)
        tunnel = ["-o", "ExitOnForwardFailure=yes", "-R", f"127.0.0.1:{there}:{host}:{port}"]
        command = [*line[:-1], *tunnel, line[-1], "--", _OVER_THERE.format(words=words)]
        location = f"rest:http://{path.format(place=f'127.0.0.1:{there}')}"
        password = repository.access.password.resolve().reveal()
        answer = _watched(command, f"{password}\n{location}\n".encode(), limits)
    if answer.code == _SSH_FAILED:
        message = _("{host} cannot be reached: {complaint}")
        message = message.format(host=dataset.host, complaint=answer.complaint)
        raise Unreachable(message, target=dataset.name, hint=_("try: ssh {host}").format(host=dataset.host))
    if answer.code == 127:
        message = _("{host} has no restic").format(host=dataset.host)
        raise Rejected(message, hint=_("there: apt-get install restic"), reason="missing")
    interpret(answer, repository.access.location, partial=True)
    return made_of(answer)


def _watched(command: Sequence[str], stdin: bytes, limits: TimeLimits) -> Answer:
    """What the other host's restic ended with and said; ended if it hangs there. Raise Unreachable."""
    with (
        in_memory() as output,
        in_memory() as complaints,
        process.start(command, stdout=output.fileno(), stderr=complaints.fileno(), root=True) as child,
    ):
        assert child.stdin is not None
        with suppress(BrokenPipeError):  # it has complained, and ended
            child.stdin.write(stdin)
            child.stdin.close()
        code = Watch("restic", limits).end_of(child, output)
        return Answer(code, content(output), content(complaints))
