"""A whole municipality in one folder: its network, its directory, its mail, its files, its inventory.

DIR/inventory   inventories/example, with secrets that are true in this lab
DIR/srv         documents to back up, and where repositories go
DIR/mail        every mail that was sent
DIR/state       bitools' own
DIR/run         what the lab itself needs
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import loopback, packages
from .certificates import Authority
from .directory import DomainController, NotReady
from .directory.snapshot import ProvisionFailed
from .documents import write_documents
from .mail import MailServer, Settings
from .router import Router, RouterFailed
from .switches import Account, Switch, SwitchFarm

EXAMPLE = Path(__file__).resolve().parents[1] / "inventories" / "example"
LEFT_OUT = (packages.MissingPackages, packages.NeedsRoot, RouterFailed, NotReady, ProvisionFailed, OSError)
ADMIN = "mehmet"
SWITCHES = {
    "rt-merkez-01": ("cisco_ios", "0.1"),
    "sw-merkez-01": ("cisco_ios", "0.11"),
    "sw-merkez-02": ("hp_procurve", "0.12"),
    "sw-merkez-03": ("aruba_aoscx", "0.13"),
    "rt-garaj-01": ("mikrotik_routeros", "1.1"),
    "sw-garaj-01": ("huawei", "1.11"),
    "sw-fen-01": ("arista_eos", "2.11"),
}
PRIVILEGED = ("sw-merkez-02",)  # the example has no enable password for it
KEYS = ("device", "enable", "restic", "mask", ADMIN)


class Municipality:
    """The municipality of a folder; `network` is the second part of its addresses, if not 31 (127.31)."""

    def __init__(self, folder: Path, network: int | None = None) -> None:
        self.folder = folder.absolute()
        self.inventory = self.folder / "inventory"
        self.run = self.folder / "run"
        remembered = self.run / "network"
        self.network = network or (int(remembered.read_text()) if remembered.is_file() else 31)
        self._controller = DomainController(self.run / "directory", f"127.{self.network}.9.10")

    # -- its parts

    @property
    def directory(self) -> DomainController | None:
        """Its domain controller, if it runs."""
        return self._controller if self._controller.running else None

    @property
    def switches(self) -> SwitchFarm:
        """Its switches."""
        enable = self.secret("enable")
        devices = [
            Switch(
                name,
                platform,
                accounts=(
                    Account("netops", self.secret("device"), privileged=name in PRIVILEGED),
                    Account(ADMIN, self.secret(ADMIN), privileged=True),
                ),
                enable_password=enable,
                host=f"127.{self.network}.{address}",
                port=2222,
            )
            for name, (platform, address) in SWITCHES.items()
        ]
        return SwitchFarm(devices, folder=self.run / "switches", detached=True)

    @property
    def router(self) -> Router:
        """Its real router."""
        accounts = {"netops": self.secret("device"), ADMIN: self.secret(ADMIN)}
        return Router(self.run / "router", "rt-wan-01", f"10.199.{self.network}.0/30", accounts)

    @property
    def mail(self) -> MailServer:
        """Its mail server."""
        settings = Settings(f"127.{self.network}.9.25", 2525, keep=str(self.folder / "mail"))
        return MailServer(settings, self.run / "mail")

    def secret(self, name: str) -> str:
        """A password of the lab, made up at first use."""
        file = (self.run if name == ADMIN else self.inventory / "secrets") / f"{name}.key"
        if not file.is_file():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(16))
        return file.read_text().strip()

    # -- its life

    def up(self) -> list[str]:
        """Have everything running that can run here; give what was left out, and why.

        What already runs is left alone. Raise if the switches or the mail server cannot be: without
        them there is nothing to see.
        """
        loopback.bring_up()
        self._furnish()
        with ThreadPoolExecutor() as pool:
            needed = [pool.submit(self._switches_up), pool.submit(self._mail_up)]
            optional = {
                "Active Directory": pool.submit(self._directory_up),
                "the real router (rt-wan-01)": pool.submit(self._router_up),
            }
        for part in needed:
            part.result()
        left_out = []
        for name, part in optional.items():
            try:
                part.result()
            except LEFT_OUT as why:
                left_out.append(f"{name}: {why}")
        return left_out

    def down(self) -> None:
        """Take down exactly what up started; its files stay. Nothing is wrong with taking down nothing."""
        if not self.run.is_dir():
            return
        self.switches.stop()
        self.mail.stop()
        self._controller.stop()
        self.router.down()

    def running(self) -> dict[str, bool]:
        """Each part, and whether it runs."""
        return {
            f"switches ({len(SWITCHES)}, 127.{self.network}.0-2.x port 2222)": self.switches.running,
            f"mail ({self.mail.host} port 2525)": self.mail.running,
            f"Active Directory ({self._controller.ldaps_url})": self._controller.running,
            f"router (rt-wan-01, {self.router.address} port 22)": self.router.running,
        }

    def environment(self) -> dict[str, str]:
        """What bitools needs to know to work on this municipality."""
        return {"BITOOLS_INVENTORY": str(self.inventory), "BITOOLS_STATE": str(self.folder / "state")}

    # -- how

    def _furnish(self) -> None:
        """Inventory, secrets and documents; none of them is overwritten."""
        self.run.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.run / "network").write_text(str(self.network))
        if not (self.inventory / "devices.yaml").is_file():
            shutil.copytree(EXAMPLE, self.inventory, dirs_exist_ok=True)
            for file in self.inventory.glob("*.yaml"):
                text = file.read_text("utf-8").replace("127.31.", f"127.{self.network}.")
                file.write_text(text.replace("10.199.31.", f"10.199.{self.network}."), "utf-8")
            self._recovery_key()
        for name in KEYS:
            self.secret(name)
        authority = Authority(self.run / "directory" / "tls")
        shutil.copy2(authority.certificate_file, self.inventory / "secrets" / "ca.pem")
        (self.folder / "state").mkdir(mode=0o770, exist_ok=True)
        write_documents(self.folder / "srv")

    def _recovery_key(self) -> None:
        """Name who reads the full configurations, if age is here; the secret half stays in run."""
        if shutil.which("age-keygen"):
            done = subprocess.run(
                ["age-keygen", "--output", self.run / "recovery.key"],
                capture_output=True,
                text=True,
                check=True,
            )
            with (self.inventory / "settings.yaml").open("a", encoding="utf-8") as file:
                file.write(f"recovery: {{recipients: [{done.stderr.split()[-1]}]}}\n")

    def _switches_up(self) -> None:
        if not self.switches.running:
            self.switches.start()

    def _mail_up(self) -> None:
        if not self.mail.running:
            self.mail.start()

    def _router_up(self) -> None:
        self.router.up()

    def _directory_up(self) -> None:
        key = self.inventory / "secrets" / "ad.key"
        try:
            self._controller.up()
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            raise NotReady(str(error)) from error
        finally:
            key.touch(mode=0o600)
            if self._controller.bind_password_file.is_file():
                key.write_text(self._controller.bind_password_file.read_text())
            elif not key.read_text():
                key.write_text("there is no domain controller")
