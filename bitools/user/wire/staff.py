"""The staff list of the personnel office: CSV or YAML in, proven rows out; every complaint has its line.

Columns: `employee_id given surname role department title mail phone expires status`; the first three must be
there. Turkish headings are understood too. An empty cell changes nothing. `status` is `active` (or nothing)
or `leaving`; `expires` is a day, `2027-06-30` or `30.06.2027`, or `never`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bitools import csvfile, yamlfile
from bitools.errors import BitoolsError, InventoryInvalid
from bitools.i18n import _, system_words
from bitools.inventory.accounts import Directory
from bitools.user.decisions.names import fold
from bitools.user.decisions.person import Person, Request, number_key, role_of, texts

COLUMNS = (
    "employee_id", "given", "surname", "role", "department", "title", "mail", "phone", "expires", "status",
)  # fmt: skip
_TURKISH = {
    "sicil": "employee_id", "sicil_no": "employee_id", "ad": "given", "adi": "given", "soyad": "surname",
    "soyadi": "surname", "gorev": "role", "rol": "role", "mudurluk": "department", "birim": "department",
    "unvan": "title", "e_posta": "mail", "eposta": "mail", "telefon": "phone", "bitis": "expires",
    "bitis_tarihi": "expires", "durum": "status",
}  # fmt: skip
_STATUS = {"": False, "active": False, "aktif": False, "leaving": True, "ayriliyor": True, "ayrildi": True}
_ATTRIBUTES = {"department": "department", "title": "title", "mail": "mail", "phone": "telephoneNumber"}
_NEVER = ("never", "suresiz")


def staff_list(path: Path, settings: Directory) -> list[Person]:
    """Read and prove a staff list. Raise InventoryInvalid with every complaint, `file:line: what`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        message = _("{path}: cannot be read: {why}").format(path=path, why=system_words(error))
        raise InventoryInvalid(message, cause=error) from error
    return parse(content, path, settings)


def parse(content: bytes, path: Path, settings: Directory) -> list[Person]:
    """Prove a staff list that was read already; `path` is what complaints name."""
    complaints: list[str] = []
    people: dict[str, Person] = {}
    for line, cells in _rows(content, path):
        try:
            person = _person(line, cells, settings)
            if twin := people.get(number_key(person.number)):
                message = _("employee id {number} stands on line {line} too")
                raise InventoryInvalid(message.format(number=person.number, line=twin.line))
            people[number_key(person.number)] = person
        except BitoolsError as error:
            complaints.append(f"{path}:{line}: {error.message}")
    complaints += _one_mailbox(people.values(), path)
    if complaints:
        hint = _("nothing was changed; correct the file and repeat the command")
        raise InventoryInvalid("\n".join(complaints), hint=hint, reason="staff")
    return list(people.values())


def _one_mailbox(people: Iterable[Person], path: Path) -> Iterator[str]:
    seen: dict[str, int] = {}
    for person in people:
        mail = fold(person.request.attributes.get("mail", ""))
        if mail and mail in seen:
            message = _("the address {mail} stands on line {line} too")
            yield f"{path}:{person.line}: {message.format(mail=mail, line=seen[mail])}"
        seen.setdefault(mail, person.line)


def _rows(content: bytes, path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    if path.suffix.casefold() in (".yaml", ".yml"):
        yield from _yaml(content, path)
        return
    text = csvfile.decode(content, str(path))
    first = csvfile.read(text, str(path))
    named = [_TURKISH.get(one, one) for one in first.headings]
    _headings(named, f"{path}:1")
    for row in first.rows:
        cells = {_TURKISH.get(one, one): cell for one, cell in row.cells.items()}
        yield row.line, {name: _undefused(cell) for name, cell in cells.items()}


def _undefused(cell: str) -> str:
    """A cell that a spreadsheet was kept from calculating, as it was meant."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def _yaml(content: bytes, path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    file = yamlfile.parse(csvfile.decode(content, str(path)), path)
    at: tuple[str | int, ...] = ()
    rows: Any = file.data
    if isinstance(rows, dict) and len(rows) == 1:
        [(key, rows)] = rows.items()
        at = (key,)
    if not isinstance(rows, list):
        raise file.complaint((), _("a list of people is expected here"))
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise file.complaint((*at, index), _("names and values are expected here, as `key: value`"))
        cells = {
            _TURKISH.get(csvfile.heading(key), csvfile.heading(key)): value for key, value in row.items()
        }
        _headings(list(cells), f"{path}:{file.line((*at, index))}")
        for key, value in cells.items():
            if isinstance(value, dict | list | bool | float):
                raise file.complaint((*at, index), _('"{name}" must be text').format(name=key))
        yield (
            file.line((*at, index)),
            {key: "" if value is None else str(value).strip() for key, value in cells.items()},
        )


def _headings(names: list[str], place: str) -> None:
    hint = _("columns are: {names}").format(names=", ".join(COLUMNS))
    for name in names:
        if name not in COLUMNS:
            raise InventoryInvalid(f"{place}: " + _('unknown column "{name}"').format(name=name), hint=hint)
    for name in ("employee_id", "given", "surname"):
        if name not in names:
            raise InventoryInvalid(
                f"{place}: " + _('the column "{name}" is missing').format(name=name), hint=hint
            )


def _person(line: int, cells: Mapping[str, str], settings: Directory) -> Person:
    get: Callable[[str], str] = lambda name: cells.get(name, "")  # noqa: E731
    number, status = get("employee_id"), fold(get("status"))
    if not number:
        raise InventoryInvalid(_("the employee id is empty"))
    if status not in _STATUS:
        message = _('status is "{status}"; it is active or leaving')
        raise InventoryInvalid(message.format(status=get("status")))
    expires, for_ever = _day(get("expires"))
    attributes = {ldap: get(name) for name, ldap in _ATTRIBUTES.items() if get(name)}
    request = Request(get("given"), get("surname"), get("role"), number, attributes, expires=expires)
    texts(request)
    if request.role or not _STATUS[status]:
        role_of(settings, request)
    return Person(line, request, _STATUS[status], for_ever)


def _day(text: str) -> tuple[date | None, bool]:
    if fold(text) in _NEVER:
        return None, True
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            return (datetime.strptime(text, form).date() if text else None), False
        except ValueError:
            continue
    message = _('"{text}" is no day; write 2027-06-30, 30.06.2027 or never')
    raise InventoryInvalid(message.format(text=text))
