"""Pictures on Discord: where they belong, with their alt texts; and never in the way of an answer or its notices."""

from __future__ import annotations

import asyncio
import threading

import discord
import pytest
from simcord import ResponseMessage

from bot.footnote import Footnote
from bot.pictures import album
from bot.pictures.plans import CannotDrawError, Plan, charts
from bot.surfaces.discord.client import Client
from bot.surfaces.discord.layout import Controls
from bot.surfaces.discord.pictures import Pictures
from tests.discord.conftest import World
from tests.discord.reading import CAVEAT, components, ends_with_the_warning, labels, pictures, text, texts
from tests.discord.test_cards import changed

EFFICACY = "what did the trials in acute stroke find?"
THROAT = "my throat is swelling after the shot, i can't breathe"
GALLERY, CONTAINER = 12, 17  # types of components


@pytest.fixture
def evidence(footnote: Footnote) -> str:
    """The alt text of the evidence at a glance."""
    (chart,) = charts(footnote.library.cards[0], footnote.library.replies.labels)
    return chart.alt


def stands_before_the_notices(message: discord.Message | ResponseMessage) -> bool:
    """Whether the pictures stand above the notices, and the warning is the last text."""
    kinds = [component["type"] for component in components(message)]
    return kinds.index(GALLERY) < kinds.index(CONTAINER) and ends_with_the_warning(message)


async def card_of(world: World) -> ResponseMessage:
    """What /card shows."""
    card = (await world.alice.slash(world.channel, "card")).response
    assert card is not None
    return card


async def test_a_card_shows_the_evidence_at_a_glance_with_its_alt_text(world: World, evidence: str) -> None:
    card = await card_of(world)
    assert pictures(card) == [evidence]
    assert stands_before_the_notices(card)
    assert CAVEAT in text(card)


async def test_an_answer_on_evidence_shows_it_too_and_other_answers_do_not(world: World, evidence: str) -> None:
    answer = await world.asks(world.alice, EFFICACY)
    assert pictures(answer) == [evidence]
    assert [attached.filename for attached in answer.attachments] == ["evidence.png"]
    assert stands_before_the_notices(answer)
    assert CAVEAT in text(answer)
    assert not pictures(await world.asks(world.bob, "how much per day?"))


async def test_a_section_on_evidence_that_was_looked_up_shows_it(world: World, evidence: str) -> None:
    looked_up = await world.alice.slash(
        world.channel, "section", compound="cerebrolysin", section="evidence-rehab", private=True
    )
    assert looked_up.response is not None
    assert pictures(looked_up.response) == [evidence]


async def test_each_step_has_its_drawing_and_turning_on_leaves_none_of_an_earlier_one(world: World) -> None:
    shown = (await world.bob.click(await card_of(world), label="Step by step")).response
    assert shown is not None
    for step in world.bot.service.footnote.library.cards[0].steps:
        (alt,) = pictures(shown)
        assert step.picture
        assert alt.splitlines()[:2] == [step.title, "; ".join(step.picture.words)]
        assert stands_before_the_notices(shown)
        if "Next" in labels(shown):
            await world.bob.click(shown, label="Next")
    await world.bob.click(shown, label="Back")
    assert len(pictures(shown)) == 1


async def test_a_further_page_shows_no_picture_again(world: World) -> None:
    question = "what did the trials find in stroke, in recovery after it, in brain injury and in dementia?"
    answer = await world.asks(world.alice, question)
    assert len(pictures(answer)) == 1
    more = (await world.alice.click(answer, label="More")).response
    assert more is not None
    assert not pictures(more)


async def test_an_edited_question_gains_and_loses_the_picture_with_its_answer(world: World, evidence: str) -> None:
    question = await world.alice.send(world.channel, world.at("how much per day?"))
    await world.alice.edit(question, world.at(EFFICACY))
    assert pictures(world.last()) == [evidence]
    await world.alice.edit(question, world.at("how much per day?"))
    assert not pictures(world.last())
    assert not world.last().attachments


async def test_an_emergency_waits_for_no_picture(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album.Album, "pictures", lambda *_: pytest.fail("an emergency asked for pictures"))
    assert "call emergency services now" in texts(await world.asks(world.alice, THROAT))[0]


