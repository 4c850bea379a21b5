"""What a killed git leaves behind in the store: locks that nobody holds any more.

We hold our own lock meanwhile, so no other run of ours is at work. But a git may outlive the run that
started it, and finish: it gets a moment.
"""

from __future__ import annotations

import time
from pathlib import Path

_MOMENT = 5.0  # seconds; git holds a lock for milliseconds
_LOCKS = (
    "HEAD.lock",
    "config.lock",
    "packed-refs.lock",
    "refs/heads/main.lock",
    "refs/heads/remasked.lock",
    "objects/info/commit-graph.lock",
    "objects/info/commit-graphs/commit-graph-chain.lock",
    "gc.pid.lock",
)


def clear(store: Path) -> None:
    """Remove the locks of git in this bare repository, each once it is older than a moment."""
    for lock in (store / name for name in _LOCKS):
        while lock.exists():
            try:
                left = lock.stat().st_mtime + _MOMENT - time.time()
                if not 0 < left <= _MOMENT:
                    lock.unlink()
            except FileNotFoundError:
                break  # git has finished
            time.sleep(0.05)
