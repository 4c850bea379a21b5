"""What crosses to the account: nothing that the caller's shell, folder or limits could turn against it."""

from __future__ import annotations

import json
import stat

import pytest

from lab.machine import HOME, PROGRAM, Machine
from lab.switches import SwitchFarm
from tests.system.test_machine import box, done, farm, net  # noqa: F401 - fixtures

pytestmark = pytest.mark.xdist_group("machine")

# A program, a module, a library that says as whom it was run; in every place that a variable can name.
PLANT = r"""
set -e; cd /srv/intruder; mkdir -p bitools bin .config/bitools tr/LC_MESSAGES
printf '#!/bin/sh\nid -u >> /srv/intruder/trace\n' > bin/run; chmod 755 bin/run
for one in git restic ssh sudo-askpass age gpg python3 visudo less editor chromium mount sh; do cp bin/run bin/$one; done
printf 'import os\nopen("/srv/intruder/trace", "a").write(f"{os.getuid()} {os.geteuid()}\\n")\n' > sitecustomize.py
cp sitecustomize.py usercustomize.py; cp sitecustomize.py bitools/__init__.py; cp sitecustomize.py json.py
printf '[core]\n\tfsmonitor = /srv/intruder/bin/run\n\thooksPath = /srv/intruder/bin\n\tsshCommand = /srv/intruder/bin/run\n' > .gitconfig
touch trace; chmod 666 trace; chmod 777 .
"""
HOSTILE = {
    "PATH": "/srv/intruder/bin:/opt/bitools/bin:/usr/bin:/bin", "HOME": "/srv/intruder",
    "PYTHONPATH": "/srv/intruder", "PYTHONSTARTUP": "/srv/intruder/json.py", "PYTHONHOME": "/srv/intruder",
    "PYTHONINSPECT": "1", "PYTHONBREAKPOINT": "json.x", "PYTHONUSERBASE": "/srv/intruder",
    "GIT_DIR": "/srv/intruder", "GIT_EXEC_PATH": "/srv/intruder/bin", "GIT_SSH": "/srv/intruder/bin/run",
    "GIT_EXTERNAL_DIFF": "/srv/intruder/bin/run", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor",
    "GIT_CONFIG_VALUE_0": "/srv/intruder/bin/run", "GIT_PAGER": "/srv/intruder/bin/run",
    "GIT_TEMPLATE_DIR": "/srv/intruder", "GIT_ALTERNATE_OBJECT_DIRECTORIES": "/srv/intruder",
    "RESTIC_PASSWORD_COMMAND": "/srv/intruder/bin/run", "RESTIC_REPOSITORY": "/srv/intruder",
    "LD_PRELOAD": "/srv/intruder/x.so", "LD_LIBRARY_PATH": "/srv/intruder", "GCONV_PATH": "/srv/intruder",
    "XDG_CONFIG_HOME": "/srv/intruder/.config", "XDG_CACHE_HOME": "/srv/intruder", "XDG_RUNTIME_DIR": "/srv/intruder",
    "TMPDIR": "/srv/intruder", "LOCPATH": "/srv/intruder", "NLSPATH": "/srv/intruder/%N", "TERMINFO": "/srv/intruder",
    "LANGUAGE": "../../../../srv/intruder/tr", "LC_ALL": "/srv/intruder", "BITOOLS_LANG": "../../srv/intruder",
    "TZ": "/srv/intruder/x", "BASH_ENV": "/srv/intruder/bin/run", "ENV": "/srv/intruder/bin/run",
    "SSH_AUTH_SOCK": "/srv/intruder/s", "SSL_CERT_FILE": "/srv/intruder/x", "OPENSSL_CONF": "/srv/intruder/x",
    "CREDENTIALS_DIRECTORY": "/srv/intruder", "SUDO_USER": "root", "SUDO_UID": "0", "LOGNAME": "root",
    "SUDO_ASKPASS": "/srv/intruder/bin/run", "COLUMNS": "999999999",
}  # fmt: skip


