"""What every test has: the assistant over the shipped knowledge, and an environment without settings."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.cards import Card, Library
from bot.footnote import Footnote
from bot.settings import Settings, setting_name
from bot.store import SqlStore, file_url
from bot.surfaces.wording import Labels
from tests.scheduling import Scheduling

QUESTIONS = Path(__file__).parent / "questions"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """How tests are shared among processes."""
    return Scheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def _no_settings() -> Iterator[None]:
    """No setting of this machine, and no `.env` of this folder, has a say in a test."""
    with pytest.MonkeyPatch.context() as patch:
        for field in Settings.model_fields:
            patch.delenv(setting_name(field), raising=False)
        patch.setitem(Settings.model_config, "env_file", None)
        patch.setitem(os.environ, "NO_COLOR", "1")
        patch.setitem(os.environ, "COLUMNS", "80")
        yield


@pytest.fixture(scope="session")
def footnote() -> Footnote:
    """The assistant over the shipped knowledge, without the encoder: fast, and the same on every machine."""
    return Footnote.load(encoder=False)


@pytest.fixture(scope="session")
def library(footnote: Footnote) -> Library:
    """The shipped knowledge."""
    return footnote.library


@pytest.fixture(scope="session")
def labels(library: Library) -> Labels:
    """The labels of sources and statuses."""
    return library.replies.labels


@pytest.fixture(scope="session")
def card(library: Library) -> Card:
    """The Cerebrolysin card."""
    found = library.card("cerebrolysin")
    assert found
    return found


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables and no rows."""
    path = tmp_path_factory.mktemp("empty") / "footnote.db"

    async def made() -> None:
        store = SqlStore(file_url(path))
        await store.prepare()
        await store.close()

    asyncio.run(made())
    return path


@pytest.fixture
async def store(empty_database: Path, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """What the bot keeps, in a file."""
    store = SqlStore(file_url(Path(shutil.copy(empty_database, tmp_path / "footnote.db"))))
    yield store
    await store.close()
