"""What a picture and its alt text say: all that the card says of it, in the card's words, and no more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.cards import Card, Library, Source, Step
from bot.core.pictures import PLACES, STUDY_OUTCOMES
from bot.pictures.album import evidence_drawings, step_drawings
from bot.pictures.plans import ALT, LANES, ROWS, CannotDrawError, Chart, charts, digest, sketch
from bot.surfaces.wording import Labels

publications = st.builds(
    lambda number, year, funding, outcomes, author: {
        "year": year,
        "funding": funding,
        "outcomes": tuple(outcomes),
        "authors": (f"{author} {number}", "Other O"),
    },
    st.integers(0, 9),
    st.integers(1950, 2030),
    st.sampled_from(LANES),
    st.lists(st.sampled_from(STUDY_OUTCOMES), min_size=1, max_size=5, unique=True),
    st.sampled_from(["Doe J", "Müller-Lüdenscheidt A", "Collaborative Group of the Trial with the Very Long Name"]),
)


def with_publications(card: Card, wanted: list[dict[str, object]]) -> Card:
    """The card with these publications in the place of its own."""
    model = next(source for source in card.sources if source.kind == "publication")
    made = [model.model_copy(update={**fields, "id": f"study-{number}"}) for number, fields in enumerate(wanted)]
    return card.model_copy(update={"sources": tuple(made)})


def of_kind(card: Card) -> list[Source]:
    """The card's publications."""
    return [source for source in card.sources if source.kind == "publication"]


def strings(node: object) -> Iterator[str]:
    """Every text below a node of the knowledge."""
    if isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from strings(value)
    elif node is not None:
        yield str(node)


def test_every_publication_stands_in_the_lane_of_who_paid_at_its_year_with_all_that_it_found(
    card: Card, labels: Labels
) -> None:
    (chart,) = charts(card, labels)
    shown = {(lane.funding, each.id, each.year, each.outcomes) for lane in chart.lanes for each in lane.references}
    assert shown == {(source.funding, source.id, source.year, source.outcomes) for source in of_kind(card)}
    assert [lane.label for lane in chart.lanes] == [labels[funding] for funding in LANES]


def test_the_caveat_stands_in_the_picture_and_in_its_alt_text_to_the_letter(card: Card, labels: Labels) -> None:
    (chart,) = charts(card, labels)
    assert chart.caveat == card.caveat.text
    assert card.caveat.text in chart.alt


def test_the_alt_text_says_of_each_reference_what_its_marks_say(card: Card, labels: Labels) -> None:
    (chart,) = charts(card, labels)
    for lane in chart.lanes:
        line = next(line for line in chart.alt.splitlines() if line.startswith(lane.label))
        for each in lane.references:
            assert f"{each.text}: {', '.join(labels[outcome] for outcome in each.outcomes)}" in line


def test_every_word_of_every_alt_text_stands_in_the_knowledge_files(
    library: Library, card: Card, labels: Labels
) -> None:
    held = " ".join(strings([library.replies.model_dump(mode="json"), card.model_dump(mode="json")]))
    known = set(re.findall(r"\w+", held))
    wanted = [*evidence_drawings(card, labels), *(each for _, each in step_drawings(card, labels))]
    assert len(wanted) == 1 + len(card.steps)
    for each in wanted:
        assert set(re.findall(r"\w+", each.plan.alt)) <= known, each.name
        assert len(each.plan.alt) <= ALT


@settings(deadline=None)
@given(wanted=st.lists(publications, min_size=1, max_size=60))
def test_however_many_publications_there_are_each_stands_in_one_picture_and_every_alt_text_is_whole(
    card: Card, labels: Labels, wanted: list[dict[str, object]]
) -> None:
    many = with_publications(card, wanted)
    made = charts(many, labels)
    shown = Counter(each.id for chart in made for lane in chart.lanes for each in lane.references)
    assert shown == Counter(source.id for source in many.sources)
    for chart in made:
        assert len(chart.alt) <= ALT
        assert card.caveat.text in chart.alt
        assert sum(len(lane.references) for lane in chart.lanes) <= ROWS