@pytest.mark.torture
def test_nothing_of_the_callers_environment_or_folder_is_obeyed(net: Machine) -> None:  # noqa: F811
    done(net.bitools("setup"))
    net.write("/etc/sudoers.d/loose", "Defaults !env_reset, setenv\nDefaults !secure_path\n", 0o440)
    assert net.bitools("net", "trust", "--yes").returncode == 0
    net.person("kizgin", "bitools")
    net.run("install", "-d", "-o", "kizgin", "/srv/intruder", check=True)
    done(net.run("bash", "-c", PLANT, user="kizgin"))
    mine = net.path(f"{HOME}/kizgin").stat().st_uid
    sudo = ("/usr/bin/sudo", "-n", "-u", "bitools", PROGRAM)
    for words in (
        ("net", "snapshot"),
        ("ledger", "verify"),
        ("net", "history"),
        ("report", "daily"),
        ("doctor",),
    ):
        inside = ("/bin/sh", "-c", 'cd /srv/intruder && exec "$@"', "sh", *sudo, *words)
        answer = net.run(*inside, user="kizgin", environ=HOSTILE)
        assert answer.returncode in (0, 4), answer.stdout + answer.stderr
        net.run(
            "/bin/sh",
            "-c",
            'cd /srv/intruder && exec "$@"',
            "sh",
            PROGRAM,
            *words,
            user="kizgin",
            environ=HOSTILE,
        )
    traces = set(net.path("/srv/intruder/trace").read_text().split())
    assert traces <= {str(mine)}, "what is run with other rights than the caller's own"
    left = [path for path in net.path("/srv/intruder").rglob("*") if path.lstat().st_uid != mine]
    assert left == []
    entries = json.loads(done(net.bitools("ledger", "show", "--json")))["items"]
    assert {entry["actor"] for entry in entries} <= {"root", "kizgin"}
    assert json.loads(done(net.bitools("net", "history", "--json")))["items"]


LIMITS = (
    "ulimit -f 0", "ulimit -f 8", "ulimit -n 16", "ulimit -v 200000", "ulimit -t 1", "umask 777", "umask 0",
    "trap '' CHLD", "trap '' XFSZ PIPE INT TERM HUP", "exec <&-", "exec >&-", "exec 2>&-", "exec <&- >&- 2>&-",
    "exec >/dev/full",
)  # fmt: skip


@pytest.mark.torture
def test_no_limit_of_the_callers_leaves_half_of_anything(net: Machine, farm: SwitchFarm) -> None:  # noqa: F811
    done(net.bitools("setup"))
    done(net.bitools("net", "trust", "--yes"))
    net.person("kizgin", "bitools")
    for number, limit in enumerate(LIMITS):
        farm["sw-01"].configure([f"ntp server 10.0.1.{number + 1}"])
        for words in ("net snapshot", f"net ack --all --reason {number} --yes"):
            answer = net.run("bash", "-c", f"{limit}; exec {PROGRAM} {words}", user="kizgin")
            assert "bug in bitools" not in answer.stderr, (limit, answer.stderr)
        for words in (("ledger", "verify"), ("net", "verify")):
            proof = net.bitools(*words)
            assert proof.returncode == 0, (limit, words, proof.stdout + proof.stderr)
        top = net.path("/var/lib/bitools")
        wrong = [
            (str(path.relative_to(top)), oct(mode))
            for path in top.rglob("*")
            if (mode := stat.S_IMODE(path.lstat().st_mode)) & 0o027 or not mode & 0o400
        ]
        assert wrong == [], limit
    done(net.bitools("net", "snapshot", user="kizgin"))
    assert "10.0.1.14" in done(net.bitools("net", "show", "sw-01"))


def test_auditors_show_and_prove_and_do_nothing_else(net: Machine) -> None:  # noqa: F811
    settings = net.path("/etc/bitools/settings.yaml")
    settings.write_text(settings.read_text() + "auditors: denetim\n")
    net.write("/etc/bitools/iplog.yaml", "sources:\n  dhcp: {format: dhcpd, path: /var/log/dhcp/dhcpd.log}\n")
    done(net.bitools("setup"))
    net.person("deniz", "denetim")
    for words in (
        ("ledger", "verify"), ("ledger", "show", "--lang", "tr"), ("--lang", "en", "ledger", "show", "--json"),
        ("ledger", "export", "defter.jsonl"), ("iplog", "status"), ("iplog", "verify"),
    ):  # fmt: skip
        answer = net.bitools(*words, user="deniz")
        assert answer.returncode in (0, 4), (words, answer.stdout + answer.stderr)
    assert net.path(f"{HOME}/deniz/defter.jsonl").stat().st_size > 0
    refused = (
        ("ledger", "continue", "--reason", "x"), ("net", "snapshot"), ("user", "list"), ("backup", "status"),
        ("iplog", "who", "10.0.0.1", "--at", "today"), ("iplog", "purge", "--yes"), ("report", "flush"), ("doctor",),
    )  # fmt: skip
    for words in refused:
        assert net.bitools(*words, user="deniz").returncode == 5, words
        forced = net.run("sudo", "-n", "-u", "bitools", PROGRAM, *words, user="deniz")
        assert (forced.returncode, "sudo" in forced.stderr) == (1, True), words
    for words in (
        ("ledger show", "net", "snapshot"),
        ("ledger", "show\nnet", "snapshot"),
        ("-v", "net", "snapshot"),
    ):
        forced = net.run("sudo", "-n", "-u", "bitools", PROGRAM, *words, user="deniz")
        assert forced.returncode in (1, 2), (words, forced.stdout + forced.stderr)


