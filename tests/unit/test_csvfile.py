"""Tables that offices keep: whatever Excel made of them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bitools import csvfile
from bitools.errors import BitoolsError
from bitools.user.wire import custody

cells = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12).map(str.strip)


@given(
    st.lists(st.tuples(cells, cells), max_size=8),
    st.sampled_from(";,\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read(rows: list[tuple[str, str]], delimiter: str, encoding: str) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    lines = [delimiter.join(("sicil", "esya")), *(delimiter.join(map(quoted, row)) for row in rows)]
    read = csvfile.read(csvfile.decode("\r\n".join(lines).encode(encoding), "x.csv"), "x.csv")
    expected = [(a, b) for a, b in rows if a or b]
    assert [(row.cells["sicil"], row.cells["esya"]) for row in read.rows] == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        custody.parse(csvfile.decode(content, "x.csv"), "x.csv")
    except BitoolsError as error:
        assert str(error).startswith("x.csv")


def test_turkish_headings_are_known_in_any_case() -> None:
    read = csvfile.read("SİCİL NO;Malzeme\n1;x\n", str(Path("x.csv")))
    assert read.headings == ("sicil_no", "malzeme")
