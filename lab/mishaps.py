"""Log-ins that go wrong: what a device says then, over real SSH, and the cause that should be told.

Each stands on a device that is otherwise a small Cisco switch; the words are such as makers' manuals show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncssh

from lab.museum import ENABLE_PASSWORD, PASSWORD, Front

NAME = "sw-arsiv"
LINES = [
    "Building configuration...",
    "",
    "Current configuration : 412 bytes",
    "!",
    "version 15.2",
    f"hostname {NAME}",
    "!",
    *(
        line
        for port in range(1, 25)
        for line in (f"interface GigabitEthernet0/{port}", f" description oda {port}")
    ),
    "!",
    "end",
]
CONFIGURATION = "\n".join(LINES) + "\n"
LOG = "*Nov 22 12:00:01.123: %LINK-3-UPDOWN: Interface GigabitEthernet0/7, changed state to up"
_RUNNING = "show running-config"
_BROKEN = CONFIGURATION.replace(" description oda 7", f" descrip{LOG}\ntion oda 7")
_EXPIRED = "\nYour password has expired.\nEnter new password: "
_MENU = "\nMain Menu\n 1) Status\n 2) Configuration\n 3) Reboot\n\nSelection: "
_CODE = "\nDuo two-factor login for netops\n\nEnter a passcode: "
_BUSY = "\n% Sorry, all lines are in use, try later\n"
_REFUSED = {"enable": "Password: ", ENABLE_PASSWORD: "% Bad secrets\n\n{prompt}"}
_DENIED = "% Command authorization failed\n{prompt}"


@dataclass(frozen=True)
class Mishap:
    """What it says at log-in, to which words it answers what, and the cause; none where all goes well.

    `{prompt}` is its prompt; a command that is not named is answered with the prompt alone. `pages`: the
    words of a pager, which shows ten lines a key.
    """

    name: str
    cause: str
    words: str  # of the device, that should be shown
    greeting: str = "\n{prompt}"
    answers: Mapping[str, str] = field(default_factory=dict)
    prompt: str = f"{NAME}#"
    pages: str = ""
    closes: bool = False
    waits: bool = False  # for any key
    factory: Callable[[Any], Any] = Front

    encoding = "utf-8"

    @property
    def keys(self) -> dict[str, Any]:
        """How an inventory names it."""
        return {"platform": "cisco_ios"}

    def front(self, exhibit: Any) -> Any:
        """Who may come in."""
        return self.factory(exhibit)

    def session(self) -> Session:
        """A session with it."""
        return Session(self)


class Session(asyncssh.SSHServerSession[str]):
    """One admin at it."""

    def __init__(self, mishap: Mishap) -> None:
        self.mishap, self.typed, self.left, self.hidden = mishap, "", [""], False
        self.waits = mishap.waits

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        """Keep the channel."""
        self.channel = chan

    def shell_requested(self) -> bool:
        """A terminal is to be had."""
        return True

    def session_started(self) -> None:
        """Greet."""
        self.say(self.mishap.greeting)
        if self.mishap.closes:
            self.channel.exit(1)
            self.channel.get_connection().close()

    def data_received(self, data: str, datatype: object) -> None:
        """Echo and obey each line; a key alone shows the next page."""
        for letter in data:
            if self.waits:
                self.waits = False
                self.say("\n{prompt}")
            elif len(self.left) > 1:
                self.page(letter)
            elif letter in "\r\n":
                command, self.typed = self.typed.strip(), ""
                self.channel.write("\r\n" if self.hidden else f"{command}\r\n")
                self.hidden = False
                self.obey(command)
            else:
                self.typed += letter

    def obey(self, command: str) -> None:
        """Answer one line."""
        mishap = self.mishap
        if command == _RUNNING and mishap.pages:
            self.left = CONFIGURATION.splitlines()
            self.page(" ")
        elif command in mishap.answers:
            self.say(mishap.answers[command])
        elif command == _RUNNING:
            self.say(CONFIGURATION + "{prompt}")
        elif command == "exit":
            self.channel.get_connection().close()
        else:
            self.say("{prompt}")

    def page(self, key: str) -> None:
        """Ten lines, and the pager behind them; another key than a blank leaves it."""
        said = self.mishap.pages
        erased = f"\r{' ' * len(said)}\r" if self.left[:1] != ["Building configuration..."] else ""
        shown, self.left = self.left[:10], self.left[10:]
        if key != " ":
            self.left = []
        self.say(erased + "\n".join(shown) + "\n" + (said if self.left else "{prompt}"))
        self.left = self.left or [""]

    def say(self, text: str) -> None:
        """As a terminal is written to; what is typed behind a password's question is not seen."""
        self.hidden = text.endswith("Password: ")
        self.channel.write(re.sub(r"\n", "\r\n", text.replace("{prompt}", self.mishap.prompt)))


class Questions(Front):
    """Asks for the password, then for a code (RFC 4256)."""

    def password_auth_supported(self) -> bool:
        """No."""
        return False

    def kbdint_auth_supported(self) -> bool:
        """Only questions."""
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        """The first one."""
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Any) -> Any:
        """The second one, whatever the answer to the first."""
        return "", "", "", [("Verification code: ", False)]