class TestWhatGoesWrong:
    """The answer goes out as it is, without the picture."""

    @pytest.mark.parametrize("error", [RuntimeError, MemoryError, OSError, CannotDrawError])
    async def test_a_drawing_that_fails(
        self, world: World, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
    ) -> None:
        def fails(_: Plan) -> bytes:
            raise error("no pen")

        monkeypatch.setattr(album, "draw", fails)
        answer = await world.asks(world.alice, EFFICACY)
        assert texts(answer)[0].startswith("### Cerebrolysin › ")
        assert not pictures(answer)
        assert CAVEAT in text(answer)
        assert ends_with_the_warning(answer)
        assert not world.env.errors

    async def test_an_error_in_choosing_pictures(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(album, "charts", lambda *_: [].pop())
        answer = await world.asks(world.alice, EFFICACY)
        assert not pictures(answer)
        assert ends_with_the_warning(answer)

    @pytest.mark.parametrize("status", [400, 403, 413, 500])
    async def test_an_upload_that_discord_refuses(self, world: World, status: int) -> None:
        world.env.inject_error("POST", "/channels/*/messages", status=status)
        answer = await world.asks(world.alice, EFFICACY)
        assert texts(answer)[0].startswith("### Cerebrolysin › ")
        assert not pictures(answer)
        assert ends_with_the_warning(answer)

    async def test_an_upload_to_a_command_that_discord_refuses(self, world: World) -> None:
        world.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=413)
        card = await card_of(world)
        assert texts(card)[0] == "### Cerebrolysin"
        assert not pictures(card)
        assert ends_with_the_warning(card)

    async def test_a_channel_where_the_bot_may_attach_nothing(self, world: World) -> None:
        mine = world.env.bot.user
        assert mine is not None
        plain = world.guild.create_text_channel(
            "plain", overwrites={mine: discord.PermissionOverwrite(attach_files=False)}
        )
        await world.env.settle()
        question = await world.alice.send(plain, world.at(EFFICACY))
        assert not pictures(world.last(plain))
        assert ends_with_the_warning(world.last(plain))
        await world.alice.edit(question, world.at("does it help with dementia?"))
        assert "Alzheimer" in text(world.last(plain))
        assert len(world.requests("POST", f"/channels/{plain.id}/messages")) == 1


async def test_a_reply_waits_for_slow_drawing_no_longer_than_its_patience_and_a_later_one_has_the_picture(
    footnote: Footnote, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, drawn, draw = threading.Event(), threading.Event(), album.draw

    def slowly(plan: Plan) -> bytes:
        go.wait(timeout=20)
        png = draw(plan)
        drawn.set()
        return png

    monkeypatch.setattr(album, "draw", slowly)
    hurried, answer = Pictures(patience=0.05), footnote.section("cerebrolysin", "evidence")
    assert await hurried.of(answer, footnote.library.replies.labels, Controls()) == ()
    go.set()
    assert await asyncio.to_thread(drawn.wait, 20)
    patient = Pictures(hurried.album)
    assert len(await patient.of(answer, footnote.library.replies.labels, Controls())) == 1


class TestPinnedCards:
    """A card that stays shows the picture as it is now."""

    async def test_it_has_the_picture_and_gets_another_where_the_outcomes_changed(
        self, world: World, footnote: Footnote, evidence: str
    ) -> None:
        await world.mod.slash(world.channel, "cards pin", compound="cerebrolysin")
        (card,) = [message for message in world.by_bot() if message.attachments]
        assert pictures(card) == [evidence]
        assert stands_before_the_notices(card)
        sources = tuple(
            source.model_copy(update={"outcomes": ("inconclusive",)}) if source.outcomes else source
            for source in footnote.library.cards[0].sources
        )
        await world.env.restart_bot(Client(changed(footnote, sources=sources), world.store))
        (card,) = [message for message in world.by_bot() if message.attachments]
        assert len(card.attachments) == 1
        assert "Heiss WD et al. 2012: too few data" in pictures(card)[0]

    async def test_it_is_pinned_without_the_picture_where_that_is_refused(self, world: World) -> None:
        world.env.inject_error("POST", "/channels/*/messages", status=413, code=40005)
        await world.mod.slash(world.channel, "cards pin", compound="cerebrolysin")
        (card,) = world.channel.pinned_messages()
        assert not pictures(card)
        for source in world.bot.service.footnote.library.cards[0].publications:
            assert f"Found: {source.finding}" in text(card)
        assert ends_with_the_warning(card)
