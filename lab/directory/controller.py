"""One domain controller: its folder, its address, its process."""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import shutil
import signal
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from lab import loopback, packages
from lab.certificates import Authority
from lab.patience import HANGS
from lab.processes import Process, start, strays

from . import domain
from .bind import simple_bind
from .snapshot import FILES, WHOLE, restore, snapshot

PORTS = (389, 636, 88)
ROOT_DSE = bytes.fromhex("3025020101632004000a01000a0100020100020100010100870b") + b"objectClass\x30\x00"


class NotReady(Exception):
    """The server did not come up; the message holds the end of its log."""


class DomainController:
    """A Samba AD DC that serves `belediye.test` with LDAPS on one loopback address.

    Everything it has lies in `folder`, which is made if it is not there and refused if it is there
    and somebody else's. Ports below 1024 need root, or `python -m lab.directory run -- command`.
    """

    base_dn = domain.BASE_DN
    realm = domain.REALM
    host = domain.FQDN
    bind_user = f"{domain.OPERATOR}@{domain.REALM}"
    admin_user = f"Administrator@{domain.REALM}"

    def __init__(self, folder: Path, address: str, strong_auth: str = "yes") -> None:
        if not ipaddress.ip_address(address).is_loopback:
            raise ValueError(f"{address} is no loopback address")
        self.folder, self.address, self.strong_auth = folder.absolute(), address, strong_auth
        self.data = self.folder / "dc"
        self.log = self.data / "log" / "samba.log"
        self.bind_password_file = self.folder / "bind.password"
        self.admin_password_file = self.folder / "admin.password"
        self.krb5_conf = self.folder / "krb5.conf"
        self._pid = self.folder / "samba.pid"
        self._tls = self.folder / "tls"
        name = hashlib.sha256(str(self.data).encode()).hexdigest()[:16]
        self._link = Path(tempfile.gettempdir()) / f"dc-{name}"

    # -- what a client needs to know

    @property
    def ca(self) -> Path:
        """Who signed its certificate."""
        return self._tls / "ca.pem"

    @property
    def ldaps_url(self) -> str:
        """Where it is; the certificate names the address too."""
        return f"ldaps://{self.address}:636"

    @property
    def running(self) -> bool:
        """Whether its process is there (it may be frozen)."""
        return Process.read(self._pid) is not None

    # -- life

    def up(self) -> DomainController:
        """Have it running, in whatever state its directory is; fresh, if it had none yet."""
        with self._alone():
            self._provision()
            if not self.running:
                self._stop()  # of one whose starter was killed
                self._start("good")
        return self

    def reset(self) -> None:
        """Have it running with the directory as it was when it was made, and its good certificate."""
        with self._alone():
            self._provision()
            self._stop()
            restore(self.folder / "domain.tar", self.data)
            self._start("good")

    def restart(self, certificate: str = "good") -> None:
        """Stop it and start it with a certificate: good, expired, wronghost or selfsigned."""
        with self._alone():
            self._provision()
            Authority(self._tls).issue(certificate, domain.FQDN, self.address)  # a wrong name stops nothing
            self._stop()
            self._start(certificate)

    def stop(self) -> None:
        """End it, keeping its directory."""
        with self._alone():
            self._stop()

    def freeze(self) -> None:
        """Let it hang: connections are accepted by the kernel, nothing answers."""
        self._process().signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._process().signal(signal.SIGCONT)

    def crash(self) -> None:
        """End it without a last word."""
        self._process().kill()

    def clone(self, folder: Path, address: str) -> DomainController:
        """A second server of the same domain and CA, as fresh as this one was, which never replicates.

        It stands for a replica that lags for ever, or for the one to fail over to.
        """
        self._provision()
        folder.mkdir(mode=0o700, parents=True)
        for name in FILES:
            shutil.copy2(self.folder / name, folder / name)
        (folder / "tls").mkdir(mode=0o700)
        for name in ("ca.pem", "ca.key"):
            shutil.copy2(self._tls / name, folder / "tls" / name)
        return DomainController(folder, address, self.strong_auth)

    def destroy(self) -> None:
        """End it and remove what it made."""
        if not (self.folder / "domain.tar").exists():
            return
        self.stop()
        for made in (self.data, self._tls):
            shutil.rmtree(made, ignore_errors=True)
        for name in (*FILES, "krb5.conf", "samba.pid", "lock"):
            (self.folder / name).unlink(missing_ok=True)
        if not any(self.folder.iterdir()):
            self.folder.rmdir()

    def __enter__(self) -> DomainController:
        return self.up()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.destroy()

    # -- how

    def _process(self) -> Process:
        process = Process.read(self._pid)
        if process is None:
            raise NotReady(f"no domain controller runs in {self.folder}")
        return process

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time per folder."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _provision(self) -> None:
        """Copy the snapshot in, unless that was done before."""
        packages.require(*packages.DIRECTORY)
        if not (self.folder / "domain.tar").is_file():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = snapshot()
            for name in reversed(FILES):  # domain.tar last: it says that all is there
                part = self.folder / f"{name}.part"
                shutil.copy2(made / name, part)
                part.replace(self.folder / name)
        if not (self.data / WHOLE).is_file():  # or its making was interrupted
            self.data.mkdir(mode=0o700, exist_ok=True)
            self._stop()
            restore(self.folder / "domain.tar", self.data)

    def _configure(self, certificate: str) -> Path:
        files = Authority(self._tls).issue(certificate, domain.FQDN, self.address)
        conf = self.data / "etc" / "smb.conf"
        conf.write_text(domain.smb_conf(self._short_path(), self.address, *files, self.ca, self.strong_auth))
        self.krb5_conf.write_text(domain.krb5_conf(self.address))
        return conf

    def _short_path(self) -> Path:
        """The data folder under a name short enough for the sockets in it (a socket's has 107 characters)."""
        if len(str(self.data)) < 75:
            return self.data
        if not self._link.is_symlink():
            self._link.symlink_to(self.data)
        return self._link

    def _start(self, certificate: str) -> None:
        loopback.bring_up()
        for port in PORTS:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((self.address, port))  # says who is not allowed, and what is in use
        conf = self._configure(certificate)
        for stale in (self.data / "run").glob("*.pid"):
            stale.unlink()
        process = start(
            ["samba", "-s", conf, "--foreground", "--no-process-group", "--model=single"],
            self.data / "log" / "stdout",
        )
        process.write(self._pid)
        deadline = time.monotonic() + HANGS
        while not self.answers():
            if not process.runs or time.monotonic() > deadline:
                why = "ended" if not process.runs else "does not answer"
                raise NotReady(f"{self.ldaps_url}: samba {why}: {self._last_words()}")
            time.sleep(0.05)

    def _last_words(self) -> str:
        """The end of what Samba wrote, wherever it wrote it."""
        logs = (self.data / "log" / "stdout", self.log)
        return " / ".join(log.read_text(errors="replace")[-600:].strip() for log in logs if log.is_file())

    def _stop(self) -> None:
        if process := Process.read(self._pid):
            process.end()
        conf = self.data / "etc" / "smb.conf"
        for stray in (*strays("samba", "-s", conf), *strays("tar", "-C", self.data)):
            stray.end()  # what was begun by somebody who was killed
        self._link.unlink(missing_ok=True)
        self._pid.unlink(missing_ok=True)

    def login(self, user: str, password: str) -> str:
        """What the domain answers this name and password: ok, wrong, must_change, disabled, locked, ..."""
        return simple_bind(self.address, self.ca, user, password)

    def answers(self, seconds: float = HANGS) -> bool:
        """Whether it answers a search over LDAPS, whatever certificate it shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            with (
                socket.create_connection((self.address, 636), seconds) as plain,
                context.wrap_socket(plain) as connection,
            ):
                connection.sendall(ROOT_DSE)
                return connection.recv(4096)[:1] == b"0"
        except OSError:
            return False
