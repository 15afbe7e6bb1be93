"""Assistants that do not answer as they should, over what another has loaded."""

from __future__ import annotations

import threading
from typing import Any, Self

from bot.core.answers import Answer
from bot.footnote import Footnote


class Posing(Footnote):
    """One of another kind."""

    @classmethod
    def as_(cls, footnote: Footnote) -> Self:
        """With all that this one has loaded."""
        posing = cls.__new__(cls)
        vars(posing).update(vars(footnote))
        return posing


class Broken(Posing):
    """An assistant that fails at every question."""

    def ask(self, *_: Any, **__: Any) -> Answer:
        """Fail."""
        raise RuntimeError("the assistant is broken")


class Held(Posing):
    """Answers by words as ever; every other reading waits until it is let go, as if many questions were waiting."""

    by_words_alone = False  # as if it had an encoder
    go: threading.Event
    waiting: list[str]  # what came to be held, in order
    read: list[str]  # what was read past the hold, in order

    @classmethod
    def now(cls, footnote: Footnote) -> Self:
        """One that holds."""
        held = cls.as_(footnote)
        held.go, held.waiting, held.read = threading.Event(), [], []
        return held

    def ask(self, text: str, **options: Any) -> Answer:
        """Wait, unless it is a reading by words."""
        if not options.get("by_words"):
            self.waiting.append(text)
            self.go.wait(timeout=60)
            self.read.append(text)
        return super().ask(text, **options)
