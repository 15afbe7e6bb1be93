"""Steadiness: the same question, however it is typed, gets the same sections."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.steadiness import CHANGES, sections, steady
from bot.core.cards import Library
from bot.evaluation.questions import Question, read_questions
from bot.footnote import Footnote
from tests.conftest import QUESTIONS

CASES = st.sampled_from([str.upper, str.lower, str.title, str.capitalize, str.swapcase])
AROUND = st.text(st.sampled_from(" \t\u200b\u00a0😅🙏🏽💉🧠👩‍⚕️"), max_size=6)
LEAST = 0.85  # the share of plain questions that keep their sections by words alone; with the encoder it is 95 % of all


@pytest.fixture(scope="module")
def plain() -> list[Question]:
    """The questions that the project's own file asks in one turn, in English."""
    found = read_questions([QUESTIONS / "cerebrolysin.jsonl"])
    return [question for question in found if len(question.turns) == 1 and question.kind != "foreign"]


@given(st.data())
def test_case_emoji_and_spaces_change_nothing_of_any_question(
    footnote: Footnote, library: Library, data: st.DataObject
) -> None:
    intent = data.draw(st.sampled_from([one for one in library.intents if one.refusal != "emergency"]))
    text = data.draw(st.sampled_from(intent.utterances)).replace("{other}", "semax").replace("{medicine}", "metformin")
    space = data.draw(st.sampled_from(["  ", " \u200b", "\u00a0", " 😂 "]))
    written = data.draw(AROUND) + data.draw(CASES)(text).replace(" ", space) + data.draw(AROUND)
    assert sections(footnote.ask(written)) == sections(footnote.ask(text.replace("\n", " ")))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_writing_leaves_the_sections_of_plain_questions(
    footnote: Footnote, plain: list[Question], change: str
) -> None:
    asked = [question.turns[0] for question in plain]
    moved = [text for text in asked if not steady(footnote, text, CHANGES[change])]
    assert len(moved) <= (1 - LEAST) * len(asked), moved
