"""How it looks what a study found: each outcome has a shape and a colour of its own, told apart without either."""

from __future__ import annotations

from bot.core.pictures import StudyOutcome
from bot.pictures.canvas import INK, Canvas, Point

# Of the palette of Okabe and Ito, made to be told apart by colour-blind readers.
GREEN, SKY, VERMILION, PURPLE, BLUE, YELLOW = "#009e73", "#56b4e9", "#d55e00", "#cc79a7", "#0072b2", "#f0e442"
COLOURS: dict[StudyOutcome, str] = {
    "benefit": GREEN,
    "no-clear-benefit": SKY,
    "harm-signal": VERMILION,
    "harm-case": PURPLE,
    "inconclusive": "#ffffff",
}
SIZE = 14  # of a mark, across


def mark(canvas: Canvas, at: Point, outcome: StudyOutcome) -> None:
    """A disc for benefit, a square for none, a triangle for a harm signal, a diamond for a case, else a barred ring."""
    x, y = at
    half, colour = SIZE / 2, COLOURS[outcome]
    if outcome in {"benefit", "inconclusive"}:
        canvas.dot(at, half, fill=colour, outline=INK)
        if outcome == "inconclusive":
            canvas.line([(x - half + 3.5, y), (x + half - 3.5, y)], width=2)
    elif outcome == "no-clear-benefit":
        inner = half - 0.8
        canvas.shape(
            [(x - inner, y - inner), (x + inner, y - inner), (x + inner, y + inner), (x - inner, y + inner)],
            fill=colour,
            outline=INK,
        )
    elif outcome == "harm-signal":
        canvas.shape(
            [(x, y - half), (x + half + 1, y + half - 0.5), (x - half - 1, y + half - 0.5)], fill=colour, outline=INK
        )
    else:
        canvas.shape([(x, y - half - 1), (x + half, y), (x, y + half + 1), (x - half, y)], fill=colour, outline=INK)
