"""What is refused, and the cause that is named."""

from __future__ import annotations

import pytest

from bitools import platforms
from bitools.errors import BitoolsError, Code
from bitools.net.decisions.grammar import grammar
from bitools.net.decisions.guard import cut_off, examine, shrunk
from bitools.net.decisions.page import Page

WHOLE = """\
Building configuration...

Current configuration : 99 bytes
!
version 15.2
hostname sw-1
banner motd ^C
sw-1#
%LINK-3-UPDOWN: text of a banner
^C
interface GigabitEthernet1/0/1
 description uplink to sw-1#
event manager applet E
 event syslog pattern "%LINK-3-UPDOWN"
line vty 0 4
ntp server 10.0.0.1
aaa new-model
snmp-server location here
end
"""


def cause(raw: str, platform: str = "cisco_ios") -> tuple[Code, str]:
    with pytest.raises(BitoolsError) as caught:
        examine(Page(raw, grammar(platforms.load(platform))), "sw-1", "show running-config")
    return caught.value.code, caught.value.reason


def test_a_whole_one_passes_even_with_prompts_and_messages_in_its_texts() -> None:
    examine(Page(WHOLE, grammar(platforms.load("cisco_ios"))), "sw-1", "show running-config")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", (Code.INTEGRITY, "empty")),
        ("\n\n  \n", (Code.INTEGRITY, "empty")),
        ("        ^\n% Invalid input detected at '^' marker.\n", (Code.REJECTED, "error_text")),
        ("Command authorization failed.\n", (Code.REJECTED, "not_authorised")),
        ("% Authorization failed.\n", (Code.REJECTED, "not_authorised")),
        (WHOLE[: len(WHOLE) // 2] + "\n", (Code.INTEGRITY, "truncated")),
        (WHOLE.replace("\nend\n", "\n"), (Code.INTEGRITY, "truncated")),
        (WHOLE[WHOLE.index("interface") :], (Code.INTEGRITY, "beginning")),
        (WHOLE.replace("line vty", " --More-- \b\b\b\b         line vty"), (Code.INTEGRITY, "pager")),
        (WHOLE.replace("line vty", "line\b vty"), (Code.INTEGRITY, "pager")),
        (
            WHOLE.replace("line vty", "*Nov 22 12:00:01.123: %LINK-3-UPDOWN: Interface Gi1/0/7\nline vty"),
            (Code.INTEGRITY, "console"),
        ),
        *(
            (
                WHOLE.replace("line vty", f"\n\n***\n*** --- SHUTDOWN {when} ---\n***\n\nline vty"),
                (Code.INTEGRITY, "console"),
            )
            for when in (
                "in 0:05:00",
                "NOW",
                "ABORTED",
            )  # to all who are there, once somebody typed `reload in`
        ),
        (WHOLE.replace("line vty", "sw-1#show running-config\nline vty"), (Code.INTEGRITY, "prompt")),
        (WHOLE.replace("line vty", "sw-1#\nline vty"), (Code.INTEGRITY, "prompt")),
    ],
)
def test_each_fault_has_its_own_cause(raw: str, expected: tuple[Code, str]) -> None:
    assert cause(raw) == expected


def test_open_braces_are_a_cut_configuration() -> None:
    text = "version 22.4;\nsystem {\n    host-name a;\n"
    assert cause(text, "juniper_junos") == (Code.INTEGRITY, "truncated")
    examine(Page(text + "}\n", grammar(platforms.load("juniper_junos"))), "a")


def test_a_third_less_needs_a_second_look() -> None:
    assert shrunk(60, 100)
    assert not shrunk(75, 100)
    assert not shrunk(3, 10)


def test_the_lost_last_line_betrays_a_cut() -> None:
    assert cut_off("a\nb\n", "a\nb\nc\n")
    assert not cut_off("a\nb\nc\nd\n", "x\na\nb\nb\nc\nd\n")
    assert not cut_off("a\nb\nd\n", "a\nb\nc\n")
    assert cut_off("a\nend\n", "a\nend\nb\nend\n")
