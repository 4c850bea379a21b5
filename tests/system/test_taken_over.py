"""A state of an earlier version, which the whole group could write, is taken over: whole, and disarmed."""

from __future__ import annotations

import hashlib
import stat

import pytest

from lab.machine import Machine
from tests.system.test_machine import box, differences, done, farm, net, picture  # noqa: F401 - fixtures

pytestmark = [pytest.mark.xdist_group("machine"), pytest.mark.torture]

STATE = "/var/lib/bitools"
# git's own commands make it, as an earlier version did; the second commit lies in a pack.
STORE = r"""
set -e; umask 007; cd /var/lib/bitools; rm -rf history
git init -q --bare --initial-branch=main --shared=group history; cd history
for text in one two; do
    blob=$(printf 'hostname sw-01\nsnmp-server location %s\n' $text | git hash-object -w --stdin)
    tree=$(printf '100644 blob %s\tsw-01.cfg\n' $blob | git mktree)
    folder=$(printf '040000 tree %s\tmerkez\n' $tree | git mktree)
    head=$(git -c user.name=bitools -c user.email=bitools@belediye.test commit-tree $folder \
        $(git rev-parse -q --verify main | sed 's/^/-p /') -m "sw-01: $text")
    git update-ref refs/heads/main $head
    git repack -q -a -d
done
git update-server-info
chgrp -R bitools .; chmod -R g+w .; find . -type d -exec chmod 2770 {} +
"""
TRUSTING = "export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*';"
RUN = "printf '#!/bin/sh\\nid -u >> /srv/trace\\n' > /srv/intruder/run; chmod 755 /srv/intruder/run; "
ATTACKS = {
    "hook": "mkdir -p hooks; for one in reference-transaction post-index-change pre-auto-gc post-rewrite; "
    "do ln -sf /srv/intruder/run hooks/$one; done",
    "hooks path": "mkdir -p /srv/intruder/hooks; cp /srv/intruder/run /srv/intruder/hooks/reference-transaction; "
    "printf '[core]\\n\\thooksPath = /srv/intruder/hooks\\n' >> config",
    "textconv": "printf '[diff \"x\"]\\n\\ttextconv = /srv/intruder/run\\n\\tcommand = /srv/intruder/run\\n' >> config; "
    "mkdir -p info; echo '* diff=x filter=x' > info/attributes",
    "filter": "printf '[filter \"x\"]\\n\\tsmudge = /srv/intruder/run\\n\\tclean = /srv/intruder/run\\n' >> config; "
    "mkdir -p info; echo '* filter=x' > info/attributes",
    "include": "printf '[core]\\n\\tfsmonitor = /srv/intruder/run\\n\\tpager = /srv/intruder/run\\n' > /srv/intruder/more; "
    "printf '[include]\\n\\tpath = /srv/intruder/more\\n' >> config",
    "promisor": "printf '[core]\\n\\trepositoryformatversion = 1\\n[extensions]\\n\\tpartialClone = origin\\n"
    '[protocol "ext"]\\n\\tallow = always\\n[remote "origin"]\\n\\tpromisor = true\\n'
    "\\turl = ext::/srv/intruder/run\\n' >> config; for one in objects/pack/*.pack; do : > ${one%.pack}.promisor; done",
    "alternates": "mkdir -p /srv/intruder/objects; echo /srv/intruder/objects > objects/info/alternates; "
    "printf '[core]\\n\\talternateRefsCommand = /srv/intruder/run\\n' >> config",
    "worktree": "printf '[core]\\n\\trepositoryformatversion = 1\\n[extensions]\\n\\tworktreeConfig = true\\n' >> config; "
    "printf '[core]\\n\\tfsmonitor = /srv/intruder/run\\n\\thooksPath = /srv/intruder\\n' > config.worktree",
    "credentials and ssh": "printf '[core]\\n\\tsshCommand = /srv/intruder/run\\n\\tgitProxy = /srv/intruder/run\\n"
    "\\taskPass = /srv/intruder/run\\n[credential]\\n\\thelper = /srv/intruder/run\\n"
    "[gpg]\\n\\tprogram = /srv/intruder/run\\n[uploadpack]\\n\\tpackObjectsHook = /srv/intruder/run\\n' >> config",
    "replaced": "first=$(git rev-list --max-parents=0 main); mkdir -p refs/replace; "
    "echo $first > refs/replace/$(git rev-parse main); git rev-parse main > shallow",
}
TICKS = (
    ("net", "trust", "--yes"),
    ("net", "snapshot"),
    ("net", "history", "--patch"),
    ("net", "show", "sw-01"),
    ("net", "search", "snmp"),
    ("net", "verify"),
    ("report", "daily"),
    ("doctor",),
)


