"""An intended line may leave its secret open; its place counts all the same."""

from __future__ import annotations

from bitools.net.intended import with_secrets_of

RUNNING = "enable secret 5 <secret:0123abcd>\nsnmp-server community <secret:4567cdef> RO YONETIM\n"


def test_an_open_secret_is_the_running_one() -> None:
    assert (
        with_secrets_of("enable secret 5 <secret>\nsnmp-server community <secret> RO YONETIM\n", RUNNING)
        == RUNNING
    )


def test_a_line_that_is_not_there_stays_a_difference() -> None:
    assert (
        with_secrets_of("snmp-server community <secret> RW\n", RUNNING)
        == "snmp-server community <secret> RW\n"
    )
