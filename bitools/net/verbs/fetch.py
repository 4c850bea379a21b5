"""From a device of the inventory to a proven configuration: connect, ask, prove, and believe it or not.

What is not whole is no error of the device's connection: it comes back as a value, with its cause and its
text, and whoever asked decides what becomes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bitools.engine import Attempt, Outcome, fan_out
from bitools.errors import BitoolsError, InventoryInvalid, Refused
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.decisions import guard, identity
from bitools.net.decisions.configuration import Configuration
from bitools.net.decisions.grammar import Grammar, grammar
from bitools.net.verbs.proof import Asked, Doubted, NotWhole, Proof
from bitools.net.wire import quarantine
from bitools.net.wire.answer import at_work
from bitools.net.wire.connect import Logins
from bitools.net.wire.transport import Connection
from bitools.platforms.model import ConfigLog, Platform
from bitools.run import Run
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.net.decisions.change.reach.own_view import View

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a device has: its running configuration and, if asked for, the one it would start with."""

    running: Configuration
    startup: Configuration | None = None
    shrunk: bool = False
    log: str = field(default="", repr=False)  # who configured it, where it was asked; never for the history
    looked: View | None = None

    @property
    def view(self) -> View:
        """How it sees us, where it was asked."""
        from bitools.net.decisions.change.reach.own_view import View  # only who changes a device asks it

        return self.looked or View()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a device beside its running configuration, and what is believed of it.

    `startup`: the one it would start with, too. `looks`: how it sees us. `smaller`: a big drop is believed at
    once. `stranger`: another name or serial number than before is no matter.
    """

    startup: bool = False
    looks: bool = False
    smaller: bool = False
    stranger: bool = False


class Fetcher:
    """Everything a fetch needs, read once for the whole run."""

    def __init__(self, run: Run, transcript: Path | None = None) -> None:
        self.connector = Logins(run)
        self.connector.talks.whole = transcript is not None
        self.proof = Proof(run)
        self._run, self._transcript = run, transcript

    def platform(self, device: Device) -> Platform:
        """The device's platform. Raise InventoryInvalid or NotFound."""
        return self._run.inventory.platform(device.platform)

    def written_down(self, document: Document[Any]) -> None:
        """Write what the devices said, if somebody wants to read it. A warning if that cannot be."""
        if self._transcript is not None:
            try:
                self.connector.talks.write(self._run, self._transcript)
            except Refused as error:
                document.warnings.append(str(error))

    def prepare(self, devices: Sequence[Device]) -> None:
        """Read every platform and secret once, before the workers start."""
        for device in devices:
            self.platform(device)
        self.connector.prepare(devices)

    def each(
        self, devices: Sequence[Device], work: Callable[[Device, Attempt], Value], deadline: float
    ) -> list[Outcome[Device, Value]]:
        """What the work gives for each device, in their order, whoever answered first.

        `deadline`: seconds a device.
        """
        place = {device.name: number for number, device in enumerate(devices)}
        outcomes = fan_out(devices, work, self.connector.limits(deadline))
        return sorted(outcomes, key=lambda outcome: place[outcome.target.name])

    def fetch(
        self, device: Device, attempt: Attempt, before: str = "", wish: Wish = Wish()
    ) -> Fetched | NotWhole:
        """Fetch now. `before` is what the device had last.

        Raise as `Logins.open`; InventoryInvalid if the platform keeps no startup configuration.
        """
        compiled = grammar(self.platform(device))
        if wish.startup and not compiled.platform.commands.startup:
            raise InventoryInvalid(
                _("{platform} keeps no startup configuration").format(platform=compiled.platform.title),
                target=device.name,
            )
        try:
            fetched = self._asked(device, compiled, attempt, before, wish)
            if before and fetched.running.says(before):
                return fetched  # nothing to doubt, and a large text need not be read as a whole
            if not wish.stranger:
                self._recognised(device, compiled, fetched.running, before)
            if wish.smaller or not before or not _shrunk(fetched.running, compiled, before):
                return fetched
            again = self._asked(device, compiled, attempt, before, replace(wish, looks=False))
            return replace(_alike(again, fetched, before), shrunk=True, looked=fetched.looked)
        except (Doubted, BitoolsError) as error:
            from bitools.net.verbs import causes  # not at the top: a run in which all goes well needs none

            return causes.not_whole(self._run, self.connector.talks.of(device.name), compiled.platform, error)

    def ask(self, device: Device, journal: ConfigLog, attempt: Attempt) -> str:
        """What the device prints for its log, as it is: never for the history."""
        if journal.alone and device.transport != "telnet":
            device = device.model_copy(update={"transport": "exec"})
        with self.connector.open(device, self.platform(device), attempt) as connection:
            return connection.ask(journal.command)

    def _asked(self, device: Device, compiled: Grammar, attempt: Attempt, before: str, wish: Wish) -> Fetched:
        """Ask for everything in one session. What nothing marks the end of must come alike two times."""
        platform = compiled.platform
        with at_work(), self.connector.open(device, platform, attempt) as connection:
            running, commands = self._running(device, compiled, connection, before)
            unmarked = platform.whole.end is None and platform.nesting != "braces"
            another = not running.says(before)
            if unmarked and another:
                again = self.proof.proven(_printed(compiled, connection, commands))
                if not again.same(running):
                    raise Doubted(guard.unsteady(), running.beginning)
            startup = self._startup(compiled, connection) if wish.startup else None
            log = _log(platform, connection) if before and another else ""
            looked = _view(platform, connection) if wish.looks else None
        return Fetched(running, startup, log=log, looked=looked)

    def _running(
        self, device: Device, compiled: Grammar, connection: Connection, before: str
    ) -> tuple[Configuration, Sequence[str]]:
        """What it runs, and what it was asked for it: an older version may refuse the newer words."""
        commands, older = compiled.platform.commands.running, compiled.platform.commands.older
        try:
            printed = _printed(compiled, connection, commands)
            return self.proof.proven(printed, device.name, before), commands
        except Doubted as doubted:
            if older is None or doubted.answer.error.reason != "error_text":
                raise
            printed = _printed(compiled, connection, (older,))
            return self.proof.proven(printed, device.name, before), (older,)

    def _startup(self, compiled: Grammar, connection: Connection) -> Configuration | None:
        """None where the device keeps it elsewhere, and shows nothing."""
        commands = compiled.platform.commands
        if not commands.startup:
            return None
        try:
            return self.proof.proven(_printed(compiled, connection, (commands.startup,)))
        except Doubted as doubted:
            if commands.startup_elsewhere and doubted.answer.error.reason == "empty":
                return None
            raise

    def _recognised(self, device: Device, compiled: Grammar, running: Configuration, before: str) -> None:
        """Return if it is the device that answered last time, as far as its configuration tells.

        The first time, of a platform whose configuration begins as many do: if it is of that platform.
        """
        if before:
            if other := identity.differs(before, running.text, compiled):
                raise Doubted(guard.stranger(*other), running.beginning)
        elif compiled.begins_as_many:
            from bitools.net.verbs import causes  # as above

            talk = self.connector.talks.of(device.name)
            if why := causes.another(self._run, talk, compiled.platform):
                raise Doubted(why, running.beginning)


