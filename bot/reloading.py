"""Loading the knowledge anew while the bot runs: checked whole first; on a fault the last good one stays in use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.asking import Desk
from bot.collecting import pass_over_what_stands
from bot.core.features import Encoder
from bot.footnote import Footnote
from bot.loading import KnowledgeError, load_library
from bot.training import CannotFitError
from bot.yamlfile import Fault


class NoSuchCardError(KnowledgeError):
    """The knowledge has no card of the compound that the settings name as the default."""


def loader(folder: Path, encoder: Encoder | None, default_compound: str | None) -> Callable[[], Footnote]:
    """What loads the knowledge of a folder as often as it is called, with the same encoder. Raises `KnowledgeError`."""

    def load() -> Footnote:
        footnote = Footnote.of(load_library(folder), folder, encoder)
        if default_compound:
            found = footnote.card_called(default_compound)
            if found is None:
                cards = ", ".join(card.id for card in footnote.library.cards)
                raise NoSuchCardError(
                    [Fault("compounds", 0, "", f"no card for {default_compound!r}; there is: {cards}")]
                )
            footnote.default = found
        return footnote

    return load


class Reloading:
    """Puts what `load` loads into the place of the assistant in use. One at a time, in a thread of its own."""

    def __init__(self, desk: Desk, load: Callable[[], Footnote]) -> None:
        self._desk = desk
        self._load = load
        self._turn = asyncio.Lock()
        self.faults: tuple[str, ...] = ()  # those of the last time

    async def reload(self) -> tuple[str, ...]:
        """Load the knowledge. What is wrong with it, each with file and line; nothing where it took effect."""
        async with self._turn:
            try:
                footnote = await asyncio.to_thread(self._load)
            except KnowledgeError as error:
                self.faults = tuple(map(str, error.faults))
            except CannotFitError as error:
                self.faults = (str(error),)
            else:
                self._desk.use(footnote)
                self.faults = ()
                del footnote
                await asyncio.to_thread(pass_over_what_stands)
            return self.faults
