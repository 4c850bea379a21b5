"""Configuration mode of the platforms whose configuration is lines under indented headers.

Cisco, Arista, HP, Aruba, Huawei: the grammar in the platform's file says what differs.
"""

from __future__ import annotations

import re

from .editor import UnknownCommand
from .platform import Grammar, Section
from .tree import Node, parse, render
from .words import (
    begins,
    begun,
    collapsed,
    expanded,
    growing_change,
    insert,
    kind,
    leading_number,
    listed_change,
    natural,
    shared_words,
    spoken,
    without_number,
)


class IndentedConfiguration:
    """A tree of lines, changed by as many editors as there are admins in configuration mode."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.grammar = grammar
        self.root = parse(text, grammar)
        self.revision = 0
        lines = [line.split() for line in text.splitlines() if line.strip()]
        self.words = set(grammar.words) | {line[0] for line in lines}
        self.words |= {line[1] for line in lines if line[0] == grammar.negation and len(line) > 1}

    def text(self, command: str = "") -> str:
        """The whole configuration."""
        return render(self.root, self.grammar)

    def edit(self) -> IndentedEditor:
        """Begin at the top."""
        return IndentedEditor(self)


class IndentedEditor:
    """Where one admin stands in the tree."""

    def __init__(self, configuration: IndentedConfiguration) -> None:
        self.configuration = configuration
        self.grammar = configuration.grammar
        self.path: list[tuple[Node, Section]] = []
        self.collecting: tuple[Node, str] | None = None

    @property
    def section(self) -> str:
        """The prompt of the innermost section, {name} being what its header names."""
        if not self.path:
            return ""
        node, rule = self.path[-1]
        return rule.prompt.replace("{name}", node.text.partition(" ")[2]).replace("{line}", node.text)

    @property
    def here(self) -> Node:
        """The node new lines go under."""
        return self.path[-1][0] if self.path else self.configuration.root

    def back(self) -> bool:
        """Up one section."""
        if self.path:
            self.path.pop()
            return True
        return False

    def feed(self, line: str) -> str:
        """Obey one line. Raise UnknownCommand if its first word is none the device knows."""
        if self.collecting:
            self._collect(line)
            return ""
        text = self._spelled_out(line.strip())
        positive = text.removeprefix(f"{self.grammar.negation} ")
        if positive.split()[0] not in self.configuration.words and not positive[0].isdigit():
            raise UnknownCommand(line)
        if any(begins(positive, word) for word in self.grammar.top) and not self._known_here(positive):
            self.path = []
        if positive != text:
            self._remove(positive)
        elif not self._enter(text):
            self._add(text)
        self.configuration.revision += 1
        return ""

    def _known_here(self, text: str) -> bool:
        """Does this section have such a line already, whatever the top has?"""
        start = " ".join(text.split()[:2])
        negated = f"{self.grammar.negation} {start}"
        return any(begins(child.text, start) or begins(child.text, negated) for child in self.here.children)

    def _spelled_out(self, text: str) -> str:
        for short, long in self.grammar.shorten.items():
            text = re.sub(short, long, text)
        for word in self.grammar.quoted:
            text = re.sub(rf'^({word}) ([^"]+)$', r'\1 "\2"', text)
        return text

    # -- sections

    def _enter(self, text: str) -> bool:
        """Go into the section this line opens, making it if it is new. False if it opens none."""
        for rule in self.grammar.sections:
            if not re.match(rule.header, text):
                continue
            if rule.within:
                while self.path and not re.match(rule.within, self.here.text):
                    self.path.pop()
                if not self.path:
                    continue
            else:
                self.path = []
            self.path.append((self.here.find(text) or self._new_section(text), rule))
            return True
        return False

    def _new_section(self, text: str) -> Node:
        node, parent = Node(text), self.here
        place = self._place(parent, text)
        if parent is not self.configuration.root or self.grammar.separator == "none":
            parent.children.insert(place, node)
            return node
        if place < len(parent.children) and parent.children[place].is_comment:
            place += 1
        parent.children[place:place] = [node, Node(self.grammar.separator)]
        return node

    # -- lines

    def _add(self, text: str) -> None:
        parent, rule = self.here, self.path[-1][1] if self.path else None
        if rule and rule.step:
            self._add_numbered(text, rule)
        elif block := next((b for b in self.grammar.opaque if text.startswith(b.starts)), None):
            self._begin_collecting(text, block.ends)
        elif text in self.grammar.cancels:
            self._take_away(self.grammar.cancels[text])
        elif listed := listed_change(text, self.grammar.lists):
            self._change_list(*listed)
        elif self._grows(text, "add"):
            return
        elif not parent.find(text) and not self._replace(text):
            insert(parent, text, self._place(parent, text))

    def _change_list(self, start: str, how: str, numbers: str) -> None:
        """`add` and `remove` change the list that stands there; without one there is nothing to change."""
        old = next((child for child in self.here.children if begins(child.text, start)), None)
        if old is None:
            return
        had, wanted = expanded(old.text.removeprefix(f"{start} ")), expanded(numbers)
        left = had | wanted if how == "add" else had - wanted
        if left or start in self.grammar.lists:
            said = collapsed(left) or "none"
            old.text = f"{start} {said if start in self.grammar.lists else spoken(said)}"
        else:
            self.here.children.remove(old)

    def _grows(self, text: str, how: str) -> bool:
        """Add to, or take from, the list that stands there. False if there is none to change."""
        change = growing_change(text, self.grammar.growing, how)
        if change is None or not any(begins(child.text, change[0]) for child in self.here.children):
            return False
        self._change_list(*change)
        return True

    def _replace(self, text: str) -> bool:
        """Put the line where the one stands that it supersedes. False if there is none."""
        parent, negation = self.here, self.grammar.negation
        if old := parent.find(f"{negation} {text}"):
            if self.grammar.negatives.get(text, True):
                old.text = text
            else:
                parent.children.remove(old)
            return True
        keys = (begun(text, scalar) for scalar in self.grammar.scalars)
        key = max((key for key in keys if key), key=len, default=None)
        for child in parent.children if key else ():
            if key and (begins(child.text, key) or child.text == f"{negation} {key}"):
                child.text = text
                return True
        return False

    def _place(self, parent: Node, text: str) -> int:
        """Where the device shows a new line: sorted among its kind, else in the platform's order."""
        section = self._opens_section(text)
        if section:
            kin = [c for c in parent.children if kind(c.text) == kind(text)]
            if kin:
                later = [c for c in kin if natural(c.text) > natural(text)]
                return parent.children.index(later[0]) if later else parent.children.index(kin[-1]) + 1
        elif parent is not self.configuration.root and self.grammar.order:
            return sum(1 for c in parent.children if self._rank(c.text) <= self._rank(text))
        best, place = 0, -1
        for index, child in enumerate(parent.children):
            same = shared_words(child.text, text)
            if same >= max(best, 1) and self._opens_section(child.text) == section:
                best, place = same, index + 1
        if place >= 0:
            return place
        if parent is self.configuration.root:
            for index, child in enumerate(parent.children):
                if any(child.text.startswith(tail) for tail in self.grammar.tail):
                    return index
        return len(parent.children)

    def _rank(self, text: str) -> int:
        positive = text.removeprefix(f"{self.grammar.negation} ")
        order = self.grammar.order
        return next((rank for rank, start in enumerate(order) if begins(positive, start)), len(order))

    def _add_numbered(self, text: str, rule: Section) -> None:
        """Number the line if the admin did not, and keep the list in the order of its numbers."""
        parent, word = self.here, f"{rule.word} " if rule.word else ""
        body = text.removeprefix(word)
        number, numbers = (
            leading_number(body),
            [leading_number(c.text.removeprefix(word)) for c in parent.children],
        )
        if number is None:
            if any(without_number(c.text.removeprefix(word)) == body for c in parent.children):
                return
            if not word and numbers and set(numbers) == {None}:  # an old device, which shows no numbers
                parent.children.append(Node(text))
                return
            last = max((n for n in numbers if n is not None), default=0)
            number = (last // rule.step + 1) * rule.step
            body = f"{number} {body}"
        line = Node(f"{word}{body}")
        if number in numbers:
            parent.children[numbers.index(number)] = line
        else:
            parent.children.insert(sum(1 for n in numbers if n is None or n < number), line)

    def _remove(self, text: str) -> None:
        parent = self.here
        if text in self.grammar.negatives:
            negative = f"{self.grammar.negation} {text}"
            old = next((c for c in parent.children if begins(c.text, text)), None)
            if old:
                old.text = negative
            elif not parent.find(negative):
                insert(parent, negative, self._place(parent, negative))
        elif self._grows(text, "remove"):
            return
        elif not self._take_away(text) and self.path and self._opens_section(text):
            self.path = []
            self._take_away(text)

    def _take_away(self, text: str) -> bool:
        """Remove every line that begins so, and a section's separator with it."""
        parent = self.here
        exactly = parent.find(text)  # `no spanning-tree` where that stands alone leaves its mode
        gone = [exactly] if exactly else [child for child in parent.children if self._matches(child, text)]
        for child in gone:
            index = parent.children.index(child)
            following = parent.children[index + 1 : index + 2]
            if child.children and following and following[0].is_comment:
                del parent.children[index + 1]
            parent.children.remove(child)
        return bool(gone)

    def _matches(self, child: Node, text: str) -> bool:
        numbered = bool(self.path and self.path[-1][1].step)
        same = begins(child.text, text) or (numbered and without_number(child.text) == text)
        return same and not child.is_comment

    def _opens_section(self, text: str) -> bool:
        return any(re.match(rule.header, text) for rule in self.grammar.sections)

    # -- banners

    def _begin_collecting(self, text: str, end: str) -> None:
        parent = self.here
        node = next((c for c in parent.children if c.text.split()[:2] == text.split()[:2]), None)
        if node is None:
            node = Node(text)
            parent.children.insert(self._place(parent, text), node)
        node.text, node.verbatim = text, []
        if not text.removesuffix(end).endswith(end):
            self.collecting = (node, end)

    def _collect(self, line: str) -> None:
        assert self.collecting
        node, end = self.collecting
        node.verbatim.append(line)
        if line.strip() == end:
            self.collecting = None
            self.configuration.revision += 1
