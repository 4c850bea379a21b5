"""The counterparts of a first day."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.mail import MailServer
from lab.mail import Settings as MailSettings
from lab.packages import require_for_test
from lab.switches import Switch, SwitchFarm
from tests.system.first_day import Place


@pytest.fixture(scope="module")
def counterparts() -> Iterator[tuple[SwitchFarm, MailServer]]:
    require_for_test("restic", "git")
    with SwitchFarm([Switch("sw-01", "cisco_ios")]) as farm, MailServer(MailSettings()) as mail:
        yield farm, mail


@pytest.fixture
def place(counterparts: tuple[SwitchFarm, MailServer], tmp_path: Path) -> Place:
    farm, mail = counterparts
    for message in mail.folder.glob("messages/*.eml"):
        message.unlink()
    (tmp_path / "belgeler").mkdir()
    (tmp_path / "belgeler" / "karar.txt").write_text("Encümen kararı\n")
    program = tmp_path / "bin" / "crontab"
    program.parent.mkdir()
    (tmp_path / "tab").touch()
    tab = tmp_path / "tab"
    program.write_text(f'#!/bin/sh\n[ "$1" = -l ] && exec cat {tab}\nexec cat > {tab}\n')
    program.chmod(0o755)
    environ = {
        "PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "xterm",
        "BITOOLS_INVENTORY": str(tmp_path / "inventory"), "BITOOLS_STATE": str(tmp_path / "state"),
    }  # fmt: skip
    return Place(tmp_path, farm["sw-01"], mail, environ)
