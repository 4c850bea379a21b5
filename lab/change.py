"""Somebody changes things, over SSH, as an admin would: an access list, an interface, a route."""

from __future__ import annotations

import asyncio
import re

import asyncssh

from .municipality import ADMIN, Municipality

PROMPT = re.compile(r"[\w-]+(?:\([\w-]+\))?[#>] ?$")


async def configure(host: str, port: int, host_key: str, password: str, lines: list[str], save: bool) -> str:
    """Log in as the admin, type the lines in configuration mode, save if told; give what was seen."""
    known = asyncssh.import_known_hosts(f"[{host}]:{port} {host_key}\n{host} {host_key}\n")
    seen = ""
    async with (
        asyncssh.connect(
            host, port, username=ADMIN, password=password, known_hosts=known, config=None, client_keys=None
        ) as connection,
        connection.create_process(term_type="vt100", term_size=(200, 50)) as terminal,
    ):
        for line in ["configure terminal", *lines, "end", *(["write memory"] if save else [])]:
            seen += await _until_prompt(terminal)
            terminal.stdin.write(line + "\n")
        seen += await _until_prompt(terminal)
        terminal.stdin.write("exit\n")
    return seen


async def _until_prompt(terminal: asyncssh.SSHClientProcess[str]) -> str:
    seen = ""
    while not PROMPT.search(seen):
        part = await asyncio.wait_for(terminal.stdout.read(4096), 10)
        if not part:
            raise ConnectionError(f"the device hung up after {seen[-80:]!r}")
        seen += part
    return seen


def change(municipality: Municipality) -> list[str]:
    """Change the WAN router's access list (saved), a switch's port (not saved), and a route if the real
    router runs. Each call makes another change. Give what was done, for people.
    """
    password = municipality.secret(ADMIN)
    farm = municipality.switches
    router, switch = farm["rt-merkez-01"], farm["sw-merkez-01"]
    times = router.running.count("host 203.0.113.2 eq 3389") + 1
    rule = f"{50 + times} permit tcp host 198.51.100.{20 + times} host 203.0.113.2 eq 3389"
    port = [
        "interface GigabitEthernet1/0/3",
        f"description Ziyaretci kiosk {times}",
        "switchport access vlan 10",
    ]
    asyncio.run(
        configure(
            router.host,
            router.port,
            router.host_key,
            password,
            ["ip access-list extended WAN-GIRIS", rule],
            save=True,
        )
    )
    asyncio.run(configure(switch.host, switch.port, switch.host_key, password, port, save=False))
    done = [
        f"rt-merkez-01: access list WAN-GIRIS: {rule} (saved)",
        f"sw-merkez-01: {', '.join(port)} (not saved)",
    ]
    real = municipality.router
    if real.running:
        route = f"ip route 10.60.{times}.0/24 10.40.0.9"
        asyncio.run(configure(real.address, real.port, real.host_key, password, [route], save=True))
        done.append(f"rt-wan-01: {route} (saved)")
    return done
