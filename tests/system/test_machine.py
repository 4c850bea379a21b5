"""A machine with administrators: whose the state is, who may do what, and what a hostile one gains."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.machine import HOME, PROGRAM, Machine, machine
from lab.packages import require_for_test, require_root_for_test
from lab.patience import HANGS
from lab.switches import ENABLE_PASSWORD, Switch, SwitchFarm
from tests.terminal import Dialogue

pytestmark = pytest.mark.xdist_group("machine")


@pytest.fixture
def box() -> Iterator[Machine]:
    require_root_for_test("a mount namespace")
    require_for_test("sudo", "restic", "git", "util-linux")
    with machine() as made:
        made.write("/etc/bitools/settings.yaml", "organisation: Efeler Belediyesi\nlanguage: en\n")
        yield made


@pytest.fixture
def farm() -> Iterator[SwitchFarm]:
    with SwitchFarm([Switch("sw-01", "cisco_ios")]) as switches:
        yield switches


@pytest.fixture
def net(box: Machine, farm: SwitchFarm) -> Machine:
    """The machine has a switch in its inventory."""
    box.write("/etc/bitools/netops.key", "lab-netops-2026\n", 0o600)
    box.write("/etc/bitools/enable.key", ENABLE_PASSWORD + "\n", 0o600)
    box.write("/etc/bitools/sites.yaml", "sites:\n  merkez: {}\n")
    one = farm["sw-01"]
    box.write(
        "/etc/bitools/devices.yaml",
        "defaults: {username: netops, password: file:netops.key, enable_password: file:enable.key, site: merkez}\n"
        f"devices:\n  sw-01: {{host: {one.host}, port: {one.port}, platform: cisco_ios}}\n",
    )
    return box


def done(answer: subprocess.CompletedProcess[str], code: int = 0) -> str:
    assert answer.returncode == code, answer.stdout[-2000:] + answer.stderr[-2000:]
    return answer.stdout


Seen = tuple[int, int, int, str] | None
# What the shadow suite keeps of before, its lock, and what a login or a package's program notes by itself.
NOTED = re.compile(
    r"/etc/(passwd|group|shadow|gshadow|subuid|subgid)-|/etc/\.pwd\.lock|/var/(log|cache|tmp|lib/sudo)/.*"
)


def seen(path: Path) -> Seen:
    """Whose a file is, its mode, its content; None if it is not there."""
    try:
        status = path.lstat()
    except OSError:
        return None
    content = str(path.readlink()) if stat.S_ISLNK(status.st_mode) else ""
    if stat.S_ISREG(status.st_mode):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    return status.st_uid, status.st_gid, status.st_mode, content


def picture(box: Machine) -> dict[str, Seen]:
    """Every file of the machine that differs, or differed, from ours below it; but what Python keeps."""
    return {str(path): seen(box.path(str(path))) for path in box.touched() if "__pycache__" not in path.parts}


def differences(before: dict[str, Seen], after: dict[str, Seen]) -> set[str]:
    """What is not as it was; what a picture does not have is as it is on the machine around."""
    return {
        path
        for path in before.keys() | after.keys()
        if (before[path] if path in before else seen(Path(path)))
        != (after[path] if path in after else seen(Path(path)))
    }


def roots_in(box: Machine) -> list[str]:
    """What in the state is root's: nothing but what root undoes by, which the account must not write."""
    top = box.path("/var/lib/bitools")
    return [str(path.relative_to(top)) for path in sorted(top.rglob("*")) if path.lstat().st_uid == 0]


