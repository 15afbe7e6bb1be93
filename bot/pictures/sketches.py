"""The drawings of a card's steps, plain and in one style. Their words come with the plan; none is written here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bot.core.pictures import Drawing
from bot.pictures.canvas import BAND, EDGE, INK, WIDTH, Canvas, Point, Type, wrapped
from bot.pictures.marks import BLUE, GREEN, PURPLE, SIZE, SKY, VERMILION, YELLOW, mark
from bot.pictures.plans import Side, Sketch

MARGIN = 16
HEIGHT = 216.0
TITLE, HEADING, TEXT = Type(16, bold=True), Type(14, bold=True), Type(14)
ORANGE = "#e69f00"


class Chain(NamedTuple):
    """A short chain of beads: where it begins, from bead to bead, how many, and their colour."""

    start: Point
    way: Point
    beads: int
    colour: str


# A handful of short chains and single pieces, as they lie in a vial.
CHAINS = (
    Chain((12, 50), (11, 5), 3, BLUE),
    Chain((60, 46), (11, 6), 4, GREEN),
    Chain((14, 82), (10, -5), 2, VERMILION),
    Chain((44, 96), (11, 6), 4, SKY),
    Chain((12, 126), (11, -5), 3, PURPLE),
    Chain((74, 134), (11, -5), 3, BLUE),
)
SINGLES: tuple[Point, ...] = (
    *((48, 72), (12, 104), (66, 78), (98, 88), (26, 66)),
    *((54, 132), (88, 68), (98, 112), (32, 104), (44, 40)),
)
FRAGMENTS = (
    Chain((52, 84), (11, 4), 3, BLUE),
    Chain((66, 112), (11, -4), 2, GREEN),
    Chain((48, 136), (11, 3), 3, PURPLE),
)


def draw_sketch(sketch: Sketch) -> Canvas:
    """The sheet with the drawing on it, under the step's title."""
    canvas = Canvas(HEIGHT)
    canvas.text((MARGIN, 20), sketch.title, TITLE)
    DRAWN[sketch.drawing](canvas, sketch)
    return canvas


def _mixture(canvas: Canvas, sketch: Sketch) -> None:
    whole, chains, singles = sketch.words
    _vial(canvas, (40, 50))
    y = 64 + canvas.paragraph((186, 58), whole, WIDTH - 186 - MARGIN, HEADING) + 10
    _chain(canvas, Chain((192, y + 9), (11, 0), 3, BLUE))
    y += canvas.paragraph((228, y), chains, WIDTH - 228 - MARGIN, TEXT) + 10
    _bead(canvas, (203, y + 9), YELLOW)
    canvas.paragraph((228, y), singles, WIDTH - 228 - MARGIN, TEXT)


def _course(canvas: Canvas, sketch: Sketch) -> None:
    given, stopped = sketch.words
    y = 122.0
    canvas.box((28, y - 13), (206, y + 13), fill=SKY, outline=INK, radius=6)
    canvas.line([(206, y), (372, y)], width=2.5, dash=7)
    canvas.line([(372, y - 10), (372, y + 10)], width=2.5)
    _syringe(canvas, (117, y - 26))
    canvas.paragraph((117, y + 26), given, 180, HEADING, centred=True)
    canvas.paragraph((290, y + 26), stopped, 160, HEADING, centred=True)


def _signal(canvas: Canvas, sketch: Sketch) -> None:
    fragments, meant, reached = sketch.words
    for chain in FRAGMENTS:
        _chain(canvas, chain)
    canvas.arrow((104, 112), (266, 112), width=2.5, dash=8)
    _neuron(canvas, (322, 112))
    canvas.paragraph((184, 120), meant, 150, TEXT, centred=True)
    canvas.paragraph((72, 172), fragments, 120, HEADING, centred=True)
    canvas.paragraph((322, 172), reached, 120, HEADING, centred=True)


