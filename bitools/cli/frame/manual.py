"""Manual pages (man(7)) from the command tree: `bitools(1)` and one a group.

`python -m bitools.cli.frame.manual FOLDER LANGUAGE` writes them where man(1) looks: `FOLDER/man1`, and
`FOLDER/tr/man1` for Turkish. The language is chosen before the tree is read, for its texts are read with it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bitools import __version__, i18n, process

if TYPE_CHECKING:
    from bitools.cli.frame.parsed import Parsed

_DIRECTIVE = re.compile(r"^([.'])", re.MULTILINE)
PLACE = Path("/usr/local/share/man")  # where man(1) looks for what no package brought


def installed() -> dict[Path, str]:
    """Every page in every language, by the file it belongs in. Raise Rejected."""
    with tempfile.TemporaryDirectory() as folder:
        for language in i18n.LANGUAGES:  # a process each: the texts of a tree are read with it
            words = [sys.executable, "-I", "-m", "bitools.cli.frame.manual", folder, language]
            process.run(words, check=True)
        files = sorted(Path(folder).rglob("*.1"))
        return {PLACE / file.relative_to(folder): file.read_text(encoding="utf-8") for file in files}


def pages() -> dict[str, str]:
    """File name → page, in the language that is spoken."""
    from bitools.cli.frame.app import tree
    from bitools.cli.frame.parsed import commands, is_group, parsed
    from bitools.cli.frame.placeholders import name_values

    root = parsed(tree())
    groups = {name: one for name, one in commands(root).items() if is_group(one)}
    alone = {name: one for name, one in commands(root).items() if name not in groups}
    for one in (
        root,
        *(each for group in groups.values() for each in group.commands.values()),
        *alone.values(),
    ):
        name_values(one)
    found = {"bitools.1": _page("bitools", root, alone, sorted(f"bitools-{name}" for name in groups))}
    for name, group in groups.items():
        found[f"bitools-{name}.1"] = _page(f"bitools {name}", group, group.commands, ["bitools"])
    return found


def _page(name: str, command: Parsed, inner: Mapping[str, Parsed], related: Sequence[str]) -> str:
    from bitools.i18n import _

    title = name.replace(" ", "-")
    sentence, examples = _described(command)
    lines = [
        f'.TH "{title.upper()}" 1 "" "bitools {__version__}" "bitools"',
        _head(_("NAME")),
        f"{_plain(title)} \\- {_plain(sentence.rstrip('.'))}",
        _head(_("SYNOPSIS")),
        f".B {_plain(name)}",
        _plain(_("COMMAND [ARGS]...")),
        *_options(command, _("OPTIONS")),
        *(_examples(examples) if name == "bitools" else ()),
        _head(_("COMMANDS")),
    ]
    for word, one in inner.items():
        lines += _command(f"{name} {word}", one)
    if name == "bitools":
        lines += [_head(_("EXIT STATUS")), _plain(str(command.epilog))]
    lines += [_head(_("SEE ALSO")), ", ".join(f"\\fB{_plain(one)}\\fR(1)" for one in related)]
    return "\n".join(lines) + "\n"


def _head(text: str) -> str:
    return f".SH {text}"


def _command(name: str, command: Parsed) -> Iterator[str]:
    sentence, examples = _described(command)
    yield f".SS {_plain(name)} {_plain(' '.join(_arguments(command)))}".rstrip()
    yield _plain(sentence)
    yield from _options(command, "")
    yield from _examples(examples)
    if command.epilog:
        yield ".PP"
        yield _plain(str(command.epilog))


def _arguments(command: Parsed) -> Iterator[str]:
    for one in command.params:
        if one.param_type_name == "argument":
            shown = f"{one.metavar}{'...' if one.nargs != 1 else ''}"
            yield shown if one.required else f"[{shown}]"


def _options(command: Parsed, heading: str) -> Iterator[str]:
    """Each option, what it takes and what it is for; those of every command are on bitools(1)."""
    some = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    if some and heading:
        yield _head(heading)
    for one in some:
        takes = "" if one.is_flag else f" \\fI{_plain(str(one.metavar or one.display_type(None)))}\\fR"
        names = ", ".join(f"\\fB{_plain(each)}\\fR" for each in (*one.opts, *one.secondary_opts))
        yield ".TP"
        yield f"{names}{takes}"
        yield _plain(one.help or "")


def _examples(lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ".PP"
        yield ".EX"
        yield from map(_plain, lines)
        yield ".EE"


def _described(command: Parsed) -> tuple[str, list[str]]:
    """The sentence and the examples that `help.describe` put together."""
    sentence, _mark, examples = str(command.help or "").partition("\n\n\b\n")
    return sentence.strip(), [line.strip() for line in examples.splitlines() if line.strip()]


def _plain(text: str) -> str:
    """Text of which roff(7) takes no letter for a request."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "\\&…")
    return _DIRECTIVE.sub(r"\\&\1", escaped.replace("\n", " "))


def main(folder: Path, language: str) -> None:
    """Write every page."""
    i18n.use(language)
    place = folder / ("man1" if language == "en" else f"{language}/man1")
    place.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (place / name).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
