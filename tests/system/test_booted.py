"""What `setup` installs is confined, and does its job under a booted systemd."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bitools.inventory.load import load
from bitools.jobs import every
from bitools.schedule import systemd
from bitools.schedule.needs import needs
from bitools.schedule.timers import Caller, timers
from lab.booted import booted
from lab.packages import require_for_test, require_root_for_test
from lab.switches import ENABLE_PASSWORD
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("machine")


COPY = "  uzak: {location: /srv/uzak, password: file:secrets/uzak.key, copy_of: ana}\n"
WITH_PROGRAMS = """
  dokum: {type: command, importance: normal, repository: ana, command: [/usr/local/bin/dokum], file_name: dokum}
"""


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's units, as the account's."""
    folder = tmp_path_factory.mktemp("units")
    example = tmp_path_factory.mktemp("inventory")
    shutil.copytree(ROOT / "inventories" / "example", example, dirs_exist_ok=True)
    backups = example / "backups.yaml"
    backups.write_text(
        backups.read_text().replace("repositories:\n", f"repositories:\n{COPY}") + WITH_PROGRAMS
    )
    inventory = load(example)
    caller = Caller("/bin/true", Path("/etc/bitools"), Path("/var/lib/bitools"), account=True)
    wanted = timers(every(), inventory)
    reached = {job.name: needs(job, inventory, caller, lambda path: path) for job in wanted}
    for name, text in systemd.units(wanted, caller, reached).items():
        (folder / name).write_text(text)
    return folder


