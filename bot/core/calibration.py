"""What each signal of a question counts: numbers fitted to labelled questions, kept in the knowledge folder.

`footnote knowledge calibrate` fits them; what a question's signals are is told by `signals.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from pydantic import Field

from bot.core.cards import Intent
from bot.core.model import Id, Model
from bot.core.ranking import POOL, Array
from bot.core.signals import BENEFIT, PART


class Weighing(Model):
    """What the signals count. `whole` and `earlier` have a number for each expert; `bias` is added to an intent's score."""

    whole: tuple[float, ...] = POOL
    earlier: tuple[float, ...] = tuple(weight / 2 for weight in POOL)
    clause: float = 0.0
    sentence: float = 0.0
    bias: Mapping[Id, float] = Field(default_factory=dict)
    part: Mapping[str, float] = Field(default_factory=lambda: {"base": 3.5, "whole": 1.0, "clause": 2.0, "leads": 1.0})
    benefit: Mapping[str, float] = Field(default_factory=dict)
    benefit_experts: tuple[float, ...] = POOL

    @cached_property
    def of_whole(self) -> Array:
        """The weights of the experts in the whole."""
        return np.array(self.whole, dtype=np.float32)

    @cached_property
    def of_sections(self) -> Array:
        """The weights of `signals.of_intents`, in its order."""
        return np.array([*self.whole, *self.earlier, self.clause, self.sentence], dtype=np.float32)

    @cached_property
    def of_parts(self) -> Array:
        """The weights of `signals.of_parts`, in its order."""
        return np.array([self.part.get(name, 0.0) for name in PART], dtype=np.float32)

    @cached_property
    def of_benefit(self) -> Array:
        """The weights of `signals.of_benefit`, in its order."""
        listed = [self.benefit.get(name, 0.0) for name in BENEFIT]
        return np.array([*self.benefit_experts, *listed], dtype=np.float32)

    def biases(self, intents: Sequence[Intent]) -> Array:
        """What is added to the score of each intent; nothing for one that the file does not know."""
        return np.array([self.bias.get(intent.id, 0.0) for intent in intents], dtype=np.float32)


def _of_words(numbers: tuple[float, ...]) -> tuple[float, ...]:
    return numbers[-2:]


class Calibration(Model):
    """What the signals count with the encoder, and by words alone."""

    with_encoder: Weighing = Weighing()
    by_words: Weighing = Weighing(
        whole=_of_words(POOL), earlier=_of_words(Weighing().earlier), benefit_experts=_of_words(POOL)
    )
