"""The files of a new inventory: small, whole, and full of comments in the language that is spoken."""

from __future__ import annotations

from bitools.i18n import _, language


def editor_line(schema: str) -> str:
    """What tells an editor the keys of a file (YAML language server)."""
    return f"# yaml-language-server: $schema={schema}"


def files() -> dict[str, str]:
    """The text of each file, by name."""
    return {
        "settings.yaml": _settings(),
        "sites.yaml": _sites(),
        "devices.yaml": _devices(),
        "backups.yaml": _backups(),
    }


def _remarks(*sentences: str) -> str:
    return "\n".join(f"# {sentence}" for sentence in sentences)


def _settings() -> str:
    what = _("Who we are, how mails leave, who reads the reports. Every key: docs/reference.md")
    spoken = _("of mails and reports: tr or en")
    reports = _("reports: changes at once, daily every morning; when: always, on-change or on-problem")
    mask = _("mask_key: keys the hashes that stand for secrets in the history; keep a copy elsewhere")
    recovery = _("recovery: who can read the full configurations, to rebuild a dead switch: age-keygen")
    return f"""\
{editor_line("schema/settings.json")}
{_remarks(what)}
language: {language()}   # {spoken}
timezone: Europe/Istanbul
{_remarks(reports, mask, recovery)}
# organisation: Belediye
# mail: {{host: posta.belediye.test, port: 587, starttls: true, from: bitools@belediye.test}}
# reports:
#   changes: [{{to: [ag@belediye.test], when: on-problem}}]
#   daily: [{{to: [ag@belediye.test, mudur@belediye.test], when: always}}]
#   year: [mudur@belediye.test]
# recovery: {{recipients: [age1…]}}
"""


def _sites() -> str:
    what = _("Places. workers: how many devices are read at a time over the line to it.")
    return f"""\
{editor_line("schema/sites.json")}
{_remarks(what)}
# sites:
#   merkez: {{name: Merkez Hizmet Binası, workers: 10}}
"""


def _devices() -> str:
    what = _("Switches and routers; devices.d/ has a file for each that was added by a command.")
    order = _("A device's keys: defaults < site < groups, in order < device.")
    more = _("One more: bitools inventory add device NAME host=ADDRESS platform=PLATFORM site=SITE")
    many = _("A whole list: bitools inventory import --format csv|oxidized|rancid|ansible|nornir|netbox FILE")
    secret = _("A secret is a reference, never a value: file:PATH, env:NAME, keyring:SERVICE/USER")
    return f"""\
{editor_line("schema/devices.json")}
{_remarks(what, order, more, many, secret)}
# defaults: {{username: netops, password: file:secrets/device.key}}
# groups:
#   access: {{platform: cisco_ios, role: lan}}
# devices:
#   sw-merkez-01: {{host: 10.0.0.11, site: merkez, groups: [access]}}
"""


def _backups() -> str:
    keep = _("importance: how many of each tier to keep; a tier that is absent is not made.")
    half = _("biannual is every half-year.")
    where = _("repositories: where backups lie; a second one on another machine has copy_of: ana")
    from bitools.inventory.backups import types

    what = _("datasets: what is backed up: {types}").format(types=", ".join(types()))
    return f"""\
{editor_line("schema/backups.json")}
{_remarks(keep, half)}
importance:
  critical:  {{hourly: 24, daily: 14, weekly: 8, monthly: 12, quarterly: 8, biannual: 10}}
  important: {{daily: 14, weekly: 8, monthly: 12, quarterly: 4}}
  normal:    {{weekly: 8, monthly: 6}}
{_remarks(where)}
# repositories:
#   ana: {{location: /srv/restic/ana, password: file:secrets/restic.key}}
{_remarks(what)}
# datasets:
#   belgeler: {{type: files, importance: important, repository: ana, paths: [/srv/belgeler]}}
"""
