"""The tutorial is walked: every line that it shows is run, against a switch, a repository and a mail server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lab.mail import MailServer, Settings
from lab.packages import require_for_test
from lab.patience import HANGS
from lab.switches import Account, Switch, SwitchFarm
from tests.conftest import ROOT

BLOCK = re.compile(r"```(sh|yaml)\n(.*?)```", re.DOTALL)
PASSWORD = "lab-netops-2026"


def blocks(page: str) -> list[tuple[str, str]]:
    return [
        (found[1], found[2]) for found in BLOCK.finditer((ROOT / "docs" / page).read_text(encoding="utf-8"))
    ]


def test_both_languages_show_the_same() -> None:
    assert blocks("tutorial.md") == blocks("tutorial.tr.md")


@pytest.mark.torture
def test_the_tutorial_is_walked(tmp_path: Path) -> None:
    require_for_test("restic", "git")
    (tmp_path / "belgeler").mkdir()
    (tmp_path / "belgeler" / "karar.txt").write_text("karar\n")
    accounts = (Account("netops", PASSWORD, privileged=True),)
    with SwitchFarm([Switch("sw-merkez-01", accounts=accounts)]) as farm, MailServer(Settings()) as mail:
        one = farm["sw-merkez-01"]
        ours = {
            "host=10.0.0.11": f"host={one.host} port={one.port}",
            "/srv/restic/ana": str(tmp_path / "depo"),
            "/srv/belgeler": str(tmp_path / "belgeler"),
            "host: posta.belediye.test, port: 587, starttls: true": f"host: {mail.host}, port: {mail.port}, starttls: false",
            "net trust sw-merkez-01": "net trust sw-merkez-01 --yes",
        }  # fmt: skip
        said = ""
        for kind, text in blocks("tutorial.md"):
            for theirs, here in ours.items():
                text = text.replace(theirs, here)
            said += appended(tmp_path, text) if kind == "yaml" else walked(tmp_path, text)
        subjects = [message["Subject"] for message in mail.messages()]
    assert "sw-merkez-01" in said
    assert "belgeler" in said
    assert len(subjects) == 2, subjects


def appended(folder: Path, text: str) -> str:
    name, _line, rest = text.removeprefix("# ").partition("\n")
    with (folder / "envanter" / name).open("a", encoding="utf-8") as file:
        file.write(rest)
    return ""


def walked(folder: Path, text: str) -> str:
    """Run these lines as somebody who types them, in the tutorial's own folder."""
    first = blocks("tutorial.md")[0][1].splitlines()[0]
    program = f'bitools() {{ "{sys.executable}" -m bitools "$@"; }}\n{first}\n'
    done = subprocess.run(
        ["bash", "-ec", program + text], cwd=folder, input=f"{PASSWORD}\n", capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "BITOOLS_LANG": "en"},
        check=False, timeout=HANGS,
    )  # fmt: skip
    assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
    return done.stdout
