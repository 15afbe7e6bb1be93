"""An `Answer` cannot be without its notices, whatever a colleague tries."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from pydantic import ValidationError

from bot.core.answers import Answer, Part
from bot.core.cards import Card


@pytest.fixture
def answer(card: Card) -> Answer:
    """A plain answer."""
    section = card.section("dose")
    assert section
    return Answer(
        outcome="answer",
        card=card,
        compound=card.id,
        sections=("dose",),
        parts=(Part(section.id, section.title, section.passages),),
    )


def carries_the_warning(answer: Answer) -> bool:
    return answer.notices[-1] is answer.card.warning and answer.notice_texts[-1] == answer.card.warning.text


def test_its_notices_are_no_field_that_could_be_left_empty(answer: Answer) -> None:
    assert "notices" not in {field.name for field in fields(Answer)}
    assert carries_the_warning(answer)
    with pytest.raises(TypeError):
        replace(answer, notices=())  # type: ignore[call-arg]
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        answer.notices = ()  # type: ignore[misc]


def test_it_cannot_be_made_without_a_card() -> None:
    with pytest.raises(TypeError):
        Answer(outcome="help", compound=None)  # type: ignore[call-arg]
    with pytest.raises((AttributeError, TypeError, ValueError)):
        Answer(outcome="help", card=None, compound=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("kept", [(), (0,), (1,)])
def test_it_cannot_be_made_from_a_card_that_lacks_a_notice(answer: Answer, kept: tuple[int, ...]) -> None:
    without = answer.card.model_copy(update={"notices": tuple(answer.card.notices[at] for at in kept)})
    with pytest.raises(ValueError, match="both notices"):
        replace(answer, card=without)


def test_it_cannot_be_made_from_a_card_whose_warning_is_blank(answer: Answer) -> None:
    blank = answer.card.warning.model_copy(update={"text": " "})
    with pytest.raises(ValueError, match="both notices"):
        replace(answer, card=answer.card.model_copy(update={"notices": (blank, answer.card.caveat)}))


def test_a_card_cannot_be_loaded_without_both_notices(card: Card) -> None:
    with pytest.raises(ValidationError):
        Card.model_validate(card.model_dump() | {"notices": card.model_dump()["notices"][:1]})


def test_a_subclass_that_could_hide_them_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        type("Silent", (Answer,), {"notices": ()})


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_a_copy_has_them_too(answer: Answer, copied: object) -> None:
    made = copied(answer)  # type: ignore[operator]
    assert made == answer
    assert made.notices == answer.notices
    assert made.notice_texts[-1] == answer.card.warning.text


@pytest.mark.parametrize(
    "change", [{"parts": ()}, {"sections": ()}, {"title": ""}, {"language": "xx"}, {"closing": ()}]
)
def test_whatever_is_taken_away_from_it_they_stay(answer: Answer, change: dict[str, object]) -> None:
    assert carries_the_warning(replace(answer, **change))  # type: ignore[arg-type]


def test_it_has_no_room_for_attributes_of_its_own(answer: Answer) -> None:
    with pytest.raises((AttributeError, TypeError)):
        answer.__dict__["notices"] = ()
    with pytest.raises((AttributeError, TypeError)):
        answer.silent = True  # type: ignore[attr-defined]


def test_a_claim_of_benefit_brings_the_caveat_with_it(answer: Answer, card: Card) -> None:
    section = card.section("evidence-dementia")
    assert section
    claiming = replace(answer, parts=(Part(section.id, section.title, section.passages),))
    assert [notice.id for notice in claiming.notices] == ["efficacy", "anaphylaxis"]


def test_the_warning_stands_in_english_and_in_the_language_of_the_question(answer: Answer, card: Card) -> None:
    german = replace(answer, language="de")
    assert german.notice_texts == (card.warning.text, card.warning.translations["de"].text)


def test_a_decline_has_a_reason_and_nothing_else_has_one(answer: Answer) -> None:
    with pytest.raises(ValueError, match="reason"):
        replace(answer, outcome="decline")
    with pytest.raises(ValueError, match="reason"):
        replace(answer, reason="off_topic")


def test_an_emergency_begins_with_its_line(answer: Answer) -> None:
    with pytest.raises(ValueError, match="emergency"):
        replace(answer, outcome="emergency")


def test_its_citations_are_the_sources_of_its_passages_in_order_of_use(answer: Answer) -> None:
    assert [source.id for source in answer.citations] == ["community", "label"]
