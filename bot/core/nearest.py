"""The utterances most like a text: by rare words in common, then by RapidFuzz's token and partial ratios."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from bot.core.text import words

CANDIDATES = 24  # utterances with the most telling words in common, which RapidFuzz compares

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
        self._index = index
        self._place = {word: place for place, word in enumerate(index.words)}
        self._text_of = text_of

    def ratios(self, text: str) -> tuple[Indices, Floats]:
        """The rows of the nearest utterances, `CANDIDATES` at most, and their likeness from 0 to 100."""
        index = self._index
        shared = np.zeros(len(index.lengths), dtype=np.float32)
        for word in set(words(text)) & self._place.keys():
            place = self._place[word]
            shared[index.rows[index.starts[place] : index.starts[place + 1]]] += index.weights[place]
        shared /= index.lengths
        best = np.argpartition(-shared, CANDIDATES)[:CANDIDATES] if len(shared) > CANDIDATES else np.arange(len(shared))
        rows = best[shared[best] > 0]
        near = [self._text_of(row) for row in rows.tolist()]
        if not near:
            return rows, np.zeros(0, np.float32)
        scorers = (fuzz.token_sort_ratio, fuzz.partial_ratio)
        return rows, np.mean([process.cdist([text], near, scorer=scorer)[0] for scorer in scorers], axis=0)
