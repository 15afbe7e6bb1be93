"""Full disks, locked and broken files, lost connections: said in one line, and mended by the next use that can."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import event

from bot.keeping import Keeper
from bot.ports import ChannelSettings, Noted, StoreError
from bot.store import SqlStore, database_url, file_url
from tests import postgres
from tests.store.test_store import asked

SET = ChannelSettings(cool_down=5.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "footnote.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqlStore]:
    """A store that loses patience with other processes soon."""
    store = SqlStore(file_url(path), busy=0.2)
    yield store
    await store.close()


async def fails(store: SqlStore, saying: str) -> None:
    """Whatever is asked of it fails with a line that says why."""
    for work in (store.set_setting(1, None, "cool_down", 5), store.record_gaps([Noted(1, asked("a"), 1)])):
        with pytest.raises(StoreError, match=saying) as caught:
            await work
        assert "\n" not in str(caught.value)


async def works(store: SqlStore) -> None:
    """It keeps and gives."""
    await store.set_setting(1, None, "cool_down", 5)
    assert await store.channel_settings(1, 2) == SET


async def filled(store: SqlStore) -> None:
    """Keep more than a small disk holds."""
    for number in range(200):
        await store.record_gaps([Noted(1, asked(f"{number} {'x' * 3_000}"), 1)])


class TestAFile:
    """SQLite."""

    async def test_one_that_is_no_database_is_named_and_left_as_it_is(self, store: SqlStore, path: Path) -> None:
        path.write_bytes(b"my precious notes " * 1_000)
        await fails(store, "file is not a database")
        assert path.read_bytes().startswith(b"my precious notes")
        path.unlink()
        await works(store)

    async def test_one_that_breaks_while_it_is_used(self, store: SqlStore, path: Path) -> None:
        await works(store)
        await store.close()
        for beside in path.parent.glob("footnote.db-*"):
            beside.unlink()
        path.write_bytes(path.read_bytes()[:100] + b"\xff" * 50_000)
        await fails(store, "malformed|not a database")
        path.unlink()
        await works(store)

    async def test_one_that_is_deleted_while_it_is_used_is_made_anew(self, store: SqlStore, path: Path) -> None:
        await works(store)
        for file in path.parent.glob("footnote.db*"):
            file.unlink()
        await works(store)
        assert path.exists()

    async def test_one_that_another_program_keeps_locked(self, store: SqlStore, path: Path) -> None:
        await works(store)
        other = sqlite3.connect(path)
        other.execute("BEGIN IMMEDIATE")
        await fails(store, "locked")
        other.rollback()
        other.close()
        await works(store)

    async def test_a_full_disk(self, store: SqlStore) -> None:
        await works(store)
        await store.close()
        pages = 1

        @event.listens_for(store.database._engine.sync_engine, "connect")
        def _(connection: Any, _: object) -> None:
            connection.cursor().execute(f"PRAGMA max_page_count={pages}")

        with pytest.raises(StoreError, match="full"):
            await filled(store)
        assert (await store.setting_levels(1, None)).resolved() == SET
        pages = 1_000_000
        await store.close()
        await works(store)

    async def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        store = SqlStore(file_url(tmp_path / "file" / "footnote.db"))
        await fails(store, "Not a directory|File exists")
        await store.close()

    async def test_eight_at_once_all_get_their_turn(self, store: SqlStore) -> None:
        await asyncio.gather(*(store.record_gaps([Noted(1, asked(str(number)), 1)]) for number in range(8)))
        assert await store.count_gaps(1) == 8

    async def test_a_fault_leaves_nothing_open_that_was_in_use_meanwhile(self, store: SqlStore, path: Path) -> None:
        await store.prepare()
        async with store.database.reading():
            await store.close()
        await store.close()
        assert not [file for file in psutil.Process().open_files() if file.path.startswith(str(path))]


class TestAServer:
    """PostgreSQL."""

    async def test_a_lost_connection_is_made_again(self) -> None:
        programs = postgres.binaries()
        if programs is None:
            pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
        with postgres.server(programs) as server:
            store = SqlStore(server.new_database())
            await works(store)
            server.stop()
            with pytest.raises(StoreError) as caught:
                await store.set_setting(1, None, "cool_down", 6)
            assert "\n" not in str(caught.value)
            server.start()
            await works(store)
            await store.close()

    async def test_one_that_is_not_there_is_said_in_a_line(self) -> None:
        store = SqlStore(database_url("postgresql://footnote:secret@127.0.0.1:1/footnote"))
        with pytest.raises(StoreError) as caught:
            await store.prepare()
        assert "secret" not in str(caught.value)
        await store.close()


class TestAddresses:
    """DATABASE_URL."""

    @pytest.mark.parametrize(
        ("given", "read"),
        [
            ("postgres://a:b@h:5/n", "postgresql+asyncpg://a:b@h:5/n"),
            ("postgresql://a@h/n?sslmode=require", "postgresql+asyncpg://a@h/n?ssl=require"),
            ("postgresql+asyncpg://a@h/n", "postgresql+asyncpg://a@h/n"),
            ("sqlite:////var/lib/footnote.db", "sqlite+aiosqlite:////var/lib/footnote.db"),
        ],
    )
    def test_it_is_read_as_operators_write_it(self, given: str, read: str) -> None:
        assert database_url(given).render_as_string(hide_password=False) == read

    @pytest.mark.parametrize(
        "given", ["", "here", "mysql://a:secret@h/n", "sqlite://", "sqlite:///:memory:", "postgres"]
    )
    def test_what_is_none_is_refused_and_the_right_form_said(self, given: str) -> None:
        with pytest.raises(StoreError, match="DATABASE_URL") as caught:
            database_url(given)
        assert "secret" not in str(caught.value)


class TestPatience:
    """The keeper."""

    async def test_the_last_known_settings_hold_while_the_store_fails_and_it_is_logged_in_a_line(
        self, store: SqlStore, path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        keeper = Keeper(store)
        await store.set_setting(1, None, "cool_down", 5)
        assert await keeper.settings(1, 2) == SET
        await store.close()
        path.write_bytes(b"\xff" * 10_000)
        store.settings_changed(1)
        with caplog.at_level(logging.WARNING):
            assert await keeper.settings(1, 2) == SET
            assert await keeper.settings(1, 3) == ChannelSettings()
            assert not await keeper.kept("kept nothing", store.record_gaps([Noted(1, asked("a"), 1)]), guild=1)
        (*_, record) = caplog.records
        assert record.getMessage() == "the store kept nothing"
        assert record.exc_info is None
        assert "database" in record.__dict__["fault"]

    async def test_one_that_hangs_is_not_waited_for_again_at_once(self, store: SqlStore, path: Path) -> None:
        keeper = Keeper(store, patience=0.05)
        await store.prepare()
        other = sqlite3.connect(path)
        other.execute("BEGIN IMMEDIATE")
        assert not await keeper.kept("kept nothing", store.record_gaps([Noted(1, asked("a"), 1)]))
        assert not await keeper.kept("kept nothing", store.record_gaps([Noted(1, asked("b"), 1)]))
        other.rollback()
        other.close()
        await asyncio.sleep(0.3)
        assert await store.gap_keys([1]) == {1: ("a",)}  # it was kept after all; what came meanwhile was not even asked
        await keeper.close()
