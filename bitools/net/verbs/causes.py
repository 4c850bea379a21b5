"""Why a fetch went wrong, guessed from all that the device said: read only then, and almost never needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bitools import platforms
from bitools.errors import BitoolsError, IntegrityBroken, Unreachable
from bitools.i18n import _
from bitools.net.decisions import asked, diagnosis
from bitools.net.decisions.recognition import recognised
from bitools.net.verbs.proof import Doubted, NotWhole
from bitools.net.wire.failures import Stalled
from bitools.net.wire.mask import Masks
from bitools.net.wire.talk import Talk
from bitools.platforms.model import Platform
from bitools.run import Run

# causes behind which another platform may stand than the declared one
_DOUBTFUL = (
    *("beginning", "truncated", "empty", "error_text", "not_authorised", "pager"),
    *("prompt", "timeout", "login", "question", "enable", "menu", "platform"),
)
_CLEARLY = 3  # points: it began as a configuration of the declared platform does
_FEW = 4000  # letters: what is said before anybody asks


def not_whole(run: Run, talk: Talk, platform: Platform, error: Doubted | BitoolsError) -> NotWhole:
    """What came, and why it is not believed. Raise the error, or its cause, if nothing came."""
    if isinstance(error, Doubted):
        return replace(error.answer, error=_explained(run, talk, platform, error.answer.error))
    if isinstance(error, Stalled):
        return _stalled(run, talk, platform, error)
    why = _explained(run, talk, platform, error)
    if why is error:
        raise error
    raise why from error


def _stalled(run: Run, talk: Talk, platform: Platform, error: Stalled) -> NotWhole:
    """Why nothing more came, in the device's own words, and these, masked.

    Raise the error as it is where the device said nothing at all: then it is only unreachable.
    """
    masked = Masks(run).of_anyone(error.said)
    words = diagnosis.last_words(masked)
    if not words:
        raise error
    cause = diagnosis.stalled(error.said, platform, error.host, _platforms(run), error.seconds)
    if cause.reason in _DOUBTFUL and (names := _recognised_as(run, talk, platform)):
        cause = diagnosis.another(names, platform)
    message = _("{why}; it said last: {words}").format(why=cause.message, words=words)
    why = Unreachable(message, hint=cause.hint, reason=cause.reason, cause=error)
    return NotWhole(why, masked)


def _explained(run: Run, talk: Talk, platform: Platform, error: BitoolsError) -> BitoolsError:
    """The same error, unless all that was said fits another platform: then that is the cause.

    A connection that ends at once ends with words, and these are shown.
    """
    if error.reason == "dropped" and len(talk.text) < _FEW and not talk.asked:
        return _in_its_words(run, talk.text, error)
    if error.reason not in _DOUBTFUL:
        return error
    if error.reason in ("enable", "pager"):
        error = _in_its_words(run, talk.text, error)
    names = _recognised_as(run, talk, platform, _CLEARLY if error.reason == "truncated" else 1)
    if not names and error.reason in ("beginning", "error_text"):
        names = diagnosis.could_be(talk.text, platform, _platforms(run))
    if not names:
        return error
    cause = diagnosis.another(names, platform)
    if cause.message in error.message:
        return error
    message = _("{why}: {cause}").format(why=error.message, cause=cause.message)
    return type(error)(message, hint=cause.hint, reason=cause.reason, cause=error)


def another(run: Run, talk: Talk, platform: Platform) -> BitoolsError | None:
    """Why a whole answer is not believed: all that was said clearly fits another platform."""
    names = _recognised_as(run, talk, platform, _CLEARLY)
    if not names:
        return None
    cause = diagnosis.another(names, platform)
    hint = _("see platform in devices.yaml; if it is right: --accept-identity")
    return IntegrityBroken(cause.message, hint=hint, reason=cause.reason)


def _recognised_as(run: Run, talk: Talk, platform: Platform, margin: int = 1) -> list[str]:
    return recognised(talk.text, talk.software, platform, _platforms(run), margin)


def _platforms(run: Run) -> Iterator[Platform]:
    for name in platforms.names(platforms.own_folder(run.inventory.folder)):
        yield run.inventory.platform(name)


def _in_its_words(run: Run, said: str, error: BitoolsError) -> BitoolsError:
    words = diagnosis.last_words(Masks(run).of_anyone(said[-_FEW:]))
    if not words:
        return error
    why, hint = error.message, error.hint
    if told := asked.refused(said[-_FEW:].rstrip()):
        why, hint = _("{why}: {cause}").format(why=why, cause=told.message), told.hint
    message = _("{why}; it said last: {words}").format(why=why, words=words)
    return type(error)(message, hint=hint, reason=error.reason, cause=error)
