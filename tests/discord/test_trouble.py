"""When the assistant or the store fails or takes its time: people are answered or told so calmly, in good order."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from bot.core.answers import Answer
from bot.footnote import Footnote
from bot.loading import knowledge_folder, load_library
from bot.store import SqlStore, file_url
from bot.surfaces.discord.client import Client
from tests.discord.conftest import PATIENCE, World
from tests.discord.holding import Held
from tests.discord.reading import ends_with_the_warning, text, texts
from tests.discord.test_faults import DOSE, SORRY, THROAT, still_works


class Broken(Footnote):
    """An assistant that fails at every question."""

    def ask(self, *_: Any, **__: Any) -> Answer:
        """Fail."""
        raise RuntimeError("the assistant is broken")


class TestTheAssistant:
    """An error in the core."""

    @pytest.fixture
    def simcord_bot(self, store: SqlStore) -> Iterator[Client]:
        """A bot whose assistant is broken."""
        folder = knowledge_folder()
        client = Client(Broken.of(load_library(folder), folder, None), store)
        yield client
        client.service.desk.close()

    async def test_an_error_reaches_the_user_as_one_calm_line_and_the_log_without_the_author(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO):
            told = await world.asks(world.alice, "how much per day?")
        assert SORRY in text(told)
        assert ends_with_the_warning(told)
        record = next(record for record in caplog.records if record.message == "a question failed")
        assert "how much per day?" in record.__dict__["question"]
        assert str(world.alice.id) not in str(record.__dict__)
        assert "alice" not in str(record.__dict__)
        assert "broken" in str(world.env.errors[0])

    async def test_a_command_tells_it_as_calmly(self, world: World) -> None:
        result = await world.alice.slash(world.channel, "ask", question="how much per day?")
        assert result.response is not None
        assert SORRY in text(result.response)
        assert ends_with_the_warning(result.response)
        assert world.env.errors

    async def test_look_ups_that_need_no_question_go_on(self, world: World) -> None:
        result = await world.alice.slash(world.channel, "section", compound="cerebrolysin", section="dose")
        assert result.response is not None
        assert texts(result.response)[0] == DOSE


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A database file that another program has for itself."""
    other = sqlite3.connect(path)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("CREATE TABLE others (id)")
    yield
    other.rollback()
    other.close()


