"""`footnote eval`: what it counts, and that it counts right."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.answers import Answer, Part
from bot.core.cards import Card
from bot.evaluation import BadQuestionsError, Contract, Question, Report, evaluate, interval, read_questions, score
from bot.footnote import Footnote

LABEL: dict[str, Any] = {
    "id": "q",
    "turns": ["how much per day?"],
    "kind": "plain",
    "accept": ["dose"],
    "efficacy": "no",
}


def scored(answer: Answer, **label: Any) -> dict[str, list[int]]:
    """The rows that one answer counts for."""
    report = Report()
    score(Question(**{**LABEL, **label}), answer, "cerebrolysin", report)
    return report.rows


@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    [(0, 10, 0.0, 27.8), (10, 10, 72.2, 100.0), (5, 10, 23.7, 76.3), (85, 100, 76.7, 90.7), (1, 1, 20.7, 100.0)],
)
def test_the_interval_is_wilsons(good: int, total: int, low: float, high: float) -> None:
    assert interval(good, total) == pytest.approx((low, high), abs=0.06)


def test_the_right_section_first_is_right_and_another_is_wrong(footnote: Footnote) -> None:
    dose, route = (footnote.section("cerebrolysin", section) for section in ("dose", "route"))
    assert scored(dose)["right section first"] == [1, 1]
    assert scored(route)["right section first"] == [0, 1]
    assert scored(route)["answerable: not answered wrongly"] == [0, 1]
    assert scored(route, soft=["route"])["answerable: not answered wrongly"] == [1, 1]


def test_a_declared_gap_is_a_right_answer(footnote: Footnote) -> None:
    gap = footnote.section("cerebrolysin", "higher-dose")
    assert scored(gap, accept=["higher-dose"])["right section first"] == [1, 1]


def test_asking_back_with_the_right_section_counts_as_offered_alone(footnote: Footnote, card: Card) -> None:
    asked_back = Answer(outcome="clarify", card=card, compound=card.id, sections=("dose", "cycle"))
    rows = scored(asked_back)
    assert rows["right section first"] == [0, 1]
    assert rows["right first, or offered when asking back"] == [1, 1]


def test_what_must_be_declined_is_wrong_when_answered_and_its_reason_counts(footnote: Footnote) -> None:
    must_decline: dict[str, Any] = {"kind": "other_compound", "accept": []}
    declined, answered = footnote.no_card(), footnote.section("cerebrolysin", "dose")
    assert scored(declined, **must_decline)["must decline: nothing answered"] == [1, 1]
    assert scored(declined, **must_decline)["decline says why: other_compound"] == [1, 1]
    assert scored(declined, kind="off_topic", accept=[])["decline says why: off_topic"] == [0, 1]
    assert scored(answered, **must_decline)["must decline: nothing answered"] == [0, 1]


def test_a_caveat_counts_where_it_is_due_and_where_it_is_not(footnote: Footnote) -> None:
    plain, with_caveat = footnote.section("cerebrolysin", "dose"), footnote.section("cerebrolysin", "evidence")
    assert scored(plain)["no caveat where none is due"] == [1, 1]
    assert scored(replace(plain, about_efficacy=True))["no caveat where none is due"] == [0, 1]
    assert scored(with_caveat, efficacy="must", accept=["evidence"])["efficacy question carries the caveat"] == [1, 1]
    assert scored(plain, efficacy="must")["efficacy question carries the caveat"] == [0, 1]


def test_every_part_of_a_question_with_several_has_to_be_there(footnote: Footnote) -> None:
    label: dict[str, Any] = {"kind": "multi", "accept": ["dose", "cycle"]}
    both = footnote.sections("cerebrolysin", ["dose", "cycle"])
    assert scored(both, **label)["multi: every part answered"] == [1, 1]
    assert scored(footnote.section("cerebrolysin", "dose"), **label)["multi: every part answered"] == [0, 1]
    assert scored(both)["answer holds nothing that was not asked"] == [0, 1]


def test_the_contract_notices_a_passage_that_is_not_the_cards(footnote: Footnote, card: Card) -> None:
    contract, answer = Contract(footnote.library), footnote.section("cerebrolysin", "dose")
    assert all(holds for _, holds in contract.checks(answer))
    part = answer.parts[0]
    forged = part.passages[0].model_copy(update={"text": "Take as much as you like."})
    broken = replace(answer, parts=(Part(part.section, part.title, (forged,)),))
    failed = {row for row, holds in contract.checks(broken) if not holds}
    assert failed == {"passage and sources as in its card", "every word comes from the knowledge files"}


def test_the_contract_notices_a_word_from_elsewhere(footnote: Footnote) -> None:
    contract = Contract(footnote.library)
    chatty = replace(footnote.section("cerebrolysin", "dose"), closing=("Good luck, buddy!",))
    assert ("every word comes from the knowledge files", False) in [(r, bool(h)) for r, h in contract.checks(chatty)]


def test_evaluating_counts_every_question_and_names_those_that_fell_short(footnote: Footnote, card: Card) -> None:
    questions = [Question(**{**LABEL, "id": str(number)}) for number in range(3)]
    report = evaluate(footnote, questions, lambda _: footnote.section("cerebrolysin", "route"))
    assert report.rows["right section first"] == [0, 3]
    assert report.confused == {("dose", "route"): 3}
    assert "right section first                                 0.0 %    0.0 to  56.1  (0 of 3)" in report.as_text()
    assert next(report.short_of("right section")) == (
        "right section first: 0 (plain) 'how much per day?' wanted dose got route"
    )
    assert json.loads(json.dumps(report.as_json()))["short"]["right section first"] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "no questions"),
        ("{}\n", ":1: id: Field required"),
        ("not json\n", ":1: Invalid JSON"),
        (json.dumps({**LABEL, "kind": "rude"}), ":1: kind: Input should be 'plain'"),
        (json.dumps({**LABEL, "turns": []}), ":1: turns: "),
        (json.dumps(LABEL) + "\n" + json.dumps(LABEL), ":2: the id 'q' stands twice"),
    ],
)
def test_a_bad_file_of_questions_is_told_with_its_line(tmp_path: Path, text: str, error: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadQuestionsError) as raised:
        read_questions([path])
    assert error in str(raised.value)


def test_a_missing_file_of_questions_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadQuestionsError, match="No such file"):
        read_questions([tmp_path / "none.jsonl"])
