"""Pinned cards: posted once, pinned, kept up to date, brought back, taken away."""

from __future__ import annotations

import copy
import dataclasses

import discord
import pytest
import simcord
from simcord.interactions import base_payload

from bot.footnote import Footnote
from bot.ports import PinKey
from bot.surfaces.discord.client import Client
from tests.discord.conftest import World
from tests.discord.reading import CAVEAT, components, ends_with_the_warning, ids, labels, pictures, text, texts

CARD = "cerebrolysin"
OLD, NEW = "Not one peptide", "An entirely new summary of it."


def changed(footnote: Footnote, **changes: object) -> Footnote:
    """The same knowledge, but for the card."""
    cards = tuple(card.model_copy(update=changes) for card in footnote.library.cards)
    other = copy.copy(footnote)
    other.library = footnote.library.model_copy(update={"cards": cards})
    other.default = cards[0].id
    return other


@dataclasses.dataclass
class Channel:
    """What stands in a channel."""

    world: World
    handle: simcord.ChannelHandle

    @property
    def cards(self) -> list[discord.Message]:
        """The cards that stand there."""
        return [m for m in self.world.by_bot(self.handle) if any(name.startswith("fn1:p:") for name in ids(m))]

    @property
    def card(self) -> discord.Message:
        """The only one, which is pinned."""
        (card,) = self.cards
        assert [message.id for message in self.handle.pinned_messages()] == [card.id]
        return card

    async def does(self, what: str, **options: object) -> str:
        """A moderator uses a command about cards there; what it says."""
        result = await self.world.mod.slash(self.handle, f"cards {what}", **options)
        assert result.ephemeral
        assert result.response is not None
        assert ends_with_the_warning(result.response)
        return text(result.response)

    async def pins(self) -> str:
        """A moderator pins the card there."""
        return await self.does("pin", compound=CARD)

    async def restarts(self, footnote: Footnote) -> None:
        """Another process, over the same store."""
        await self.world.env.restart_bot(Client(footnote, self.world.store))

    async def deleted_in_absence(self, footnote: Footnote) -> None:
        """The card is deleted while no bot is there."""
        listeners, self.world.env.backend.subscribers = self.world.env.backend.subscribers, []
        self.world.env.backend.delete_message(self.handle.id, self.card.id)
        self.world.env.backend.subscribers = listeners
        await self.restarts(footnote)


@pytest.fixture
def there(world: World) -> Channel:
    """The channel."""
    return Channel(world, world.channel)


async def test_a_card_says_what_it_is_and_what_the_evidence_is_and_when_it_was_reviewed(there: Channel) -> None:
    assert "posted and pinned" in await there.pins()
    card, shown = there.world.bot.service.footnote.library.cards[0], text(there.card)
    assert card.summary in shown
    for source in card.publications:
        assert f"{source.authors[0]}" in shown
        assert source.url is None or f"(<{source.url}>)" in shown
    (seen,) = pictures(there.card)
    for lane in ("independent of the maker: Ziganshina", "sponsored: the maker's money or staff: Heiss"):
        assert lane in seen
    assert f"Reviewed: {card.reviewed}" in shown
    assert CAVEAT in shown
    assert ends_with_the_warning(there.card)
    menu = next(component for component in components(there.card) if component["type"] == 3)
    assert [option["value"] for option in menu["options"]] == [section.id for section in card.sections]
    assert "Step by step" in labels(there.card)


async def test_a_cards_menu_and_steps_answer_whoever_picks_alone(there: Channel) -> None:
    await there.pins()
    picked = await there.world.bob.select(there.card, ["dose"])
    stepped = await there.world.alice.click(there.card, label="Step by step")
    for shown, heading in ((picked, "### Cerebrolysin › Dose"), (stepped, "### Cerebrolysin › Step 1")):
        assert shown.ephemeral
        assert shown.response is not None
        assert texts(shown.response)[0].startswith(heading)
    assert len(there.cards) == 1


async def test_a_card_is_posted_once_a_channel_however_often_it_is_pinned(there: Channel) -> None:
    await there.pins()
    first = there.card.id
    assert "stands there already" in await there.pins()
    assert there.card.id == first
    other = Channel(there.world, there.world.guild.create_text_channel("other"))
    await there.does("pin", compound="Cerebro", channel=other.handle)
    assert other.card.id != there.card.id


async def test_of_two_moderators_at_once_one_posts_it_and_both_are_told_so(there: Channel) -> None:
    backend = there.world.env.backend
    again: list[object] = []

    def twice(event: str, payload: object) -> None:
        if event == "INTERACTION_CREATE" and isinstance(payload, dict) and not again:
            where = {"channel_id": there.handle.id, "guild_id": there.world.guild.id, "user_id": there.world.mod.id}
            again.append(base_payload(backend, type=2, data=payload["data"], **where)[0])
            backend.emit(event, base_payload(backend, type=2, data=payload["data"], **where)[1])

    backend.subscribers.append(twice)
    await there.pins()
    assert there.card
    assert len(there.world.requests("POST", f"/channels/{there.handle.id}/messages")) == 1


async def test_newer_knowledge_at_a_start_is_shown_in_place_and_the_same_is_left_alone(
    there: Channel, footnote: Footnote
) -> None:
    await there.pins()
    first = there.card.id
    await there.restarts(footnote)
    assert not there.world.requests("PATCH", f"/channels/{there.handle.id}")
    await there.restarts(changed(footnote, summary=NEW))
    assert there.card.id == first
    assert NEW in text(there.card)
    assert len(there.world.requests("PATCH", f"/channels/{there.handle.id}")) == 1


