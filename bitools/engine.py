"""Fan out over targets: workers, a deadline a target, one outcome a target.

A target past its deadline is given up and its thread left behind (daemon threads: they cannot hold up the
end of the process). A credential that was rejected three times is used no more: a typo must not lock an
account on four hundred devices.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, Protocol, TypeVar

from bitools import progress
from bitools.errors import BitoolsError, CredentialsRejected, Unreachable
from bitools.i18n import _

REJECTIONS = 3

Target = TypeVar("Target")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Target, Value]):
    """What came of one target: a value, or an error; never both."""

    target: Target
    value: Value | None = None
    error: BitoolsError | None = None


@dataclass(frozen=True, slots=True)
class Limits(Generic[Target]):
    """How hard the targets may be pressed.

    `workers` at a time in all, `site_workers` of one `site` (a slow line), `deadline` seconds a target;
    targets of equal `credential` share one count of rejections. `risky`: the work itself says, by
    `Attempt.risk`, when it uses the credential; otherwise it does from its beginning.
    """

    workers: int = 50
    deadline: float = 120.0
    credential: Callable[[Target], Hashable] = id
    risky: bool = False
    site: Callable[[Target], Hashable] = id
    site_workers: Callable[[Target], int] = lambda target: 1_000


class Attempt(Protocol):
    """The work on one target, as it stands among the others: handed to whoever does it."""

    def risk(self) -> None:
        """Wait until the credential may be tried: for work whose limits are `risky`, before a log-in.

        Until a credential has been accepted once, no more than three targets try it at a time: fifty workers
        would otherwise collect fifty rejections before the first is known. A target that does not answer at
        all holds nobody up. Raise CredentialsRejected (`not_tried`) if it was rejected three times meanwhile.
        """

    def accepted(self) -> None:
        """Say that the other side has taken the credential; the others need not wait for this one's end."""

    def given_up(self) -> bool:
        """Is this target past its deadline, so that nobody waits for what is done here?"""


def fan_out(
    targets: Sequence[Target], work: Callable[[Target, Attempt], Value], limits: Limits[Target]
) -> Iterator[Outcome[Target, Value]]:
    """Do `work` on every target and yield each outcome as it comes.

    A BitoolsError is the target's outcome; so is any other exception, as a bug of ours (code 1). After the
    deadline the outcome is Unreachable (`deadline`), whatever the thread does later.
    """
    fan = _Fan(targets, work, limits)
    for _worker in range(min(limits.workers, fan.places())):
        fan.start_worker()
    for _target in targets:
        outcome = fan.next_outcome()
        fan.done += 1
        fan.tell()
        yield outcome


@dataclass(slots=True, eq=False)
class _Job(Generic[Target]):
    """One target's Attempt."""

    fan: _Fan[Target, Any]
    target: Target
    site: Hashable
    credential: Hashable
    ends: float = 0.0
    released: bool = False
    risked: bool = False

    def risk(self) -> None:
        """See Attempt."""
        self.fan.risk(self)

    def accepted(self) -> None:
        """See Attempt."""
        self.fan.accept(self)

    def given_up(self) -> bool:
        """See Attempt."""
        return self.released