def test_setting_up_twice_and_back_leaves_the_machine_as_it_was(net: Machine) -> None:
    net.run("rm", "-rf", "/usr/local/share/man", check=True)  # as on a machine where nothing was put there
    before = picture(net)
    planned = json.loads(done(net.bitools("setup", "--dry-run", "--json")))["items"]
    assert picture(net) == before, "a dry run changes nothing"
    made = json.loads(done(net.bitools("setup", "--json")))
    assert [(item["kind"], item["target"]) for item in made["items"]] == [
        (item["kind"], item["target"]) for item in planned
    ]
    assert done(net.run("visudo", "-c"))
    key = net.path("/etc/bitools/netops.key").stat()
    account = net.path("/var/lib/bitools").stat()
    assert (key.st_uid, key.st_gid, stat.S_IMODE(key.st_mode)) == (0, account.st_gid, 0o640)
    assert (account.st_uid != 0, stat.S_IMODE(account.st_mode)) == (True, 0o750)
    after = picture(net)
    again = json.loads(done(net.bitools("setup", "--json")))
    assert (again["items"], again["changed"]) == ([], False)
    assert picture(net) == after
    done(net.bitools("setup", "--remove"))
    left = {path for path in differences(before, picture(net)) if not NOTED.fullmatch(path)}
    assert {path for path in left if not path.startswith("/var/lib/bitools")} == set()
    assert {path.split("/")[4] for path in left if path.count("/") > 3} == {"ledger"}
    assert "2 entries, whole" in done(net.bitools("ledger", "verify")), "what was recorded stays"


def test_a_program_that_others_can_change_is_not_set_up(box: Machine) -> None:
    package = next(box.path("/opt/bitools/lib").glob("python*/site-packages/bitools"))
    for path in (box.path(PROGRAM), package / "state.py", package.parent, box.path("/opt/bitools")):
        mode = path.stat().st_mode
        path.chmod(mode | 0o002)
        answer = box.bitools("setup")
        assert answer.returncode == 5, path
        assert "others can change the program" in answer.stderr
        path.chmod(mode)
    assert not box.path("/etc/sudoers.d/bitools").exists()


@pytest.mark.torture
def test_a_program_that_was_replaced_since_is_not_obeyed(net: Machine) -> None:
    """By whoever could write it: root's and the account's next run names it, whatever was put there."""
    done(net.bitools("setup"))
    net.person("kizgin", "bitools")
    package = next(net.path("/opt/bitools/lib").glob("python*/site-packages/bitools"))
    (package.parent / "beside.pth").touch(0o644)
    for path, owner, mode, user in (
        (net.path(PROGRAM), 1234, 0o755, ""),
        (package / "net" / "verbs" / "snapshot.py", 0, 0o664, "kizgin"),
        (package.parent / "beside.pth", 1234, 0o644, "kizgin"),
        (package.parent, 0, 0o777, ""),
    ):
        before = path.stat()
        os.chown(path, owner, 0)
        path.chmod(mode)
        answer = net.bitools("net", "snapshot", user=user)
        assert (answer.returncode, path.name in answer.stderr) == (10, True), (path, answer.stderr)
        os.chown(path, 0, 0)
        path.chmod(stat.S_IMODE(before.st_mode))


def test_three_administrators_share_one_state(net: Machine, farm: SwitchFarm) -> None:
    libraries = next(net.path("/opt/bitools/lib").glob("python*/site-packages"))
    net.path("/opt/kapali/dal").mkdir(parents=True)
    net.path("/opt/kapali").chmod(0o700)
    (libraries / "a_folder_that_only_root_sees.pth").write_text("/opt/kapali/dal\n")
    done(net.bitools("setup"))
    net.write("/etc/sudoers.d/log", "Defaults logfile=/var/log/sudo.log\n", 0o440)
    for name in ("ayse", "mehmet"):
        net.person(name, "bitools")
    net.person("zeki")
    assert asked(net, "ayse", "net", "trust", answer="y") == 0
    done(net.bitools("net", "snapshot", user="ayse"))
    assert "sw-01" in done(net.bitools("net", "history", user="mehmet"))
    items = json.loads(done(net.bitools("net", "history", "--json")))["items"]
    assert [item["actor"] for item in items] == ["ayse"]
    farm["sw-01"].configure(["ntp server 10.0.0.9"])
    done(net.bitools("net", "snapshot"))
    done(net.bitools("net", "ack", "--all", "--reason", "deneme", "--yes", user="mehmet"))
    entries = json.loads(done(net.bitools("ledger", "show", "--json", user="mehmet")))["items"]
    items = json.loads(done(net.bitools("net", "history", "--json", user="ayse")))["items"]
    assert [item["actor"] for item in items] == ["root", "ayse"], "who ran it, newest first"
    actors = {entry["action"]: entry["actor"] for entry in entries}
    assert actors["setup.apply"] == "root"
    assert (actors["net.trust"], actors["net.ack"]) == ("ayse", "mehmet")
    commands = [line for line in net.path("/var/log/sudo.log").read_text().split(" ; ") if "COMMAND" in line]
    assert len(commands) >= 4
    assert done(net.bitools("inventory", "check", user="ayse"))
    assert done(net.bitools("user", "name", "--given", "Ayşe", "--surname", "Öz", user="zeki")) == "ayse.oz\n"
    answer = net.bitools("ledger", "show", user="zeki")
    assert (answer.returncode, "usermod -aG bitools zeki" in answer.stderr) == (5, True)
    assert roots_in(net) == ["setup.json"]


