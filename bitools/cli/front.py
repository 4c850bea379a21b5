"""One mapping from what happened to what a script sees."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import typer
from typer._click.exceptions import ClickException

from bitools import credentials
from bitools.cli import for_machines
from bitools.cli.app import app
from bitools.cli.console import Console
from bitools.cli.context import Context
from bitools.cli.usage import as_usage, global_options_first, help_for, in_our_language
from bitools.errors import BitoolsError, Code, Refused
from bitools.i18n import _


def run_command(arguments: Sequence[str], environ: dict[str, str]) -> int:
    """Run the command tree on these words; every error becomes a message and a code here."""
    arguments = global_options_first(arguments)
    console = Console.real(environ, json="--json" in arguments, verbose=_verbose(arguments))
    console.alone = console.alone and not for_machines(arguments)
    if text := help_for(arguments):
        console.stdout.write(text + "\n")
        return Code.DONE
    context = Context(console, environ)
    try:
        result = app(args=list(arguments), prog_name="bitools", standalone_mode=False, obj=context)
        sys.stdout.flush()
        return result if isinstance(result, int) else Code.DONE
    except typer.Exit as stop:
        return stop.exit_code
    except BitoolsError as error:
        return _fail(console, error)
    except ClickException as error:
        return _usage(console, error, arguments)
    except typer.Abort:
        return _fail(console, Refused(_("nothing was answered"), hint=_("answer the question, or add --yes")))
    except KeyboardInterrupt:
        console.warn(_("interrupted"))
        return Code.INTERRUPTED
    except BrokenPipeError:
        # Who read us has gone; the interpreter must not complain a second time when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Code.INTERRUPTED
    except Exception as error:
        return _bug(console, error)


def _fail(console: Console, error: BitoolsError) -> int:
    console.error(error)
    if error.code is Code.BUG and console.verbose:
        console.warn(credentials.mask(traceback.format_exc()))
    return int(error.code)


def _usage(console: Console, error: ClickException, arguments: Sequence[str]) -> int:
    """A group without a command shows its help; any other wrong command line is an error like ours."""
    if type(error).__name__ == "NoArgsIsHelpError" and not console.json:
        console.stderr.write(in_our_language(error.format_message()) + "\n")
        return Code.USAGE
    return _fail(console, as_usage(error, arguments))


def _bug(console: Console, error: Exception) -> int:
    why = credentials.mask(f"{type(error).__name__}: {error}")
    hint = "" if console.verbose else _("run it again with -v and report what it says")
    return _fail(console, BitoolsError(_("a bug in bitools: {why}").format(why=why), hint=hint, reason="bug"))


def _verbose(arguments: Sequence[str]) -> bool:
    return any(argument in ("-v", "--verbose") for argument in arguments)
