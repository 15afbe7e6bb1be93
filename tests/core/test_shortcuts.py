"""What is passed over for speed is nothing that would have counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from bot.core.ranking import _products
from bot.core.sifting import may_name
from bot.core.spelling import Spellings
from bot.core.text import fold
from bot.footnote import Footnote

PIECES = (
    "BPC",
    "157",
    "bpc-157",
    "lion's",
    "mane",
    "lions",
    "Sem",
    "ax",
    "semax's",
    "актовегин",
    "セマックス",
    "é",
    "e\u0301",
)
MARKS = (" ", " - ", "-", "'s ", "? ", "", "aaa", "\n")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PIECES) | st.text(max_size=4), st.sampled_from(MARKS)), max_size=6).map(tuple)
)
def test_no_utterance_that_names_a_compound_is_passed_over(
    footnote: Footnote, drawn: Sequence[tuple[str, str]]
) -> None:
    index, text = footnote._names._index, "".join(piece + mark for piece, mark in drawn)
    texts = ["how much per day?", text]
    assert set(may_name(index, texts)) >= {place for place, said in enumerate(texts) if index.exact(fold(said))}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=12), max_size=30), st.text(min_size=1, max_size=12), st.integers(50, 100))
def test_no_word_that_is_spelt_like_another_is_passed_over(words: list[str], word: str, likeness: int) -> None:
    def alike(among: list[str]) -> list[tuple[str, float]]:
        hits = process.extract(word, among, scorer=fuzz.ratio, limit=None, score_cutoff=likeness)
        return [(found, score) for found, score, _ in hits]

    assert alike(Spellings(words).near(word, likeness)) == alike(words)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 100), st.integers(1, 30))
def test_vectors_multiplied_in_blocks_give_the_whole_product(rows: int, asked: int) -> None:
    draw = np.random.default_rng(rows)
    vectors, texts = (draw.standard_normal((count, 16), dtype=np.float32) for count in (rows, asked))
    assert np.allclose(_products(vectors, texts), texts @ vectors.T, atol=1e-5)
