"""What the ranking looks at: hashed word and letter n-grams of a question, and the port through which an encoder comes."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any, Protocol

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.spelling import Spellings, sound
from bot.core.text import SPACELESS, fold, words

BUCKETS = 1 << 15
FOLLOWS = " >> "  # between a turn and the one before it
MOST_REPAIRED = 24  # words of a text; who writes more unknown ones does not ask
REPAIR_LENGTH = 4  # letters that an unknown word needs to be drawn to any word that is like it
SHORTEST = 3  # and to be drawn to an everyday one
LEAST_HEARD = 6  # letters of a word that is known by its sound
TWO_SLIPS = 8  # letters of a word that is repaired where it holds two slips
LONG = 12  # letters of a word that may hold two slips, and is no name for it
RARE = 10  # utterances, fewer than which have a word that may itself be a slip of some other
OFTENER = 30  # times as many utterances as have such a word have the one that was meant
COMMON, EVERYDAY = 5, 100  # utterances that have a word for which a short one, or half of a joined one, is taken

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Buckets = np.ndarray[Any, np.dtype[np.intp]]
IsWord = Callable[[str], bool]

_SPOKEN = {"{other}": "another peptide", "{medicine}": "my medication"}
_ENDINGS = tuple(
    (ending, instead)
    for ending in (
        "'s",
        "s",
        "es",
        "ed",
        "er",
        "ers",
        "ing",
        "ly",
        "ness",
        "less",
        "y",
        "ish",
        "n't",
        "able",
        "ful",
        "al",
    )
    for instead in ("", "e")
)
_PLACEHOLDER = re.compile("|".join(map(re.escape, _SPOKEN)))


class Encoder(Protocol):
    """Turns texts into vectors of length 1, shape (n, dimension). `name` tells which weights it uses."""

    name: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, in their order."""
        ...


