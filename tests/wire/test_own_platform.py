"""The ten lines of the manual are a platform: snapshotted over SSH, masked, and not changed at the second look."""

from __future__ import annotations

import re
from pathlib import Path

from lab.museum import Museum
from lab.sessions import Written
from tests.conftest import ROOT, CommandLine

PAGE = ROOT / "docs/platforms.md"
SESSION = """\
source: the manual of bitools
prompt: "acme#"
paging_off: [no page]
more: "-- more --"
unknown: "% Invalid input"
shows: show running-config
"""
RUNNING = """\
Acme OS 3
¬Uptime: 4 days
hostname acme
web passphrase «gizli-parola»
line vty 0 4
 transport input telnet
filter A
 permit any
 deny any
"""


def test_the_manuals_platform_is_snapshotted(bitools: CommandLine, tmp_path: Path) -> None:
    [text] = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(text.splitlines()) <= 10
    folder = tmp_path / "acme_os#A1_3"
    folder.mkdir()
    (folder / "session.yaml").write_text(SESSION)
    (folder / "running.cfg").write_text(RUNNING + "! filler\n" * 30 + "-- end --\n")
    written = Written.read(folder)
    with Museum([written]) as museum:
        museum.inventory(bitools.inventory)
        (bitools.inventory / "platforms").mkdir()
        (bitools.inventory / "platforms/acme_os.yaml").write_text(text)
        assert bitools("net", "trust", "--yes").code == 0
        [first] = bitools("net", "snapshot", "--json").document["items"]
        [second] = bitools("net", "snapshot", "--json").document["items"]
    assert (first["status"], second["status"]) == ("stored", "unchanged")
    stored = bitools("net", "show", written.name).stdout
    assert "Uptime" not in stored
    assert "gizli-parola" not in stored
    assert "web passphrase <secret:" in stored
    assert stored.endswith("-- end --\n")

    listed = {item["platform"]: item for item in bitools("net", "platforms", "--json").document["items"]}
    assert listed["acme_os"]["evidence"] == "unproven"
    assert listed["cisco_ios"]["proof"]
    document = bitools("net", "check", "--json").document
    assert document["warnings"] == []
    violated = {item["rule"] for item in document["items"] if item["status"] == "violated"}
    assert "telnet-off" in violated
