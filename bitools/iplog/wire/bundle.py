"""What is handed to a prosecutor: one zip file that proves itself with openssl, zstd and sha256sum.

    tutanak.html, .pdf   the page to sign              frames/<sha256>.zst   the frames that hold the lines
    answer.json          the answer                    seals/                manifests, lists, tokens
    lines.txt            the lines, as written         ca.pem                who vouches for the tokens
    verify.sh            the commands that prove it    SHA256SUMS

A frame holds some thousand lines that follow each other; of no other frame and no other day is anything here.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from bitools.state import write

SCRIPT = """#!/bin/sh
# Proves this bundle with sha256sum, zstd and openssl alone. Every line that is printed should say OK.
set -eu
cd "$(dirname "$0")"
sha256sum -c SHA256SUMS
for frame in frames/*.zst; do                      # a frame's lines are those that a list names
    sum=$(zstd -dcq "$frame" | sha256sum | cut -c1-64)
    [ "frames/$sum.zst" = "$frame" ] && grep -q "^$sum " seals/*.list && echo "$frame: OK"
done
for list in seals/*.list; do                       # a list is the one that its manifest names
    manifest="${list%.list}.json"
    grep -q "\\"list\\":\\"$(sha256sum "$list" | cut -c1-64)\\"" "$manifest" && echo "$list: OK"
done
before=""
for manifest in seals/*.json; do                   # every manifest names the one before it
    if [ -n "$before" ]; then
        grep -q "\\"previous\\":\\"$(sha256sum "$before" | cut -c1-64)\\"" "$manifest" && echo "$manifest: OK"
    fi
    before="$manifest"
done
"""
STAMP = """# the time authority says that the manifest existed at {time}
openssl ts -verify -data seals/{number:06d}.json -in seals/{number:06d}.tsr \\
    -CAfile ca.pem -attime {epoch}
openssl ts -verify -data seals/{number:06d}.json -in seals/{number:06d}.zd -token_in \\
    -CAfile ca.pem -attime {epoch}
"""


def pack(target: Path, files: Mapping[str, bytes]) -> None:
    """Write the zip file, 0600, whole or not at all; the same content makes the same bytes."""
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    everything = {**files, "SHA256SUMS": sums.encode()}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(everything):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".zst") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, everything[name])
    write(target, held.getvalue(), 0o600)
