"""`bitools net`: follow every change on switches and routers."""

from __future__ import annotations

import typer

from bitools.cli.help import describe, exit_codes
from bitools.cli.net import ack, check, diff, history, platforms, render, search, show, snapshot, trust
from bitools.cli.net.options import FETCHES
from bitools.errors import Code
from bitools.i18n import _

app = typer.Typer(
    no_args_is_help=True,
    help=describe(
        _("Follow every change on switches and routers."),
        "bitools net snapshot",
        "bitools net diff --site merkez",
    ),
    epilog=exit_codes(),
)

app.command(
    help=describe(
        _("Fetch the configurations and store those that changed."),
        "bitools net snapshot",
        "bitools net snapshot sw-merkez-01 --json",
    ),
    epilog=exit_codes(*FETCHES, Code.LOCKED),
)(snapshot.snapshot)

app.command(
    help=describe(
        _("Say what changed; nothing is stored."),
        "bitools net diff --site merkez",
        "bitools net diff --against startup",
        "bitools net diff --files old.cfg new.cfg --platform cisco_ios --exit-code",
    ),
    epilog=exit_codes(*FETCHES, Code.DIFFERENT),
)(diff.diff)

app.command(
    help=describe(
        _("List the stored changes, newest first."),
        "bitools net history sw-merkez-01",
        "bitools net history --since 2026-11-01 --author mehmet",
    ),
    epilog=exit_codes(Code.INVALID),
)(history.history)

app.command(
    help=describe(
        _("Show a stored configuration; secrets are hashes."),
        "bitools net show sw-merkez-01",
        "bitools net show sw-merkez-01 --at 2026-11-01",
    ),
    epilog=exit_codes(Code.INVALID),
)(show.show)

app.command(
    help=describe(
        _("Pin the host keys of devices, after you have compared the fingerprints."),
        "bitools net trust",
        "bitools net trust --replace sw-merkez-01",
    ),
    epilog=exit_codes(Code.PARTIAL, Code.REFUSED, Code.INVALID, Code.UNREACHABLE),
)(trust.trust)

app.command(
    help=describe(
        _("List the platforms, and what each is proven by."),
        "bitools net platforms",
        "bitools net platforms --json",
    ),
    epilog=exit_codes(Code.INVALID),
)(platforms.platforms)

app.command(
    help=describe(
        _("Print the intended configuration of devices, from your templates."),
        "bitools net render sw-merkez-01",
        "bitools net render --group access",
    ),
    epilog=exit_codes(Code.PARTIAL, Code.INVALID),
)(render.render)

app.command(
    help=describe(
        _("Find lines in what devices have, or ever had; asks no device."),
        "bitools net search 'permit .* any any'",
        "bitools net search --account ayse.yilmaz",
        "bitools net search 10.10.99.6 --history --site merkez",
    ),
    epilog=exit_codes(Code.DIFFERENT, Code.REFUSED, Code.INVALID),
)(search.search)

app.command(
    help=describe(
        _("Hold the newest snapshots against the rules; asks no device."),
        "bitools net check --site merkez",
        "bitools net check --format junit",
    ),
    epilog=exit_codes(Code.PARTIAL, Code.DIFFERENT, Code.INVALID),
)(check.check)

app.command(
    help=describe(
        _("Mark changes as reviewed; what nobody has reviewed stays on the report."),
        "bitools net ack --list",
        'bitools net ack 6184f6b246 --reason "planned, ticket 2026/114"',
    ),
    epilog=exit_codes(Code.REFUSED, Code.INVALID),
)(ack.ack)
