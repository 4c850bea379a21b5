"""Words of the inventory that become arguments, lines and file names elsewhere.

A line break begins a new line of a crontab, a unit, a known_hosts file; a word that begins with `-` is an
option to the program that is given it; a mark that turns the direction of writing shows another word than
there is. Where one is a text for people, or a script for a shell, line breaks are its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator

from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.yamlfile import KeyPath, YamlFile

_TEXTS = ("after", "before", "command", "name", "organisation", "owner", "reason", "text")
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # what str.splitlines calls the end of a line
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # UAX 9, explicit
_HOST_KEY = re.compile(r"[a-z][a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}( [^\x00-\x1f\x7f]*)?")


def word_complaints(file: YamlFile) -> Iterator[InventoryInvalid]:
    """A complaint, with its line, for each word of a file that would be more than one elsewhere."""
    for at, word in _words(file.data, ()):
        text = any(key in _TEXTS for key in at)
        if any(_breaks(letter, text) for letter in word):
            shown = word.encode("unicode_escape").decode()[:60]
            message = _("{word}: a line break or a control character has no place here")
            yield file.complaint(at, message.format(word=shown))


def _breaks(letter: str, text: bool) -> bool:
    if text and letter in "\n\t":
        return False
    return letter in _BREAKS or letter in _TURNING or unicodedata.category(letter) == "Cc"


def _words(data: Any, at: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Every name and value of a file, with where it stands."""
    if isinstance(data, str):
        yield at, data
    elif isinstance(data, dict):
        for key, value in data.items():
            if isinstance(key, str):
                yield (*at, key), key
            yield from _words(value, (*at, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from _words(value, (*at, position))


def plain_host(value: str) -> str:
    """A host as it stands in a command line. Raise ValueError for what would be an option, or two words."""
    if not value or value.startswith("-") or any(one.isspace() or not one.isprintable() for one in value):
        raise ValueError(_("a host name or an address is expected here"))
    return value


def plain_word(value: str) -> str:
    """A user name as it stands in a command line. Raise ValueError for an option or a broken line."""
    if value.startswith("-") or not value.isprintable():
        raise ValueError(_("it may not begin with -, nor hold a line break"))
    return value


def host_key(value: str) -> str:
    """A line of a known_hosts file without the host. Raise ValueError for anything else."""
    if not _HOST_KEY.fullmatch(value):
        raise ValueError(_("a host key looks like: ssh-ed25519 AAAA…"))
    return value


HostName = Annotated[str, AfterValidator(plain_host)]
Word = Annotated[str, AfterValidator(plain_word)]
HostKeyLine = Annotated[str, AfterValidator(host_key)]
