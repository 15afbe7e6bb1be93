"""Texts -> the probability of each intent, as four experts judge it and a weighted geometric mean pools it.

The experts: a logistic regression over the encoder's vector of the meaning; the density of the utterances around that vector
(a kernel estimate for each intent); a logistic regression over words and letter n-grams; and RapidFuzz's likeness to the
nearest utterances. Without an encoder the last two judge alone. `bot/training.py` fits the weights.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from bot.core.features import Encoder, Vectors, Writing, buckets, spoken
from bot.core.nearest import Index, Indices, Nearest
from bot.core.text import fold

MEANING, LIKENESS, WORDS, FUZZY = 0.32, 0.27, 0.32, 0.10  # each expert's weight in the pool
KERNEL = 0.007  # the width of the likeness kernel, in cosine
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
class Fitted:
    """All that was learnt or counted of the utterances, a row for each different one.

    `heads` by card id (the empty one serves cards without intents of their own); `vectors` of the utterances, to be multiplied
    by `scale`, shape (rows, dimension), empty without an encoder; `order` the place of each row's text among the library's
    utterances; `vocabulary` their words.
    """

    heads: Mapping[str, Head]
    vectors: Vectors | Bytes
    order: Indices
    index: Index
    vocabulary: frozenset[str]
    scale: Array = field(default_factory=lambda: np.ones(1, np.float32))


class Ranker:
    """Judges texts by what was fitted. `texts` are the library's utterances, as `Fitted.order` counts them."""

    def __init__(self, fitted: Fitted, texts: Sequence[str], writing: Writing, encoder: Encoder | None) -> None:
        self.writing = writing
        self.encoder = encoder
        self._heads = fitted.heads
        self._vectors, self._scale = fitted.vectors, fitted.scale
        order = fitted.order.tolist()
        self._nearest = Nearest(fitted.index, lambda row: writing.plain(fold(texts[order[row]])))
        self._by_words = lru_cache(maxsize=RECENT)(self._judged_by_words)
        self._meant: OrderedDict[tuple[str, str], Array] = OrderedDict()
        self._owner_of_row = {owner: _owners(head, len(order)) for owner, head in fitted.heads.items()}

    def head(self, owner: str) -> Head:
        """The head of a card, or the one that serves every card."""
        return self._heads.get(owner) or self._heads[""]

    def shares(self, texts: Sequence[str], owner: str, *, by_words: bool = False) -> tuple[Array, Array]:
        """The pooled probabilities of each text, and those by its words alone; shape (texts, intents).

        `by_words` leaves the encoder out.
        """
        owner = owner if owner in self._heads else ""
        worded, fuzzy = map(np.array, zip(*(self._by_words(text, owner) for text in texts), strict=True))
        if by_words or self.encoder is None:
            return pooled([(WORDS, worded), (FUZZY, fuzzy)]), worded
        meaning, likeness = self._by_meaning(texts, owner, self.encoder)
        return pooled([(MEANING, meaning), (LIKENESS, likeness), (WORDS, worded), (FUZZY, fuzzy)]), worded

    def _judged_by_words(self, text: str, owner: str) -> tuple[Array, Array]:
        """What the experts of words say of a text: the regression over its n-grams, and RapidFuzz."""
        head, plain = self._heads[owner], self.writing.plain(fold(text))
        likeness = self._nearest.likeness(plain, self._owner_of_row[owner], len(head.intents))
        return softmax(_word_scores(plain, head)), softmax(likeness / FUZZY_SCALE)

    def _by_meaning(self, texts: Sequence[str], owner: str, encoder: Encoder) -> Array:
        """What the experts of meaning say of the texts: the regression, and the density; shape (2, texts, intents)."""
        judged = {text: known for text in texts if (known := self._meant.get((text, owner))) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in judged]
        if missing:
            head, asked = self._heads[owner], encoder.encode([spoken(text) for text in missing])
            meaning = softmax(asked @ head.meaning_weights + head.meaning_bias)
            for text, shares in zip(missing, np.stack([meaning, self._likeness(asked, head)], axis=1), strict=True):
                judged[text] = self._meant[text, owner] = shares.copy()  # the row alone, not all that was read with it
        while len(self._meant) > RECENT:
            self._meant.popitem(last=False)
        return np.stack([judged[text] for text in texts], axis=1)

    def _likeness(self, asked: Vectors, head: Head) -> Array:
        """The share of each intent in the density of utterances around the asked vectors."""
        nearness = _products(self._vectors, asked * self._scale).take(head.rows, axis=1) / KERNEL
        density = np.exp(nearness - nearness.max(axis=1, keepdims=True))
        means = np.add.reduceat(density, head.starts, axis=1) / head.counts() + 1e-9
        return np.asarray(means / means.sum(axis=1, keepdims=True), dtype=np.float32)


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


def pooled(weighted: Iterable[tuple[float, Array]]) -> Array:
    """The weighted geometric mean of probabilities, shape (texts, intents), each row with the sum 1."""
    total: Any = sum(weight * np.log(shares + 1e-6) for weight, shares in weighted)
    return softmax(total)


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
