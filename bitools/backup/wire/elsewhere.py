"""Backups of other hosts: what a program there writes, or paths read by the restic of that host.

For paths our restic repository is served on the loopback for as long as the backup takes (`rclone serve
restic`, append-only, a password of its own), and the other host reaches it through our SSH connection and no
other way. A repository on a rest-server is reached through the same tunnel. The repository's password goes
over there on the standard input of the connection: it is in no argument list of either host.
"""

from __future__ import annotations

import secrets
import shlex
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from bitools import process
from bitools.backup.wire import ssh
from bitools.backup.wire.producer import Producer, content
from bitools.backup.wire.restic import Repository
from bitools.backup.wire.restic_answers import Answer, Made, interpret, made_of
from bitools.errors import Rejected, Unreachable
from bitools.i18n import _
from bitools.inventory.backups import DirectoryDataset, SshDataset
from bitools.run import Run

_WORK = 36 * 3600.0  # seconds
_START = 15.0  # seconds for the server, and for the tunnel
_SSH_FAILED = 255
# Reads two lines, then backs up. What is not exported stays in this shell.
_OVER_THERE = (
    "IFS= read -r RESTIC_PASSWORD && IFS= read -r RESTIC_REPOSITORY &&"
    " export RESTIC_PASSWORD RESTIC_REPOSITORY RESTIC_PROGRESS_FPS=0.1 &&"
    " exec </dev/null && exec restic {words}"
)
# A backup of the domain in a folder that is gone afterwards; samba-tool names the file itself.
_DOMAIN = (
    "umask 077; d=$(mktemp -d) && trap 'rm -rf \"$d\"' EXIT && samba-tool domain backup offline"
    ' --targetdir="$d" {options} >&2 && cat "$d"/*.tar.bz2'
)


def program(dataset: SshDataset, run: Run) -> Producer:
    """What a program over there writes."""
    assert dataset.command is not None
    assert dataset.file_name is not None
    words = ssh.command(run.inventory.hosts[dataset.host], dataset.host, run.state)
    return Producer((*words, "--", ssh.remote(dataset.command)), dataset.file_name, at_least=dataset.at_least)


def domain(dataset: DirectoryDataset, run: Run) -> Producer:
    """A whole backup of a Samba domain controller, here or over there: one archive."""
    options = f"--configfile={shlex.quote(dataset.smb_conf)}" if dataset.smb_conf else ""
    script = _DOMAIN.format(options=options)
    name, least = f"{dataset.name}.tar.bz2", max(dataset.at_least, 10_000)
    if dataset.host is None:
        return Producer(("sh", "-c", script), name, at_least=least)
    words = ssh.command(run.inventory.hosts[dataset.host], dataset.host, run.state)
    return Producer((*words, "--", f"sh -c {shlex.quote(script)}"), name, at_least=least)


def pull(run: Run, repository: Repository, dataset: SshDataset, tags: Sequence[str]) -> Made:
    """Let the other host's restic back up its paths into our repository.

    Raise Rejected if restic is missing there or the repository cannot be served; Unreachable if the host is
    not there; else as `interpret` does.
    """
    options = [f"--tag={tag}" for tag in tags] + [f"--exclude={pattern}" for pattern in dataset.exclude]
    words = shlex.join(["backup", "--json", *options, "--", *dataset.paths])
    with _served(repository) as (host, port, path):
        there = secrets.randbelow(20_000) + 40_000  # a port over there; ssh refuses one that is taken
        line = ssh.command(run.inventory.hosts[dataset.host], dataset.host, run.state)
        tunnel = ["-o", "ExitOnForwardFailure=yes", "-R", f"127.0.0.1:{there}:{host}:{port}"]
        command = [*line[:-1], *tunnel, line[-1], "--", _OVER_THERE.format(words=words)]
        location = f"rest:http://{path.format(place=f'127.0.0.1:{there}')}"
        password = repository.access.password.resolve().reveal()
        done = process.run(command, stdin=f"{password}\n{location}\n".encode(), timeout=_WORK)
    answer = Answer(done.code, done.stdout, done.stderr)
    if done.code == _SSH_FAILED:
        message = _("{host} cannot be reached: {complaint}")
        message = message.format(host=dataset.host, complaint=done.complaint)
        raise Unreachable(message, target=dataset.name, hint=_("try: ssh {host}").format(host=dataset.host))
    if done.code == 127:
        message = _("{host} has no restic").format(host=dataset.host)
        raise Rejected(message, hint=_("there: apt-get install restic"), reason="missing")
    interpret(answer, repository.access.location, partial=True)
    return made_of(answer)


@contextmanager
def _served(repository: Repository) -> Iterator[tuple[str, int, str]]:
    """Where the repository answers over HTTP: host, port, and its location with `{place}` for both."""
    location = repository.access.location
    if location.startswith("rest:http://"):
        parts = urlsplit(repository.access.full_location().removeprefix("rest:"))
        user = f"{parts.username}:{parts.password}@" if parts.username else ""
        yield parts.hostname or "", parts.port or 8000, f"{user}{{place}}{parts.path}"
        return
    if not repository.access.folder:
        message = _("paths of another host can be pulled into a local repository or a rest:http:// one")
        raise Rejected(message, hint=_("or pull them by a command: tar"), reason="not_served")
    user, password = "bitools", secrets.token_hex(16)
    port = _free_port()
    serve = ["rclone", "serve", "restic", "--append-only", f"--addr=127.0.0.1:{port}"]
    variables = {"RCLONE_USER": user, "RCLONE_PASS": password, "RCLONE_CONFIG": "/dev/null"}
    with tempfile.TemporaryFile() as log:
        output = log.fileno()
        argv = [*serve, repository.access.folder]
        with process.start(argv, extra=variables, stdout=output, stderr=output) as server:
            ends = time.monotonic() + _START
            while not _answers(port):
                if server.poll() is not None or time.monotonic() > ends:
                    why = content(log).decode(errors="replace").strip().splitlines() or [""]
                    message = _("the repository could not be served: {why}").format(why=why[-1])
                    raise Rejected(message, reason="not_served")
                time.sleep(0.02)
            yield "127.0.0.1", port, f"{user}:{password}@{{place}}/"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False
