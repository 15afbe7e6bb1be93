"""What is typed into the options of commands, a letter at a time and by many at once: little work, whatever it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.footnote import Footnote
from bot.surfaces.discord import looking_up
from bot.surfaces.discord.looking_up import CHOICES, TYPED

STRANGE = " ".join(f"zq{number}xv" for number in range(1_000))


def calls(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls, those in C too."""
    count = 0

    def note(_: FrameType, event: str, __: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "typed", [STRANGE, "a" * 6_000, "cerebro" * 800, "? " * 3_000], ids=["words", "a", "name", "?"]
)
def test_a_long_text_costs_no_more_than_a_names_length_of_it(footnote: Footnote, typed: str) -> None:
    card = footnote.library.cards[0]
    for work in (
        lambda text: looking_up.compounds(footnote, text),
        lambda text: looking_up.sections(footnote, card, text),
        lambda text: looking_up.card_for(footnote, text, None),
    ):
        work(typed[:TYPED])  # what is kept of it is kept
        assert calls(lambda work=work: work(typed)) <= calls(lambda work=work: work(typed[:TYPED])) + 50  # type: ignore[misc]


@settings(deadline=None, max_examples=150)
@given(typed=st.text(max_size=300))
def test_only_cards_and_sections_are_offered_whatever_is_typed(footnote: Footnote, typed: str) -> None:
    card = footnote.library.cards[0]
    compounds, sections = looking_up.compounds(footnote, typed), looking_up.sections(footnote, card, typed)
    assert set(compounds) <= {(card.name, card.id) for card in footnote.library.cards}
    assert set(sections) <= {(section.title, section.id) for section in card.sections}
    assert max(len(compounds), len(sections)) <= CHOICES
