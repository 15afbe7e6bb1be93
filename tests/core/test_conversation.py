"""Follow-ups: what earlier turns add to this one, and what they must not."""

from __future__ import annotations

import pytest

from bot.core.answers import Answer
from bot.footnote import Footnote


def after(footnote: Footnote, *turns: str) -> Answer:
    """The reply to the last of several messages of one person."""
    return footnote.ask_in_turn(list(turns))


def test_a_follow_up_is_understood_after_the_turn_before_it(footnote: Footnote) -> None:
    assert after(footnote, "how much cerebrolysin per day?", "and for how long?").sections[0] == "cycle"


def test_a_full_question_is_understood_by_itself(footnote: Footnote) -> None:
    assert after(footnote, "how long is a course?", "what are the side effects?").sections == ("side-effects",)


def test_the_follow_ups_to_another_compounds_question_are_not_answered_from_this_card(footnote: Footnote) -> None:
    answer = after(footnote, "how much semax per day?", "and for how long?")
    assert (answer.outcome, answer.reason, answer.passages) == ("decline", "other_compound", ())


def test_naming_the_card_again_brings_it_back(footnote: Footnote) -> None:
    answer = after(footnote, "how much semax per day?", "ok and cerebrolysin, how much per day?")
    assert (answer.outcome, answer.compound, answer.sections[0]) == ("answer", "cerebrolysin", "dose")


@pytest.mark.parametrize("noise", ["", "   ", "?", "👍", "ok thanks"])
def test_a_turn_that_asks_nothing_gets_no_section(footnote: Footnote, noise: str) -> None:
    answer = after(footnote, "how much per day?", noise)
    assert answer.passages == () or answer.outcome == "answer"


def test_an_emergency_is_seen_after_any_turn(footnote: Footnote) -> None:
    told = "i cant breathe and my face is swelling up since the injection"
    for before in ("how much per day?", "how much semax?", "hello", "what is the capital of france"):
        assert after(footnote, before, told).outcome == "emergency"


def test_an_exchange_keeps_no_name_of_another_compound_as_its_own(footnote: Footnote) -> None:
    question = "how much semax per day?"
    exchange = footnote.exchange(question, footnote.ask(question))
    assert exchange.other_compound
    assert exchange.compound is None
    assert "semax" not in exchange.text


def test_several_parts_are_answered_and_nothing_beside_them(footnote: Footnote) -> None:
    answer = footnote.ask("how much per day, and what are the side effects?")
    assert sorted(answer.sections) == ["dose", "side-effects"]


@pytest.mark.parametrize("text", ["thanks mate, that's all", "what can you do?", "who won the match last night?"])
def test_what_is_about_no_compound_is_no_question_about_the_one_before(footnote: Footnote, text: str) -> None:
    answer = footnote.ask_in_turn(["how much semax?", text])
    assert answer.reason != "other_compound"
    assert not answer.passages


@pytest.mark.parametrize("text", ["thanks", "ok", "lol", "hi", "help"])
def test_small_talk_after_a_question_is_no_question(footnote: Footnote, text: str) -> None:
    answer = footnote.ask_in_turn(["into a muscle or under the skin?", text])
    assert (answer.outcome, answer.passages) == ("help", ())


def test_a_card_named_after_another_compound_is_what_is_meant(footnote: Footnote) -> None:
    for question in ("how much cerebrolysin per day?", "and how long is a course of cerebrolysin?"):
        answer = footnote.ask_in_turn(["how much bpc-157 per day?", question])
        assert (answer.outcome, answer.compound) == ("answer", "cerebrolysin")


def test_a_habit_with_another_compound_is_no_question_about_it(footnote: Footnote) -> None:
    for habit in ("like i do with creatine", "as with my statin", "the way people take semax"):
        assert footnote.ask(f"can you stay on it all year round, {habit}?").sections[:1] == ("cycle",)


