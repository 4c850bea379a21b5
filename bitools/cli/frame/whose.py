"""Whose rights a command runs with: those of the account that the state belongs to.

Alone on a desk the state is mine, and nothing happens here. Where it is another account's, an administrator's
command runs itself again through sudo as that account, with no inventory but the machine's; root takes the
account's rights on before it reads anything, for ever, or in a run of backups so that restic can have root's.
"""

from __future__ import annotations

import grp
import os
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from itertools import islice, pairwise
from pathlib import Path

from bitools import privilege, process
from bitools.cli.context import SYSTEM
from bitools.cli.frame import own_slips
from bitools.cli.frame.named_files import as_root, bring_home, named, passed
from bitools.cli.frame.usage import names
from bitools.errors import BitoolsError, Refused
from bitools.i18n import _
from bitools.owned import AUDITORS, DESCRIPTORS, SETUP
from bitools.privilege import SystemAccount

STATE = Path("/var/lib/bitools")  # the state of a machine
GROUP = "bitools"  # who may run it as the state's account
_OWN = {"inventory", "setup", "init"}  # what is done to files of whoever asks, and needs no state
_OWN_GROUPS = {(name,) for name in _OWN}
_FOLLOW = ("inventory", "import"), "--sync"  # but this writes a file of the account
_STATELESS = {("user", "name"), ("net", "platforms"), ("schedule", "show")}
_ROOTS = {("schedule", "install"), ("schedule", "remove")}  # they write where root does
_ACKNOWLEDGE = {("ledger", "continue")}  # whoever can break records does not say that it is all right
_TREES = {("backup", name) for name in ("restore", "mount", "key", "replace")}
_THEIRS = ("HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "TMPDIR")  # of whom we were


def take_on(words: Sequence[str], environ: MutableMapping[str, str]) -> int | None:
    """Take on the right account's rights; an exit code if the command ran as it, in another process.

    Raise Refused for what it cannot do as that account.
    """
    command = tuple(islice(names(words), 2))
    if _came_through_sudo(environ):
        _only_the_machines(words, environ, command)
    folder = _option(words, "--state") or Path(environ.get("BITOOLS_STATE") or STATE)
    owner, me = _owner(folder), os.geteuid()
    if not command or owner is None or _needs_none(command, words):
        return None
    if owner.uid in (me, 0):
        return None  # what root lets others read they may read
    if me == 0:
        if command not in _ROOTS:
            _take_on(owner, command, environ)
        return None
    return _through_sudo(owner, words, environ, command)


def _is_own(command: tuple[str, ...], words: Sequence[str]) -> bool:
    """Is it done to files of whoever asks?"""
    return command[:1] in _OWN_GROUPS and not (command == _FOLLOW[0] and _FOLLOW[1] in words)


def _needs_none(command: tuple[str, ...], words: Sequence[str]) -> bool:
    return (
        _is_own(command, words)
        or command in _STATELESS
        or (command in (("net", "diff"), ("net", "remediate")) and "--files" in words)
    )


def _owner(folder: Path) -> SystemAccount | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return SystemAccount.of(found.st_uid, found.st_gid)


def _option(words: Sequence[str], option: str) -> Path | None:
    """The value of an option before the group; the last one counts, as it does for the command itself."""
    return (_options(words, option) or [None])[-1]


def _options(words: Sequence[str], option: str) -> list[Path | None]:
    """Every value of an option that a line gives, whether or not it counts."""
    beside = [Path(value) for word, value in pairwise(words) if word == option]
    within = [Path(word.partition("=")[2]) for word in words if word.startswith(f"{option}=")]
    ordered = [word for word in words if word == option or word.startswith(f"{option}=")]
    inside, outside = iter(within), iter(beside)
    return [next(inside if "=" in word else outside, None) for word in ordered]


def _only(words: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Does the line use the machine's inventory and state, and name no others, not even in vain?"""
    inventory = _options(words, "--inventory") or [Path(environ.get("BITOOLS_INVENTORY") or SYSTEM)]
    state = _options(words, "--state") or [Path(environ.get("BITOOLS_STATE") or STATE)]
    return set(inventory) == {SYSTEM} and set(state) == {STATE}


def _take_on(owner: SystemAccount, command: tuple[str, ...], environ: MutableMapping[str, str]) -> None:
    from bitools.ledger import actor

    environ["SUDO_USER"] = actor(environ)  # who asked, before we are somebody else
    if command[0] == "backup":
        privilege.lend(owner)
        process.forget(*_THEIRS)
    else:
        privilege.drop(owner)
        process.forget(*_THEIRS, "XDG_CACHE_HOME")


def _came_through_sudo(environ: Mapping[str, str]) -> bool:
    """Did somebody else ask for this through sudo, who is not root? sudo itself writes SUDO_UID."""
    uid = environ.get("SUDO_UID", "")
    return uid.isdigit() and int(uid) not in (0, os.geteuid()) and os.geteuid() != 0


def _only_the_machines(words: Sequence[str], environ: Mapping[str, str], command: tuple[str, ...]) -> None:
    """As the account, nobody's files but the machine's and those that were handed over. Raise Refused."""
    if not _only(words, environ):
        message = _("through sudo only {inventory} and {state} are used")
        raise Refused(message.format(inventory=SYSTEM, state=STATE), reason="sudo")
    if command in _ACKNOWLEDGE:
        raise _for_root(words)
    if command in _TREES | _ROOTS or _is_own(command, words):
        raise _wants_root(words)
    for one in named(words):
        if one.path.parent != DESCRIPTORS or not one.path.name.isdigit() or int(one.path.name) < 3:
            message = _("{path}: the account that bitools runs as opens no files by name")
            hint = _("run it as yourself: bitools …")
            raise Refused(message.format(path=one.path), hint=hint, reason="sudo")


def _wants_root(words: Sequence[str]) -> Refused:
    hint = _("try: {command}").format(command=as_root(words))
    return Refused(_("whole folders are read and written with root's rights"), hint=hint, reason="root")


def _for_root(words: Sequence[str]) -> Refused:
    hint = _("try: {command}").format(command=as_root(words))
    return Refused(_("only root may acknowledge a break"), hint=hint, reason="root")


def _through_sudo(
    owner: SystemAccount, words: Sequence[str], environ: Mapping[str, str], command: tuple[str, ...]
) -> int:
    """Run this command line as the state's account. Raise Refused where that is not allowed."""
    _may_ask(owner, command)
    own_slips.destroy_old(environ)
    if not _only(words, environ):
        state = _option(words, "--state") or Path(environ.get("BITOOLS_STATE") or STATE)
        message = _("{state} belongs to {owner}, who uses only {inventory} and {standard}")
        said = message.format(state=state, owner=owner.name or owner.uid, inventory=SYSTEM, standard=STATE)
        raise Refused(said, hint=_("leave out --inventory and --state"), reason="sudo")
    if command in _ACKNOWLEDGE:
        raise _for_root(words)
    if command in _TREES | _ROOTS:
        raise _wants_root(words)
    line, files = passed(words)
    kept = [one.descriptor for one in files]
    # sudo closes what is open from a number on, 3 if it is not told: the drop-in allows to tell it
    keep = ["-C", str(max(kept) + 1)] if kept else []
    sudo = ["sudo", "-n", "-u", owner.name]
    code = process.instead([*sudo, *keep, "--", _program(), *_command_first(line, command)], environ, kept)
    for slip in bring_home(files, whole=code < 128):
        own_slips.note(slip, environ)
    if code == 1 and process.run([*sudo, "-l", _program()]).code:
        hint = _("once: {command}").format(command=SETUP)
        raise Refused(_("sudo does not let you run it as {owner}").format(owner=owner.name), hint=hint)
    return code


def _command_first(words: Sequence[str], command: tuple[str, ...]) -> list[str]:
    """The same line with the command in front of all options: what auditors may run is known by its words."""
    rest = list(words)
    for word in command:
        rest.remove(word)
    return [*command, *rest]


def _may_ask(owner: SystemAccount, command: tuple[str, ...]) -> None:
    """Raise Refused for who is not in the group, before sudo asks for a password or mails root."""
    group = _member(GROUP) or (_is_audited(command) and _member(_auditors()))
    if not owner.name or not process.installed("sudo"):
        raise Refused(
            _("the state belongs to the account {owner}").format(owner=owner.name or owner.uid),
            hint=_("once: {command}").format(command=SETUP),
            reason="owner",
        )
    if not group:
        raise Refused(
            _("you are not in the group {group}, who may run bitools here").format(group=GROUP),
            hint=_("as root: usermod -aG {group} {user}, then log in anew").format(
                group=GROUP, user=privilege.SystemAccount.of(os.getuid()).name
            ),
            reason="group",
        )


def _is_audited(command: tuple[str, ...]) -> bool:
    """May auditors run it?"""
    from bitools.cli.frame.app import audited

    return command in audited()


def _member(group: str) -> bool:
    """Are we in this group?"""
    try:
        return grp.getgrnam(group).gr_gid in (os.getegid(), *os.getgroups())
    except KeyError:
        return False


def _auditors() -> str:
    """The group that settings.yaml names, if it can be read by whoever asks; else the usual one."""
    from bitools import yamlfile

    try:
        return str(yamlfile.read(SYSTEM / "settings.yaml").data.get("auditors") or AUDITORS)
    except (OSError, BitoolsError, AttributeError):
        return AUDITORS


def _program() -> str:
    """This program, with its whole path, as the drop-in names it."""
    here = Path(sys.argv[0])
    return str(here.absolute()) if here.name == "bitools" else str(Path(sys.executable).with_name("bitools"))
