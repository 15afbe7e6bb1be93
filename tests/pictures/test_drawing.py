"""Pictures as they are seen: legible at 400 pixels, whole, and told apart by people who see colours differently."""

from __future__ import annotations

import io
from itertools import combinations
from pathlib import Path

import numpy
import pytest
from PIL import Image, ImageColor

from bot.core.cards import Card
from bot.core.pictures import STUDY_OUTCOMES, StudyOutcome
from bot.pictures import album, chart, sketches
from bot.pictures.album import Album, draw, evidence_drawings, step_drawings, write_pictures
from bot.pictures.canvas import INK, PAPER, SHARP, WIDTH, Canvas, Type, measured
from bot.pictures.chart import TEXT, draw_chart, place, ticks
from bot.pictures.marks import COLOURS, mark
from bot.pictures.plans import CannotDrawError, Plan, Sketch, charts, digest
from bot.pictures.sketches import draw_sketch
from bot.surfaces.wording import Labels
from tests.pictures.test_plans import of_kind, with_publications

ROOT = Path(__file__).parents[2]
SMALLEST = 12  # pixels of a text in a picture 400 pixels wide
FEW = 40  # pixels of a colour that are no mark: edges of letters, and the palette's rounding

Colour = tuple[int, ...]


def plans(card: Card, labels: Labels) -> list[Plan]:
    """What every picture of a card shows."""
    return [
        *(each.plan for each in evidence_drawings(card, labels)),
        *(each.plan for _, each in step_drawings(card, labels)),
    ]


