"""Why a session stands still, or an answer is not what was asked for: read from the device's own last words.

Nothing here is certain but the words themselves; they are shown, and what they look like is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bitools import regex
from bitools.i18n import _
from bitools.net.decisions import asked
from bitools.net.decisions.asked import Cause
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.recognition import RANK
from bitools.net.decisions.secrets.masking_anyone import without_secrets
from bitools.net.decisions.text import Text
from bitools.platforms.model import Platform
from bitools.sanitize import clipped, inert

SHOWN = 3  # of its last lines
_LOOKED_AT = 4096  # characters
_GUESSES = 3  # platforms that are named where the signs are alike
_SAME_CAUSE = 400  # characters at the end in which a question stands
_PROMPT_LIKE = regex.compile(r"^[^\s<\[(]?\S{0,62} ?[>#$%\]]\s*$")


def stalled(said: str, platform: Platform, host: str, others: Iterable[Platform], seconds: float) -> Cause:
    """Why nothing more comes for `seconds` after these words. `host`: the name in its prompt so far."""
    said = said.rstrip()[-_LOOKED_AT:]
    end = said[-_SAME_CAUSE:]
    last = end.rpartition("\n")[2]
    found = _asked(end, last, platform) or _prompted(last, said, platform, host, others)
    if found := found or asked.refused(end):
        return found
    message = _("no more data for {seconds:.0f} s").format(seconds=seconds)
    return Cause("timeout", message, _("is it overloaded? try it alone"))


def _asked(end: str, last: str, platform: Platform) -> Cause | None:
    """It waits for an answer."""
    if regex.compile(platform.pager).search(last):
        return asked.at_log_in(end) or asked.paged()
    if found := asked.asked(end):
        return found
    if any(True for _number in grammar(platform).console.search(Text([last]))):
        hint = _("run it again; `terminal no monitor` for this user helps")
        return Cause("console", _("a log message stands where the prompt was"), hint)
    return asked.logs_in(end)


def _prompted(
    last: str, said: str, platform: Platform, host: str, others: Iterable[Platform]
) -> Cause | None:
    """It waits at a prompt that is not the one that was waited for."""
    own = platform.prompt_at_end(last)
    if own and host and own["host"] != host:
        message = _("its prompt has changed: {one} was {other}").format(
            one=clipped(inert(own["host"])), other=host
        )
        return Cause(
            "prompt", message, _("did somebody rename it, or did the session pass to another device?")
        )
    if own:
        return None
    if names := alike(said, last, platform, others):
        return another(names, platform)
    if _PROMPT_LIKE.match(last):
        hint = _("prompt.pattern of a platform of your own: extends: {platform}").format(
            platform=platform.name
        )
        return Cause(
            "prompt",
            _("it waits at a prompt that {platform} does not have").format(platform=platform.title),
            hint,
        )
    return None


def alike(said: str, last: str, platform: Platform, others: Iterable[Platform]) -> list[str]:
    """The platforms whose prompt that is, the likest first: those whose words stand before it come first."""
    scores = []
    for other in others:
        found = other.prompt_at_end(last) if other.name not in platform.lineage else None
        if not found or len(found["whole"].strip()) < len(last.strip()):
            continue
        told = sum(
            bool(regex.compile(pattern, lines=True).search(said))
            for pattern in (*other.errors, *other.denied)
        )
        named = other.title.partition(" ")[0].casefold() in said.casefold()
        scores.append((-(told + 2 * named), RANK.get(other.name, 99), other.name))
    return [name for *_score, name in sorted(scores)]


def could_be(text: str, platform: Platform, others: Iterable[Platform]) -> list[str]:
    """The platforms whose configuration this could be, whole or not, by how it begins."""
    lines = [line[:200] for line in text.split("\n")[:2000] if line.strip()]
    head = "\n".join(lines[:40])
    return [
        other.name
        for other in others
        if platform.name not in other.lineage
        and other.name not in platform.lineage
        and other.whole.first
        and regex.compile(other.whole.first, lines=True).search(head)
        and (
            not other.whole.sections
            or any(regex.compile(one, lines=True).search("\n".join(lines)) for one in other.whole.sections)
        )
    ]


def another(names: Sequence[str], platform: Platform) -> Cause:
    """It is another platform than the inventory says."""
    looks = _("it looks like {name}, and not like {platform}").format(
        name=_(" or ").join(names[:_GUESSES]), platform=platform.name
    )
    return Cause("platform", looks, _("see platform in devices.yaml"))


def last_words(masked: str) -> str:
    """The last lines of a text whose secrets are hidden, on one line, for a message."""
    lines = [clipped(inert(without_secrets(line.strip())), 80) for line in masked.split("\n") if line.strip()]
    return " ⏎ ".join(lines[-SHOWN:])