def test_every_unit_is_confined(units: Path) -> None:
    require_for_test("systemd")
    names = {path.stem.removeprefix("bitools-") for path in units.glob("*.service")}
    assert names >= {
        "net",
        "grants",
        "backup",
        "backup-programs",
        "copy",
        "drill",
        "iplog",
        "seal",
        "chain",
        "failed@",
    }
    for path in sorted(units.glob("*.service")):
        said = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", str(path)],
            capture_output=True, text=True, check=False, env={"SYSTEMD_COLORS": "0", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        found = re.search(r"exposure level for \S+: ([0-9.]+)", said.stdout)
        assert found, said.stdout + said.stderr
        root = " backup " in path.read_text().partition("ExecStart=")[2].partition("\n")[0]
        assert float(found[1]) <= (4.0 if root else 3.0), (path.name, found[1])


SETTINGS = """\
organisation: Efeler Belediyesi
language: en
mail: {host: MAIL_HOST, port: MAIL_PORT, starttls: false, from: bitools@belediye.test}
reports:
  changes: [a@belediye.test]
  daily: [{to: [a@belediye.test], when: always}]
  month: [a@belediye.test]
  year: [a@belediye.test]
  passwords: 14
timestamp: {url: "AUTHORITY", ca: tsa.pem}
devices_from: {source: /etc/bitools/list.csv, format: csv, platform: cisco_ios, site: merkez, max_changes: 2}
"""
DIRECTORY = """\
domain: belediye.test
servers: [127.31.9.10]
ca: ca.pem
bind: {username: bitools@belediye.test, password: file:ad.key}
people: OU=Personel,DC=belediye,DC=test
leavers: OU=Ayrilanlar,DC=belediye,DC=test
replication_timeout: 2
roles:
  memur: {ou: "OU=Memur,OU=Personel,DC=belediye,DC=test", groups: [Personel]}
connectors:
  ebys: {text: EBYS, on: [add], command: "/usr/local/bin/ebys {event} {sam}", retries: 0}
"""
EBYS = "#!/bin/sh\ntest -e /opt/ebys.up\n"
BACKUPS = """\
repositories:
  ana: {location: /srv/restic, password: file:restic.key}
  uzak: {location: /srv/uzak, password: file:uzak.key, copy_of: ana}
importance: {normal: {daily: 3}}
datasets:
  gizli: {type: files, importance: normal, repository: ana, paths: [/srv/gizli]}
  db:    {type: sqlite, importance: normal, repository: ana, path: /srv/gizli/a.db}
  kim:   {type: command, importance: normal, repository: ana, command: [sudo, -u, nobody, id, -u], file_name: kim}
"""
DEVICES = """\
defaults: {username: netops, password: file:netops.key, enable_password: file:enable.key, site: merkez}
devices:
  sw-01: {host: SWITCH_HOST, port: SWITCH_PORT, platform: cisco_ios}
"""
ADDRESSES = """\
sources:
  dhcp: {format: dhcpd, path: /var/log/dhcp/dhcpd.log, zone: Europe/Istanbul, lease: 12h}
"""
MANUAL = (ROOT / "docs" / "address-log.md").read_text(encoding="utf-8")
LEASE = "NOW dhcp dhcpd: DHCPACK on 10.1.0.7 to 00:11:22:33:44:55 (pc-7) via eth0\n"
UNITS = re.findall(
    r"^`(/etc/systemd/system/dhcp-log\.\w+)`.*?```\n(.*?)```", MANUAL, re.DOTALL | re.MULTILINE
)
COUNTERPARTS = """\
import os, shutil, time
from pathlib import Path
from lab.directory import DomainController
from lab.mail import MailServer, Settings
from lab.switches import Switch, SwitchFarm
from lab.time_authority import TimeAuthority
with (
    SwitchFarm([Switch("sw-01", "cisco_ios"), Switch("sw-99", "cisco_ios")]) as farm,
    MailServer(Settings()) as mail,
    TimeAuthority(Path("/opt/authority")) as authority,
    DomainController(Path("/opt/directory"), "127.31.9.10") as directory,
):
    for path, name in ((directory.ca, "ca.pem"), (directory.bind_password_file, "ad.key"), (authority.ca, "tsa.pem")):
        shutil.copyfile(path, f"/etc/bitools/{name}")
    with open("/opt/counterparts.new", "w") as file:
        one = farm["sw-01"]
        file.write(f"s/SWITCH_HOST/{one.host}/; s/SWITCH_PORT/{one.port}/; s/MAIL_HOST/{mail.host}/; s/MAIL_PORT/{mail.port}/\\n")
        file.write(f"s/OTHER_HOST/{farm['sw-99'].host}/; s/OTHER_PORT/{farm['sw-99'].port}/\\n")
        file.write(f"s!AUTHORITY!{authority.url}!\\n")
    os.rename("/opt/counterparts.new", "/opt/counterparts")
    while not os.path.exists("/opt/over"):
        time.sleep(0.1)
    with open("/opt/mails", "w") as file:
        for message in mail.messages():
            parts = [part.get_payload(decode=True).decode() for part in message.walk() if not part.is_multipart()]
            file.write(f"mail {message['Subject']} {' '.join(n for n in ('sw-01', 'elif.kaya') if n in ''.join(parts))}\\n")
"""
TRIAL = r"""
(cd ROOT && exec PYTHON /opt/counterparts.py) & ours=$!
while ! [ -e /opt/counterparts ]; do sleep 0.1; kill -0 $ours || exit 1; done
sed -i -f /opt/counterparts /etc/bitools/*.yaml /etc/bitools/list.csv
sed -i "s/NOW/$(date +%FT%T%:z)/" /var/log/dhcp/dhcpd.log
chmod 755 /usr/local/bin/ebys; chmod 750 /var/log/dhcp; chmod 640 /var/log/dhcp/dhcpd.log
mkdir -m 700 /srv/gizli; echo x > /srv/gizli/a; chmod 600 /srv/gizli/a; chown 1234:1234 /srv/gizli/a
python3 -c "
import sqlite3
base = sqlite3.connect('/srv/gizli/a.db')
base.execute('pragma journal_mode=wal'); base.execute('create table t(a)'); base.commit()"
bitools setup || echo "setup failed: $?"
systemctl start bitools-devices.service
bitools net trust --yes
bitools user add --given Elif --surname Kaya --role memur --employee-id 4711 --yes > /dev/null; echo "added $?"
touch /opt/ebys.up
for unit in /etc/systemd/system/bitools-*.service; do
    name=$(basename "$unit")
    case $name in *@*) continue;; esac
    systemctl start "$name"
    echo "ran $name $(systemctl show -p ExecMainStatus --value "$name")"
    journalctl -u "$name" -o cat --no-pager | grep -A1 ✗
done
systemctl start bitools-report.service bitools-outbox.service
systemctl stop bitools-iplog.timer; systemctl daemon-reload; systemctl start dhcp-log.path
exec 5>> /var/log/dhcp/dhcpd.log  # as rsyslog does: open all the time, a line after the other
for number in $(seq 101 140); do
    sed -n "1s/10.1.0.7/10.1.0.$number/p" /var/log/dhcp/dhcpd.log >&5; sleep 0.3
done
taken() { zstd -dcq /var/lib/bitools/iplog/open/*/dhcp.zst | grep -o "on 10.1.0.140 "; }
for _second in $(seq 300); do taken > /dev/null && break; sleep 1; done
echo "at once $(taken), path $(systemctl is-active dhcp-log.path)"
bitools user show elif.kaya --json | tr -d '\n' | grep -o '"connectors": [^]]*'
bitools net show sw-99 | grep -o "hostname .*"
bitools backup list --from uzak --json > /opt/uzak.json; grep -o '"dataset": "[a-z]*"' /opt/uzak.json | sort -u
ls /var/lib/bitools/ledger
bitools net history --json | grep -o '"actor": "[a-z]*"'
bitools iplog status --json | grep -o '"records": [0-9]*\|"lines": [0-9]*'
bitools backup restore kim --to /srv/kim && echo "kim $(cat /srv/kim/kim)"
bitools backup restore gizli --to /srv/geri && stat -c 'gizli %u %a' /srv/geri/srv/gizli/a
touch /opt/over; wait $ours; cat /opt/mails
systemctl start bitools-failed@bitools-net.service; echo "told $?"
bitools backup list --json > /opt/list.json
bitools ledger verify && echo proven
find /var/lib/bitools ! -user bitools
systemctl list-timers --all --no-legend 'bitools-*' | wc -l | sed 's/^/timers /'
bitools schedule remove; ls /etc/systemd/system/bitools-* 2>&1
"""


EVERY = {
    *("devices", "net", "unsaved", "grants", "connectors", "accounts", "passwords"),
    *("backup", "backup-programs", "copy", "verify", "prune", "drill", "watch"),
    *("iplog", "seal", "purge", "sources", "chain", "stamp", "tidy"),
    *("report", "daily", "month", "year", "outbox"),
}


def test_each_unit_does_its_job_under_a_booted_systemd() -> None:
    require_root_for_test("booting a container")
    require_for_test("systemd-container", "restic", "sudo", "zstd")
    assert len(UNITS) == 2, "the manual has a path unit and its service"
    files = {
        "/etc/bitools/settings.yaml": SETTINGS,
        "/etc/bitools/backups.yaml": BACKUPS,
        "/etc/bitools/sites.yaml": "sites:\n  merkez: {}\n",
        "/etc/bitools/devices.yaml": DEVICES,
        "/etc/bitools/restic.key": "sifre\n",
        "/etc/bitools/netops.key": "lab-netops-2026\n",
        "/etc/bitools/enable.key": ENABLE_PASSWORD + "\n",
        "/etc/bitools/uzak.key": "uzak sifre\n",
        "/etc/bitools/directory.yaml": DIRECTORY,
        "/etc/bitools/list.csv": "name,host,port\nsw-99,OTHER_HOST,OTHER_PORT\n",
        "/usr/local/bin/ebys": EBYS,
        "/etc/bitools/iplog.yaml": ADDRESSES,
        "/var/log/dhcp/dhcpd.log": LEASE,
        "/opt/counterparts.py": COUNTERPARTS,
        **{
            place: text.replace("/var/log/uzak/garaj-dhcp.log", "/var/log/dhcp/dhcpd.log")
            for place, text in UNITS
        },
    }
    said, listed = booted(
        files, TRIAL.replace("ROOT", str(ROOT)).replace("PYTHON", sys.executable), "/opt/list.json"
    )
    ran = dict(re.findall(r"^ran bitools-([a-z-]+)\.service (\d+)$", said, re.MULTILINE))
    assert set(ran) == EVERY, said
    # the account that bitools binds by has a password that never expires: the audit says so
    assert {name: code for name, code in ran.items() if code != "0"} == {"accounts": "4"}, said
    assert "hostname sw-99" in said, "the list of another system was read before the switches were"
    assert re.search(r'"connector": "ebys".*"status": "done"', said), "what failed was tried again"
    assert {*re.findall(r'^"dataset": "([a-z]+)"$', said, re.MULTILINE)} == {"gizli", "db", "kim"}, said
    assert re.search(r"^stamped up to entry \d+", said, re.MULTILINE), said
    assert '"actor": "bitools"' in said, "the switch was read"
    assert re.search(r"^mail .* sw-01 elif\.kaya$", said, re.MULTILINE), said
    assert re.search(r"^at once on 10\.1\.0\.140 , path active$", said, re.MULTILINE), said
    assert re.search(r"^kim 65534$", said, re.MULTILINE), "a program may become another through sudo"
    assert re.search(r"^gizli 1234 600$", said, re.MULTILINE), "what only root could read was backed up"
    for name in ("gizli", "db", "kim"):
        assert f'"{name}"' in listed, said
    assert "proven" in said
    assert "told 0" in said
    assert re.search(r"^timers [1-9]", said, re.MULTILINE)
    assert "No such file" in said.partition("timers")[2], "nothing is left of the units"
