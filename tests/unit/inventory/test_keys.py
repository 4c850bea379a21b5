"""Every key that the inventory promises, written out: as the manual's examples have them, it must load.

What is written here, people have in their files: a key may be added, never taken away.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bitools.inventory.load import load

FILES = {
    "devices.yaml": """\
defaults: {username: netops, password: file:/etc/bitools/device.key, port: 22}
groups:
  access: {platform: cisco_ios, role: lan}
devices:
  sw-merkez-01: {host: 10.0.0.11, site: merkez, groups: [access]}
  rt-wan-01:    {host: 10.0.0.1, site: merkez, role: wan, platform: cisco_ios, jump: bastion-01}
""",
    "devices.d/depo.yaml": """\
devices:
  sw-depo-01:
    host: 10.0.0.12
    port: 22
    platform: cisco_ios
    role: lan
    site: merkez
    groups: [access]
    username: netops
    password: env:DEVICE_PASSWORD
    key_file: secrets/id_ed25519
    enable_password: keyring:bitools/enable
    jump: sw-merkez-01
    host_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKvYrmUCFfXNQ0Vd3y0fXk8zJ0mX5r2m8aS0vN1cPp6b
    transport: auto
    legacy_ssh: true
    insecure: false
    ignore: [{pattern: '^ntp clock-period', reason: the clock drifts}]
    tags: [depo]
    owner: ayse
    enabled: true
    silent_until: 2026-12-31
""",
    "hosts.yaml": """\
hosts:
  bastion-01: {host: 10.0.0.5, port: 22, username: yedek, key_file: secrets/id, host_key: ssh-ed25519 AAAA}
""",
    "sites.yaml": """\
sites:
  merkez: {name: Merkez Hizmet Binası, mail: [ag@belediye.test], workers: 10}
""",
    "backups.yaml": """\
repositories:
  ana:  {location: /srv/restic/ana, password: file:/etc/bitools/restic.key}
  uzak: {location: "rest:https://yedek.belediye.test:8000/uzak", password: file:/etc/bitools/uzak.key, copy_of: ana, append_only: true}   # its own key; pruned from elsewhere
  web:  {location: /srv/restic/web, password: file:/etc/bitools/web.key}     # read by the host whose paths it holds
importance:                       # how many of each tier to keep; a tier that is absent is not made
  critical:  {hourly: 24, daily: 14, weekly: 8, monthly: 12, quarterly: 8, biannual: 10}
  important: {daily: 14, weekly: 8, monthly: 12, quarterly: 4}
  normal:    {weekly: 8, monthly: 6}
  archive:   {yearly: 10}
datasets:
  mis-db:    {type: postgresql, importance: critical, repository: ana, database: mis, host: 127.0.0.1, username: yedek, password: file:/etc/bitools/mis.key}
  belgeler:  {type: files, importance: important, repository: ana, paths: [/srv/belgeler], exclude: ["*.tmp"]}
  ag-ayarlari: {type: net, importance: critical, repository: ana}       # bitools' own snapshot store and ledger
  eski-db:   {type: mysql, importance: normal, repository: ana, database: eski, username: yedek, password: "systemd:eski"}
  santral:   {type: sqlite, importance: normal, repository: ana, path: /var/lib/santral.db}
  dizin:     {type: directory, importance: critical, repository: ana}
  ebys:      {type: command, importance: archive, repository: ana, command: [ebys-yedek], file_name: ebys.dump}
  web:       {type: ssh, importance: normal, repository: web, host: bastion-01, paths: [/var/www]}
""",
    "directory.yaml": """\
domain: belediye.test
servers: [dc1.belediye.test, dc2.belediye.test]     # LDAPS, always verified
ca: /etc/bitools/ca.pem
bind: {username: bitools@belediye.test, password: file:/etc/bitools/ad.key}     # or kerberos: true
people: OU=Personel,DC=belediye,DC=test
leavers: OU=Ayrilanlar,DC=belediye,DC=test
roles:
  memur: {ou: "OU=Memur,OU=Personel,DC=belediye,DC=test", groups: [Personel, Yazicilar]}
username: {pattern: "{given}.{surname}", max: 20}
guards: {max_changes: 25, protected: [bitools]}
custody: {file: zimmet.csv}
""",
    "settings.yaml": """\
organisation: Efeler Belediyesi
language: tr
timezone: Europe/Istanbul
mail: {host: 127.0.0.1, port: 587, starttls: true, from: bitools@belediye.test, username: bitools, password: "command:pass show mail"}
reports: {changes: [ag@belediye.test], daily: [mudur@belediye.test]}
timestamp: {url: "http://tsa.example/tsr", ca: tsa-ca.pem, auth: none}
mask_key: file:/etc/bitools/mask.key               # keys the hashes that stand for secrets; escrow it
recovery: {recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]}
""",
    "iplog.yaml": """\
sources:
  merkez-dhcp: {format: kea, path: /var/log/kea/kea-leases4.csv, zone: Europe/Istanbul}
  guvenlik-duvari: {format: fortigate, path: /var/log/fw/session.log, index: sessions}
static: static.csv                                 # ip, mac, person, from, to
retention: 2y                                      # by the calendar, from the day after
unparsed_share: 0.01
may_ask: [hukuk-isleri, "@ag"]                     # accounts and groups that may run `who` and `export`
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The whole inventory."""
    (tmp_path / "devices.d").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_every_promised_key_is_accepted(folder: Path) -> None:
    inventory = load(folder)
    assert inventory.devices["rt-wan-01"].jump == "bastion-01"
    assert inventory.devices["sw-depo-01"].ignore[0].reason == "the clock drifts"
    assert inventory.repositories["uzak"].append_only
    assert len({dataset.type for dataset in inventory.datasets.values()}) == 8
    directory = inventory.require_directory()
    assert (directory.username.pattern, directory.username.max) == ("{given}.{surname}", 20)
    assert directory.guards.protected == ("bitools",)
    assert str(directory.custody and directory.custody.file) == str(folder / "zimmet.csv")
    assert inventory.settings.mail
    assert inventory.settings.mail.sender == "bitools@belediye.test"
    assert inventory.settings.timestamp
    iplog = inventory.require_iplog()
    assert iplog.sources["guvenlik-duvari"].index == "sessions"
    assert iplog.may_ask == ("hukuk-isleri", "@ag")


@pytest.mark.parametrize("bind", ["{kerberos: true}", "{kerberos: true, username: bitools@belediye.test}"])
def test_kerberos_instead_of_a_password(folder: Path, bind: str) -> None:
    file = folder / "directory.yaml"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(f"bind: {bind}" if line.startswith("bind:") else line for line in lines))
    assert load(folder).require_directory().bind.kerberos


@pytest.mark.parametrize("transport", ["auto", "exec", "netmiko", "napalm", "sftp", "telnet"])
def test_transports(folder: Path, transport: str) -> None:
    file = folder / "devices.d" / "depo.yaml"
    text = file.read_text().replace("transport: auto", f"transport: {transport}")
    file.write_text(text.replace("insecure: false", "insecure: true"))
    assert load(folder).devices["sw-depo-01"].transport == transport
