"""Edits of lists, such that none is empty meanwhile. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bitools import regex
from bitools.net.decisions.change.language import negation, number_lists
from bitools.net.decisions.change.language.dialect import Dialect, expanded, hidden
from bitools.net.decisions.change.remediation import same_entries
from bitools.net.decisions.change.remediation.edits import Edit, Path
from bitools.net.decisions.change.remediation.wording import additions, removing
from bitools.net.decisions.change.remedy import Command
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Key
from bitools.platforms.change import NumberList

ListName = tuple[Path, Key]


@dataclass(slots=True)
class Entries:
    """What changes in one numbered list; `position`: of the first of it."""

    position: int
    removed: list[Node] = field(default_factory=list)
    added: list[Node] = field(default_factory=list)


def grown(path: Path, old: Node, new: Node, position: int, dialect: Dialect) -> Edit | None:
    """A line with a list of numbers: what is new is added before what is old is removed.

    None if the line has no such list, or another one than numbers (`all`, `none`).
    """
    rules = dialect.rules
    here = rules.section(path[-1] if path else "")
    text = rules.look(here, new.text).text
    for pattern, rule in dialect.lists if "lists" in dialect.marks[text] else ():
        was, will = pattern.search(rules.look(here, old.text).text), pattern.search(text)
        if was is None or will is None:
            continue
        had, wanted = number_lists.numbers(was["list"]), number_lists.numbers(will["list"])
        if not had or not wanted:
            continue
        commands = (
            *_pieces(path, rule, rule.add, will, wanted - had),
            *_pieces(path, rule, rule.remove, will, had - wanted, removes=True),
        )
        return Edit(path, old, new, position, commands=commands)
    return None


def in_brackets(path: Path, old: str, new: str, position: int, dialect: Dialect) -> Edit | None:
    """Junos' `members [ a b ]`: what is new comes behind what is there, then the rest goes, one by one.

    None if it is no such list, or if its words would stand in another order then.
    """
    head = (old if " [ " in old else new).partition(" [ ")[0]
    if " [ " not in old + new or not all(text.startswith(f"{head} ") for text in (old, new)):
        return None
    had, wanted = (text.removeprefix(head).strip(" []").split() for text in (old, new))
    stay = [word for word in had if word in wanted]
    more = [word for word in wanted if word not in stay]
    spelled = dialect.rules.spelled
    if _bracketed(head, had) != old or spelled(_bracketed(head, [*stay, *more])) != spelled(new):
        return None
    commands = [Command(path, f"{dialect.change.put} {head} [ {' '.join(more)} ]")] if more else []
    negate = dialect.change.negate
    commands += [Command(path, f"{negate} {head} {word}", removes=True) for word in had if word not in stay]
    return Edit(path, Node(old, []), Node(new, []), position, commands=tuple(commands))


def _bracketed(head: str, words: Sequence[str]) -> str:
    return f"{head} [ {' '.join(words)} ]" if len(words) > 1 else f"{head} {' '.join(words)}"


def _pieces(
    path: Path, rule: NumberList, template: str, found: regex.Match, some: set[int], removes: bool = False
) -> list[Command]:
    pieces = number_lists.written(some, rule.between, rule.to)
    return [
        Command(path, expanded(template, found, list=line), removes)
        for line in number_lists.lines(pieces, rule)
    ]


def numbered(
    path: Path, name: Key, entries: Entries, sides: tuple[Node | None, Node | None], dialect: Dialect
) -> Edit | None:
    """A list whose entries say their place. None if it would stand empty, and nothing can stand in it.

    `sides`: the section that it stands in, as it is and as it is wanted.
    """
    removed, added = entries.removed, same_entries.shorter_first(entries.added, dialect)
    stay = _staying(name, removed, sides[0], dialect) if removed or dialect.change.alike else []
    if again := same_entries.typed_again(removed, added, stay, dialect):
        stay = [node for node in stay if node not in again]
        removed = [*removed, *again]
        added = same_entries.shorter_first([*added, *again], dialect)
    if not removed:
        return _list_edit(path, entries, [_add(path, node) for node in added])
    if not stay and not added:
        return _gone(path, entries, sides[1], dialect) if name else None
    removals = [_remove(path, node, dialect) for node in removed]
    if any(not command.line or hidden(command.line) for command in removals):
        return None
    additions = [_add(path, node) for node in added]
    clashing = same_entries.clashing(removed, added, dialect)
    first = [command for node, command in zip(added, additions, strict=True) if node not in clashing]
    if not (first or stay) and (one_by_one := _one_by_one(removed, removals, added, additions, dialect)):
        return _list_edit(path, entries, one_by_one)
    if first or stay:
        then = [command for node, command in zip(added, additions, strict=True) if node in clashing]
        return _list_edit(path, entries, [*first, *removals, *then])
    sentinel = _sentinel(path, removed[0], dialect)
    if sentinel is None:
        return None
    header = path[-1] if path else ""
    away = Command(path, negation.removal(sentinel.line, header, dialect), removes=True)
    return _list_edit(path, entries, [sentinel, *removals, *additions, away])


def _staying(name: Key, removed: Sequence[Node], section: Node | None, dialect: Dialect) -> list[Node]:
    """The entries that are not removed."""
    taken = {node.text for node in removed}
    return [
        node
        for node in (section.children if section else ())
        if node.text not in taken
        and dialect.number(node.text) is not None
        and _is_of(name, node.text, dialect)
    ]


def named(path: Path, name: Key, entries: Entries, wanted: Node | None, dialect: Dialect) -> Edit | None:
    """All lines of a named thing that nothing wanted is of any more; None if something is."""
    left = wanted.children if wanted else ()
    if any(_is_of(name, node.text, dialect) for node in left):
        return None
    found = dialect.name(entries.removed[0].text)
    if found is None or not found[2].gone:
        return None
    words, header = expanded(found[2].gone, found[1]), path[-1] if path else ""
    if any(negation.special_words(node.text, header, dialect) == words for node in left):
        return None  # it would take away what comes in its place (a route that discards)
    return _gone(path, entries, wanted, dialect)


def _is_of(name: Key, text: str, dialect: Dialect) -> bool:
    if not name:
        return True
    found = dialect.name(text)
    return found is not None and found[0] == name


def _list_edit(path: Path, entries: Entries, commands: Sequence[Command]) -> Edit:
    old = entries.removed[0] if entries.removed else None
    new = entries.added[0] if entries.added else None
    return Edit(path, old, new, entries.position, commands=tuple(commands))


def _gone(path: Path, entries: Entries, wanted: Node | None, dialect: Dialect) -> Edit:
    """All of a named list; one by one if something of its name is wanted (its description)."""
    name = dialect.name(entries.removed[0].text)
    left = wanted.children if wanted else ()
    if name and name[2].gone and not any(_is_of(name[0], node.text, dialect) for node in left):
        commands = [Command(path, expanded(name[2].gone, name[1]), removes=True)]
    else:
        commands = [_remove(path, node, dialect) for node in reversed(entries.removed)]
    return Edit(path, entries.removed[0], None, entries.position, commands=tuple(commands), whole=True)


def _one_by_one(
    removed: Sequence[Node],
    removals: Sequence[Command],
    added: Sequence[Node],
    additions: Sequence[Command],
    dialect: Dialect,
) -> list[Command]:
    """Each entry gives way to the one in its place, so that the others stand meanwhile.

    Empty if there is only one of them, or if the device would mistake one for another.
    """
    if len(removed) == 1 or not same_entries.one_for_one(removed, added, dialect):
        return []
    new = {dialect.number(node.text): command for node, command in zip(added, additions, strict=True)}
    replaced: list[Command] = []
    gone: list[Command] = []
    for node, removal in zip(removed, removals, strict=True):
        instead = new.pop(dialect.number(node.text), None)
        if instead is None:
            gone.append(removal)
        else:
            replaced += [removal, instead]
    return [*replaced, *new.values(), *gone]


def _sentinel(path: Path, node: Node, dialect: Dialect) -> Command | None:
    where = path[-1] if path else node.text
    for pattern, rule in dialect.sentinels:
        if found := pattern.search(where):
            return Command(path, expanded(rule.entry, found))
    return None


def _add(path: Path, node: Node) -> Command:
    return Command(path, node.text, body=node.body)


def _remove(path: Path, node: Node, dialect: Dialect) -> Command:
    words = negation.removal(node.text, path[-1] if path else "", dialect)
    return Command(path, words, removes=True)


def comes_last(old: Sequence[str], new: Sequence[str]) -> bool:
    """Do the new lines of an ordered list come after all that stays, in their order?"""
    wanted, had = set(new), set(old)
    stays = [text for text in old if text in wanted]
    return list(new[: len(stays)]) == stays and not any(text in had for text in new[len(stays) :])


def renewed(path: Path, edits: Sequence[Edit], position: int, dialect: Dialect) -> Edit:
    """A list of which nothing stays: what is new comes behind what is old, which then goes."""
    commands = [command for edit in edits if edit.new for command in additions(path, edit.new, dialect)]
    commands += [removing(path, edit.removal) for edit in edits if edit.old]
    old, new = (
        next(filter(None, side), None) for side in zip(*((one.old, one.new) for one in edits), strict=True)
    )
    return Edit(path, old, new, position, commands=tuple(commands))


def written_again(
    path: Path, old: Sequence[Node], new: Sequence[Node], position: int, dialect: Dialect
) -> Edit | None:
    """A list in the order of typing: what is out of its place is removed and comes last, one by one.

    None if the platform does not say that it may be written so.
    """
    if not all("appended" in dialect.marks[node.text] for node in (*old, *new)):
        return None
    left = [node.text for node in old]
    stays = 0
    for text in left:
        if stays < len(new) and new[stays].text == text:
            stays += 1
    by_text = {node.text: node for node in old}
    commands: list[Command] = []
    for node in new[stays:]:
        if node.text in left:
            left.remove(node.text)
            commands.append(_remove(path, by_text[node.text], dialect))
        commands += additions(path, node, dialect)
    wanted = {node.text for node in new}
    commands += [_remove(path, node, dialect) for node in old if node.text not in wanted]
    if any(not command.line or hidden(command.line) for command in commands):
        return None
    return Edit(path, old[0] if old else None, new[0] if new else None, position, commands=tuple(commands))


def moved(
    path: Path, had: Sequence[str], wanted: Sequence[str], position: int, dialect: Dialect
) -> list[Edit]:
    """The commands that put entries in their places, once all are there: each behind the one before it."""
    move = dialect.change.move
    if move is None:
        return []
    called = regex.compile(move.line)
    names = {text: found[1] for text in (*had, *wanted) if (found := called.search(text))}
    here = [text for text in had if text in set(wanted)]
    here += [text for text in wanted if text not in set(here)]
    edits: list[Edit] = []
    for place, text in enumerate(wanted):
        if here[place] == text or text not in names:
            continue
        other = here[place]
        words = move.before.replace("{item}", names[text]).replace("{other}", names.get(other, other))
        edits.append(
            Edit(path, None, Node(text, []), position + place, commands=(Command(path, words),), last=True)
        )
        here.remove(text)
        here.insert(place, text)
    return edits
