"""From one configuration to another: the commands, in an order that leaves no gap. Pure.

The steps of the difference become edits, which `ordering` puts in their places; what nobody can derive is a
question. What the commands lead to is predicted elsewhere, by code that shares nothing with this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bitools.net.decisions.change.language import negation, said_in_lines, section_words
from bitools.net.decisions.change.language.dialect import Dialect, hidden, texts
from bitools.net.decisions.change.remediation import list_edits, mirrors, section_places
from bitools.net.decisions.change.remediation.along import goes_anyway, gone_along
from bitools.net.decisions.change.remediation.edits import Edit, Path, at
from bitools.net.decisions.change.remediation.in_silence import in_silence
from bitools.net.decisions.change.remediation.list_edits import Entries, ListName
from bitools.net.decisions.change.remediation.ordering import commands_of
from bitools.net.decisions.change.remediation.overwritten import overwritten, wiped
from bitools.net.decisions.change.remediation.paths import remedy_of_paths
from bitools.net.decisions.change.remediation.places import put_in_place
from bitools.net.decisions.change.remediation.together import together
from bitools.net.decisions.change.remedy import Command, Question, Remedy, Why
from bitools.net.decisions.comparison.diff import Step, compare
from bitools.net.decisions.comparison.pairing import level
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Key, unknown


def remedy(before: Node, after: Node, dialect: Dialect) -> Remedy:
    """The commands that lead from one tree to the other, and what is asked instead."""
    if dialect.change.style == "paths":
        return remedy_of_paths(before, after, dialect)
    found = _Found(before, after, dialect)
    found.uproot()
    for step in compare(before, after, dialect.rules):
        found.take(step)
    found.lists_done()
    found.orders_done()
    edits_there = wiped(overwritten(found.unrebuilt(), dialect), before, after, dialect)
    edits = []
    for edit in in_silence(gone_along(edits_there, before, after, dialect), before, after, dialect):
        node = edit.new or edit.old
        if node and any(map(hidden, edit.path)):  # its section cannot be entered
            found.ask(edit.path, node, "secret", removes=edit.new is None)
        elif (
            edit.new and not edit.commands and not edit.new.children and hidden(edit.new.text, edit.new.body)
        ):
            found.ask(edit.path, edit.new, "secret")
        else:
            edits.append(edit)
    questions = [one for one in found.questions if not goes_anyway(one, edits, dialect)]
    return Remedy(together(commands_of(edits, dialect), dialect), questions)


@dataclass(slots=True)
class _Found:
    """The edits found so far, and the questions."""

    before: Node
    after: Node
    dialect: Dialect
    edits: list[Edit] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    lists: dict[ListName, Entries] = field(default_factory=dict)
    parts: dict[ListName, Entries] = field(default_factory=dict)  # lines of named things that go
    orders: set[tuple[Path, Key]] = field(default_factory=set)
    rewritten: set[Path] = field(default_factory=set)

    def take(self, step: Step) -> None:
        """One step of the difference."""
        if self.rewritten and self._is_rewritten(step):
            return
        if any(map(self._is_shown, step.path)) and (node := step.new or step.old):
            self.ask(step.path, node, "shown", removes=step.new is None)
            return
        if section := self._typed_anew(step):
            self.rewritten.add(section)
            self.added(section[:-1], at(self.after, section, self.dialect) or Node(section[-1], []))
            return
        if step.kind in ("moved", "reordered"):
            self._moved(step)
        elif step.kind == "removed" and step.old:
            self.removed(step.path, step.old)
        elif step.kind == "added" and step.new:
            self._added(step, step.new)
        elif step.old and step.new:
            self._modified(step, step.old, step.new)

    def _is_rewritten(self, step: Step) -> bool:
        """Is its section written again whole, or is it one that is?"""
        path = (*step.path, step.old.text) if step.old and step.kind != "added" else step.path
        return any(path[: depth + 1] in self.rewritten for depth in range(len(path)))

    def uproot(self) -> None:
        """What stands on something that goes is removed first, and what of it is wanted comes anew."""
        had, wanted = ({node.text: node for node in side.children} for side in (self.before, self.after))
        gone = [text for text in had if text not in wanted] if self.dialect.based else []
        for pattern, base in self.dialect.based:
            for text in filter(pattern.search, had) if any(map(base.search, gone)) else ():
                self.rewritten.add((text,))
                self.removed((), had[text])
                if text in wanted:
                    self.added((), wanted[text])

    def _is_shown(self, text: str) -> bool:
        """Is this typed in another way?"""
        return "shown" in self.dialect.marks[text]

    def _other_way(self, side: Node, path: Path, text: str) -> bool:
        """Has the other side it too, but shown in another way (as inactive, say)?"""
        section = at(side, path, self.dialect) if self.dialect.change.shown else None
        return section is not None and any(
            one.text.endswith(f" {text}") and self._is_shown(one.text) for one in section.children
        )

    def unrebuilt(self) -> list[Edit]:
        """The edits but for what would be gone for a moment while something refers to it: that is asked."""
        heads = {
            claim: edit
            for edit in self.edits
            if edit.removes and edit.old and not edit.path and not self._is_an_instance(edit.old.text)
            if (claim := self.dialect.claim(edit.old.text))
        }
        for edit in [edit for edit in self.edits if edit.new and not edit.path and not edit.old]:
            claim = self.dialect.claim(edit.new.text) if edit.new else None
            twin = heads.get(claim) if claim and claim[1] else None
            if twin and twin.old and edit.new and claim and self._referred_to(claim[1], edit.new.text):
                self.edits = [one for one in self.edits if one is not edit and one is not twin]
                self.ask((), twin.old, "emptied", removes=True)
                self.ask((), edit.new, "emptied")
        return self.edits

    def _is_an_instance(self, text: str) -> bool:
        """Is it one of something that stands on its own, and that nobody refers to by its name?"""
        return any(pattern.search(text) for pattern, _base in self.dialect.based)

    def _referred_to(self, name: str, but: str) -> bool:
        return any(name in text.split() for text in texts(self.after) if text != but)

    def _typed_anew(self, step: Step) -> Path | None:
        """The section around this step that is typed anew as a whole."""
        marks, headers = self.dialect.marks, step.path if self.dialect.change.whole else ()
        depth = next((depth for depth, text in enumerate(headers) if "whole" in marks[text]), None)
        return None if depth is None else step.path[: depth + 1]

    def ask(self, path: Path, node: Node, why: Why, removes: bool = False) -> None:
        """No command for this."""
        self.questions.append(Question(path, node.text, why, removes))

    def _moved(self, step: Step) -> None:
        if step.new is None or self.dialect.number(step.new.text) is not None:
            return  # its number is its place
        if not step.new.children and "unordered" in self.dialect.marks[step.new.text]:
            return
        if step.group is None or unknown(step.group):
            if step.path or not (step.new.children or "opens" in self.dialect.marks[step.new.text]):
                self.ask(step.path, step.new, "order")  # a section at the top is known by its name
        else:
            self.orders.add((step.path, step.group))

    def removed(self, path: Path, node: Node) -> None:
        """A line or section is gone; a section that cannot go is emptied."""
        header = path[-1] if path else ""
        if (sleeping := self.dialect.asleep(node.text)) is not None and self._gone(path, sleeping):
            return  # with what slept
        shown = self._is_shown(node.text) and not negation.special_words(node.text, header, self.dialect)
        if shown or self._other_way(self.after, path, node.text):
            self.ask(path, node, "shown", removes=True)
            return
        if not node.children and self._mirror_broken(path, node.text):
            self.ask(path, node, "default", removes=True)
            return
        if "permanent" in self.dialect.marks[node.text]:
            for child in self.dialect.rules.joined(node.children):
                self.removed((*path, node.text), child)
            return
        why = negation.doubt(node.text, header, lambda: at(self.after, path, self.dialect), self.dialect)
        if why and not self._gone_whole(path, node):
            self.ask(path, node, why, removes=True)
        elif not node.children and self.dialect.number(node.text) is not None:
            self._entries(path, node).removed.append(node)
        else:
            name = None if node.children else self.dialect.name(node.text)
            if name:
                self.parts.setdefault((path, name[0]), Entries(len(self.edits))).removed.append(node)
            else:
                self._removed_singly(path, node)

    def _gone(self, path: Path, text: str) -> bool:
        section = at(self.after, path, self.dialect)
        return section is None or all(one.text != text for one in section.children)

    def _gone_whole(self, path: Path, node: Node) -> bool:
        """Goes the named thing that this line is part of, with every line of it?"""
        name = None if node.children else self.dialect.name(node.text)
        section = at(self.after, path, self.dialect)
        left = section.children if section else ()
        return bool(name and name[2].gone) and not any(
            (other := self.dialect.name(one.text)) and name and other[0] == name[0] for one in left
        )

    def _removed_singly(self, path: Path, node: Node) -> None:
        words = self._words_of_removal(path, node)
        if not words:
            self.ask(path, node, "removal", removes=True)
        elif hidden(words):
            self.ask(path, node, "secret", removes=True)
        else:
            text = said_in_lines.commands(node, None, words, self.dialect)
            self.edits.append(Edit(path, node, None, len(self.edits), words, text))

    def _words_of_removal(self, path: Path, node: Node) -> str:
        if self.dialect.change.style == "sections":
            sides = (at(side, path, self.dialect) for side in (self.before, self.after))
            items = [one.text for section in sides if section for one in section.children]
            return section_words.taking_away(node.text, list(dict.fromkeys(items)))
        return negation.removal(node.text, path[-1] if path else "", self.dialect)

    def _added(self, step: Step, node: Node) -> None:
        if step.group and not unknown(step.group) and self.dialect.number(node.text) is None:
            self.orders.add((step.path, step.group))
        self.added(step.path, node)

    def added(self, path: Path, node: Node) -> None:
        """A line or section is new; what has a secret in it is asked for."""
        if self._other_way(self.before, path, node.text):
            self.ask(path, node, "shown")
            return
        if not node.children and self.dialect.number(node.text) is not None:
            self._entries(path, node).added.append(node)
            return
        if clean := self._without_secrets(path, node):
            text = said_in_lines.commands(None, clean, "", self.dialect)
            self.edits.append(Edit(path, None, clean, len(self.edits), commands=text))

    def _without_secrets(self, path: Path, node: Node) -> Node | None:
        if why := _untypable(node, self.dialect):
            self.ask(path, node, why)
            return None
        if not node.children:
            return node
        inner = [self._without_secrets((*path, node.text), child) for child in node.children]
        left = [child for child in inner if child is not None]
        if not left and self.dialect.change.style == "yaml":
            return None  # a key alone says another thing than the key with something below it
        return node._replace(children=left)

    def _modified(self, step: Step, old: Node, new: Node) -> None:
        path, dialect = step.path, self.dialect
        header = path[-1] if path else ""
        if why := _untypable(new, self.dialect):
            self.ask(path, new, why)
        elif self._mirror_broken(path, old.text):
            self.ask(path, old, "default", removes=True)
            self.ask(path, new, "default")
        elif dialect.number(new.text) is not None and not (old.children or new.children):
            entries = self._entries(path, new)
            entries.removed.append(old)
            entries.added.append(new)
        elif dialect.change.style == "sections" and path:
            words = section_words.renewing(old.text, new.text)
            if words:
                self.edits.append(Edit(path, old, new, len(self.edits), commands=(Command(path, words),)))
            else:
                self.ask(path, new, "default")
        elif (
            dialect.change.style == "set"
            and (edit := list_edits.in_brackets(path, old.text, new.text, len(self.edits), dialect))
        ) or (edit := list_edits.grown(path, old, new, len(self.edits), dialect)):
            self.edits.append(edit)
        elif (old.children or new.children) and "retyped" not in dialect.marks[new.text]:
            self.rewritten.add((*path, new.text))
            self.removed(path, old)
            self.added(path, new)
        elif text := said_in_lines.commands(old, new, negation.removal(old.text, header, dialect), dialect):
            self.edits.append(Edit(path, old, new, len(self.edits), commands=text))
        elif "replace" in dialect.marks[new.text]:
            self.edits.append(
                Edit(path, old, new, len(self.edits), negation.removal(old.text, header, dialect))
            )
        else:
            self.edits.append(Edit(path, old, new, len(self.edits)))

    def _mirror_broken(self, path: Path, text: str) -> bool:
        if not mirrors.in_a_mirror(text, self.dialect):
            return False  # before anything is looked for: most lines are in none
        before, after = (at(side, path, self.dialect) for side in (self.before, self.after))
        return mirrors.broken(before, after, self.dialect)

    def _entries(self, path: Path, node: Node) -> Entries:
        """The numbered list that this entry is of."""
        name = self.dialect.name(node.text)
        key: ListName = (path, name[0] if name else ())
        return self.lists.setdefault(key, Entries(len(self.edits)))

    def lists_done(self) -> None:
        """Named things that are gone whole, and numbered lists, each as one edit."""
        for (path, key), entries in self.parts.items():
            entered = self.lists.get((path, key))
            if entered and not entered.added and self._gone_whole(path, entries.removed[0]):
                continue  # with its entries
            if edit := list_edits.named(path, key, entries, at(self.after, path, self.dialect), self.dialect):
                self.edits.append(edit)
            else:
                for node in entries.removed:
                    self._removed_singly(path, node)
        sections = {child.text: child for child in self.before.children} if self.lists else {}
        for (path, key), entries in self.lists.items():
            for node in [node for node in entries.added if _untypable(node, self.dialect)]:
                self.ask(path, node, _untypable(node, self.dialect) or "secret")
                entries.added.remove(node)
            before = sections.get(path[0]) if len(path) == 1 else None
            before = before or at(self.before, path, self.dialect)
            sides = before, at(self.after, path, self.dialect)
            edit = list_edits.numbered(path, key, entries, sides, self.dialect)
            if edit is None:
                for node in entries.removed:
                    self.ask(path, node, "emptied", removes=True)
                for node in entries.added:
                    self.ask(path, node, "emptied")
            else:
                self.edits.append(edit)

    def orders_done(self) -> None:
        """Lists without numbers whose order means something: new lines come last by themselves, or not."""
        for path, group in sorted(self.orders):
            before, after = (at(side, path, self.dialect) for side in (self.before, self.after))
            if before is None or after is None:
                continue
            old, new = (self._ordered(side, group) for side in (before, after))
            had, wanted = ([node.text for node in side] for side in (old, new))
            if not self._comes_by_itself(had, wanted, new):
                self._in_order(path, old, new)

    def _comes_by_itself(self, had: Sequence[str], wanted: Sequence[str], new: Sequence[Node]) -> bool:
        """Is the order right, and the list never empty, if lines are only added behind it, or removed?"""
        if not list_edits.comes_last(had, wanted):
            return False
        if self.dialect.change.style == "sections" and {*had} - {*wanted} and {*wanted} - {*had}:
            return False
        return not (had and wanted) or bool({*had} & {*wanted}) or self._one_place(new)

    def _in_order(self, path: Path, old: Sequence[Node], new: Sequence[Node]) -> None:
        had, wanted = [node.text for node in old], [node.text for node in new]
        texts, at_end = {*had, *wanted}, len(self.edits)
        kept = [edit for edit in self.edits if edit.path == path and _text(edit) in texts]
        self.edits = [edit for edit in self.edits if edit.path != path or _text(edit) not in texts]
        edit = None
        if self.dialect.change.style == "sections":
            edit = section_places.placed(path, old, new, at_end)
        elif not {*had} & {*wanted} and len(kept) == len(old) + len(new) and not self._one_place(new):
            edit = list_edits.renewed(path, kept, at_end, self.dialect)
        edit = edit or list_edits.written_again(path, old, new, at_end, self.dialect)
        if edit is None and self.dialect.change.move:
            self.edits += [*kept, *list_edits.moved(path, had, wanted, at_end, self.dialect)]
        elif edit := edit or put_in_place(path, old, new, at_end, self.dialect):
            self.edits.append(edit)
        else:
            self._order_asked(path, old, new)

    def _order_asked(self, path: Path, old: Sequence[Node], new: Sequence[Node]) -> None:
        for node in new:
            self.ask(path, node, "secret" if hidden(node.text) else "order")
        for node in old:
            self.ask(path, node, "order", removes=True)

    def _one_place(self, nodes: Sequence[Node]) -> bool:
        """Is each the value of a place, so that the next is typed over it?"""
        return any(self.dialect.slot(node.text) for node in nodes)

    def _ordered(self, section: Node, group: Key) -> list[Node]:
        """The lines of one ordered group."""
        return [item.node for item in level(section, self.dialect.rules) if item.group == group]


def _text(edit: Edit) -> str:
    node = edit.new or edit.old
    return node.text if node else ""


def _untypable(node: Node, dialect: Dialect) -> Why | None:
    if hidden(node.text, node.body):
        return "secret"
    if "shown" in dialect.marks[node.text]:
        return "shown"
    return "help" if "?" in node.text else None
