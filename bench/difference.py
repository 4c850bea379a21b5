"""The semantic difference of 100,000 lines, 1 % of them changed: against hier_config, and against `git diff`.

Each side of the first contest also answers the table of cases in which order, spelling and repetition count,
and says how many it has wrong: ours must have none. `python -m bench.difference ours|hier_config OLD NEW` is
a side; it prints the seconds of processor that parsing and comparing took.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.configurations import write
from bench.frame import BITOOLS, Contest

LINES = 100_000
CASES: Mapping[str, tuple[str, str, bool]] = {
    "named access list": (
        "ip access-list extended A\n permit tcp any any\n deny ip any any\n",
        "ip access-list extended A\n deny ip any any\n permit tcp any any\n",
        True,
    ),
    "numbered access list": (
        "access-list 10 permit 10.0.0.0 0.255.255.255\naccess-list 10 deny any\n",
        "access-list 10 deny any\naccess-list 10 permit 10.0.0.0 0.255.255.255\n",
        True,
    ),
    "name servers": (
        "ip name-server 10.0.0.1\nip name-server 10.0.0.2\n",
        "ip name-server 10.0.0.2\nip name-server 10.0.0.1\n",
        True,
    ),
    "AAA servers": (
        "aaa group server radius R\n server name A\n server name B\n",
        "aaa group server radius R\n server name B\n server name A\n",
        True,
    ),
    "interface blocks": (
        "interface Gi1/0/1\n mtu 9000\ninterface Gi1/0/2\n mtu 1500\n",
        "interface Gi1/0/2\n mtu 1500\ninterface Gi1/0/1\n mtu 9000\n",
        False,
    ),
    "VLAN list in two lines": (
        "interface Gi1/0/1\n switchport trunk allowed vlan 10,20,30\n",
        "interface Gi1/0/1\n switchport trunk allowed vlan 10,20\n switchport trunk allowed vlan add 30\n",
        False,
    ),
    "line twice": (
        "interface Gi1/0/1\n switchport mode access\n",
        "interface Gi1/0/1\n switchport mode access\n switchport mode access\n",
        False,
    ),
    "no shutdown": (
        "interface Gi1/0/1\n no shutdown\n mtu 9000\n",
        "interface Gi1/0/1\n mtu 9000\n",
        False,
    ),
    "short name": (
        "interface GigabitEthernet1/0/1\n mtu 9000\n",
        "interface Gi1/0/1\n mtu 9000\n",
        False,
    ),
    "banner": ("banner motd ^C\nbir\n^C\n", "banner motd ^C\niki\n^C\n", True),
    "nested class": (
        "policy-map P\n class VOICE\n  priority percent 10\n",
        "policy-map P\n class VOICE\n  priority percent 20\n",
        True,
    ),
}


@contextmanager
def contests() -> Iterator[list[Contest]]:
    """The same two files for everybody; four times as many lines for ourselves."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        old, new = map(str, write(folder, LINES))
        more = tuple(map(str, write(folder, 4 * LINES)))
        none = folder / "none.cfg"
        none.touch()
        side = [sys.executable, "-m", "bench.difference"]
        command = [*BITOOLS, "net", "diff", "--platform", "cisco_ios", "--files"]
        yield [
            Contest(
                f"difference of {LINES} lines, in process", [*side, "ours", old, new],
                [*side, "hier_config", old, new], "hier_config", 0.1, "told",
            ),
            Contest(
                f"difference of {4 * LINES} lines, in process", [*side, "ours", *more],
                [*side, "ours", old, new], f"{LINES} lines", 5.5, "told",
            ),
            Contest(
                f"net diff --files, {LINES} lines, less start-up", [*command, old, new],
                ["sh", "-c", 'git diff --no-index "$1" "$2"; test $? = 1', "sh", old, new],
                "git diff --no-index", 8.0,
                start_up=[*command, str(none), str(none)],
            ),
        ]  # fmt: skip


def _ours() -> Callable[[str, str], bool]:
    from bitools import platforms
    from bitools.net.verbs.compare import difference

    platform = platforms.load("cisco_ios")
    return lambda old, new: bool(difference(old, new, platform)["changes"])


def _hier_config() -> Callable[[str, str], bool]:
    from hier_config import Platform, WorkflowRemediation, get_hconfig
    from hier_config.exceptions import DuplicateChildError

    def compare(old: str, new: str) -> bool:
        try:
            sides = [get_hconfig(Platform.CISCO_IOS, text) for text in (old, new)]
            return bool(list(WorkflowRemediation(*sides).remediation_config.all_children()))
        except DuplicateChildError:
            return True  # no answer; to an admin that is a change to look at

    return compare


def _main(name: str, old: Path, new: Path) -> int:
    compare = {"ours": _ours, "hier_config": _hier_config}[name]()
    texts = old.read_text(), new.read_text()
    compare(*(text[:2000] for text in texts))  # imports and patterns are no part of it
    gc.collect()
    began = time.process_time()
    assert compare(*texts)
    seconds = time.process_time() - began
    wrong = [case for case, (one, other, differs) in CASES.items() if compare(one, other) != differs]
    print(f"{len(wrong)} of {len(CASES)} cases wrong: {', '.join(wrong)}", file=sys.stderr)
    print(seconds)
    return 1 if wrong and name == "ours" else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1], *map(Path, sys.argv[2:])))
