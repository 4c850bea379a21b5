"""Say which user name a person would get; no directory is asked."""

from __future__ import annotations

from bitools.documents.directory import UserNameItem
from bitools.inventory.accounts import Directory, UsernamePattern
from bitools.user.decisions import names


def name(given: str, surname: str, settings: Directory | None) -> UserNameItem:
    """The name this person gets if nobody has it yet. Raise Usage for letters that have no place in one."""
    rule = settings.username if settings else UsernamePattern()
    made = names.username(given, surname, rule.pattern, rule.max)
    return {"sam_account_name": made, "given": given, "surname": surname}
