"""The main job from end to end, on real parts: `make demo`.

Each step shows the command, runs it, and then proves by other means (git, an LDAPS login, a byte comparison,
the mail server's folder) that it did what it says. Exit 0 only if every step did.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from getpass import getuser
from pathlib import Path
from typing import Any, cast

from lab import packages
from lab.clocks import RunningClock
from lab.dhcp import Dnsmasq
from lab.municipality import Municipality
from lab.stage import Stage, StepFailed, prove
from lab.time_authority import TimeAuthority

ROOT = Path(__file__).resolve().parent.parent
TIERS = ("hourly", "daily", "weekly", "monthly", "quarterly", "biannual")


def main(arguments: list[str]) -> int:
    """usage: python -m lab.demo FOLDER [--without-root]; exit 1 if a step failed, or was left out as root."""
    folder = Path(arguments[0]).absolute()
    Municipality(folder).down()  # of a demo that was killed
    shutil.rmtree(folder, ignore_errors=True)
    began = time.monotonic()
    municipality = Municipality(folder)
    try:
        stage = Stage(_environment(folder), folder)
        missing = municipality.up()
        for part in missing:
            stage.leave_out(part)
        for step in STORY:
            step(stage)
    except (StepFailed, subprocess.SubprocessError) as error:
        print(f"\nmake demo: FAILED: {error}", file=sys.stderr)
        return 1
    finally:
        municipality.down()
    _what_to_look_at(stage, time.monotonic() - began)
    return 1 if stage.left_out and "--without-root" not in arguments else 0


def _environment(folder: Path) -> dict[str, str]:
    """What a user's shell would have; without a Turkish locale the demo speaks English."""
    language = os.environ.get("BITOOLS_LANG") or (
        "tr" if os.environ.get("LANG", "").startswith("tr") else "en"
    )
    return {
        "PATH": f"{ROOT}/.venv/bin:{os.environ['PATH']}",
        "HOME": str(folder),
        "TERM": "xterm" if sys.stdout.isatty() else "dumb",
        "COLUMNS": "110",
        "BITOOLS_LANG": language,
        "BITOOLS_INVENTORY": str(folder / "inventory"),
        "BITOOLS_STATE": str(folder / "state"),
        "BITOOLS_RESULTS": str(folder / "pollers"),
    }


def inventory(stage: Stage) -> None:
    """What the municipality has, and what this machine lacks for it."""
    stage.say("The inventory: sites, devices, accounts, backups")
    stage.run("bitools inventory check")
    stage.run("bitools doctor")


def first_snapshot(stage: Stage) -> None:
    """Host keys first: a device that nobody vouched for gets no password."""
    stage.say("A first snapshot of every device")
    devices = _devices(stage)
    stage.run(" ".join(["bitools net trust --yes", *devices]))
    stage.run(" ".join(["bitools net snapshot", *devices]))
    commits = _commits(stage)
    platforms = {item["platform"] for item in _inventory(stage) if not devices or item["device"] in devices}
    prove(len(commits) >= 7 and len(platforms) >= 6, f"{len(commits)} devices of {len(platforms)} platforms")
    stage.note(f"{len(commits)} devices of {len(platforms)} platforms are in git, each with its own commit")


def someone_changes_two_devices(stage: Stage) -> None:
    """An ACL on the WAN router and an interface of a switch, over SSH; diff shows it and stores nothing."""
    stage.say("Somebody changes an ACL and an interface, over SSH")
    stage.run(f".venv/bin/python -m lab change {stage.place()}")
    before = _commits(stage)
    devices = _devices(stage)
    shown = stage.run(" ".join(["bitools net diff", *devices]))
    prove("rt-merkez-01" in shown and "sw-merkez-01" in shown, "the diff does not name both devices")
    prove("WAN" in shown and "LAN" in shown, "the diff does not tell WAN from LAN")
    prove("ip access-list extended" in shown and "interface" in shown, "the diff names no section")
    prove(_commits(stage) == before, "diff wrote to the history")
    stage.note("both changes shown by section, with role and severity; nothing was stored")


def the_change_is_kept(stage: Stage) -> None:
    """The second snapshot stores two devices and leaves the others alone; the third stores nothing."""
    stage.say("The change enters the history, with its author")
    before, devices = len(_commits(stage)), _devices(stage)
    stage.run(" ".join(["bitools net snapshot", *devices]))
    stage.run("bitools net history rt-merkez-01")
    stored = _commits(stage)[: len(_commits(stage)) - before]
    prove(len(stored) >= 2, f"{len(stored)} devices stored, not the two that changed")
    authors = stage.quietly(
        "git",
        "-C",
        str(stage.folder / "state/history"),
        "log",
        "-1",
        "--format=%an",
        "--",
        "devices/rt-merkez-01.cfg",
    )
    prove(authors.strip() == "mehmet", f"the author is {authors.strip()}, not mehmet")
    again = json.loads(stage.quietly("bitools", "net", "snapshot", "--json", *devices))
    prove(not again["changed"], "a snapshot of unchanged devices stored something")
    stage.note("the author is who typed it (mehmet); one more snapshot stores nothing")


