"""Programs are started in one way only."""

from __future__ import annotations

import os

import pytest

from bitools import process
from bitools.errors import Rejected, Unreachable
from tests.deaths import children


def test_a_program_gets_an_environment_from_an_allow_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "leak")
    seen = process.run(["env"], extra={"RESTIC_REPOSITORY": "x"}).stdout.decode()
    assert "leak" not in seen
    assert "RESTIC_REPOSITORY=x" in seen
    assert "LC_ALL=C.UTF-8" in seen


def test_large_output_on_both_streams_does_not_block() -> None:
    script = "head -c 2000000 /dev/zero; head -c 2000000 /dev/zero >&2"
    done = process.run(["sh", "-c", script])
    assert (len(done.stdout), len(done.stderr)) == (2_000_000, 2_000_000)


def test_what_takes_too_long_is_ended() -> None:
    before = children(os.getpid())
    with pytest.raises(Unreachable, match="not done within"):
        process.run(["sleep", "600"], timeout=0.5)  # left alone it would come to a good end
    assert set(children(os.getpid())) <= set(before)


def test_a_missing_program_says_how_to_get_it() -> None:
    with pytest.raises(Rejected, match="not installed") as caught:
        process.run(["no-such-program-here"])
    assert "apt-get install" in caught.value.hint
    assert caught.value.reason == "missing"


def test_a_failure_repeats_the_programs_last_words() -> None:
    with pytest.raises(Rejected, match="code 3: the reason"):
        process.run(["sh", "-c", "echo noise >&2; echo the reason >&2; exit 3"], check=True)


def test_the_end_of_a_program_is_waited_for_and_no_longer_than_said() -> None:
    with process.start(["sh", "-c", "exit 7"]) as child:
        assert process.waited(child, 30) == 7
        assert process.waited(child, 30) == 7, "it has been waited for"
    with process.start(["sleep", "60"]) as child:
        assert process.waited(child, 0.05) is None


def test_where_the_kernel_tells_no_end_it_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_pid: int) -> int:
        raise OSError(38, "ENOSYS")

    monkeypatch.setattr(os, "pidfd_open", unknown)
    with process.start(["sh", "-c", "exit 7"]) as child:
        assert process.waited(child, 30) == 7
    with process.start(["sleep", "60"]) as child:
        assert process.waited(child, 0.05) is None
