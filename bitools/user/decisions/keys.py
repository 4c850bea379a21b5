"""Whom a cell of a badly kept list means: this person, somebody else, or nobody can say. Pure.

Only a cell that is understood is somebody else's: a number of the same kind, a login, whole and readable. An
error of a spreadsheet, a formula, a date that was a number once, a word that names nobody are not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from bitools.user.decisions.account import Account
from bitools.user.decisions.cells import clean, garbled, misspelt, words
from bitools.user.decisions.names import fold
from bitools.user.decisions.numbers import comparable, same_number

_NOTHING = frozenset(  # written where nothing is known, or only who is meant above
    "yok none na bilinmiyor belirsiz bos unknown ayni ditto dito yukaridaki ustteki asagidaki kendisi kisi "
    "ayrildi emekli ortak iptal silindi kapali kapandi var belli degil null nan true false "
    "dogru yanlis".split()
)
_TITLES = frozenset(  # before and behind a name, or in place of one
    "hanim hn bey sayin sn dr doc prof av muh mim uzm md mudur sef memur bay bayan abla abi agabey hoca "
    "hocam usta efendi teyze amca stajyer nobetci vekil vekili eski yeni personel".split()
)
_OFFICES = frozenset(  # beside a name; alone they are nobody's
    "bilgi islem fen imar zabita muhasebe santral evrak vezne tahsilat ruhsat emlak mali hukuk destek "
    "temizlik park bahce bahceler kultur sosyal insan kaynaklari yazi isler isleri hizmetler hizmetleri "
    "mudurluk mudurlugu amirlik amirligi birim birimi servis servisi sube subesi arsiv depo ambar garaj "
    "sofor sekreter".split()
)
_FORMERLY = frozenset("onceki evvelki eski eskiden devralindi devraldi former formerly".split())
_FROM = frozenset("dan den tan ten".split())
_LABELS = ("sicil", "personel", "numarali", "nolu")
_LOGIN = re.compile(r"(?:[\w.-]+[\\/])*[\w.-]{2,}(?:@[\w.-]*)?")
_NO_LOGIN = re.compile(r"s-1-5-[\d-]+|\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)


class Whom(Enum):
    """Whom a cell names. One that says nothing names NOBODY, one that cannot be known is UNCLEAR."""

    NOBODY = "nobody"
    THEIRS = "theirs"
    OTHERS = "others"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class KnownAs:
    """What a list can call a person by. `former` are names they had before."""

    number: str
    logins: frozenset[str]
    name: str
    former: tuple[str, ...] = ()

    @classmethod
    def of(cls, account: Account, addresses: tuple[str, ...] = ()) -> KnownAs:
        """The person of this account; older `addresses` tell how they were called before a marriage."""
        has = account.attributes
        known = [fold(one) for one in (has.get("userPrincipalName", ""), has.get("mail", ""), *addresses)]
        local = [one.partition("@")[0] for one in known]
        logins = {fold(account.sam_account_name), *known, *local}
        name = has.get("displayName") or f"{has.get('givenName', '')} {has.get('sn', '')}"
        parted = [re.split(r"[._-]+", one) for one in local]
        former = tuple(" ".join(one) for one in parted if len(one) > 1 and min(map(len, one)) > 2)
        return cls(has.get("employeeID", "").strip(), frozenset(logins - {""}), name, former)


def filled(cell: str) -> bool:
    """Does the cell say something at all?"""
    return not set(words(clean(cell))) <= _NOTHING


def by_number(cell: str, number: str) -> Whom:
    """Whom a cell of personnel numbers names."""
    text = clean(cell)
    if not filled(text):
        return Whom.NOBODY
    if same_number(text, number):
        return Whom.THEIRS
    return Whom.OTHERS if comparable(text, number) else Whom.UNCLEAR


def by_login(cell: str, leaver: KnownAs) -> Whom:
    """Whom a cell of logins or mail addresses names; a name or a number in it is UNCLEAR."""
    text = clean(cell).removeprefix("mailto:")
    if not filled(text):
        return Whom.NOBODY
    one_word = bool(_LOGIN.fullmatch(text)) and any(map(str.isalpha, text))
    if same_login(text, leaver.logins) or (not one_word and same_number(text, leaver.number)):
        return Whom.THEIRS
    if not one_word or garbled(text) or _NO_LOGIN.fullmatch(text):
        return Whom.UNCLEAR
    parts = words(fold(text).rpartition("\\")[2].partition("@")[0])
    inside = any(re.search(rf"(?<![^\W_]){re.escape(one)}(?![^\W_])", fold(text)) for one in leaver.logins)
    near = inside or _shortens(parts, words(leaver.name)) or _made_of("".join(parts), words(leaver.name))
    return Whom.UNCLEAR if near else Whom.OTHERS


def may_name(cell: str, leaver: KnownAs) -> bool:
    """May a cell that should hold a number hold this person's name?"""
    text = clean(cell)
    return bool(_named(text)) and text[:1].isalpha() and by_name(text, leaver) is Whom.UNCLEAR


