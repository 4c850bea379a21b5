"""What `doctor` asks the database servers: do they answer, are our programs as new, is one forgotten?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from bitools import process
from bitools.backup import sources
from bitools.backup.sources.on_server import OnServer
from bitools.documents.doctor import FindingItem, Grade
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.inventory.backups import Dataset


def examine(datasets: Iterable[Dataset]) -> Iterator[FindingItem]:
    """One finding a server, and one for its databases that no data set covers. Nothing is written."""
    servers: defaultdict[tuple[str, str, int], list[OnServer]] = defaultdict(list)
    for one in datasets:
        if sources.is_on_server(one):
            servers[one.type, one.host, one.port].append(one)
    for (_kind, host, port), members in servers.items():
        name = f"{host}:{port}"
        try:
            yield from _server(name, members)
        except BitoolsError as error:
            yield _finding(name, "warning", str(error), error.hint)


def _server(name: str, members: Sequence[OnServer]) -> Iterator[FindingItem]:
    first = members[0]
    kind = sources.database(first)
    theirs, ours = kind.version(first), _dump_version(first)
    if kind.outdated(ours, theirs):
        text = _(
            "the server is {theirs}, the program that dumps it {ours}: it may refuse, or leave things out"
        )
        hint = _("install the client of the server's version")
        yield _finding(name, "warning", text.format(theirs=theirs, ours=ours), hint)
    else:
        yield _finding(name, "good", _("answers; it is {version}").format(version=theirs))
    covered = {one.database for one in members} | kind.NEEDLESS
    left = [] if "all" in covered else [one for one in kind.databases(first) if one not in covered]
    if left:
        text = _("databases that no data set covers: {names}")
        hint = _("describe each in backups.yaml, or write database: all")
        yield _finding(name, "warning", text.format(names=", ".join(left)), hint)


def _dump_version(dataset: OnServer) -> str:
    """What the program that dumps says of itself."""
    program = next((one for one in dataset.programs[0].split("|") if process.installed(one)), "")
    if not program:
        return ""
    return process.run([program, "--version"], timeout=30).stdout.decode(errors="replace").strip()


def _finding(name: str, grade: Grade, text: str, hint: str = "") -> FindingItem:
    return {"name": name, "grade": grade, "text": text, "hint": hint}
