"""The only place that starts a program.

The child gets an environment built from an allow-list (a secret in ours must not reach it), its own session
(a Ctrl-C at our terminal is ours to pass on), a time limit, and both outputs are always drained. It is ended
with SIGINT: restic before 0.17 leaves its lock behind on SIGTERM (restic 0.17.0 changelog).
"""

from __future__ import annotations

import errno
import os
import pwd
import select
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bitools import privilege
from bitools.errors import Rejected, Unreachable
from bitools.i18n import _
from bitools.privilege import SystemAccount

_INHERITED = ("PATH", "HOME", "TZ", "TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK")
_SAFE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_GRACE = 10.0  # seconds between SIGINT and SIGKILL
_LONGEST = 2_000_000.0  # seconds, which poll(2) counts in ms of 31 bits

Child = subprocess.Popen[bytes]  # what `start` gives, for those who may not know the library

# Debian's packages of programs that are not named like them.
PACKAGES = {
    "crontab": "cron",
    "gpg": "gnupg",
    "mariadb": "mariadb-client",
    "mariadb-dump": "mariadb-client",
    "mysql": "mariadb-client",
    "mysqldump": "mariadb-client",
    "pg_dump": "postgresql-client",
    "pg_restore": "postgresql-client",
    "psql": "postgresql-client",
    "samba-tool": "samba-common-bin",
    "ssh": "openssh-client",
    "systemctl": "systemd",
}

_inherited: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Completed:
    """A program that has ended: its exit code (negative: the signal) and what it wrote, as bytes."""

    program: str
    code: int
    stdout: bytes
    stderr: bytes

    @property
    def complaint(self) -> str:
        """The first line that calls itself fatal, else the last of stderr (else stdout), for a message."""
        lines = (self.stderr.strip() or self.stdout.strip()).decode(errors="replace").splitlines()
        fatal = [line for line in lines if line.startswith("fatal:")]
        return (fatal or lines[-1:] or [_("it said nothing")])[0].strip()

    def require(self) -> None:
        """Raise Rejected, saying how it ended, if it did not end well."""
        if self.code != 0:
            message = _("ended with code {code}: {complaint}")
            raise Rejected(
                message.format(code=self.code, complaint=self.complaint),
                target=self.program,
                hint=_("make room there; see: df -h") if self.full else "",
                reason="full" if self.full else "",
            )

    @property
    def full(self) -> bool:
        """Did it meet a full disk?"""
        words = (os.strerror(errno.ENOSPC).encode(), b"Out of diskspace")  # the C library's, git's own
        return any(word in self.stderr for word in words)