def seen(png: bytes) -> Image.Image:
    """A picture as it is shown."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def pixels_like(image: Image.Image, colour: str) -> int:
    """How many pixels of a picture have a colour, or nearly."""
    wanted = ImageColor.getrgb(colour)
    found = image.getcolors(1 << 20) or []
    return sum(count for count, rgb in found if isinstance(rgb, tuple) and distance(rgb, wanted) < 12)


def distance(one: Colour, other: Colour) -> float:
    """How far two colours are apart, from 0 to 255."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def luminance(colour: str) -> float:
    """The relative luminance of a colour, from 0 to 1, as contrast is reckoned with."""
    parts = [value / 255 for value in ImageColor.getrgb(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def as_grey(outcome: StudyOutcome) -> Image.Image:
    """An outcome's mark as somebody sees it who sees no colours."""
    canvas = Canvas(40)
    mark(canvas, (20, 20), outcome)
    return seen(canvas.png({})).crop((0, 0, 40 * SHARP, 40 * SHARP)).convert("L")


def test_every_text_of_a_plan_stands_in_its_picture_and_nothing_else(card: Card, labels: Labels) -> None:
    (plan,) = charts(card, labels)
    said = [plan.title, plan.caveat, plan.reviewed, *(label for _, label in plan.legend)]
    for lane in plan.lanes:
        said += [lane.label, *(each.text for each in lane.references)]
    said += [str(year) for year in ticks(plan.years)]
    drawn = " ".join(draw_chart(plan).texts)
    assert sorted(drawn.split()) == sorted(" ".join(said).split())
    for _, each in step_drawings(card, labels):
        assert isinstance(each.plan, Sketch)
        words = [each.plan.title, *each.plan.words]
        for side in each.plan.sides:
            words += [side.label, *(label for _, label in side.outcomes)]
        assert sorted(" ".join(draw_sketch(each.plan).texts).split()) == sorted(" ".join(words).split())


@pytest.mark.parametrize("only", STUDY_OUTCOMES)
def test_the_picture_has_marks_of_what_was_found_and_of_nothing_else(
    card: Card, labels: Labels, only: StudyOutcome
) -> None:
    fields = [source.model_dump() | {"outcomes": (only,)} for source in of_kind(card)]
    (plan,) = charts(with_publications(card, fields), labels)
    image = seen(draw(plan))
    for outcome in set(STUDY_OUTCOMES) - {"inconclusive"}:  # whose mark is white
        assert (pixels_like(image, COLOURS[outcome]) > FEW) == (outcome == only), outcome


def test_a_mark_stands_at_the_year_of_its_publication(card: Card, labels: Labels) -> None:
    model = of_kind(card)[0].model_dump()
    years: dict[StudyOutcome, int] = {"benefit": 2000, "harm-signal": 2010, "harm-case": 2020}
    fields = [model | {"year": year, "outcomes": (outcome,)} for outcome, year in years.items()]
    (plan,) = charts(with_publications(card, fields), labels)
    image = numpy.asarray(seen(draw(plan)).crop((0, 0, WIDTH * SHARP, 300)), dtype=int)  # without the legend
    for outcome, year in years.items():
        away = numpy.abs(image - ImageColor.getrgb(COLOURS[outcome])).max(axis=2)
        columns = numpy.nonzero(away < 12)[1]
        assert len(columns) > FEW
        assert columns.mean() / SHARP == pytest.approx(place(year, (2000, 2020)), abs=1.5)


def test_marks_are_told_apart_without_their_colours() -> None:
    for one, other in combinations(STUDY_OUTCOMES, 2):
        pairs = zip(as_grey(one).tobytes(), as_grey(other).tobytes(), strict=True)
        assert sum(abs(a - b) > 40 for a, b in pairs) > 120, (one, other)


def test_texts_and_marks_stand_out_from_the_paper_and_are_large_enough(card: Card, labels: Labels) -> None:
    assert contrast(INK, PAPER) >= 7
    for plan in plans(card, labels):
        image = seen(draw(plan))
        assert image.width == WIDTH * SHARP
    faces = [face for module in (chart, sketches) for face in vars(module).values() if isinstance(face, Type)]
    assert faces
    assert all(face.size >= SMALLEST and contrast(face.colour, PAPER) >= 4.5 for face in faces)


def test_a_long_name_of_a_group_gets_lines_of_its_own(card: Card, labels: Labels) -> None:
    group = "The Collaborative Group of the European Multicentre Randomised Trial in Acute Stroke"
    fields = [source.model_dump() | {"authors": (group,)} for source in of_kind(card)]
    (plan,) = charts(with_publications(card, fields[:4]), labels)
    assert measured(plan.lanes[0].references[0].text, TEXT) > WIDTH
    assert " ".join(draw_chart(plan).texts).count("Multicentre") == 4


@pytest.mark.parametrize("title", ["Neuropeptide" * 12, "What it is " * 40, "脑活素"])
def test_what_does_not_fit_or_cannot_be_written_is_refused_not_cut(card: Card, labels: Labels, title: str) -> None:
    step = card.steps[0].model_copy(update={"title": title})
    ((_, wanted),) = step_drawings(card.model_copy(update={"steps": (step,)}), labels)
    with pytest.raises(CannotDrawError, match=r"no picture has room|has no '脑'"):
        draw(wanted.plan)


def test_the_files_of_a_card_are_written_for_its_author(card: Card, labels: Labels, tmp_path: Path) -> None:
    written = write_pictures(card, labels, tmp_path / "new" / "folder")
    assert [path.name for path in written] == ["evidence.png", *(f"step-{n}.png" for n in range(1, 8))]
    assert all(seen(path.read_bytes()).width == WIDTH * SHARP for path in written)


def test_the_documented_picture_shows_the_card_as_it_is_now(card: Card, labels: Labels) -> None:
    kept = Image.open(ROOT / "docs" / "pictures" / "evidence.png")
    (plan,) = charts(card, labels)
    assert kept.text["Comment"] == digest(plan), "draw it anew: footnote knowledge pictures docs/pictures"  # type: ignore[attr-defined]
    assert kept.text["Description"] == plan.alt  # type: ignore[attr-defined]


class TestTheAlbum:
    """A picture is drawn once, and a fault leaves it out."""

    @pytest.fixture
    def drawn(self, monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
        """What was drawn, each time it was."""
        made: list[Plan] = []

        def draws(plan: Plan) -> bytes:
            made.append(plan)
            return draw(plan)

        monkeypatch.setattr(album, "draw", draws)
        return made

    def test_a_picture_is_drawn_once_and_again_when_the_card_changed(
        self, card: Card, labels: Labels, drawn: list[Plan]
    ) -> None:
        pages = Album()
        first = pages.pictures(tuple(evidence_drawings(card, labels)))
        assert pages.pictures(tuple(evidence_drawings(card, labels))) == first
        assert len(drawn) == 1
        fields = [source.model_dump() | {"year": 1999} for source in of_kind(card)]
        assert pages.pictures(tuple(evidence_drawings(with_publications(card, fields), labels))) != first
        assert len(drawn) == 2

    def test_it_keeps_only_so_many(self, card: Card, labels: Labels, drawn: list[Plan]) -> None:
        pages = Album(kept=2)
        steps = [(each,) for _, each in step_drawings(card, labels)][:3]
        for wanted in [*steps, steps[2], steps[0]]:
            assert pages.pictures(wanted)
        assert len(drawn) == 4

    def test_what_cannot_be_drawn_is_left_out_with_all_that_belongs_to_it_and_not_tried_again(
        self, card: Card, labels: Labels, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tried: list[Plan] = []

        def fails(plan: Plan) -> bytes:
            tried.append(plan)
            raise MemoryError

        pages, wanted = Album(), tuple(each for _, each in step_drawings(card, labels))
        assert pages.pictures(wanted[:1])
        monkeypatch.setattr(album, "draw", fails)
        assert pages.pictures(wanted[:2]) == ()
        assert pages.pictures(wanted[1:2]) == ()
        assert len(tried) == 1
