"""How a platform is configured, as frozen data: what removes a line, and in which order lines are typed.

In a template `\\1` is the first group of the pattern, `{one}` the group of that name.
"""

from __future__ import annotations

from typing import Literal

from bitools.frozen import Frozen
from bitools.platforms.expression import Regex

# Words that act at once wherever they are typed: none of them is configuration.
ACTS: tuple[Regex, ...] = (
    r"^(?:do|tclsh|tclquit|reload|reboot|restart|request|execute|diagnose|diag|debug|undebug|clear|run) ",
    r"^(?:do|tclsh|tclquit|reload|reboot|restart|end|return|quit|logout|abort|commit|rollback|save|write)$",
    r"^(?:write|copy|erase|format|more|show|display|ping|traceroute|tracert|rollback|commit|reset) ",
    r"^(?:start|bash|shell|guestshell|run|start-shell|python3?|system-view|configure|conf)$",
    r"^(?:start|bash) (?:shell|bash)\b",
    r"^(?:configure|conf|config) (?:terminal|t|exclusive|private|session|replace|confirm)\b",
    r"^[!|]\s*\S|^`|\$\(",
)


class Removal(Frozen):
    """A line that is removed by other words than the negating one before it."""

    line: Regex
    within: Regex | None = None  # the header of its section; `^$`: at the top
    becomes: str


class Along(Frozen):
    """With a `line` that is removed go all that the template `also` fits, in its section and below it."""

    line: Regex
    also: str


class Apart(Frozen):
    """Two kinds of lines that never stand on one device: those of one go before those of the other come."""

    one: Regex
    other: Regex


class Assumed(Frozen):
    """What holds of all that a section names (group 1 of `of`), unless it has a line that says otherwise.

    `like`: the first name is as the second one is. `section`: where `says` is said of a name, or denied.
    """

    within: Regex
    unless: Regex
    of: Regex
    like: Regex
    section: str
    says: str


class Based(Frozen):
    """A section that stands on another one of the top: that one goes only once it is gone (both patterns)."""

    line: Regex
    on: Regex


class Beside(Frozen):
    """Lines of which several may stand side by side: the new ones come before the old ones go.

    `unless`: a template of what may not stand beside it.
    """

    line: Regex
    unless: str = ""


class KeptUnsaid(Frozen):
    """What a device keeps of a `line` that goes (with `comes`: that comes) unsaid: `says` takes it back.

    `within`: the header of its section. `beside`: lines that stand there, each of which it is kept for; a
    template with the named groups of `within`. `says` has the groups of `beside`, or else of `line`; so has
    `unless`, a template of a line with which, where it stays, nothing is kept.
    """

    line: Regex
    within: Regex | None = None
    comes: bool = False
    beside: str = ""
    unless: str = ""
    says: str


class Through(Frozen):
    """A `line` that is removed as if it said something else: that (`by`) is typed over it first."""

    line: Regex
    by: str


class NumberList(Frozen):
    """A line with a list of numbers (group `list`) that grows by `add` and shrinks by `remove`."""

    line: Regex
    add: str
    remove: str
    most: int = 200  # characters of a list that the device takes in one line
    ranges: int = 1_000  # how many numbers and ranges it takes there
    between: str = ","
    to: str = "-"


class NamedObject(Frozen):
    """Several lines that are one thing with a name (their groups); `gone` removes it whole."""

    line: Regex
    gone: str = ""


class Sentinel(Frozen):
    """What stands in a list while all its entries change: an empty one would let everything through.

    `within`: the header of the list; of a list of single lines the pattern of those. `entry` uses its groups.
    """

    within: Regex
    entry: str


class Underivable(Frozen):
    """A line whose removal nobody can derive.

    `default`: what it is then differs by model and version. `all`: without it everything would pass.
    `emptied`: the words that remove it take the whole list away.
    """

    line: Regex
    within: Regex | None = None
    unless: Regex | None = None  # a line that its section will have, with which it means nothing
    why: Literal["default", "all", "emptied"] = "default"


class Each(Frozen):
    """A line that stands for several (its group `list`): each is compared as `one`.

    `several` and `gone`: what is typed, at the top, for several of them at once and takes them away; without
    them each is typed alone. The rest as in `NumberList`.
    """

    line: Regex
    one: str
    several: str = ""
    gone: str = ""
    most: int = 200
    ranges: int = 1_000
    between: str = ","
    to: str = "-"


