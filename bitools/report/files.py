"""Reports as files, for an archive or a web page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bitools import output
from bitools.report.pdf import printed


def write_each(written: Iterable[tuple[Path | None, str]], html: str, pdf: Path | None) -> None:
    """Write what was asked for: texts to their files, the HTML as PDF. Raise as those do."""
    for path, content in written:
        if path:
            output.write(path, content)
    if pdf:
        output.write(pdf, printed(html))
