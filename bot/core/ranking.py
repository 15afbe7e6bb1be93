"""Texts -> the probability of each intent, as each of five experts judges it.

The experts: a logistic regression over the encoder's vector of the meaning; the density of the utterances around that vector
(a kernel estimate for each intent); the votes of the nearest of them; a logistic regression over words and letter n-grams;
and RapidFuzz's likeness to the nearest utterances. Without an encoder the last two judge alone. `bot/training.py` fits the
weights; what each expert counts is `calibration.py`'s.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from bot.core.features import Encoder, Vectors, Writing, buckets, spoken
from bot.core.nearest import Index, Indices, Nearest, best_of
from bot.core.text import fold

MEANING, LIKENESS, VOTES, WORDS, FUZZY = range(5)  # the experts, in the order of their judgements
POOL = (0.32, 0.27, 0.0, 0.32, 0.10)  # each one's weight where they are pooled without calibration
VOTERS, NO_VOTE = 15, 0.02  # nearest utterances that vote; what an intent has without a vote
LEAST = 1e-6  # the least probability
KERNEL = 0.007  # the width of the likeness kernel, in cosine
DIRECTIONS = 128  # along which nearness is measured, of the encoder's 384 dimensions
BLOCK = 32  # utterances whose vectors are multiplied at once: few enough for kernels that copy nothing beforehand
MADE_AT_ONCE = 512  # vectors that are made numbers at once
RECENT = 2048  # texts whose judgement is kept: what is read by its words is soon read wholly, and much is asked again
FUZZY_SCALE = 4.0  # points of RapidFuzz's 100 that make one intent e times as likely as another

Array = np.ndarray[Any, np.dtype[np.float32]]
Bytes = np.ndarray[Any, np.dtype[np.int8]]


@dataclass(frozen=True, slots=True)
class Head:
    """The trained weights of the experts over one list of intents.

    `rows` are the places of the intents' utterances in the table of texts, intent by intent; `starts` says where each
    intent's begin.
    """

    intents: tuple[str, ...]
    rows: Indices
    starts: Indices
    meaning_weights: Array  # (dimension, intents)
    meaning_bias: Array
    word_weights: Array  # (buckets, intents), float16
    word_bias: Array
    rarity: Array  # (buckets,): the idf of each bucket

    def counts(self) -> Indices:
        """How many utterances each intent has."""
        return np.diff(np.append(self.starts, len(self.rows)))


@dataclass(frozen=True, slots=True)
class Nearby:
    """The utterances' vectors along the directions in which they differ most, where likeness costs a third and is as good.

    `directions` has shape (dimension, directions), `places` (rows, directions) in bytes, to be multiplied by `scale`.
    """

    directions: Array
    places: Bytes
    scale: Array

    @classmethod
    def of(cls, vectors: Vectors) -> Nearby:
        """From whole vectors, by their principal directions (not centred: cosines stay what they are)."""
        _, found = np.linalg.eigh(vectors.T @ vectors)
        directions = np.ascontiguousarray(found[:, ::-1][:, :DIRECTIONS], dtype=np.float32)
        places = _unit(vectors @ directions)
        scale = np.abs(places).max(axis=0, initial=1e-9) / 127
        return cls(directions, np.rint(places / scale).astype(np.int8), scale.astype(np.float32))

    def cosines(self, asked: Vectors) -> Array:
        """The cosine of each asked vector with each utterance's; shape (asked, rows)."""
        return _products(self.places, _unit(asked @ self.directions) * self.scale)


@dataclass(frozen=True, slots=True)
class Fitted:
    """All that was learnt or counted of the utterances, a row for each different one.

    `heads` by card id (the empty one serves cards without intents of their own); `nearby` where the utterances lie, None
    without an encoder; `order` the place of each row's text among the library's utterances; `vocabulary` their words, and how
    many have each.
    """

    heads: Mapping[str, Head]
    nearby: Nearby | None
    order: Indices
    index: Index
    vocabulary: Mapping[str, int]


