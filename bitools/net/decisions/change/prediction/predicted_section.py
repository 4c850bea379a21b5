"""A section of a configuration while commands are typed into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from functools import cached_property
from itertools import count
from typing import final

from bitools.net.decisions.change.language.dialect import Dialect, texts
from bitools.net.decisions.node import Node
from bitools.net.decisions.rules import Comparison, Key, RuledLine, SectionRules


@final
class Claims:
    """How many lines of the device say what only one may; counted once somebody asks, for few do."""

    def __init__(self, spoken: Dialect, several: Callable[[], Set[Key]]) -> None:
        self.root: PredictedSection | None = None  # the device, whose lines are counted
        self._claim, self._find_several = spoken.claims, several
        self._sides = spoken.sides if spoken.change.apart else None
        self._count: Counter[Key] | None = None
        self._there: Counter[tuple[int, bool]] = Counter()

    def change(self, texts: Sequence[str], by: int) -> None:
        """These lines came, or went."""
        if self._count is not None:
            self._add(self._count, texts, by)

    def _add(self, count: Counter[Key], texts: Sequence[str], by: int) -> None:
        for claim in filter(None, map(self._claim.__getitem__, texts)):
            count[claim] += by
        if self._sides is not None:
            for side in (side for text in texts for side in self._sides[text]):
                self._there[side] += by

    def _counted(self) -> Counter[Key]:
        if self._count is None:
            self._count = Counter()
            self._add(self._count, [*self.root.all_texts()] if self.root else [], 1)
        return self._count

    @cached_property
    def _several(self) -> Set[Key]:
        return self._find_several()

    def taken(self, text: str, instead_of: str) -> bool:
        """Does another line say it, other than the one that this one takes the place of?"""
        sides = self._sides[text] if self._sides is not None else ()
        claim = self._claim[text]
        if not sides and claim is None:
            return False
        count = self._counted()
        if any(
            self._there[pair, not side] > 0 and ("apart", str(pair)) not in self._several
            for pair, side in sides
        ):
            return True
        if claim is None or claim in self._several:
            return False
        return count[claim] > (self._claim[instead_of] == claim)


@final
class PredictedSection:
    """Its lines, found by their words and by what stays when their value changes.

    What nobody types into stays as it was read.
    """

    __slots__ = (
        *("_here", "_keys", "_lines", "_negated", "_negation", "_numbers", "_removal", "_removals", "_rules"),
        *("_texts", "_unread"),
        *("body", "claims", "numbers", "text", "unseen"),
    )
    unseen: set[str]
    _lines: dict[int, PredictedSection]
    _texts: dict[str, list[int]]
    _keys: dict[Key, list[int]]
    _removal: Callable[[str, str], str]
    _negation: str

    def __init__(self, node: Node, rules: Comparison, claims: Claims) -> None:
        self.text, self.body, self._rules, self.claims = node.text, node.body, rules, claims
        self.numbers: dict[str, int] | None = None  # of a list whose places are not shown, once they are set
        self._unread: Node | None = node
        self._here: SectionRules | None = None  # what holds in it, once a line of it is looked at

    def _open(self) -> None:
        """Read the lines, once something is typed here: most lines are no section, and stay as they are."""
        if self._unread is None:
            return
        node, self._unread = self._unread, None
        self.unseen, self._lines, self._texts, self._keys = set(), {}, {}, {}
        self._numbers = count()
        self._negated: bool | None = None  # begins a line with the word that takes back? Once that is asked
        self._removals: dict[str, list[int]] | None = (
            None  # by the words that remove a line, once one is asked for
        )
        rules, claims = self._rules, self.claims
        for child in rules.joined(node.children):
            self._append(PredictedSection(child, rules, claims))

    def opened(self) -> Iterator[PredictedSection]:
        """The sections below in which something was typed."""
        return (line for line in self._lines.values() if line.touched) if self.touched else iter(())

    @property
    def touched(self) -> bool:
        """Has anything been typed here?"""
        return self._unread is None

    def lines(self) -> list[PredictedSection]:
        """Its lines, in order."""
        self._open()
        return list(self._lines.values())

    def find(self, text: str) -> PredictedSection | None:
        """The line with these words."""
        self._open()
        known = self._texts.get(self.spelled(text))
        return self._lines[known[0]] if known else None

    def opposite(self, text: str, negation: str) -> PredictedSection | None:
        """The line that takes this back: most sections have none."""
        self._open()
        if self._negated is None:
            self._negation = negation
            self._negated = any(line.text.startswith(negation) for line in self._lines.values())
        return self.find(negation + text) if self._negated else None

    def spelled(self, text: str) -> str:
        """Words as they are compared."""
        return self._look(text).text

    def key(self, text: str) -> Key | None:
        """What stays when the value of this line changes."""
        return self._look(text).key

    def _look(self, text: str) -> RuledLine:
        here = self._here
        if here is None:
            here = self._here = self._rules.section(self.text)
        return here.known.get(text) or self._rules.look(here, text)

    def twin(self, text: str) -> PredictedSection | None:
        """The line of which this is another value."""
        self._open()
        key = self.key(text)
        known = self._keys.get(key) if key else None
        return self._lines[known[0]] if known and len(known) == 1 else None

    def append(self, text: str, body: tuple[str, ...] = ()) -> None:
        """A new line, the last one."""
        self._open()
        self.claims.change((text,), 1)
        self._append(PredictedSection(Node(text, [], body), self._rules, self.claims))

    def _append(self, line: PredictedSection) -> None:
        number = next(self._numbers)
        self._lines[number] = line
        self._index(number, line.text)

    def _index(self, number: int, text: str) -> None:
        known = self._look(text)
        key = known.key
        self._texts.setdefault(known.text, []).append(number)
        if self._negated is False and text.startswith(self._negation):
            self._negated = True
        if key is not None:
            self._keys.setdefault(key, []).append(number)
        if self._removals is not None and (words := self._removal(text, self.text)):
            self._removals.setdefault(words, []).append(number)

    def _forget(self, number: int, text: str) -> None:
        known = self._look(text)
        spelled, key = known.text, known.key
        self._texts[spelled].remove(number)
        if not self._texts[spelled]:
            del self._texts[spelled]
        if key is not None:
            self._keys[key].remove(number)
        if self._removals is not None and (words := self._removal(text, self.text)):
            self._removals[words].remove(number)

    def holds(self, line: PredictedSection) -> bool:
        """Is this very line still in it?"""
        return any(self._lines[one] is line for one in self._texts.get(self.spelled(line.text), ()))

    def _number(self, line: PredictedSection) -> int:
        return next(one for one in self._texts[self.spelled(line.text)] if self._lines[one] is line)

    def remove(self, line: PredictedSection) -> None:
        """Without this line and all below it."""
        number = self._number(line)
        self._forget(number, line.text)
        self.claims.change([*line.all_texts()], -1)
        del self._lines[number]

    def rewrite(self, line: PredictedSection, text: str, body: tuple[str, ...] = ()) -> None:
        """Another value in the same place."""
        number = self._number(line)
        self._forget(number, line.text)
        self.claims.change((line.text,), -1)
        self.claims.change((text,), 1)
        line.text, line.body, line._here = text, body, None
        self._index(number, text)

    def all_texts(self) -> Iterator[str]:
        """Its own words, and all below them."""
        yield self.text
        if self._unread is not None:
            yield from texts(self._unread)
        else:
            for line in self._lines.values():
                yield from line.all_texts()

    def replace(self, node: Node) -> None:
        """A section written anew, whatever stood in it."""
        there = self.find(node.text)
        if there is not None:
            self.remove(there)
        self.claims.change(texts(Node("", [node])), 1)
        self._append(PredictedSection(node, self._rules, self.claims))

    def place(self, line: PredictedSection, beside: PredictedSection, *, behind: bool) -> None:
        """Put a line right before or behind another one."""
        number = self._number(line)
        order = [(one, each) for one, each in self._lines.items() if one != number]
        at = next(position for position, (_one, each) in enumerate(order) if each is beside) + behind
        order.insert(at, (number, line))
        self._lines = dict(order)

    def removed_by(self, words: str, removal: Callable[[str, str], str]) -> list[PredictedSection]:
        """The lines of which the platform's file says that these words remove them."""
        self._open()
        if self._removals is None:
            self._removal, self._removals = removal, {}
            for number, line in self._lines.items():
                if known := removal(line.text, self.text):
                    self._removals.setdefault(known, []).append(number)
        return [self._lines[number] for number in self._removals.get(words, ())]

    def starting(self, words: str) -> list[PredictedSection]:
        """The lines that begin with these words."""
        self._open()
        spelled = self.spelled(words)
        exact = self._texts.get(spelled)
        if exact:
            return [self._lines[number] for number in exact]
        begin = f"{spelled} "
        return [
            self._lines[number]
            for text, numbers in self._texts.items()
            if text.startswith(begin)
            for number in numbers
        ]

    def node(self, spoken: Dialect) -> Node:
        """The section as a tree again; entries that say their place stand there."""
        node = self._unread
        if node is not None:
            same = node.text is self.text and node.body is self.body
            return node if same else node._replace(text=self.text, body=self.body)
        children = [line.node(spoken) for line in self._lines.values()]
        return Node(self.text, _in_their_places(children, spoken), self.body)


def _in_their_places(children: list[Node], spoken: Dialect) -> list[Node]:
    """Numbered entries in the order of their numbers, in the places of their list."""
    groups: dict[object, list[int]] = {}
    for position, child in enumerate(children):
        if not child.children and "numbered" in spoken.marks[child.text]:
            name = spoken.name(child.text)
            groups.setdefault(name[0] if name else None, []).append(position)
    for positions in groups.values():
        entries = sorted(
            (children[position] for position in positions), key=lambda one: spoken.number(one.text) or 0
        )
        for position, entry in zip(positions, entries, strict=True):
            children[position] = entry
    return children
