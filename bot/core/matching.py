"""Which sections a question wants, and how surely: what the experts of `ranking.py` make of several views of it.

A question is looked at as a whole, after the turn before it, clause by clause, sentence by sentence, and with "it" for the
names of other compounds. `reading.py` decides what that amounts to; docs/matching.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.calibration import Calibration
from bot.core.cards import Card, Intent
from bot.core.clauses import asked_clauses, asks, names_another, stands_after_or, without_likened, without_negated
from bot.core.features import FOLLOWS
from bot.core.ranking import Ranker
from bot.core.reading import ALONE, WITH_ENCODER, Reading, Thresholds, decide
from bot.core.signals import Clauses, Goals, Views
from bot.core.text import sentences, words

_NAMES = re.compile(r"\{(?:other|medicine)\}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its names masked, in its language (None: English), after the masked turn before it.

    `typed` is the question before it was masked (None: it names nothing), in which an emergency is looked for too.
    """

    masked: str
    language: str | None = None
    previous: str | None = None
    typed: str | None = None


@dataclass(slots=True)
class Matcher:
    """Reads questions with a ranker and the intents that every card shares. `thresholds` with the encoder, and without."""

    intents: tuple[Intent, ...]
    ranker: Ranker
    calibration: Calibration = field(default_factory=Calibration)
    thresholds: Thresholds = WITH_ENCODER
    thresholds_alone: Thresholds = ALONE
    _by_card: dict[str, Goals] = field(default_factory=dict)

    def read(self, asked: Asked, card: Card, *, by_words: bool = False) -> Reading:
        """What a question wants of a card. `by_words` leaves the encoder out, for when there is no time for it."""
        alone = by_words or self.ranker.encoder is None
        return decide(
            self.views(asked, card, by_words=by_words),
            self.calibration.by_words if alone else self.calibration.with_encoder,
            self.thresholds_alone if alone else self.thresholds,
        )

    def views(self, asked: Asked, card: Card, *, by_words: bool = False) -> Views:
        """What the experts make of a question's views; the arguments are those of `read`."""
        texts = self._texts(asked)
        places = {text: place for place, text in enumerate(dict.fromkeys(texts.all))}
        judged = self.ranker.judged(list(places), card.id, by_words=by_words)[[places[text] for text in texts.all]]
        told = Clauses.of(
            [
                (len(words(part)), asks(part), stands_after_or(part, texts.whole), names_another(part))
                for part in texts.clauses
            ]
        )
        length = len(words(texts.whole))
        return Views.of(self._goals_of(card), judged, told, length=length, follows=bool(asked.previous))

    def _texts(self, asked: Asked) -> Texts:
        text = without_negated(without_likened(asked.masked))
        text = text if asked.language else self.ranker.writing.repaired(text)
        told = sentences(text)
        return Texts(
            whole=text,
            earlier=f"{asked.previous}{FOLLOWS}{text}" if asked.previous else text,
            nameless=_NAMES.sub("it", text),
            unmasked=asked.typed if asked.typed and asked.typed != asked.masked else text,
            clauses=asked_clauses(text, asked.language),
            sentences=told if len(told) > 1 else [],
        )

    def _goals_of(self, card: Card) -> Goals:
        if card.id not in self._by_card:
            known = {intent.id: intent for intent in (*self.intents, *card.intents)}
            self._by_card[card.id] = Goals.of([known[intent] for intent in self.ranker.head(card.id).intents])
        return self._by_card[card.id]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts in which a question is looked at, in the order of `signals.Views`."""

    whole: str
    earlier: str
    nameless: str
    unmasked: str
    clauses: Sequence[str]
    sentences: Sequence[str]

    @property
    def all(self) -> list[str]:
        """All of them, in that order."""
        return [self.whole, self.earlier, self.nameless, self.unmasked, *self.clauses, *self.sentences]
