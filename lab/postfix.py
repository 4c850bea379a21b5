"""A real Postfix on one loopback address: STARTTLS, a login, a size limit, every mail kept as a file.

    with Postfix(folder) as server:
        server.host, server.port, server.ca, server.messages()

It has a configuration, a queue and a password database of its own and runs beside any other Postfix. Its
master needs root; the packages are installed on first use.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType

from lab.patience import HANGS

from . import packages
from .certificates import Authority
from .loopback import bring_up, free_address

PACKAGES = ("postfix", "libsasl2-modules", "libsasl2-modules-db", "sasl2-bin")
DOMAIN = "belediye.test"
PORT = 2587
_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {folder}/log/maillog
maillog_file_prefixes = {folder}
multi_instance_name =
myhostname = posta.{domain}
mydomain = {domain}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
default_transport = error:nothing leaves this machine
message_size_limit = {largest}
virtual_mailbox_limit = 0
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = {folder}/sasl
smtpd_sasl_local_domain = {domain}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_rate_limit = 0
smtpd_client_auth_rate_limit = 0
in_flow_delay = 0
"""
_MASTER = """\
{host}:{port} inet n - n - - smtpd
pickup     unix n - n 60 1 pickup
cleanup    unix n - n - 0 cleanup
qmgr       unix n - n 300 1 qmgr
tlsmgr     unix - - n 1000? 1 tlsmgr
rewrite    unix - - n - - trivial-rewrite
bounce     unix - - n - 0 bounce
defer      unix - - n - 0 bounce
trace      unix - - n - 0 bounce
verify     unix - - n - 1 verify
flush      unix n - n 1000? 0 flush
proxymap   unix - - n - - proxymap
error      unix - - n - - error
retry      unix - - n - - error
discard    unix - - n - - discard
virtual    unix - n n - - virtual
anvil      unix - - n - 1 anvil
postlog    unix-dgram n - n - 1 postlogd
"""
_SASL = """\
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {folder}/sasl/sasldb2
mech_list: PLAIN LOGIN
"""


class Postfix:
    """One server that takes mails of at most `largest` bytes; ag, mudur, garaj and acil have mailboxes."""

    username = f"bitools@{DOMAIN}"
    password = "parola-şifre-9"

    def __init__(self, folder: Path, largest: int = 2_000_000) -> None:
        self.folder, self.largest = folder.absolute(), largest
        self.port, self.host = PORT, ""

    @property
    def ca(self) -> Path:
        """Who signed its certificate."""
        return self.folder / "tls" / "ca.pem"

    def start(self) -> Postfix:
        """Start it. Raise packages.MissingPackages, OSError with the log if it does not come up."""
        packages.require(*PACKAGES)
        bring_up()
        self.host = free_address(PORT)
        owner = pwd.getpwnam("postfix")
        for name in ("queue", "data", "mail", "log", "sasl", "tls"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for parent in (self.folder, *self.folder.parents):
            if parent.stat().st_uid == os.getuid() and parent != Path("/"):
                parent.chmod(parent.stat().st_mode | 0o011)  # Postfix's own users must reach it
        for name in ("data", "mail"):
            os.chown(self.folder / name, owner.pw_uid, owner.pw_gid)
        self._configure(owner)
        self._postfix("start")
        self._wait()
        return self

    def _configure(self, owner: pwd.struct_passwd) -> None:
        certificate, key = Authority(self.folder / "tls").issue("good", f"posta.{DOMAIN}", self.host)
        main = _MAIN.format(
            folder=self.folder,
            domain=DOMAIN,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            largest=self.largest,
            certificate=certificate,
            key=key,
        )
        (self.folder / "main.cf").write_text(main, "utf-8")
        (self.folder / "master.cf").write_text(_MASTER.format(host=self.host, port=PORT), "utf-8")
        (self.folder / "sasl" / "smtpd.conf").write_text(_SASL.format(folder=self.folder), "utf-8")
        names = ("ag", "mudur", "garaj", "acil")
        boxes = "".join(f"{name}@{DOMAIN} {name}/\n" for name in names)
        (self.folder / "mailboxes").write_text(boxes, "utf-8")
        database = self.folder / "sasl" / "sasldb2"
        user, domain = self.username.split("@")
        subprocess.run(
            ["saslpasswd2", "-p", "-c", "-f", str(database), "-u", domain, user],
            input=self.password.encode(),
            check=True,
            capture_output=True,
        )
        database.chmod(0o640)
        os.chown(database, 0, owner.pw_gid)

    def _postfix(self, word: str) -> None:
        done = subprocess.run(
            ["postfix", "-c", str(self.folder), word], capture_output=True, text=True, check=False
        )
        if done.returncode and word == "start":
            raise OSError(done.stderr + self.log)

    @property
    def log(self) -> str:
        """What it has said."""
        file = self.folder / "log" / "maillog"
        return file.read_text("utf-8", "replace") if file.is_file() else ""

    def _wait(self) -> None:
        deadline = time.monotonic() + HANGS
        while True:
            try:
                with socket.create_connection((self.host, PORT), 2) as probe:
                    if probe.recv(200).startswith(b"220"):
                        return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise OSError(self.log)
            time.sleep(0.05)

    def messages(self, count: int = 0, seconds: float = HANGS) -> list[EmailMessage]:
        """Every mail delivered so far, oldest first; waits until there are `count`."""
        deadline = time.monotonic() + seconds
        while True:
            files = sorted((self.folder / "mail").glob("*/new/*"), key=lambda file: file.stat().st_mtime_ns)
            if len(files) >= count or time.monotonic() > deadline:
                return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
            time.sleep(0.05)

    def raw(self) -> list[bytes]:
        """The same as bytes."""
        return [file.read_bytes() for file in sorted((self.folder / "mail").glob("*/new/*"))]

    def stop(self) -> None:
        """Stop it and everything it started."""
        self._postfix("abort")
        master = self.folder / "queue" / "pid" / "master.pid"
        deadline = time.monotonic() + HANGS
        while master.is_file() and time.monotonic() < deadline:
            number = master.read_text().strip()
            if not number or not Path(f"/proc/{number}").exists():
                break
            time.sleep(0.05)
        shutil.rmtree(self.folder / "queue", ignore_errors=True)

    def __enter__(self) -> Postfix:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
