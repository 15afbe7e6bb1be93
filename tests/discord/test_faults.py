"""When Discord refuses or fails: whoever asked is answered or told so calmly, and nothing breaks."""

from __future__ import annotations

import pytest
import simcord

from bot.footnote import Footnote
from bot.store import SqlStore
from bot.surfaces.discord.client import Client
from tests.discord.conftest import World
from tests.discord.reading import ends_with_the_warning, text, texts

DOSE = "### Cerebrolysin › Dose"
SORRY = "Something went wrong here"
THROAT = "my throat is swelling after the shot, i can't breathe"
REFUSALS, FAULTS = (403, 404), (429, 500)


async def still_works(world: World) -> None:
    """The next question is answered as ever, and nothing was raised."""
    world.env.backend.faults.clear()
    assert texts(await world.asks(world.bob, "how much per day?"))[0] == DOSE
    assert not world.env.errors


class TestSendingAReply:
    """POST /channels/…/messages."""

    @pytest.mark.parametrize("status", REFUSALS)
    async def test_a_refusal_is_taken_silently(self, world: World, status: int) -> None:
        world.env.inject_error("POST", "/channels/*/messages", status=status)
        await world.alice.send(world.channel, world.at("how much per day?"))
        assert not world.by_bot()
        await still_works(world)

    @pytest.mark.parametrize("status", FAULTS)
    async def test_a_fault_is_told_in_one_calm_line_with_the_warning(self, world: World, status: int) -> None:
        world.env.inject_error("POST", "/channels/*/messages", status=status)
        told = await world.asks(world.alice, "how much per day?")
        assert SORRY in text(told)
        assert ends_with_the_warning(told)
        await still_works(world)

    async def test_an_emergency_is_sent_again_as_it_is(self, world: World) -> None:
        world.env.inject_error("POST", "/channels/*/messages", status=500)
        assert "call emergency services now" in texts(await world.asks(world.alice, THROAT))[0]
        await still_works(world)

    @pytest.mark.parametrize("status", [*REFUSALS, *FAULTS])
    async def test_a_fault_that_stays_breaks_nothing(self, world: World, status: int) -> None:
        world.env.inject_error("POST", "/channels/*/messages", status=status, times=None)
        await world.alice.send(world.channel, world.at("how much per day?"))
        assert not world.by_bot()
        await still_works(world)

    async def test_where_history_may_not_be_read_the_answer_comes_without_a_reference(self, world: World) -> None:
        world.env.inject_error("POST", "/channels/*/messages", status=400, code=160002)
        answer = await world.asks(world.alice, "how much per day?")
        assert texts(answer)[0] == DOSE
        assert answer.reference is None


class TestEditingAndDeleting:
    """PATCH and DELETE /channels/…/messages/…."""

    @pytest.mark.parametrize("status", [*REFUSALS, *FAULTS])
    async def test_an_edit_that_fails_leaves_the_answer_as_it_was(self, world: World, status: int) -> None:
        question = await world.alice.send(world.channel, world.at("how much per day?"))
        world.env.inject_error("PATCH", "/channels/*/messages/*", status=status)
        await world.alice.edit(question, world.at("what are the side effects?"))
        assert texts(world.last())[0] == DOSE
        await still_works(world)

    @pytest.mark.parametrize("status", [*REFUSALS, *FAULTS])
    async def test_a_deletion_that_fails_breaks_nothing(self, world: World, status: int) -> None:
        question = await world.alice.send(world.channel, world.at("how much per day?"))
        world.env.inject_error("DELETE", "/channels/*/messages/*", status=status)
        await world.alice.delete(question)
        await still_works(world)

    async def test_the_answer_to_an_edited_question_may_be_gone_already(self, world: World) -> None:
        question = await world.alice.send(world.channel, world.at("how much per day?"))
        await world.mod.delete(world.last())
        await world.alice.edit(question, world.at("what are the side effects?"))
        await still_works(world)


class TestInteractions:
    """POST /interactions/…/callback, PATCH and DELETE /webhooks/…/@original."""

    @pytest.mark.parametrize("status", FAULTS)
    async def test_an_acknowledgement_is_tried_again(self, world: World, status: int) -> None:
        world.env.inject_error("POST", "/interactions/*/callback", status=status)
        result = await world.alice.slash(world.channel, "ask", question="how much per day?")
        assert result.response is not None
        assert texts(result.response)[0] == DOSE
        await still_works(world)

    @pytest.mark.parametrize("status", REFUSALS)
    async def test_an_interaction_that_discord_knows_no_more_is_let_go(self, world: World, status: int) -> None:
        world.env.inject_error("POST", "/interactions/*/callback", status=status)
        result = await world.alice.slash(world.channel, "ask", question="how much per day?")
        assert not result.acknowledged
        await still_works(world)

    @pytest.mark.parametrize("status", [*REFUSALS, *FAULTS])
    async def test_a_reply_that_cannot_be_filled_in_is_told_calmly(self, world: World, status: int) -> None:
        world.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=status)
        result = await world.alice.slash(world.channel, "ask", question="how much per day?")
        assert result.response is not None
        assert SORRY in text(result.response)
        assert ends_with_the_warning(result.response)
        await still_works(world)

    @pytest.mark.parametrize("status", [*REFUSALS, *FAULTS])
    @pytest.mark.parametrize("path", ["/interactions/*/callback", "/webhooks/*/messages/@original"])
    async def test_faults_that_stay_break_nothing(self, world: World, path: str, status: int) -> None:
        answer = await world.asks(world.alice, "how much per day?")
        world.env.inject_error("*", path, status=status, times=None)
        await world.alice.slash(world.channel, "card")
        await world.alice.click(answer, label="Sources")
        await world.alice.click(answer, label="Helpful")
        await world.alice.click(answer, label="Delete")
        await world.alice.autocomplete(world.channel, "card", "compound", "cere")
        await still_works(world)

    @pytest.mark.parametrize("status", [*REFUSALS, *FAULTS])
    async def test_a_deletion_by_button_that_fails_breaks_nothing(self, world: World, status: int) -> None:
        answer = await world.asks(world.alice, "how much per day?")
        world.env.inject_error("DELETE", "/webhooks/*/messages/@original", status=status)
        await world.alice.click(answer, label="Delete")
        assert answer.id in [message.id for message in world.by_bot()]
        await still_works(world)


class TestSyncing:
    """GET and PUT /applications/…/commands."""

    @pytest.mark.parametrize("method", ["GET", "PUT"])
    @pytest.mark.parametrize("status", [*REFUSALS, *FAULTS])
    async def test_the_bot_starts_and_answers_where_the_commands_cannot_be_synced(
        self, simcord_bot: Client, store: SqlStore, method: str, status: int
    ) -> None:
        env = simcord.Env(simcord_bot)
        env.inject_error(method, "/applications/*/commands", status=status)
        await env.start()
        try:
            await still_works(World(env, store))
        finally:
            await env.shutdown()

    async def test_commands_are_synced_once_and_again_only_when_they_changed(
        self, world: World, footnote: Footnote, store: SqlStore
    ) -> None:
        assert len(world.requests("PUT", "/commands")) == 1
        await world.env.restart_bot(Client(footnote, store))
        assert len(world.requests("PUT", "/commands")) == 1
        ask = next(command for (name, _), command in world.env.backend.commands[None].items() if name == "ask")
        ask["description_localizations"] = {**ask["description_localizations"], "de": "eine frühere Fassung"}
        await world.env.restart_bot(Client(footnote, store))
        assert len(world.requests("PUT", "/commands")) == 2
