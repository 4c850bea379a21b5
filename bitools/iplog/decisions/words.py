"""The grades and the causes in people's words."""

from __future__ import annotations

from bitools.i18n import _


def grades() -> dict[str, str]:
    """The grades of an answer."""
    return {
        "certain": _("certain"),
        "within_lease": _("within its lease"),
        "assigned": _("assigned"),
        "conflict": _("conflict"),
        "none": _("nobody"),
        "unknown": _("unknown"),
    }


def causes() -> dict[str, str]:
    """Why nobody can say."""
    return {
        "gap": _("lines were lost"),
        "unparsed": _("lines were not understood"),
        "silent": _("a source had nothing to say around that time"),
        "outside_retention": _("it is older than what is kept"),
        "lease_unknown": _("how long a lease lasts is not said"),
        "ambiguous_hour": _("the hour happened twice"),
        "no_source": _("no source covers the address"),
        "no_session": _("no session of this address and port spans the time"),
    }
