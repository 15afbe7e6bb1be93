"""Footnote as a library: `Footnote.load().ask("how much per day?")` -> `Answer`."""

from __future__ import annotations

import logging
from functools import cached_property
from pathlib import Path
from typing import Self

from bot import training
from bot.alarm import Alarm
from bot.core.answers import Answer
from bot.core.assistant import Assistant, Exchange
from bot.core.cards import Library
from bot.core.features import Encoder, Writing
from bot.core.matching import Matcher
from bot.core.names import NameIndex, Names
from bot.core.ranking import Ranker
from bot.encoder import load_encoder
from bot.loading import knowledge_folder, load_calibration, load_library
from bot.wordlists import is_word

log = logging.getLogger(__name__)


class Footnote(Assistant):
    """The assistant over a knowledge folder, with the encoder that this machine has."""

    @classmethod
    def load(
        cls, folder: Path | str | None = None, *, encoder: bool = True, default_compound: str | None = None
    ) -> Self:
        """Load and check the folder (default: the knowledge of the package). Raises `KnowledgeError` with every fault.

        `encoder=False` goes without the sentence encoder: faster to start, less sure of what is meant.
        """
        path = Path(folder) if folder else knowledge_folder()
        return cls.of(
            load_library(path, thorough=False), path, load_encoder(path) if encoder else None, default_compound
        )

    @classmethod
    def of(cls, library: Library, folder: Path, encoder: Encoder | None, default_compound: str | None = None) -> Self:
        """The assistant over a library that was loaded from `folder`; weights that do not fit it are fitted anew.

        Raises `training.CannotFitError` where that cannot be done on this machine.
        """
        try:
            fitted = training.load(library, encoder, folder)
        except training.StaleWeightsError as stale:
            log.warning("%s; fitting them now, which takes a while. Keep them with: footnote knowledge train", stale)
            fitted, _ = training.fit(library, encoder, training.known_vectors(library, encoder, folder))
        index = NameIndex(library)
        writing = Writing(library.lexicon.words, index.without_names(fitted.vocabulary), is_word)

        def is_known(word: str, language: str | None) -> bool:
            return writing.knows(word) or is_word(word, language) or writing.misspelt(word)

        ranker = Ranker(fitted, training.utterances_of(library), writing, encoder)
        matcher = Matcher(library.intents, ranker, load_calibration(folder))
        return cls(library, Names(library, index, is_known), matcher, default_compound)

    @cached_property
    def alarm(self) -> Alarm:
        """What tells which texts to read first; made when first asked for, which takes most of a second."""
        return Alarm(self.library)

    def ask_in_turn(self, turns: list[str]) -> Answer:
        """The reply to the last of several messages of one person, each understood after those before it."""
        return self.ask(turns[-1], earlier=self.earlier(turns[:-1]))

    def earlier(self, turns: list[str]) -> Exchange | None:
        """What is known after these messages of one person, for the next; None where there are none."""
        earlier: Exchange | None = None
        for turn in turns:
            earlier = self.exchange(turn, self.ask(turn, earlier=earlier), earlier)
        return earlier
