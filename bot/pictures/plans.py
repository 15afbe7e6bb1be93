"""What a picture shows, before a line of it is drawn: every word and mark of it, and the alt text that says the same.

Nothing here knows how it looks. All words come from the card and from the labels of the replies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.core.cards import Card, Source, Step
from bot.core.pictures import STUDY_OUTCOMES, Drawing, StudyOutcome
from bot.surfaces.wording import Labels, cited_as

ALT = 1024  # characters of an alt text that Discord takes
ROWS = 12  # references in one picture, at most: more would not be seen at a glance
VERSION = 2  # goes up when the drawing changes and the data does not

Funding = Literal["independent", "sponsored", "unclear"]
LANES: tuple[Funding, ...] = ("independent", "sponsored", "unclear")


class CannotDrawError(ValueError):
    """There can be no such picture: says why."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication on the time line: its id, how it is cited, its year, and what it found."""

    id: str
    text: str
    year: int
    outcomes: tuple[StudyOutcome, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """The references that were paid for in the same way. `nothing` is said in the place of references."""

    funding: Funding
    label: str
    nothing: str
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """The evidence on a time line. `years` is the span of all the card's publications, first and last."""

    title: str
    years: tuple[int, int]
    lanes: tuple[Lane, ...]
    legend: tuple[tuple[StudyOutcome, str], ...]
    caveat: str
    reviewed: str

    @property
    def claims_benefit(self) -> bool:
        """Whether a reply with this picture needs the caveat: it shows what trials found."""
        return True

    @property
    def alt(self) -> str:
        """The picture in words."""
        said = dict(self.legend)
        return "\n".join((self.title, *(_lane_in_words(lane, said) for lane in self.lanes), self.caveat, self.reviewed))


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a split: who paid, and what every publication of that side found."""

    label: str
    outcomes: tuple[tuple[StudyOutcome, str], ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A step's drawing, its title, and the words in it; a split has its sides too."""

    title: str
    drawing: Drawing
    words: tuple[str, ...]
    sides: tuple[Side, ...] = ()

    @property
    def claims_benefit(self) -> bool:
        """Whether it shows that work found a benefit."""
        return any(outcome == "benefit" for side in self.sides for outcome, _ in side.outcomes)

    @property
    def alt(self) -> str:
        """The drawing in words."""
        sides = (f"{side.label}: {', '.join(label for _, label in side.outcomes)}" for side in self.sides)
        return "\n".join((self.title, "; ".join(self.words), *sides))[:ALT]


Plan = Chart | Sketch


def digest(plan: Plan) -> str:
    """A fingerprint of all that a picture shows: the same data, the same digest."""
    return hashlib.sha256(repr((VERSION, plan)).encode()).hexdigest()[:16]


def charts(card: Card, labels: Labels) -> tuple[Chart, ...]:
    """The evidence of a card, on as many pictures as rows and alt texts need; none where it has no publications.

    Raises `CannotDrawError` where a publication does not say what it found: a picture without it would mislead.
    """
    publications = [source for source in card.sources if source.kind == "publication"]
    untold = [source.id for source in publications if not source.outcomes]
    if untold:
        raise CannotDrawError(f"no picture of the evidence on {card.id}: no outcomes are given for {', '.join(untold)}")
    shares: list[list[Source]] = []
    for source in sorted(publications, key=_lane_and_year):
        if not shares or not _fits(_chart(card, publications, [*shares[-1], source], labels)):
            shares.append([])
        shares[-1].append(source)
    made = tuple(_chart(card, publications, share, labels) for share in shares)
    if not all(map(_fits, made)):
        raise CannotDrawError(f"no picture of the evidence on {card.id}: the caveat leaves its alt text no room")
    return made


def sketch(card: Card, step: Step, labels: Labels) -> Sketch | None:
    """The drawing of a step; None where it has none."""
    if step.picture is None:
        return None
    sides = tuple(_sides(card, step, labels)) if step.picture.drawing == "split" else ()
    return Sketch(step.title, step.picture.drawing, step.picture.words, sides)


def _chart(card: Card, publications: list[Source], shown: list[Source], labels: Labels) -> Chart:
    """The picture of the shown ones; a lane that the card has references for, and none of them here, is left out."""
    years = [source.year or 0 for source in publications]
    filled = {source.funding for source in publications} - {source.funding for source in shown}
    found = {outcome for source in shown for outcome in source.outcomes}
    return Chart(
        title=f"{card.name}: {labels['evidence']}",
        years=(min(years), max(years)),
        lanes=tuple(_lane(funding, shown, labels) for funding in LANES if funding not in filled),
        legend=tuple((outcome, labels[outcome]) for outcome in STUDY_OUTCOMES if outcome in found),
        caveat=card.caveat.text,
        reviewed=f"{labels['reviewed']}: {card.reviewed}",
    )


def _lane(funding: Funding, shown: list[Source], labels: Labels) -> Lane:
    references = tuple(
        Reference(source.id, cited_as(source, labels), source.year or 0, source.outcomes)
        for source in shown
        if source.funding == funding
    )
    return Lane(funding, labels[funding], "" if references else labels["no-reference"], references)


def _lane_in_words(lane: Lane, said: dict[StudyOutcome, str]) -> str:
    found = (f"{each.text}: {', '.join(said[outcome] for outcome in each.outcomes)}" for each in lane.references)
    return f"{lane.label}: {lane.nothing or '; '.join(found)}"


def _sides(card: Card, step: Step, labels: Labels) -> Iterator[Side]:
    """Who paid for the publications that a step cites, and what all those of a side found: no more than it says."""
    cited = dict.fromkeys(source for passage in step.passages for source in passage.sources)
    publications = [source for source in map(card.source, cited) if source.kind == "publication"]
    for funding in LANES:
        found = [set(source.outcomes) for source in publications if source.funding == funding]
        if found:
            shared = set.intersection(*found)
            yield Side(labels[funding], tuple((each, labels[each]) for each in STUDY_OUTCOMES if each in shared))


def _fits(chart: Chart) -> bool:
    return len(chart.alt) <= ALT and sum(len(lane.references) for lane in chart.lanes) <= ROWS


def _lane_and_year(source: Source) -> tuple[int, int]:
    return LANES.index(source.funding or "unclear"), source.year or 0