def test_a_break_is_acknowledged_by_root_alone_and_through_sudo(net: Machine) -> None:  # noqa: F811
    done(net.bitools("setup"))
    net.person("ayse", "bitools")
    net.write("/etc/sudoers.d/ayse", "ayse ALL=(root) NOPASSWD: ALL\n", 0o440)
    done(net.bitools("net", "trust", "--yes", user="ayse"))
    done(net.bitools("net", "snapshot", user="ayse"))
    [page, *_others] = sorted(net.path("/var/lib/bitools/ledger").glob("*.jsonl"))
    lines = page.read_text().splitlines(keepends=True)
    page.write_text("".join(lines[:-1]))
    words = ("ledger", "continue", "--reason", "kesildi")
    assert net.bitools("ledger", "verify", user="ayse").returncode == 15
    refused = net.bitools(*words, user="ayse")
    assert (refused.returncode, "sudo bitools ledger continue" in refused.stderr) == (5, True), refused.stderr
    forced = net.run("sudo", "-n", "-u", "bitools", PROGRAM, *words, user="ayse")
    assert forced.returncode == 5, "as the account it is no root either"
    assert net.bitools("ledger", "verify", user="ayse").returncode == 15, "and nothing was acknowledged"
    done(net.run("sudo", "-n", PROGRAM, *words, user="ayse"))
    done(net.bitools("ledger", "verify", user="ayse"))
    shown = json.loads(
        done(net.bitools("ledger", "show", "--action", "ledger.continue", "--json", user="ayse"))
    )
    assert {item["actor"] for item in shown["items"]} == {"ayse"}, "who it was, though root did it"
    assert (
        net.run("find", "/var/lib/bitools/ledger", "/var/lib/bitools/history", "!", "-user", "bitools").stdout
        == ""
    )


def test_the_account_reads_the_logs_that_it_follows_and_no_others(net: Machine) -> None:  # noqa: F811
    net.run("install", "-d", "-m", "750", "/var/log/dhcp", check=True)
    net.write("/var/log/dhcp/dhcpd.log", "x\n", 0o640)
    net.write("/var/log/dhcp/dhcpd.log.1", "y\n", 0o600)
    net.write("/var/log/dhcp/secret", "z\n", 0o600)
    net.write("/etc/bitools/iplog.yaml", "sources:\n  dhcp: {format: dhcpd, path: /var/log/dhcp/dhcpd.log}\n")
    before = done(net.run("ls", "-l", "/var/log/dhcp"))
    steps = json.loads(done(net.bitools("setup", "--json")))["items"]
    changed = [item["target"] for item in steps if item["kind"] == "rights"]
    assert changed == ["/var/log/dhcp", "/var/log/dhcp/dhcpd.log", "/var/log/dhcp/dhcpd.log.1"]
    rotate = "cd /var/log/dhcp; mv dhcpd.log dhcpd.log.2; echo new > dhcpd.log; chmod 640 dhcpd.log"
    done(net.run("bash", "-c", rotate))
    account = ("setpriv", "--reuid=bitools", "--regid=_bitools", "--clear-groups")
    assert net.run(*account, "sh", "-c", "cat /var/log/dhcp/dhcpd*").stdout == "new\ny\nx\n"
    assert net.run(*account, "cat", "/var/log/dhcp/secret").returncode == 1
    assert net.run(*account, "sh", "-c", "echo x >> /var/log/dhcp/dhcpd.log").returncode == 2
    net.person("zeki")
    assert net.run("cat", "/var/log/dhcp/dhcpd.log", user="zeki").returncode == 1
    assert json.loads(done(net.bitools("setup", "--json")))["items"] == []
    done(net.run("bash", "-c", "cd /var/log/dhcp; mv dhcpd.log.2 dhcpd.log"))
    done(net.bitools("setup", "--remove"))
    assert done(net.run("ls", "-l", "/var/log/dhcp")) == before
