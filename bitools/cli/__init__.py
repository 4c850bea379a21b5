"""The front door: words in, documents and exit codes out.

`main` is the only place that turns an error into an exit code. It chooses the language first, because the
help texts of the command tree are read when it is imported.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from bitools import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code (errors.Code)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        sys.stdout.write(f"bitools {__version__}\n")
        return 0
    if arguments[:1] == ["--complete"]:
        from bitools.cli import complete

        return complete.run(arguments[1:], os.environ)
    from bitools import i18n  # the version is asked for more often than anything else
    from bitools.cli.language import choose_language, for_machines

    gc.set_threshold(200_000)  # a command is short: looking for garbage cost a sixth of a long listing's time
    language = "en" if for_machines(arguments) else choose_language(arguments, os.environ)
    os.environ["LANGUAGE"] = language  # the command-line library translates its own words by it
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # it would run what others have installed
    i18n.use(language)
    # A crash of the interpreter must not write passwords into a core file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    # Whoever started us may have had signals held back, or children reaped unseen: we could not be ended, and
    # a program that failed would seem to have ended well.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, _terminate)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup(1) says that it goes on
        signal.signal(signal.SIGHUP, _terminate)
    # A script's `bitools … &` hands SIGINT down ignored, and so would we to restic, which only that stops:
    # a dump that failed would leave a snapshot.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        from bitools.cli.frame.front import run_command

        code = run_command(arguments, dict(os.environ))
    except KeyboardInterrupt:  # before the command began, or while its error was told
        code = 130
    gc.freeze()  # the interpreter would look for garbage twice more before it ends, 50 ms
    if argv is None and any(one.daemon for one in threading.enumerate()):
        _leave(code)
    return code


def _leave(code: int) -> NoReturn:
    """End while threads are at work, and nobody waits for them: one that is in google-re2 when the
    interpreter takes itself apart would abort the process (SIGABRT instead of `code`).
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # closed, or whoever read it has gone: that was told
            stream.flush()
    os._exit(code)


def _terminate(number: int, frame: FrameType | None) -> None:
    """SIGTERM of cron or systemd and SIGHUP of a line that fell end a run as Ctrl-C does.

    The ledger and restic learn of it.
    """
    raise KeyboardInterrupt
