"""Mails of the outbox whose texts an older version left readable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy

from bitools.report.mail.outbox import PLACES, Outbox
from bitools.state import State


def mask(state: State, masked: Callable[[str], str], *, dry_run: bool = False) -> int:
    """Mask every mail that is kept, in its place; how many were, or would be."""
    outbox, count = Outbox(state), 0
    for place in PLACES:
        for mail in list(outbox.list(place)):
            raw = _masked(mail.raw, masked)
            if raw == mail.raw:
                continue
            count += 1
            if not dry_run:
                outbox.put(place, replace(mail, raw=raw))
    return count


def _masked(raw: bytes, masked: Callable[[str], str]) -> bytes:
    """The mail with its texts masked; one with nothing to mask stays byte for byte."""
    message = message_from_bytes(raw, policy=policy.SMTP)
    touched = False
    for part in message.walk():
        if part.get_content_maintype() != "text":
            continue
        text = part.get_content()
        if (new := masked(text)) != text:
            touched = True
            kept = [(key, value) for key, value in part.items() if key.lower() == "content-disposition"]
            part.set_content(new, subtype=part.get_content_subtype())
            for key, value in kept:
                del part[key]
                part[key] = value
    return message.as_bytes() if touched else raw
