"""Texts -> the probability of each intent, as four experts judge it and a weighted geometric mean pools it.

The experts: a logistic regression over the encoder's vector of the meaning; the density of the utterances around that vector
(a kernel estimate for each intent); a logistic regression over words and letter n-grams; and RapidFuzz's likeness to the
nearest utterances. Without an encoder the last two judge alone. `bot/training.py` fits the weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from bot.core.features import Encoder, Vectors, Writing, grams, spoken
from bot.core.text import fold, words

MEANING, LIKENESS, WORDS, FUZZY = 0.32, 0.27, 0.32, 0.10  # each expert's weight in the pool
KERNEL = 0.007  # the width of the likeness kernel, in cosine
CANDIDATES = 48  # utterances with the most telling words in common, which RapidFuzz compares
FUZZY_SCALE = 4.0  # points of RapidFuzz's 100 that make one intent e times as likely as another

Array = np.ndarray[Any, np.dtype[np.float32]]
Indices = np.ndarray[Any, np.dtype[np.intp]]


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


class Nearest:
    """Finds the utterances most like a text: by rare words in common, then by RapidFuzz's token and partial ratios."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = list(texts)
        tokens = [frozenset(words(text)) for text in self._texts]
        seen = Counter(word for found in tokens for word in found)
        self._rarity = {word: float(np.log(len(tokens) / count)) for word, count in seen.items()}
        self._length = np.array(
            [1 + sum(self._rarity[w] ** 2 for w in found) ** 0.5 for found in tokens], dtype=np.float32
        )
        places: dict[str, list[int]] = {}
        for row, found in enumerate(tokens):
            for word in found:
                places.setdefault(word, []).append(row)
        self._places = {word: np.array(rows, dtype=np.int32) for word, rows in places.items()}

    def ratios(self, text: str) -> tuple[Indices, Array]:
        """The rows of the nearest utterances, `CANDIDATES` at most, and their likeness from 0 to 100."""
        shared = np.zeros(len(self._texts), dtype=np.float32)
        for word in set(words(text)) & self._places.keys():
            shared[self._places[word]] += self._rarity[word] ** 2
        shared /= self._length
        best = np.argpartition(-shared, CANDIDATES)[:CANDIDATES] if len(shared) > CANDIDATES else np.arange(len(shared))
        rows = best[shared[best] > 0]
        near = [self._texts[row] for row in rows]
        likeness = [
            process.cdist([text], near, scorer=scorer)[0] for scorer in (fuzz.token_sort_ratio, fuzz.partial_ratio)
        ]
        return rows, np.mean(likeness, axis=0) if near else np.zeros(0, np.float32)


class Ranker:
    """Judges texts by the heads of the cards. `heads` by card id; the empty id serves cards without intents of their own.

    `texts` are all utterances, sorted and folded; `vectors` theirs, shape (utterances, dimension).
    """

    def __init__(
        self,
        heads: Mapping[str, Head],
        texts: Sequence[str],
        vectors: Vectors,
        writing: Writing,
        encoder: Encoder | None,
    ) -> None:
        self.writing = writing
        self.encoder = encoder
        self._heads = heads
        self._vectors = vectors
        self._nearest = Nearest([writing.plain(text) for text in texts])
        self._owner_of_row = {owner: _owners(head, len(texts)) for owner, head in heads.items()}

    def head(self, owner: str) -> Head:
        """The head of a card, or the one that serves every card."""
        return self._heads.get(owner) or self._heads[""]

    def shares(self, texts: Sequence[str], owner: str, *, by_words: bool = False) -> tuple[Array, Array]:
        """The pooled probabilities of each text, and those by its words alone; shape (texts, intents).

        `by_words` leaves the encoder out.
        """
        head = self.head(owner)
        plain = [self.writing.plain(fold(text)) for text in texts]
        worded = np.array([softmax(_word_scores(text, head)) for text in plain])
        fuzzy = np.array([self._fuzzy(text, owner) for text in plain])
        if by_words or self.encoder is None:
            return pooled([(WORDS, worded), (FUZZY, fuzzy)]), worded
        asked = self.encoder.encode([spoken(text) for text in texts])
        meaning = softmax(asked @ head.meaning_weights + head.meaning_bias)
        return pooled(
            [(MEANING, meaning), (LIKENESS, self._likeness(asked, head)), (WORDS, worded), (FUZZY, fuzzy)]
        ), worded

    def _likeness(self, asked: Vectors, head: Head) -> Array:
        """The share of each intent in the density of utterances around the asked vectors."""
        nearness = (asked @ self._vectors.T)[:, head.rows] / KERNEL
        density = np.exp(nearness - nearness.max(axis=1, keepdims=True))
        means = np.add.reduceat(density, head.starts, axis=1) / head.counts() + 1e-9
        return np.asarray(means / means.sum(axis=1, keepdims=True), dtype=np.float32)

    def _fuzzy(self, text: str, owner: str) -> Array:
        best = np.zeros(len(self.head(owner).intents), dtype=np.float32)
        rows, ratios = self._nearest.ratios(text)
        owners = self._owner_of_row[owner if owner in self._heads else ""][rows]
        np.maximum.at(best, owners[owners >= 0], ratios[owners >= 0])
        return softmax(best / FUZZY_SCALE)


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
    counts = grams(text)
    if not counts:
        return head.word_bias
    buckets = np.fromiter(counts, dtype=np.int64, count=len(counts))
    weights = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * head.rarity[buckets]
    weights /= np.linalg.norm(weights) or 1.0
    return np.asarray(weights @ head.word_weights[buckets].astype(np.float32) + head.word_bias)
