"""Which sections a question wants, and how surely: a measured ranking over the intents, with a floor and a margin.

Three experts judge a question: a logistic regression over the encoder's vector of its meaning, the likeness of that vector
to each utterance's (a kernel density for each intent), and a logistic regression over its words and letter n-grams.
`bot/training.py` fits them. Their probabilities are pooled as a weighted geometric mean. Without an encoder the third judges
alone, at a stricter floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bot.core.cards import Card, Intent
from bot.core.clauses import clauses, without_negated
from bot.core.features import Encoder, Vectors, Writing, grams, spoken
from bot.core.text import fold, phrase_pattern

MEANING, LIKENESS, WORDS = 0.35, 0.30, 0.35  # each expert's weight in the pool
KERNEL = 0.007  # the width of the likeness kernel, in cosine
FLOOR, FLOOR_ALONE = 0.30, 0.40  # the least confidence that answers; without an encoder
MARGIN = 0.06  # by how much an answered section must lead the next one that leads elsewhere
PART_WHOLE, PART_CLAUSE = 0.12, 0.60  # a further part: its probability in the whole text, and in a clause of its own
EMERGENCY, EMERGENCY_ALONE = 0.4, 0.5  # the least probability of an emergency: pooled, and by its words alone
EFFICACY = 0.5  # the share of probability on intents about benefit at which the caveat is due
NEAR = 0.04  # the least probability of a section that is offered

Array = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Head:
    """The trained weights of the experts over one list of intents.

    `rows` are the places of the intents' utterances in the table of vectors, intent by intent; `starts` says where each
    intent's begin.
    """

    intents: tuple[str, ...]
    rows: Array
    starts: Array
    meaning_weights: Array  # (dimension, intents)
    meaning_bias: Array
    word_weights: Array  # (buckets, intents), float16
    word_bias: Array
    rarity: Array  # (buckets,): the idf of each bucket


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question was understood to want.

    `wanted` are intents, surest first; `close` sections to ask back about, where none is sure; `sections` every section by
    its probability.
    """

    wanted: tuple[Intent, ...]
    close: tuple[str, ...]
    sections: Mapping[str, float]
    refusals: Mapping[str, float]
    is_emergency: bool
    about_efficacy: bool
    confidence: float

    @property
    def compares(self) -> bool:
        """Whether it sets two compounds against each other."""
        return self.refusals.get("other_compound", 0.0) > max(self.sections.values(), default=0.0)

    def combines(self, stacking: str, earlier: Sequence[str]) -> bool:
        """Whether it asks about taking compounds together, or goes on about that."""
        leads = self.sections.get(stacking, 0.0) >= max([*self.sections.values(), *self.refusals.values()], default=0.0)
        return leads or (stacking in earlier and self.sections.get(stacking, 0.0) >= NEAR)

    def near(self, shown: Iterable[str]) -> tuple[str, ...]:
        """The most probable sections beside those shown, three at most."""
        rest = {section: share for section, share in self.sections.items() if section not in set(shown) and share >= NEAR}
        return tuple(sorted(rest, key=lambda section: -rest[section])[:3])