def inherit(environment: Mapping[str, str]) -> None:
    """Let children see the harmless part of this environment. Called once, by the front door."""
    _inherited.update({name: environment[name] for name in _INHERITED if name in environment})


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a child gets: a path, a home, UTF-8, and `extra`."""
    base = {"PATH": _SAFE_PATH, "HOME": _home(), "LC_ALL": "C.UTF-8"}
    return base | _inherited | dict(extra or {})


def forget(*names: str) -> None:
    """Children see these no more: they are of somebody we were."""
    for name in names:
        _inherited.pop(name, None)


def _whose(root: bool) -> dict[str, str]:
    """What is not the same for a child with other rights than ours."""
    return {"HOME": _home(0)} if root and privilege.of_child(root) else {}


def _home(uid: int = -1) -> str:
    try:
        return pwd.getpwuid(os.geteuid() if uid < 0 else uid).pw_dir
    except KeyError:  # a user without an entry, as in containers
        return "/"


def run(
    argv: Sequence[str | bytes],
    *,
    stdin: bytes = b"",
    file: IO[str] | None = None,
    extra: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = 600.0,
    check: bool = False,
    pass_fds: Sequence[int] = (),
    umask: int = -1,
    root: bool = False,
    whose: SystemAccount | None = None,
) -> Completed:
    """Run a program to its end and return what it said; `umask` is for the files it makes, if not ours.

    It reads `stdin`, or an open `file` from where that stands.

    `root`: with root's rights, where this run has kept them. `whose`: with another account's, if we are root.

    Raise Rejected if it is not installed, or (with `check`) if it ends with another code than 0;
    Unreachable if it is not done within `timeout` seconds.
    """
    source = file.fileno() if file else subprocess.PIPE
    with start(
        argv, extra=extra, cwd=cwd, stdin=source, pass_fds=pass_fds, umask=umask, root=root, whose=whose
    ) as child:
        try:
            stdout, stderr = child.communicate(None if file else stdin, timeout=timeout)
        except subprocess.TimeoutExpired:
            message = _("not done within {seconds:.0f} s").format(seconds=timeout)
            raise Unreachable(message, target=_name(argv), reason="timeout") from None
        completed = Completed(_name(argv), child.returncode, stdout, stderr)
    if check:
        completed.require()
    return completed


@contextmanager
def start(
    argv: Sequence[str | bytes],
    *,
    extra: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: int = subprocess.PIPE,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    pass_fds: Sequence[int] = (),
    umask: int = -1,
    root: bool = False,
    whose: SystemAccount | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program beside us; it is ended, and waited for, when the block is left.

    Raise Rejected if it is not installed.
    """
    ids = {"user": whose.uid, "group": whose.gid} if whose else privilege.of_child(root)
    try:
        child = subprocess.Popen(
            argv,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=cwd,
            env=environment(_whose(root) | dict(extra or {})),
            start_new_session=True,
            pass_fds=tuple(pass_fds),
            umask=umask,
            user=ids.get("user"),
            group=ids.get("group"),
            extra_groups=[] if whose else None,
        )
    except FileNotFoundError:
        raise Rejected(
            _("the program {program} is not installed").format(program=_name(argv)),
            target=_name(argv),
            hint=_install_hint(_name(argv)),
            reason="missing",
        ) from None
    try:
        yield child
    finally:
        end(child)
        for stream in (child.stdin, child.stdout, child.stderr):
            if stream:
                stream.close()


def instead(argv: Sequence[str], environ: Mapping[str, str], keep: Sequence[int]) -> int:
    """Run a program at our terminal, in our place and with our environment, and give its exit code.

    Ctrl-C reaches it by itself; SIGTERM and SIGHUP, which come to us, are passed on as far as we may. `keep`:
    descriptors that stay open there.
    """
    for descriptor in keep:
        os.set_inheritable(descriptor, True)
    child = os.posix_spawnp(argv[0], list(argv), dict(environ))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            try:
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            except KeyboardInterrupt:
                with suppress(OSError):
                    os.kill(child, signal.SIGTERM)
            else:
                return code if code >= 0 else 128 - code
    finally:
        signal.signal(signal.SIGINT, before)


def end(child: subprocess.Popen[bytes]) -> None:
    """End a program that still runs: SIGINT, and after ten seconds SIGKILL, to its whole session.

    One that sleeps in the kernel, behind a dead disk, cannot be ended; it is left, that others' work goes on.
    """
    for number in (signal.SIGINT, signal.SIGKILL):
        if child.poll() is not None:
            return
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            return
        try:
            child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            continue


def waited(child: subprocess.Popen[bytes], seconds: float) -> int | None:
    """The code of a program that ends within so many seconds; None if it still runs.

    The kernel tells at once that it ended (pidfd_open(2)); the library would look every 50 ms.
    """
    try:
        ending = os.pidfd_open(child.pid)
    except OSError:  # it has ended and was waited for, or the kernel is older than 5.3
        return _looked_for(child, seconds)
    try:
        watch = select.poll()
        watch.register(ending, select.POLLIN)
        watch.poll(min(seconds, _LONGEST) * 1000)
    finally:
        os.close(ending)
    return child.poll()


def _looked_for(child: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def interrupt(child: subprocess.Popen[bytes], patience: float) -> bool:
    """Send SIGINT and wait that many seconds; True if the program has ended."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        return False
    return True


def installed(program: str) -> bool:
    """Is this program on the path that children get?"""
    folders = environment()["PATH"].split(":")
    return any(os.access(Path(folder, program), os.X_OK) for folder in folders if folder)


def _name(argv: Sequence[str | bytes]) -> str:
    return Path(os.fsdecode(argv[0])).name


def _install_hint(program: str) -> str:
    return _("try: apt-get install {package}").format(package=PACKAGES.get(program, program))
