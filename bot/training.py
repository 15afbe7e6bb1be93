"""Utterances -> the weights of the ranking, and the file they are kept in.

The weights are shipped beside the knowledge with a digest of the utterances they came from. Where the utterances changed
since, they are fitted anew at load: the answer is never given by weights that know other intents than the files.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import logging
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from bot.core.cards import Intent, Library
from bot.core.features import BUCKETS, Encoder, Vectors, Writing, grams, spoken
from bot.core.nearest import Index
from bot.core.ranking import Fitted, Head, Nearby
from bot.core.text import fold, words
from bot.wordlists import is_word

WEIGHTS = "weights.npz"
READ_AT_ONCE = 128
VERSION = 4
MEANING_C, WORDS_C = 0.05, 20.0  # inverse strength of the regularisation; chosen in benchmarks/README.md
log = logging.getLogger(__name__)


class StaleWeightsError(Exception):
    """The weights file is missing, cannot be read, or came from other utterances."""


class CannotFitError(Exception):
    """Weights have to be fitted, and scikit-learn is not installed."""


def digest(library: Library) -> str:
    """A fingerprint of all that the weights depend on."""
    hashed = hashlib.sha256(f"{VERSION} {BUCKETS}".encode())
    hashed.update(repr(sorted(library.lexicon.words.items())).encode())
    groups = [("", library.intents), *((card.id, card.intents) for card in library.cards if card.intents)]
    for owner, intents in groups:
        for intent in intents:
            hashed.update(repr((owner, intent.id, intent.utterances)).encode())
    return hashed.hexdigest()


def utterances_of(library: Library) -> list[str]:
    """Every utterance as it is written: the general intents' first, then the cards' own."""
    own = (intent for card in library.cards for intent in card.intents)
    return [text for intent in (*library.intents, *own) for text in intent.utterances]


def head_owners(library: Library) -> dict[str, tuple[Intent, ...]]:
    """The intents that each head ranks: the general ones, and for a card with its own those too."""
    owned = {card.id: (*library.intents, *card.intents) for card in library.cards if card.intents}
    return {"": library.intents, **owned}


def fit(
    library: Library,
    encoder: Encoder | None,
    known: Mapping[str, Vectors] = MappingProxyType({}),
    progress: Callable[[str], None] = log.info,
) -> tuple[Fitted, Vectors]:
    """Fit every head; what was fitted, and the vectors of its rows. The encoder reads those that are not `known`, which takes
    the longest.

    Raises `CannotFitError` where scikit-learn is missing.
    """
    if importlib.util.find_spec("sklearn") is None:
        raise CannotFitError("the weights do not fit the knowledge; to fit them: pip install 'footnote-bot[train]'")
    places = {fold(text): place for place, text in enumerate(utterances_of(library))}
    vocabulary = Counter(word for text in places for word in set(words(text)) if not word.isdigit())
    writing = Writing(library.lexicon.words, vocabulary, is_word)
    vectors = _read(list(places), encoder, known, progress)
    heads = {}
    for owner, intents in head_owners(library).items():
        progress(f"fitting {owner or 'the intents of every card'}")
        heads[owner] = _fit_head(intents, list(places), writing, vectors)
    rows = np.array([vectors[text] for text in places], np.float32) if vectors else np.zeros((0, 0), np.float32)
    fitted = Fitted(
        heads=heads,
        nearby=Nearby.of(rows) if vectors else None,
        order=np.array(list(places.values())),
        index=Index.of([writing.plain(text) for text in places]),
        vocabulary=vocabulary,
    )
    return fitted, rows


def _read(
    texts: Sequence[str], encoder: Encoder | None, known: Mapping[str, Vectors], progress: Callable[[str], None]
) -> dict[str, Vectors]:
    if encoder is None:
        return {}
    vectors = {text: known[text] for text in texts if text in known}
    missing = [text for text in texts if text not in vectors]
    for start in range(0, len(missing), READ_AT_ONCE):
        progress(f"reading utterances: {start} of {len(missing)}")
        batch = missing[start : start + READ_AT_ONCE]
        vectors |= dict(zip(batch, encoder.encode([spoken(text) for text in batch]), strict=True))
    return vectors


def _fit_head(intents: Sequence[Intent], known: Sequence[str], writing: Writing, vectors: dict[str, Vectors]) -> Head:
    pairs = [(fold(text), index) for index, intent in enumerate(intents) for text in intent.utterances]
    texts, labels = [text for text, _ in pairs], np.array([index for _, index in pairs])
    word_weights, word_bias, rarity = _fit_words([writing.plain(text) for text in texts], labels)
    if vectors:
        meaning_weights, meaning_bias = _fit_meaning(np.array([vectors[text] for text in texts]), labels)
    else:
        meaning_weights, meaning_bias = np.zeros((0, len(intents)), np.float32), np.zeros(len(intents), np.float32)
    place = {text: row for row, text in enumerate(known)}
    return Head(
        intents=tuple(intent.id for intent in intents),
        rows=np.array([place[text] for text in texts]),
        starts=np.searchsorted(labels, np.arange(len(intents))),
        meaning_weights=meaning_weights,
        meaning_bias=meaning_bias,
        word_weights=word_weights,
        word_bias=word_bias,
        rarity=rarity,
    )


def _fit_meaning(vectors: Vectors, labels: Any) -> tuple[Any, Any]:
    """Logistic regression on standardised vectors, folded back into weights on plain ones."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes a second, and only fitting needs it

    mean, scale = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    model = LogisticRegression(C=MEANING_C, max_iter=300, tol=1e-3).fit((vectors - mean) / scale, labels)
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
    model = LogisticRegression(C=WORDS_C, max_iter=300, tol=1e-3).fit(matrix, labels)
    return model.coef_.T.astype(np.float16), model.intercept_.astype(np.float32), rarity.astype(np.float32)


