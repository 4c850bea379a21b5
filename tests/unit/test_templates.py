"""What someone who writes a template of their own relies on."""

from pathlib import Path

import pytest

from bitools import i18n
from bitools.errors import InventoryInvalid
from bitools.templates import render_template


def own(folder: Path, name: str, text: str) -> Path:
    path = folder / "templates" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_html_is_escaped_and_text_is_not(tmp_path: Path) -> None:
    for name in ("a.html", "a.html.j2"):
        own(tmp_path, name, "{{ who }}")
        assert render_template(name, tmp_path, who="<b>&") == "&lt;b&gt;&amp;"
    own(tmp_path, "a.txt.j2", "{{ who }}")
    assert render_template("a.txt.j2", tmp_path, who="<b>&") == "<b>&"


def test_numbers_and_dates_follow_the_language(tmp_path: Path) -> None:
    own(tmp_path, "a.txt", "{{ 1234.5|number(1) }} {{ _('x') }}")
    with i18n.spoken("tr"):
        assert render_template("a.txt", tmp_path) == "1.234,5 x"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("fine\n{% if %}\n", 2),
        ("fine\n\n{{ missing }}\n", 3),
        ("{{ 1 / 0 }}\n", 1),
        ("\n{{ 'a' + 1 }}\n", 2),
        ("\n{{ 1|nosuchfilter }}\n", 2),
    ],
)
def test_a_broken_template_is_named_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = own(tmp_path, "a.txt", text)
    with pytest.raises(InventoryInvalid, match="the template is broken") as caught:
        render_template("a.txt", tmp_path)
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(InventoryInvalid, match=r"no template nothing\.txt"):
        render_template("nothing.txt", tmp_path)


def test_a_template_is_never_read_from_outside_its_folders(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "templates").mkdir()
    with pytest.raises(InventoryInvalid):
        render_template("../secret", tmp_path)
