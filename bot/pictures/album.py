"""Which pictures stand with a reply, drawn once for what they show and kept. A picture that fails is left out."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.answers import Answer
from bot.core.cards import CAVEAT, Card
from bot.pictures.chart import draw_chart
from bot.pictures.plans import CannotDrawError, Chart, Plan, charts, digest, sketch
from bot.pictures.sketches import draw_sketch
from bot.surfaces.wording import Labels

log = logging.getLogger(__name__)

EVIDENCE = "evidence"  # how the ids of sections on efficacy begin
KEPT = 256  # pictures that are kept, some 40 kB each at most
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

    def __init__(self, labels: Labels, kept: int = KEPT) -> None:
        self._labels = labels
        self._kept = kept
        self._drawn: OrderedDict[str, bytes | None] = OrderedDict()
        self._charts: dict[str, tuple[Card, tuple[Chart, ...]]] = {}

    def wanted(self, answer: Answer, *, at_a_glance: bool = False) -> tuple[Wanted, ...]:
        """What belongs to a reply: the drawing of the step that it shows, or the evidence where it is about that.

        Nothing that shows a benefit stands with a reply that lacks the caveat, and nothing with an emergency.
        """
        if answer.outcome not in {"answer", "help"}:
            return ()
        has_caveat = CAVEAT in {notice.id for notice in answer.notices}
        found = [*self._of_steps(answer)]
        if at_a_glance or (answer.outcome == "answer" and any(s.startswith(EVIDENCE) for s in answer.sections)):
            found += self.evidence(answer.card)
        return tuple(each for each in found if has_caveat or not each.plan.claims_benefit)

    def evidence(self, card: Card) -> tuple[Wanted, ...]:
        """A card's evidence at a glance; none, and a line in the log, where it cannot be drawn."""
        known, made = self._charts.get(card.id, (None, ()))
        if known is not card:
            made = self._planned(card)
            self._charts[card.id] = (card, made)
        names = (EVIDENCE, *(f"{EVIDENCE}-{number}" for number in range(2, len(made) + 1)))
        return tuple(Wanted(f"{name}.png", chart) for name, chart in zip(names, made, strict=False))

    def steps(self, card: Card) -> tuple[Wanted, ...]:
        """The drawings of a card's steps."""
        plans = ((number, sketch(card, step, self._labels)) for number, step in enumerate(card.steps, 1))
        return tuple(Wanted(f"step-{number}.png", plan) for number, plan in plans if plan)

    def pictures(self, wanted: tuple[Wanted, ...]) -> tuple[Picture, ...]:
        """The wanted pictures, drawn now or kept from before; those that cannot be drawn are left out."""
        drawn = ((each, self._png(each.plan)) for each in wanted)
        return tuple(Picture(each.name, each.plan.alt, png) for each, png in drawn if png)

    def _of_steps(self, answer: Answer) -> Iterator[Wanted]:
        shown = [part.passages for part in answer.parts if not part.section]
        for number, step in enumerate(answer.card.steps, 1):
            plan = sketch(answer.card, step, self._labels) if step.passages in shown else None
            if plan:
                yield Wanted(f"step-{number}.png", plan)

    def _planned(self, card: Card) -> tuple[Chart, ...]:
        try:
            made = charts(card, self._labels)
        except CannotDrawError as error:
            log.warning("%s", error)
            return ()
        if len(made) > AT_ONCE:
            log.warning("no picture of the evidence on %s: its publications fill more than %d", card.id, AT_ONCE)
            return ()
        return made

    def _png(self, plan: Plan) -> bytes | None:
        key = digest(plan)
        if key not in self._drawn:
            self._drawn[key] = self._attempt(plan)
            while len(self._drawn) > self._kept:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(key)
        return self._drawn[key]

    @staticmethod
    def _attempt(plan: Plan) -> bytes | None:
        """Whatever goes wrong with a drawing, the reply goes out without it; it is tried once."""
        try:
            return draw(plan)
        except CannotDrawError as error:
            log.warning("%s", error, extra={"picture": plan.title})
        except Exception:
            log.exception("a picture could not be drawn", extra={"picture": plan.title})
        return None


def draw(plan: Plan) -> bytes:
    """The picture of a plan as a PNG file. `CannotDrawError` where a text does not fit or the font lacks a letter."""
    return (draw_chart(plan) if isinstance(plan, Chart) else draw_sketch(plan)).png()
