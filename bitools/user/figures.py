"""What a month or a year says of accounts. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bitools.figures.count import Activity
from bitools.figures.section import Section, Total, act_column, by_part, over_time, tallied
from bitools.i18n import _

_CLOSING = ("user.disable", "user.offboard")


def totals(found: Activity) -> Iterator[Total]:
    """Figures of the summary."""
    yield Total("accounts_opened", _("Accounts opened"), found.done("user.add"))
    yield Total("accounts_closed", _("Accounts closed"), found.done(*_CLOSING))
    overridden = [act for act in found.acts if act.action == "user.offboard" and act.overridden]
    cleared = sum(act.went_well for act in overridden)
    yield Total("custody_overrides", _("Leavers cleared despite custody"), cleared)


def section(found: Activity) -> Section:
    """What was done to accounts, kind by kind and over time."""
    opened, closed = found.counted("user.add"), found.counted(*_CLOSING)
    series = (("opened", _("opened"), opened), ("closed", _("closed"), closed))
    title = _("Accounts opened and closed")
    about = [act for act in found.acts if act.action.startswith("user.")]
    tables = (
        tallied("accounts", _("Acts on accounts"), act_column(), about),
        by_part(found, "accounts_by_part", (title, title), series),
    )
    chart = over_time(found, title, series)
    return Section("accounts", _("Accounts"), ("6.19", "12.3", "14.3"), (chart,), tables)
