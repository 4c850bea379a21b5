#!/usr/bin/env bash
# `make demo`: set up what is missing, then run the main job on a lab of real parts (lab/demo.py).
#
# As root, or with sudo that asks nothing, everything runs. As a plain user it runs in a network namespace of its own,
# without what needs root, and says so. The installs and the run are timed apart.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:/usr/sbin:/sbin"    # a plain user's path leaves the servers out

began=$SECONDS
make --no-print-directory -s venv
bash lab/install.sh system || echo "going on without what is missing" >&2
bash lab/install.sh ansible
export INSTALL_SECONDS=$((SECONDS - began))

if ! [ -x "$(command -v restic)" ]; then
    echo "make demo: restic is not installed: apt-get install restic" >&2
    exit 10
fi
if [ "$(id -u)" = 0 ]; then
    exec .venv/bin/python -m lab.demo build/demo
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    # The lab needs root for namespaces and low ports; what it leaves behind belongs to who called.
    code=0
    sudo -n env INSTALL_SECONDS="$INSTALL_SECONDS" PATH="$PATH" TERM="${TERM:-dumb}" BITOOLS_LANG="${BITOOLS_LANG:-}" \
        LANG="${LANG:-}" .venv/bin/python -m lab.demo build/demo || code=$?
    sudo -n chown -R "$(id -u):$(id -g)" build/demo
    exit $code
fi
exec unshare -Urn .venv/bin/python -m lab.demo build/demo --without-root
