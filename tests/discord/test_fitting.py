"""A card that is taken gives replies that Discord takes, whatever its length; one that does not is refused with the reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.cards import Card, Library, Translation
from bot.core.reference import Reference
from bot.footnote import Footnote
from bot.surfaces.discord.fitting import misfits
from bot.surfaces.discord.layout import Controls, layout
from bot.surfaces.discord.pages import LIMIT, pages
from bot.surfaces.discord.states import shown_by
from tests.cli.test_commands import run
from tests.small_knowledge import change, write

TEXTS, COMPONENTS = 4_000, 40  # Discord's limits

lengths = st.integers(1, 1_200)
cards = st.fixed_dictionaries(
    {
        "notices": st.tuples(lengths, lengths),
        "translated": st.none() | lengths,
        "passages": st.lists(lengths, min_size=1, max_size=8),
        "steps": st.lists(lengths, min_size=1, max_size=3),
    }
)


def filled(length: int) -> str:
    """A text of that many characters, of words."""
    return ("word " * (length // 5 + 1))[:length].strip() or "w"


def with_lengths(card: Card, shape: dict[str, Any]) -> Card:
    """The card with texts of other lengths."""
    notices = []
    for notice, length in zip(card.notices, shape["notices"], strict=True):
        other = shape["translated"]
        told = {"de": Translation(text=filled(other), checked=True)} if isinstance(other, int) else {}
        notices.append(notice.model_copy(update={"text": filled(length), "translations": told}))
    passage = card.sections[0].passages[0]
    long = [
        passage.model_copy(update={"id": f"p{n}", "text": filled(length)}) for n, length in enumerate(shape["passages"])
    ]
    first = card.sections[0].model_copy(update={"passages": tuple(long)})
    steps = card.steps[0].model_copy(
        update={"passages": tuple(passage.model_copy(update={"text": filled(n)}) for n in shape["steps"])}
    )
    return card.model_copy(
        update={"notices": tuple(notices), "sections": (first, *card.sections[1:]), "steps": (steps,)}
    )


def reference_of(footnote: Footnote, card: Card) -> Reference:
    """Look-ups in a library of one card."""
    library: Library = footnote.library.model_copy(update={"cards": (card,)})
    return Reference(library, footnote._names)


@settings(deadline=None, max_examples=60)
@given(shape=cards)
def test_a_card_without_a_misfit_gives_pages_that_discord_takes_and_cuts_no_notice(
    footnote: Footnote, shape: dict[str, Any]
) -> None:
    card = with_lengths(footnote.library.cards[0], shape)
    reference = reference_of(footnote, card)
    if misfits(reference):
        return
    replies = reference.library.replies
    everything = reference.sections(card.id, [section.id for section in card.sections])
    answers = [everything, *(reference.section(card.id, section.id) for section in card.sections)]
    answers.append(replace(everything, opening=(replies.pair_not_named,), closing=tuple(replies.partly.values())))
    for answer in (replace(answer, language="de", about_efficacy=True) for answer in answers):
        made = pages(answer, replies.labels)
        assert all(page.length <= LIMIT and len(page.notices) == len(answer.notice_texts) for page in made)
        for number in range(1, len(made) + 1):
            view = layout(answer, replies, Controls(show=shown_by(answer).at(number), asker=2**63 - 1, votes=True))
            assert view.content_length() <= TEXTS
            assert view.total_children_count <= COMPONENTS
    (step,) = reference.steps(card.id)
    assert len(pages(replace(step, language="de"), replies.labels, whole=True)) == 1


def test_the_shipped_cards_fit(footnote: Footnote) -> None:
    assert misfits(footnote) == []


@pytest.mark.parametrize(
    ("shape", "named"),
    [
        ({"notices": (1200, 1200), "translated": 1200, "passages": [20], "steps": [20]}, "card"),
        ({"notices": (900, 900), "translated": None, "passages": [20], "steps": [1200, 1200, 1200]}, "step 1"),
    ],
    ids=["notices that leave no room", "a step of two messages"],
)
def test_what_fits_no_message_is_named_with_the_reason(footnote: Footnote, shape: dict[str, Any], named: str) -> None:
    faults = misfits(reference_of(footnote, with_lengths(footnote.library.cards[0], shape)))
    assert any(fault.where.startswith(named) and "longer" in fault.message for fault in faults), faults
    assert {fault.file for fault in faults} == {"compounds/cerebrolysin.yaml"}


def test_lines_that_leave_a_passage_no_room_stand_on_a_page_of_their_own(footnote: Footnote) -> None:
    answer = footnote.section("cerebrolysin", "dose")
    lines = tuple(f"{filled(860)} {number}" for number in range(4))
    made = pages(replace(answer, opening=lines), footnote.library.replies.labels)
    assert all(line in made[0].body for line in lines)
    assert [passage.text in made[0].body for _, passage in answer.passages] == [False] * len(answer.passages)
    assert all(page.length <= LIMIT for page in made)


def test_the_check_names_a_card_that_discord_cannot_show(tmp_path: Path) -> None:
    folder = write(tmp_path / "knowledge")
    change(folder, "compounds/testin.yaml", "serious allergic reaction.", "serious allergic reaction. " + "x" * 1_100)
    change(folder, "compounds/testin.yaml", "nobody has tested Testin.", "nobody has tested Testin. " + "x" * 1_100)
    change(folder, "compounds/testin.yaml", "name: Testin\n", f"name: Testin\nsteps: [{step()}]\n")
    checked = run("knowledge", "check", str(folder))
    assert checked.exit_code == 1
    assert "compounds/testin.yaml: step 1: a step is one message" in checked.output


def step() -> str:
    """A step as long as its passages may be."""
    passages = ", ".join(f"{{id: long-{n}, text: {'y' * 1_100}, sources: [page]}}" for n in range(3))
    return f"{{title: How it is, passages: [{passages}]}}"
