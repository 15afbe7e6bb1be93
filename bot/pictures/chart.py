"""The evidence on a time line: a lane for each kind of funding, a row for each reference, the caveat under them."""

from __future__ import annotations

import math

from bot.pictures.canvas import BAND, EDGE, FAINT, WIDTH, Canvas, Type, measured, wrapped
from bot.pictures.marks import SIZE, mark
from bot.pictures.plans import Chart, Lane, Reference

MARGIN = 14
INNER = WIDTH - 2 * MARGIN
FIRST, LAST = 44.0, 356.0  # where the first and the last year stand
HEAD, ROW, GAP = 22, 23, 8  # heights: a lane's heading, a row, the space between
BESIDE = SIZE + 4  # from one mark of a reference to its next
WRITTEN = 7  # years written on the line, at most
CAUTION, CAUTION_EDGE = "#fff1d6", "#e69f00"
TITLE, HEADING, TEXT = Type(17, bold=True), Type(13, bold=True), Type(13)
SMALL, QUIET = Type(12, colour=FAINT), Type(13, colour=FAINT)


def draw_chart(chart: Chart) -> Canvas:
    """The sheet with the whole picture on it."""
    canvas = Canvas(_height(chart))
    y = MARGIN + canvas.paragraph((MARGIN, MARGIN - 2), chart.title, INNER, TITLE)
    _years(canvas, chart, y + HEAD / 2, y + HEAD + _lanes_height(chart))
    y += HEAD
    for lane in chart.lanes:
        _lane(canvas, chart, lane, y)
        y += _lane_height(lane, chart.years)
    y = _caveat(canvas, chart.caveat, _legend(canvas, chart, y) + GAP)
    canvas.text((MARGIN, y + GAP + SMALL.size / 2), chart.reviewed, SMALL)
    return canvas


def place(year: int, years: tuple[int, int]) -> float:
    """Where a year stands on the line."""
    first, last = years
    return FIRST + (LAST - FIRST) * ((year - first) / (last - first) if last > first else 0.5)


def ticks(years: tuple[int, int]) -> list[int]:
    """The years that are written on the line: few enough to be read."""
    first, last = years
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (last - first) / step < WRITTEN)
    return [first] if first == last else [year for year in range(first, last + 1) if year % step == 0]


def _height(chart: Chart) -> float:
    title = len(wrapped(chart.title, INNER, TITLE)) * TITLE.leading
    legend = math.ceil(len(chart.legend) / _columns(chart)) * ROW
    return (
        MARGIN
        + title
        + HEAD
        + _lanes_height(chart)
        + legend
        + GAP
        + _caveat_height(chart.caveat)
        + GAP
        + SMALL.size
        + MARGIN
    )


def _lanes_height(chart: Chart) -> float:
    return sum(_lane_height(lane, chart.years) for lane in chart.lanes)


def _lane_height(lane: Lane, years: tuple[int, int]) -> float:
    rows = sum(_row_height(reference, years) for reference in lane.references)
    return HEAD + max(rows, ROW) + GAP


def _years(canvas: Canvas, chart: Chart, y: float, bottom: float) -> None:
    """The years, and a thin line down from each."""
    for year in ticks(chart.years):
        x = place(year, chart.years)
        canvas.line([(x, y + HEAD / 2), (x, bottom - GAP)], width=0.75, colour=EDGE)
        canvas.text((x, y), str(year), SMALL, anchor="mm")


def _lane(canvas: Canvas, chart: Chart, lane: Lane, y: float) -> None:
    canvas.box((MARGIN, y), (WIDTH - MARGIN, y + HEAD), fill=BAND, radius=4)
    canvas.text((MARGIN + 8, y + HEAD / 2), lane.label, HEADING)
    if lane.nothing:
        canvas.text((MARGIN + 8, y + HEAD + ROW / 2 + 2), lane.nothing, QUIET)
    y += HEAD + 2
    for reference in lane.references:
        _row(canvas, reference, place(reference.year, chart.years), y + ROW / 2)
        y += _row_height(reference, chart.years)


def _row(canvas: Canvas, reference: Reference, x: float, y: float) -> None:
    """A reference: the marks of its outcomes at its year, how it is cited beside them or, without room, above them."""
    left, right = _room(reference, x)
    if max(left, right) < measured(reference.text, TEXT):
        y += canvas.paragraph((MARGIN + 8, y - ROW / 2), reference.text, INNER - 16, TEXT)
    elif right >= measured(reference.text, TEXT):
        canvas.text((WIDTH - MARGIN - right, y), reference.text, TEXT)
    else:
        canvas.text((MARGIN + left, y), reference.text, TEXT, anchor="rm")
    first = x - (len(reference.outcomes) - 1) * BESIDE / 2
    for number, outcome in enumerate(reference.outcomes):
        mark(canvas, (first + number * BESIDE, y), outcome)


def _room(reference: Reference, x: float) -> tuple[float, float]:
    """How much room there is for a text to the left and to the right of a reference's marks."""
    away = (len(reference.outcomes) - 1) * BESIDE / 2 + SIZE / 2 + 7
    return x - away - MARGIN, WIDTH - MARGIN - x - away


def _row_height(reference: Reference, years: tuple[int, int]) -> float:
    beside = max(_room(reference, place(reference.year, years))) >= measured(reference.text, TEXT)
    return ROW if beside else ROW + len(wrapped(reference.text, INNER - 16, TEXT)) * TEXT.leading


def _columns(chart: Chart) -> int:
    """Two columns for the legend, or one where a label needs the room."""
    return 2 if all(measured(label, TEXT) <= INNER / 2 - SIZE - 14 for _, label in chart.legend) else 1


def _legend(canvas: Canvas, chart: Chart, y: float) -> float:
    """What the marks mean, column by column; returns where it ends."""
    columns = _columns(chart)
    rows = math.ceil(len(chart.legend) / columns)
    for number, (outcome, label) in enumerate(chart.legend):
        x, middle = MARGIN + 2 + number // rows * INNER / 2, y + (number % rows + 0.5) * ROW
        mark(canvas, (x + SIZE / 2, middle), outcome)
        canvas.text((x + SIZE + 7, middle), label, TEXT)
    return y + rows * ROW


def _caveat_height(caveat: str) -> float:
    return len(wrapped(caveat, INNER - 22, TEXT)) * TEXT.leading + 14


def _caveat(canvas: Canvas, caveat: str, y: float) -> float:
    """The caveat in a frame of its own; returns where it ends."""
    end = y + _caveat_height(caveat)
    canvas.box((MARGIN, y), (WIDTH - MARGIN, end), fill=CAUTION, radius=4)
    canvas.box((MARGIN, y), (MARGIN + 4, end), fill=CAUTION_EDGE, radius=2)
    canvas.paragraph((MARGIN + 13, y + 7), caveat, INNER - 22, TEXT)
    return end
