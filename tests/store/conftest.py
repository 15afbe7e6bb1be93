"""Empty databases of both kinds; PostgreSQL's tests are skipped where no server is installed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from bot.store import SqlStore, file_url
from tests import postgres

ENGINES = ("sqlite", "postgresql")
NewDatabase = Callable[[], URL]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A server, for all tests of a run."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    with postgres.server(programs) as running:
        yield running


@pytest.fixture(params=ENGINES)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """Makes addresses of empty databases."""
    if request.param == "sqlite":
        paths = (tmp_path / f"{number}.db" for number in range(100))
        return lambda: file_url(next(paths))
    server: postgres.Server = request.getfixturevalue("postgres_server")
    return server.new_database


@pytest.fixture
async def store(new_database: NewDatabase) -> AsyncIterator[SqlStore]:
    """A store over an empty database."""
    store = SqlStore(new_database())
    yield store
    await store.close()