class Ranker:
    """Judges texts by what was fitted. `texts` are the library's utterances, as `Fitted.order` counts them."""

    def __init__(self, fitted: Fitted, texts: Sequence[str], writing: Writing, encoder: Encoder | None) -> None:
        self.writing = writing
        self.encoder = encoder
        self._heads = fitted.heads
        self._nearby = fitted.nearby
        order = fitted.order.tolist()
        self._nearest = Nearest(fitted.index, lambda row: writing.plain(fold(texts[order[row]])))
        self._by_words = lru_cache(maxsize=RECENT)(self._judged_by_words)
        self._meant: OrderedDict[tuple[str, str], Array] = OrderedDict()
        self._owner_of_row = {owner: _owners(head, len(order)) for owner, head in fitted.heads.items()}
        self._owner_of_place = {
            owner: np.repeat(np.arange(len(head.intents)), head.counts()) for owner, head in fitted.heads.items()
        }

    def head(self, owner: str) -> Head:
        """The head of a card, or the one that serves every card."""
        return self._heads.get(owner) or self._heads[""]

    def judged(self, texts: Sequence[str], owner: str, *, by_words: bool = False) -> Array:
        """The logarithms of the probabilities that each expert gives the intents; shape (texts, experts, intents).

        `by_words` leaves the encoder out, and with it all experts but the last two.
        """
        owner = owner if owner in self._heads else ""
        judged: Array = np.array([self._by_words(text, owner) for text in texts])
        if not by_words and self.encoder and self._nearby:
            meant = self._by_meaning(texts, owner, self.encoder, self._nearby)
            judged = np.concatenate([meant, judged], axis=1)
        logarithms: Array = np.log(judged + LEAST)
        return logarithms

    def _judged_by_words(self, text: str, owner: str) -> Array:
        """What the experts of words say of a text: the regression over its n-grams, and RapidFuzz; shape (2, intents)."""
        head, plain = self._heads[owner], self.writing.plain(fold(text))
        likeness = self._nearest.likeness(plain, self._owner_of_row[owner], len(head.intents))
        return softmax(np.array([_word_scores(plain, head), likeness / FUZZY_SCALE]))

    def _by_meaning(self, texts: Sequence[str], owner: str, encoder: Encoder, nearby: Nearby) -> Array:
        """What the experts of meaning say of the texts: regression, density and votes; shape (texts, 3, intents)."""
        judged = {text: known for text in texts if (known := self._meant.get((text, owner))) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in judged]
        if missing:
            head, asked = self._heads[owner], encoder.encode([spoken(text) for text in missing])
            meaning = softmax(asked @ head.meaning_weights + head.meaning_bias)
            nearness = nearby.cosines(asked).take(head.rows, axis=1)
            experts = [meaning, _likeness(nearness, head), _votes(nearness, self._owner_of_place[owner], head)]
            for text, shares in zip(missing, np.stack(experts, axis=1), strict=True):
                judged[text] = self._meant[text, owner] = shares.copy()  # the row alone, not all that was read with it
        while len(self._meant) > RECENT:
            self._meant.popitem(last=False)
        found: Array = np.array([judged[text] for text in texts])
        return found


def _products(vectors: Any, asked: Vectors) -> Array:
    """`asked @ vectors.T` of vectors kept as bytes: a few are made numbers at once, in the processor's cache, and multiplied.

    To read them as they are is quicker than to read four times as many bytes from memory.
    """
    products = np.empty((len(asked), len(vectors)), dtype=np.float32)
    numbers = np.zeros((MADE_AT_ONCE, vectors.shape[1]), dtype=np.float32)
    for start in range(0, len(vectors), MADE_AT_ONCE):
        few = vectors[start : start + MADE_AT_ONCE]
        numbers[: len(few)] = few
        blocks = np.matmul(asked, numbers.reshape(-1, BLOCK, numbers.shape[1]).transpose(0, 2, 1))
        products[:, start : start + len(few)] = blocks.transpose(1, 0, 2).reshape(len(asked), -1)[:, : len(few)]
    return products


def _unit(vectors: Array) -> Array:
    unit: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


def _likeness(nearness: Array, head: Head) -> Array:
    """The share of each intent in the density of utterances around the asked vectors; `nearness` in cosines."""
    density = np.exp((nearness - nearness.max(axis=1, keepdims=True)) / KERNEL)
    means = np.add.reduceat(density, head.starts, axis=1) / head.counts() + 1e-9
    return np.asarray(means / means.sum(axis=1, keepdims=True), dtype=np.float32)


def _votes(nearness: Array, owners: Indices, head: Head) -> Array:
    """The share of each intent among the nearest utterances; none is quite without one."""
    nearest = [best_of(row, VOTERS) for row in nearness]
    votes = np.array(
        [np.bincount(owners[rows], minlength=len(head.intents)) / max(len(rows), 1) + NO_VOTE for rows in nearest]
    )
    return np.asarray(votes / votes.sum(axis=1, keepdims=True), dtype=np.float32)


def pooled(judged: Array) -> Array:
    """The weighted geometric mean of the experts' probabilities; (texts, experts, intents) -> (texts, intents)."""
    weights = np.array(POOL[-judged.shape[-2] :], dtype=np.float32)
    return softmax(np.einsum("e,...ei->...i", weights, judged))


def softmax(scores: Array) -> Array:
    """Scores -> probabilities along the last axis."""
    raised: Array = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _owners(head: Head, count: int) -> Indices:
    """The intent of each row of the table of texts; -1 for a row of another head."""
    owners = np.full(count, -1)
    owners[head.rows] = np.repeat(np.arange(len(head.intents)), head.counts())
    return owners


def _word_scores(text: str, head: Head) -> Array:
    found, counts = np.unique(buckets(text), return_counts=True)
    if not len(found):
        return head.word_bias
    weights = (1 + np.log(counts, dtype=np.float32)) * head.rarity[found]
    weights /= np.sqrt(weights @ weights) or 1.0
    return np.asarray(weights @ head.word_weights[found].astype(np.float32) + head.word_bias)