def test_no_way_in_which_git_can_be_led_is_open_to_a_member(net: Machine) -> None:  # noqa: F811
    done(net.run("groupadd", "--system", "bitools"))
    net.person("kizgin", "bitools")
    net.run("install", "-d", "-o", "kizgin", "/srv/intruder", check=True)
    net.write("/srv/trace", "", 0o666)
    for name, attack in ATTACKS.items():
        net.run("rm", "-rf", STATE, check=True)
        for folder in (STATE, f"{STATE}/ledger", f"{STATE}/history"):
            net.run("install", "-d", "-m", "2770", "-g", "bitools", folder, check=True)
        done(net.run("bash", "-c", STORE))
        done(net.run("bash", "-c", f"set -e; {TRUSTING} {RUN} cd {STATE}/history; {attack}", user="kizgin"))
        net.path("/srv/trace").write_text("")  # what the member's own git set off
        done(net.bitools("setup"))
        told = ""
        for words in TICKS:
            answer = net.bitools(*words)
            assert answer.returncode in (0, 3, 4, 15), (name, words, answer.stdout + answer.stderr)
            told += answer.stdout + answer.stderr
        assert net.path("/srv/trace").read_text() == "", name
        assert list(net.path(f"{STATE}/set-aside").iterdir()), (name, "it is kept for whoever looks")
        assert "set aside" in told, (name, "and somebody is told")
        assert "location two" in told, (name, "the newest configuration is shown, not another")
        done(net.bitools("setup", "--remove"))


def test_taking_over_changes_whose_it_is_and_nothing_else(net: Machine) -> None:  # noqa: F811
    """Every file of the machine before and after; what lay in the state says what it said."""
    done(net.run("groupadd", "--system", "bitools"))
    assert net.bitools("net", "trust", "--yes").returncode == 0
    assert net.bitools("net", "snapshot").returncode == 0
    done(net.bitools("report", "daily"))
    net.run("bash", "-c", f"chgrp -R bitools {STATE}; chmod -R g+rwX {STATE}", check=True)
    net.run("find", STATE, "-type", "d", "-exec", "chmod", "2770", "{}", "+", check=True)
    assert net.bitools("net", "history").returncode == 10, "nothing is read until it is taken over"
    before, texts = picture(net), contents(net)
    done(net.bitools("setup", "--dry-run"))
    assert picture(net) == before
    done(net.bitools("setup"))
    after = contents(net)
    assert {path for path in texts if after.get(path) != texts[path]} <= {"ledger/ledger.jsonl"}
    assert set(after) - set(texts) <= {"setup.json", "names.json", "lock"} | {
        path for path in after if path.startswith(("ledger/", "locks/", "set-aside/"))
    }
    for path in net.path(STATE).rglob("*"):
        status = path.lstat()
        assert not status.st_mode & (stat.S_IWGRP | stat.S_IRWXO), path
    assert "sw-01" in done(net.bitools("net", "history"))
    assert "whole" in done(net.bitools("ledger", "verify"))
    outside = {path for path in differences(before, picture(net)) if not path.startswith(STATE)}
    done(net.bitools("setup", "--remove"))
    back = {path for path in differences(before, picture(net)) if not path.startswith(STATE)}
    assert outside, "an account, a drop-in, units"
    assert back <= {path for path in outside if "/etc/" in path and path.endswith("-")} | NOTED_BY_LOGIN, back
    kept = contents(net)
    assert {path for path in texts if kept.get(path) != texts[path]} <= {
        "ledger/ledger.jsonl",
        "evidence.json",
    }


NOTED_BY_LOGIN = {"/etc/.pwd.lock"}


def contents(machine: Machine) -> dict[str, str]:
    """What every file of the state holds."""
    top = machine.path(STATE)
    return {
        str(path.relative_to(top)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in top.rglob("*")
        if path.is_file() and not path.is_symlink() and path.suffix != ".lock"
    }
