"""Ordinary words, by language: what tells a misspelt or unknown word from one that is merely new to the utterances."""

from __future__ import annotations

import gzip
import importlib.util
from functools import lru_cache
from itertools import chain
from pathlib import Path

import msgpack

LANGUAGES = frozenset(
    ["ar", "cs", "de", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "vi", "zh"]
)


@lru_cache(maxsize=4)
def _words(language: str) -> frozenset[str]:
    """The words of a list, read from its file: importing wordfreq itself takes as long as all the rest of an answer."""
    path = _folder() / f"small_{language}.msgpack.gz"
    with gzip.open(path) as file:
        header, *by_frequency = msgpack.load(file)
    if header != {"format": "cB", "version": 1}:
        raise ValueError(f"{path.name} is no word list in the form that wordfreq 3 has")
    return frozenset(chain.from_iterable(by_frequency))


def _folder() -> Path:
    found = importlib.util.find_spec("wordfreq")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("wordfreq is not installed; its word lists are needed")
    return Path(found.origin).parent / "data"


def is_word(word: str, language: str | None = None) -> bool:
    """Whether a lower-case word is an ordinary one of English or of `language` (words of one in a million or more).

    The lists are those of wordfreq, its small edition: some 30,000 words a language, hardly a drug's name among them. Korean
    glues nouns and endings together: there, a word that begins with an ordinary one is ordinary.
    """
    if word in _words("en"):
        return True
    if language == "ko":
        return any(word[:end] in _words("ko") for end in range(2, len(word) + 1))
    return language in LANGUAGES and word in _words(str(language))