def test_files_of_a_home_are_opened_by_their_owner_and_by_nobody_else(net: Machine) -> None:
    done(net.bitools("setup"))
    net.person("ayse", "bitools")
    home = net.path(f"{HOME}/ayse")
    done(net.bitools("report", "daily", "--html", f"{HOME}/ayse/rapor.html", user="ayse"))
    report = home / "rapor.html"
    assert "Efeler" in report.read_text()
    assert report.stat().st_uid == home.stat().st_uid
    said = done(net.bitools("ledger", "export", "defter.jsonl", user="ayse"))
    assert f"{HOME}/ayse/defter.jsonl" in said
    (home / "defter.jsonl").chmod(0o600)
    assert "whole" in done(net.bitools("ledger", "verify", "--file", "defter.jsonl", user="ayse"))
    assert sorted(path.name for path in home.iterdir() if not path.name.startswith(".")) == [
        "defter.jsonl", "rapor.html",
    ]  # fmt: skip
    for words in (
        ("ledger", "export", "/var/lib/bitools/ledger/ledger.jsonl"),
        ("ledger", "export", "/etc/bitools/x"),
        ("report", "site", f"{HOME}/ayse/pages"),
        ("backup", "restore", "x", "--to", f"{HOME}/ayse/y"),
    ):
        assert net.bitools(*words, user="ayse").returncode == 5, words
    answer = net.bitools("report", "site", f"{HOME}/ayse/pages", user="ayse")
    assert f"sudo bitools report site {HOME}/ayse/pages" in answer.stderr


DOORS = (
    ("--inventory", f"{HOME}/ayse/evil", "net", "snapshot"),
    ("--state", "/var/lib/bitools/history", "net", "history"),
    ("--state", "/var/lib/bitools/none", "net", "history"),
    ("--inventory", "/etc/bitools", "--inventory", f"{HOME}/ayse/evil", "net", "snapshot"),
    ("--inventory=/etc/bitools", f"--inventory={HOME}/ayse/evil", "net", "snapshot"),
    ("net", "snapshot", "--inventory", f"{HOME}/ayse/evil", "--inventory", "/etc/bitools"),
    ("--state=/var/lib/bitools", "ledger", "show", "--state", f"{HOME}/ayse/evil"),
    ("ledger", "export", "/var/lib/bitools/ledger/ledger.jsonl"),
    ("report", "daily", "--html", "/dev/fd/../../var/lib/bitools/x"),
    ("report", "site", "/var/lib/bitools/documents"),
    ("inventory", "export", "--format", "ansible", "--to", "/var/lib/bitools"),
    ("user", "sync", "/var/lib/bitools/mask.key"),
    ("schedule", "install", "--as", "systemd", "--to", "/var/lib/bitools"),
    ("setup",),
)


def test_sudo_alone_opens_no_other_door(net: Machine) -> None:
    """Whoever calls the account's bitools by sudo, past their own, gets no file and no inventory in."""
    done(net.bitools("setup"))
    net.person("ayse", "bitools")
    before = picture(net)
    for words in DOORS:
        answer = net.run("sudo", "-n", "-u", "bitools", PROGRAM, *words, user="ayse")
        assert answer.returncode == 5, (words, answer.stdout + answer.stderr)
        assert picture(net) == before, words
    for environ in ("BITOOLS_STATE=/tmp", "PYTHONPATH=/tmp", "LD_PRELOAD=/tmp/x.so"):
        answer = net.run("sudo", "-n", "-u", "bitools", environ, PROGRAM, "ledger", "verify", user="ayse")
        assert (answer.returncode, "sudo" in answer.stderr) == (1, True), environ
    for other in (("-u", "root"), ("-u", "ayse"), ("-u", "bitools", "-g", "bitools")):
        answer = net.run("sudo", "-n", *other, PROGRAM, "ledger", "verify", user="ayse")
        assert answer.returncode == 1, other


