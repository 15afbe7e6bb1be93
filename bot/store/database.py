"""The connection to a database: opened when it is first needed, brought up to date once, its faults in one line."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, AsyncAdaptedQueuePool, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.ports import StoreError
from bot.store.migrating import bring_up_to_date

log = logging.getLogger(__name__)

BUSY = 5.0  # seconds to wait for another process that writes
CONNECT = 5.0  # seconds to reach a server
BESIDE = ("-wal", "-shm", "-journal")  # how the names of SQLite's own files end
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")


class Database:
    """A database at an address; `busy` is how many seconds SQLite waits while another process writes.

    Nothing is opened before the first use, and after a fault the next use begins anew.
    """

    def __init__(self, url: URL, busy: float = BUSY) -> None:
        is_file = url.get_backend_name() == "sqlite"
        self.file = Path(url.database) if is_file and url.database else None
        self._engine = _sqlite(url, busy) if is_file else _postgres(url)
        self._reads = self._engine.execution_options(footnote_reads=True)
        self._faults: tuple[type[Exception], ...] = (SQLAlchemyError, OSError, sqlite3.Error, *_driver_faults(url))
        self._is_ready = False
        self._preparing = asyncio.Lock()
        self._turn = asyncio.Lock() if is_file else nullcontext()  # SQLite lets one write, and would not keep the order

    @property
    def dialect(self) -> str:
        """The kind of database: sqlite or postgresql."""
        return self._engine.dialect.name

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with. `StoreError` where the database fails."""
        async with self._transaction(self._reads) as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection to write with: all of it is kept at the end, or nothing. `StoreError` as above."""
        async with self._turn, self._transaction(self._engine) as connection:
            yield connection

    async def prepare(self) -> None:
        """Make the file and bring the tables up to date, if that was not done yet. `StoreError` where it fails."""
        async with self._told():
            await self._prepare()

    async def close(self) -> None:
        """Let the connections go; those that are in use go when their use ends."""
        with suppress(*self._faults):
            await self._engine.dispose()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        async with self._told():
            await self._prepare()
            async with engine.begin() as connection:
                yield connection

    async def _prepare(self) -> None:
        if self._is_ready and (self.file is None or self.file.exists()):
            return
        async with self._preparing:
            if self.file and not self.file.exists():
                self._is_ready = False
                await self._engine.dispose()
                _make_file(self.file)
            if not self._is_ready:
                if self.file:
                    _tighten(self.file)
                async with self._engine.begin() as connection:
                    await bring_up_to_date(connection)
                self._is_ready = True

    @asynccontextmanager
    async def _told(self) -> AsyncIterator[None]:
        """Turn a driver's fault into a `StoreError` of one line, and begin anew after it."""
        try:
            yield
        except self._faults as error:
            self._is_ready = False
            await self.close()
            cause = getattr(error, "orig", None) or error
            line = " ".join(str(cause).split("\n", maxsplit=1)[0].split()) or type(cause).__name__
            raise StoreError(line) from error


class _Pool(AsyncAdaptedQueuePool):
    """Connections to use again. One that comes back when they were let go is closed: nobody else would do it."""

    __module__ = AsyncAdaptedQueuePool.__module__  # which names its log: not one of ours
    _is_let_go = False

    def dispose(self) -> None:
        self._is_let_go = True
        super().dispose()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        try:
            if self._is_let_go:
                record.close()
        finally:
            super()._do_return_conn(record)


def _make_file(path: Path) -> None:
    """Make a database file that its owner alone can read and write; SQLite gives the files beside it the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _tighten(path: Path) -> None:
    """Take a file, and those that SQLite keeps beside it, away from everybody but its owner."""
    for each in (path, *(path.with_name(f"{path.name}{ending}") for ending in BESIDE)):
        try:
            if each.stat().st_mode & 0o077:
                each.chmod(0o600)
                log.warning("others could read the database; it is its owner's alone now", extra={"file": each.name})
        except FileNotFoundError:
            continue
        except PermissionError:
            log.warning("others can read the database, and it belongs to somebody else", extra={"file": each.name})


def _sqlite(url: URL, busy: float) -> AsyncEngine:
    engine = create_async_engine(url, poolclass=_Pool, pool_size=3, max_overflow=2)
    pragmas = (f"busy_timeout={busy * 1000:.0f}", *PRAGMAS)

    @event.listens_for(engine.sync_engine, "connect")
    def _(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions are begun below, and not by the driver
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _(connection: Any) -> None:
        reads = connection.get_execution_options().get("footnote_reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: URL) -> AsyncEngine:
    arguments = {
        "timeout": CONNECT,
        "command_timeout": 2 * CONNECT,
        "server_settings": {"application_name": "footnote"},
    }
    try:
        return create_async_engine(
            url, poolclass=_Pool, pool_size=4, max_overflow=4, pool_pre_ping=True, connect_args=arguments
        )
    except ModuleNotFoundError as error:
        raise StoreError(f"PostgreSQL needs the package {error.name}: pip install 'footnote-bot[postgres]'") from error


def _driver_faults(url: URL) -> tuple[type[Exception], ...]:
    if url.get_backend_name() == "sqlite":
        return ()
    import asyncpg  # noqa: PLC0415 - an extra; the engine above has said so where it is missing

    return (asyncpg.PostgresError, asyncpg.InterfaceError)