class OnlyAsked(Questions):
    """Asks for the password as a question, and for nothing else."""

    def validate_kbdint_response(self, username: str, responses: Any) -> Any:
        """In, with the right one."""
        return list(responses) == [PASSWORD]


class Expired(Front):
    """Wants another password before it lets anybody in (RFC 4252, 8)."""

    def validate_password(self, username: str, password: str) -> bool:
        """Never."""
        raise asyncssh.PasswordChangeRequired("Your password has expired")


MISHAPS = (
    Mishap(
        "expired",
        "password_expired",
        "Enter new password:",
        _EXPIRED,
    ),
    Mishap("expired-ssh", "password_expired", "", factory=Expired),
    Mishap("menu", "menu", "Selection:", _MENU),
    Mishap("letters", "menu", "Enter option:", "\n [S] Show\n [C] Configure\n [X] Exit\n\nEnter option: "),
    Mishap("banner", "", "", f"\n{NAME}-eski#\nsw-9> yetkisiz giris yasaktir\n{NAME}#\n\n{{prompt}}"),
    Mishap("renamed", "prompt", "sw-baska#", answers={_RUNNING: f"{CONFIGURATION}sw-baska#"}),
    Mishap("pager", "", "", pages="<<< devam icin SPACE, next page >>>"),
    Mishap("more-or-quit", "pager", "-- more --", pages="-- more -- (q)uit, line 17"),
    Mishap("code-ssh", "second_factor", "Verification code:", factory=Questions),
    Mishap("asked", "", "", factory=OnlyAsked),
    Mishap(
        "code",
        "second_factor",
        "Enter a passcode:",
        _CODE,
    ),
    Mishap("slow", "timeout", "Building configuration...", answers={_RUNNING: "Building configuration...\n"}),
    Mishap("silent", "timeout", "bekleyiniz", "\nLutfen bekleyiniz\n"),
    Mishap(
        "log-mid-line",
        "console",
        "%LINK-3-UPDOWN",
        answers={_RUNNING: _BROKEN + "{prompt}"},
    ),
    Mishap("log-at-prompt", "console", "%LINK-3-UPDOWN", answers={"terminal length 0": f"{{prompt}}\n{LOG}"}),
    Mishap("terminal-server", "login", "Username:", "\nPort 7 is open\n\nUsername: "),
    Mishap("terms", "question", "(yes/no)", "\nBu sistem izlenmektedir.\nDo you accept? (yes/no) "),
    Mishap("busy", "dropped", "all lines are in use", _BUSY, closes=True),
    Mishap(
        "enable",
        "enable",
        "% Bad secrets",
        prompt=f"{NAME}>",
        answers=_REFUSED,
    ),
    Mishap(
        "denied",
        "not_authorised",
        "% Command",
        answers={_RUNNING: _DENIED},
    ),
    Mishap("other-shell", "prompt", "abc/def}=>", "\nabc/def}=> "),
    Mishap("sessions", "busy", "sessions reached", "\nMaximum number of sessions reached.\n"),
    Mishap("servers", "aaa", "10.0.0.5", "\n% RADIUS server 10.0.0.5 timed out\n"),
    Mishap("locked", "dropped", "account is locked", "\nYour account is locked.\n", closes=True),
    Mishap("sms", "second_factor", "kodu giriniz", "\nSMS ile gelen kodu giriniz: "),
    Mishap("suresi-dolmus", "password_expired", "Yeni", "\nŞifrenizin süresi doldu.\nYeni şifre: "),
    Mishap("secim", "menu", "Seçiminiz", "\n 1. Durum\n 2. Ayarlar\n 3. Çıkış\n\nSeçiminiz: "),
    Mishap("chinese", "menu", "选择", "\n 1. 系统状态\n 2. 配置\n\n请选择: "),
    Mishap("kabul", "question", "(e/h)", "\nDevam etmek istiyor musunuz? (e/h) "),
    Mishap("rommon", "boot_loader", "rommon", "\nrommon 1 > "),
    Mishap("starting", "booting", "initializing", "\nSystem is initializing, please wait\n"),
    Mishap(
        "nag",
        "",
        "",
        "\nThe license will expire in 5 days\nPress ENTER to continue",
        answers={"": "\n{prompt}"},
    ),
    Mishap("any-key", "", "", "\nYetkisiz giris yasaktir\nPress any key to continue", waits=True),
    Mishap("coloured", "", "", prompt=f"\x1b]0;{NAME}\x07\x1b[1;32m{NAME}\x1b[0m#"),
    Mishap(
        "read-only",
        "error_text",
        "Invalid input",
        answers={_RUNNING: "                ^\n% Invalid input detected at '^' marker.\n\n{prompt}"},
    ),
    Mishap("devam", "", "", pages="--Devam-- (bosluk)"),
    Mishap("cut", "truncated", "", answers={_RUNNING: CONFIGURATION[:300] + "\n{prompt}"}),
)
