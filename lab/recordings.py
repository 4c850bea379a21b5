"""Recorded sessions of real devices, served over SSH, snapshotted, and held against what should be stored.

    python -m lab.recordings FOLDER [--masked]

FOLDER holds `MODEL#HARDWARE_SOFTWARE#simulation.yaml` (prompt and answers), and beside it `#output.txt` (what
should be stored), `#secret.yaml` and `#significant_changes.yaml` (`fail`: what must not be). The format, with
backslash escapes as Ruby writes them, is that of Oxidized's test data.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import yaml

from bitools import platforms
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.page import Page
from lab.museum import Museum, log_of, mails_of


@dataclass(frozen=True)
class Kind:
    """What a model's recordings are served as.

    `shows` is how the recorded answer with the configuration begins; `after` completes recordings that are
    only a snippet; `exec`: recorded from single commands, without a terminal.
    """

    platform: str
    shows: str
    exec: bool = False
    after: str = ""
    prompt: str = ""  # what the first prompt lost when the recording was made anonymous


MODELS = {
    "aoscx": Kind("aruba_aoscx", "show running-config"),
    "aosw": Kind("aruba_os", "show running-config"),
    "arubainstant": Kind("aruba_instant", "show running-config"),
    "asa": Kind("cisco_asa", "more system:running-config"),
    "cumulus": Kind("cumulus", "cat /etc/"),
    "cumulus_nvue": Kind("cumulus_nvue", "nv config show"),
    "efos": Kind("broadcom_icos", "show running-config"),
    "eos": Kind("arista_eos", "show running-config"),
    "firelinuxos": Kind("cisco_ftd", "show running-config"),
    "fortigate": Kind("fortinet", "show | grep"),
    "fortios": Kind("fortinet", "show"),
    "fsos": Kind("fs_os", "show running-config"),
    "h3c": Kind("hp_comware", "display current", after="#\nreturn\n"),
    "ios": Kind("cisco_ios", "show running-config"),
    "ironware": Kind("ruckus_fastiron", "show running-config", prompt="#"),
    "junos": Kind("juniper_junos", "show configuration", exec=True),
    "mlnxos": Kind("mellanox_mlnxos", "show running-config"),
    "netgear": Kind("netgear_prosafe", "show running-config"),
    "nxos": Kind(
        "cisco_nxos", "show running-config", after="hostname TEST-12345\ninterface Vlan1\nline vty\n"
    ),
    "opnsense": Kind("opnsense", "cat /conf", exec=True),
    "pfsense": Kind("pfsense", "cat /cf", exec=True),
    "routeros": Kind("mikrotik_routeros", "/export", exec=True),
    "tnsr": Kind("tnsr", "show configuration running"),
    "tplink": Kind("tplink_jetstream", "show running-config"),
    "vyos": Kind("vyos", "show configuration commands"),
}
# names that the recorder changed in one place and not in another
_ANONYMOUS = {
    "#HOSTNAME#": "switch-01",
    "tnsr-dev-25-02": "tnsr-dev-24-10",
    "bgp01 tnsr": "tnsr-dev-24-10 tnsr",
}
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----\"?", re.DOTALL
)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{3}|\n|.)")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "e": "\x1b", "b": "\b", "s": " ", "a": "\a", "\n": ""}


def unescaped(text: str) -> str:
    """Ruby's double-quoted escapes."""

    def one(found: re.Match[str]) -> str:
        word = found[1]
        if word[0] == "x" and len(word) > 1:
            return chr(int(word[1:], 16))
        return chr(int(word, 8)) if word.isdigit() and len(word) == 3 else _LETTERS.get(word, word)

    return _ESCAPE.sub(one, text)


def model_of(path: Path) -> str:
    """The model that a recording's name begins with; Cumulus has a second one, named at the end."""
    model = path.name.partition("#")[0]
    return f"{model}_nvue" if "_nvue#" in path.name else model