class TestTheStore:
    """A store that fails or does not answer: a file that is none of SQLite's, and one that somebody else has locked."""

    @pytest.fixture(params=["corrupt", "locked"])
    async def store(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
        """The failing store."""
        path = tmp_path / "footnote.db"
        if request.param == "corrupt":
            path.write_bytes(b"nothing that SQLite knows" * 1_000)
        with locked(path) if request.param == "locked" else nullcontext():
            store = SqlStore(file_url(path), busy=0.5)
            yield store
            await store.close()

    @pytest.fixture
    def simcord_bot(self, footnote: Footnote, store: SqlStore) -> Iterator[Client]:
        """A bot that loses patience soon."""
        client = Client(footnote, store, patience=0.05)
        yield client
        client.service.desk.close()

    async def test_members_are_answered_all_the_same(self, world: World) -> None:
        assert texts(await world.asks(world.alice, "how much per day?"))[0] == DOSE

    async def test_an_interaction_is_acknowledged_before_the_store_is_asked(self, world: World) -> None:
        result = await world.alice.slash(world.channel, "ask", question="how much per day?")
        assert result.response is not None
        assert texts(result.response)[0] == DOSE
        answer = await world.asks(world.alice, "how much per day?")
        vote = await world.bob.click(answer, label="Helpful")
        assert vote.response is not None
        assert "could not be kept" in text(vote.response)
        assert ends_with_the_warning(vote.response)
        await world.alice.click(answer, label="Delete")
        assert answer.id not in [message.id for message in world.by_bot()]

    async def test_moderators_and_whoever_wants_to_be_forgotten_are_told_so_calmly(self, world: World) -> None:
        for command, told in (("gaps", "cannot be reached"), ("feedback", "cannot be reached")):
            shown = (await world.mod.slash(world.channel, command)).response
            assert shown is not None
            assert told in text(shown)
            assert ends_with_the_warning(shown)
        forgotten = (await world.alice.slash(world.channel, "forget-me")).response
        assert forgotten is not None
        assert "/forget-me again later" in text(forgotten)

    async def test_what_could_not_be_kept_is_logged_in_a_line_without_the_asker(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING, logger="bot.keeping"):
            await world.asks(world.alice, "can i fly with it?")
        assert caplog.records
        for record in caplog.records:
            assert record.exc_info is None
            assert "\n" not in str(record.__dict__["fault"])
            assert str(world.alice.id) not in str(record.__dict__)


async def first_reply(world: World) -> None:
    """Wait until the bot has said something."""
    async with asyncio.timeout(PATIENCE):
        while not world.by_bot():
            await asyncio.sleep(0.01)


class TestWhileItIsReading:
    """What happens to a question between its coming and its answer."""

    @pytest.fixture
    def held(self) -> Iterator[Held]:
        """An assistant that takes its time."""
        held = Held.now()
        yield held
        held.go.set()

    @pytest.fixture
    def simcord_bot(self, held: Held, store: SqlStore) -> Iterator[Client]:
        """A bot with that assistant."""
        client = Client(held, store)
        yield client
        held.go.set()
        client.service.desk.close()

    async def test_a_question_deleted_meanwhile_is_not_answered(self, world: World, held: Held) -> None:
        question = world.env.backend.create_message(world.channel.id, world.alice.id, world.at("how much per day?"))
        await asyncio.sleep(0.05)
        world.env.backend.delete_message(world.channel.id, question.id)
        held.go.set()
        await world.env.settle()
        assert held.read
        assert not world.requests("POST", f"/channels/{world.channel.id}/messages")
        await still_works(world)

    async def test_a_question_edited_meanwhile_ends_with_the_answer_to_the_edit(self, world: World, held: Held) -> None:
        question = world.env.backend.create_message(world.channel.id, world.alice.id, world.at("how much per day?"))
        await asyncio.sleep(0.05)
        edit = {"content": world.at("what are the side effects?")}
        world.env.backend.edit_message(world.channel.id, question.id, edit)
        held.go.set()
        await world.env.settle()
        assert [texts(message)[0] for message in world.by_bot()] == ["### Cerebrolysin › Side effects and cautions"]

    async def test_an_emergency_is_answered_before_the_questions_that_wait(self, world: World, held: Held) -> None:
        for member, question in ((world.alice, "how much per day?"), (world.alice, THROAT)):
            world.env.backend.create_message(world.channel.id, member.id, world.at(question))
        await first_reply(world)
        assert ["call emergency services now" in texts(message)[0] for message in world.by_bot()] == [True]
        held.go.set()
        await world.env.settle()
        assert len(world.by_bot()) == 2

    async def test_an_edit_into_an_emergency_waits_for_nothing_either(self, world: World, held: Held) -> None:
        question = world.env.backend.create_message(world.channel.id, world.alice.id, world.at("how much per day?"))
        await asyncio.sleep(0.05)
        world.env.backend.edit_message(world.channel.id, question.id, {"content": world.at(THROAT)})
        await first_reply(world)
        assert ["call emergency services now" in texts(message)[0] for message in world.by_bot()] == [True]
        held.go.set()
        await world.env.settle()
        assert len(world.by_bot()) == 1

    async def test_a_question_sent_at_once_after_another_is_understood_after_it(self, world: World, held: Held) -> None:
        for question in ("how much bpc-157 per day?", "and for how long?"):
            world.env.backend.create_message(world.channel.id, world.alice.id, world.at(question))
        await asyncio.sleep(0.05)
        held.go.set()
        await world.env.settle()
        assert len(world.by_bot()) == 2
        assert all("Course and break" not in texts(message)[0] for message in world.by_bot())
