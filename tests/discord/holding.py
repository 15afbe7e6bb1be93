"""An assistant whose reading with the encoder can be held up, as if many questions were waiting."""

from __future__ import annotations

import threading
from typing import Any, Self

from bot.core.answers import Answer
from bot.footnote import Footnote
from bot.loading import knowledge_folder, load_library


class Held(Footnote):
    """Answers by words as ever; every other reading waits until it is let go."""

    @classmethod
    def now(cls) -> Self:
        """One that holds."""
        folder = knowledge_folder()
        held = cls.of(load_library(folder), folder, None)
        held.go = threading.Event()
        held.read = []
        return held

    by_words_alone = False  # as if it had an encoder
    go: threading.Event
    read: list[str]  # what was read past the hold, in order

    def ask(self, text: str, **options: Any) -> Answer:
        """Wait, unless it is a reading by words."""
        if not options.get("by_words"):
            self.go.wait(timeout=60)
            self.read.append(text)
        return super().ask(text, **options)