def save(fitted: Fitted, vectors: Vectors, library: Library, encoder: Encoder | None, folder: Path) -> Path:
    """Write the weights beside the knowledge, whole or not at all.

    The vectors of the rows go with them, as bytes with a scale a dimension: only the next fit needs them.
    """
    texts = utterances_of(library)
    scale = np.abs(vectors).max(axis=0, initial=1e-9) / 127
    known = sorted(fitted.vocabulary)
    arrays: dict[str, Any] = {
        "digest": np.array(digest(library)),
        "encoder": np.array(encoder.name if encoder else ""),
        "keys": np.array([_key(fold(texts[place])) for place in fitted.order], dtype=np.uint64),
        "vectors": np.rint(vectors / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "order": fitted.order.astype(np.int32),
        "vocabulary": np.array(known),
        "frequencies": np.array([fitted.vocabulary[word] for word in known], dtype=np.int32),
    }
    arrays |= _record("index", fitted.index)
    if fitted.nearby:
        arrays |= _record("nearby", fitted.nearby)
    for owner, head in fitted.heads.items():
        arrays |= _record(f"head/{owner}", head)
    path, unfinished = folder / WEIGHTS, folder / f"{WEIGHTS}.unfinished"
    with unfinished.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return path


def load(library: Library, encoder: Encoder | None, folder: Path) -> Fitted:
    """The shipped weights. Raises `StaleWeightsError` where they do not belong to this library and encoder."""
    with _opened(folder) as stored:
        if str(stored["digest"]) != digest(library):
            raise StaleWeightsError("the utterances changed since the weights were fitted")
        if encoder and str(stored["encoder"]) != encoder.name:
            raise StaleWeightsError("the weights were fitted for another encoder")
        return Fitted(
            heads={owner: Head(**_stored(stored, f"head/{owner}", Head)) for owner in head_owners(library)},
            nearby=Nearby(**_stored(stored, "nearby", Nearby)) if encoder else None,
            order=stored["order"],
            index=Index(**_stored(stored, "index", Index)),
            vocabulary=dict(zip(stored["vocabulary"].tolist(), stored["frequencies"].tolist(), strict=True)),
        )


def known_vectors(library: Library, encoder: Encoder | None, folder: Path) -> dict[str, Vectors]:
    """The vectors of those utterances that the shipped weights know; none where they are of no use."""
    if encoder is None:
        return {}
    try:
        with _opened(folder) as stored:
            if str(stored["encoder"]) != encoder.name:
                return {}
            place = {int(key): row for row, key in enumerate(stored["keys"])}
            vectors = stored["vectors"] * stored["scale"]
    except StaleWeightsError:
        return {}
    texts = map(fold, utterances_of(library))
    return {text: vectors[place[_key(text)]] for text in texts if _key(text) in place}


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[Any]:
    try:
        with np.load(folder / WEIGHTS, allow_pickle=False) as stored:
            yield stored
    except FileNotFoundError:
        raise StaleWeightsError("there are no fitted weights") from None
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise StaleWeightsError(f"the weights file cannot be read ({type(error).__name__})") from None


def _record(prefix: str, record: Head | Index | Nearby) -> dict[str, Any]:
    return {f"{prefix}/{name}": np.array(getattr(record, name)) for name in type(record).__slots__}


def _stored(stored: Any, prefix: str, kind: type[Head | Index | Nearby]) -> dict[str, Any]:
    """The fields of a record, as they were kept; its texts as a tuple."""
    fields = {name: stored[f"{prefix}/{name}"] for name in kind.__slots__}
    return {name: tuple(kept.tolist()) if kept.dtype.kind == "U" else kept for name, kept in fields.items()}


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
