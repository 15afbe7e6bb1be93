"""The utterances most like a text: by rare words in common, then by RapidFuzz's token and partial ratios."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from bot.core.text import words

CANDIDATES = 12  # utterances with the most telling words in common, which RapidFuzz compares
FREQUENT = 0.05  # the share of the utterances from which a word's are kept spread out: quicker added, more memory
RECENT = 8192  # utterances that are kept as they are compared
STRIDE = 128  # utterances of which the best is looked at alone, to find out how good the best of all are at least

Floats = np.ndarray[Any, np.dtype[np.float32]]
Indices = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, slots=True)
class Index:
    """In which utterances a word stands: those of word `i` are `rows[starts[i]:starts[i + 1]]`; all counted when fitted.

    `weights` tell how rare a word is (its squared idf), `lengths` how much an utterance has of rare words (length of its
    vector of idfs, plus one).
    """

    words: tuple[str, ...]
    starts: Indices
    rows: Indices
    weights: Floats
    lengths: Floats

    @classmethod
    def of(cls, texts: Sequence[str]) -> Index:
        """The index of texts, in their order."""
        tokens = [frozenset(words(text)) for text in texts]
        seen = Counter(word for found in tokens for word in found)
        known = tuple(sorted(seen))
        weight = {word: float(np.log(len(tokens) / seen[word])) ** 2 for word in known}
        places: dict[str, list[int]] = {word: [] for word in known}
        for row, found in enumerate(tokens):
            for word in found:
                places[word].append(row)
        return cls(
            words=known,
            starts=np.cumsum([0, *(len(places[word]) for word in known)]),
            rows=np.array([row for word in known for row in places[word]], dtype=np.int32),
            weights=np.array([weight[word] for word in known], dtype=np.float32),
            lengths=np.array([1 + sum(weight[word] for word in found) ** 0.5 for found in tokens], dtype=np.float32),
        )


class Nearest:
    """Finds the utterances most like a text. `text_of` gives an utterance, made comparable, by its row in the index."""

    def __init__(self, index: Index, text_of: Callable[[int], str]) -> None:
        self._place = {word: place for place, word in enumerate(index.words)}
        self._rows, self._starts = index.rows.astype(np.intp), index.starts.tolist()
        self._weights = index.weights
        frequent = np.flatnonzero(np.diff(index.starts) > FREQUENT * len(index.lengths))
        self._frequent = {
            place: _spread(self._rows_of(place), index.weights[place], len(index.lengths))
            for place in frequent.tolist()
        }
        self._lengths = index.lengths
        self._utterance = lru_cache(maxsize=RECENT)(lambda row: _both_ways(text_of(row)))

    def likeness(self, text: str, owners: Indices, count: int) -> Floats:
        """How like a text is to the nearest utterance of each owner, 0 to 100; 0 where none is near.

        `owners` tells whose the utterance of each row is: from 0 to `count` - 1, or -1 where it is left out.
        """
        best = np.zeros(count, dtype=np.float32)
        rows = self._candidates(set(words(text)))
        rows = rows[owners[rows] >= 0]
        if len(rows):
            asked, asked_sorted = _both_ways(text)
            near, near_sorted = zip(*map(self._utterance, rows.tolist()), strict=True)
            whole = process.cdist([asked_sorted], near_sorted, scorer=fuzz.ratio)[0]
            part = process.cdist([asked], near, scorer=fuzz.partial_ratio)[0]
            np.maximum.at(best, owners[rows], (whole + part) / 2)
        return best

    def _rows_of(self, place: int) -> Indices:
        return self._rows[self._starts[place] : self._starts[place + 1]]

    def _candidates(self, said: Iterable[str]) -> Indices:
        """The rows of the utterances with the most telling words in common, `CANDIDATES` at most."""
        shared = np.zeros(len(self._lengths), dtype=np.float32)
        for place in sorted(self._place[word] for word in said if word in self._place):
            if place in self._frequent:
                shared += self._frequent[place]
            else:
                shared[self._rows_of(place)] += self._weights[place]
        shared /= self._lengths
        return best_of(shared, CANDIDATES)


def _both_ways(text: str) -> tuple[str, str]:
    """The text, and its words in alphabetical order: the plain ratio of two such is their token sort ratio."""
    return text, " ".join(sorted(text.split()))


def _spread(rows: Indices, weight: np.float32, count: int) -> Floats:
    spread = np.zeros(count, dtype=np.float32)
    spread[rows] = weight
    return spread


def best_of(scores: Floats, count: int) -> Indices:
    """The places of the best scores above 0, so many at most, the best first."""
    rows = np.flatnonzero(scores >= _least_of_best(scores, count))
    return rows[np.argsort(-scores[rows], kind="stable")[:count]]


def _least_of_best(scores: Floats, count: int) -> float:
    """A number above 0 that so many of the scores reach, or more; fewer where no more are above 0."""
    columns = len(scores) // STRIDE
    highest = scores[: columns * STRIDE].reshape(STRIDE, columns).max(axis=0, initial=0.0)
    reached = float(np.partition(highest, -count)[-count]) if columns >= count else 0.0
    return max(reached, float(np.finfo(np.float32).tiny))
