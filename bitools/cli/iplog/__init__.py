"""`bitools iplog`: take, seal, prove, and answer who had an address. A file a command."""

from __future__ import annotations

from bitools.cli.frame.command import group
from bitools.i18n import _

GROUP = group(
    _("Keep the IP-distribution log (Law 5651): who had this address at that time."),
    "bitools iplog ingest",
    "bitools iplog who 10.1.2.3 --at '2026-11-28 14:30' --reason 'Savcılık yazısı' --file-number 2026/1234",
    "bitools iplog verify",
    commands="ingest seal verify who export purge hold release status".split(),
    audited=("verify", "status"),
    completed={"names": "source"},
)
