"""Questions that were not answered, as they are kept: without mentions and links, and merged when they ask the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.core.names import PLACEHOLDERS
from bot.core.text import clean, fold, words

LONGEST = 300  # characters of a question that are kept
LONGEST_KEY = 400
MISSPELT = 5  # letters that a word needs to be taken for another one's misspelling

_HOST = r"\b(?:[a-z0-9-]{1,63}\.){1,20}"  # bounded, as everything here: what is typed may be made to take long
_LINK = re.compile(rf"(?i)\b(?:[a-z][a-z0-9+.-]{{0,30}}://|www\.)\S+|{_HOST}[a-z]{{2,24}}/\S*|\bdiscord\.gg\S*")
_ADDRESS = re.compile(rf"(?i)(?<!\S)[^\s@]*@\S+|{_HOST}(?:com|net|org|io|gg|me|co|info|xyz|ru|de)\b")
_NUMBER = re.compile(r"\+?\d(?:[ ()-]?\d){6,}")  # of a phone or an account
_BRACES = re.compile(r"[{}]")
_PLACEHOLDER = re.compile("|".join(re.escape(text) for text in PLACEHOLDERS.values() if text.startswith("{")))
_FILLERS = frozenset(
    (
        *("a", "an", "the", "is", "are", "was", "were", "be", "been", "do", "does", "did", "can", "could", "should"),
        *("would", "will", "may", "might", "i", "you", "we", "they", "he", "she", "me", "my", "your", "it", "its"),
        *("this", "that", "of", "to", "in", "on", "for", "with", "and", "or", "so", "per", "if", "any", "some"),
        *("please", "thanks", "thank", "hi", "hello", "hey", "guys", "anyone", "just", "really", "i'm", "im", "there"),
    )
)

IsWord = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question to be kept. `question` is shown to moderators, `utterance` has placeholders for names of compounds.

    `key` is the same for questions that ask the same of the same compound; `reason` is that of the refusal, or
    "not_helpful" where the answer was voted down.
    """

    key: str
    question: str
    utterance: str
    compound: str | None
    reason: str


def without_traces(text: str) -> str:
    """A question on one line, without mentions, links, addresses and long numbers, at most `LONGEST` characters."""
    line = " ".join(clean(text).split())
    for trace in (_LINK, _ADDRESS, _NUMBER):
        line = trace.sub(" ", line)
    line = " ".join(line.split())
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0]


def as_utterance(masked: str) -> str:
    """A masked question as an utterance: no braces in it but those of the placeholders."""
    parts = re.split(f"({_PLACEHOLDER.pattern})", masked)
    kept = (part if _PLACEHOLDER.fullmatch(part) else _BRACES.sub("", part) for part in parts)
    return " ".join("".join(kept).split())


def key_of(utterance: str, compound: str | None) -> str:
    """What is the same for questions that ask the same of a compound: their words in any order, without fillers."""
    found = words(fold(utterance.replace("{", "").replace("}", "")))
    telling = [word for word in found if word not in _FILLERS]
    key = f"{compound or ''}|{' '.join(sorted({_singular(word) for word in telling or found}))}"
    return key if len(key) <= LONGEST_KEY else f"{key[:300]}~{hashlib.sha256(key.encode()).hexdigest()}"


def merged(key: str, known: Iterable[str], is_word: IsWord) -> str:
    """The known key that this one is a misspelling of, else this one. `is_word` tells an ordinary word."""
    return next((other for other in known if other != key and _asks_the_same(key, other, is_word)), key)


def _asks_the_same(key: str, other: str, is_word: IsWord) -> bool:
    (compound, _, text), (other_compound, _, other_text) = key.partition("|"), other.partition("|")
    here, there = set(text.split()), set(other_text.split())
    if compound != other_compound or len(here) != len(there):
        return False
    left, right = sorted(here - there), sorted(there - here)
    return len(left) == 1 and _is_misspelling(left[0], right[0], is_word)


def _is_misspelling(word: str, other: str, is_word: IsWord) -> bool:
    if min(len(word), len(other)) < MISSPELT or any(map(str.isdigit, word + other)):
        return False
    if is_word(word) and is_word(other):
        return False
    return OSA.distance(word, other, score_cutoff=1) <= 1


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word
