"""Loading the knowledge again while it is in use."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.asking import Desk
from bot.footnote import Footnote
from bot.loading import KnowledgeError, knowledge_folder
from bot.reloading import NoSuchCardError, Reloading, loader
from bot.yamlfile import Fault


@pytest.fixture(scope="module")
def footnote() -> Footnote:
    """The assistant over the shipped knowledge."""
    return loader(knowledge_folder(), None, "cerebro")()


@pytest.fixture
def desk(footnote: Footnote) -> Iterator[Desk]:
    """A desk with it."""
    desk = Desk(footnote)
    yield desk
    desk.close()


def failing(error: Exception) -> Callable[[], Footnote]:
    """A loader that fails."""

    def load() -> Footnote:
        raise error

    return load


def test_a_default_compound_may_be_named_as_people_name_it(footnote: Footnote) -> None:
    assert footnote.default == "cerebrolysin"


def test_a_default_compound_without_a_card_is_a_fault_that_names_the_cards_there_are() -> None:
    with pytest.raises(NoSuchCardError, match="no card for 'metformin'; there is: cerebrolysin"):
        loader(knowledge_folder(), None, "metformin")()


def test_a_folder_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no such folder"):
        loader(tmp_path / "none", None, None)()


async def test_what_was_loaded_is_in_use_from_then_on(desk: Desk, footnote: Footnote) -> None:
    newer = copy.copy(footnote)
    assert not await Reloading(desk, lambda: newer).reload()
    assert desk.footnote is newer


@pytest.mark.parametrize("error", [KnowledgeError([Fault("replies.yaml", 7, "error", "is missing")]), OSError("gone")])
async def test_on_a_fault_the_last_good_one_stays(desk: Desk, footnote: Footnote, error: Exception) -> None:
    reloading = Reloading(desk, failing(error))
    if isinstance(error, KnowledgeError):
        assert await reloading.reload() == ("replies.yaml:7: error: is missing",)
    else:
        with pytest.raises(OSError, match="gone"):
            await reloading.reload()
    assert desk.footnote is footnote
