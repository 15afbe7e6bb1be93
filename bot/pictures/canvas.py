"""The sheet that a picture is drawn on: measures in pixels of a picture 400 wide, which is kept sharper than that.

The only place that knows Pillow and the font. Every text that is drawn is kept in `texts`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import fontpkg
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from bot.pictures.plans import CannotDrawError

WIDTH = 400
SHARP = 2  # pixels of the file for one of ours: phones show that many
FINE = 3  # pixels of a shape drawn for one of the file: smooth edges
COLOURS = 128  # in the file's palette

PAPER, BAND, EDGE = "#f7f5f0", "#e9e5dc", "#c9c4b8"
INK, FAINT = "#1f2328", "#5b6169"

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set: its size on our scale, its weight and colour."""

    size: float
    bold: bool = False
    colour: str = INK

    @property
    def leading(self) -> float:
        """From one line of a paragraph to the next."""
        return round(self.size * 1.3)


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws on the fine mask of one shape; `corner` is where the mask lies, in pixels of the file."""

    draw: ImageDraw.ImageDraw
    corner: tuple[int, int]

    def line(self, ends: Sequence[Point], width: float) -> None:
        """A straight line."""
        self.draw.line([self._fine(point) for point in ends], fill=255, width=round(width * SHARP * FINE))

    def polygon(self, points: Iterable[Point]) -> None:
        """A filled shape."""
        self.draw.polygon([self._fine(point) for point in points], fill=255)

    def disc(self, centre: Point, radius: float) -> None:
        """A filled circle."""
        (x, y), r = self._fine(centre), radius * SHARP * FINE
        self.draw.ellipse((x - r, y - r, x + r, y + r), fill=255)

    def box(self, corner: Point, opposite: Point, radius: float) -> None:
        """A filled rectangle with rounded corners."""
        ends = (*self._fine(corner), *self._fine(opposite))
        self.draw.rounded_rectangle(ends, radius * SHARP * FINE, fill=255)

    def _fine(self, point: Point) -> Point:
        return (point[0] * SHARP - self.corner[0]) * FINE, (point[1] * SHARP - self.corner[1]) * FINE


class Canvas:
    """A sheet of paper, 400 wide and as high as asked for."""

    def __init__(self, height: float) -> None:
        self.texts: list[str] = []
        self._taken: list[Box] = []  # where texts stand
        self._image = Image.new("RGB", (WIDTH * SHARP, math.ceil(height * SHARP)), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def text(self, at: Point, text: str, face: Type, anchor: str = "lm") -> None:
        """A line of text that covers what is below it; `anchor` as Pillow has it (lm: begins at the point, mid-height).

        `CannotDrawError` where it would leave the sheet or run into another text, or the font lacks one of its letters.
        """
        self.texts.append(text)
        where, font = _scaled(at), _font_for(text, face)
        left, top, right, bottom = box = self._draw.textbbox(where, text, font=font, anchor=anchor)
        inside = left >= 0 and top >= 0 and right <= self._image.width and bottom <= self._image.height
        if not inside or any(_overlap(box, other) for other in self._taken):
            raise CannotDrawError(f"no picture has room for {text!r} at that place: make it shorter")
        self._taken.append(box)
        paper = self._colour_at((left, (top + bottom) / 2))
        self._draw.rectangle((left - SHARP, top - SHARP, right + SHARP, bottom + SHARP), fill=paper)
        self._draw.text(where, text, fill=face.colour, font=font, anchor=anchor)

    def paragraph(self, at: Point, text: str, width: float, face: Type, *, centred: bool = False) -> float:
        """A text over as many lines as the width asks for, its top at the point; returns its height."""
        lines = wrapped(text, width, face)
        for number, line in enumerate(lines):
            middle = at[1] + (number + 0.5) * face.leading
            self.text((at[0], middle), line, face, anchor="mm" if centred else "lm")
        return len(lines) * face.leading

    def line(self, points: Sequence[Point], *, width: float = 2, colour: str = INK, dash: float = 0) -> None:
        """A line through points with round ends; of dashes of a length where `dash` is given."""
        pieces = [piece for ends in pairwise(points) for piece in (_dashes(*ends, dash) if dash else [ends])]

        def paint(pen: Pen) -> None:
            for piece in pieces:
                pen.line(piece, width)
                for point in piece:
                    pen.disc(point, width / 2)

        self._stamp(_around(points, width), colour, paint)

    def arrow(self, start: Point, end: Point, *, width: float = 2, colour: str = INK, dash: float = 0) -> None:
        """A line with a head at its end."""
        turn, long = math.atan2(end[1] - start[1], end[0] - start[0]), 5 * width
        wings = [(end[0] - long * math.cos(turn + a), end[1] - long * math.sin(turn + a)) for a in (-0.45, 0.45)]
        foot = (end[0] - long * 0.8 * math.cos(turn), end[1] - long * 0.8 * math.sin(turn))
        self.line([start, foot], width=width, colour=colour, dash=dash)
        self.shape([end, *wings], fill=colour)

    def shape(self, points: Sequence[Point], *, fill: str, outline: str | None = None, width: float = 1.5) -> None:
        """A closed shape through its corners."""
        self._stamp(_around(points, 0), fill, lambda pen: pen.polygon(points))
        if outline:
            self.line([*points, points[0]], width=width, colour=outline)

    def dot(self, centre: Point, radius: float, *, fill: str, outline: str | None = None, width: float = 1.5) -> None:
        """A disc; its outline lies within its radius."""
        around = _around([centre], 2 * radius)
        self._stamp(around, outline or fill, lambda pen: pen.disc(centre, radius))
        if outline:
            self._stamp(around, fill, lambda pen: pen.disc(centre, radius - width))

    def box(self, corner: Point, opposite: Point, *, fill: str, outline: str | None = None, radius: float = 0) -> None:
        """A rectangle, its corners rounded; its outline lies within it."""
        edge = 1.5 if outline else 0
        around = _around([corner, opposite], 0)
        if outline:
            self._stamp(around, outline, lambda pen: pen.box(corner, opposite, radius))
        inner = (corner[0] + edge, corner[1] + edge), (opposite[0] - edge, opposite[1] - edge)
        self._stamp(around, fill, lambda pen: pen.box(*inner, max(radius - edge, 0)))

    def png(self, said: Mapping[str, str]) -> bytes:
        """The picture as a PNG file, with a thin edge that parts it from a white page; `said` is kept in the file."""
        width, height = self._image.size
        self._draw.rectangle((0, 0, width - 1, height - 1), outline=EDGE, width=SHARP)
        small = self._image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        file, info = io.BytesIO(), PngInfo()
        for key, text in said.items():
            info.add_itxt(key, text)
        small.save(file, "PNG", pnginfo=info)
        return file.getvalue()

    def _stamp(self, around: Box, colour: str, paint: Callable[[Pen], None]) -> None:
        """Lay a colour where `paint` draws, within a box: drawn finer, and reduced to smooth edges."""
        left, top = math.floor(around[0] * SHARP) - 1, math.floor(around[1] * SHARP) - 1
        size = math.ceil(around[2] * SHARP) + 1 - left, math.ceil(around[3] * SHARP) + 1 - top
        mask = Image.new("L", (size[0] * FINE, size[1] * FINE))
        paint(Pen(ImageDraw.Draw(mask), (left, top)))
        self._image.paste(colour, (left, top), mask.reduce(FINE))

    def _colour_at(self, pixel: Point) -> tuple[int, ...]:
        """What a text begins on: the paper or a box."""
        found = self._image.getpixel((int(pixel[0]), int(pixel[1])))
        return found if isinstance(found, tuple) else (255, 255, 255)


def wrapped(text: str, width: float, face: Type) -> list[str]:
    """A text in lines of at most a width; a word that is wider stands alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and measured(f"{lines[-1]} {word}", face) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def measured(text: str, face: Type) -> float:
    """The width of a line of text. `CannotDrawError` where the font lacks one of its letters."""
    return _font_for(text, face).getlength(text) / SHARP


