"""What mails, the year, Prometheus and an export say of the address log."""

from __future__ import annotations

from pathlib import Path

from lab.time_authority import TimeAuthority
from tests.conftest import CommandLine
from tests.wire.iplog.conftest import ASKED, sources

LINES = """\
2026-11-20T12:00:00+03:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:0a (imar) via eth0
2026-11-20T12:10:00+03:00 d dhcpd[1]: DHCPACK on 10.0.0.5 an 00:1a:2b:3c:4d:0a
2026-11-20T12:30:00+03:00 d dhcpd[1]: DHCPACK on 10.0.0.5 to 00:1a:2b:3c:4d:0a (imar) via eth0
"""


def kept(log: CommandLine, tmp_path: Path, more: str = "") -> None:
    file = tmp_path / "dhcpd.log"
    file.write_text(LINES)
    with (log.inventory / "settings.yaml").open("a") as settings:
        settings.write("language: en\n")
    sources(log, f"  merkez: {{format: dhcpd, path: {file}, lease: 1h}}\n", more)
    assert log("iplog", "ingest").code == 0


def test_the_daily_mail_has_the_head_and_counts_and_nobody_s_name(log: CommandLine, tmp_path: Path) -> None:
    kept(log, tmp_path)
    assert log("iplog", "seal", "--now").code == 0
    head = log("iplog", "verify", "--json").document["head"]
    assert log("iplog", "who", "10.0.0.5", "--at", "2026-11-20 12:15", *ASKED).code == 0
    said = log("report", "daily", "--text", str(tmp_path / "mail.txt"), "--html", str(tmp_path / "mail.html"))
    assert said.code == 0, said.stderr
    for name in ("mail.txt", "mail.html"):
        text = (tmp_path / name).read_text()
        assert f"head: {head}" in text
        assert "1 line was not understood" in text
        assert "questions: 1 answered, 0 refused, 0 exports" in text
        for secret in ("10.0.0.5", "00:1a:2b", "imar", "2026/1"):
            assert secret not in text


def test_the_year_counts_days_gaps_and_questions(log: CommandLine, tmp_path: Path) -> None:
    kept(log, tmp_path)
    assert log("iplog", "seal", "--now").code == 0
    assert log("iplog", "who", "10.0.0.5", "--at", "2026-11-20 12:15", *ASKED).code == 0
    assert log("report", "year", "--html", str(tmp_path / "year.html")).code == 0
    text = (tmp_path / "year.html").read_text()
    assert "The address log" in text
    assert "questions answered" in text
    assert "10.0.0.5" not in text
    assert "imar" not in text


def test_prometheus_reads_how_every_source_stands(log: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "iplog.prom"
    kept(log, tmp_path, f"metrics: {file}\n")
    assert log("iplog", "status").code == 0
    lines = file.read_text().splitlines()
    assert 'bitools_iplog_last_line_timestamp_seconds{source="merkez"} 1795167000' in lines
    assert 'bitools_iplog_unparsed_lines{source="merkez"} 1' in lines
    assert "bitools_iplog_unstamped_days 0" in lines
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {line.split("{")[0].split()[0] for line in lines if not line.startswith("#")} == named


def test_an_export_without_a_file_keeps_its_tabs(log: CommandLine, tmp_path: Path) -> None:
    kept(log, tmp_path)
    told = log("iplog", "export", "--format", "tib", "--from", "2026-11-20", "--to", "2026-11-20", *ASKED)
    assert told.code == 0, told.stderr
    assert "10.0.0.5\t20.11.2026-12:00:00\t20.11.2026-13:30:00\t00-1A-2B-3C-4D-0A" in told.stdout.splitlines()


def test_doctor_tells_of_a_silent_source_and_of_an_authority_that_is_down(
    log: CommandLine, tmp_path: Path
) -> None:
    with TimeAuthority(tmp_path / "tsa") as authority:
        gone = f"timestamp: {{url: '{authority.url}', ca: {authority.ca}}}\n"
    with (log.inventory / "settings.yaml").open("a") as settings:
        settings.write(gone)
    kept(log, tmp_path)
    assert log("iplog", "seal", "--now").code == 3
    assert log("iplog", "status", "--exit-code").code == 4
    said = {item["name"]: item for item in log("doctor", "--json").document["items"]}
    assert said["merkez"]["grade"] == "warning"
    assert "silent; its last line is of 2026-11-20 12:30" in said["merkez"]["text"]
    assert "the time authority gave no stamp" in said["timestamp"]["text"]
