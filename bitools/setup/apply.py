"""Carry out a plan, step by step; what was changed is remembered, so that it can be undone."""

from __future__ import annotations

import grp
import json
import os
import pwd
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bitools import process
from bitools.errors import Refused, Rejected
from bitools.i18n import _
from bitools.inventory.lists import IMPORTED
from bitools.owned import ACCOUNT
from bitools.privilege import SystemAccount
from bitools.setup import adopt, rights
from bitools.setup.adopt import MEMORY
from bitools.setup.plan import PRIMARY, Ownership, Step
from bitools.state import write

_BOOTED = Path("/run/systemd/system")
_IN_USE = 8  # userdel(8): a process of the account runs
_ENDING = 10.0  # seconds


class Applying:
    """One run. `proofs` look at the content of a state that is taken over, and say what they set aside."""

    def __init__(self, state: Path, proofs: Sequence[Callable[[Path], list[str]]]) -> None:
        self.state = state
        self.aside: list[str] = []
        self._proofs = proofs

    def step(self, step: Step) -> None:
        """Do one. Raise Rejected, IntegrityBroken, OSError."""
        do = {
            "group": self._group,
            "account": self._account,
            "state": self._state,
            "owner": self._owner,
            "rights": self._rights,
            "folder": self._folder,
            "file": self._file,
            "remove": self._remove,
            "run": self._run,
        }[step.kind]
        do(step)

    def begin(self, steps: Sequence[Step]) -> None:
        """Close a state that is to be taken over, and write down what was there before the first step.

        Killed anywhere from here on, another run goes on and `--remove` finds its way back. The file stays
        root's in a state that becomes the account's. Raise Refused if it is not; OSError.
        """
        if any(step.kind == "state" for step in steps):
            self.aside += adopt.close(self.state)
        memory = Memory.load(self.state)
        for step in steps:
            memory.expect(step)
        write(self.state / MEMORY, json.dumps(asdict(memory), ensure_ascii=False, indent=1).encode())

    def _group(self, step: Step) -> None:
        if step.after:
            process.run(["groupadd", "--system", step.target], check=True)
        else:
            process.run(["groupdel", step.target.removeprefix("group ")], check=True)

    def _account(self, step: Step) -> None:
        if not step.after:
            _remove_account(step.target)
            return
        words = ["useradd", "--system", "--no-create-home", "--gid", PRIMARY, "--shell", "/usr/sbin/nologin"]
        words += ["--home-dir", str(self.state), "--comment", "bitools", ACCOUNT]
        process.run(words, check=True)

    def _state(self, step: Step) -> None:
        wanted = Ownership.read(step.after)
        if wanted.owner != ACCOUNT:
            adopt.hand_over(self.state, SystemAccount(0, 0))
            return
        for proof in self._proofs if step.before else ():
            self.aside += proof(self.state)
        entry = pwd.getpwnam(ACCOUNT)
        adopt.hand_over(self.state, SystemAccount(entry.pw_uid, entry.pw_gid, ACCOUNT))

    def _owner(self, step: Step) -> None:
        wanted = Ownership.read(step.after)
        if not step.before and not os.path.lexists(step.target):  # to be given back, and gone since
            return
        # Whoever could write beside it until now must not lead us to another file meanwhile.
        file = os.open(
            os.path.realpath(step.target), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        )
        try:
            os.fchown(file, _number(wanted.owner, pwd.getpwnam), _number(wanted.group, grp.getgrnam))
            os.fchmod(file, wanted.mode)
        finally:
            os.close(file)

    def _rights(self, step: Step) -> None:
        path = Path(step.target)
        if step.after:
            rights.grant(path, step.after, pwd.getpwnam(ACCOUNT).pw_uid)
        elif path.exists():
            rights.put_back(path, *step.words)

    def _folder(self, step: Step) -> None:
        wanted, path = Ownership.read(step.after), Path(step.target)
        path.mkdir(mode=0o700, exist_ok=True)
        os.chown(path, _number(wanted.owner, pwd.getpwnam), _number(wanted.group, grp.getgrnam))
        path.chmod(wanted.mode)

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

    def _remove(self, step: Step) -> None:
        path = Path(step.target)
        if path.suffix == ".timer" and _BOOTED.is_dir():
            process.run(["systemctl", "disable", "--now", path.name])
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        for folder in step.words:
            with suppress(OSError):  # somebody else has put something there since
                Path(folder).rmdir()

    def _run(self, step: Step) -> None:
        process.run(step.words, check=True)


@dataclass(slots=True)
class Memory:
    """What was not there before: groups, the account, files and folders above them; whose the others were."""

    made: list[str] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    rights: dict[str, str] = field(default_factory=dict)
    above: list[str] = field(default_factory=list)

    def expect(self, step: Step) -> None:
        """Note what this step will change, if no earlier run noted it."""
        if step.kind in ("group", "account"):
            ours = step.target == PRIMARY or step.kind == "account"
            name = step.target if ours else f"group {step.target}"
            self.made += [name] if name not in self.made else []
        elif step.kind == "owner" and step.before:
            self.owners.setdefault(step.target, step.before)
        elif step.kind == "rights" and step.after:
            self.rights.setdefault(step.target, step.before)
        elif step.kind in ("file", "folder") and not step.before:
            stays = Path(step.target).match(IMPORTED)  # it is the inventory's
            self.files += [step.target] if not stays and step.target not in self.files else []
            missing = [str(one) for one in Path(step.target).parents if not one.exists()]
            self.above += [one for one in missing if one not in self.above]

    @classmethod
    def load(cls, state: Path) -> Memory:
        """What an earlier run remembered. Raise Refused if it is not root who wrote it: root undoes by it."""
        path = state / MEMORY
        try:
            with open(
                os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb"
            ) as file:
                if os.fstat(file.fileno()).st_uid != 0:
                    raise _forged(path)
                return cls(**json.loads(file.read()))
        except (FileNotFoundError, NotADirectoryError):
            return cls()
        except (OSError, ValueError, TypeError) as error:
            raise _forged(path) from error


def _forged(path: Path) -> Refused:
    message = _("{file}: root did not write it, so what setup changed here cannot be told from it")
    hint = _("look at it; if it is right: chown root {file}; if not: rm {file}").format(file=path)
    return Refused(message.format(file=path), hint=hint, reason="memory")


def _number(name: str, find: Callable[[str], tuple[Any, ...]]) -> int:
    """The id of an account or a group; one that has no name is written as its number."""
    return int(name) if name.isdigit() else int(find(name)[2])


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


def _remove_account(name: str) -> None:
    """Remove it; a run that is just ending has some seconds to end. Raise Rejected if it does not."""
    ends = time.monotonic() + _ENDING
    while process.run(["userdel", name]).code == _IN_USE and time.monotonic() < ends:
        time.sleep(0.2)
    if name in {entry.pw_name for entry in pwd.getpwall()}:
        process.run(["userdel", name], check=True)
