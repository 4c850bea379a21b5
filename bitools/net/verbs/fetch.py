"""From a device of the inventory to a proven configuration: connect, ask, judge, make canonical.

What is not whole is no error of the device's connection: it comes back as a value, with its cause and its
text, and whoever asked decides what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bitools.engine import Attempt, Limits
from bitools.errors import BitoolsError, IntegrityBroken, InventoryInvalid, Refused, Rejected
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.decisions import guard, identity
from bitools.net.decisions.configuration import Configuration, canonical, unchanged
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.page import Page
from bitools.net.wire.answer import at_work, one_at_a_time
from bitools.net.wire.answers import Answers
from bitools.net.wire.connect import Logins
from bitools.net.wire.failures import Stalled
from bitools.net.wire.large import LARGE, Printed, is_large, under, whole
from bitools.net.wire.mask import mask_key
from bitools.net.wire.shelf import LEAST, Shelved, shelved
from bitools.net.wire.transport import Connection
from bitools.platforms.model import ConfigLog, Platform
from bitools.run import Run
from bitools.state import Document

if TYPE_CHECKING:
    from bitools.net.decisions.change.reach.own_view import View


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
class NotWhole:
    """What came and is not believed: why, and the masked text, for the quarantine."""

    error: BitoolsError
    text: str


class _Doubted(Exception):
    """Ends a fetch whose answer is not whole."""

    def __init__(self, error: BitoolsError, text: str) -> None:
        self.answer = NotWhole(error, text)


class Fetcher:
    """Everything a fetch needs, read once for the whole run."""

    def __init__(self, run: Run, transcript: Path | None = None) -> None:
        self.connector = Logins(run)
        self.connector.talks.whole = transcript is not None
        self._run, self._transcript = run, transcript
        self._inventory = run.inventory
        self.key = mask_key(run)
        self.answers = Answers(run, self.key)
        self._recoverable = bool(run.inventory.settings.recovery.recipients)

    def platform(self, device: Device) -> Platform:
        """The device's platform. Raise InventoryInvalid or NotFound."""
        return self._inventory.platform(device.platform)

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

    def limits(self, deadline: float) -> Limits[Device]:
        """How hard the devices may be pressed."""
        return self.connector.limits(deadline)

    def fetch(
        self,
        device: Device,
        attempt: Attempt,
        before: str = "",
        *,
        startup: bool = False,
        smaller: bool = False,
        stranger: bool = False,
        looks: bool = False,
    ) -> Fetched | NotWhole:
        """Fetch now. `before` is what the device had last; `smaller` believes a big drop at once.

        `stranger`: another name or serial number than before is no matter. `looks`: it is asked how it sees
        us.

        Raise as `Logins.open`; InventoryInvalid if the platform keeps no startup configuration.
        """
        platform = self.platform(device)
        if startup and not platform.commands.startup:
            raise InventoryInvalid(
                _("{platform} keeps no startup configuration").format(platform=platform.title),
                target=device.name,
            )
        try:
            fetched = self._once(device, platform, attempt, startup, before, looks=looks)
            if before and fetched.running.says(before):
                return fetched  # nothing to doubt, and a large text need not be read as a whole
            if not stranger:
                self._recognised(device, platform, fetched.running, before)
            if smaller or not before:
                return fetched
            return self._believed(device, platform, attempt, fetched, before)
        except (_Doubted, BitoolsError) as error:
            return self._not_whole(device, platform, error)

    def _not_whole(self, device: Device, platform: Platform, error: _Doubted | BitoolsError) -> NotWhole:
        """What came, and why it is not believed. Raise the error, or its cause, if nothing came."""
        from bitools.net.verbs import causes  # not at the top: a run in which all goes well needs none

        talk = self.connector.talks.of(device.name)
        if isinstance(error, _Doubted):
            why = causes.explained(self._run, talk, platform, error.answer.error)
            return replace(error.answer, error=why)
        if isinstance(error, Stalled):
            return NotWhole(*causes.stalled(self._run, talk, platform, error))
        why = causes.explained(self._run, talk, platform, error)
        if why is error:
            raise error
        raise why from error

    def _recognised(self, device: Device, platform: Platform, running: Configuration, before: str) -> None:
        """Return if it is the device that answered last time, as far as its configuration tells.

        The first time, of a platform whose configuration begins as many do: if it is of that platform.
        """
        if before:
            if told := identity.differs(before, running.text, platform):
                raise _Doubted(guard.stranger(*told), running.beginning)
        elif grammar(platform).begins_as_many:
            from bitools.net.verbs import causes  # as above

            if why := causes.another(self._run, self.connector.talks.of(device.name), platform):
                raise _Doubted(why, running.beginning)

    def _believed(
        self, device: Device, platform: Platform, attempt: Attempt, fetched: Fetched, before: str
    ) -> Fetched:
        """The same, if it does not look cut off; a big drop is fetched a second time."""
        text, lines = fetched.running.text, before.count("\n")
        if platform.whole.end is None and guard.cut_off(text, before):
            raise _Doubted(guard.cut(), text)
        if not guard.shrunk(fetched.running.lines, lines):
            return fetched
        again = self._once(device, platform, attempt, fetched.startup is not None, before)
        if not again.running.same(fetched.running):
            raise _Doubted(guard.vanished(fetched.running.lines, lines), text)
        return replace(again, shrunk=True, looked=fetched.looked)

    def _once(
        self,
        device: Device,
        platform: Platform,
        attempt: Attempt,
        startup: bool,
        before: str,
        *,
        looks: bool = False,
    ) -> Fetched:
        """Ask for everything in one session. What nothing marks the end of must come alike two times."""
        with at_work(), self.connector.open(device, platform, attempt) as connection:
            running, commands = self._running(device, platform, connection, before)
            unmarked = platform.whole.end is None and platform.nesting != "braces"
            another = not running.says(before)
            if unmarked and another:
                again = self._proven(platform, connection, commands)
                if not again.same(running):
                    raise _Doubted(guard.unsteady(), running.beginning)
            other = None
            if startup and platform.commands.startup:
                other = self._startup(platform, connection, platform.commands.startup)
            log = self._log(platform, connection) if before and another else ""
            looked = _view(platform, connection) if looks else None
        return Fetched(running, other, log=log, looked=looked)

    def _startup(self, platform: Platform, connection: Connection, command: str) -> Configuration | None:
        """None where the device keeps it elsewhere, and shows nothing."""
        try:
            return self._proven(platform, connection, (command,))
        except _Doubted as doubted:
            if platform.commands.startup_elsewhere and doubted.answer.error.reason == "empty":
                return None
            raise

    def _log(self, platform: Platform, connection: Connection) -> str:
        """Who configured it, asked in the session that is open; no answer is no failure."""
        if platform.journal is None or platform.journal.alone:
            return ""
        try:
            return connection.ask(platform.journal.command)
        except BitoolsError:
            return ""

    def _running(
        self, device: Device, platform: Platform, connection: Connection, before: str
    ) -> tuple[Configuration, Sequence[str]]:
        """What it runs, and what it was asked for it: an older version may refuse the newer words."""
        commands, older = platform.commands.running, platform.commands.older
        try:
            return self._proven(platform, connection, commands, device.name, before), commands
        except _Doubted as doubted:
            if older is None or doubted.answer.error.reason != "error_text":
                raise
            return self._proven(platform, connection, (older,), device.name, before), (older,)

    def ask(self, device: Device, journal: ConfigLog, attempt: Attempt) -> str:
        """What the device prints for its log, as it is: never for the history."""
        if journal.alone and device.transport != "telnet":
            device = device.model_copy(update={"transport": "exec"})
        with self.connector.open(device, self.platform(device), attempt) as connection:
            return connection.ask(journal.command)

    def _proven(
        self,
        platform: Platform,
        connection: Connection,
        commands: Sequence[str],
        device: str = "",
        before: str = "",
    ) -> Configuration:
        """Ask, and prove that it is whole. An answer of `device` is compared with the one that became
        `before`: the very same need not be read again.
        """
        said = [connection.fetch(command) for command in commands]
        if any(is_large(one) for one in said) and not self._recoverable:
            with one_at_a_time(LARGE):
                return self._in_pieces(platform, connection.host, commands, said)
        answers = [whole(one) for one in said]
        raw = whole(under(commands, answers)) if len(commands) > 1 else answers[0]
        with one_at_a_time(len(raw)):
            configuration = self._judged(platform, connection.host, commands, answers, raw, device, before)
            if not before and not self._recoverable and len(configuration.text) > LEAST:
                with suppress(Refused):  # then it stays in memory
                    return self._shelved([configuration.text], configuration.author, configuration.changed_at)
        if self._recoverable:
            return replace(configuration, full=raw.replace("\r", ""))
        return configuration

    def _in_pieces(
        self, platform: Platform, host: str, commands: Sequence[str], said: Sequence[Printed]
    ) -> Configuration:
        """The same for what is not to be in memory as a whole; it is read anew each time."""
        from bitools.net.decisions.in_pieces import Reading  # not at the top: almost nobody says that much

        reading = Reading(platform, self.key, host, commands[-1])
        kept = self._shelved(reading.stored(under(commands, said)))
        try:
            guard.examine_parts([one for one in said if isinstance(one, str)])
            author, changed_at = reading.end()
        except (IntegrityBroken, Rejected) as error:
            raise _Doubted(error, kept.beginning) from error
        return Shelved(kept.file, kept.lines, author, changed_at)

    def _shelved(self, pieces: Iterable[str], author: str = "", changed_at: str = "") -> Shelved:
        return Shelved(*shelved(self._run.state.folder, pieces), author, changed_at)

    def _judged(
        self,
        platform: Platform,
        host: str,
        commands: Sequence[str],
        answers: Sequence[str],
        raw: str,
        device: str,
        before: str,
    ) -> Configuration:
        """Prove that these answers, together `raw`, are whole."""
        asked = (platform, host, commands, raw)
        if before and self.answers.known(device, self.answers.digest(*asked, before)):
            configuration = unchanged(before, raw, platform)
        else:
            configuration = canonical(raw, platform, self.key)
            try:
                guard.examine_parts(answers)
                guard.examine(Page(raw, grammar(platform)), host, commands[-1])
            except (IntegrityBroken, Rejected) as error:
                raise _Doubted(error, configuration.text) from error
            if device:
                self.answers.seen(device, self.answers.digest(*asked, configuration.text))
        return configuration


def _view(platform: Platform, connection: Connection) -> View | None:
    """How it sees us; no answer is no failure."""
    from bitools.net.decisions.change.reach import own_view  # as above

    if connection.look is None:
        return None
    try:
        return own_view.view(platform, connection.look)
    except BitoolsError:
        return None
