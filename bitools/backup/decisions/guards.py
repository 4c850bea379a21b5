"""What must be true before anything is forgotten. Each guard refuses (exit 5) and says what to look at.

`confirmed` stands for an administrator who has read `bitools backup plan`: it opens the guards against
surprise (a mass drop, a changed policy or zone, a clock that jumped), never those against loss.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bitools.backup.decisions import tiers
from bitools.backup.decisions.retention import Policy, Verdict
from bitools.errors import Refused
from bitools.i18n import _

MASS = 20  # runs; fewer are never a mass
SHARE = 0.5  # of a data set's runs
CLOCK_TOLERANCE = timedelta(minutes=5)
JUMP = timedelta(days=31)  # nobody leaves the backups alone for longer; a clock may


def check(
    dataset: str,
    verdict: Verdict,
    policy: Policy,
    now: datetime,
    *,
    before: Verdict | None = None,
    last_run: datetime | None = None,
    confirmed: bool = False,
) -> None:
    """Let a verdict pass, or refuse it.

    `before` is what the policy and zone of the last run would have decided, `last_run` when that was.

    Raise Refused, with `reason` one of suspicious, clock, nothing_left, stale, mass_drop,
    policy_changed.
    """
    if not verdict.forget:
        return
    _nothing_suspected(dataset, verdict)
    if not confirmed:
        _clock_is_believed(dataset, now, last_run)
    _something_is_left(dataset, verdict)
    _not_stale(dataset, verdict, policy, now)
    if not confirmed:
        _no_mass_drop(dataset, verdict, before)
        _no_surprise(dataset, verdict, before)


def jumped(now: datetime, last_run: datetime | None) -> bool:
    """Was the clock put back since the last run, or ahead by more than a pause explains?"""
    return last_run is not None and not -CLOCK_TOLERANCE <= now - last_run <= JUMP


def _clock_is_believed(dataset: str, now: datetime, last_run: datetime | None) -> None:
    """A run of 2037 would take a year's place, and the oldest year would go for good."""
    if last_run is None or not jumped(now, last_run):
        return
    if now < last_run:
        message = _("the clock was put back: it is {now}, but the last run was at {last}")
        hint = _("correct the clock (timedatectl); if it is right now: bitools backup run {name} --confirm")
    else:
        message = _(
            "the clock jumped ahead, or nothing ran for long: it is {now}, the last run was at {last}"
        )
        hint = _("correct the clock (timedatectl); if it is right: bitools backup run {name} --confirm")
    message = message.format(
        now=now.isoformat(timespec="seconds"), last=last_run.isoformat(timespec="seconds")
    )
    raise Refused(message, target=dataset, hint=hint.format(name=dataset), reason="clock")


def _nothing_suspected(dataset: str, verdict: Verdict) -> None:
    """Good runs are worth more than room while nobody knows what became of the source."""
    suspected = [run for run in verdict.keep if run.suspicious]
    if suspected:
        message = _("nothing is forgotten: the run of {time} is suspected")
        raise Refused(
            message.format(time=min(run.time for run in suspected).isoformat(timespec="minutes")),
            target=dataset,
            hint=accept_hint(dataset),
            reason="suspicious",
        )


def accept_hint(dataset: str) -> str:
    """What to do about a run that is suspected."""
    hint = _(
        "look at the source; if it is damaged, restore it from an older run: bitools backup list {name};"
        " if it is right: bitools backup run {name} --accept --reason TEXT"
    )
    return hint.format(name=dataset)


def _something_is_left(dataset: str, verdict: Verdict) -> None:
    if not any(run.complete for run in verdict.keep) and any(run.complete for run in verdict.forget):
        raise Refused(
            _("no complete run would be left"), target=dataset, hint=_look(dataset), reason="nothing_left"
        )


def _not_stale(dataset: str, verdict: Verdict, policy: Policy, now: datetime) -> None:
    """A data set whose backups stopped keeps what it has until they work again."""
    tier = tiers.shortest(policy.counts)
    newest = max((run.time for run in verdict.keep if run.complete and run.time <= now), default=None)
    if newest is None or now - newest > 2 * tiers.LENGTHS[tier] + policy.grace:
        message = _("its newest complete run is too old for a tier that is {tier}")
        hint = _("first make one: bitools backup run {name}")
        raise Refused(
            message.format(tier=tier), target=dataset, hint=hint.format(name=dataset), reason="stale"
        )


def _no_mass_drop(dataset: str, verdict: Verdict, before: Verdict | None) -> None:
    """Many at once are asked about, unless the policy of the last run lets each of them go: then they have
    only been waiting, while nothing could be forgotten, and would wait for ever.
    """
    if before is not None and {run.id for run in verdict.forget} <= {run.id for run in before.forget}:
        return
    gone, every = len(verdict.forget), len(verdict.forget) + len(verdict.keep)
    if gone > MASS and gone > every * SHARE:
        message = _("{gone} of {every} runs would be forgotten at once").format(gone=gone, every=every)
        raise Refused(message, target=dataset, hint=_look(dataset), reason="mass_drop")


def _no_surprise(dataset: str, verdict: Verdict, before: Verdict | None) -> None:
    """A change of policy or zone may keep more; what it alone would drop is asked about."""
    if before is None:
        return
    expected = {run.id for run in before.forget}
    surprise = [run for run in verdict.forget if run.id not in expected]
    if surprise:
        message = _("since the last run the policy or the time zone was changed; {count} more runs would go")
        raise Refused(
            message.format(count=len(surprise)), target=dataset, hint=_look(dataset), reason="policy_changed"
        )


def _look(dataset: str) -> str:
    return _(
        "look: bitools backup plan {name}; then, if it is right: bitools backup run {name} --confirm"
    ).format(name=dataset)
