"""A headless Chromium, spoken to over a pipe (Chrome DevTools Protocol): how a page looks, what it asks for.

with Browser() as browser:
    page = browser.open(html, width=390, dark=True)
    page.screenshot(), page.complaints, page.requests, page.evaluate("innerWidth")
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from bitools import privilege
from lab.patience import HANGS

from . import packages

PACKAGES = ("chromium",)
Json = dict[str, Any]


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are not among the first ten numbers, which a shell can name."""
    low = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low)
    for end in low:
        os.close(end)
    return high[0], high[1]


def _whose(folder: Path) -> dict[str, Any]:
    """As nobody, if we are root: Chromium keeps its sandbox then."""
    nobody = privilege.stranger()
    if nobody is None:
        return {}
    os.chown(folder, nobody.uid, nobody.gid)
    return {"user": nobody.uid, "group": nobody.gid, "extra_groups": []}


class Browser:
    """One Chromium without a network; what it wrote is removed with it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="browser-"))
        self._number = 0
        self._waiting = b""
        self.events: list[Json] = []

    def __enter__(self) -> Browser:
        if not shutil.which("chromium"):
            packages.require(*PACKAGES)
        theirs_in, self._to = _pipe()
        self._from, theirs_out = _pipe()
        # The shell puts the pipes where the protocol wants them: 3 to read, 4 to write.
        command = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out} {theirs_in}<&- {theirs_out}>&-'
        self._process = subprocess.Popen(
            [
                "bash", "-c", command, "chromium", "chromium", "--headless", "--disable-gpu",
                "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
                "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={self._folder / 'profile'}",
            ],
            pass_fds=(theirs_in, theirs_out),
            env={**os.environ, "HOME": str(self._folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **_whose(self._folder),
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.call("Browser.close", seconds=60)
        except (OSError, TimeoutError):
            pass
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, html: str, *, width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        """A page of this text, as a file, at this width in CSS pixels; done when it has loaded."""
        self._number += 1
        file = self._folder / f"page-{self._number}.html"
        file.write_text(html, "utf-8")
        file.chmod(0o644)
        return self.visit(file, width=width, height=height, dark=dark)

    def visit(self, file: Path, *, width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        """A page from a file."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        page.call("Emulation.setEmulatedMedia", features=[feature])
        page.call("Page.navigate", url=file.as_uri())
        self._until(lambda event: event.get("method") == "Page.loadEventFired", session)
        return page

    def call(self, method: str, session: str = "", seconds: float = HANGS, **parameters: object) -> Json:
        """Ask, and wait for the answer. Raise OSError if Chromium says no, TimeoutError."""
        self._number += 1
        number = self._number
        message: Json = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next(seconds)
            if answer.get("id") == number:
                if "error" in answer:
                    raise OSError(f"{method}: {answer['error']}")
                return dict(answer["result"])
            self.events.append(answer)

    def _until(self, wanted: Any, session: str) -> None:
        while not any(wanted(event) for event in self.events if event.get("sessionId") == session):
            self.events.append(self._next(HANGS))

    def _next(self, seconds: float) -> Json:
        deadline = time.monotonic() + seconds
        while b"\0" not in self._waiting:
            ready, _write, _error = select.select([self._from], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("Chromium does not answer")
            if not (part := os.read(self._from, 1 << 20)):
                raise OSError("Chromium has gone")
            self._waiting += part
        message, _nul, self._waiting = self._waiting.partition(b"\0")
        return dict(json.loads(message))


class Page:
    """One page in it."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session

    def call(self, method: str, **parameters: object) -> Json:
        """Ask about this page."""
        return self._browser.call(method, self._session, 30.0, **parameters)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; promises are waited for. Raise OSError if it throws."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )  # fmt: skip
        if "exceptionDetails" in answer:
            raise OSError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def screenshot(self, *, whole: bool = False) -> bytes:
        """PNG of what is seen; `whole`: of the page in full."""
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(answer["data"])

    @property
    def complaints(self) -> list[str]:
        """What was written to the console, warnings and errors of the browser too."""
        mine = [event for event in self._browser.events if event.get("sessionId") == self._session]
        said = [event["params"]["entry"]["text"] for event in mine if event["method"] == "Log.entryAdded"]
        names = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown")
        return said + [json.dumps(event["params"]) for event in mine if event["method"] in names]

    @property
    def requests(self) -> list[str]:
        """Every address it asked for, its own among them."""
        return [
            event["params"]["request"]["url"]
            for event in self._browser.events
            if event.get("sessionId") == self._session and event["method"] == "Network.requestWillBeSent"
        ]