def asked(box: Machine, user: str, *words: str, answer: str) -> int:
    """Run it at a terminal and answer its question: stdin is the terminal, through sudo too."""
    command = box.command((PROGRAM, *words), user)
    with Dialogue(environ={"PATH": os.environ["PATH"]}, program=command) as dialogue:
        dialogue.until("] ")
        dialogue.type(f"{answer}\n")
        return dialogue.end()


# Attacks: by a member of the group, on a state of the kind that earlier versions made.

ATTACK = """
set -e; cd /var/lib/bitools
mkdir -p history/hooks history/info outbox/new documents slips locks
printf '#!/bin/sh\\nid -u >> /srv/trace\\n' > /srv/intruder/run; chmod 755 /srv/intruder/run
cp /srv/intruder/run history/hooks/reference-transaction
printf '[core]\\n\\tbare = true\\n\\tfsmonitor = /srv/intruder/run\\n[diff "x"]\\n\\ttextconv = /srv/intruder/run\\n' > history/config
echo '* diff=x' > history/info/attributes
ln -sf /srv/root-only locks/net.lock; ln -sf /srv/root-only known_hosts; ln -sf /srv/root-only mask.key
ln -sf /srv/elsewhere quarantine; ln -sf /srv/root-only ledger/ledger-0000000099.jsonl
echo '{"items": "x"}' > documents/20261122T050000Z-000000.net.snapshot.json
cp /srv/intruder/planted.mail outbox/new/planted.mail
printf '{"path": "/srv/root-only", "device": 1, "inode": 1}' > slips/1-1.elsewhere
touch -d 2020-01-01 slips/1-1.elsewhere
"""
MAIL = json.dumps({
    "name": "planted", "sender": "baskan@belediye.test", "recipients": ["a@belediye.test"], "subject": "x",
    "queued": "2026-11-22T12:00:00+00:00", "attempts": 0, "not_before": None, "complaint": "",
})  # fmt: skip


def test_a_member_of_the_group_gains_nothing_before_and_after_setting_up(net: Machine) -> None:
    done(net.run("groupadd", "--system", "bitools"))
    net.person("kizgin", "bitools")
    for folder in ("/var/lib/bitools", "/var/lib/bitools/ledger", "/var/lib/bitools/history"):
        net.run("install", "-d", "-m", "2770", "-g", "bitools", folder, check=True)
    net.run("install", "-d", "-o", "kizgin", "/srv/intruder", "/srv/elsewhere", check=True)
    net.write("/srv/root-only", "root's own\n", 0o600)
    net.write("/srv/intruder/planted.mail", f"{MAIL}\nFrom: Baskan <baskan@belediye.test>\n\nx\n")
    done(net.run("bash", "-c", ATTACK, user="kizgin"))
    held = subprocess.Popen(
        net.command(("flock", "/var/lib/bitools/locks/report.lock", "sleep", "600"), "kizgin")
    )
    try:
        answer = net.bitools("net", "snapshot")
        assert (answer.returncode, "sudo bitools setup" in answer.stderr) == (10, True)
        done(net.bitools("setup"))
        warned = done_with_warnings(net.bitools("doctor"))
        assert "set aside" in warned
        assert net.bitools("net", "trust", "--yes").returncode == 0
        assert net.bitools("net", "snapshot").returncode == 0
        assert net.bitools("report", "daily").returncode == 0
        assert net.bitools("report", "flush").returncode in (0, 10), "no mail server is described"
        assert "whole" in done(net.bitools("ledger", "verify"))
    finally:
        held.kill()
        held.wait()
    assert not net.path("/srv/trace").exists()
    assert net.path("/srv/root-only").read_text() == "root's own\n"
    assert list(net.path("/srv/elsewhere").iterdir()) == []
    assert not net.path("/var/lib/bitools/outbox/new/planted.mail").exists()
    aside = {path.name.rpartition(".")[0] for path in net.path("/var/lib/bitools/set-aside").iterdir()}
    assert {"history.hooks", "history.config", "outbox.new.planted.mail", "slips.1-1.elsewhere"} <= aside
    assert {"locks.net.lock", "known_hosts", "mask.key", "quarantine"} <= aside
    kept = net.run("bash", "-c", "ls /var/lib/bitools; echo x > /var/lib/bitools/y", user="kizgin")
    assert "Permission denied" in kept.stderr


