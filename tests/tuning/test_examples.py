"""Examples for tuning are drawn from the utterances, and keep what they ask."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.tuning.examples import Examples

GOALS = ["dose", "route", "!no_passage", "!chitchat"]
UTTERANCES = [
    ("how much per day", 0),
    ("into which muscle", 1),
    ("what does it cost", 2),
    ("hello there", 3),
    ("My aunt has it in a drawer. She never asked anybody. It is yellow. So how much is usual?", 0),
]


@given(st.integers(0, 10_000))
def test_a_round_holds_every_utterance_once_and_its_shares_add_up(seed: int) -> None:
    drawn = Examples(UTTERANCES, GOALS, Random(seed)).round()
    assert len(drawn) == len(UTTERANCES)
    assert all(example.text.strip() and abs(sum(example.shares.values()) - 1) < 1e-9 for example in drawn)


@given(st.integers(0, 2_000))
def test_what_is_asked_together_leads_to_different_places(seed: int) -> None:
    for example in Examples(UTTERANCES, GOALS, Random(seed)).round():
        assert len({GOALS[kind] for kind in example.shares}) == len(example.shares)


def test_every_kind_of_change_is_drawn() -> None:
    texts = {example.text for seed in range(200) for example in Examples(UTTERANCES, GOALS, Random(seed)).round()}
    plain = {text for text, _ in UTTERANCES}
    assert any(" and " in text for text in texts - plain), "two asked at once"
    assert any(len(text) > len("how much per day") + 30 and "how much per day" in text for text in texts), (
        "beside a story"
    )
    assert any(text.startswith("quick question") for text in texts), "a filler"
