"""`bitools inventory import --sync`: observe the list, decide, ask, write, record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from bitools.cli.console import Console, safe
from bitools.cli.context import Context
from bitools.errors import Usage
from bitools.i18n import _, ng

if TYPE_CHECKING:
    from bitools.documents.inventory import ImportedItem
    from bitools.inventory.import_ import Given
    from bitools.inventory.lists.follow import Wanted
    from bitools.inventory.settings import LivingSource
    from bitools.state import Document

_PATIENCE = 60.0  # seconds that a run waits for another one
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def following(
    context: Context, named: LivingSource | None, sources: list[str], most: int | None, yes: bool
) -> NoReturn:
    """Bring `devices.d/imported.yaml` in line with the list that is named, else with settings.yaml's."""
    from bitools.inventory import import_
    from bitools.inventory.lists import IMPORTED, follow

    settings = context.inventory_with({IMPORTED: ""}).settings.devices_from
    said = named or settings
    if said is None:
        hint = _("devices_from: {source: …, format: …} in settings.yaml, or name it here")
        raise Usage(_("which list? settings.yaml does not say"), hint=hint)
    folder = context.inventory_folder.absolute()
    texts = _texts(said, sources, folder)
    given = once_for_all(context, said, texts, yes)
    document: Document[ImportedItem] = context.document("bitools.inventory.import/1")
    with context.state.lock("inventory", wait=_PATIENCE):
        imported = import_.importer(said.format, given)(texts)
        source = sources[0] if sources else said.source
        wanted = follow.decide(imported, source, folder, context.state, context.inventory_with)
        _tell(document, wanted, imported.notes)
        if not context.dry_run:
            follow.guard(wanted, most or (settings or said).max_changes, sure=most is not None)
            _agree(context, document, yes)
            _carry_out(context, wanted)
    context.finish(document, show_steps, quiet=True)


def _texts(said: LivingSource, sources: list[str], folder: Path) -> dict[str, str]:
    from bitools.inventory.lists import living

    places = sources or [said.source if living.is_address(said.source) else str(folder / said.source)]
    token = said.token.resolve().reveal() if said.token else ""
    return {name: text for one in places for name, text in living.read(one, token, said.ca).items()}


def _tell(document: Document[ImportedItem], wanted: Wanted, notes: list[str]) -> None:
    document.items = [
        # a row of the list has the keys of an item
        cast(
            "ImportedItem",
            {"device": step.device, **step.after, "action": step.action, "before": step.before},
        )
        for step in wanted.plan.steps
    ]
    document.warnings = [*notes, *wanted.plan.notes]
    document.more["text"] = wanted.text
    document.changed = bool(wanted.plan.steps)


def _agree(context: Context, document: Document[ImportedItem], yes: bool) -> None:
    if document.items and not yes:
        for line in () if context.console.json else _steps(document):
            context.console.warn(line)
        count = len(document.items)
        context.confirm(
            ng("Change {count} device?", "Change {count} devices?", count).format(count=count), yes
        )


def _carry_out(context: Context, wanted: Wanted) -> None:
    from bitools.inventory.lists import IMPORTED, follow
    from bitools.ledger import acts

    folder = context.inventory_folder.absolute()
    if not wanted.plan.steps:
        follow.keep(wanted, folder, context.state)
        return
    before = {step.device: step.before for step in wanted.plan.steps}
    with context.ledger.intent(acts.INVENTORY_IMPORT, IMPORTED, before=before) as entry:
        follow.keep(wanted, folder, context.state)
        entry.done(after={step.device: step.after for step in wanted.plan.steps})


def once_for_all(context: Context, said: LivingSource, texts: Mapping[str, str], yes: bool) -> Given:
    """What is said once for all; what stands where in Oxidized's lines is asked if nothing says it."""
    from bitools.inventory.import_ import Given
    from bitools.inventory.lists import oxidized

    given = Given(said.site, said.platform)
    if said.format != "oxidized":
        if said.columns:
            raise Usage(_("--map is for --format oxidized"))
        return given
    if said.columns:
        return replace(given, columns=oxidized.columns(said.columns))
    says = any(oxidized.is_configuration(text) or text.lstrip()[:1] in ("[", "{") for text in texts.values())
    if says or not (found := oxidized.guessed(texts)):
        return given
    if not (yes or context.console.json):
        context.console.warn(oxidized.sample(texts))
    question = _("Is it {map}? If not: no, and --map as Oxidized's configuration has it.")
    context.confirm(question.format(map=found), yes)
    return replace(given, columns=found)


def show_steps(console: Console, document: Document[ImportedItem]) -> None:
    """One line a device, with what changes."""
    for line in _steps(document):
        console.line(line)


def _steps(document: Document[ImportedItem]) -> list[str]:
    lines = []
    for item in document.items:
        after = {key: value for key, value in item.items() if key not in ("device", "action", "before")}
        before, told = item["before"], []
        for key in dict.fromkeys((*before, *after)):
            if item["action"] == "added":
                told.append(f"{key}: {after[key]}")
            elif item["action"] == "changed" and before.get(key) != after.get(key):
                told.append(f"{key}: {before.get(key, '-')} → {after.get(key, '-')}")
        lines.append(safe(f"{_SIGNS[item['action']]} {item['device']}  {', '.join(told)}".rstrip()))
    return lines
