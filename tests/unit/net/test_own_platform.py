"""The ten lines of the manual are a platform, with a recording of its own."""

from __future__ import annotations

import re
from pathlib import Path

from bitools import platforms
from bitools.net.configuration import canonical
from bitools.net.guard import examine

PAGE = Path(__file__).parents[3] / "docs" / "platforms.md"
RUNNING = "Acme OS 3\nUptime: 4 days\nhostname acme\nweb passphrase GIZLI\nfilter A\n permit any\n deny any\n-- end --\n"


def test_the_manuals_platform_works(tmp_path: Path) -> None:
    [text] = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(text.splitlines()) <= 10
    (tmp_path / "acme_os.yaml").write_text(text)
    platform = platforms.load("acme_os", tmp_path)
    examine(RUNNING, platform, "acme", "show running-config")
    stored = canonical(RUNNING, platform, b"key").text
    assert "Uptime" not in stored
    assert "GIZLI" not in stored
    assert stored.endswith("-- end --\n")