@dataclass(slots=True)
class Matcher:
    """Ranks intents for questions. `heads` by card id; the empty id serves cards without intents of their own.

    `vectors` are those of all utterances, shape (utterances, dimension).
    """

    intents: tuple[Intent, ...]
    heads: Mapping[str, Head]
    vectors: Array
    writing: Writing
    encoder: Encoder | None = None
    _by_card: dict[str, tuple[Intent, ...]] = field(default_factory=dict)

    def read(self, masked: str, card: Card, previous: str | None = None, earlier: Sequence[str] = ()) -> Reading:
        """What a masked question wants of a card; `previous` is the masked turn before it, `earlier` its sections."""
        del earlier
        head = self.heads.get(card.id) or self.heads[""]
        intents = self._intents_of(card, head)
        text = self.writing.repaired(without_negated(masked))
        parts = clauses(text)
        texts = [text, *(parts if len(parts) > 1 else [])]
        if previous:
            texts.append(f"{self.writing.repaired(previous)}. {text}")
        shares, by_words = self._judge(texts, head)
        whole = shares[0] if not previous else (shares[0] * shares[-1]) ** 0.5
        whole = whole / whole.sum()
        of_clauses = shares[1 : 1 + len(parts)] if len(parts) > 1 else shares[:0]
        return _decide(intents, whole, of_clauses, by_words[0], self.encoder is None)

    @staticmethod
    def names_any(phrases: Iterable[str], folded: str) -> bool:
        """Whether one of the phrases stands in a folded text."""
        return bool(phrase_pattern(phrases).search(folded))

    def _intents_of(self, card: Card, head: Head) -> tuple[Intent, ...]:
        if card.id not in self._by_card:
            known = {intent.id: intent for intent in (*self.intents, *card.intents)}
            self._by_card[card.id] = tuple(known[intent] for intent in head.intents)
        return self._by_card[card.id]

    def _judge(self, texts: Sequence[str], head: Head) -> tuple[Array, Array]:
        """The pooled probabilities of each text, and those by its words alone; shape (texts, intents)."""
        by_words = np.array([_softmax(_word_scores(self.writing.plain(fold(text)), head)) for text in texts])
        if self.encoder is None:
            return by_words, by_words
        asked: Vectors = self.encoder.encode([spoken(text) for text in texts])
        by_meaning = _softmax(asked @ head.meaning_weights + head.meaning_bias)
        by_likeness = self._likeness(asked, head)
        pooled = by_meaning**MEANING * by_likeness**LIKENESS * by_words**WORDS
        return pooled / pooled.sum(axis=1, keepdims=True), by_words

    def _likeness(self, asked: Vectors, head: Head) -> Array:
        """The share of each intent in the density of utterances around the asked vectors."""
        nearness = (asked @ self.vectors.T - 1)[:, head.rows] / KERNEL
        density = np.exp(nearness - nearness.max(axis=1, keepdims=True))
        counts = np.diff(np.append(head.starts, len(head.rows)))
        means = np.add.reduceat(density, head.starts, axis=1) / counts + 1e-12
        return np.asarray(means / means.sum(axis=1, keepdims=True), dtype=np.float32)


def _word_scores(text: str, head: Head) -> Array:
    counts = grams(text)
    if not counts:
        return head.word_bias
    buckets = np.fromiter(counts, dtype=np.int64, count=len(counts))
    weights = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * head.rarity[buckets]
    weights /= np.linalg.norm(weights) or 1.0
    return weights @ head.word_weights[buckets].astype(np.float32) + head.word_bias


def _softmax(scores: Array) -> Array:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def _grouped(intents: Sequence[Intent], shares: Array) -> tuple[dict[str, float], dict[str, float]]:
    sections: dict[str, float] = {}
    refusals: dict[str, float] = {}
    for intent, share in zip(intents, shares.tolist(), strict=True):
        group, key = (sections, intent.section) if intent.section else (refusals, intent.refusal)
        group[str(key)] = group.get(str(key), 0.0) + share
    return sections, refusals


def _decide(intents: Sequence[Intent], whole: Array, of_clauses: Array, by_words: Array, alone: bool) -> Reading:
    sections, refusals = _grouped(intents, whole)
    order = np.argsort(-whole)
    wanted = _wanted(intents, whole, of_clauses, order)
    emergency = refusals.get("emergency", 0.0) >= EMERGENCY or _grouped(intents, by_words)[1].get("emergency", 0.0) >= EMERGENCY_ALONE
    efficacy = sum(float(share) for intent, share in zip(intents, whole, strict=True) if intent.efficacy)
    ranked = sorted({**sections, **{f"!{key}": share for key, share in refusals.items()}}.items(), key=lambda item: -item[1])
    (best, share), (second, next_share) = ranked[0], ranked[1]
    unsure = share < (FLOOR_ALONE if alone else FLOOR) or share - next_share < MARGIN
    close: tuple[str, ...] = ()
    if unsure and len(wanted) < 2 and not best.startswith("!"):
        close = tuple(key for key, _ in ranked[:3] if not key.startswith("!"))
    return Reading(
        wanted=wanted,
        close=close if len(close) > 1 else (),
        sections=sections,
        refusals=refusals,
        is_emergency=emergency,
        about_efficacy=any(intent.efficacy for intent in wanted) or efficacy >= EFFICACY,
        confidence=float(share),
    )


def _wanted(intents: Sequence[Intent], whole: Array, of_clauses: Array, order: Iterable[int]) -> tuple[Intent, ...]:
    chosen: list[Intent] = []
    goals: set[str] = set()
    for index in order:
        goal = intents[index].section or f"!{intents[index].refusal}"
        sure = len(of_clauses) > 0 and whole[index] >= PART_WHOLE and of_clauses[:, index].max() >= PART_CLAUSE
        if goal not in goals and (not chosen or sure):
            chosen.append(intents[index])
            goals.add(goal)
    return tuple(chosen)
