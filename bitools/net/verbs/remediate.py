"""The commands that lead devices to what they should have: planned, predicted, judged; nothing is typed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from bitools import moments, platforms, state
from bitools.collection import no_collection
from bitools.documents.net_change import Command as CommandItem
from bitools.documents.net_change import PlanFile, Refusal, RemediateItem
from bitools.documents.net_change import Question as QuestionItem
from bitools.engine import Attempt
from bitools.errors import BitoolsError, NotFound, Refused
from bitools.i18n import _
from bitools.inventory.network import Device
from bitools.net.decisions.change import plan as planning
from bitools.net.decisions.change.danger.dangers import Danger, dangers
from bitools.net.decisions.change.language.dialect import dialect
from bitools.net.decisions.change.language.forbidden import Forbidden, unprintable
from bitools.net.decisions.change.language.typed import typed
from bitools.net.decisions.change.reach.crossing import Us
from bitools.net.decisions.change.reach.own_view import seen_so
from bitools.net.decisions.change.remediation.contradiction import Contradiction
from bitools.net.decisions.change.remedy import Command, Question
from bitools.net.decisions.configuration import canonical
from bitools.net.decisions.page import Page
from bitools.net.verbs.compare import identity
from bitools.net.verbs.diff_stored import file_text, revision
from bitools.net.verbs.fetch import Fetched, Fetcher, Wish, failed
from bitools.net.verbs.platforms import way_back
from bitools.net.verbs.proof import NotWhole
from bitools.net.verbs.render import has_template, intended, with_secrets_of
from bitools.net.wire.connect import DEADLINE
from bitools.net.wire.history import History
from bitools.net.wire.mask import Masks
from bitools.net.wire.ourselves import ourselves
from bitools.platforms.model import Platform
from bitools.run import Run
from bitools.state import Document

SCHEMA = "bitools.net.remediate/1"
INTENDED = "intended"


def files(
    document: Document[RemediateItem], old: Path, new: Path, platform_name: str, own: Path | None = None
) -> Document[RemediateItem]:
    """From one file to another; needs no inventory. Secrets are masked with a key that nobody keeps.

    Raise NotFound for an unknown platform, InventoryInvalid for a file that cannot be read, Refused for a
    line that must not be typed or a platform that nobody knows how to configure.
    """
    platform = platforms.load(platform_name, own)
    key = secrets.token_bytes(32)
    wanted = file_text(new)
    prove_plain(wanted, str(new))
    before, after = (canonical(Page.of(text, platform), key).text for text in (file_text(old), wanted))
    who = {"device": new.name, "site": "", "role": "lan", "platform": platform.name}
    document.more["against"] = str(new)
    document.items.append({**who, **planned(before, after, platform, Us())})  # type: ignore[typeddict-item]
    document.changed = any(item["commands"] for item in document.items)
    return document


def remediate(
    run: Run, devices: Sequence[Device], *, against: str = INTENDED, deadline: float = DEADLINE
) -> Document[RemediateItem]:
    """Fetch every device now and plan its way to what it should have: `intended`, a revision, a date, a file.

    Raise NotFound for an unknown revision or date, Refused for a file with a line that must not be typed.
    """
    document: Document[RemediateItem] = run.document(SCHEMA)
    document.more["against"] = against
    wanted = _Wanted(run, devices, against)
    before = History(run.state).latest([device.name for device in devices])
    fetcher = Fetcher(run)
    fetcher.prepare(devices)

    def work(device: Device, attempt: Attempt) -> Fetched | NotWhole:
        return fetcher.fetch(device, attempt, before.get(device.name, ""), Wish(looks=True))

    for outcome in fetcher.each(devices, work, deadline):
        device = outcome.target
        if isinstance(outcome.value, Fetched):
            us = seen_so(ourselves(run.inventory, device), outcome.value.view)
            _plan(device, outcome.value.running.text, wanted, fetcher.platform(device), us, document)
        else:
            failed(run, document, outcome)
    document.changed = any(item["commands"] for item in document.items)
    return document


def _plan(
    device: Device,
    running: str,
    wanted: _Wanted,
    platform: Platform,
    us: Us,
    document: Document[RemediateItem],
) -> None:
    """One item; a failure of the device where there is no plan, a warning where nothing is wanted of it."""
    try:
        text = wanted.of(device, running, platform)
        if text is None:
            document.warnings.append(wanted.missing(device))
            return
        found = planned(running, text, platform, us)
    except BitoolsError as error:
        document.fail(error, device.name)
        return
    document.items.append({**identity(device), **found})  # type: ignore[typeddict-item]


def planned(running: str, wanted: str, platform: Platform, us: Us) -> Mapping[str, object]:
    """All of an item but whose it is.

    Raise Refused for a platform that nobody knows how to configure, or a line that must not be typed;
    BitoolsError, with both texts, where the commands would not lead to what is wanted.
    """
    if platform.change is None:
        message = _("nobody has said how {platform} is configured: no commands can be made").format(
            platform=platform.title
        )
        hint = _("{file} would need a section `change:`; see docs/changes.md").format(
            file=f"platforms/{platform.name}.yaml"
        )
        raise Refused(message, hint=hint, reason="no_change")
    try:
        with no_collection(kept=True):
            found = planning.plan(running, wanted, platform)
            refused = refusals(found, platform, us)
    except Forbidden as error:
        raise _forbidden(error) from error
    except Contradiction as error:
        message = _("what is wanted says two things at once: “{one}” and “{other}”")
        hint = _("take one of them out; nothing was planned")
        raise Refused(
            message.format(one=error.one, other=error.other), hint=hint, reason="contradiction"
        ) from error
    except planning.Mispredicted as error:
        raise _mispredicted(error) from error
    return {
        "running": hashlib.sha256(running.encode()).hexdigest(),
        "text": "".join(f"{line}\n" for line in typed(found.commands, dialect(platform))),
        "commands": [_command(one) for one in found.commands],
        "inverse": [_command(one) for one in found.inverse],
        "predicted": found.predicted,
        "questions": [_question(one) for one in found.questions],
        "unanswered": [_question(one) for one in found.unanswered],
        "refusals": refused,
        "way_back": way_back(platform),
    }


def commands_between(running: str, wanted: str, platform: Platform) -> Sequence[Command]:
    """The commands alone, predicted and judged. Raise as `planning.plan`."""
    with no_collection(kept=True):
        return planning.plan(running, wanted, platform, back=False).commands


def refusals(found: planning.Plan, platform: Platform, us: Us) -> list[Refusal]:
    """What in the predicted configuration would cut us off, as far as anybody knows how we come.

    What is asked will be typed by somebody, too: it is judged as if it had been.
    """
    told = dangers(found.before, found.after, platform, us)
    known = {(one.rule, one.line) for one in told}
    answered = dangers(found.before, found.wanted, platform, us) if found.questions else []
    told += [one for one in answered if (one.rule, one.line) not in known]
    return [_refusal(one, us) for one in sorted(told, key=lambda one: (one.weight != "refuse", one.rule))]


def _refusal(one: Danger, us: Us) -> Refusal:
    return {
        "rule": one.name,
        "number": one.rule,
        "line": one.line.rpartition(" / ")[2],
        "path": one.line.split(" / ")[:-1],
        "why": one.reason,
        "weight": one.weight,
        "rests_on": "device" if us.seen else "configuration",
    }


def prove_plain(text: str, file: str) -> None:
    """Raise Refused, with file and line, for a character that a terminal obeys or nobody sees."""
    for number, line in enumerate(text.split("\n"), 1):
        if found := unprintable(line.removesuffix("\r")):
            message = _(
                "{file}:{number}: U+{code} is a character that a terminal obeys or nobody sees"
            ).format(file=file, number=number, code=f"{ord(found):04X}")
            hint = _("take it out of the line; nothing was planned")
            raise Refused(message, hint=hint, reason="control_character")


def _forbidden(error: Forbidden) -> Refused:
    if error.acts:
        message = _("“{line}” is no configuration: it acts as soon as it is typed").format(line=error.line)
        return Refused(message, hint=_("take it out; nothing was planned"), reason="acts")
    shown = error.line.encode("unicode_escape").decode()
    message = _("“{line}” cannot be typed as it stands").format(line=shown)
    return Refused(message, hint=_("take it out; nothing was planned"), reason="control_character")


def _mispredicted(error: planning.Mispredicted) -> BitoolsError:
    """A bug of ours: with both texts, for whoever mends it."""
    lines = [f"{change.kind}: {' / '.join((*change.path, change.line))}" for change in error.other]
    lines += [f"?: {' / '.join((*command.path, command.line))}" for command in error.left]
    message = _("the commands would not lead to what is wanted, so there are none: {what}").format(
        what="; ".join(lines[:10])
    )
    both = _("predicted:\n{predicted}\nwanted:\n{wanted}").format(
        predicted=error.predicted, wanted=error.wanted
    )
    return BitoolsError(message, hint=both, reason="mispredicted")


def _command(one: Command) -> CommandItem:
    item: CommandItem = {"path": list(one.path), "line": one.line, "removes": one.removes}
    if one.body:
        item["body"] = list(one.body)
    return item


def _question(one: Question) -> QuestionItem:
    return {"path": list(one.path), "line": one.line, "removes": one.removes, "why": one.why}


class _Wanted:
    """What the devices should have, wherever it comes from."""

    def __init__(self, run: Run, devices: Sequence[Device], against: str) -> None:
        self._run, self._against = run, against
        self._masks = Masks(run)
        self._file = ""
        self._stored: dict[str, str] = {}
        names = [device.name for device in devices]
        if against == INTENDED:
            return
        if not moments.dated(against) and Path(against).is_file():
            self._file = file_text(Path(against))
            prove_plain(self._file, against)
            return
        history = History(run.state)
        commit = revision(run, history, against, last=True)
        if not commit:
            raise NotFound(_("no snapshot is so old"), target=against, hint=_("see: bitools net history"))
        self._stored = history.latest(names, commit)

    def of(self, device: Device, running: str, platform: Platform) -> str | None:
        """The masked text; None if nobody says what this device should have. Raise BitoolsError."""
        if self._against == INTENDED:
            if not has_template(self._run, device):
                return None
            text = intended(self._run, device)
            prove_plain(text, f"intended/{device.name}")
            return canonical(Page.of(with_secrets_of(text, running), platform), self._masks.key).text
        if self._file:
            return canonical(Page.of(with_secrets_of(self._file, running), platform), self._masks.key).text
        stored = self._stored.get(device.name)
        return None if stored is None else self._masks.stored(device.name, stored)

    def missing(self, device: Device) -> str:
        """The warning for a device that nothing is wanted of."""
        if self._against == INTENDED:
            text = _("{device}: not applicable, there is no intended/{device}.j2, nor intended/{name}.j2")
            return text.format(device=device.name, name=device.platform)
        return _("{device}: no snapshot yet").format(device=device.name)


def write_plan(document: Document[RemediateItem], author: str, out: Path) -> None:
    """Write the plan of all devices that have commands or questions, as canonical JSON; note its name."""
    plan: PlanFile = {
        "schema": "bitools.net.plan/1",
        "created": document.started.isoformat(timespec="seconds"),
        "author": author,
        "against": str(document.more["against"]),
        "devices": [
            {
                "device": item["device"],
                "platform": item["platform"],
                "running": item["running"],
                "predicted": hashlib.sha256(item["predicted"].encode()).hexdigest(),
                "commands": item["commands"],
                "inverse": item["inverse"],
                "questions": item["questions"],
                "refusals": item["refusals"],
                "way_back": item["way_back"],
            }
            for item in document.items
            if item["commands"] or item["questions"]
        ],
    }
    plan["plan_id"] = planning.plan_id({**plan})
    state.write(out, planning.canonical_json({**plan}) + b"\n", 0o640)
    document.more["plan_id"] = plan["plan_id"]
