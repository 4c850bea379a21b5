"""Templates: the only file that knows jinja2.

A template is looked for in `templates/` of the inventory's folder first, so that a municipality can word its
own mails and slips, then in the wheel, then in a checkout. A name that is not given is an error, never an
empty place. Names ending in `.html` or `.html.j2` are escaped; text is left as it is.
"""

from __future__ import annotations

import traceback
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import sandbox

from bitools import i18n
from bitools.errors import InventoryInvalid
from bitools.i18n import _

_PACKAGE = Path(__file__).parent
_SHIPPED = (_PACKAGE / "templates", _PACKAGE.parent / "templates")
# What a template's own expressions can raise while it is rendered.
_AT_WORK = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
)


def is_template(name: str, folder: Path) -> bool:
    """Is there one of this name: the user's own, or a shipped one?"""
    return any((place / name).is_file() for place in (folder / "templates", *_SHIPPED))


def render_template(name: str, folder: Path, **values: Any) -> str:
    """Render `name` with these values, in the language that is spoken now; `folder` is the inventory's.

    Beside the values a template has `_`, `ng` and the filters `number`, `long_date`, `short_time`,
    `short_date`.

    Raise InventoryInvalid, with file and line, if the template is not there or is broken.
    """
    environment = _environment(folder)
    try:
        return environment.get_template(name).render(**values)
    except jinja2.TemplateSyntaxError as error:
        raise _broken(error.filename or name, error.lineno, error.message or "", error) from error
    except jinja2.TemplateNotFound as error:
        message = _("{folder}: there is no template {name}")
        raise InventoryInvalid(message.format(folder=folder / "templates", name=error.name)) from error
    except _AT_WORK as error:
        raise _broken(*_place(error, name), str(error), error) from error


@lru_cache(maxsize=4)  # compiling takes longer than rendering; a changed file is noticed all the same
def _environment(folder: Path) -> jinja2.Environment:
    # A template words a mail or a configuration; it is no way to run programs.
    environment = sandbox.ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader([folder / "templates", *_SHIPPED]),
        autoescape=jinja2.select_autoescape(("html", "html.j2", "htm", "xml"), default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(_=i18n._, ng=i18n.ng, language=i18n.language)
    environment.filters.update(
        number=i18n.number, long_date=i18n.long_date, short_time=i18n.short_time, short_date=i18n.short_date
    )
    return environment


def _place(error: BaseException, name: str) -> tuple[str, int]:
    """The template line an error passed through last; jinja2 rewrites tracebacks to say so."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if "templates" in Path(frame.filename).parts and not frame.filename.endswith(".py"):
            return frame.filename, frame.lineno or 1
    return name, 1


def _broken(file: str, line: int, why: str, cause: Exception) -> InventoryInvalid:
    message = f"{file}:{line}: " + _("the template is broken: {why}").format(why=why)
    hint = _("without this file the template that came with bitools is used")
    return InventoryInvalid(message, hint=hint, cause=cause)
