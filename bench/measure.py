"""Run a command and print what it cost, as one line of JSON: a process of its own, and a small one.

A child's peak of memory counts from its parent's size on (`ru_maxrss`, getrusage(2)), so the parent must be
nothing. The last line the command prints, if it is a number, is a time that it has measured itself.
"""

import json
import os
import resource
import subprocess
import sys
import time


def main() -> int:
    """The command's own exit code; its errors go where ours go."""
    began = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
    last = b""
    assert process.stdout
    for line in process.stdout:
        last = line
    code = process.wait()
    wall = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        told = float(last)
    except ValueError:
        told = 0.0
    cost = {
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
        "told": told,
    }
    os.write(1, json.dumps(cost).encode())
    return code


if __name__ == "__main__":
    sys.exit(main())
