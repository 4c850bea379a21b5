"""What restic's words mean."""

from __future__ import annotations

import json

import pytest

from bitools.backup.wire.restic_answers import Answer, interpret
from bitools.errors import IntegrityBroken

_TRACE = (
    "\ngithub.com/restic/restic/internal/restic.FindLatestSnapshot.func1"
    "\n\tgithub.com/restic/restic/internal/restic/snapshot_find.go:40"
    "\ngolang.org/x/sync/errgroup.(*Group).Go.func1\n\tgolang.org/x/sync/errgroup/errgroup.go:75"
    "\nruntime.goexit\n\truntime/asm_amd64.s:1594\n"
)
_WHY = "Error loading snapshot 4263958d: load <snapshot/4263958d9f>: invalid data returned"


@pytest.mark.parametrize(
    "said",
    [_WHY + _TRACE, json.dumps({"message_type": "exit_error", "code": 1, "message": _WHY + _TRACE})],
    ids=["0.14", "0.18"],
)
def test_a_stack_trace_is_no_reason_and_the_damaged_snapshot_is_named(said: str) -> None:
    answer = Answer(1, b"", said.encode())
    assert (answer.complaint, answer.unreadable) == (_WHY, ["4263958d"])
    with pytest.raises(IntegrityBroken) as told:
        interpret(answer, "/srv/depo")
    assert "snapshot 4263958d" in told.value.message


def test_where_restic_gives_no_reason_that_is_said() -> None:
    error = b'{"message_type":"error","error":{},"during":"archival","item":"/"}\n'
    assert "backup verify" in Answer(3, b"", error).files[0]


@pytest.mark.parametrize(
    ("complaint", "refused"),
    [
        ("unable to open config file: Stat: dial tcp 10.10.0.5:22: i/o timeout", True),
        ("unable to open config file: Stat: context canceled", False),
        ("config cannot be loaded: context canceled", False),
    ],
)
def test_a_repository_that_was_being_opened_when_we_ended_restic_refused_nothing(
    complaint: str, refused: bool
) -> None:
    """The program whose output was to be stored failed: that is the cause, and not the repository."""
    assert Answer(1, b"", f"Fatal: {complaint}\n".encode()).refused is refused
