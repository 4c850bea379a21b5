"""One mapping from what happened to what a script sees."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import typer

from bitools.cli.console import Console
from bitools.cli.context import Context
from bitools.cli.frame.usage import (
    as_usage,
    global_options_first,
    help_for,
    in_our_language,
    is_help,
    names,
    tree_for,
)
from bitools.cli.language import asks_for, for_machines
from bitools.errors import BitoolsError, Code, Interrupted, Refused
from bitools.i18n import _


def run_command(arguments: Sequence[str], environ: dict[str, str]) -> int:
    """Run the command tree on these words; every error becomes a message and a code here."""
    arguments = global_options_first(arguments)
    console = Console.real(
        environ, json=asks_for(arguments, "json"), verbose=_verbose(arguments), wide="--wide" in arguments
    )
    console.alone = console.alone and not for_machines(arguments)
    try:
        return _obey(_today(arguments, console), console, environ)
    except typer.Exit as stop:
        return stop.exit_code
    except BitoolsError as error:
        return _fail(console, error)
    except typer.TyperException as error:
        return _usage(console, error, arguments)
    except typer.Abort:
        return _fail(console, Refused(_("nothing was answered"), hint=_("answer the question, or add --yes")))
    except KeyboardInterrupt:
        return _interrupted(console)
    except (BrokenPipeError, SystemExit):
        # Who read us has gone (the command-line library turns that into an exit of its own).
        return Code.INTERRUPTED
    except OSError as error:
        from bitools.state import refusal  # not at the top: `--help` has no need of it

        if (refused := refusal(error)) is None:
            return _bug(console, error)
        return _fail(console, refused)
    except Exception as error:
        return _bug(console, error)
    finally:
        _settle_output()


def _today(arguments: Sequence[str], console: Console) -> Sequence[str]:
    """`bitools` alone, to somebody who looks, is `bitools status`; to a script it is a wrong command line."""
    asks = {"-h", "--help", "--version"} & set(arguments)
    return arguments if asks or not console.interactive or any(names(arguments)) else [*arguments, "status"]


def _obey(arguments: Sequence[str], console: Console, environ: dict[str, str]) -> int:
    result: object = None
    if text := help_for(arguments):
        console.put(text + "\n")
    else:
        from bitools import process  # not at the top: `--help` has no need of these
        from bitools.cli.frame import named_files, plugins, whose

        plugins.none()
        process.inherit(environ)
        if any(word == "-" or word.endswith("=-") for word in arguments):
            arguments = named_files.from_stdin(arguments)
        if (code := whose.take_on(arguments, environ)) is not None:
            return code
        console.names.update(named_files.handed_over(arguments))
        console.names[named_files.STDIN] = "-"
        context = Context(console, environ)
        app = tree_for(arguments)
        try:
            result = app(args=list(arguments), prog_name="bitools", standalone_mode=False, obj=context)
        except BitoolsError as error:
            from bitools.cli import evidence

            ended = error
            for running in context.running:
                ended = evidence.after(running, ended)
            raise ended from ended.__cause__
    with console.writing():
        sys.stdout.flush()
    if result == Code.INTERRUPTED:  # what the command-line library makes of KeyboardInterrupt
        raise KeyboardInterrupt
    return result if isinstance(result, int) else Code.DONE


def _interrupted(console: Console) -> int:
    hint = _("what was done is recorded; run it again to do the rest")
    return _fail(console, Interrupted(_("interrupted"), hint=hint, reason="interrupted"))


def _settle_output() -> None:
    """What cannot be written goes nowhere: the interpreter must not complain a second time at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(console: Console, error: BitoolsError) -> int:
    console.error(error)
    if error.code is Code.BUG and console.verbose:
        from bitools.credentials import mask

        console.warn(mask(traceback.format_exc()))
    return int(error.code)


def _usage(console: Console, error: typer.TyperException, arguments: Sequence[str]) -> int:
    """A group without a command shows its help; any other wrong command line is an error like ours."""
    if is_help(error) and not console.json:
        console.stderr.write(in_our_language(error.format_message()) + "\n")
        return Code.USAGE
    return _fail(console, as_usage(error, arguments))


def _bug(console: Console, error: Exception) -> int:
    from bitools.credentials import mask

    why = mask(f"{type(error).__name__}: {error}")
    hint = "" if console.verbose else _("run it again with -v and report what it says")
    return _fail(console, BitoolsError(_("a bug in bitools: {why}").format(why=why), hint=hint, reason="bug"))


def _verbose(arguments: Sequence[str]) -> bool:
    return any(argument in ("-v", "--verbose") for argument in arguments)
