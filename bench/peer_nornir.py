"""The peer: nornir's runner, netmiko's defaults, one file a device. usage: HOSTS.json FOLDER SESSIONS"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result, Task
from nornir.plugins.runners import ThreadedRunner
from nornir_netmiko.tasks import netmiko_send_command


def backup(task: Task, folder: Path) -> Result:
    """Fetch and write."""
    answer = task.run(netmiko_send_command, command_string="show running-config", enable=True)
    (folder / f"{task.host.name}.cfg").write_text(answer[0].result)
    return Result(host=task.host)


def main() -> int:
    """Exit 1 if any device failed."""
    spec = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    options = {"netmiko": ConnectionOptions(extras={"secret": spec["enable"]})}
    hosts = Hosts(
        {
            host["name"]: Host(
                name=host["name"], hostname=host["host"], port=host["port"], username="netops",
                password=spec["password"], platform="cisco_ios", connection_options=options,
            )
            for host in spec["hosts"]
        }
    )  # fmt: skip
    ConnectionPluginRegister.auto_register()
    nornir = Nornir(
        inventory=Inventory(hosts=hosts, groups=Groups(), defaults=Defaults()),
        runner=ThreadedRunner(num_workers=int(sys.argv[3])),
    )
    result = nornir.run(task=backup, folder=folder)
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
