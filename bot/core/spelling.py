"""Which of many words may be spelt like one, told by their letters alone: what RapidFuzz then has to compare is a few."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

_SOUNDS = (
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "kw"),
    ("ae", "e"),
    ("oe", "e"),
    ("y", "i"),
    ("c", "k"),
    ("q", "k"),
    ("z", "s"),
)
_TWICE = re.compile(r"(.)\1+")
KINDS = 32  # of signs that are told apart; the letters of one alphabet, and rarer ones among them

Signs = np.ndarray[Any, np.dtype[np.uint64]]


def sound(word: str) -> str:
    """A word as it sounds, roughly: two that are written by ear come out alike (anaphylactic, anafilactic)."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _TWICE.sub(r"\1", word).removesuffix("e")


class Spellings:
    """Words, in an order of their own."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words

    def like(self, word: str, likeness: float) -> list[str]:
        """In order, the words whose RapidFuzz ratio with a word can be so high (0 to 100), and so every one that is.

        What the ratio falls with is each letter of the one that the other has not; here only two of a kind count.
        """
        return self._apart(word, (1 - likeness / 100) * (self._lengths + len(word)) + 1e-6)

    def near(self, word: str, slips: int) -> list[str]:
        """In order, the words that can be within so many slips of a word, and so every one that is.

        A slip adds a letter, leaves one out, swaps two or takes one for another, which counts twice here.
        """
        return self._apart(word, 2 * slips)

    def _apart(self, word: str, most: Any) -> list[str]:
        apart = np.bitwise_count(self._signs ^ _signs([word]))
        return [self._words[place] for place in np.flatnonzero(apart <= most).tolist()]

    @cached_property
    def _lengths(self) -> Any:
        return np.array([len(word) for word in self._words], dtype=np.float32)

    @cached_property
    def _signs(self) -> Signs:
        return _signs(self._words)


def _signs(words: Sequence[str]) -> Signs:
    """For each word, which kinds of signs it has, and which it has twice or more: a bit each."""
    kinds = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype=np.uint32) % KINDS
    owners = np.repeat(np.arange(len(words)), [len(word) for word in words])
    counts = np.bincount(owners * KINDS + kinds, minlength=len(words) * KINDS).reshape(-1, KINDS)
    bits = np.packbits(np.concatenate([counts > 0, counts > 1], axis=1), axis=1)
    return bits.view(np.uint64)[:, 0] if len(words) else np.zeros(0, np.uint64)
