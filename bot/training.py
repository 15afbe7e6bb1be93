"""Utterances -> the weights of the ranking, and the file they are kept in.

The weights are shipped beside the knowledge with a digest of the utterances they came from. Where the utterances changed
since, they are fitted anew at load: the answer is never given by weights that know other intents than the files.
"""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.core.cards import Intent, Library
from bot.core.features import BUCKETS, Encoder, Vectors, Writing, grams, spoken
from bot.core.matching import Head
from bot.core.text import fold, words
from bot.wordlists import is_word

WEIGHTS = "weights.npz"
VERSION = 1
MEANING_C, WORDS_C = 1.0, 10.0  # inverse strength of the regularisation; chosen in benchmarks/README.md
log = logging.getLogger(__name__)


class StaleWeights(Exception):
    """The weights file is missing, cannot be read, or came from other utterances."""


def writing_for(library: Library) -> Writing:
    """The rewriting of questions that fits a library: its slang, and the vocabulary of all its utterances."""
    own = (intent for card in library.cards for intent in card.intents)
    vocabulary = {
        word
        for intent in (*library.intents, *own)
        for utterance in intent.utterances
        for word in words(fold(utterance))
        if not word.isdigit()
    }
    return Writing(library.lexicon.words, vocabulary, is_word)


def digest(library: Library) -> str:
    """A fingerprint of all that the weights depend on."""
    hashed = hashlib.sha256(f"{VERSION} {BUCKETS}".encode())
    hashed.update(repr(sorted(library.lexicon.words.items())).encode())
    groups = [("", library.intents), *((card.id, card.intents) for card in library.cards if card.intents)]
    for owner, intents in groups:
        for intent in intents:
            hashed.update(repr((owner, intent.id, intent.utterances)).encode())
    return hashed.hexdigest()


def head_owners(library: Library) -> dict[str, tuple[Intent, ...]]:
    """The intents that each head ranks: the general ones, and for a card with its own those too."""
    owned = {card.id: (*library.intents, *card.intents) for card in library.cards if card.intents}
    return {"": library.intents, **owned}


def fit(library: Library, encoder: Encoder | None, progress: Callable[[str], None] = log.info) -> dict[str, Head]:
    """Fit every head. Takes some minutes with an encoder, which has to read every utterance."""
    writing = writing_for(library)
    owners = head_owners(library)
    unique = sorted({text for intents in owners.values() for intent in intents for text in map(fold, intent.utterances)})
    progress(f"reading {len(unique)} utterances")
    vectors = dict(zip(unique, encoder.encode([spoken(text) for text in unique]), strict=True)) if encoder else {}
    heads = {}
    for owner, intents in owners.items():
        progress(f"fitting {owner or 'the intents of every card'}")
        heads[owner] = _fit_head(intents, writing, vectors)
    return heads


def _fit_head(intents: Sequence[Intent], writing: Writing, vectors: dict[str, Any]) -> Head:
    pairs = [(fold(text), index) for index, intent in enumerate(intents) for text in intent.utterances]
    texts, labels = [text for text, _ in pairs], np.array([index for _, index in pairs])
    word_weights, word_bias, rarity = _fit_words([writing.plain(text) for text in texts], labels)
    if vectors:
        encoder_weights, encoder_bias = _fit_meaning(np.array([vectors[text] for text in texts]), labels)
    else:
        encoder_weights, encoder_bias = np.zeros((0, len(intents)), np.float32), np.zeros(len(intents), np.float32)
    names = tuple(intent.id for intent in intents)
    return Head(names, encoder_weights, encoder_bias, word_weights, word_bias, rarity)


def _fit_meaning(vectors: Vectors, labels: Any) -> tuple[Any, Any]:
    """Logistic regression on standardised vectors, folded back into weights on plain ones."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes a second, and only training needs it

    mean, scale = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    model = LogisticRegression(C=MEANING_C, max_iter=3000).fit((vectors - mean) / scale, labels)
    weights = (model.coef_ / scale).T.astype(np.float32)
    return weights, (model.intercept_ - mean @ weights).astype(np.float32)


def _fit_words(texts: Sequence[str], labels: Any) -> tuple[Any, Any, Any]:
    """Logistic regression on hashed n-grams, weighted by tf-idf (sublinear, length 1)."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.preprocessing import normalize  # noqa: PLC0415

    counted = [grams(text) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(counts) for counts in counted])
    columns = np.fromiter((bucket for counts in counted for bucket in counts), dtype=np.int64)
    values = np.fromiter((count for counts in counted for count in counts.values()), dtype=np.float64)
    rarity = np.log((1 + len(texts)) / (1 + np.bincount(columns, minlength=BUCKETS))) + 1
    weighted = (1 + np.log(values)) * rarity[columns]
    matrix = normalize(csr_matrix((weighted, (rows, columns)), shape=(len(texts), BUCKETS)))
    model = LogisticRegression(C=WORDS_C, max_iter=3000).fit(matrix, labels)
    return model.coef_.T.astype(np.float16), model.intercept_.astype(np.float32), rarity.astype(np.float32)


def save(heads: dict[str, Head], library: Library, encoder: Encoder | None, folder: Path) -> Path:
    """Write the weights beside the knowledge, whole or not at all."""
    arrays: dict[str, Any] = {"digest": np.array(digest(library)), "encoder": np.array(encoder.name if encoder else "")}
    for owner, head in heads.items():
        for name in Head.__slots__:
            arrays[f"{owner}/{name}"] = np.array(getattr(head, name))
    path, unfinished = folder / WEIGHTS, folder / f"{WEIGHTS}.unfinished"
    with unfinished.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return path


def load(library: Library, encoder: Encoder | None, folder: Path) -> dict[str, Head]:
    """The shipped weights. Raises `StaleWeights` where they do not belong to this library and encoder."""
    try:
        with np.load(folder / WEIGHTS, allow_pickle=False) as stored:
            if str(stored["digest"]) != digest(library):
                raise StaleWeights("the utterances changed since the weights were fitted")
            if encoder and str(stored["encoder"]) != encoder.name:
                raise StaleWeights("the weights were fitted for another encoder")
            return {owner: _stored_head(stored, owner) for owner in head_owners(library)}
    except FileNotFoundError:
        raise StaleWeights("there are no fitted weights") from None
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise StaleWeights(f"the weights file cannot be read ({type(error).__name__})") from None


def _stored_head(stored: Any, owner: str) -> Head:
    fields = {name: stored[f"{owner}/{name}"] for name in Head.__slots__}
    return Head(**{**fields, "intents": tuple(map(str, fields["intents"]))})
