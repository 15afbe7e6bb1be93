"""Ordinary words, by language: what tells a misspelt or unknown word from one that is merely new to the utterances."""

from __future__ import annotations

from functools import lru_cache

import wordfreq

LANGUAGES = frozenset(
    ["ar", "cs", "de", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "vi", "zh"]
)


@lru_cache(maxsize=4)
def _words(language: str) -> frozenset[str]:
    return frozenset(wordfreq.get_frequency_dict(language, wordlist="small"))


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