def failed(run: Run, document: Document[Any], outcome: Outcome[Device, Any]) -> None:
    """A device without a configuration is a failure; what is not believed lies in the quarantine then."""
    error = outcome.error
    if isinstance(outcome.value, NotWhole):
        quarantine.keep(run, outcome.target.name, outcome.value.text)
        error = outcome.value.error
    if error:
        document.fail(error, outcome.target.name)


def _printed(compiled: Grammar, connection: Connection, commands: Sequence[str]) -> Asked:
    """What the device prints for each of these."""
    printed = [connection.fetch(command) for command in commands]
    return Asked(compiled, connection.host, commands, printed)


def _shrunk(running: Configuration, compiled: Grammar, before: str) -> bool:
    """Is it so much smaller than before that it has to come twice? Raise Doubted if it looks cut off."""
    if compiled.platform.whole.end is None and guard.cut_off(running.text, before):
        raise Doubted(guard.cut(), running.text)
    return guard.shrunk(running.lines, before.count("\n"))


def _alike(again: Fetched, fetched: Fetched, before: str) -> Fetched:
    """What came the second time. Raise Doubted if it is not what came the first time."""
    if not again.running.same(fetched.running):
        lines = fetched.running.lines, before.count("\n")
        raise Doubted(guard.vanished(*lines), fetched.running.text)
    return again


def _log(platform: Platform, connection: Connection) -> str:
    """Who configured it, asked in the session that is open; no answer is no failure."""
    if platform.journal is None or platform.journal.alone:
        return ""
    try:
        return connection.ask(platform.journal.command)
    except BitoolsError:
        return ""


def _view(platform: Platform, connection: Connection) -> View | None:
    """How it sees us; no answer is no failure."""
    from bitools.net.decisions.change.reach import own_view  # only who changes a device asks it

    if connection.look is None:
        return None
    try:
        return own_view.view(platform, connection.look)
    except BitoolsError:
        return None
