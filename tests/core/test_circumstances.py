"""An amount asked for with a circumstance that makes it one person's decision is refused as such."""

from __future__ import annotations

import pytest

from bot.core.cards import Library
from bot.core.circumstances import Circumstances
from bot.core.text import fold
from bot.footnote import Footnote


@pytest.fixture(scope="module")
def circumstances(library: Library) -> Circumstances:
    """The circumstances of the shipped lexicon."""
    return Circumstances(library.lexicon.circumstances)


@pytest.mark.parametrize(
    "text",
    [
        "im 15, how much",
        "my 9 year old hit his head, how many ml",
        "the boy is sixteen and has a concussion. how many millilitres?",
        "she is 17 weeks pregnant, how much can she have",
        "i'm breastfeeding, usual dose?",
        "мальчику 14 лет, сколько колоть",
        "m/15, 70 kg, daily amount",
        "16f here, what dose",
        "pregnant: how many ml",
        "estoy embarazada, cuántos ml",
        "ich bin 15, wie viel am tag",
        "mi hijo de 12 años, cuánto al día",
        "my nephew (10) hit his head, how many ml",
        "12w along and on day 3, how long do i continue",
        "due in june, how many ml",
        "10th grader, how much a day",
        "granddaughter, six. how much a day?",
        "not 18 yet, how much",
        "ik ben zwanger, hoeveel ml",
        "임신 중인데 하루 몇 ml",
        "saya hamil, berapa dosisnya",
        "15歳です、何ml",
        "我儿子15岁可以用多少",
    ],
)
def test_a_minor_or_a_pregnancy_is_a_circumstance(circumstances: Circumstances, text: str) -> None:
    assert circumstances.told(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "how much per day",
        "i'm 36, how much",
        "i'm 10 days in, how much longer",
        "i'm 16 ml in",
        "been on trt for 10 years, how much of this a day",
        "hace 10 años que entreno, cuánto al día",
        "aged 15.5 years",
        "is 5 ml enough",
        "i'm nineteen, how many ml",
        "he's 6'2, how much",
        "not pregnant. how much a day",
        "while my kids are at school i pin. how much?",
        "minor headache, how many ml",
    ],
)
def test_a_span_an_amount_or_an_adult_is_none(circumstances: Circumstances, text: str) -> None:
    assert not circumstances.told(fold(text))


def test_a_contraindication_counts_beside_an_amount_and_later_where_it_was_told_of_somebody(
    circumstances: Circumstances,
) -> None:
    assert circumstances.told("bad kidneys, how much", ("kidneys",))
    assert circumstances.told("my kidneys are bad", ("kidneys",), of_a_person=True)
    assert not circumstances.told("are kidneys on the list", ("kidneys",), of_a_person=True)


@pytest.mark.parametrize(
    "told", ["i'm pregnant", "my son is 9", "i have epilepsy", "hi, i'm 15", "is it ok in pregnancy?"]
)
def test_a_circumstance_is_remembered(footnote: Footnote, told: str) -> None:
    answer = footnote.ask_in_turn([told, "ok, and how much per day?"])
    assert (answer.outcome, answer.reason, "dose" in answer.sections) == ("decline", "personal_decision", False)


@pytest.mark.parametrize(
    "question",
    [
        "I'm 15, how much should I take per day?",
        "My daughter is 12 years old. How many ml a day?",
        "I'm pregnant, how much per day is usual?",
        "I have epilepsy, how much per day do I take?",
    ],
)
def test_an_amount_with_a_circumstance_is_a_personal_decision(footnote: Footnote, question: str) -> None:
    answer = footnote.ask(question)
    assert (answer.outcome, answer.reason) == ("decline", "personal_decision")


def test_a_contraindication_brings_the_product_informations_words_with_the_refusal(footnote: Footnote) -> None:
    answer = footnote.ask("I have epilepsy, how much per day do I take?")
    kinds = {answer.card.source(source).kind for _, passage in answer.passages for source in passage.sources}
    assert kinds == {"label"}


def test_a_contraindication_that_is_denied_is_none(circumstances: Circumstances) -> None:
    assert not circumstances.told("i don't have epilepsy or anything, how much", ("epilepsy",))
    assert circumstances.told("epilepsy since school, no seizures this year, how much", ("epilepsy", "seizures"))