def _branching(canvas: Canvas, sketch: Sketch) -> None:
    aim, new = sketch.words
    canvas.paragraph((WIDTH / 2, 38), aim, WIDTH - 2 * MARGIN, TEXT, centred=True)
    left, right = (84.0, 122.0), (322.0, 118.0)
    for way in (
        [(112, 108), (160, 82), (214, 84), (268, 96)],
        [(160, 82), (196, 64), (232, 64)],
        [(112, 134), (156, 158), (204, 154), (268, 136)],
        [(156, 158), (190, 178), (232, 180)],
    ):
        canvas.line(way, width=3, colour=GREEN, dash=7)
        canvas.dot(way[-1], 4.5, fill=GREEN, outline=INK)
    _neuron(canvas, left)
    _neuron(canvas, right)
    canvas.paragraph((200, 104), new, 110, HEADING, centred=True)


def _split(canvas: Canvas, sketch: Sketch) -> None:
    (split,) = sketch.words
    sides = sketch.sides
    heights = [_side_height(side) for side in sides]
    gap = 12.0
    y = 46 + (HEIGHT - 46 - MARGIN - sum(heights) - gap * (len(sides) - 1)) / 2 if sides else 0.0
    stem = (106.0, 128.0)
    for side, height in zip(sides, heights, strict=True):
        canvas.line([stem, (128, y + height / 2)], width=3)
        canvas.arrow((128, y + height / 2), (150, y + height / 2), width=3)
        _side(canvas, side, (154, y), height)
        y += height + gap
    canvas.line([(MARGIN, stem[1]), stem], width=3)
    canvas.paragraph((MARGIN, stem[1] + 8), split, stem[0] - MARGIN, HEADING)


def _risk(canvas: Canvas, sketch: Sketch) -> None:
    origin, risk, often = sketch.words
    _vial(canvas, (30, 50), size=0.72)
    canvas.paragraph((70, 170), origin, 116, TEXT, centred=True)
    canvas.arrow((122, 108), (168, 108), width=2.5)
    _danger(canvas, (216, 108), 40)
    y = 70 + canvas.paragraph((268, 66), risk, WIDTH - 268 - 10, HEADING)
    canvas.paragraph((268, y + 4), often, WIDTH - 268 - 10, TEXT)


def _result(canvas: Canvas, sketch: Sketch) -> None:
    for x, words, icon in zip((76, 200, 324), sketch.words, (_papers, _pull, _triangle), strict=True):
        canvas.box((x - 58, 44), (x + 58, HEIGHT - MARGIN), fill=BAND, radius=6)
        icon(canvas, (x, 100))
        canvas.paragraph((x, 156), words, 108, HEADING, centred=True)


# What the drawings are made of


def _vial(canvas: Canvas, corner: Point, size: float = 1.0) -> None:
    """A vial with the mixture in it, 112 by 148 at its full size; `corner` is the upper left."""
    x, y = corner
    w, h, neck = 112 * size, 148 * size, 30 * size
    canvas.box((x, y + neck), (x + w, y + h), fill="#ffffff", outline=INK, radius=14 * size)
    canvas.box((x + w * 0.26, y + neck * 0.4), (x + w * 0.74, y + neck + 1), fill="#ffffff", outline=INK)
    canvas.box((x + w * 0.2, y), (x + w * 0.8, y + neck * 0.45), fill=EDGE, outline=INK, radius=3 * size)
    for chain in CHAINS:
        _chain(canvas, chain, corner, size)
    for dx, dy in SINGLES:
        _bead(canvas, (x + dx * size, y + dy * size), YELLOW, size)


def _chain(canvas: Canvas, chain: Chain, origin: Point = (0, 0), size: float = 1.0) -> None:
    """Beads on a string that goes one way and bends back after the third; it begins as far from `origin` as it says."""
    (x, y), (dx, dy) = chain.start, chain.way
    steps = [(x + number * dx, y + min(number, 4 - number) * dy) for number in range(chain.beads)]
    places = [(origin[0] + x * size, origin[1] + y * size) for x, y in steps]
    canvas.line(places, width=2)
    for place in places:
        _bead(canvas, place, chain.colour, size)


