"""The shipped knowledge, as the pictures need it."""

from __future__ import annotations

import pytest

from bot.core.cards import Card, Library
from bot.loading import knowledge_folder, load_library
from bot.surfaces.wording import Labels


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped knowledge."""
    return load_library(knowledge_folder())


@pytest.fixture(scope="session")
def labels(library: Library) -> Labels:
    """The labels of the replies."""
    return library.replies.labels


@pytest.fixture(scope="session")
def card(library: Library) -> Card:
    """The Cerebrolysin card."""
    found = library.card("cerebrolysin")
    assert found
    return found
