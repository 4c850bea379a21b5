"""What bitools has to know of a device platform, as frozen data."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from bitools import regex
from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.platforms.access import Access
from bitools.platforms.change import ChangeRules
from bitools.platforms.expression import Regex
from bitools.platforms.reads import Reads
from bitools.platforms.wayback import Save, Way

_PROMPT_LINES = 3  # a prompt of a user's own platform may be two lines high
Evidence = Literal["proven", "simulated", "unproven"]


def _with_secret(pattern: str) -> str:
    if "secret" not in regex.compile(pattern).groupindex:
        raise ValueError(_("the pattern {pattern} needs a group (?P<secret>…)").format(pattern=pattern))
    return pattern


# Lines that describe a local account, over `SECTION / … / LINE`. The words differ so little between vendors
# that one list serves all; a platform's own `accounts` replaces it.
_NAMED = r"""["']?(?P<account>[^\s"'{};</][^\s"'{};<]*)"""
ACCOUNTS: tuple[str, ...] = (
    rf"(?:^|/ )(?:(?:logins )?username|local-user|user name|auth user|object-group user) {_NAMED}",
    rf"(?:^|/ )(?:(?:hash-)?mgmt-user|mgmtuser (?:add(?: encrypt)?|username)) {_NAMED}",
    rf"(?:^|/ )(?:set |config )?(?:system login |mgt-config users |system aaa )?users? {_NAMED}",
    rf"^(?:set )?mgt-config users {_NAMED}",
    rf"(?:^|/ )mgt-config / users / {_NAMED}",
    r"(?:^|/ )user: / (?P<account>[^:/\s]+):",
    rf"(?:^|/ )password (?:manager|operator) user-name {_NAMED}",
    rf"(?:^|/ )create account \S+ {_NAMED}",
    rf"(?:^|/ )config (?:system admin|user local)(?: / config [^/]+)? / edit {_NAMED}",
    rf"^/(?:user|ppp secret|user-manager user) / add (?:.*\s)?(?:name|user)={_NAMED}",
    r"<user(?: [^>]*)?>(?: / | ?).*<(?:name|username)>(?P<account>[^<]+)<",
    r"(?:^|/ )(?P<account>[a-z_][a-z0-9_.-]*):[^:]*:\d+:\d+:",
)


# What a device is called, and its serial number, as its configuration shows them: group `name` or `serial`.
IDENTITY: tuple[str, ...] = (
    r"^(?:switch|host|sys)name +\"?(?P<name>[^\s\";]+)",
    r"^ *(?:set )?(?:system )?host-?name +['\"]?(?P<name>[^\s'\";]+)",
    r"^(?:set |system |snmp-server )?(?:hostname|sysname|name) +\"?(?P<name>[^\s\";]+)",
    r"^/system identity\nset name=\"?(?P<name>[^\s\"]+)",
    r"<hostname>(?P<name>[^<]+)</hostname>",
    r"^license udi pid \S+ sn (?P<serial>\S+)",
    r"^# serial number = (?P<serial>\S+)",
)


class Commands(Frozen):
    """What to type. `paging_off` are typed one after another before anything is shown.

    Where `running` is several commands (files of a Unix), what they print is joined, each under its command.
    """

    running: Annotated[
        tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)
    ]
    older: str | None = None  # what an older version is asked, that refuses `running`
    startup: str | None = None
    startup_elsewhere: bool = False  # an empty answer: the device keeps it in files that it does not show
    paging_off: tuple[str, ...] = ()
    save: str | None = None
    exit: str = "exit"


class LoginQuestion(Frozen):
    """A question that may stand before the first prompt, and what to answer."""

    question: Regex
    answer: str


class Prompt(Frozen):
    """How the device asks for the next command; the pattern's group `host` is its name.

    `enable` is what makes an `unprivileged` prompt a privileged one.
    """

    pattern: Regex
    unprivileged: Regex | None = None
    enable: str | None = None
    login: tuple[LoginQuestion, ...] = ()
    enter: str = "\n"
    username_suffix: str = ""  # what tells the device the kind of terminal

    @field_validator("pattern")
    @classmethod
    def _names_the_host(cls, value: str) -> str:
        if "host" not in regex.compile(value).groupindex:
            raise ValueError(_("the pattern needs a group (?P<host>…)"))
        return value


class Whole(Frozen):
    """How one knows that a configuration came whole.

    `first` and `end` must match somewhere in the first and in the last lines. A platform that marks no end
    names `sections`, of which each must be there, and closes its braces if it nests by them. Where a word
    `opens` and another `closes` a section, there must be as many of both.
    """

    first: Regex | None = None
    end: Regex | None = None
    sections: tuple[Regex, ...] = ()
    opens: Regex | None = None
    closes: Regex | None = None


class ConfigLog(Frozen):
    """The log of who configured the device: `lines` name the `user` and the `time`, written as in `times`.

    `times` are strptime(3) formats; one without a year is of the last twelve months. `alone`: the command is
    one for a channel of its own, not for the terminal.
    """

    command: str
    alone: bool = False
    lines: tuple[Regex, ...]
    times: tuple[str, ...]

    @field_validator("lines")
    @classmethod
    def _names_user_and_time(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            if not {"user", "time"} <= regex.compile(pattern).groupindex.keys():
                message = _("the pattern {pattern} needs the groups (?P<user>…) and (?P<time>…)")
                raise ValueError(message.format(pattern=pattern))
        return value


class LineRule(Frozen):
    """A line (its indentation removed) inside a section whose header matches `within` (`^$`: at the top).

    Lines whose groups are equal belong together. `reason`: why that is so; a shipped set has one.
    """

    line: Regex = ""
    within: Regex | None = None
    reason: str = ""


class Rules(Frozen):
    """How siblings compare. Where no rule says what their order means, that it changed is told.

    `ordered`: order means something. `set`: it does not, though an ordered rule fits, and twice is once; but
    where all lines of a section are one, those of an ordered rule are not.
    `apart`: of lines whose groups differ none cares where the others stand; of alike ones nobody says.
    `keyed`: two lines with equal groups are one line with two values, wherever they stand. `scalar`: words
    after which there is one value (`no WORDS` is one of its values). `named`: the line inside a block by
    which people know it, where several blocks have the same header.
    """

    ordered: tuple[LineRule, ...] = ()
    named: Regex | None = None
    set: tuple[LineRule, ...] = ()
    apart: tuple[LineRule, ...] = ()
    keyed: tuple[LineRule, ...] = ()
    scalar: tuple[str, ...] = ()


class Block(Frozen):
    """A section that words open and close, however it is indented. Without `closes` the next one ends it."""

    opens: Regex
    closes: Regex | None = None


class Opaque(Frozen):
    """Lines that are text, not configuration: from `starts` to the first line that `ends` matches.

    `{delimiter}` in `ends` is the group of that name in `starts`. With `secret` the text is hidden; with
    `salted` too, and the device encrypts it anew at every show: a fixed mark then. Hidden text that begins
    on the opening line begins there with the group `from`.
    """

    starts: Regex
    ends: str
    secret: bool = False
    salted: bool = False


class VolatileBlock(Frozen):
    """Lines that change by themselves, from one that `starts` matches to the first that `ends` matches."""

    starts: Regex
    ends: Regex


class SecretByPlace(Frozen):
    """A line that is secret only in its place: from a line that `starts` matches to one that `ends` does."""

    starts: Regex
    ends: Regex
    line: Regex

    @field_validator("line")
    @classmethod
    def _names_it(cls, value: str) -> str:
        return _with_secret(value)


class NoSecret(Frozen):
    """Words that look like the announcement of a secret and are none, with the reason.

    Within what `line` matches no word announces one; what shows by itself to be one is masked all the same.
    """

    line: Regex
    reason: str


class Spelling(Frozen):
    """Several ways to write the same: short names, lists in any order or case, lines that say nothing."""

    interfaces: dict[str, str] = Field(default_factory=dict)
    free_text: tuple[str, ...] = ()  # words after which nothing is respelled
    ranges: tuple[Regex, ...] = ()  # what stands before a list such as 10,20-30
    words: tuple[Regex, ...] = ()  # what stands before words whose order means nothing
    caseless: tuple[Regex, ...] = ()  # lines in which small and capital letters are the same
    continued: Regex | None = None  # a line that adds to the list before; group `list`
    silent: tuple[LineRule, ...] = ()  # there or not, nothing can be concluded from it


class Platform(Frozen):
    """One platform, spelled as netmiko spells it."""

    name: str
    lineage: tuple[str, ...] = ()  # itself and those it extends, nearest first; `platforms.load` says so
    title: str
    evidence: Evidence = "unproven"
    proof: str = ""  # what it was tried against: that recording, that operating system, that document
    netmiko: str
    commands: Commands
    prompt: Prompt
    ssh: Regex | None = None  # how its SSH server names itself, where that tells
    called: Regex | None = None  # how it names itself, where the words of `title` are others
    exec: bool = False
    whole: Whole
    errors: tuple[Regex, ...]
    denied: tuple[Regex, ...] = ()
    pager: Regex = r"-{2,4} ?\(?(?:more|More|MORE)\b|(?:[Pp]ress|PRESS) (?:any key|ANY KEY|Any Key) to "
    pager_answer: str = ""  # for a platform that cannot turn paging off: the key that shows the next page
    console: tuple[Regex, ...] = ()
    preamble: tuple[Regex, ...] = ()
    volatile: tuple[Regex, ...] = ()
    volatile_blocks: tuple[VolatileBlock, ...] = ()
    secrets: tuple[Regex, ...] = ()
    volatile_secrets: tuple[Regex, ...] = ()
    secrets_within: tuple[SecretByPlace, ...] = ()
    no_secret: tuple[NoSecret, ...] = ()
    author: tuple[Regex, ...] = ()
    journal: ConfigLog | None = None
    identity: tuple[Regex, ...] = IDENTITY
    accounts: tuple[Regex, ...] = ACCOUNTS
    comment: tuple[Regex, ...] = ()
    remarks: tuple[Regex, ...] = ()  # comments that somebody wrote and the device keeps
    nesting: Literal["indent", "braces", "sections"] = "indent"
    blocks: tuple[Block, ...] = ()
    separated: bool = False  # a `#` alone ends every section: what is indented behind it stands at the top
    joins: Annotated[str, Field(max_length=1)] = ""  # at a line's end: it goes on in the next one
    noise: tuple[Regex, ...] = ()
    opaque: tuple[Opaque, ...] = ()
    rules: Rules = Rules.absent()
    spelling: Spelling = Spelling.absent()
    change: ChangeRules | None = None  # None: bitools does not know how it is configured
    rollback: tuple[Way, ...] = ()  # the best first; none: nothing brings it back
    save: Save | None = None
    reads: Reads = Reads.absent()
    access: Access = Access.absent()

    def __hash__(self) -> int:
        return hash(self.name)  # one loaded platform a name, most of the time

    @field_validator("secrets", "volatile_secrets")
    @classmethod
    def _names_the_secret(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_with_secret(pattern) for pattern in value)

    @cached_property
    def _prompt_at_end(self) -> regex.Pattern:
        return regex.compile(rf"(?:^|[\r\n])(?P<whole>{self.prompt.pattern})\s*$")

    def prompt_at_end(self, text: str) -> regex.Match | None:
        """A prompt of this platform at the end of a text, alone on its last line."""
        start = len(text.rstrip())
        for _line in range(_PROMPT_LINES):
            start = text.rfind("\n", 0, max(start, 0))
        return self._prompt_at_end.search(text, max(start, 0))
