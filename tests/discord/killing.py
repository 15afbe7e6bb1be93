"""A process that is killed between two steps: whatever of it touches Discord or the store is counted, and cut off."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from simcord.http import router

from bot.ports import Store

NO_STEPS = {"purge", "known_guilds"}  # what the bot does meanwhile, and would fall now before and now after a step


class Life:
    """The life of a process, in steps; it can be made to end after so many of them."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.is_dead = False
        self.was_cut_off = False  # at some time, after its steps
        self._left: int | None = None
        self._since: str | None = None

    def begin(self, steps: int | None = None, since: str | None = None) -> None:
        """A process starts or goes on, and ends after `steps`, counted from the first one that is named `since`."""
        self.taken, self.is_dead = [], False
        self._left, self._since = steps, since
        self._end_if_due()

    def check(self) -> None:
        """Nothing that a dead process does gets out."""
        if self.is_dead:
            raise asyncio.CancelledError("killed")

    def took(self, step: str) -> None:
        """A step was done; its doer is told so only if it is still alive."""
        self._since = None if step == self._since else self._since
        if self._since is None and step not in NO_STEPS:
            self.taken.append(step)
            self._end_if_due()
        self.check()

    def _end_if_due(self) -> None:
        if self._left is not None and self._since is None and len(self.taken) >= self._left:
            self.is_dead = self.was_cut_off = True


class Watched:
    """A store whose every call is a step."""

    def __init__(self, store: Store, life: Life) -> None:
        self._store = store
        self._life = life

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._store, name)

        async def watched(*args: Any, **options: Any) -> Any:
            self._life.check()
            result = await call(*args, **options)
            self._life.took(name)
            return result

        return watched if inspect.iscoroutinefunction(call) else cast("Callable[..., Any]", call)


@contextmanager
def watched_calls(life: Life) -> Iterator[None]:
    """Make every call to the simulated Discord a step."""
    dispatch = router.dispatch

    def watched(backend: Any, method: str, path: str, **options: Any) -> Any:
        life.check()
        result = dispatch(backend, method, path, **options)
        life.took(f"{method} {path}")
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(router, "dispatch", watched)
        yield