def done_with_warnings(answer: subprocess.CompletedProcess[str]) -> str:
    assert answer.returncode in (0, 4), answer.stderr
    return answer.stdout + answer.stderr


# Whatever kind of thing can lie in a file's place, and whatever a name can hold.
KINDS = r"""
set -e; cd /var/lib/bitools
mkdir -p documents quarantine iplog slips outbox/new history/hooks history/objects/info history/info
ln -s /srv/root-only documents/a.json; ln -s /srv/none documents/b.json; ln -s /srv/for-root recovery
mkfifo ledger/ledger.jsonl known_hosts outbox/new/x.mail
python3 - <<'END'
import os, socket
one = socket.socket(socket.AF_UNIX); one.bind("documents/s.json")
os.link("/var/tmp/theirs", "documents/h.json"); os.link("/var/tmp/theirs", "mask.key")
with open("documents/large.json", "wb") as file:
    file.truncate(1 << 43)
for name in (b"a\nb", b"\xff\xfe.json", b"-rf", b"\x1b[2J.json", "ö".encode() * 120, b"x" * 255):
    open(b"documents/" + name, "wb").write(b"{}")
    os.symlink(b"/srv/root-only", b"quarantine/" + name)
here = os.getcwd(); os.chdir("iplog")
for _step in range(1500):
    os.mkdir("d"); os.chdir("d")
os.chdir(here)
END
ln -s /etc set-aside
printf '{"made": [], "owners": {"/srv/root-only": "kizgin:kizgin 0666"}, "files": ["/srv/root-only"]}' > setup.json
printf '/srv/intruder/objects\n' > history/objects/info/alternates
printf '[core]\n\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = evil\n[remote "evil"]\n\turl = ext::/srv/intruder/run\n\tpromisor = true\n[protocol "ext"]\n\tallow = always\n' > history/config
setfacl -d -m u:kizgin:rwx -m m::rwx documents; setfacl -m u:kizgin:rwx documents
"""


@pytest.mark.torture
def test_no_kind_of_thing_that_a_member_left_leads_out_of_the_state(net: Machine) -> None:
    require_for_test("acl")
    done(net.run("groupadd", "--system", "bitools"))
    net.person("kizgin", "bitools")
    for folder in ("/var/lib/bitools", "/var/lib/bitools/ledger"):
        net.run("install", "-d", "-m", "2770", "-g", "bitools", folder, check=True)
    net.run("install", "-d", "-o", "kizgin", "/srv/intruder", check=True)
    net.run("install", "-d", "-m", "700", "/srv/for-root", check=True)
    net.write("/srv/root-only", "root's own\n", 0o600)
    done(net.run("bash", "-c", "echo theirs > /var/tmp/theirs; chmod 600 /var/tmp/theirs", user="kizgin"))
    outside = {
        path: seen(net.path(path)) for path in ("/srv/root-only", "/srv/for-root", "/etc", "/var/tmp/theirs")
    }
    done(net.run("bash", "-c", KINDS, user="kizgin"))
    done(net.bitools("setup"))
    assert {path: seen(net.path(path)) for path in outside} == outside
    for words in (
        ("doctor",),
        ("net", "trust", "--yes"),
        ("net", "snapshot"),
        ("report", "daily"),
        ("ledger", "verify"),
    ):
        answer = net.bitools(*words)
        assert answer.returncode in (0, 4), (words, answer.stdout + answer.stderr)
        assert "\x1b[2J" not in answer.stdout + answer.stderr
    for place in ("/var/lib/bitools", "/var/lib/bitools/documents", "/var/lib/bitools/set-aside"):
        tried = net.run("bash", "-c", f"ls {place}; echo x > {place}/y", user="kizgin")
        assert tried.stdout == "", place
        assert "Permission denied" in tried.stderr
    assert "kizgin" not in done(net.run("getfacl", "-R", "/var/lib/bitools/documents"))
    done(net.bitools("setup", "--remove"))
    assert {path: seen(net.path(path)) for path in outside} == outside


