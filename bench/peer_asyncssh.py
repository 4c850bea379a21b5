"""The peer: bare asyncssh, a shell a device, one file each. usage: HOSTS.json FOLDER SESSIONS"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import asyncssh

PROMPT = re.compile(r"(?:^|[\r\n])[\w.-]+[>#]\s*$")
PRIVILEGED = re.compile(r"[\r\n][\w.-]+#\s*$")


async def backup(
    host: dict[str, Any], spec: dict[str, Any], folder: Path, sessions: asyncio.Semaphore
) -> None:
    """Fetch and write."""
    async with sessions:
        async with asyncssh.connect(
            host["host"], host["port"], username="netops", password=spec["password"], known_hosts=None,
            client_keys=None, agent_path=None, config=None,
        ) as connection:  # fmt: skip
            shell = await connection.create_process(term_type="vt100", term_size=(511, 1000))
            await _until(shell, PROMPT)
            await _say(shell, "enable", re.compile("assword"))
            await _say(shell, spec["enable"], PRIVILEGED)
            await _say(shell, "terminal length 0", PRIVILEGED)
            text = await _say(shell, "show running-config", re.compile(r"[\r\n]end\s+[\w.-]+#\s*$"))
            shell.stdin.write("exit\n")
        (folder / f"{host['name']}.cfg").write_text(text)


async def _say(shell: asyncssh.SSHClientProcess[str], line: str, until: re.Pattern[str]) -> str:
    shell.stdin.write(line + "\n")
    return await _until(shell, until)


async def _until(shell: asyncssh.SSHClientProcess[str], pattern: re.Pattern[str]) -> str:
    text = ""
    while not pattern.search(text[-4096:]):
        chunk = await shell.stdout.read(65536)
        if not chunk:
            raise EOFError
        text += chunk
    return text


async def main() -> None:
    """Raise the first error of any device."""
    spec = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    sessions = asyncio.Semaphore(int(sys.argv[3]))
    await asyncio.gather(*(backup(host, spec, folder, sessions) for host in spec["hosts"]))


if __name__ == "__main__":
    asyncio.run(main())
