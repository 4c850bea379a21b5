"""From a device of the inventory to a proven configuration: connect, ask, judge, make canonical.

What is not whole is no error of the device's connection: it comes back as a value, with its cause and its
text, and whoever asked decides what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bitools import platforms
from bitools.engine import Attempt, Limits
from bitools.errors import BitoolsError, IntegrityBroken, InventoryInvalid, Refused, Rejected, Unreachable
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.decisions import asked, diagnosis, guard, identity
from bitools.net.decisions.change import own_view
from bitools.net.decisions.change.own_view import View
from bitools.net.decisions.configuration import Configuration, canonical
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.page import Page
from bitools.net.decisions.recognition import recognised
from bitools.net.wire.answer import at_work
from bitools.net.wire.connect import Connector
from bitools.net.wire.failures import Stalled
from bitools.net.wire.mask import Masks, mask_key
from bitools.net.wire.transport import Connection
from bitools.platforms.model import Journal, Platform
from bitools.run import Run
from bitools.state import Document

# causes behind which another platform may stand than the declared one
_DOUBTFUL = (
    *("beginning", "truncated", "empty", "error_text", "not_authorised", "pager"),
    *("prompt", "timeout", "login", "question", "enable", "platform"),
)
_CLEARLY = 3  # points: it began as a configuration of the declared platform does
_FEW = 4000  # letters: what is said before anybody asks


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a device has: its running configuration and, if asked for, the one it would start with."""

    running: Configuration
    startup: Configuration | None = None
    shrunk: bool = False
    log: str = field(default="", repr=False)  # who configured it, where it was asked; never for the history
    view: View = field(default_factory=View)  # how it sees us, where it was asked


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
        self.connector = Connector(run)
        self.connector.talks.whole = transcript is not None
        self._run, self._transcript = run, transcript
        self._inventory = run.inventory
        self.key = mask_key(run)
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

        Raise as `Connector.open`; InventoryInvalid if the platform keeps no startup configuration.
        """
        platform = self.platform(device)
        if startup and not platform.commands.startup:
            raise InventoryInvalid(
                _("{platform} keeps no startup configuration").format(platform=platform.title),
                target=device.name,
            )
        try:
            fetched = self._once(device, platform, attempt, startup, before, looks=looks)
            if before and not stranger:
                self._recognised(platform, fetched.running.text, before)
            if smaller or not before:
                return fetched
            return self._believed(device, platform, attempt, fetched, before)
        except _Doubted as doubted:
            answer = doubted.answer
            return replace(answer, error=self._explained(device, platform, answer.error))
        except Stalled as error:
            return self._stands_still(device, platform, error)
        except BitoolsError as error:
            explained = self._explained(device, platform, error)
            if explained is error:
                raise
            raise explained from error

    def _stands_still(self, device: Device, platform: Platform, error: Stalled) -> NotWhole:
        """Why, in the device's own words; a device that said nothing at all is only unreachable."""
        masked = Masks(self._run).of_anyone(error.said)
        words = diagnosis.last_words(masked)
        if not words:
            raise error
        cause = diagnosis.stalled(error.said, platform, error.host, self._platforms(), error.seconds)
        if cause.reason in _DOUBTFUL and (names := self._recognised_as(device, platform)):
            cause = diagnosis.another(names, platform)
        message = _("{why}; it said last: {words}").format(why=cause.message, words=words)
        return NotWhole(Unreachable(message, hint=cause.hint, reason=cause.reason, cause=error), masked)

    def _recognised_as(self, device: Device, platform: Platform, margin: int = 1) -> list[str]:
        talk = self.connector.talks.of(device.name)
        return recognised(talk.text, talk.software, platform, self._platforms(), margin)

    def _platforms(self) -> Iterator[Platform]:
        for name in platforms.names(platforms.own_folder(self._inventory.folder)):
            yield self._inventory.platform(name)

    def _recognised(self, platform: Platform, text: str, before: str) -> None:
        """Return if it is the device that answered last time, as far as its configuration tells."""
        if told := identity.differs(before, text, platform):
            raise _Doubted(guard.stranger(*told), text)

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
        if again.running.text != text:
            raise _Doubted(guard.vanished(fetched.running.lines, lines), text)
        return replace(again, shrunk=True, view=fetched.view)

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
            running, commands = self._running(platform, connection)
            unmarked = platform.whole.end is None and platform.nesting != "braces"
            if unmarked and running.text != before:
                again = self._proven(platform, connection, commands)
                if again.text != running.text:
                    raise _Doubted(guard.unsteady(), running.text)
            other = None
            if startup and platform.commands.startup:
                other = self._startup(platform, connection, platform.commands.startup)
            log = self._log(platform, connection) if before and running.text != before else ""
            view = _view(platform, connection) if looks else View()
        return Fetched(running, other, log=log, view=view)

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

    def _running(self, platform: Platform, connection: Connection) -> tuple[Configuration, Sequence[str]]:
        """What it runs, and what it was asked for it: an older version may refuse the newer words."""
        commands, older = platform.commands.running, platform.commands.older
        try:
            return self._proven(platform, connection, commands), commands
        except _Doubted as doubted:
            if older is None or doubted.answer.error.reason != "error_text":
                raise
            return self._proven(platform, connection, (older,)), (older,)

    def ask(self, device: Device, journal: Journal, attempt: Attempt) -> str:
        """What the device prints for its log, as it is: never for the history."""
        if journal.alone and device.transport != "telnet":
            device = device.model_copy(update={"transport": "exec"})
        with self.connector.open(device, self.platform(device), attempt) as connection:
            return connection.ask(journal.command)

    def _proven(self, platform: Platform, connection: Connection, commands: Sequence[str]) -> Configuration:
        raw = "".join(
            _under(command, connection.ask(command)) if len(commands) > 1 else connection.ask(command)
            for command in commands
        )
        configuration = canonical(raw, platform, self.key)
        try:
            guard.examine(Page(raw, grammar(platform)), connection.host, commands[-1])
        except (IntegrityBroken, Rejected) as error:
            raise _Doubted(error, configuration.text) from error
        if self._recoverable:
            return replace(configuration, full=raw.replace("\r", ""))
        return configuration

    def _explained(self, device: Device, platform: Platform, error: BitoolsError) -> BitoolsError:
        """The same, unless all that was said fits another platform: then that is the cause.

        A connection that ends at once ends with words, and these are shown.
        """
        talk = self.connector.talks.of(device.name)
        if error.reason == "dropped" and len(talk.text) < _FEW and not talk.asked:
            return self._in_its_words(talk.text, error)
        if error.reason not in _DOUBTFUL:
            return error
        if error.reason in ("enable", "pager"):
            error = self._in_its_words(talk.text, error)
        names = self._recognised_as(device, platform, _CLEARLY if error.reason == "truncated" else 1)
        if not names and error.reason in ("beginning", "error_text"):
            names = diagnosis.shown(talk.text, platform, self._platforms())
        if not names:
            return error
        cause = diagnosis.another(names, platform)
        message = _("{why}: {cause}").format(why=error.message, cause=cause.message)
        return type(error)(message, hint=cause.hint, reason=cause.reason, cause=error)

    def _in_its_words(self, said: str, error: BitoolsError) -> BitoolsError:
        words = diagnosis.last_words(Masks(self._run).of_anyone(said[-_FEW:]))
        if not words:
            return error
        why, hint = error.message, error.hint
        if told := asked.refused(said[-_FEW:].rstrip()):
            why, hint = _("{why}: {cause}").format(why=why, cause=told.message), told.hint
        message = _("{why}; it said last: {words}").format(why=why, words=words)
        return type(error)(message, hint=hint, reason=error.reason, cause=error)


def _view(platform: Platform, connection: Connection) -> View:
    """How it sees us; no answer is no failure."""
    if connection.look is None:
        return View()
    try:
        return own_view.view(platform, connection.look)
    except BitoolsError:
        return View()


def _under(command: str, printed: str) -> str:
    """What one of several commands printed, under its name."""
    return f"# $ {command}\n{printed.rstrip()}\n"
