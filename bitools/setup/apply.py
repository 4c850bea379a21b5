"""Carry out a plan, step by step; what was changed is remembered, so that it can be undone."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bitools import process
from bitools.errors import Rejected
from bitools.i18n import _
from bitools.inventory.sync import IMPORTED
from bitools.owned import ACCOUNT
from bitools.privilege import Account
from bitools.setup import adopt
from bitools.setup.plan import PRIMARY, RUNNERS, Ownership, Step
from bitools.state import write

MEMORY = "setup.json"  # in the state: what was there before
_BOOTED = Path("/run/systemd/system")


class Applying:
    """One run. `proofs` look at the content of a state that is taken over, and say what they set aside."""

    def __init__(self, state: Path, proofs: Sequence[Callable[[Path], list[str]]]) -> None:
        self.state = state
        self.aside: list[str] = []
        self.adopted = False
        self._proofs = proofs
        self._memory = Memory.load(state)

    def step(self, step: Step) -> None:
        """Do one. Raise Rejected, IntegrityBroken, OSError."""
        do = {
            "group": self._group,
            "account": self._account,
            "state": self._state,
            "owner": self._owner,
            "file": self._file,
            "remove": self._remove,
            "run": self._run,
        }[step.kind]
        do(step)

    def remember(self) -> None:
        """Write down what was there before; the state is the account's by now."""
        path = self.state / MEMORY
        write(path, json.dumps(asdict(self._memory), ensure_ascii=False, indent=1).encode())
        account = Account.of(pwd.getpwnam(ACCOUNT).pw_uid)
        os.chown(path, account.uid, account.gid)

    def _group(self, step: Step) -> None:
        if step.after:
            process.run(["groupadd", "--system", step.target], check=True)
            self._memory.made.append(f"group {step.target}" if step.target == RUNNERS else step.target)
        else:
            process.run(["groupdel", step.target.removeprefix("group ")], check=True)

    def _account(self, step: Step) -> None:
        if not step.after:
            process.run(["userdel", step.target], check=True)
            return
        words = ["useradd", "--system", "--no-create-home", "--gid", PRIMARY, "--shell", "/usr/sbin/nologin"]
        words += ["--home-dir", str(self.state), "--comment", "bitools", ACCOUNT]
        process.run(words, check=True)
        self._memory.made.append(ACCOUNT)

    def _state(self, step: Step) -> None:
        wanted = _parsed(step.after)
        if wanted.owner != ACCOUNT:
            adopt.hand_over(self.state, Account(0, 0))
            return
        self.adopted = bool(step.before)
        self.aside += adopt.close(self.state)
        for proof in self._proofs if self.adopted else ():
            self.aside += proof(self.state)
        entry = pwd.getpwnam(ACCOUNT)
        adopt.hand_over(self.state, Account(entry.pw_uid, entry.pw_gid, ACCOUNT))

    def _owner(self, step: Step) -> None:
        if step.before:
            self._memory.owners.setdefault(step.target, step.before)
        wanted = _parsed(step.after)
        shutil.chown(step.target, wanted.owner, wanted.group)
        Path(step.target).chmod(wanted.mode)

    def _file(self, step: Step) -> None:
        path = Path(step.target)
        if path.parent.name == "sudoers.d":
            _accepted(step.content)
        missing = next((one for one in reversed(path.parents) if not one.exists()), None)
        write(path, step.content.encode(), step.mode)
        if missing:
            for folder in (path.parent, *path.parent.parents):
                if folder.is_relative_to(missing):
                    folder.chmod(0o755)
        if not step.before and not path.match(IMPORTED):  # that is the inventory's, and stays
            self._memory.files.append(step.target)

    def _remove(self, step: Step) -> None:
        path = Path(step.target)
        if path.suffix == ".timer" and _BOOTED.is_dir():
            process.run(["systemctl", "disable", "--now", path.name])
        path.unlink(missing_ok=True)

    def _run(self, step: Step) -> None:
        process.run(step.words, check=True)


@dataclass(slots=True)
class Memory:
    """What was not there before: groups and the account, files; and whose the others were."""

    made: list[str] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, state: Path) -> Memory:
        """What an earlier run remembered."""
        try:
            return cls(**json.loads((state / MEMORY).read_bytes()))
        except (OSError, ValueError, TypeError):
            return cls()


def _parsed(text: str) -> Ownership:
    names, mode = text.split()
    owner, group = names.split(":")
    return Ownership(owner, group, int(mode, 8))


def _accepted(content: str) -> None:
    """Raise Rejected if sudo would not take it: a broken drop-in locks everybody out of sudo."""
    with tempfile.NamedTemporaryFile("w", prefix="bitools-sudoers-") as file:
        file.write(content)
        file.flush()
        Path(file.name).chmod(0o440)
        done = process.run(["visudo", "-c", "-f", file.name])
    if done.code:
        message = _("sudo does not take the drop-in: {why}").format(why=done.complaint)
        raise Rejected(message, reason="sudoers")