class Recording:
    """One recorded session, and what lies beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stem = re.sub(r"#(?:custom_)?simulation\.yaml$", "", path.name)
        self.model = model_of(path)
        self.kind = MODELS[self.model]
        self.name = re.sub(r"[^a-z0-9]+", "-", self.stem.lower()).strip("-")
        data = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        listed = data["commands"]
        pairs = (
            [pair for entry in listed for pair in entry.items()]
            if isinstance(listed, list)
            else listed.items()
        )
        self.answers = [(self._read(command).strip("\n"), self._read(answer)) for command, answer in pairs]
        self.greeting = self._read(data["init_prompt"]) + self.kind.prompt

    encoding = "utf-8"

    @property
    def keys(self) -> dict[str, Any]:
        """How an inventory names it."""
        return {"platform": self.kind.platform} | ({"transport": "exec"} if self.kind.exec else {})

    def session(self) -> Session:
        """A session with the recorded device, from the beginning."""
        return Session(self)

    def _read(self, text: str | None) -> str:
        text = unescaped(str(text or ""))
        for hidden, name in _ANONYMOUS.items():
            text = text.replace(hidden, name)
        return text

    @property
    def shown(self) -> str:
        """Everything it printed for its configuration, pages joined, prompt and echo with it."""
        text = ""
        inside = False
        for command, answer in self.answers:
            inside = command.startswith(self.kind.shows) or (inside and command == " ")
            text += answer if inside else ""
        return text

    def beside(self, kind: str) -> Any:
        """`#secret.yaml` and its like, read; nothing if there is none."""
        file = self.path.with_name(f"{self.stem}#{kind}.yaml")
        return (yaml.load(file.read_text("utf-8"), yaml.CSafeLoader) or {}) if file.is_file() else {}

    @property
    def output(self) -> list[str]:
        """The lines that should be stored."""
        file = self.path.with_name(f"{self.stem}#output.txt")
        text = file.read_text("utf-8") if file.is_file() else ""
        return _PRIVATE_KEY.sub("", text).splitlines()


class Session(asyncssh.SSHServerSession[str]):
    """Answers each command as recorded; what was not recorded, with a bare prompt."""

    def __init__(self, recording: Recording) -> None:
        self.recording, self.left = recording, list(recording.answers)
        self.typed = ""
        self.command = ""
        self.waiting = ""  # a key that shows the next page
        self.follows = False
        self.next = 0

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        """Keep the channel."""
        self.channel = chan

    def shell_requested(self) -> bool:
        """Every recording may be typed at."""
        return True

    def exec_requested(self, command: str) -> bool:
        """And every one may be given a single command."""
        self.command = command
        return True

    def session_started(self) -> None:
        """Greet, or answer the one command."""
        prompt = self.recording.greeting.replace("\r\n", "\n").rpartition("\n")[2].strip("\r")
        self.prompt = prompt
        if self.command:
            self.channel.write(self._answer(self.command))
            self.channel.exit(0)
        else:
            self.channel.write(_lines(self.recording.greeting))

    def data_received(self, data: str, datatype: object) -> None:
        """Obey each line, and each key where a page waits."""
        for letter in data.replace("\r\n", "\n").replace("\r", "\n"):
            if self.waiting == letter:
                self.waiting = ""
                self._print(letter)
            elif letter == "\n":
                command, self.typed = self.typed, ""
                self._print(command)
            else:
                self.typed += letter

    def _print(self, command: str) -> None:
        if self.follows:  # a page, or what comes after a password, is the next answer there is
            self.follows = False
            self._write(self.left[self.next][1])
            self.next += 1
            return
        if command in ("exit", "quit", "logout") and not any(known == command for known, _text in self.left):
            self.channel.get_connection().close()
            return
        self._write(self._answer(command))

    def _write(self, answer: str) -> None:
        self.channel.write(_lines(answer))
        last = answer.rpartition("\n")[2]
        self.waiting = " " if re.search(r"-+ ?[Mm]ore", last) else ""
        self.follows = bool(self.waiting) or bool(re.search(r"assword.*: $", last))
        if not self.follows and last.strip():
            self.prompt = last.strip("\r")

    def _answer(self, command: str) -> str:
        platform = platforms.load(self.recording.kind.platform)
        for position, (known, answer) in enumerate(self.left):
            if known == command:
                self.next = position + 1
                return self._completed(command, answer)
        if command in platform.commands.running:
            for position, (known, answer) in enumerate(self.left):
                if known.startswith(self.recording.kind.shows):
                    self.next = position + 1
                    return self._completed(command, answer.replace(known, command, 1))
        return f"{command}\n{self.prompt}"

    def _completed(self, command: str, answer: str) -> str:
        kind = self.recording.kind
        if kind.after and command in platforms.load(kind.platform).commands.running:
            body, _line, prompt = answer.replace("\r\n", "\n").rpartition("\n")
            return f"{body}\n{kind.after}{prompt}"
        return answer


def _lines(text: str) -> str:
    return re.sub(r"\r*\n", "\r\n", text)


def kept_of(name: str, state: Path, said: list[str]) -> bytes:
    """Everything that anybody could read of one device afterwards: files, history, JSON, mail."""
    kept = [log_of(state, f"devices/{name}.cfg"), *mails_of(state)]
    for path in (path for path in state.rglob("*") if path.is_file() and "history" not in path.parts):
        if path.parent.name == "documents":
            items = json.loads(path.read_bytes()).get("items", [])
            kept.append(json.dumps([item for item in items if item.get("device") == name]).encode())
        elif path.parent.name != "quarantine" or path.stem == name:
            kept.append(path.read_bytes())
    return b"\n".join(kept) + "".join(said).encode()


def judge(recording: Recording, stored: str, kept: bytes, key: bytes) -> list[str]:
    """What is wrong with what was stored; nothing if nothing is."""
    wrong = []
    for kind in ("secret", "significant_changes"):
        for text in recording.beside(kind).get("fail") or []:
            where = kept if kind == "secret" else stored.encode()
            if text.encode() in where:
                wrong.append(f"kept although {kind} forbids it: {text!r}")
    platform = platforms.load(recording.kind.platform)
    lines = {line.strip() for line in stored.splitlines()}
    for line in expected(recording):
        masked = canonical(Page.of(line, platform), key).text.strip()
        if line.strip() not in lines and masked not in lines:
            wrong.append(f"missing: {line.strip()}")
    return wrong


def expected(recording: Recording) -> list[str]:
    """The lines of `#output.txt` that must be stored.

    Not those of another command, or that the recorder masked: the device never printed them. Nor those that
    say nothing or change by themselves.
    """
    platform = platforms.load(recording.kind.platform)
    printed = {line.strip() for line in recording.shown.replace("\r", "\n").split("\n")}
    kept = canonical(Page.of("\n".join(recording.output), platform), None).text.splitlines()
    return [
        line
        for line in kept
        if line.strip() in printed - {"", "!", "#"} and not recording.greeting.endswith(line.strip())
    ]


def _bitools(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bitools", *words], env=environment, capture_output=True, text=True
    )


def chosen(folder: Path) -> list[Recording]:
    """The recordings that hold a configuration of a platform of ours; of the others it is said why not."""
    recordings = []
    for path in sorted(folder.glob("*simulation.yaml")):
        if model_of(path) not in MODELS:
            print(f"- {path.name}: no platform of ours reads this model")
        elif (one := Recording(path)).shown.count("\n") < 4:
            print(f"- {path.name}: holds no configuration")
        else:
            recordings.append(one)
    return recordings


def masked(folder: Path) -> int:
    """Show every line that is masked, for somebody to say which hold no secret."""
    lines, hidden = 0, 0
    for recording in chosen(folder):
        platform = platforms.load(recording.kind.platform)
        shown = recording.shown.replace("\r\n", "\n")
        plain, kept = (canonical(Page.of(shown, platform), key).text.splitlines() for key in (None, b"a key"))
        lines += len(plain)
        for line in kept:
            if "<secret" in line and line not in plain:
                print(f"{recording.stem}: {line.strip()}")
                hidden += 1
    print(f"{hidden} of {lines} lines are masked")
    return 0


def main(folder: Path) -> int:
    """Serve, snapshot twice, judge. 1 if anything is wrong."""
    recordings = chosen(folder)
    if not recordings:
        print(f"{folder}: no recordings (*simulation.yaml)")
        return 1
    with tempfile.TemporaryDirectory() as temporary, Museum(recordings) as museum:
        state = Path(temporary) / "state"
        museum.inventory(Path(temporary) / "inventory")
        environment = {
            **os.environ,
            "BITOOLS_LANG": "en",
            "BITOOLS_INVENTORY": str(Path(temporary) / "inventory"),
            "BITOOLS_STATE": str(state),
        }
        said = [_bitools(environment, "net", "trust", "--yes", "--json").stderr]
        rounds, mails = [], []
        for _round in range(2):
            snapshot = _bitools(environment, "net", "snapshot", "--json")
            if not snapshot.stdout:
                print(snapshot.stderr)
                return 1
            rounds.append(json.loads(snapshot.stdout))
            report = _bitools(environment, "report", "changes", "--mail")
            said += [snapshot.stderr, report.stdout, report.stderr]
            mails.append(len(mails_of(state)))
        said.append(_bitools(environment, "net", "history").stdout)
        problems = 0
        for one in recordings:
            stored = _bitools(environment, "net", "show", one.name).stdout
            problems += _told(one, stored, _wrong(one, stored, state, rounds, said))
    if mails != [1, 1]:
        print(f"✗ mails after the first and the second run: {mails}, not [1, 1]")
        problems += 1
    print(f"{len(recordings) - problems} of {len(recordings)} recordings pass")
    return 1 if problems else 0


def _wrong(one: Recording, stored: str, state: Path, rounds: list[Any], said: list[str]) -> list[str]:
    failed = {failure["target"]: failure["error"] for failure in rounds[0]["failed"]}
    again = {item["device"]: item["status"] for item in rounds[1]["items"]}
    if one.name in failed:
        return [failed[one.name]]
    wrong = judge(one, stored, kept_of(one.name, state, said), (state / "mask.key").read_bytes())
    if again.get(one.name) != "unchanged":
        wrong.append(f"the second run: {again.get(one.name)}")
    return wrong


def _told(one: Recording, stored: str, wrong: list[str]) -> bool:
    lines = f"{len(stored.splitlines())} lines, {len(expected(one))} held against its output"
    print(f"{'✗' if wrong else '✓'} {one.stem}  ({one.kind.platform}, {lines})")
    for problem in wrong[:12]:
        print(f"    {problem}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit((masked if "--masked" in sys.argv else main)(Path(sys.argv[1])))
