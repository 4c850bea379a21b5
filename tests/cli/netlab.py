"""A farm of simulated switches, and the inventory that describes it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from bitools import i18n, process
from lab.switches import ENABLE_PASSWORD, Switch, SwitchFarm
from tests.conftest import Answer, CommandLine

EXAMPLE = Path(__file__).parents[2] / "inventories" / "example"


class InProcess(CommandLine):
    """The same command line without a process of its own: a fifth of the time."""

    def __call__(
        self, *words: str, environ: Mapping[str, str] | None = None, stdin: str = "", timeout: float = 60
    ) -> Answer:
        from bitools.cli.frame.front import run_command

        i18n.use("en")
        environment = self.environment(environ)
        process.inherit(environment)
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            code = run_command(list(words), environment)
        return Answer(code, out.getvalue(), err.getvalue())


def describe(
    inventory: Path, farm: SwitchFarm, names: Sequence[str], more: str = "", password: str = "lab-netops-2026"
) -> None:
    """Write settings, sites, secrets and devices; `more` is merged into every device."""
    for file, text in (("netops.key", password), ("enable.key", ENABLE_PASSWORD)):
        (inventory / file).write_text(text)
        (inventory / file).chmod(0o600)
    (inventory / "settings.yaml").write_text("organisation: Efeler Belediyesi\n")
    (inventory / "sites.yaml").write_text("sites:\n  merkez: {name: Merkez, workers: 50}\n")
    lines = [
        "defaults: {username: netops, password: file:netops.key, enable_password: file:enable.key, site: merkez}"
    ]
    lines.append("devices:")
    for name in names:
        switch = farm[name]
        extra = f", {more}" if more else ""
        lines.append(
            f"  {name}: {{host: {switch.host}, port: {switch.port}, platform: {switch.switch.platform}{extra}}}"
        )
    (inventory / "devices.yaml").write_text("\n".join(lines) + "\n")


def ios(*names: str) -> list[Switch]:
    """Switches of the commonest kind."""
    return [Switch(name, "cisco_ios") for name in names]