def _font_for(text: str, face: Type) -> ImageFont.FreeTypeFont:
    lacking = [letter for letter in text if not letter.isspace() and _is_lacking(letter)]
    if lacking:
        raise CannotDrawError(f"the font of the pictures has no {lacking[0]!r}, as in {text!r}")
    return _font(face.size, bold=face.bold)


@lru_cache(maxsize=32)
def _font(size: float, *, bold: bool) -> ImageFont.FreeTypeFont:
    """The one font of the pictures, for a size on our scale."""
    made = ImageFont.truetype(fontpkg.path("Roboto"), round(size * SHARP))
    axes = {"Weight": 700 if bold else 400, "Width": 100}
    made.set_variation_by_axes([axes[axis["name"].decode()] for axis in made.get_variation_axes()])
    return made


@lru_cache(maxsize=1024)
def _is_lacking(letter: str) -> bool:
    probe = _font(13, bold=False)
    return bytes(probe.getmask(letter)) == bytes(probe.getmask("\uffff"))


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _around(points: Iterable[Point], width: float) -> Box:
    """The box that a line of a width through points takes."""
    xs, ys = zip(*points, strict=True)
    return min(xs) - width / 2, min(ys) - width / 2, max(xs) + width / 2, max(ys) + width / 2


def _scaled(point: Point) -> Point:
    return point[0] * SHARP, point[1] * SHARP


def _dashes(start: Point, end: Point, length: float) -> list[tuple[Point, Point]]:
    """The dashes of a line; the last one ends where it ends."""
    whole = math.dist(start, end)
    number = max(1, round((whole / length + 1) / 2))
    at = whole / max(2 * number - 1, 1)

    def point(distance: float) -> Point:
        share = distance / whole if whole else 0
        return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share

    return [(point(2 * k * at), point((2 * k + 1) * at)) for k in range(number)]