def test_what_setup_undoes_by_is_roots(net: Machine) -> None:
    """The account's files lead root nowhere: what it was set up from cannot be forged by the account."""
    done(net.bitools("setup"))
    net.write("/srv/root-only", "root's own\n", 0o600)
    forged = json.dumps({"made": [], "owners": {}, "files": ["/srv/root-only"]})
    script = f"cd /var/lib/bitools; rm -f setup.json; echo '{forged}' > setup.json"
    done(net.run("setpriv", "--reuid=bitools", "--regid=_bitools", "--clear-groups", "bash", "-c", script))
    answer = net.bitools("setup", "--remove")
    assert (answer.returncode, "root did not write it" in answer.stderr) == (5, True), answer.stderr
    assert net.path("/srv/root-only").exists()


def test_a_file_that_a_member_holds_open_is_not_the_accounts(net: Machine) -> None:
    """Setting up copies every file: who had the ledger open writes into nothing."""
    done(net.run("groupadd", "--system", "bitools"))
    net.person("kizgin", "bitools")
    done(net.bitools("ledger", "verify"))
    folder = net.path("/var/lib/bitools/ledger")
    net.run(
        "install",
        "-d",
        "-m",
        "2770",
        "-g",
        "bitools",
        "/var/lib/bitools",
        "/var/lib/bitools/ledger",
        check=True,
    )
    (folder / "ledger.jsonl").touch()
    net.run("chown", "kizgin:bitools", "/var/lib/bitools/ledger/ledger.jsonl", check=True)
    script = "exec 3>>/var/lib/bitools/ledger/ledger.jsonl; echo open; read x; echo forged >&3"
    writer = subprocess.Popen(
        net.command(("bash", "-c", script), "kizgin"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "open\n"
    done(net.bitools("setup"))
    writer.communicate("go\n")
    assert "1 entry, whole" in done(net.bitools("ledger", "verify"))
    assert "forged" not in (folder / "ledger.jsonl").read_text()


OPEN = (
    ("/etc/bitools", ("chmod", "g+w"), "chmod go-w /etc/bitools"),
    ("/etc/bitools/devices.yaml", ("chmod", "o+w"), "chmod go-w /etc/bitools/devices.yaml"),
    ("/etc/bitools/devices.yaml", ("chown", "kizgin"), "chown root /etc/bitools/devices.yaml"),
    ("/etc/bitools/netops.key", ("chown", "kizgin"), "chown root /etc/bitools/netops.key"),
    ("/etc/bitools/templates/slip.txt.j2", ("chown", "kizgin"), "chown root"),
    ("/srv/programs", ("chmod", "o+w"), "chmod go-w /srv/programs"),
    ("/srv/programs/parola", ("chown", "kizgin"), "chown root /srv/programs/parola"),
)


def test_an_inventory_that_others_can_write_is_not_obeyed(net: Machine) -> None:
    net.person("kizgin")
    net.write("/etc/bitools/templates/slip.txt.j2", "x")
    net.write("/srv/programs/parola", "#!/bin/sh\nid -u >> /srv/trace; echo lab-netops-2026\n", 0o755)
    devices = net.path("/etc/bitools/devices.yaml")
    devices.write_text(devices.read_text().replace("file:netops.key", "command:/srv/programs/parola"))
    with devices.open("a") as file:
        file.write("  sw-02: {host: 10.0.0.1, platform: cisco_ios, password: file:netops.key}\n")
    for place, change, said in OPEN:
        before = net.path(place).stat()
        done(net.run(*change, place))
        answer = net.bitools("net", "snapshot", "sw-01")
        assert answer.returncode == 10, place
        assert said in answer.stdout + answer.stderr
        net.path(place).chmod(stat.S_IMODE(before.st_mode))
        os.chown(net.path(place), 0, 0)
    assert not net.path("/srv/trace").exists()


def test_a_secret_of_a_persons_environment_is_none_of_an_accounts(net: Machine) -> None:
    done(net.bitools("setup"))
    devices = net.path("/etc/bitools/devices.yaml")
    devices.write_text(devices.read_text().replace("file:netops.key", "env:NETOPS"))
    answer = net.bitools("net", "snapshot")
    assert (answer.returncode, "devices.yaml:1" in answer.stderr) == (10, True)


BACKUPS = """\
repositories:
  ana: {location: /srv/restic, password: file:restic.key}
importance: {normal: {daily: 3}}
datasets:
  gizli: {type: files, importance: normal, repository: ana, paths: [/srv/gizli]}
  db:    {type: sqlite, importance: normal, repository: ana, path: /srv/gizli/a.db}
  kim:   {type: command, importance: normal, repository: ana, command: [id, -u], file_name: kim}
"""


def test_backups_have_roots_eyes_and_the_accounts_hands(box: Machine) -> None:
    box.write("/etc/bitools/restic.key", "sifre\n", 0o600)
    box.write("/etc/bitools/backups.yaml", BACKUPS)
    script = (
        "mkdir -m 700 /srv/gizli; echo x > /srv/gizli/a; chmod 600 /srv/gizli/a; chown 1234:1234 /srv/gizli/a; "
        "python3 -c \"import sqlite3; c = sqlite3.connect('/srv/gizli/a.db'); "
        "c.execute('pragma journal_mode=wal'); c.execute('create table t(a)'); c.commit()\""
    )
    done(box.run("bash", "-c", script))
    done(box.bitools("setup"))
    items = json.loads(done(box.bitools("backup", "run", "--json")))["items"]
    assert {item["status"] for item in items} == {"complete"}
    done(box.bitools("backup", "drill"))
    done(box.bitools("backup", "restore", "gizli", "--to", "/srv/geri"))
    back = box.path("/srv/geri/srv/gizli/a").stat()
    assert (back.st_uid, stat.S_IMODE(back.st_mode)) == (1234, 0o600)
    done(box.bitools("backup", "restore", "kim", "--to", "/srv/kim"))
    assert box.path("/srv/kim/kim").read_text() == "0\n", "producers are root's"
    assert roots_in(box) == ["setup.json"]
    assert box.path("/srv/restic/config").stat().st_uid == 0
    box.person("ayse", "bitools")
    answer = box.bitools("backup", "list", user="ayse")
    assert answer.returncode != 0
    assert "sudo bitools backup" in answer.stderr


def test_a_killed_inner_process_leaves_what_it_always_left(net: Machine, farm: SwitchFarm) -> None:
    done(net.bitools("setup"))
    net.person("ayse", "bitools")
    done(net.bitools("net", "trust", "--yes", user="ayse"))
    farm["sw-01"].fault = "silent"
    running = subprocess.Popen(net.command((PROGRAM, "net", "snapshot"), "ayse"))
    account = net.path("/var/lib/bitools").stat().st_uid
    inner = wait_for(lambda: process_of(account))
    os.kill(inner, 9)
    assert running.wait(HANGS) == 137
    farm["sw-01"].fault = ""
    done(net.bitools("net", "snapshot", user="ayse"))
    assert "whole" in done(net.bitools("ledger", "verify", user="ayse"))


def process_of(uid: int) -> int:
    """A Python of this account that has come as far as a snapshot's lock."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if (
                folder.stat().st_uid == uid
                and b"snapshot" in words
                and any("net.lock" in str(one.readlink()) for one in (folder / "fd").iterdir())
            ):
                return int(folder.name)
        except OSError:
            continue
    return 0


def wait_for(found) -> int:  # type: ignore[no-untyped-def]
    until = time.monotonic() + HANGS
    while time.monotonic() < until:
        if number := found():
            return number
        time.sleep(0.05)
    raise AssertionError("it never began")
