"""Footnote as ever (`python -m benchmarks.measured run`), with its readings and its encoder timed.

Every second it writes to the file that MEASURES names: CPU seconds of the thread that read, in JSON.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from bot import cli, footnote, reloading
from bot.cli import common
from bot.core.answers import Answer
from bot.core.assistant import Exchange
from bot.core.cards import Library
from bot.core.features import Encoder, Vectors

SPENT = {"encoder": 0.0, "encoded": 0, "readings": 0.0, "read": 0}
EVERY = 0.5  # seconds


class Timed:
    """An encoder that counts the CPU time of its calls."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the encoder does."""
        began = time.thread_time()
        vectors = self._encoder.encode(texts)
        SPENT["encoder"] += time.thread_time() - began
        SPENT["encoded"] += len(texts)
        return vectors


class Measured(footnote.Footnote):
    """The assistant, which counts the CPU time of its readings, the encoder's within."""

    @classmethod
    def of(cls, library: Library, folder: Path, encoder: Encoder | None, *rest: Any, **named: Any) -> Self:
        """With its encoder timed."""
        return super().of(library, folder, Timed(encoder) if encoder else None, *rest, **named)

    def ask(self, text: str, **options: Any) -> Answer:
        """As ever."""
        began = time.thread_time()
        answer = super().ask(text, **options)
        SPENT["readings"] += time.thread_time() - began
        SPENT["read"] += 1
        return answer

    def exchange(self, text: str, answer: Answer, earlier: Exchange | None = None) -> Exchange:
        """As ever."""
        began = time.thread_time()
        exchange = super().exchange(text, answer, earlier)
        SPENT["readings"] += time.thread_time() - began
        return exchange


def _write(path: Path) -> None:
    while True:
        part = path.with_suffix(".part")
        part.write_text(json.dumps(SPENT))
        part.replace(path)
        time.sleep(EVERY)


if __name__ == "__main__":
    for module in (common, reloading):
        vars(module)["Footnote"] = Measured
    threading.Thread(target=_write, args=(Path(os.environ["MEASURES"]),), daemon=True).start()
    cli.main()