def drift(stage: Stage) -> None:
    """Against what the template says the access switch should be."""
    stage.say("Drift: the switch against its intended configuration")
    stage.run("bitools net diff --against intended sw-merkez-01")


def dead_switch(stage: Stage) -> None:
    """The history has no secret to rebuild a switch with; the recovery copy has, for who holds the key."""
    if not shutil.which("age"):
        stage.leave_out("recovery copies: age is not installed")
        return
    stage.say("A switch dies: its full configuration, for the one who holds the recovery key")
    copy = max((stage.folder / "state/recovery/sw-merkez-01").glob("*.age"))
    sealed, key = stage.place(f"state/recovery/sw-merkez-01/{copy.name}"), stage.place("run/recovery.key")
    rebuilt = stage.place("sw-merkez-01.cfg")
    stage.run(f"age --decrypt --identity {key} --output {rebuilt} {sealed}")
    shown = stage.run(f"grep snmp-server {rebuilt}")
    stored = stage.quietly("bitools", "net", "show", "sw-merkez-01")
    prove("efeler-okur" in shown, "the recovery copy lacks the community")
    prove("efeler-okur" not in stored, "the history holds the community in the clear")
    stage.note("its secrets are there; the history has a hash in the place of each")


def accounts(stage: Stage) -> None:
    """A clerk comes and goes; logins prove it, not our own word."""
    directory = Municipality(stage.folder).directory
    if directory is None:
        stage.leave_out("accounts: no Active Directory domain controller could be started")
        return
    stage.say("A clerk joins: an account from a role, a first password on a slip")
    slip = stage.folder / "slip.txt"
    stage.run("bitools user name --given Ayşe --surname Öztürk")
    slip_to = stage.place("slip.txt")
    stage.run(f"bitools user add --given Ayşe --surname Öztürk --role memur --slip-to {slip_to} --yes")
    password = _slip_password(slip)
    answer = directory.login("ayse.ozturk@belediye.test", password)
    prove(answer == "must_change", f"the slip's password gives {answer}, not must_change")
    stage.note("the domain controller accepts the slip's password and tells the clerk to change it")
    stage.say("The clerk leaves: disabled at once")
    stage.run("bitools user disable ayse.ozturk")
    stage.run("bitools user show ayse.ozturk")
    answer = directory.login("ayse.ozturk@belediye.test", password)
    prove(answer == "disabled", f"the account gives {answer}, not disabled")
    stage.note("the same password is refused: the account is disabled")


def backups(stage: Stage) -> None:
    """One snapshot stands for six tiers; a file comes back byte for byte."""
    stage.say("Backups: six tiers")
    for tier in TIERS:
        shown = stage.run(f"bitools backup run belgeler --tier {tier}")
        document = _last_document(stage, "backup.run")
        status = document["items"][0]["status"]
        prove(status == ("complete" if tier == TIERS[0] else "skipped"), f"{tier}: {status}\n{shown}")
    stage.run("bitools backup plan belgeler")
    wanted = next(path for path in sorted((stage.folder / "srv/belgeler").rglob("*")) if path.is_file())
    restored = stage.folder / "restored"
    place, path = stage.place("restored"), shlex.quote(str(wanted))
    stage.run(f"bitools backup restore belgeler --to {place} --path {path}")
    found = [path for path in restored.rglob(wanted.name) if path.is_file()]
    prove(
        len(found) == 1 and found[0].read_bytes() == wanted.read_bytes(),
        f"{wanted.name} did not come back whole",
    )
    stage.note(f"the first run stands for all six tiers; {wanted.name} came back byte for byte")


def report(stage: Stage) -> None:
    """The change report arrives; its parts are left to look at."""
    stage.say("The change report, by mail")
    stage.run("bitools report changes --mail")
    mails = _mails(stage)
    prove(len(mails) == 1, f"{len(mails)} mails arrived, not one")
    html = mails[0].get_body(("html",))
    prove(html is not None and "rt-merkez-01" in html.get_content(), "the mail does not tell of rt-merkez-01")
    (stage.folder / "report.html").write_text(html.get_content() if html else "", encoding="utf-8")
    stage.note(f"received: {mails[0]['Subject']}")


def _root_of_a_namespace_only() -> bool:
    """Is it no root of the machine (user_namespaces(7))? dnsmasq needs what only that one may."""
    mapped = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    return bool(os.geteuid()) or mapped != ["0", "0", "4294967295"]


