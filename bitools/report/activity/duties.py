"""The articles of the directorate's regulation that bitools serves, and what each asks for."""

from __future__ import annotations

from bitools.i18n import _


def duties() -> dict[str, str]:
    """Article → what it asks for, in the order of the regulation, in the language that is spoken now."""
    return {
        "6.6": _("Measures required by law; collecting the records that Law 5651 asks for"),
        "6.19": _("Creating and cancelling user names and passwords, granting and limiting access"),
        "6.20": _("Keeping data safe; hourly to half-yearly backups by type and importance"),
        "6.31": _("Following every change on the wide and local networks, applying security procedures"),
        "6.32": _("Recording the distribution of internal IP addresses electronically"),
        "11.15": _("Backing up all records daily, protecting information"),
        "11.19": _("Keeping the lines working, and statistics of them"),
        "11.24": _("Following every change on the wide and local networks (network service)"),
        "11.30": _("Backing up the configuration of the data lines"),
        "11.32": _("Periodic and instant backups of all systems"),
        "11.35": _("Recording the distribution of internal IP addresses (network service)"),
        "12.3": _("New accounts and changes of permission"),
        "14.3": _("Leavers hand over documents and assets"),
        "14.5": _("The yearly report of activities: this report"),
    }