class _Fan(Generic[Target, Value]):
    """One fan-out at work; `lock` guards everything that several threads touch.

    Workers without a job wait for `room`, those whose log-in would be one too many for `trust`.
    """

    def __init__(
        self, targets: Sequence[Target], work: Callable[[Target, Attempt], Value], limits: Limits[Target]
    ) -> None:
        self.work = work
        self.limits = limits
        self.waiting: dict[tuple[Hashable, Hashable], deque[_Job[Target]]] = {}  # by site and credential
        for target in targets:
            job = _Job(self, target, limits.site(target), limits.credential(target))
            self.waiting.setdefault((job.site, job.credential), deque()).append(job)
        self.running: list[_Job[Target]] = []
        self.began, self.done, self.of = time.monotonic(), 0, len(targets)
        self.busy: Counter[Hashable] = Counter()
        self.trying: Counter[Hashable] = Counter()
        self.rejections: Counter[Hashable] = Counter()
        self.accepted: set[Hashable] = set()
        self.outcomes: queue.SimpleQueue[Outcome[Target, Value]] = queue.SimpleQueue()
        self.lock = threading.Lock()
        self.room = threading.Condition(self.lock)
        self.trust = threading.Condition(self.lock)

    def places(self) -> int:
        """How many jobs can run at once, as the sites allow."""
        jobs: dict[Hashable, list[_Job[Target]]] = {}
        for (site, _credential), waiting in self.waiting.items():
            jobs.setdefault(site, []).extend(waiting)
        return sum(min(len(some), self.limits.site_workers(some[0].target)) for some in jobs.values())

    def start_worker(self) -> None:
        threading.Thread(target=self._worker, daemon=True).start()

    def next_outcome(self) -> Outcome[Target, Value]:
        """Wait for one outcome, or for the next deadline to pass."""
        while True:
            with self.lock:
                ends = min((job.ends for job in self.running), default=None)
            try:
                patience = None if ends is None else max(0.0, ends - time.monotonic())
                return self.outcomes.get(timeout=min(1.0, patience) if patience is not None else 0.05)
            except queue.Empty:
                self._give_up(time.monotonic())
                self.tell()

    def tell(self) -> None:
        """Say how far it is, to whoever watches."""
        if not progress.is_watched():
            return
        now = time.monotonic()
        with self.lock:
            since = [(job.ends - self.limits.deadline, job.target) for job in self.running]
        slow = [target for began, target in sorted(since, key=itemgetter(0)) if now - began > progress.SLOW]
        names = tuple(str(getattr(target, "name", target)) for target in slow)
        left = progress.left(self.done, self.of, now - self.began)
        progress.show(progress.Progress(self.done, self.of, names, left))

    def _give_up(self, now: float) -> None:
        """End every job that is past its deadline, and replace its worker, which may never come back."""
        with self.lock:
            late = [job for job in self.running if job.ends <= now]
        for job in late:
            message = _("no answer within the deadline of {seconds:.0f} s").format(
                seconds=self.limits.deadline
            )
            error = Unreachable(message, hint=_("is it overloaded? try it alone"), reason="deadline")
            if self._release(job, Outcome(job.target, error=error)):
                self.start_worker()

    def _worker(self) -> None:
        while (job := self._take()) is not None:
            outcome = self._attempt(job)
            if not self._release(job, outcome):
                return  # the deadline was first, and another worker has our place

    def _attempt(self, job: _Job[Target]) -> Outcome[Target, Value]:
        try:
            return Outcome(job.target, self.work(job.target, job))
        except BitoolsError as error:
            return Outcome(job.target, error=error)
        except Exception as error:  # the one place where a stranger's exception becomes an outcome
            message = _("unexpected {kind}: {why}").format(kind=type(error).__name__, why=error)
            return Outcome(job.target, error=BitoolsError(message, reason="bug", cause=error))

    def _take(self) -> _Job[Target] | None:
        """The next job whose site and credential have room; None when nothing is left."""
        with self.lock:
            while self.waiting:
                job = next((jobs[0] for jobs in self.waiting.values() if self._possible(jobs[0])), None)
                if job is None:
                    self.room.wait()
                    continue
                self._remove(job)
                if self._spent(job):
                    self.outcomes.put(Outcome(job.target, error=_not_tried()))
                    continue
                job.ends = time.monotonic() + self.limits.deadline
                self.running.append(job)
                self.busy[job.site] += 1
                if not self.limits.risky:
                    self._try(job)
                return job
            return None

    def _remove(self, job: _Job[Target]) -> None:
        """Take the first of its kind from those that wait; whoever waits for the last one learns of it."""
        jobs = self.waiting[job.site, job.credential]
        jobs.popleft()
        if not jobs:
            del self.waiting[job.site, job.credential]
        if not self.waiting:
            self.room.notify_all()

    def _spent(self, job: _Job[Target]) -> bool:
        return self.rejections[job.credential] >= REJECTIONS

    def _possible(self, job: _Job[Target]) -> bool:
        """Is a worker of this site free, and may this credential be risked on one more target now?"""
        if self._spent(job):
            return True
        if self.busy[job.site] >= self.limits.site_workers(job.target):
            return False
        return self.limits.risky or self._bearable(job)

    def _bearable(self, job: _Job[Target]) -> bool:
        """Would there be no more than three rejections if all who try it now were rejected?"""
        risked = self.trying[job.credential] + self.rejections[job.credential]
        return job.credential in self.accepted or risked < REJECTIONS

    def _try(self, job: _Job[Target]) -> None:
        job.risked = True
        self.trying[job.credential] += 1

    def risk(self, job: _Job[Target]) -> None:
        """See Attempt."""
        with self.lock:
            while not (job.risked or job.released or self._spent(job) or self._bearable(job)):
                self.trust.wait()
            if job.released or (self._spent(job) and not job.risked):
                raise _not_tried()
            if not job.risked:
                self._try(job)

    def accept(self, job: _Job[Target]) -> None:
        """See Attempt."""
        with self.lock:
            self._accept(job)

    def _accept(self, job: _Job[Target]) -> None:
        if job.credential not in self.accepted:
            self.accepted.add(job.credential)
            self.room.notify_all()
            self.trust.notify_all()

    def _release(self, job: _Job[Target], outcome: Outcome[Target, Value]) -> bool:
        """Let go of a job's places and publish its outcome; False if that has been done before."""
        with self.lock:
            if job.released:
                return False
            job.released = True
            if isinstance(outcome.error, CredentialsRejected) and outcome.error.reason != "not_tried":
                self.rejections[job.credential] += 1
                self.room.notify_all()
            elif outcome.error is None:
                self._accept(job)
            self.running.remove(job)
            self.busy[job.site] -= 1
            self.trying[job.credential] -= job.risked
            self.room.notify()  # whoever releases takes the next job itself; its end may allow one more
            self.trust.notify_all()
        self.outcomes.put(outcome)
        return True


def _not_tried() -> CredentialsRejected:
    return CredentialsRejected(
        _("not tried: this credential was rejected {count} times").format(count=REJECTIONS),
        hint=_("correct the user name or password, then run again"),
        reason="not_tried",
    )
