"""Slips of the finger: which word was meant, and which is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.features import Writing
from bot.footnote import Footnote

UTTERANCES = {
    "how": 400,
    "much": 300,
    "per": 200,
    "day": 220,
    "is": 500,
    "it": 600,
    "the": 900,
    "work": 90,
    "actually": 80,
    "dosing": 9,
    "design": 2,
    "what": 250,
    "because": 40,
    "drooping": 12,
    "dropping": 300,
    "wrok": 2,
    "waht": 3,
    "anaphylaxis": 60,
    "muscle": 50,
    "higher": 70,
}
ORDINARY = {"how", "much", "per", "day", "is", "it", "the", "work", "actually", "design", "what", "because", "dropping"}


@pytest.fixture(scope="module")
def writing() -> Writing:
    """The writing of a few words, each in so many utterances."""
    return Writing({"sides": "side effects"}, UTTERANCES, ORDINARY.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mcuh", "much"),  # two letters turned round
        ("muscel", "muscle"),
        ("acutally", "actually"),
        ("becuase", "because"),
        ("higer", "higher"),  # one left out
        ("anafilaxis", "anaphylaxis"),  # written by ear
        ("dosign", "dosing"),  # turned round, rather than another word with a letter of its own
        ("howmuch", "how much"),  # two words in one
        ("perday", "per day"),
        ("wrok", "work"),  # also where a few utterances hold the slip themselves
        ("waht", "what"),
        ("hwo", "how"),  # a short word, turned round
        ("teh", "the"),
        ("hoow", "how"),  # or with a letter twice
        ("iss", "is"),
    ],
)
def test_a_slip_becomes_the_word_that_was_meant(writing: Writing, typed: str, meant: str) -> None:
    assert writing.repaired(f"is it {typed} the") == f"is it {meant} the"


@pytest.mark.parametrize("word", ["drooping", "sides", "design", "xylophone", "day", "mg", "123", "ünbekannt"])
def test_a_word_that_may_be_meant_is_left_alone(writing: Writing, word: str) -> None:
    assert writing.repaired(f"is it {word}") == f"is it {word}"


@given(st.text(st.sampled_from("abcdehmuwy "), max_size=40))
def test_what_is_repaired_once_holds_known_words_in_the_same_order(writing: Writing, text: str) -> None:
    for typed, became in zip(text.split(), writing.repaired(text).split(), strict=False):
        if typed == became:
            continue
        assert became in UTTERANCES
        break


@pytest.mark.parametrize(
    ("typed", "section"),
    [
        ("howmuch perday", "dose"),
        ("waht are teh sied effcets", "side-effects"),
        ("is it injcted into the musle", "route"),
        ("anafilaxis risk?", "allergy"),
    ],
)
def test_a_question_full_of_slips_is_understood(footnote: Footnote, typed: str, section: str) -> None:
    assert footnote.ask(typed).sections[:1] == (section,)


@pytest.mark.parametrize("name", ["metfornin", "insulim", "zorbexin", "semaxx", "tirzepatid", "cerlutin"])
def test_an_unknown_name_is_never_taken_for_a_slip_of_something_known(footnote: Footnote, name: str) -> None:
    answer = footnote.ask(f"how much {name} a day?")
    assert (answer.outcome, answer.passages) == ("decline", ())
