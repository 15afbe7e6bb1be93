"""What the store keeps, counts and forgets."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import (
    MOST_GAPS,
    ChannelSettings,
    Noted,
    Pin,
    PinKey,
    PinStep,
    SettingName,
    SettingValue,
    Unanswered,
    Vote,
)
from bot.store import SqlStore

SERVER, OTHER_SERVER, CHANNEL, OTHER_CHANNEL = 2**62 + 1, 12, 2**62 + 21, 22
ALICE, BOB = 2**62 + 31, 32
KEY = PinKey(SERVER, CHANNEL, "cerebrolysin")


def asked(key: str, reason: str = "no_passage") -> Unanswered:
    """A question whose words are its key."""
    return Unanswered(key, f"{key}?", key, "cerebrolysin", reason)


def vote(member: int, *, helpful: bool, message: int = 1, guild: int = SERVER, confidence: float | None = 0.5) -> Vote:
    """A vote on an answer about the dose and the route."""
    return Vote(guild, message, member, "cerebrolysin", ("dose", "route"), helpful, confidence)


class TestSettings:
    """Servers and channels."""

    async def test_without_any_the_defaults_hold(self, store: SqlStore) -> None:
        assert await store.channel_settings(SERVER, CHANNEL) == ChannelSettings()
        assert await store.channel_settings(None, CHANNEL) == ChannelSettings()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("auto_answer", True),
            ("default_compound", "cerebrolysin"),
            ("cool_down", 12.5),
            ("staff", frozenset({2**62 + 5, 7})),
            ("staff", frozenset()),
            ("log_channel", 2**62 + 9),
            ("unanswered", False),
        ],
    )
    async def test_each_can_be_set_and_taken_away_again(
        self, store: SqlStore, name: SettingName, value: SettingValue
    ) -> None:
        await store.set_setting(SERVER, CHANNEL, name, value)
        assert getattr(await store.channel_settings(SERVER, CHANNEL), name) == value
        assert await store.channel_settings(SERVER, OTHER_CHANNEL) == ChannelSettings()
        assert await store.channel_settings(OTHER_SERVER, CHANNEL) == ChannelSettings()
        assert await store.reset_setting(SERVER, CHANNEL, name)
        assert not await store.reset_setting(SERVER, CHANNEL, name)
        assert await store.channel_settings(SERVER, CHANNEL) == ChannelSettings()

    async def test_a_channels_settings_override_its_servers(self, store: SqlStore) -> None:
        await store.set_setting(SERVER, None, "default_compound", "cerebrolysin")
        await store.set_setting(SERVER, None, "cool_down", 60)
        await store.set_setting(SERVER, CHANNEL, "default_compound", None)
        assert await store.channel_settings(SERVER, CHANNEL) == ChannelSettings(cool_down=60.0)
        assert (await store.channel_settings(SERVER, OTHER_CHANNEL)).default_compound == "cerebrolysin"

    async def test_it_is_told_which_level_says_what(self, store: SqlStore) -> None:
        await store.set_setting(SERVER, None, "cool_down", 60)
        await store.set_setting(SERVER, CHANNEL, "auto_answer", value=True)
        levels = await store.setting_levels(SERVER, CHANNEL)
        assert [levels.level_of(name) for name in ("auto_answer", "cool_down", "staff")] == [
            "channel",
            "guild",
            "default",
        ]
        assert not (await store.setting_levels(SERVER, None)).channel

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("auto_answer", 1),
            ("cool_down", -1),
            ("cool_down", float("nan")),
            ("cool_down", True),
            ("staff", frozenset({-1})),
            ("log_channel", True),
            ("default_compound", ""),
        ],
    )
    async def test_a_value_that_is_none_is_refused_and_what_would_be_right_is_said(
        self, store: SqlStore, name: SettingName, value: SettingValue
    ) -> None:
        with pytest.raises(ValueError, match=f"{name} has to be"):
            await store.set_setting(SERVER, CHANNEL, name, value)
        assert await store.channel_settings(SERVER, CHANNEL) == ChannelSettings()

    async def test_a_row_of_another_version_is_passed_over(self, store: SqlStore) -> None:
        await store.set_setting(SERVER, None, "cool_down", 60)
        async with store.database.writing() as connection:
            for name, value in (("volume", "11"), ("staff", '["nobody"]'), ("auto_answer", "nonsense")):
                row = {"guild": SERVER, "name": name, "value": value}
                await connection.execute(text("INSERT INTO settings VALUES (:guild, 0, :name, :value)"), row)
        store.settings_changed(SERVER)
        assert await store.channel_settings(SERVER, CHANNEL) == ChannelSettings(cool_down=60.0)

    async def test_the_settings_of_many_servers_that_are_asked_for_at_once_are_read_together(
        self, store: SqlStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await store.set_setting(SERVER, None, "cool_down", 60)
        reads, reading = list[None](), store.database.reading

        def counted() -> AbstractAsyncContextManager[AsyncConnection]:
            reads.append(None)
            return reading()

        monkeypatch.setattr(store.database, "reading", counted)
        others = range(SERVER + 1, SERVER + 100)
        found = await asyncio.gather(*(store.channel_settings(guild, CHANNEL) for guild in (SERVER, *others)))
        assert found == [ChannelSettings(cool_down=60.0), *[ChannelSettings()] * len(others)]
        assert len(reads) <= 2
        assert store.known_settings(SERVER, OTHER_CHANNEL) == ChannelSettings(cool_down=60.0)
        await store.set_setting(SERVER, None, "cool_down", 61)
        assert store.known_settings(SERVER, OTHER_CHANNEL) is None


class TestPins:
    """The claim, its steps and its end."""

    async def claim(self, store: SqlStore, holder: str, now: float = 0.0, nonce: str = "first") -> Pin | None:
        """Somebody claims the card for ten seconds."""
        return await store.claim_pin(KEY, nonce=nonce, holder=holder, now=now, until=now + 10)

    async def test_of_many_at_once_one_gets_it(self, store: SqlStore) -> None:
        claims = [self.claim(store, f"holder {number}", nonce=f"nonce {number}") for number in range(8)]
        won = [pin for pin in await asyncio.gather(*claims) if pin]
        assert len(won) == 1
        assert await store.pins([SERVER]) == tuple(won)
        assert won[0].nonce.removeprefix("nonce ") == str(won[0].holder).removeprefix("holder ")

    async def test_a_claim_that_ran_out_is_taken_over_as_far_as_it_got(self, store: SqlStore) -> None:
        await self.claim(store, "killed")
        assert await store.update_pin(KEY, "killed", PinStep(state="posted", message=2**62 + 5, digest="d" * 64))
        assert await self.claim(store, "next", now=9.9, nonce="second") is None
        pin = await self.claim(store, "next", now=10.0, nonce="second")
        assert pin == Pin(KEY, "posted", "first", 2**62 + 5, "d" * 64, "next", 20.0)
        assert not await store.update_pin(KEY, "killed", PinStep(state="pinned"))
        assert not await store.release_pin(KEY, "killed")
        assert not await store.remove_pin(KEY, "killed")
        assert await store.pin(KEY) == pin

    async def test_a_released_one_can_be_claimed_at_once(self, store: SqlStore) -> None:
        await self.claim(store, "first")
        assert await store.release_pin(KEY, "first")
        assert await self.claim(store, "second")

    async def test_its_holder_may_prolong_it(self, store: SqlStore) -> None:
        await self.claim(store, "first")
        pin = await self.claim(store, "first", now=5)
        assert pin is not None
        assert pin.held_until == 15

    async def test_a_message_that_is_gone_is_forgotten_and_the_pin_stays(self, store: SqlStore) -> None:
        await self.claim(store, "first")
        await store.update_pin(KEY, "first", PinStep(state="pinned", message=5, digest="d"))
        await store.update_pin(KEY, "first", PinStep(state="claimed", gone=True, nonce="other"))
        pin = await store.pin(KEY)
        assert pin is not None
        assert (pin.state, pin.message, pin.digest, pin.nonce) == ("claimed", None, "d", "other")

    async def test_a_removed_one_is_gone_and_can_be_made_anew(self, store: SqlStore) -> None:
        await self.claim(store, "first")
        assert await store.remove_pin(KEY, "first")
        assert await store.pin(KEY) is None
        pin = await self.claim(store, "second", nonce="second")
        assert pin is not None
        assert pin.nonce == "second"

    async def test_a_process_lists_and_frees_the_pins_of_its_servers(self, store: SqlStore) -> None:
        keys = [PinKey(guild, channel, "cerebrolysin") for guild in (3, 1, 2) for channel in (9, 8)]
        for number, key in enumerate(keys):
            await store.claim_pin(key, nonce=str(number), holder="killed", now=0, until=100)
        assert [pin.key for pin in await store.pins([1, 3, 4])] == sorted(key for key in keys if key.guild != 2)
        assert await store.release_all_pins([1, 2]) == 4
        assert await store.claim_pin(keys[2], nonce="new", holder="new", now=1, until=2)
        assert not await store.claim_pin(keys[0], nonce="other", holder="new", now=1, until=2)
        assert await store.pins([]) == ()


class TestGaps:
    """The queue of unanswered questions."""

    async def test_what_asks_the_same_is_counted_and_the_most_asked_comes_first(self, store: SqlStore) -> None:
        times = count(1)
        for key in ("once", "often", "twice", "often", "twice", "often"):
            await store.record_gaps([Noted(SERVER, asked(key), next(times))])
        await store.record_gaps([Noted(OTHER_SERVER, asked("elsewhere"), next(times))])
        found = await store.gaps(SERVER, limit=10)
        assert [(gap.asked.key, gap.count, gap.first_at, gap.last_at) for gap in found] == [
            ("often", 3, 2, 6),
            ("twice", 2, 3, 5),
            ("once", 1, 1, 1),
        ]
        assert await store.gaps(SERVER, limit=1, offset=1) == found[1:2]
        assert await store.count_gaps(SERVER) == 3

    async def test_a_dismissed_or_accepted_one_leaves_the_queue_for_good(self, store: SqlStore) -> None:
        for key in ("a", "b"):
            await store.record_gaps([Noted(SERVER, asked(key), 1)])
        first, second = await store.gaps(SERVER, limit=2)
        assert await store.dismiss_gap(SERVER, first.id)
        assert await store.accept_gap(SERVER, second.id, "dose")
        assert not await store.dismiss_gap(SERVER, first.id)
        assert not await store.accept_gap(SERVER, first.id, "route")
        for key in ("a", "b"):
            await store.record_gaps([Noted(SERVER, asked(key), 2)])
        assert await store.gaps(SERVER, limit=2) == ()
        assert await store.count_gaps(SERVER) == 0
        assert [(gap.asked.key, gap.section) for gap in await store.accepted_gaps()] == [(second.asked.key, "dose")]

    async def test_no_server_reaches_into_another(self, store: SqlStore) -> None:
        await store.record_gaps([Noted(SERVER, asked("a"), 1)])
        (gap,) = await store.gaps(SERVER, limit=1)
        assert not await store.dismiss_gap(OTHER_SERVER, gap.id)
        assert not await store.accept_gap(OTHER_SERVER, gap.id, "dose")

    async def test_it_is_bounded_and_the_least_asked_give_way(self, store: SqlStore) -> None:
        await store.record_gaps([Noted(SERVER, asked("often"), 0)])
        await store.record_gaps([Noted(SERVER, asked("often"), 0)])
        for number in range(MOST_GAPS + 5):
            await store.record_gaps([Noted(SERVER, asked(str(number)), float(number))])
        keys = (await store.gap_keys([SERVER]))[SERVER]
        assert len(keys) == MOST_GAPS
        assert {"often", str(MOST_GAPS + 4)} <= set(keys)
        assert "0" not in keys

    async def test_many_at_once_are_all_counted(self, store: SqlStore) -> None:
        await asyncio.gather(*(store.record_gaps([Noted(SERVER, asked("same"), float(at))]) for at in range(12)))
        assert [gap.count for gap in await store.gaps(SERVER, limit=5)] == [12]

    async def test_exported_ones_can_be_deleted_and_a_queue_cleared(self, store: SqlStore) -> None:
        for key in ("a", "b", "c"):
            await store.record_gaps([Noted(SERVER, asked(key), 1)])
        first, second, _ = await store.gaps(SERVER, limit=3)
        await store.accept_gap(SERVER, first.id, "dose")
        await store.dismiss_gap(SERVER, second.id)
        assert await store.clear_gaps(SERVER) == 2
        assert await store.remove_gaps([gap.id for gap in await store.accepted_gaps()]) == 1
        assert SERVER not in await store.gap_keys([SERVER])


class TestVotes:
    """Votes and their reasons."""

    async def test_a_member_has_one_vote_on_a_message_and_may_change_it(self, store: SqlStore) -> None:
        await store.record_vote(vote(ALICE, helpful=True, confidence=0.9), 1)
        await store.record_vote(vote(ALICE, helpful=False, confidence=0.5), 2)
        await store.record_vote(vote(BOB, helpful=True, confidence=0.7), 3)
        await store.record_vote(vote(ALICE, helpful=False, message=2, confidence=None), 4)
        (tally,) = await store.tallies(SERVER)
        assert (tally.compound, tally.sections, tally.helpful, tally.not_helpful) == (
            "cerebrolysin",
            ("dose", "route"),
            1,
            2,
        )
        assert tally.confidence == pytest.approx(0.6)

    async def test_a_reason_belongs_to_a_vote_and_goes_with_its_change(self, store: SqlStore) -> None:
        assert not await store.record_reason(SERVER, 1, ALICE, "no vote yet")
        await store.record_vote(vote(ALICE, helpful=False), 1)
        assert await store.record_reason(SERVER, 1, ALICE, "wrong section " * 100)
        assert not await store.record_reason(OTHER_SERVER, 1, ALICE, "elsewhere")
        (reason,) = await store.reasons(SERVER, limit=5)
        assert reason.text.startswith("wrong section")
        assert len(reason.text) == 300
        assert await store.count_reasons(SERVER) == 1
        await store.record_vote(vote(ALICE, helpful=True), 2)
        assert await store.count_reasons(SERVER) == 0

    async def test_nothing_that_is_kept_names_the_member_or_the_message(self, store: SqlStore) -> None:
        await store.record_vote(vote(ALICE, helpful=False, message=2**62 + 77), 1)
        async with store.database.reading() as connection:
            row = (await connection.execute(text("SELECT * FROM votes"))).one()
        assert ALICE not in row
        assert 2**62 + 77 not in row

    async def test_votes_of_a_member_on_two_servers_have_nothing_in_common(self, store: SqlStore) -> None:
        for guild in (SERVER, OTHER_SERVER):
            await store.record_vote(vote(ALICE, helpful=True, guild=guild), 1)
        async with store.database.reading() as connection:
            rows = (await connection.execute(text("SELECT ballot, voter FROM votes"))).all()
        assert len({bytes(value) for row in rows for value in row}) == 4


class TestForgetting:
    """What goes, and when."""

    async def test_a_member_is_forgotten_on_every_server_and_nobody_else_is(self, store: SqlStore) -> None:
        for guild in (SERVER, OTHER_SERVER):
            for member in (ALICE, BOB):
                await store.record_vote(vote(member, helpful=False, guild=guild), 1)
                await store.record_reason(guild, 1, member, f"by {member}")
        assert await store.forget_member(ALICE) == 2
        assert await store.forget_member(ALICE) == 0
        for guild in (SERVER, OTHER_SERVER):
            assert [reason.text for reason in await store.reasons(guild, limit=5)] == [f"by {BOB}"]

    async def test_a_server_is_removed_with_every_row_and_no_other_one_is(self, store: SqlStore) -> None:
        for guild in (SERVER, OTHER_SERVER):
            await store.set_setting(guild, None, "cool_down", 5)
            await store.claim_pin(PinKey(guild, 1, "x"), nonce=str(guild), holder="h", now=0, until=1)
            await store.record_gaps([Noted(guild, asked("a"), 1)])
            await store.record_vote(vote(ALICE, helpful=True, guild=guild), 1)
        assert await store.known_guilds() == {SERVER, OTHER_SERVER}
        assert await store.remove_guild(SERVER) == 5
        assert await store.known_guilds() == {OTHER_SERVER}
        assert await store.channel_settings(SERVER, 1) == ChannelSettings()
        assert await store.count_gaps(OTHER_SERVER) == 1

    async def test_after_a_time_questions_go_and_votes_are_but_counts(self, store: SqlStore) -> None:
        for at, key in (
            (1, "old"),
            (9, "new"),
            (1, "old but asked again"),
            (9, "old but asked again"),
            (1, "accepted"),
        ):
            await store.record_gaps([Noted(SERVER, asked(key), at)])
        accepted = next(gap for gap in await store.gaps(SERVER, limit=9) if gap.asked.key == "accepted")
        await store.accept_gap(SERVER, accepted.id, "dose")
        for at, member in ((1, ALICE), (9, BOB)):
            await store.record_vote(vote(member, helpful=False), at)
            await store.record_reason(SERVER, 1, member, f"by {member}")
        assert await store.purge(5) == 2
        assert await store.purge(5) == 0
        assert set((await store.gap_keys([SERVER]))[SERVER]) == {"new", "old but asked again", "accepted"}
        assert [reason.text for reason in await store.reasons(SERVER, limit=5)] == [f"by {BOB}"]
        assert [tally.not_helpful for tally in await store.tallies(SERVER)] == [2]
        assert await store.forget_member(ALICE) == 0
