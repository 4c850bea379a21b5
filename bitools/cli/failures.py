"""What failed, as people read it: three hundred switches with one cause are one paragraph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bitools.i18n import _, ng

_NAMED = 20  # targets that a paragraph names


def paragraphs(failed: Sequence[Mapping[str, object]], *, every: bool = False) -> list[str]:
    """One a cause, in the order in which they came; with `every` target's name."""
    from bitools.report.digest.causes import without_its_own  # not at the top: `--help` has no need of it

    groups: dict[tuple[object, ...], list[Mapping[str, object]]] = {}
    for one in failed:
        said = tuple(without_its_own(str(one[key]), str(one["target"])) for key in ("error", "hint"))
        groups.setdefault((one["code"], one.get("reason", ""), said), []).append(one)
    return [_paragraph(group, every=every) for group in groups.values()]


def _paragraph(group: Sequence[Mapping[str, object]], *, every: bool) -> str:
    first, *others = group
    lines = [f"✗ {first['target']}: {first['error']}"]
    if others:
        names = [str(one["target"]) for one in others]
        shown = names if every else names[:_NAMED]
        left = len(names) - len(shown)
        same = ng("the same with {count} more: {names}", "the same with {count} more: {names}", len(names))
        more = " " + _("and {count} more, see -v").format(count=left) if left else ""
        lines.append("  " + same.format(count=len(names), names=", ".join(shown)) + more)
    if first["hint"]:
        lines.append(f"  → {first['hint']}")
    return "\n".join(lines)
