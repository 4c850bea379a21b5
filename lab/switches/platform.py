"""What one kind of switch says and understands, as data.

A platform is one YAML file in `platforms/`: prompts, commands, texts, and the grammar of its
configuration. Code asks the platform; no code asks which platform it is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent / "platforms"


class Data(BaseModel):
    """Frozen, and an unknown key is an error: a misspelt key would be silently without effect."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Prompts(Data):
    """The prompt of each mode; {host}, {user} and, inside a section, {section} are filled in."""

    user: str
    privileged: str
    configuration: str = ""
    section: str = ""


class Enable(Data):
    """How an account without privileges gets them."""

    command: str = "enable"
    ask: str = "Password: "
    refused: str = "% Access denied"


class Configure(Data):
    """How configuration mode is entered and left."""

    enter: list[str]
    greeting: str = ""
    back: list[str] = ["exit"]
    leave: list[str] = ["end"]


class Save(Data):
    """How running becomes startup; `ask` is a question that must be answered with y."""

    commands: list[str]
    ask: str = ""
    answer: str = ""


class Section(Data):
    """A line that opens a section: `header` is a regular expression, `within` one for its parent's line.

    In a `step`ped section (an access list) every line has a number, given by the device if the
    admin leaves it out; `word` stands before that number (`rule 5 permit ...`).
    """

    header: str
    prompt: str = ""
    within: str = ""
    step: int = 0
    word: str = ""


class Opaque(Data):
    """Lines that are kept verbatim: from one that starts so to one that is exactly so."""

    starts: str
    ends: str


class Grammar(Data):
    """How the configuration nests, and what a line does to its neighbours.

    scalars    a new line replaces the old one that begins with the same words, `*` being any one
    lists      what `add` and `remove` before a list of numbers change
    growing    what the same words with more numbers add to, and their negation takes from: `10 20 to 22`
    negatives  shown as `no ...` once removed; false: then the positive form is the one not shown
    cancels    a line that only takes another away: procurve's `enable` takes `disable`
    order      how the lines of a section are sorted by their beginnings
    top        always at the top level, wherever it is typed;  tail: what new top-level lines go before
    words      first words the device knows beside those of its configuration
    shorten    regular expression -> what an abbreviation stands for
    keyed, containers  Junos: headers of two words by their first, and of one word, as an expression
    """

    negation: str = "no"
    indentation: int = 1
    separator: str = "!"
    closing: str = ""
    sections: list[Section] = []
    opaque: list[Opaque] = []
    scalars: list[str] = []
    lists: list[str] = []
    growing: list[str] = []
    negatives: dict[str, bool] = {}
    quoted: list[str] = []
    cancels: dict[str, str] = {}
    order: list[str] = []
    top: list[str] = []
    tail: list[str] = []
    words: list[str] = []
    shorten: dict[str, str] = {}
    keyed: list[str] = []
    containers: str = ""


class Log(Data):
    """The device's own record of who changed what; {time} and {user} are filled in."""

    commands: list[str]
    line: str
    header: str = ""
    time: str = ""  # as in the platform's headers, if nothing is said


class Platform(Data):
    """One kind of switch or router, spelled as netmiko spells it."""

    name: str
    dialect: str = "indented"
    ssh_version: str
    prompts: Prompts
    hostname: str
    greeting: str = ""
    any_key: bool = False
    enable: Enable | None = None
    configure: Configure | None = None
    save: Save | None = None
    running: list[str]
    startup: list[str] = []
    unpaged: list[str] = []  # shown in one go whatever the terminal says
    running_header: str = ""
    startup_header: str = ""
    footer: str = ""
    salted: str = ""  # what is encrypted anew at every show
    changed: str = ""
    unchanged: str = ""
    time: str = "%H:%M:%S TRT %a %b %-d %Y"
    paging_off: dict[str, str] = {}
    more: str = ""
    more_erase: str = ""
    answers: dict[str, str] = {}
    log: Log | None = None
    unknown: str
    denied: str
    console: str = "*Nov 22 12:00:01.123: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/7, changed state to up"
    exec_channel: bool = False
    quit: list[str] = ["exit", "quit", "logout"]
    grammar: Grammar = Grammar()


@cache
def platform(name: str) -> Platform:
    """Read one platform. Raise KeyError, naming those there are, if there is none of that name."""
    file = FOLDER / f"{name}.yaml"
    if not file.is_file():
        raise KeyError(f"no simulated platform {name!r}; there are: {', '.join(platforms())}")
    return Platform.model_validate(yaml.load(file.read_text("utf-8"), yaml.CSafeLoader))


def platforms() -> list[str]:
    """Name every platform that can be simulated."""
    return sorted(file.stem for file in FOLDER.glob("*.yaml"))