def by_name(cell: str, leaver: KnownAs) -> Whom:
    """Whom a cell of names names: the name alone is never enough to say that it is theirs."""
    text = clean(cell)
    if not filled(text):
        return Whom.NOBODY
    if same_number(text, leaver.number):
        return Whom.THEIRS
    near = garbled(text) or any(alike(text, name) for name in (leaver.name, *leaver.former))
    return Whom.UNCLEAR if near else Whom.OTHERS


def named_in(text: str, leaver: KnownAs) -> bool:
    """Does a text, of whose thing it is not, say that this person has it: by login, whole name or `sicil 42`?

    `Ayşe Kaya'dan devralındı` and `önceki kullanıcı: Ayşe Kaya` say that somebody else has it now.
    """
    parts, name = words(clean(text)), words(leaver.name)
    if {*parts} & _FORMERLY:
        return False
    if same_login(text, frozenset(one for one in leaver.logins if one not in name)):
        return True
    for at, word in enumerate(parts):
        near = parts[max(at - 1, 0) : at + 3] if word.startswith(_LABELS) else ()
        if any(same_number(one, leaver.number) for one in near):
            return True
        if len(name) > 1 and sorted(parts[at : at + len(name)]) == sorted(name):
            return not {*parts[at + len(name) :][:1]} & _FROM
    return False


def same_login(cell: str, logins: frozenset[str]) -> bool:
    """Does the cell hold this login: bare, with a domain before or after it, or as a mail address?

    The parts of it in another order, or with another sign between them or none, are the same: `kaya_ayse`.
    """
    for word in re.split(r"[\s,;/()<>\[\]|:]+", fold(clean(cell))):
        for login in word.split("\\"):
            bare = login.partition("@")[0]
            if {login, bare} & logins or any(_same_parts(bare, one) for one in logins):
                return True
    return False


def alike(cell: str, name: str) -> bool:
    """May these be one person's names? One holds or shortens the other, or shares and shortens a word.

    A word that is shortened may be misspelt as well; an office beside it (`Muhasebe - Ayşe`) is no name.
    """
    ours, theirs, bare = set(words(name)), _named(cell), _named(re.sub(r"\([^)]*\)", " ", cell))
    if not ours or not theirs:
        return True
    joined = [word for word in words(cell) if len(theirs) == 1 or len(word) > max(map(len, ours))]
    if _shortens(theirs, ours) or any(_made_of(word, words(name)) for word in joined):
        return True
    shared = ours & theirs
    short = any(
        one.startswith(other) or other.startswith(one) or misspelt(one, other)
        for one in ours - shared
        for other in theirs - shared
    )
    return (
        shared in (ours, theirs)
        or bool(shared and short)
        or any(rest and rest <= ours for rest in (bare, theirs - _OFFICES))
    )


def _named(cell: str) -> set[str]:
    """The words of a name, without what it is addressed with: `Ayşe H.` may be Ayşe Hanım."""
    found = words(cell)
    return set(found[:-1] if found[1:] and found[-1] in ("h", "b") else found) - _TITLES


def _same_parts(login: str, other: str) -> bool:
    """Are these the same parts, of more than one?"""
    ours, theirs = (sorted(filter(None, re.split(r"[._-]+", one))) for one in (login, other))
    return len(theirs) > 1 and (ours == theirs or login == re.sub(r"[._-]", "", other))


def _made_of(word: str, name: Sequence[str]) -> bool:
    """Is this made of the name's words and beginnings (`akaya`, `kayaa`, `aysekay`), or its initials?"""
    if len(word) == len(name) > 1 and sorted(word) == sorted(one[0] for one in name):
        return True
    for at, whole in enumerate(name):
        rest = [*name[:at], *name[at + 1 :]]
        before, found, after = word.partition(whole)
        if found and len(whole) > 2 and _pieces(before, rest) and _pieces(after, rest):
            return True
    return False


def _pieces(word: str, name: Sequence[str]) -> bool:
    """Is this nothing, or one beginning after another of these words?"""
    return not word or any(
        word.startswith(whole[:length]) and _pieces(word[length:], [*name[:at], *name[at + 1 :]])
        for at, whole in enumerate(name)
        for length in range(1, len(whole) + 1)
    )


def _shortens(short: Collection[str], whole: Collection[str]) -> bool:
    """Is each of these words the beginning of another one of the whole?"""
    left = list(whole)
    for word in sorted(short, key=len, reverse=True):
        if (fitting := next((one for one in left if one.startswith(word)), None)) is None:
            return False
        left.remove(fitting)
    return True