def _bead(canvas: Canvas, place: Point, colour: str, size: float = 1.0) -> None:
    canvas.dot(place, 5 * size, fill=colour, outline=INK, width=1.2)


def _syringe(canvas: Canvas, point: Point) -> None:
    """A syringe that points down; `point` is the end of its needle."""
    x, y = point
    canvas.line([(x, y), (x, y - 12)], width=1.5)
    canvas.box((x - 6, y - 38), (x + 6, y - 11), fill="#ffffff", outline=INK, radius=2)
    canvas.box((x - 5, y - 28), (x + 5, y - 12), fill=SKY)
    canvas.line([(x, y - 28), (x, y - 46)], width=2)
    canvas.line([(x - 6, y - 46), (x + 6, y - 46)], width=2)


def _neuron(canvas: Canvas, centre: Point) -> None:
    """A nerve cell with its branches."""
    x, y = centre
    for turn in ([(-26, -30), (-38, -34)], [(-26, -30), (-28, -42)], [(26, -30), (38, -34)], [(26, -30), (28, -42)]):
        canvas.line([(x, y), *((x + dx, y + dy) for dx, dy in turn)], width=3)
        canvas.line([(x, y), *((x + dx, y - dy) for dx, dy in turn)], width=3)
    canvas.dot(centre, 20, fill=SKY, outline=INK, width=2)
    canvas.dot(centre, 7, fill=BLUE)


def _danger(canvas: Canvas, centre: Point, half: float) -> None:
    """A warning triangle."""
    x, y = centre
    canvas.shape(
        [(x, y - half), (x + half * 1.1, y + half * 0.85), (x - half * 1.1, y + half * 0.85)],
        fill=ORANGE,
        outline=INK,
        width=3,
    )
    canvas.line([(x, y - half * 0.35), (x, y + half * 0.25)], width=half / 6)
    canvas.dot((x, y + half * 0.55), half / 10, fill=INK)


def _triangle(canvas: Canvas, centre: Point) -> None:
    _danger(canvas, centre, 36)


def _papers(canvas: Canvas, centre: Point) -> None:
    """A pile of papers."""
    x, y = centre
    for number in range(4):
        left, top = x - 34 + number * 7, y - 34 + number * 7
        canvas.box((left, top), (left + 46, top + 46), fill="#ffffff", outline=INK, radius=2)
    for number in range(4):
        end = 34 if number < 3 else 20
        canvas.line([(x - 5, y - 3 + number * 9), (x - 5 + end, y - 3 + number * 9)], width=2, colour=EDGE)


def _pull(canvas: Canvas, centre: Point) -> None:
    """Two arrows that pull apart."""
    x, y = centre
    canvas.arrow((x - 3, y - 14), (x - 44, y - 14), width=5, colour=BLUE)
    canvas.arrow((x + 3, y + 14), (x + 44, y + 14), width=5, colour=VERMILION)


def _side_height(side: Side) -> float:
    heading = len(wrapped(side.label, WIDTH - 154 - MARGIN - 20, HEADING)) * HEADING.leading
    return heading + 14 + len(side.outcomes) * 22


def _side(canvas: Canvas, side: Side, corner: Point, height: float) -> None:
    """Who paid, and under it what all of it found."""
    x, y = corner
    canvas.box(corner, (WIDTH - MARGIN, y + height), fill=BAND, radius=6)
    y += 6 + canvas.paragraph((x + 10, y + 6), side.label, WIDTH - x - MARGIN - 20, HEADING) + 12
    for outcome, label in side.outcomes:
        mark(canvas, (x + 12 + SIZE / 2, y), outcome)
        canvas.text((x + 12 + SIZE + 8, y), label, TEXT)
        y += 22


Drawn = Callable[[Canvas, Sketch], None]
DRAWN: dict[Drawing, Drawn] = {
    "mixture": _mixture,
    "course": _course,
    "signal": _signal,
    "branching": _branching,
    "split": _split,
    "risk": _risk,
    "result": _result,
}
