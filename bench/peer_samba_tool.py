"""The peer: samba-tool as a script would call it, three times a person. usage: PEOPLE.json HOST

It reads the administrator's password from the file that PASSWD_FILE names.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """An account with a password, and its two groups. Raise CalledProcessError at the first failure."""
    people, host = json.loads(Path(sys.argv[1]).read_text()), sys.argv[2]
    there = [
        *("-H", f"ldaps://{host}", "--simple-bind-dn=Administrator@belediye.test"),
        "--option=tls verify peer = no_check",
    ]
    for person in people:
        name = person["sam"]
        words = [
            *("create", name, person["password"], "--userou", "OU=Memur,OU=Personel"),
            *("--given-name", person["given"], "--surname", person["surname"], "--must-change-at-next-login"),
        ]
        subprocess.run(["samba-tool", "user", *words, *there], check=True, capture_output=True)
        for group in ("Personel", "Yazicilar"):
            words = ["group", "addmembers", group, name]
            subprocess.run(["samba-tool", *words, *there], check=True, capture_output=True)


if __name__ == "__main__":
    main()
