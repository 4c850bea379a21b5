"""A mail server that keeps what it receives: every message a file, and faults that can be switched on.

    with MailServer() as server:
        server.port, server.messages(), server.fault = "busy"

Run as a program (`python -m lab.mail FOLDER`) it serves what FOLDER/mail.json describes and reads the
fault from FOLDER/fault before each message, so that it can be switched from any process.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from .certificates import Authority
from .processes import strays

ROOT = Path(__file__).resolve().parents[1]
FAULTS: Mapping[str, str] = {
    "busy": "451 to every message: try again later",
    "refused": "554 to every message: never",
    "drop": "the connection breaks after DATA was announced, before the answer",
    "keep_and_drop": "the message is kept, then the connection breaks before the answer",
    "recipient:ADDRESS": "550 for this one recipient",
    "greylist": "450 to every recipient: try again later",
    "auth": "535 to every login",
    "size:BYTES": "552 to a message larger than this",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server is to be. With `starttls` it insists on TLS; with a username, on a login.

    Messages go to the folder `keep`; without one, to `messages` in the server's own.
    """

    host: str = "127.0.0.1"
    port: int = 0
    starttls: bool = False
    username: str = ""
    password: str = ""
    keep: str = ""


class Inbox:
    """The handler aiosmtpd asks about every step: keeps messages, or does what the fault says."""

    def __init__(self, folder: Path, kept: Path) -> None:
        self.folder, self.kept = folder, kept
        self.kept.mkdir(mode=0o700, exist_ok=True)

    def fault(self) -> tuple[str, str]:
        """The fault of the moment and its value."""
        try:
            name, _, value = (self.folder / "fault").read_text("utf-8").strip().partition(":")
        except FileNotFoundError:
            return "", ""
        return name, value

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient, unless it is the one that does not exist."""
        if self.fault() == ("recipient", address):
            return "550 5.1.1 No such user here"
        if self.fault()[0] == "greylist":
            return "450 4.2.0 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a message."""
        name, value = self.fault()
        content = envelope.content
        assert isinstance(content, bytes)
        if name == "busy":
            return "451 4.3.2 Busy, try again later"
        if name == "refused":
            return "554 5.7.1 Message refused"
        if name == "size" and len(content) > int(value):
            return "552 5.3.4 Message too big"
        if name != "drop":
            self.keep(envelope, content)
        if name in ("drop", "keep_and_drop"):
            assert server.transport
            server.transport.abort()
        return "250 OK"

    def keep(self, envelope: Envelope, content: bytes) -> None:
        """Write a message, whole, under a name that sorts by time; the envelope becomes headers."""
        head = f"X-Envelope-From: {envelope.mail_from}\r\n"
        head += f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        number = len(list(self.kept.glob("*.eml"))) + 1
        file = self.kept / f"{number:05d}-{uuid.uuid4().hex[:8]}.eml"
        part = file.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_bytes(head.encode() + content)
        part.replace(file)


async def serve(folder: Path) -> None:
    """Serve until killed; say the port on standard output."""
    settings = Settings(**json.loads((folder / "mail.json").read_text("utf-8")))
    inbox = Inbox(folder, Path(settings.keep or folder / "messages"))
    context = None
    if settings.starttls:
        files = Authority(folder / "tls").issue("good", "posta.belediye.test", settings.host)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and (
            data.login.decode(),
            data.password.decode(),
        ) == (settings.username, settings.password)
        return AuthResult(success=right and inbox.fault()[0] != "auth", handled=False)

    def session() -> SMTP:
        return SMTP(
            inbox,
            hostname="posta.belediye.test",
            enable_SMTPUTF8=True,
            tls_context=context,
            require_starttls=settings.starttls,
            authenticator=authenticate if settings.username else None,
            auth_required=bool(settings.username),
            auth_require_tls=settings.starttls,
        )

    server = await asyncio.get_running_loop().create_server(session, settings.host, settings.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class MailServer:
    """A mail server in a process of its own. `folder` keeps its messages; without one they go with it."""

    def __init__(self, settings: Settings | None = None, folder: Path | None = None) -> None:
        self.settings = settings or Settings()
        self._temporary = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="mail-server-")) if folder is None else folder.absolute()
        self.port = self.settings.port
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Its address."""
        return self.settings.host

    @property
    def ca(self) -> Path:
        """Who signed its certificate, if it speaks TLS."""
        return self.folder / "tls" / "ca.pem"

    @property
    def fault(self) -> str:
        """The fault of the moment; empty for none."""
        file = self.folder / "fault"
        return file.read_text("utf-8") if file.is_file() else ""

    @fault.setter
    def fault(self, fault: str) -> None:
        names = {name.partition(":")[0] for name in FAULTS}
        if fault and fault.partition(":")[0] not in names:
            raise ValueError(f"no fault {fault!r}; there are: {', '.join(FAULTS)}")
        part = self.folder / "fault.part"
        part.write_text(fault, "utf-8")
        part.replace(self.folder / "fault")

    def messages(self) -> list[EmailMessage]:
        """Every message it keeps, oldest first, its envelope in X-Envelope-From and X-Envelope-To."""
        files = sorted(Path(self.settings.keep or self.folder / "messages").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def start(self) -> MailServer:
        """Start it. Raise OSError if its address is taken."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        description = self.folder / "mail.json"
        description.touch(mode=0o600)
        description.write_text(json.dumps(asdict(self.settings)), "utf-8")
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lab.mail", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                start_new_session=True,
            )
        assert self.process.stdout
        answer = self.process.stdout.readline()
        if not answer:
            raise OSError((self.folder / "log").read_text("utf-8").strip().rpartition("\n")[2])
        self.process.stdout.close()
        self.port = int(answer)
        return self

    @property
    def running(self) -> bool:
        """Whether its process is there, whoever started it."""
        return bool(strays("lab.mail", self.folder))

    def stop(self) -> None:
        """Stop it; nothing listens afterwards. What it kept stays, if it has a folder of its own."""
        for process in strays("lab.mail", self.folder):
            process.kill()
        if self.process:
            self.process.wait()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> MailServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
