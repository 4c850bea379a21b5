"""The shape of every help text: one sentence, examples, exit codes."""

from __future__ import annotations

from bitools.errors import Code
from bitools.i18n import _


def describe(sentence: str, *examples: str) -> str:
    """A sentence, then examples, each on a line of its own (`\\b` keeps the lines apart)."""
    return f"{sentence}\n\n\b\n" + "\n".join(f"  {example}" for example in examples)


def in_short(sentence: str) -> str:
    """For a list of commands: its first sentence, whole; the library would cut it off in the middle."""
    first, stop, _rest = sentence.partition(". ")
    return first + stop.rstrip()


def remarked(example: str, remark: str) -> str:
    """An example with what is to be said about it."""
    return f"{example}   # {remark}"


def exit_codes(*codes: Code) -> str:
    """The part of the exit-code table that applies to a command."""
    meanings = {
        Code.DONE: _("done"),
        Code.BUG: _("a bug"),
        Code.USAGE: _("usage"),
        Code.PARTIAL: _("some targets failed"),
        Code.DIFFERENT: _("differences found"),
        Code.REFUSED: _("refused"),
        Code.INVALID: _("inventory invalid or target unknown"),
        Code.LOCKED: _("locked by another run"),
        Code.CREDENTIALS: _("credentials rejected"),
        Code.UNREACHABLE: _("unreachable"),
        Code.REJECTED: _("the other side said no"),
        Code.INTEGRITY: _("integrity broken"),
        Code.INTERRUPTED: _("interrupted"),
    }
    shown = sorted({Code.DONE, Code.BUG, Code.USAGE, *codes, Code.INTERRUPTED}) if codes else list(meanings)
    return _("Exit codes:") + " " + " · ".join(f"{int(code)} {meanings[code]}" for code in shown)
