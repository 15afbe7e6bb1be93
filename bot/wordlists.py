"""Ordinary words, by language: what tells a misspelt or unknown word from one that is merely new to the utterances."""

from __future__ import annotations

import gzip
import importlib.util
import time
from array import array
from bisect import bisect_left
from collections.abc import Container, Iterable
from functools import cache
from itertools import chain
from pathlib import Path

import msgpack

LANGUAGES = frozenset(
    ["ar", "cs", "de", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "vi", "zh"]
)


PAUSE = 0.1  # seconds between two lists that are read ahead, for whoever is being answered


class _Hashes:
    """Words by their hashes, eight bytes each: the sets of twenty languages would take 80 MB."""

    def __init__(self, words: Iterable[str]) -> None:
        self._sorted = array("q", sorted(map(hash, words)))

    def __contains__(self, word: object) -> bool:
        wanted = hash(word)
        place = bisect_left(self._sorted, wanted)
        return place < len(self._sorted) and self._sorted[place] == wanted


@cache
def _words(language: str) -> Container[str]:
    """The words of a list, read from its file: importing wordfreq itself takes as long as all the rest of an answer."""
    path = _folder() / f"small_{language}.msgpack.gz"
    with gzip.open(path) as file:
        header, *by_frequency = msgpack.load(file)
    if header != {"format": "cB", "version": 1}:
        raise ValueError(f"{path.name} is no word list in the form that wordfreq 3 has")
    words = chain.from_iterable(by_frequency)
    return frozenset(words) if language == "en" else _Hashes(words)


def read_ahead() -> None:
    """Read the list of every language, some 50 ms each, so that no question has to wait for one. For a thread of its own."""
    for language in sorted(LANGUAGES):
        _words(language)
        time.sleep(PAUSE)


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