class Writing:
    """Rewrites a question into the words of the utterances: the community's words by the lexicon, unknown words by likeness.

    `vocabulary` are the words of the utterances, and how many have each; `is_word` tells an ordinary word, which is left alone.
    """

    def __init__(self, slang: Mapping[str, str], vocabulary: Mapping[str, int], is_word: IsWord) -> None:
        self._slang = {fold(word): meaning for word, meaning in slang.items() if " " not in word}
        self._vocabulary = vocabulary
        targets = (word for word in self._vocabulary if len(word) >= REPAIR_LENGTH and word.isalpha())
        self._targets = Spellings(sorted(targets))
        self._by_sound = {sound(word): word for word in sorted(self._vocabulary) if len(word) >= LEAST_HEARD}
        self._is_word = is_word
        self._repair = lru_cache(maxsize=8192)(self._nearest)

    def knows(self, word: str) -> bool:
        """Whether the word stands in an utterance, in the lexicon, or in an ordinary word list, also inflected."""
        return any(form in self._vocabulary or form in self._slang or self._is_word(form) for form in _forms(word))

    def misspelt(self, word: str) -> bool:
        """Whether an unknown word is a known one with a slip of the finger; two slips where it is long.

        A name that nobody knows is often three or four letters from some word, so this is stricter than `repaired`.
        """
        if len(word) >= LEAST_HEARD and sound(word) in self._by_sound:
            return True
        nearest = self._repair(word) if len(word) >= REPAIR_LENGTH else None
        slips = 2 if len(word) >= LONG else 1
        return nearest is not None and OSA.distance(word, nearest.replace(" ", ""), score_cutoff=slips) <= slips

    def repaired(self, folded: str) -> str:
        """The text with misspelt words, the first `MOST_REPAIRED`, drawn to the vocabulary."""
        unknown = (word for word in dict.fromkeys(words(folded)) if self._may_be_misspelt(word))
        for word in islice(unknown, MOST_REPAIRED):
            better = self._repair(word)
            if better:
                folded = re.sub(rf"(?<![^\W_]){word}(?![^\W_])", better, folded)
        return folded

    def _may_be_misspelt(self, word: str) -> bool:
        if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
            return False
        if word in self._vocabulary:
            return self._vocabulary[word] < RARE and not any(map(self._is_word, _forms(word)))
        return not self.knows(word)

    def plain(self, folded: str) -> str:
        """The text with the community's words put into plain ones."""
        return " ".join(self._slang.get(word, word) for word in folded.split(" "))

    def _nearest(self, word: str) -> str | None:
        """The word that was meant: one that sounds alike, the likeliest within a slip or two, or two that were joined.

        A short one is taken for an everyday word alone, with its letters turned round or one of them twice.
        """
        if len(word) <= REPAIR_LENGTH and (short := self._everyday(word)):
            return short
        if len(word) < REPAIR_LENGTH:
            return None
        if len(word) >= LEAST_HEARD and self._by_sound.get(sound(word), word) != word:
            return self._by_sound[sound(word)]
        slips = 2 if len(word) >= TWO_SLIPS else 1
        near = process.extract(
            word, self._targets.near(word, slips), scorer=OSA.distance, score_cutoff=slips, limit=None
        )
        swapped = word in self._vocabulary and len(word) < LEAST_HEARD  # of such a word only this is taken for a slip
        least = max(COMMON if len(word) < LEAST_HEARD else 0, OFTENER * self._vocabulary.get(word, 0))
        likely = [
            (far, sorted(one) != sorted(word), not self._is_word(one), -self._vocabulary[one], one)
            for one, far, _ in near
            if self._vocabulary[one] >= least and one != word and (not swapped or sorted(one) == sorted(word))
        ]
        return min(likely)[-1] if likely else self._parted(word)

    def _everyday(self, word: str) -> str | None:
        """The everyday word of which a short one is a slip (hwo, teh, hoow, iss)."""
        turned = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
        once = [word[:at] + word[at + 1 :] for at in range(len(word) - 1) if word[at] == word[at + 1]]
        known = [one for one in (*once, *turned) if self._vocabulary.get(one, 0) >= EVERYDAY and one != word]
        return max(known, key=self._vocabulary.__getitem__, default=None)

    def _parted(self, word: str) -> str | None:
        """Two everyday words that were written as one (perday)."""
        halves = ((word[:at], word[at:]) for at in range(2, len(word) - 1))
        known = [pair for pair in halves if all(self._vocabulary.get(half, 0) >= EVERYDAY for half in pair)]
        return " ".join(max(known, key=lambda pair: min(map(self._vocabulary.__getitem__, pair)))) if known else None


def _forms(word: str) -> Iterable[str]:
    """The word, and what is left of it without a common English ending."""
    yield word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            yield word.removesuffix(ending) + instead


def spoken(masked: str) -> str:
    """A masked text with its placeholders as words that an encoder understands."""
    return _PLACEHOLDER.sub(lambda match: _SPOKEN[match[0]], masked)


def grams(text: str) -> Counter[int]:
    """The buckets of a text's words, word pairs and letter n-grams (2 to 5, with the edges of words), and how often."""
    return Counter(buckets(text).tolist())


def buckets(text: str) -> Buckets:
    """The same buckets one by one, in no order: one that comes twice stands there twice.

    Of the turn before, the words alone count, as features of their own.
    """
    before, _, text = text.replace("{other}", "otherx").replace("{medicine}", "medicinex").rpartition(FOLLOWS)
    found = words(text)
    alone = [_bucket(f"p {first} {second}") for first, second in pairwise(found)]
    alone += [_bucket(f"before {word}") for word in words(before)]
    return np.concatenate([np.array(alone, dtype=np.intp), *map(_buckets_of_word, found)])


@lru_cache(maxsize=8192)
def _buckets_of_word(word: str) -> Buckets:
    padded = word if SPACELESS.search(word) else f" {word} "
    lengths = (1, 2, 3) if SPACELESS.search(word) else (2, 3, 4, 5)
    letters = [padded[at : at + n] for n in lengths for at in range(len(padded) - n + 1)]
    return np.array([_bucket(f"w {word}"), *map(_bucket, letters)], dtype=np.intp)


def _bucket(feature: str) -> int:
    return zlib.crc32(feature.encode()) % BUCKETS
