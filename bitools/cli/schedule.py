"""`bitools schedule`: cron lines or systemd timers for every job of the inventory."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context, DryRun, JsonFlag
from bitools.cli.help import describe, exit_codes
from bitools.errors import Code
from bitools.i18n import _

if TYPE_CHECKING:
    from bitools.schedule import Job
    from bitools.state import Document

app = typer.Typer(
    no_args_is_help=True,
    help=describe(
        _("When each job runs by itself."), "bitools schedule show", "bitools schedule install --as systemd"
    ),
    epilog=exit_codes(),
)
As = Annotated[Literal["cron", "systemd"], typer.Option("--as", help=_("a crontab, or systemd's timers"))]


@app.command(
    help=describe(
        _("Show the lines that would be installed."),
        "bitools schedule show",
        "bitools schedule show --as systemd",
    ),
    epilog=exit_codes(Code.INVALID),
)
def show(ctx: typer.Context, kind: As = "cron", json: JsonFlag = False) -> None:
    """For cron it can be piped into `crontab -`."""
    context = Context.of(ctx, json=json)
    document, files = _wanted(context, kind)
    text = "\n".join(f"# {name}\n{content}" if len(files) > 1 else content for name, content in files.items())

    def lines(console: Console, _document: Document) -> None:
        for line in text.splitlines():
            console.line(line)

    context.finish(document, lines, record=False)


@app.command(
    help=describe(
        _("Install them: into your crontab, or as timers of systemd."),
        "bitools schedule install",
        "bitools schedule install --as systemd --to /etc/systemd/system",
    ),
    epilog=exit_codes(Code.INVALID, Code.REJECTED),
)
def install(
    ctx: typer.Context,
    kind: As = "cron",
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help=_("where systemd's units go"), show_default=False),
    ] = None,
    dry_run: DryRun = False,
    json: JsonFlag = False,
) -> None:
    """What was installed before is replaced; other lines of the crontab stay."""
    from bitools import process, schedule
    from bitools.state import write

    if to and kind == "cron":
        raise typer.BadParameter(_("--to is for systemd; a crontab is where cron has it"))
    context = Context.of(ctx, json=json, dry_run=dry_run)
    document, files = _wanted(context, kind)
    if not dry_run and kind == "cron":
        existing = process.run(["crontab", "-l"])  # 1 where there is none yet
        before = existing.stdout.decode() if existing.code == 0 else ""
        wanted = schedule.merged(before, files["crontab"])
        if wanted != before:
            process.run(["crontab", "-"], stdin=wanted.encode(), check=True)
            document.changed = True
    if not dry_run and kind == "systemd":
        folder = to or Path("/etc/systemd/system")
        for name, content in files.items():
            if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != content:
                write(folder / name, content.encode(), mode=0o644)
                document.changed = True
        if document.changed and to is None and Path("/run/systemd/system").is_dir():
            process.run(["systemctl", "daemon-reload"], check=True)
            timers = [name for name in files if name.endswith(".timer")]
            process.run(["systemctl", "enable", "--now", *timers], check=True)
    context.finish(document, _show_jobs, record=False, quiet=not dry_run)


def _show_jobs(console: Console, document: Document) -> None:
    rows = [(item["name"], item["cron"], item["command"]) for item in document.items]
    console.table([_("job"), _("when"), _("command")], rows)


def _wanted(context: Context, kind: str) -> tuple[Document, dict[str, str]]:
    """The document of all jobs, and the files they become."""
    import shlex
    import shutil

    from bitools import schedule

    here = Path(sys.argv[0]).absolute()
    program = str(here) if here.name == "bitools" else shutil.which("bitools") or "/usr/bin/bitools"
    places = {
        "--inventory": str(context.inventory_folder.absolute()),
        "--state": str(context.state_folder.absolute()),
    }
    wanted: list[Job] = schedule.jobs(context.inventory)
    document = context.document("bitools.schedule/1")
    for job in wanted:
        line = shlex.join(schedule.command(program, places, job))
        document.items.append(
            {"name": job.name, "cron": job.cron, "calendar": job.calendar, "command": line, "why": job.why}
        )
    if kind == "cron":
        return document, {"crontab": schedule.crontab(wanted, program, places)}
    return document, schedule.units(wanted, program, places)
