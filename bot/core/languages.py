"""Which language a short question is written in: by script, else by its small words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.text import words

ENGLISH = frozenset((
    *("the", "a", "an", "is", "are", "was", "were", "it", "its", "i", "you", "he", "she", "they"),
    *("we", "my", "me", "what", "how", "when", "where", "why", "which", "who", "do", "does", "did", "can"),
    *("could", "should", "would", "will", "of", "to", "in", "on", "for", "with", "and", "or", "not", "this"),
    *("that", "at", "from", "by", "be", "been", "have", "has", "had", "if", "as", "so", "any", "there"),
    "your",
))  # fmt: skip
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("uk", re.compile("[іїєґ]")),
    ("ru", re.compile("[\u0430-\u044f]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_SHARE = 0.2  # of the letters that another script needs


class Languages:
    """Tells the language of a folded text from lists of small words by language."""

    def __init__(self, small_words: Mapping[str, tuple[str, ...]]) -> None:
        self._languages = tuple(small_words)
        self._languages_of: dict[str, list[str]] = {}
        for language, listed in small_words.items():
            for word in set(listed):
                self._languages_of.setdefault(word, []).append(language)

    def detect(self, folded: str) -> str | None:
        """The language's two-letter code, or None for English and for what cannot be told."""
        by_script = None if folded.isascii() else _language_of_script(folded)
        if by_script:
            return by_script
        found = words(folded)
        english = sum(word in ENGLISH for word in found)
        counts = dict.fromkeys(self._languages, 0)
        for word in found:
            for language in self._languages_of.get(word, ()):
                counts[language] += 1
        best = max(counts, key=lambda language: counts[language], default=None)
        if best is None or counts[best] <= english or counts[best] < min(2, len(found)):
            return None
        return best


def _language_of_script(folded: str) -> str | None:
    letters = sum(map(str.isalpha, folded)) or 1
    for language, script in _SCRIPTS:
        if len(script.findall(folded)) >= _SHARE * letters:
            return language
        if language == "uk" and script.search(folded) and _SCRIPTS[4][1].search(folded):
            return language
    return None