class UnseenPlaces(Frozen):
    """Lists whose entries have places that are not shown.

    `within`: the header of such a list, `^$` for lists of single lines; `line`: an entry whose place is sure.
    `first`: what numbers them anew, `{step}` apart; without it places are counted from 1. `add` puts `{line}`
    (or the groups of `line`) at `{number}`, `remove` takes it away; without it the usual words do.
    """

    within: Regex
    line: Regex
    first: str = ""
    add: str
    remove: str = ""


class Move(Frozen):
    """How an entry of an ordered list gets its place; in the templates `{item}` and `{other}`.

    `line`: an entry, whose group 1 is what it is called there.
    """

    line: Regex
    before: str
    after: str


class ChangeRules(Frozen):
    """How lines are typed and removed.

    `lines`: the line itself, `negate` before it removes it. `set`: `put` and `negate` before the whole path.
    `paths`: each line is a whole path (VyOS). `tables`: FortiOS. `sections`: RouterOS. `yaml`: NVUE.

    `opens`: a line that opens a section. `permanent`: a header that cannot be removed, only emptied.
    `exclusive`: what only one line of the device may say (its groups). `replace`: lines that must be removed
    before they are written anew. `numbered`: entries with their place (group 1) in a list. `alike`: entries
    of which the first one that says the same (the groups) goes, whatever number is typed. `appended`: lists
    whose order is that in which they were typed, and which may be written again line by line. `late`: lines
    that come last in their section and go first; `early`: the other way round, and of a section that is
    new in this order. `retyped`: headers of which
    another value is typed over the old one, and what stands under it stays. `whole`: sections that are
    typed anew, all of them, up to the word that leaves them.
    `inactive`: what stands before a line that sleeps; `deactivate` and `activate` change that (Junos).
    `unordered`: lines whose order is told where it changes, but means nothing: nobody is asked for it.
    `said_in_lines`: a line of a text that has several, with the words before it (group 1).
    `shown`: what is shown like this and typed in another way: a comment, a section that is inactive.
    `slots`: places that hold one value, named by the groups: another one is typed over it. `wipes`: lines
    that, whatever is done to them, take away those that `also` fits. `loses`: a line that changes, and a
    template of those that some devices lose then: they are typed again. `hinders`: lines without which
    their section goes at once, and with them later.
    `order`: ranks of what stands at the top, definitions before what refers to them; a rank with `.` holds
    whatever no other one does.
    """

    style: Literal["lines", "set", "paths", "tables", "sections", "yaml"] = "lines"
    negate: str = "no"
    put: str = ""
    exit: str = "exit"
    leaves: dict[Regex, str] = {}  # a section that is left by other words
    removals: tuple[Removal, ...] = ()
    opens: tuple[Regex, ...] = ()
    permanent: tuple[Regex, ...] = ()
    exclusive: tuple[Regex, ...] = ()
    beside: tuple[Beside, ...] = ()
    replace: tuple[Regex, ...] = ()
    along: tuple[Along, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    based: tuple[Based, ...] = ()
    apart: tuple[Apart, ...] = ()
    lists: tuple[NumberList, ...] = ()
    numbered: tuple[Regex, ...] = ()
    alike: tuple[Regex, ...] = ()
    appended: tuple[Regex, ...] = ()
    named: tuple[NamedObject, ...] = ()
    sentinels: tuple[Sentinel, ...] = ()
    each: tuple[Each, ...] = ()
    shown: tuple[Regex, ...] = ()
    unordered: tuple[Regex, ...] = ()
    said_in_lines: Regex | None = None
    inactive: str = ""
    slots: tuple[Regex, ...] = ()
    wipes: tuple[Along, ...] = ()
    loses: tuple[Along, ...] = ()
    keeps: tuple[KeptUnsaid, ...] = ()
    hinders: tuple[Regex, ...] = ()
    through: tuple[Through, ...] = ()
    order: tuple[tuple[Regex, ...], ...] = ()
    early: tuple[Regex, ...] = ()
    late: tuple[Regex, ...] = ()
    retyped: tuple[Regex, ...] = ()
    whole: tuple[Regex, ...] = ()
    move: Move | None = None
    hidden: tuple[UnseenPlaces, ...] = ()
    ask: tuple[Underivable, ...] = ()
    acts: tuple[Regex, ...] = ACTS
