"""The garbage collector waits while the bot gets ready, and passes over what stands by then."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bot import collecting


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_collected_until_all_is_ready_and_then_again() -> None:
    collecting.wait()
    assert not gc.isenabled()
    collecting.pass_over_the_rest()
    assert gc.isenabled()


def test_what_stands_is_passed_over() -> None:
    stands: list[list[int]] = [[]]
    collecting.pass_over_the_rest()
    assert gc.get_freeze_count() > 0
    assert all(known is not stands for known in gc.get_objects())
