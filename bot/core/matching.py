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
from bot.core.clauses import asks, clauses, focus, without_negated
from bot.core.features import Encoder, Vectors, Writing, grams, spoken
from bot.core.text import fold, phrase_pattern, sentences

MEANING, LIKENESS, WORDS = 0.35, 0.30, 0.35  # each expert's weight in the pool
KERNEL = 0.007  # the width of the likeness kernel, in cosine
FLOOR, FLOOR_ALONE = 0.22, 0.30  # the least confidence that answers; without an encoder
MARGIN = 0.03  # by how much an answered section must lead the next one that leads elsewhere
PARTS = ((0.005, 0.85), (0.03, 0.60))  # a further part: its least probability in the whole text, and in a clause of its own
SENTENCE_EMERGENCY, WITH_WHOLE = 0.9, 0.1  # an emergency told in one sentence of several: there, and in the whole
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
    def leads_to_section(self) -> bool:
        """Whether a section is more probable than every refusal."""
        return max(self.sections.values(), default=0.0) > max(self.refusals.values(), default=0.0)

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


@dataclass(frozen=True, slots=True)
class _Views:
    """The probabilities of the intents for a question: as a whole, its clauses and sentences, by its words alone.

    `last` is the whole without the turn before it.
    """

    intents: tuple[Intent, ...]
    whole: Array
    clauses: Array
    sentences: Array
    last: Array
    words: Array


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

    def read(
        self, masked: str, card: Card, language: str | None = None, previous: str | None = None, *, by_words: bool = False
    ) -> Reading:
        """What a masked question in a language (None: English) wants of a card; `previous` is the masked turn before it.

        `by_words` leaves the encoder out, for when there is no time for it.
        """
        encoder = None if by_words else self.encoder
        head = self.heads.get(card.id) or self.heads[""]
        text = without_negated(masked)
        text = text if language else self.writing.repaired(text)
        split = clauses(text)
        asked = [clause for clause in split if asks(clause)] if len(split) > 1 else []
        told = sentences(text) if len(sentences(text)) > 1 else []
        wider = [view for view in (focus(text), f"{previous}. {text}" if previous else "") if view]
        shares, worded = self._judge([text, *asked, *told, *wider], head, encoder)
        whole = _pooled([shares[0], *shares[len(shares) - len(wider) :]])
        views = _Views(
            intents=self._intents_of(card, head),
            whole=whole,
            clauses=shares[1 : 1 + len(asked)],
            sentences=shares[1 + len(asked) : 1 + len(asked) + len(told)],
            last=shares[0],
            words=worded[0],
        )
        return _decide(views, FLOOR if encoder else FLOOR_ALONE)

    @staticmethod
    def names_any(phrases: Iterable[str], folded: str) -> bool:
        """Whether one of the phrases stands in a folded text."""
        return bool(phrase_pattern(phrases).search(folded))

    def _intents_of(self, card: Card, head: Head) -> tuple[Intent, ...]:
        if card.id not in self._by_card:
            known = {intent.id: intent for intent in (*self.intents, *card.intents)}
            self._by_card[card.id] = tuple(known[intent] for intent in head.intents)
        return self._by_card[card.id]

    def _judge(self, texts: Sequence[str], head: Head, encoder: Encoder | None) -> tuple[Array, Array]:
        """The pooled probabilities of each text, and those by its words alone; shape (texts, intents)."""
        by_words = np.array([_softmax(_word_scores(self.writing.plain(fold(text)), head)) for text in texts])
        if encoder is None:
            return by_words, by_words
        asked: Vectors = encoder.encode([spoken(text) for text in texts])
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


def _pooled(shares: Sequence[Array]) -> Array:
    """The geometric mean of several views of one question."""
    pooled = np.exp(np.mean([np.log(share + 1e-9) for share in shares], axis=0))
    return np.asarray(pooled / pooled.sum(), dtype=np.float32)


def _grouped(intents: Sequence[Intent], shares: Array) -> tuple[dict[str, float], dict[str, float]]:
    sections: dict[str, float] = {}
    refusals: dict[str, float] = {}
    for intent, share in zip(intents, shares.tolist(), strict=True):
        group, key = (sections, intent.section) if intent.section else (refusals, intent.refusal)
        group[str(key)] = group.get(str(key), 0.0) + share
    return sections, refusals


def _decide(views: _Views, floor: float) -> Reading:
    sections, refusals = _grouped(views.intents, views.whole)
    wanted = _wanted(views)
    efficacy = sum(float(share) for intent, share in zip(views.intents, views.whole, strict=True) if intent.efficacy)
    goals = {**sections, **{f"!{reason}": share for reason, share in refusals.items()}}
    ranked = sorted(goals, key=lambda goal: -goals[goal])
    unsure = goals[ranked[0]] < floor or goals[ranked[0]] - goals[ranked[1]] < MARGIN
    close = [goal for goal in ranked[:3] if not goal.startswith("!")] if not ranked[0].startswith("!") else []
    return Reading(
        wanted=wanted,
        close=tuple(close) if unsure and len(wanted) < 2 and len(close) > 1 else (),
        sections=sections,
        refusals=refusals,
        is_emergency=_is_emergency(views),
        about_efficacy=any(intent.efficacy for intent in wanted) or efficacy >= EFFICACY,
        confidence=goals[ranked[0]],
    )


def _is_emergency(views: _Views) -> bool:
    column = [intent.refusal == "emergency" for intent in views.intents]
    whole, words = float(views.last[column].sum()), float(views.words[column].sum())
    sentence = float(views.sentences[:, column].sum(axis=1).max(initial=0.0))
    return whole >= EMERGENCY or words >= EMERGENCY_ALONE or (sentence >= SENTENCE_EMERGENCY and whole >= WITH_WHOLE)


def _wanted(views: _Views) -> tuple[Intent, ...]:
    """The surest intent, and those that a clause of its own asks for as well."""
    chosen: dict[str, Intent] = {}
    for index in np.argsort(-views.whole):
        intent = views.intents[index]
        clause = views.clauses[:, index].max(initial=0.0)
        further = any(views.whole[index] >= whole and clause >= least for whole, least in PARTS)
        if not chosen or further:
            chosen.setdefault(intent.section or f"!{intent.refusal}", intent)
    return tuple(chosen.values())
