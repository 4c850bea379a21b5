#!/usr/bin/env bash
# What a fresh Debian 12 lacks: the Python environment, and the servers that the lab is made of.
#
#   lab/install.sh python    .venv with bitools and everything to test it
#   lab/install.sh system    restic, Samba, FRR, OpenSSH, …: real counterparts
#   lab/install.sh ansible   .venv-ansible: Ansible must not share our environment
#   lab/install.sh lock      requirements*.lock anew
#
# Nothing is done twice. Packages are only ever added; services that packages bring are not started.
set -euo pipefail
cd "$(dirname "$0")/.."

PACKAGES=(restic git tmux age openssl zstd libfaketime iproute2 dnsmasq-base openssh-server openssh-client frr
          samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind python3-samba
          python3-gssapi groff-base)

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 77; fi
}

missing() {   # of these packages, those that are not installed
    local package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || echo "$package"
    done
}

apt_install() {   # install what is missing; 77 if that needs a root we are not
    local lacking
    mapfile -t lacking < <(missing "$@")
    [ ${#lacking[@]} -gt 0 ] || return 0
    echo "installing: ${lacking[*]}" >&2
    # A package's service would start by itself: this policy, for the time of the install, says no.
    local policy=/usr/sbin/policy-rc.d
    as_root true || { echo "needs root: apt-get install ${lacking[*]}" >&2; return 77; }
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null; as_root chmod 755 $policy; trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT; }
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 update >/dev/null
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
        install -y --no-install-recommends "${lacking[@]}" >/dev/null 2> >(grep -v '^debconf: delaying' >&2)
}

python_environment() {
    local python=${PYTHON:-python3}
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed" >&2; exit 1; }
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        apt_install python3-venv || { echo "then run this again" >&2; exit 1; }
    fi
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
    touch .venv/.installed
}

lock() {   # the newest versions that pyproject.toml allows, with the hashes of all their files
    "${PYTHON:-python3}" -m venv build/pip-tools
    build/pip-tools/bin/python -m pip install -q --disable-pip-version-check 'pip-tools>=7.4'
    local compile=(build/pip-tools/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-annotate
                   --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links)
    "${compile[@]}" --extra dev --build-deps-for editable --build-deps-for wheel -o requirements-dev.lock pyproject.toml
    grep -oE '^[^ #]+==[^ ]+' requirements-dev.lock > build/constraints.txt
    "${compile[@]}" --constraint build/constraints.txt -o requirements.lock pyproject.toml
}

ansible_environment() {
    exec 9>.venv-ansible.lock  # tests may ask for it at the same time
    flock 9
    [ -x .venv-ansible/bin/ansible-playbook ] && return
    "${PYTHON:-python3}" -m venv .venv-ansible
    .venv-ansible/bin/python -m pip install -q --disable-pip-version-check 'ansible-core>=2.16,<2.20'
}

case ${1:-} in
    python)  python_environment ;;
    lock)    lock ;;
    system)  apt_install "${PACKAGES[@]}" ;;
    ansible) ansible_environment ;;
    *)       sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