def test_a_side_without_a_publication_is_shown_as_empty_and_not_left_out(card: Card, labels: Labels) -> None:
    sponsored = [source.model_dump() for source in of_kind(card) if source.funding == "sponsored"]
    (chart,) = charts(with_publications(card, sponsored), labels)
    assert [(lane.funding, lane.nothing) for lane in chart.lanes if not lane.references] == [
        ("independent", labels["no-reference"]),
        ("unclear", labels["no-reference"]),
    ]
    assert f"{labels['independent']}: {labels['no-reference']}" in chart.alt


def test_there_is_no_picture_without_publications(card: Card, labels: Labels) -> None:
    rest = tuple(source for source in card.sources if source.kind != "publication")
    assert charts(card.model_copy(update={"sources": rest}), labels) == ()


def test_a_publication_that_does_not_say_what_it_found_keeps_the_picture_from_being_drawn_and_is_named(
    card: Card, labels: Labels
) -> None:
    untold = [source.model_dump() for source in of_kind(card)]
    untold[2]["outcomes"] = ()
    with pytest.raises(CannotDrawError, match="no outcomes are given for study-2"):
        charts(with_publications(card, untold), labels)


def test_a_caveat_that_leaves_no_room_is_told_not_cut(card: Card, labels: Labels) -> None:
    long = [notice.model_copy(update={"text": "a word " * 160}) for notice in card.notices]
    with pytest.raises(CannotDrawError, match="caveat"):
        charts(card.model_copy(update={"notices": tuple(long)}), labels)


@pytest.mark.parametrize("changed", ["year", "outcomes", "funding"])
def test_a_changed_card_has_another_digest(card: Card, labels: Labels, changed: str) -> None:
    others = {"year": 1999, "outcomes": ("inconclusive",), "funding": "unclear"}
    fields = [source.model_dump() for source in of_kind(card)]
    before = charts(with_publications(card, fields), labels)[0]
    fields[0][changed] = others[changed]
    after = charts(with_publications(card, fields), labels)[0]
    assert isinstance(before, Chart)
    assert digest(before) == digest(charts(with_publications(card, [s.model_dump() for s in of_kind(card)]), labels)[0])
    assert digest(before) != digest(after)


def test_each_drawing_is_used_by_the_shipped_card_with_words_of_its_step_to_the_letter(card: Card) -> None:
    drawn = [step.picture.drawing for step in card.steps if step.picture]
    assert sorted(drawn) == sorted(PLACES)
    for step in card.steps:
        said = " ".join(passage.text for passage in step.passages)
        assert step.picture
        assert all(words in said for words in step.picture.words)


@pytest.mark.parametrize("words", ["a cure", "Not one peptid", "not one peptide"])
def test_a_drawing_says_nothing_that_its_step_does_not(card: Card, words: str) -> None:
    step = card.steps[0].model_dump()
    step["picture"]["words"] = (words, *step["picture"]["words"][1:])
    with pytest.raises(ValidationError, match="stands in no passage of this step to the letter"):
        Step.model_validate(step)


def test_a_drawing_with_too_few_words_is_told_how_many_it_has_places_for(card: Card) -> None:
    step = card.steps[0].model_dump()
    step["picture"]["words"] = step["picture"]["words"][1:]
    with pytest.raises(ValidationError, match="'mixture' has places for 3 words or phrases, not 2"):
        Step.model_validate(step)


def test_the_split_shows_of_each_side_what_all_its_cited_publications_found(card: Card, labels: Labels) -> None:
    step = next(step for step in card.steps if step.picture and step.picture.drawing == "split")
    plan = sketch(card, step, labels)
    assert plan
    assert [(side.label, [outcome for outcome, _ in side.outcomes]) for side in plan.sides] == [
        (labels["independent"], ["no-clear-benefit", "harm-signal"]),
        (labels["sponsored"], ["benefit"]),
    ]
    assert plan.claims_benefit
