"""Python's own parse of a regular expression, which costs half of compiling it.

The only place that knows `re._parser`.
"""

from __future__ import annotations

import re
from typing import Any


def parsed(pattern: str) -> Any:
    """The parts of a pattern over several lines, as the interpreter compiles them. Raise re.error."""
    from re import _parser  # type: ignore[attr-defined]  # what re itself compiles from

    return _parser.parse(pattern, re.MULTILINE)
