"""The only place that prints: streams, tables, colour.

Everything printed comes from devices, directories and files that others write: control characters
(terminal escapes, carriage returns, bidirectional overrides) never reach the terminal.
"""

from __future__ import annotations

import codecs
import os
import shutil
import signal
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, TextIO

from bitools.cli.layout import folded, lines
from bitools.errors import BitoolsError, Refused, Rejected, Usage
from bitools.i18n import ASCII, _, system_words

if TYPE_CHECKING:
    from bitools.progress import Progress

_NAMED = 3  # slow ones that are named
STYLES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}
_SYMBOLS = str.maketrans(
    {
        "→": ">",
        "✓": "+",
        "✗": "x",
        "…": ".",
        "·": "-",
        "×": "x",
        "–": "-",
        "—": "-",
        "−": "-",
        "↕": "~",
        "“": '"',
        "”": '"',
    }
)


def safe(text: str) -> str:
    """The text without anything that could steer a terminal; a line break becomes a blank."""
    if text.isprintable():
        return text
    return "".join(" " if character in "\n\t" else character for character in text if _printable(character))


def _printable(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _plain(error: UnicodeError) -> tuple[str, int]:
    """What a terminal without Turkish letters or symbols sees instead."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(ASCII).translate(_SYMBOLS)
    bare = "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))
    return bare.encode("ascii", "replace").decode("ascii"), error.end


codecs.register_error("bitools", _plain)


def _json(value: Mapping[str, object], stream: TextIO, indent: int | None = None) -> str:
    """JSON of which nothing is lost on a stream that is not UTF-8: other letters are escaped there."""
    import json  # not at the top: `--help` writes none

    plain = codecs.lookup(stream.encoding or "ascii").name != "utf-8"
    return json.dumps(value, ensure_ascii=plain, indent=indent)


def _progress(progress: Progress) -> Iterator[str]:
    """How many are done, who is slow, how long it takes yet."""
    yield f"{progress.done}/{progress.of}"
    if progress.at:
        yield progress.at
    if progress.slow:
        names, more = ", ".join(progress.slow[:_NAMED]), len(progress.slow) - _NAMED
        yield _("slow: {names}").format(names=names + (f" (+{more})" if more > 0 else ""))
    if progress.left is not None:
        yield _("about {seconds} s left").format(seconds=max(1, round(progress.left)))


@dataclass(slots=True)
class Console:
    """Two streams and what may be written to each: data to stdout, everything else to stderr."""

    stdout: TextIO
    stderr: TextIO
    json: bool = False
    verbose: bool = False
    colour: bool = False  # of stdout
    interactive: bool = False  # stdout is a terminal: somebody is looking
    answering: bool = False  # stdin and stderr are terminals: somebody can be asked
    animated: bool = False  # stderr is a terminal that can redraw a line
    width: int = 0  # of the terminal, in columns; 0: as wide as it is
    alone: bool = False  # no stream is a terminal and no JSON is asked for: cron, a timer

    names: dict[str, str] = field(default_factory=dict)  # of files that another process handed over

    @classmethod
    def real(cls, environ: Mapping[str, str], *, json: bool, verbose: bool, wide: bool = False) -> Console:
        """The process's own streams, nowhere for one that is closed. NO_COLOR and TERM=dumb are obeyed."""
        sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the end
        sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="bitools")
        plain = bool(environ.get("NO_COLOR")) or environ.get("TERM", "dumb") == "dumb"
        looking = sys.stdout.isatty()
        answering = sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
        animated = sys.stderr.isatty() and environ.get("TERM", "dumb") != "dumb"
        alone = not (looking or sys.stderr.isatty() or (sys.stdin is not None and sys.stdin.isatty()))
        colour = looking and not plain
        width = 0 if wide or not looking else shutil.get_terminal_size().columns
        return cls(sys.stdout, sys.stderr, json, verbose, colour, looking, answering, animated, width, alone)

    def put(self, text: str) -> None:
        """Data as it is. Raise Rejected if it cannot be written: a full disk behind `> file`."""
        with self.writing():
            self.stdout.write(self._called(text))

    def _called(self, text: str) -> str:
        """The text with the names that whoever asked knows files by."""
        for place, name in self.names.items():
            text = text.replace(place, name)
        return text

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The block writes to stdout. A reader that has gone (BrokenPipeError) is another matter."""
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            message = _("the output cannot be written: {why}").format(why=system_words(error))
            raise Rejected(message, reason="output", cause=error) from error

    def line(self, text: str = "", style: str = "") -> None:
        """One line of data; `style` is one of STYLES and shows on a colour terminal only."""
        self.put(self.styled(safe(text), style) + "\n")

    def sentence(self, text: str, style: str = "") -> None:
        """A line that people read, not programs: on a terminal it is narrower than, it goes on below."""
        for line in folded(safe(text), self.width):
            self.put(self.styled(line, style) + "\n")

    def table(
        self, headings: Sequence[str], rows: Iterable[Sequence[object]], styles: Sequence[str] = ()
    ) -> None:
        """Aligned columns, nothing cut off: they are also read by grep. `styles`: one a row, or none.

        On a terminal that is narrower, the last columns stand under their row.

        Headings without a row are for people only.
        """
        cells = [
            [text if (text := str(cell)).isprintable() else safe(text) for cell in row]
            for row in (headings, *rows)
        ]
        if len(cells) == 1 and not self.interactive:
            return
        each = [*islice(chain(("bold",), styles, repeat("")), len(cells))]
        self.put("".join(f"{self.styled(line, each[number])}\n" for number, line in lines(cells, self.width)))

    def styled(self, text: str, style: str) -> str:
        """The text with its colour, where colour is wanted. `text` must be safe already."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if style and self.colour and text else text

    def document(self, document: Mapping[str, object]) -> None:
        """The one JSON document."""
        self.put(_json(document, self.stdout, indent=2) + "\n")

    def note(self, text: str) -> None:
        """Something worth knowing while it goes well; only said if somebody is looking."""
        if self.stderr.isatty() and not self.json:
            self.stderr.write(self._called(safe(text)) + "\n")

    def warn(self, text: str) -> None:
        """Something that must be said."""
        self.stderr.write(self._called("\n".join(safe(line) for line in text.splitlines())) + "\n")

    def error(self, error: BitoolsError) -> None:
        """What and where, then what to do next; one JSON object for machines."""
        if self.json:
            self.stderr.write(self._called(_json(error.as_document(), self.stderr)) + "\n")
            return
        for number, (message, hint) in enumerate(error.parts()):
            self.warn(message if number else f"bitools: {message}")
            if hint:
                self.warn(f"  → {hint}")

    @contextmanager
    def working(self, text: str) -> Iterator[None]:
        """Show that long work goes on, if somebody is looking."""
        if self.json or not self.animated:
            yield
            return
        from rich.console import Console as RichConsole

        from bitools.progress import watched

        with RichConsole(file=self.stderr).status(safe(text)) as status:

            def tell(progress: Progress) -> None:
                status.update(safe(" · ".join((text, *_progress(progress)))))

            with watched(tell):
                yield

    def ask(self, question: str) -> bool:
        """Put a yes-or-no question; anything but a clear yes is a no."""
        yes, no = _("yes"), _("NO")
        self._question(f"{question} [{yes}/{no}] ")
        try:
            return sys.stdin.readline().strip() in ("y", "Y", "yes", "e", "E", "evet", yes)
        except UnicodeDecodeError:
            return False

    def _question(self, text: str) -> None:
        self.stderr.write(self._asked(text))
        self.stderr.flush()

    def _asked(self, text: str) -> str:
        """Words whole on a terminal that is narrower; what is typed goes on behind the last."""
        return "\n".join(folded(safe(text), self.width)).rstrip() + " "

    def say(self, text: str) -> None:
        """A line to whoever is asked; safe, with what it is made of."""
        for line in text.split("\n"):
            self.warn("\n".join(folded(safe(line), self.width)))

    def prompt(self, question: str, default: str, *, hidden: bool = False) -> str:
        """Put a question and give the answer, `default` for an empty one; a hidden one is not shown.

        Raise Refused if nobody answers any more, Usage for what cannot be read: it may be asked again.
        """
        text = f"  {question}{f' [{default}]' if default else ''}: "
        try:
            if hidden:
                from getpass import getpass  # almost nobody is asked

                with _unseen_again():
                    said = getpass(self._asked(text), self.stderr)  # it drops what was typed before it asks
            else:
                self._question(text)
                said = sys.stdin.readline()
            said.encode()  # in a locale without letters, what is none of UTF-8 comes as a surrogate
            if not (said or hidden):
                raise EOFError
        except UnicodeError as error:
            raise Usage(_("a letter came that this terminal's locale does not have"), cause=error) from error
        except EOFError as error:
            self.warn("")
            hint = _("the same command goes on where it stopped")
            raise Refused(_("nothing was answered"), hint=hint, reason="end") from error
        return said if hidden else said.strip() or default


@contextmanager
def _unseen_again() -> Iterator[None]:
    """Who stops at a password with Ctrl-Z and comes back would be shown what is typed."""
    import termios  # almost nobody is asked

    def came_back(_number: int, _frame: object) -> None:
        with suppress(OSError, termios.error):
            terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
            try:
                modes = termios.tcgetattr(terminal)
                modes[3] &= ~termios.ECHO
                termios.tcsetattr(terminal, termios.TCSANOW, modes)
            finally:
                os.close(terminal)

    before = signal.signal(signal.SIGCONT, came_back)
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, before)
