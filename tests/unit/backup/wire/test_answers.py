"""What restic's words mean."""

from __future__ import annotations

import pytest

from bitools.backup.wire.restic_answers import Answer


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
