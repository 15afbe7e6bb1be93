"""Bringing a database up to date: from nothing, from every version, several processes at once, killed half-way."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.ports import Noted, PinKey, StoreError, Vote
from bot.store import SqlStore, file_url
from bot.store.migrating import HEAD, configuration, migrate, version_of
from bot.store.tables import metadata
from tests.store.conftest import NewDatabase
from tests.store.test_store import asked

SCRIPTS = ScriptDirectory.from_config(configuration())
VERSIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]
ROWS = {  # what a database of each version holds, as that version would have written it
    "0001": (
        "INSERT INTO settings VALUES (1, 0, 'cool_down', '45.0')",
        "INSERT INTO pins VALUES (1, 2, 'cerebrolysin', 'pinned', 'n', 5, 'd', NULL, 0)",
        "INSERT INTO gaps VALUES (1000, 1, 'k', 'q', 'u', NULL, 'no_passage', 3, 1, 2, 'open', NULL)",
        "INSERT INTO votes (guild, compound, sections, helpful, at) VALUES (1, 'cerebrolysin', 'dose route', TRUE, 1)",
    )
}
START = """
import asyncio, sys
from bot.store import SqlStore
from sqlalchemy import make_url
asyncio.run(SqlStore(make_url(sys.argv[1])).prepare())
"""


async def at_version(url: URL, version: str, rows: tuple[str, ...] = ()) -> None:
    """A database as an earlier version of the bot left it."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(migrate, version)
        for row in rows:
            await connection.execute(text(row))
    await engine.dispose()


async def version(store: SqlStore) -> str | None:
    """The version of a database."""
    async with store.database.reading() as connection:
        return await connection.run_sync(version_of)


def test_the_newest_version_is_that_of_the_files() -> None:
    assert SCRIPTS.get_heads() == [HEAD]
    assert set(ROWS) == set(VERSIONS)


async def test_the_migrations_make_the_tables_that_the_code_knows(store: SqlStore) -> None:
    def differences(connection: Any) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with store.database.reading() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.parametrize("earlier", VERSIONS)
async def test_what_an_earlier_version_kept_is_there_after_the_update(new_database: NewDatabase, earlier: str) -> None:
    url = new_database()
    await at_version(url, earlier, ROWS[earlier])
    store = SqlStore(url)
    assert (await store.channel_settings(1, 2)).cool_down == 45
    pin = await store.pin(PinKey(1, 2, "cerebrolysin"))
    assert pin is not None
    assert (pin.state, pin.message) == ("pinned", 5)
    assert [gap.count for gap in await store.gaps(1, limit=5)] == [3]
    assert [tally.helpful for tally in await store.tallies(1)] == [1]
    await store.record_gaps([Noted(1, asked("new"), 3)])
    await store.record_vote(Vote(1, 2, 3, "cerebrolysin", ("dose",), helpful=True), 3)
    assert await version(store) == HEAD
    await store.close()


async def test_opening_it_again_changes_nothing(new_database: NewDatabase) -> None:
    url = new_database()
    for cool_down in (None, 5.0):
        store = SqlStore(url)
        settings = await store.setting_levels(1, None)
        assert settings.guild.get("cool_down") == cool_down
        await store.set_setting(1, None, "cool_down", 5)
        await store.close()


async def test_processes_that_start_at_once_update_it_once(new_database: NewDatabase) -> None:
    url = new_database()
    address = url.render_as_string(hide_password=False)
    command = (sys.executable, "-c", START, address)
    errors = asyncio.subprocess.PIPE
    processes = [await asyncio.create_subprocess_exec(*command, stderr=errors) for _ in range(2)]
    said = [(await process.communicate())[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    store = SqlStore(url)
    assert await version(store) == HEAD
    await store.close()


async def test_an_update_that_is_cut_off_leaves_all_as_it_was(new_database: NewDatabase) -> None:
    url = new_database()
    cut_off = SqlStore(url)
    with pytest.raises(KeyboardInterrupt):
        await killed_half_way(cut_off)
    await cut_off.close()
    store = SqlStore(url)
    await store.set_setting(1, None, "cool_down", 5)
    assert await version(store) == HEAD
    await store.close()


async def killed_half_way(store: SqlStore) -> None:
    """Run the first migration, and stop before it is kept."""
    async with store.database._engine.begin() as connection:
        await connection.run_sync(migrate)
        raise KeyboardInterrupt


async def test_a_database_of_a_newer_version_is_not_touched(new_database: NewDatabase) -> None:
    url = new_database()
    await at_version(url, HEAD, ("UPDATE alembic_version SET version_num = '9999'",))
    store = SqlStore(url)
    with pytest.raises(StoreError, match="version 9999, newer than this Footnote"):
        await store.prepare()
    await store.close()


async def test_a_file_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = SqlStore(file_url(tmp_path / "kept" / "footnote.db"))
        await store.set_setting(1, None, "cool_down", 5)
        files = list((tmp_path / "kept").iterdir())
        assert {path.suffix for path in files} >= {".db", ".db-wal"}
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
        assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700
        await store.close()
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX'")
async def test_a_database_that_others_could_read_is_its_owners_alone_after_a_start(tmp_path: Path) -> None:
    path = tmp_path / "footnote.db"
    first = SqlStore(file_url(path))
    await first.set_setting(1, None, "cool_down", 5)
    files = [path, *tmp_path.glob("footnote.db-*")]
    assert len(files) == 3
    for file in files:
        file.chmod(0o644)
    second = SqlStore(file_url(path))
    await second.prepare()
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3
    assert (await second.channel_settings(1, 1)).cool_down == 5
    await second.close()
    await first.close()