async def test_a_card_deleted_in_the_bots_absence_is_posted_again(there: Channel, footnote: Footnote) -> None:
    await there.pins()
    first = there.card.id
    await there.deleted_in_absence(footnote)
    assert there.card.id != first


async def test_a_card_unpinned_by_hand_is_pinned_again_by_a_refresh(there: Channel) -> None:
    await there.pins()
    await there.world.mod.set_pinned(there.card, False)
    assert "Posted or pinned again: 1" in await there.does("refresh")
    assert there.card


async def test_a_card_deleted_in_its_presence_comes_back_but_not_for_ever(there: Channel) -> None:
    log = there.world.guild.create_text_channel("log")
    await there.world.store.set_setting(there.world.guild.id, None, "log_channel", log.id)
    await there.pins()
    for _ in range(3):
        await there.world.mod.delete(there.card)
        assert "has been posted again" in text(there.world.last(log))
    await there.world.mod.delete(there.card)
    assert not there.cards
    assert "not posted any more" in text(there.world.last(log))
    await there.does("refresh")
    assert there.card


async def test_a_card_deleted_with_many_others_comes_back_too(there: Channel) -> None:
    await there.pins()
    others = [await there.world.alice.send(there.handle, "hello") for _ in range(2)]
    there.world.env.backend.bulk_delete_messages(there.handle.id, [there.card.id, *(other.id for other in others)])
    await there.world.env.settle()
    assert there.card


async def test_a_card_that_is_taken_away_stays_away(there: Channel, footnote: Footnote) -> None:
    await there.pins()
    assert "taken away" in await there.does("unpin", compound=CARD)
    assert not there.cards
    await there.restarts(footnote)
    assert not there.cards
    assert "No such card is pinned there" in await there.does("unpin", compound=CARD)


async def test_the_list_says_which_cards_are_pinned_where(there: Channel) -> None:
    assert "No card is pinned on this server" in await there.does("list")
    await there.pins()
    listed = await there.does("list")
    assert f"<#{there.handle.id}> pinned" in listed
    assert str(there.card.id) in listed


async def test_a_long_list_is_turned_page_by_page_in_its_place(there: Channel) -> None:
    await there.world.env.settle()
    for number in range(60):
        key = PinKey(there.world.guild.id, 10_000 + number, CARD)
        await there.world.store.claim_pin(key, nonce=f"{number:024x}", holder="nobody", now=0.0, until=0.0)
    listed = (await there.world.mod.slash(there.handle, "cards list")).response
    assert listed is not None
    seen = text(listed)
    for _ in range(9):
        if "More" not in labels(listed):
            break
        turned = (await there.world.mod.click(listed, label="More")).response
        assert turned is not None
        assert turned.id == listed.id
        seen += text(turned)
        listed = turned
    assert all(f"<#{10_000 + number}>" in seen for number in range(60))
    assert ends_with_the_warning(listed)


async def test_a_card_that_the_knowledge_drops_goes_and_comes_back_with_it(there: Channel, footnote: Footnote) -> None:
    await there.pins()
    await there.restarts(changed(footnote, id="another"))
    assert not there.cards
    assert "no such card now" in await there.does("list")
    await there.restarts(footnote)
    assert there.card


async def test_where_the_store_was_lost_the_card_that_stands_is_taken_up_again(there: Channel) -> None:
    await there.pins()
    first = there.card.id
    await there.world.store.remove_guild(there.world.guild.id)
    await there.pins()
    assert there.card.id == first
    pin = await there.world.store.pin(PinKey(there.world.guild.id, there.handle.id, CARD))
    assert pin is not None
    assert (pin.state, pin.message) == ("pinned", first)


async def test_a_deleted_channel_takes_its_cards_along(there: Channel) -> None:
    await there.pins()
    there.world.env.backend.delete_channel(there.handle.id)
    await there.world.env.settle()
    assert not await there.world.store.pins([there.world.guild.id])


@pytest.fixture
def thread(world: World) -> Channel:
    """A thread of the channel."""
    made = world.env.backend.create_thread(world.channel.id, "talk", world.alice.id)
    return Channel(world, next(handle for handle in world.channel.threads if handle.id == made.id))


async def test_a_card_in_a_thread_that_was_archived_follows_once_it_is_opened_again(
    thread: Channel, footnote: Footnote
) -> None:
    backend = thread.world.env.backend
    await thread.pins()
    backend.edit_channel(thread.handle.id, {}, thread_metadata={"archived": True})
    thread.world.env.inject_error("PATCH", f"/channels/{thread.handle.id}/messages/*", status=400, code=50083)
    await thread.restarts(changed(footnote, summary=NEW))
    assert OLD in text(thread.card)
    backend.edit_channel(thread.handle.id, {}, thread_metadata={"archived": False})
    await thread.world.env.settle()
    assert NEW in text(thread.card)


async def test_a_card_pings_nobody_and_is_sent_under_a_nonce(there: Channel) -> None:
    await there.pins()
    (sent,) = there.world.requests("POST", f"/channels/{there.handle.id}/messages")
    body = sent.json or {}
    assert body["allowed_mentions"] == {"parse": []}
    assert body["enforce_nonce"] is True
    assert len(body["nonce"]) <= 25
