"""Which compound a question is about: an exact name answers, a near one answers or is asked back, another declines."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.names import Mentions, Names
from bot.core.text import clean, fold
from bot.footnote import Footnote

# Names of medicines that stand in no list of the knowledge files.
STRANGERS = Path(__file__).with_name("strangers.txt").read_text(encoding="utf-8").split()


def asked(footnote: Footnote, question: str) -> tuple[str, str | None, str | None]:
    """What came of a question: outcome, reason and compound."""
    answer = footnote.ask(question)
    return answer.outcome, answer.reason, answer.compound


@pytest.fixture(scope="session")
def names(footnote: Footnote) -> Names:
    """The names of the shipped knowledge."""
    return footnote._names


def found(names: Names, text: str) -> Mentions:
    """What a text names."""
    return names.find(fold(clean(text)))


@pytest.mark.parametrize(
    "name",
    [
        "Cerebrolysin",
        "cerebrolysin",
        "CEREBROLYSIN",
        "cerebrolysin's",
        "cere",
        "Церебролизин",
        "脑活素",
        "ｃｅｒｅｂｒｏｌｙｓｉｎ",
    ],
)
def test_an_exact_name_answers(footnote: Footnote, name: str) -> None:
    assert asked(footnote, f"{name} dose per day?") == ("answer", None, "cerebrolysin")


@pytest.mark.parametrize("name", ["celebrolysin", "cerebrolysn", "cerebralysin", "cerebrolycin", "cerebolysin"])
def test_a_long_near_name_without_a_rival_answers_and_the_heading_says_what_was_understood(
    footnote: Footnote, name: str
) -> None:
    answer = footnote.ask(f"how much {name} per day?")
    assert (answer.outcome, answer.compound) == ("answer", "cerebrolysin")
    assert answer.title.startswith("Cerebrolysin")


@pytest.mark.parametrize("name", ["cerebrolysate", "cerebramin", "cerluten", "cerebrocurin", "cortexin", "actovegin"])
def test_a_look_alike_with_a_name_of_its_own_is_never_answered(footnote: Footnote, name: str) -> None:
    outcome, reason, compound = asked(footnote, f"how much {name} per day?")
    assert (outcome, reason, compound) == ("decline", "other_compound", None) or (outcome, compound) == (
        "clarify",
        None,
    )


@pytest.mark.parametrize(
    "name", ["BPC-157", "bpc157", "bpc 157", "semax", "selank", "tb 500", "Semaglutide", "ozempic"]
)
def test_another_compound_is_declined_however_it_is_spelt(footnote: Footnote, name: str) -> None:
    assert asked(footnote, f"how much {name} per day?") == ("decline", "other_compound", None)


def test_a_name_that_no_list_holds_is_never_answered(footnote: Footnote) -> None:
    assert len(set(STRANGERS)) >= 200
    assert [name for name in STRANGERS if asked(footnote, f"how much {name} a day?")[0] == "answer"] == []


def test_nearly_every_name_that_no_list_holds_is_said_to_be_another_compound(footnote: Footnote) -> None:
    others = [name for name in STRANGERS if asked(footnote, f"how much {name} a day?")[1] == "other_compound"]
    assert len(others) >= 0.95 * len(STRANGERS)


def test_no_name_at_all_means_the_only_card(footnote: Footnote) -> None:
    assert asked(footnote, "how much per day?") == ("answer", None, "cerebrolysin")


def test_a_reply_about_another_compound_offers_no_section_of_this_card(footnote: Footnote) -> None:
    answer = footnote.ask("how much semax per day?")
    assert answer.suggestions == ()
    assert answer.passages == ()


def test_a_name_is_found_where_it_stands_among_marks_and_signs(names: Names) -> None:
    for text in ("(cerebrolysin)", "cerebrolysin?!", "re: cerebrolysin,dose", "**cerebrolysin**", "cerebrolysin/semax"):
        assert "cerebrolysin" in found(names, text).owners("card"), text


def test_names_typed_so_far_are_completed(footnote: Footnote) -> None:
    for typed in ("", "cer", "cereb", "CEREBRO", "lysin", "cerebrolisin"):
        assert [card.id for card in footnote.suggestions(typed, 25)] == ["cerebrolysin"], typed
    assert footnote.suggestions("xyzzy", 25) == []


def test_how_much_of_a_substance_with_an_everyday_name_is_no_question_about_the_card(footnote: Footnote) -> None:
    for name in footnote.library.lexicon.substances.names:
        for question in (f"how much {name} should i take a day?", f"what are the side effects of {name}?"):
            answer = footnote.ask(question)
            assert (answer.outcome, answer.passages, answer.suggestions) == ("decline", (), ()), question


def test_such_a_name_is_a_word_like_any_other_elsewhere(footnote: Footnote) -> None:
    assert footnote.ask("does it go under the skin like insulin?").sections == ("route",)
    assert footnote.ask("is it a vitamin or what is it made of?").sections[:1] == ("identity",)
    assert footnote.ask("can i drink alcohol on it?").reason == "no_passage"


@pytest.mark.parametrize(
    "text", ["whats the dose of CX-1942", "JNJ-4411 how long is a course", "KX77: into the muscle?"]
)
def test_letters_with_a_number_name_another_compound(footnote: Footnote, text: str) -> None:
    assert asked(footnote, text) == ("decline", "other_compound", None)


@pytest.mark.parametrize(
    "text", ["how many days since may-2024", "what did casta 2012 find", "is 10ml a day usual", "cars-2 results"]
)
def test_dates_amounts_and_trials_are_no_names(names: Names, text: str) -> None:
    assert not found(names, text).found
