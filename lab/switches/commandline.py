"""What a device does with each line: modes, show commands, configuration, saving."""

from __future__ import annotations

import asyncio
import re

from .delivery import deliver
from .device import Account, Device
from .editor import Editor, UnknownCommand
from .terminal import Disconnected, Terminal

FILTERS = ("include", "exclude", "match", "except", "grep", "section", "begin")


def filtered(text: str, how: str, wanted: str) -> str:
    """What is left of a text behind a `|`: the lines with some words, or those without."""
    lines, pattern = text.splitlines(keepends=True), re.compile(wanted)
    if how == "begin":
        first = next((number for number, line in enumerate(lines) if pattern.search(line)), len(lines))
        return "".join(lines[first:])
    without = how in ("exclude", "except")
    return "".join(line for line in lines if bool(pattern.search(line)) != without)


class CommandLine(Terminal):
    """One admin at one device."""

    def __init__(self, device: Device, account: Account) -> None:
        super().__init__()
        self.device, self.account, self.platform = device, account, device.platform
        self.privileged = account.privileged or self.platform.enable is None
        self.editor: Editor | None = None
        self.paging = device.switch.paging
        self.command = ""
        self.task: asyncio.Task[None] | None = None

    # -- how the session starts and ends

    def shell_requested(self) -> bool:
        """A terminal is always to be had."""
        return True

    def exec_requested(self, command: str) -> bool:
        """A single command, where the real platform allows it."""
        self.command = command
        return self.platform.exec_channel

    def session_started(self) -> None:
        """Begin to talk."""
        self.early_echo = "early_echo" in self.device.faults
        self.task = asyncio.create_task(self._run())

    def eof_received(self) -> bool:
        """A client may close its side after sending a command, and still read the answer."""
        super().eof_received()
        return bool(self.command)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whatever the device was doing for this client, it need not finish."""
        super().connection_lost(exc)
        if self.task:
            self.task.cancel()

    async def _run(self) -> None:
        try:
            if self.command:
                self.paging = False
                await self.obey(self.command.strip())
            else:
                await self._talk()
            self.channel.exit(0)
            if not self.command:
                self.channel.get_connection().close()
        except (Disconnected, OSError):
            pass

    async def _talk(self) -> None:
        self.write(self.platform.greeting)
        if "motd" in self.device.faults:
            self.write(self.prompt().replace(self.device.hostname, "yetkisiz-giris").lstrip())
            await asyncio.sleep(0.1)
            self.write("\nBu cihaz Efeler Belediyesi'nindir. Parola paylasilmaz.\n")
        if self.platform.any_key:
            await self.read_key()
        while True:
            self.write(self.prompt())
            line = (await self.read_line()).strip()
            if line and not await self.obey(line):
                return

    def prompt(self) -> str:
        """The prompt of the mode one is in."""
        prompts = self.platform.prompts
        section = self.editor.section if self.editor else ""
        text = prompts.privileged if self.privileged else prompts.user
        if self.editor:
            text = prompts.section if section else prompts.configuration
        return text.format(host=self.device.hostname, user=self.account.name, section=section)

    # -- what a line does

    async def obey(self, line: str) -> bool:
        """Do what one line says. False when it was to leave."""
        self.device.commands += 1
        self.device.typed.append(line)
        await asyncio.sleep(self.device.faults.value("slow", 1.0))
        line = " ".join(line.split()) if '"' not in line else line
        if self.editor and self.platform.configure:
            return self._configure(line)
        if line in self.platform.quit:
            return False
        if await self._show(line) or await self._change_mode(line):
            return True
        if self.platform.configure is None:  # every line may be configuration (RouterOS)
            self.editor = self.editor or self.device.running.edit()
            self._feed(line)
        else:
            self.write(self.platform.unknown + "\n")
        return True

    async def _show(self, line: str) -> bool:
        platform, device = self.platform, self.device
        piped = ""
        if not any(line in known for known in (platform.running, platform.startup, platform.answers)):
            line, _pipe, piped = line.partition(" | ")
        how, _blank, wanted = piped.partition(" ")
        if piped and (how not in FILTERS or not wanted):
            return False
        running, startup = line in platform.running, line in platform.startup
        if (running or startup) and self.privileged:
            text = device.show_running(line) if running else device.show_startup()
            text = filtered(text, how, wanted) if piped else text
            await deliver(self, device, text, paged=self.paging and line not in platform.unpaged)
        elif line in platform.paging_off:
            self.paging = False
            self.write(platform.paging_off[line])
        elif platform.log and line in platform.log.commands:
            self.write(platform.log.header)
            for stamp in device.history:
                when = stamp.time.strftime(platform.log.time or platform.time)
                entry = platform.log.line.format(time=when, user=stamp.user)
                self.write(entry + "\n")
        elif line in platform.answers:
            text = platform.answers[line].replace("{host}", device.hostname)
            await deliver(self, device, filtered(text, how, wanted) if piped else text, paged=self.paging)
        elif line == "show privilege":
            self.write(f"Current privilege level is {15 if self.privileged else 1}\n")
        else:
            return False
        return True

    async def _change_mode(self, line: str) -> bool:
        enable, configure, save = self.platform.enable, self.platform.configure, self.platform.save
        if enable and line == enable.command:
            await self._enable(enable.ask, enable.refused)
        elif line == "disable" and enable:
            self.privileged = False
        elif configure and self.privileged and line in configure.enter:
            self.editor = self.device.running.edit()
            self.write(configure.greeting)
        elif save and self.privileged and line in save.commands:
            await self._save()
        else:
            return False
        return True

    async def _enable(self, ask: str, refused: str) -> None:
        if self.privileged:
            return
        self.write(ask)
        self.early_echo, before = False, self.early_echo
        password = await self.read_line(echo=False)
        self.early_echo = before
        self.write("\n")
        self.privileged = password == self.device.switch.enable_password
        if not self.privileged:
            self.write(refused + "\n")

    async def _save(self) -> None:
        save = self.platform.save
        assert save
        if save.ask:
            self.write(save.ask)
            if not (await self.read_line()).strip().lower().startswith("y"):
                return
        if "save_fails" in self.device.faults:
            self.write("%Error opening nvram:/startup-config (No space left on device)\n")
            return
        self.device.save(self.account.name)
        self.write(save.answer)

    # -- configuration mode

    def _configure(self, line: str) -> bool:
        configure = self.platform.configure
        assert configure
        assert self.editor
        if line in configure.leave or (line in configure.back and not self.editor.back()):
            self.editor = None
        elif line not in configure.back:
            self._feed(line)
        return True

    def _feed(self, line: str) -> None:
        assert self.editor
        before = self.device.running.revision
        try:
            answer = self.editor.feed(line)
        except UnknownCommand:
            self.write(self.platform.unknown + "\n")
            return
        if answer:
            self.write(answer + "\n")
        if self.device.running.revision != before:
            self.device.touch(self.account.name)
