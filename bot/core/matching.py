"""Which sections a question wants, and how surely: the ranking of `ranking.py` over several views of it.

A question is looked at as a whole, clause by clause, sentence by sentence, by the sentences that ask, and together with the
turn before it. `reading.py` decides what that amounts to; docs/matching.md has the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.core.cards import Card, Intent
from bot.core.clauses import asked_clauses, focus, without_negated
from bot.core.features import FOLLOWS
from bot.core.ranking import Array, Ranker, pooled
from bot.core.reading import ALONE, WITH_ENCODER, Reading, Thresholds, Views, decide
from bot.core.text import sentences


@dataclass(slots=True)
class Matcher:
    """Reads questions with a ranker and the intents that every card shares. `thresholds` with the encoder, and without."""

    intents: tuple[Intent, ...]
    ranker: Ranker
    thresholds: Thresholds = WITH_ENCODER
    thresholds_alone: Thresholds = ALONE
    _by_card: dict[str, tuple[Intent, ...]] = field(default_factory=dict)

    def read(
        self,
        masked: str,
        card: Card,
        language: str | None = None,
        previous: str | None = None,
        *,
        by_words: bool = False,
    ) -> Reading:
        """What a masked question in a language (None: English) wants of a card; `previous` is the masked turn before it.

        `by_words` leaves the encoder out, for when there is no time for it.
        """
        thresholds = self.thresholds_alone if by_words or self.ranker.encoder is None else self.thresholds
        return decide(
            self.views(self._texts(masked, language, previous), card, thresholds, by_words=by_words), thresholds
        )

    def views(self, texts: Texts, card: Card, thresholds: Thresholds, *, by_words: bool) -> Views:
        """The probabilities of a question's views; in the whole, intents that refuse count `refusal_weight`."""
        places = {text: place for place, text in enumerate(dict.fromkeys(texts.all))}
        shares, worded = self.ranker.shares(list(places), card.id, by_words=by_words)
        order = [places[text] for text in texts.all]
        shares, worded = shares[order], worded[order]
        intents = self._intents_of(card)
        weight = np.array(
            [thresholds.refusal_weight if intent.refusal else 1.0 for intent in intents], dtype=np.float32
        )
        clauses, told = 1 + len(texts.clauses), 1 + len(texts.clauses) + len(texts.sentences)
        wholes = shares[[0, *range(told, len(shares))]] * weight
        wholes /= wholes.sum(axis=1, keepdims=True)
        return Views(
            intents=intents,
            whole=_mean(*wholes),
            clauses=shares[1:clauses],
            sentences=shares[clauses:told],
            last=wholes[0],
            words=worded[0],
            sentence_words=worded[clauses:told],
        )

    def _texts(self, masked: str, language: str | None, previous: str | None) -> Texts:
        text = without_negated(masked)
        text = text if language else self.ranker.writing.repaired(text)
        told = sentences(text)
        wider = (focus(text), f"{previous}{FOLLOWS}{text}" if previous else "")
        return Texts(
            text, asked_clauses(text, language), told if len(told) > 1 else [], [view for view in wider if view]
        )

    def _intents_of(self, card: Card) -> tuple[Intent, ...]:
        if card.id not in self._by_card:
            known = {intent.id: intent for intent in (*self.intents, *card.intents)}
            self._by_card[card.id] = tuple(known[intent] for intent in self.ranker.head(card.id).intents)
        return self._by_card[card.id]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts in which a question is looked at: whole, its clauses, its sentences, and the wider or narrower whole."""

    whole: str
    clauses: Sequence[str]
    sentences: Sequence[str]
    wider: Sequence[str]

    @property
    def all(self) -> list[str]:
        """All of them, in that order."""
        return [self.whole, *self.clauses, *self.sentences, *self.wider]


def _mean(*views: Array) -> Array:
    mean: Array = pooled([(1 / len(views), view[None]) for view in views])[0]
    return mean
