"""The end of a session takes nothing away from what it brought."""

from __future__ import annotations

import pytest

from bitools.net.wire.paramiko_tuned import Client
from bitools.net.wire.ssh import leave


class Broken(Client):
    """A client whose line to the jump host breaks in the moment in which it is closed."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error, self.closed = error, False

    def close(self) -> None:
        self.closed = True
        raise self.error


@pytest.mark.parametrize("error", [EOFError(), OSError("reset"), TimeoutError()])
def test_a_line_that_breaks_while_it_is_closed_is_no_failure(error: Exception) -> None:
    client = Broken(error)
    leave(client)
    assert client.closed
