"""The inventory that `bitools inventory init` writes: small, whole, and full of comments."""

from __future__ import annotations

FILES = {
    "settings.yaml": """\
# The organisation. Every key: bitools inventory schema
organisation: Belediye
language: tr
timezone: Europe/Istanbul
# mail: {host: posta.belediye.test, port: 587, starttls: true, from: bitools@belediye.test}
# reports:
#   changes: [{to: [ag@belediye.test], when: on-problem}]   # at once; always, on-change, on-problem
#   daily: [ag@belediye.test, mudur@belediye.test]           # the rest, every morning
#   year: [mudur@belediye.test]
# mask_key: file:secrets/mask.key     # keys the hashes that stand for secrets; keep a copy elsewhere
""",
    "sites.yaml": """\
# Places. `workers`: how many devices at a time over the line to it.
sites:
  merkez: {name: Merkez Hizmet Binası, workers: 10}
  # garaj: {name: Garaj, workers: 2}
""",
    "devices.yaml": """\
# Switches and routers. A device's keys: defaults < site < groups, in order < device.
# From another tool's list: bitools inventory import --format csv|oxidized|rancid|ansible|nornir|netbox FILE
# To follow one: devices_from in settings.yaml, then bitools inventory import --sync
# A secret is a reference, never a value: file:PATH, env:NAME, keyring:SERVICE/USER, command:PROGRAM
defaults:
  username: netops
  password: file:secrets/device.key
  site: merkez
groups:
  access: {platform: cisco_ios, role: lan}
devices: {}
  # sw-merkez-01: {host: 10.0.0.11, groups: [access]}
  # rt-wan-01:    {host: 10.0.0.1, platform: cisco_ios, role: wan}
""",
    "backups.yaml": """\
# How many of each tier to keep; a tier that is absent is not made. biannual = every half-year.
importance:
  critical: {hourly: 24, daily: 14, weekly: 8, monthly: 12, quarterly: 8, biannual: 10}
  normal:   {weekly: 8, monthly: 6}
repositories: {}
  # ana: {location: /srv/restic/ana, password: file:secrets/restic.key}
datasets: {}
  # belgeler: {type: files, importance: critical, repository: ana, paths: [/srv/belgeler]}
""",
}
