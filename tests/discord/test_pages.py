"""However long an answer is: no sentence, source or notice is cut, and every page keeps Discord's limits."""

from __future__ import annotations

import re
from dataclasses import replace

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.answers import Answer
from bot.footnote import Footnote
from bot.surfaces.discord import looking_up
from bot.surfaces.discord.layout import Controls, layout
from bot.surfaces.discord.pages import LIMIT, pages
from bot.surfaces.discord.states import CODE, Show, codes, parse, shown_by

LANGUAGES = [None, "de", "es", "ru", "zh", "fr"]
TEXTS, COMPONENTS, CUSTOM_ID = 4_000, 40, 100  # Discord's limits

shapes = st.tuples(
    st.lists(st.integers(0, 15), min_size=1, max_size=16, unique=True),
    st.booleans(),
    st.booleans(),
    st.sampled_from(LANGUAGES),
)


def answer_of(footnote: Footnote, shape: tuple[list[int], bool, bool, str | None]) -> Answer:
    """An answer with some sections of the shipped card, as a question might have it."""
    places, benefit, about_efficacy, language = shape
    card = footnote.library.cards[0]
    sections = [card.sections[place % len(card.sections)].id for place in places]
    wanted = tuple(dict.fromkeys(sections))
    answer = footnote.sections(card.id, wanted, benefit=benefit, about_efficacy=about_efficacy)
    return replace(answer, language=language, suggestions=wanted[:3])


@settings(deadline=None)
@given(shape=shapes)
def test_every_passage_stands_whole_on_one_page_and_every_notice_on_each(
    footnote: Footnote, shape: tuple[list[int], bool, bool, str | None]
) -> None:
    answer = answer_of(footnote, shape)
    made = pages(answer, footnote.library.replies.labels)
    for _, passage in answer.passages:
        assert sum(discord.utils.escape_markdown(passage.text) in page.body for page in made) >= 1
    for page in made:
        assert page.length <= LIMIT
        assert page.notices == tuple(map(discord.utils.escape_markdown, answer.notice_texts))


@settings(deadline=None)
@given(shape=shapes, asker=st.integers(10**17, 2**63))
def test_every_page_is_a_message_that_discord_takes(
    footnote: Footnote, shape: tuple[list[int], bool, bool, str | None], asker: int
) -> None:
    answer, replies = answer_of(footnote, shape), footnote.library.replies
    for number in range(1, len(pages(answer, replies.labels)) + 1):
        controls = Controls(show=shown_by(answer).at(number), asker=asker, votes=True, language=answer.language)
        view = layout(answer, replies, controls)
        assert view.content_length() <= TEXTS
        assert view.total_children_count <= COMPONENTS
        ids = [item.custom_id for item in view.walk_children() if isinstance(item, discord.ui.DynamicItem)]
        assert all(len(custom_id) <= CUSTOM_ID for custom_id in ids)
        assert len(ids) == len(set(ids))


@settings(deadline=None)
@given(shape=shapes)
def test_a_further_page_builds_the_same_passages_again_from_its_id_alone(
    footnote: Footnote, shape: tuple[list[int], bool, bool, str | None]
) -> None:
    answer = answer_of(footnote, shape)
    state = parse(shown_by(answer).at(2).custom_id, footnote.library)
    assert isinstance(state, Show)
    again = footnote.in_language(looking_up.show(footnote, state), state.language)
    assert again.parts == answer.parts
    assert again.notice_texts == answer.notice_texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reply_of_the_shipped_cards_is_a_message_that_discord_takes(
    footnote: Footnote, language: str | None
) -> None:
    for card in footnote.library.cards:
        replies = [footnote.section(card.id, section.id) for section in card.sections]
        replies += [*footnote.steps(card.id), footnote.card(card.id), footnote.sources(card.id), footnote.help(card.id)]
        for reply in replies:
            answer = replace(reply, language=language)
            for number in range(1, len(pages(answer, footnote.library.replies.labels)) + 1):
                controls = Controls(show=shown_by(answer).at(number), glance=reply.outcome == "help", language=language)
                view = layout(answer, footnote.library.replies, controls)
                assert view.content_length() <= TEXTS
                assert view.total_children_count <= COMPONENTS


def test_no_two_sections_of_a_card_have_the_same_code(footnote: Footnote) -> None:
    for card in footnote.library.cards:
        made = [codes([section.id]) for section in card.sections]
        assert len(made) == len(set(made))
        assert {len(code) for code in made} == {CODE}


@pytest.mark.parametrize("odd", ["*5 mL* a day", "_5_ mL", "~~5~~ mL", "`5` mL", "||5|| mL", "5 * 2 mL", "C:\\5 mL"])
def test_a_passage_is_shown_to_the_letter_whatever_discord_makes_of_its_characters(
    footnote: Footnote, odd: str
) -> None:
    answer = footnote.section("cerebrolysin", "dose")
    part = answer.parts[0]
    passage = part.passages[0].model_copy(update={"text": odd, "status": None})
    body = pages(replace(answer, parts=(replace(part, passages=(passage,)),)), footnote.library.replies.labels)[0].body
    assert re.sub(r"\\(.)", r"\1", body) == f"{odd} [1]"
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_~`|]", body)


def test_a_figure_and_its_limit_stand_on_the_same_page(footnote: Footnote) -> None:
    for card in footnote.library.cards:
        wanted = tuple(section.id for section in card.sections)
        made = pages(footnote.sections(card.id, wanted), footnote.library.replies.labels)
        for section in card.sections:
            limits = [passage for passage in section.passages if "label" in passage.sources]
            figures = [passage for passage in section.passages if passage.status]
            together = [discord.utils.escape_markdown(passage.text) for passage in (*limits, *figures)]
            assert any(all(text in page.body for text in together) for page in made), section.id
