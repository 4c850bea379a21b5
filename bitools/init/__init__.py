"""`bitools init`: from nothing to a first snapshot, a first backup and a first mail, question by question.

Each part is written as soon as its answers are proven against the real thing, so whoever stops goes on there:
what the inventory has already is not asked again. Nothing that stands in it is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bitools.documents.init import InitItem, InitStep, Part
from bitools.errors import BitoolsError, Code, InventoryInvalid, Rejected
from bitools.i18n import _
from bitools.init.answers import Answers
from bitools.init.backup import backup
from bitools.init.beginning import Beginning, Described, Step
from bitools.init.mail import mail
from bitools.init.organisation import organisation
from bitools.init.switch import switch
from bitools.inventory import schema
from bitools.inventory.draft import Draft, Proof
from bitools.state import Document

__all__ = ["Answers", "Step", "init", "show"]

_PARTS: dict[Part, Callable[[Beginning], Described]] = {
    "organisation": organisation,
    "switch": switch,
    "backup": backup,
    "mail": mail,
}


def init(folder: Path, answers: Answers, proof: Proof, document: Document[InitItem]) -> list[Step]:
    """Ask, prove and write, part by part; the commands that then show that it works.

    A part that fails is told, and the others go on. Raise InventoryInvalid if what is there is wrong, Refused
    if nobody answers any more.
    """
    titles = {
        "organisation": _("The organisation"),
        "switch": _("One switch or router"),
        "backup": _("One folder or database"),
        "mail": _("The mail server"),
    }
    steps: list[Step] = []
    beginning = Beginning(answers, Draft(folder), proof)
    for number, (part, describe) in enumerate(_PARTS.items(), 1):
        answers.say(f"\n{number}/{len(_PARTS)}  {titles[part]}")
        before = beginning.draft.planned
        try:
            described = describe(beginning)
            files = _kept(beginning, document, before)
        except BitoolsError as error:
            if isinstance(error, InventoryInvalid) or error.reason == "end" or part == "organisation":
                raise
            document.items.append({"part": part, "name": "", "status": "failed", "files": []})
            document.fail(error, part)
            beginning.draft.back(before)
            continue
        document.items.append(_item(part, described, files, document))
        for line in _lines(described, files, applied=document.applied):
            answers.say(f"  {line}")
        steps += described.steps
    return steps


def show(steps: Sequence[Step], run: Callable[[Step], int], document: Document[InitItem]) -> None:
    """Run each command where somebody sees it; what does not end well is told, and the others go on."""
    done: list[InitStep] = []
    document.more["steps"] = done
    for step in steps if document.applied else ():
        code = run(step)
        line = " ".join(("bitools", *step))
        done.append({"command": line, "code": code})
        if code:
            hint = _("mend what it says, then go on: bitools init")
            error = Rejected(_("it ended with code {code}").format(code=code), target=line, hint=hint)
            ours = {Code.BUG, Code.USAGE, Code.INVALID}
            document.fail(error.but(code=Code(code)) if code in {*Code} - ours else error)


def _kept(beginning: Beginning, document: Document[InitItem], before: Mapping[str, str]) -> list[str]:
    """Write what the part describes, with the schemas for editors; in a dry run only prove it."""
    draft = beginning.draft
    fresh = [name for name, text in draft.planned.items() if before.get(name) != text]
    if not fresh:
        return []
    document.changed = True
    if not document.applied:
        beginning.proof(draft.texts)
        return fresh
    schema.schema(draft.folder / "schema", Document("", "", document.started))
    return draft.write(beginning.proof)


def _item(part: Part, described: Described, files: list[str], document: Document[InitItem]) -> InitItem:
    if described.there or not described.name:
        return {
            "part": part,
            "name": described.name,
            "status": "there" if described.there else "later",
            "files": [],
        }
    status = "written" if document.applied else "planned"
    return {
        "part": part,
        "name": described.name,
        "status": "written" if status == "written" else "planned",
        "files": files,
    }


def _lines(described: Described, files: Sequence[str], *, applied: bool) -> list[str]:
    if described.there:
        return [_("✓ {name}: described already").format(name=described.name)]
    if not described.name:
        return [_("left for later: bitools init asks for it again")]
    mark = "✓" if applied else "·"
    return [f"{mark} {name}" for name in files]
