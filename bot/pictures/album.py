"""Which pictures stand with a reply, drawn once for what they show and kept. What cannot be drawn is left out."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.answers import Answer
from bot.core.cards import CAVEAT, Card, Step
from bot.pictures.chart import draw_chart
from bot.pictures.plans import CannotDrawError, Chart, Plan, charts, digest, sketch
from bot.pictures.sketches import draw_sketch
from bot.surfaces.wording import Labels

log = logging.getLogger(__name__)

EVIDENCE = "evidence"  # how the ids of sections on efficacy begin
KEPT = 256  # pictures that are kept, some 50 kB each at most
AT_ONCE = 10  # pictures that a message takes


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that belongs to a reply: how its file is called, and what it shows."""

    name: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn picture: the name of its file, the text for those who do not see it, and a PNG file."""

    name: str
    alt: str
    png: bytes


class Album:
    """Draws the pictures of replies, and keeps them by a digest of what they show: a changed card is drawn anew."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._drawn: OrderedDict[str, bytes | None] = OrderedDict()
        self._planned: dict[str, tuple[Card, Labels, tuple[Wanted, ...]]] = {}

    def wanted(self, answer: Answer, labels: Labels, *, at_a_glance: bool = False) -> tuple[Wanted, ...]:
        """What belongs to a reply: the drawing of the step that it shows, or the evidence where it is about that.

        Nothing that shows a benefit stands with a reply that lacks the caveat, and nothing with an emergency.
        """
        if answer.outcome not in {"answer", "help"}:
            return ()
        shown = [part.passages for part in answer.parts if not part.section]
        steps = step_drawings(answer.card, labels) if shown else ()
        found = [each for step, each in steps if step.passages in shown]
        if at_a_glance or (answer.outcome == "answer" and any(s.startswith(EVIDENCE) for s in answer.sections)):
            found += self._evidence(answer.card, labels)
        has_caveat = CAVEAT in {notice.id for notice in answer.notices}
        return tuple(each for each in found if has_caveat or not each.plan.claims_benefit)

    def pictures(self, wanted: tuple[Wanted, ...]) -> tuple[Picture, ...]:
        """The wanted pictures, drawn now or kept from before; none where one fails, for half of them would mislead."""
        made = [(each, self._png(each.plan)) for each in wanted]
        drawn = tuple(Picture(each.name, each.plan.alt, png) for each, png in made if png)
        return drawn if len(drawn) == len(wanted) else ()

    def _evidence(self, card: Card, labels: Labels) -> tuple[Wanted, ...]:
        known = self._planned.get(card.id)
        if known is None or known[0] is not card or known[1] is not labels:
            known = self._planned[card.id] = (card, labels, _evidence_or_none(card, labels))
        return known[2]

    def _png(self, plan: Plan) -> bytes | None:
        key = digest(plan)
        if key not in self._drawn:
            self._drawn[key] = _png_or_none(plan)
            while len(self._drawn) > self._kept:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(key)
        return self._drawn[key]


def evidence_drawings(card: Card, labels: Labels) -> Iterator[Wanted]:
    """A card's evidence at a glance, under the names of the files. `CannotDrawError` where that cannot be told."""
    for number, chart in enumerate(charts(card, labels), 1):
        yield Wanted(f"{EVIDENCE}-{number}.png" if number > 1 else f"{EVIDENCE}.png", chart)


def step_drawings(card: Card, labels: Labels) -> Iterator[tuple[Step, Wanted]]:
    """The steps of a card that have a drawing, each with it under the name of its file."""
    for number, step in enumerate(card.steps, 1):
        plan = sketch(card, step, labels)
        if plan:
            yield step, Wanted(f"step-{number}.png", plan)


def write_pictures(card: Card, labels: Labels, folder: Path) -> tuple[Path, ...]:
    """Write all pictures of a card into a folder, made where it is missing; returns the files.

    `CannotDrawError` where one cannot be drawn, OSError where the folder cannot be written to.
    """
    wanted = [*evidence_drawings(card, labels), *(each for _, each in step_drawings(card, labels))]
    drawn = [(folder / each.name, draw(each.plan)) for each in wanted]
    folder.mkdir(parents=True, exist_ok=True)
    for path, png in drawn:
        path.write_bytes(png)
    return tuple(path for path, _ in drawn)


def draw(plan: Plan) -> bytes:
    """The picture of a plan as a PNG file, with its alt text and its digest in it.

    `CannotDrawError` where a text does not fit, or the font lacks one of its letters.
    """
    canvas = draw_chart(plan) if isinstance(plan, Chart) else draw_sketch(plan)
    return canvas.png({"Title": plan.title, "Description": plan.alt, "Comment": digest(plan)})


def _evidence_or_none(card: Card, labels: Labels) -> tuple[Wanted, ...]:
    try:
        made = tuple(evidence_drawings(card, labels))
    except CannotDrawError as error:
        log.warning("%s", error)
        return ()
    if len(made) > AT_ONCE:
        log.warning("no picture of the evidence on %s: it fills more than %d", card.id, AT_ONCE)
        return ()
    return made


def _png_or_none(plan: Plan) -> bytes | None:
    """Whatever goes wrong with a drawing, the reply goes out without it; it is not tried again."""
    try:
        return draw(plan)
    except CannotDrawError as error:
        log.warning("%s", error, extra={"picture": plan.title})
    except Exception:
        log.exception("a picture could not be drawn", extra={"picture": plan.title})
    return None