def test_a_comparison_is_no_habit(footnote: Footnote) -> None:
    for question in ("is it like semax?", "how much semax do i take, like with cerebrolysin's friends?"):
        assert footnote.ask(question).reason != "gap"
        assert "dose" not in footnote.ask(question).sections


def test_a_part_about_taking_another_compound_with_it_is_answered_beside_the_rest(footnote: Footnote) -> None:
    answer = footnote.ask("how long is one course, and can it be combined with semax?")
    assert sorted(answer.sections) == ["cycle", "stacking"]


def test_an_amount_asked_for_another_compound_stays_declined_beside_other_parts(footnote: Footnote) -> None:
    answer = footnote.ask("how much semax per day, and how long do i take it?")
    assert (answer.outcome, answer.reason, answer.passages) == ("decline", "other_compound", ())


@pytest.mark.parametrize("between", ["thanks", "lol", "what can you do?", "what's the weather like?"])
def test_small_talk_does_not_end_the_talk_about_another_compound(footnote: Footnote, between: str) -> None:
    answer = after(footnote, "how much piracetam per day?", between, "and for how long?")
    assert (answer.outcome, answer.reason, answer.passages) == ("decline", "other_compound", ())


def test_the_follow_up_to_a_medicines_question_is_not_answered_from_this_card(footnote: Footnote) -> None:
    assert after(footnote, "side effects of lexapro?", "and the dose?").passages == ()
    assert after(footnote, "can i take it with lexapro?", "ok, how much of it per day then?").sections[:1] == ("dose",)


@pytest.mark.parametrize(
    "text",
    [
        "how much semax? also my throat is closing",
        "semax: she's unconscious",
        "how much per day? my throat is closing up",
        "is it the dihexa or the semax, my tongue is swelling",
        "bewusstlos",
    ],
)
def test_an_emergency_is_heard_behind_a_question_and_behind_names(footnote: Footnote, text: str) -> None:
    assert footnote.ask(text).outcome == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "司美格鲁肽的副作用是什么？",
        "combien de doliprane par jour",
        "побочки от димедрол",
        "타이레놀 하루에 얼마나 먹어요?",
    ],
)
def test_other_substances_are_known_by_their_names_in_other_languages(footnote: Footnote, text: str) -> None:
    answer = footnote.ask(text)
    assert (answer.outcome, answer.passages, answer.suggestions) == ("decline", (), ())


@pytest.mark.parametrize(
    "then", ["how many ml", "iv or im?", "is that a side effect", "what do i do", "how long does that last?"]
)
def test_what_follows_an_emergency_is_answered_as_one(footnote: Footnote, then: str) -> None:
    told = "his lips are swelling and he cant breathe"
    assert after(footnote, told, then).outcome == "emergency"
    assert after(footnote, told, then, then).outcome == "emergency"


def test_a_word_of_thanks_ends_an_emergency(footnote: Footnote) -> None:
    told = "his lips are swelling and he cant breathe"
    assert after(footnote, told, "thank you so much").outcome == "help"
    assert after(footnote, told, "thank you so much", "how much per day?").sections == ("dose",)


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("I already take modafinil. How much cerebrolysin per day?", "dose"),
        ("coming off semax, how much cerebrolysin do people use", "dose"),
        ("used semax for a month. how long is a cerebrolysin course?", "cycle"),
        ("been using modafinil for years, what are cerebrolysin's side effects", "side-effects"),
    ],
)
def test_other_compounds_in_the_background_do_not_hide_what_is_asked_of_this_one(
    footnote: Footnote, text: str, section: str
) -> None:
    assert footnote.ask(text).sections[:1] == (section,)


@pytest.mark.parametrize(
    "text", ["not cerebrolysin, how much semax?", "cerebrolysin was fine. how long is a semax cycle?"]
)
def test_what_is_asked_of_another_compound_is_no_background(footnote: Footnote, text: str) -> None:
    assert footnote.ask(text).passages == ()
