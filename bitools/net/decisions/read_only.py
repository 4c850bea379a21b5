"""May this be typed at a device by somebody who only wants to read? Whatever is not known to read may not.

Words are compared whole: a device takes the beginning of one for it, and `r` is `redirect` as well.
"""

from __future__ import annotations

from collections.abc import Set

from bitools import regex
from bitools.errors import Usage
from bitools.i18n import _
from bitools.platforms.model import Platform
from bitools.platforms.reads import ACTS, CONFIGURATIONS, HOW_MUCH, SECRETIVE, SHORT, SHORT_PIPES, Reads
from bitools.sanitize import clipped, inert

_LONGEST, _MOST = 200, 16  # letters; words
_SHORTEST = 3  # letters: so short a beginning is taken for the word that acts
_SIGNS = regex.compile(r"[A-Za-z0-9 ./:_,^=|-]*")
_WORD = regex.compile(r"[A-Za-z0-9][A-Za-z0-9._/,-]*|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:/[0-9]+)?")
_TEXT = regex.compile(r"[A-Za-z0-9^_.][A-Za-z0-9._:/,^=-]*")
_NUMBER = regex.compile(r"[0-9]{1,6}")
_FILE = regex.compile(
    r"(?:^|/)\.\.?(?:/|$)|//|\.(?:txt|text|scr|cfg|conf|config|log|tar|tgz|gz|zip|json|xml|py|tcl|sh|bin|pcap|csv|bak|rsc)$"
)


def reading(command: str, platform: Platform) -> str:
    """The command as it is to be typed: one blank between words.

    Raise Usage if it is not known that it only reads; the hint says what is.
    """
    reads = platform.reads
    if not (reads.verbs or reads.commands):
        message = _("what reads on {platform} is not known").format(platform=platform.title)
        raise Usage(message, hint=_("name it under reads: in a platform file of your own"), reason="reads")
    whole = _written_out(command, reads)
    if why := _signs(command) or _refused(whole, reads):
        raise Usage(
            _("not sent to {platform}: {why}").format(platform=platform.title, why=why),
            hint=_hint(reads),
            reason="reads",
        )
    return _normal(whole)


def _written_out(command: str, reads: Reads) -> str:
    """The command with the topics and the pipes that everybody writes short as whole words."""
    asked, *stages = command.split("|")
    verb = next((verb for verb in reads.verbs if _normal(asked).startswith(f"{verb} ")), "")
    if verb:
        topic, *rest = _normal(asked).removeprefix(f"{verb} ").split(" ")
        topic = _whole(topic, reads)
        if rest and topic in CONFIGURATIONS:
            rest[0] = _whole(rest[0], reads)
        asked = " ".join((verb, topic, *rest))
    pipes = {template.partition(" ")[0] for template in reads.pipes}
    return " | ".join((asked, *(_whole_pipe(_normal(stage), pipes) for stage in stages)))


def _whole(word: str, reads: Reads) -> str:
    known = word in reads.topics or word in reads.more
    return word if known else SHORT.get(word, word)


def _whole_pipe(stage: str, pipes: Set[str]) -> str:
    first, blank, text = stage.partition(" ")
    word = SHORT_PIPES.get(first, "")
    return f"{word if word in pipes and first not in pipes else first}{blank}{text}"


def _hint(reads: Reads) -> str:
    verbs = ", ".join(f"{verb} …" for verb in reads.verbs) or reads.commands[0]
    pipes = ", ".join(dict.fromkeys(stage.partition(" ")[0] for stage in reads.pipes))
    known = _("this only reads, words written out: {verbs}").format(verbs=verbs)
    if pipes:
        known += "; | " + pipes
    return known + "; " + _("changes are planned with: bitools net remediate")


def _signs(command: str) -> str:
    """Is it one line of harmless letters?"""
    if not command.strip(" "):
        return _("there is no command")
    if odd := next((sign for sign in command if not _SIGNS.fullmatch(sign)), ""):
        return _("the sign {sign} may do more than read").format(sign=ascii(odd))
    if len(command) > _LONGEST or len(command.split()) > _MOST:
        return _("it is too long")
    return ""


def _refused(command: str, reads: Reads) -> str:
    asked, *stages = [_normal(part) for part in command.split("|")]
    for stage in stages:
        if not any(_fits(stage, template) for template in reads.pipes):
            return _('"| {stage}" is not known to read').format(stage=_shown(stage))
    return _command(asked, reads)


def _command(asked: str, reads: Reads) -> str:
    """Why the part before the first pipe is not known to read; nothing if it is."""
    if any(regex.compile(pattern).search(asked) for pattern in SECRETIVE):
        return _("its answer would be a table of secrets")
    if any(regex.compile(pattern).fullmatch(asked) for pattern in reads.commands):
        return ""
    verb = next((verb for verb in reads.verbs if asked.startswith(f"{verb} ")), "")
    if not verb:
        return _('"{word}" is not known to read').format(word=_shown(asked.partition(" ")[0]))
    topic, *rest = asked.removeprefix(f"{verb} ").split(" ")
    if topic not in reads.topics and topic not in reads.more:
        return _('"{word}" is not known to read').format(word=_shown(f"{verb} {topic}"))
    if odd := next((word for word in rest if not _WORD.fullmatch(word) or _FILE.search(word)), ""):
        return _('"{word}" may be a file').format(word=_shown(odd))
    if topic in CONFIGURATIONS and rest and not _section(rest, reads):
        return _('"{word}" is no section that is known, and may be a file').format(word=_shown(rest[0]))
    return _acting(rest)


def _section(words: list[str], reads: Reads) -> bool:
    """Behind the name of a configuration: how much of it, or which of its sections."""
    while words and words[0] in HOW_MUCH:
        words = words[1:]
    return not words or words[0] in reads.topics or words[0] in reads.more


def _acting(words: list[str]) -> str:
    """The word that acts, or may be short for one that does, in a sentence."""
    for word in words:
        low = word.lower()
        if low in ACTS or (len(low) >= _SHORTEST and any(one.startswith(low) for one in ACTS)):
            return _('"{word}" is, or begins, a word that acts').format(word=_shown(word))
    return ""


def _fits(stage: str, template: str) -> bool:
    """Is this stage behind a `|` what the template says, word for word?"""
    words, wanted = stage.split(" "), template.split(" ")
    if wanted[-1] == "{text}":
        first, text = words[: len(wanted) - 1], words[len(wanted) - 1 :]
        return first == wanted[:-1] and bool(text) and all(map(_TEXT.fullmatch, text))
    return len(words) == len(wanted) and all(map(_stands_for, words, wanted))


def _stands_for(word: str, wanted: str) -> bool:
    if wanted == "{word}":
        return bool(_TEXT.fullmatch(word))
    return bool(_NUMBER.fullmatch(word)) if wanted == "{number}" else word == wanted


def _normal(text: str) -> str:
    return " ".join(word for word in text.split(" ") if word)


def _shown(text: str) -> str:
    return clipped(inert(text), 60)
