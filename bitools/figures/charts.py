"""Bar charts as plain geometry; the template draws them as SVG with presentation attributes. Pure.

Attributes and not CSS variables, because printers (WeasyPrint) paint `fill: var(--x)` black.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 8, 12, 28
_STEPS = 4
COLOURS = ("#0969da", "#cf222e")


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    series: int
    fill: str
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place: of the scale, or under a group of bars."""

    x: float
    y: float
    text: str
    value: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn; `summary` says in words what it shows."""

    title: str
    summary: str
    bars: tuple[Bar, ...]
    scale: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    legend: tuple[tuple[str, str], ...]  # colour, name
    width: int = WIDTH
    height: int = HEIGHT


def bars(
    title: str,
    summary: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Mapping[str, int]]],
    named: Callable[[str], str] = str,
) -> Chart:
    """Bars side by side: for each label one of each series (name, values by label).

    `named`: a label as people say it; under the bars there is room for three letters of it.
    """
    top = _ceiling(max((values.get(label, 0) for _name, values in series for label in labels), default=0))
    room, depth = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    slot = room / max(1, len(labels))
    width = slot * 0.72 / max(1, len(series))
    drawn, marks = [], []
    for at, label in enumerate(labels):
        left = _LEFT + slot * at
        marks.append(Mark(round(left + slot / 2, 1), HEIGHT - 8, named(label)[:3]))
        for order, (name, values) in enumerate(series):
            value = values.get(label, 0)
            tall = depth * value / top
            x = left + slot * 0.14 + width * order
            place = (round(x, 1), round(_TOP + depth - tall, 1), round(width, 1), round(tall, 1))
            if value:
                drawn.append(
                    Bar(*place, order, COLOURS[order % len(COLOURS)], f"{named(label)} {name}", value)
                )
    scale = tuple(
        Mark(_LEFT - 6, round(_TOP + depth * (1 - step / _STEPS), 1), "", top * step // _STEPS)
        for step in range(_STEPS + 1)
    )
    legend = tuple((COLOURS[order % len(COLOURS)], name) for order, (name, _values) in enumerate(series))
    return Chart(title, summary, tuple(drawn), scale, tuple(marks), legend)


def _ceiling(largest: int) -> int:
    """A round number at or above it that the scale's steps divide: 4, 8, 20, 40, 80, 200, …"""
    power = 1
    while True:
        for factor in (4, 8, 12, 20):
            if factor * power >= largest:
                return factor * power
        power *= 10