def address_log(stage: Stage) -> None:
    """A real DHCP server gives an address; who had it is asked, bundled, and proven without bitools."""
    stage.say("Who had this address: a lease, its seal, the question, the proof")
    if _root_of_a_namespace_only() or packages.missing(*packages.ADDRESSES):
        stage.leave_out("the address log: needs root and dnsmasq-base")
        return
    with Dnsmasq(stage.folder / "dhcp", RunningClock(), 3600) as server:
        address = server.client(bytes.fromhex("001a2b3c4d5e"), "pc-imar").obtain()
        prove(bool(address), "the DHCP server gave no address")
        _keep(stage, server.log)
        stage.run("bitools iplog ingest")
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    settings = stage.folder / "inventory" / "settings.yaml"
    before = settings.read_text(encoding="utf-8")
    with TimeAuthority(stage.folder / "authority") as authority:
        settings.write_text(f"{before}timestamp: {{url: '{authority.url}', ca: {authority.ca}}}\n", "utf-8")
        stage.run("bitools iplog seal --now")
        asked = f"--at {at} --reason Savcılık --file-number 2026/1234"
        stage.run(f"bitools iplog who {address} {asked} --bundle {stage.place('kanit.zip')}")
        stage.run("bitools iplog verify")
    settings.write_text(before, encoding="utf-8")
    folder = stage.folder / "kanit"
    with zipfile.ZipFile(stage.folder / "kanit.zip") as archive:
        archive.extractall(folder)
    said = stage.quietly("sh", str(folder / "verify.sh"))
    prove(said.count("Verification: OK") == 2, f"the bundle is not proven: {said}")
    prove("00:1a:2b:3c:4d:5e" in (folder / "lines.txt").read_text(), "the line is not in the bundle")
    stage.note("the line is proven by sha256sum, zstd and openssl alone; the question is in the ledger")


def _keep(stage: Stage, log: Path) -> None:
    """The log's own description: the server here is another than the example's."""
    (stage.folder / "inventory" / "iplog.yaml").write_text(
        f"sources:\n  merkez-dhcp: {{format: dnsmasq, path: {log}, lease: 1h}}\nmay_ask: [{getuser()}]\n"
    )


def pollers(stage: Stage) -> None:
    """The same snapshot as Ansible would run it on a poller a site."""
    stage.say("Many sites: Ansible runs the pollers")
    playbook = ROOT / ".venv-ansible/bin/ansible-playbook"
    stage.environment["ANSIBLE_CONFIG"] = str(ROOT / "playbooks/ansible.cfg")
    stage.environment["ANSIBLE_LOCALHOST_WARNING"] = "False"
    for name in ("ANSIBLE_HOME", "ANSIBLE_REMOTE_TEMP"):  # root of a user namespace has another's home
        stage.environment[name] = str(stage.folder / "run" / "ansible")
    stage.environment["PATH"] = f"{playbook.parent}:{stage.environment['PATH']}"
    stage.run("ansible-playbook playbooks/site-poll.yml")
    documents = [json.loads(path.read_text()) for path in sorted((stage.folder / "pollers").glob("*.json"))]
    prove(len(documents) == 3, f"{len(documents)} pollers sent a document home, not three")
    stage.note("three sites polled, three documents home")


def ledger(stage: Stage) -> None:
    """Every act of the demo is in the ledger, and the chain holds."""
    stage.say("The ledger: every act, for an auditor")
    stage.run("bitools ledger show")
    stage.run("bitools ledger verify")


STORY = (
    inventory,
    first_snapshot,
    someone_changes_two_devices,
    the_change_is_kept,
    drift,
    dead_switch,
    accounts,
    backups,
    report,
    address_log,
    pollers,
    ledger,
)


def _inventory(stage: Stage) -> list[dict[str, Any]]:
    return cast(
        list[dict[str, Any]], json.loads(stage.quietly("bitools", "inventory", "list", "--json"))["items"]
    )


def _devices(stage: Stage) -> list[str]:
    """Nothing, which means all; or, where the real router is not there, the others by name."""
    if not stage.left_out:
        return []
    return [item["device"] for item in _inventory(stage) if item["platform"] != "frr"]


def _commits(stage: Stage) -> list[str]:
    return stage.quietly("git", "-C", str(stage.folder / "state/history"), "log", "--format=%H").split()


def _last_document(stage: Stage, kind: str) -> dict[str, Any]:
    newest = max(
        (stage.folder / "state/documents").glob(f"*.{kind}.json"), key=lambda path: path.stat().st_mtime_ns
    )
    return cast(dict[str, Any], json.loads(newest.read_text()))


def _mails(stage: Stage) -> list[EmailMessage]:
    parser = BytesParser(policy=policy.default)
    return [parser.parsebytes(path.read_bytes()) for path in sorted((stage.folder / "mail").glob("*.eml"))]


def _slip_password(slip: Path) -> str:
    """The password stands alone behind its label, as a person reads it off the paper."""
    label = ("First password", "İlk parola")
    for line in slip.read_text(encoding="utf-8").splitlines():
        name, colon, value = line.strip().partition(":")
        if colon and name.strip() in label:
            return value.strip()
    raise StepFailed(f"{slip}: no password on the slip")


def _what_to_look_at(stage: Stage, seconds: float) -> None:
    folder = stage.place()
    print(f"""
Done. Installs took {os.environ.get("INSTALL_SECONDS", "0")} s, the run {seconds:.0f} s. What to look at:
  {folder}/report.html             the change report, as the mail shows it (open it in a browser)
  {folder}/mail/                   the mail as the server received it
  git -C {folder}/state/history log --stat     every configuration ever seen
  {folder}/state/ledger/           who did what, hash-chained
  {folder}/slip.txt                the first password's slip
  {folder}/restored/               the file that came back""")
    for text in stage.left_out:
        print(f"  left out: {text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
