"""The signals of a question: numbers drawn from its views, which `calibration.py` weighs.

Each tells something of an intent or a section: how likely the experts hold it in the whole, with the turn before, in the
best clause or sentence, and how the clauses share out what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.core.cards import Intent
from bot.core.ranking import Array, pooled, softmax

WHOLE, EARLIER, NAMELESS, UNMASKED, OTHERS = range(5)  # the places of the views; the last is where the others begin
LEAST = 1e-4  # the least probability of a part, before its logarithm is taken
LEAST_BENEFIT = 1e-3  # the least share of intents that ask about benefit, and of those that do not
SURE = 0.8  # the probability from which a clause is sure of what it asks

PART = (  # what tells that a further goal is asked for
    *("base", "whole", "clause", "leads", "first", "first_refuses", "in_clauses", "follows"),
    *(
        "both_ask",
        "after_or",
        "shared_out",
        "least_sure",
        "asks_surely",
        "clause_words",
        "all_sure",
        "both_sure",
        "led_surely",
    ),
)
BENEFIT = ("base", "clause", "earlier")  # what tells, beside the experts, that benefit is asked about

Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Goals:
    """Where intents lead: `names` of the goals, section ids and refusals with "!" before them; which intent is of which.

    `member` has shape (intents, goals); `benefit`, `emergency`, `refuses` and `small_talk` tell which intents are of that kind.
    """

    intents: tuple[Intent, ...]
    names: tuple[str, ...]
    member: Array
    benefit: Flags
    emergency: Flags
    refuses: Flags
    small_talk: Flags

    @classmethod
    def of(cls, intents: Sequence[Intent]) -> Goals:
        """The goals of intents, in their order."""
        leads = [goal_of(intent) for intent in intents]
        names = tuple(dict.fromkeys(leads))
        return cls(
            intents=tuple(intents),
            names=names,
            member=np.array([[lead == name for name in names] for lead in leads], dtype=np.float32),
            benefit=np.array([intent.efficacy for intent in intents]),
            emergency=np.array([intent.refusal == "emergency" for intent in intents]),
            refuses=np.array([intent.refusal is not None for intent in intents]),
            small_talk=np.array([intent.refusal in {"chitchat", "help"} for intent in intents]),
        )


def goal_of(intent: Intent) -> str:
    """Where an intent leads: the id of a section, or a refusal with an exclamation mark before it."""
    return intent.section or f"!{intent.refusal}"


@dataclass(frozen=True, slots=True)
class Clauses:
    """Of each clause of a question: its number of words, and whether it asks by its first words, stands after "or", and names
    another compound.
    """

    words: Array
    asks: Flags
    after_or: Flags
    names_another: Flags

    @classmethod
    def of(cls, texts: Sequence[tuple[int, bool, bool, bool]]) -> Clauses:
        """From the four of each clause."""
        columns = np.array(texts, dtype=np.float32).reshape(-1, 4).T
        return cls(columns[0], columns[1] > 0, columns[2] > 0, columns[3] > 0)


@dataclass(frozen=True, slots=True)
class Views:
    """What the experts make of a question's views, and what they do pooled.

    `judged` holds logarithms of the intents' probabilities, shape (views, experts, intents), `shares` the pooled probabilities,
    shape (views, intents). The views are the question as a whole, the same after the turn before it (the whole, where there is
    none), the whole with "it" for every other compound, the whole as it was typed, then its clauses and its sentences.
    """

    goals: Goals
    judged: Array
    shares: Array
    told: Clauses
    length: int
    follows: bool

    @classmethod
    def of(cls, goals: Goals, judged: Array, told: Clauses, *, length: int, follows: bool) -> Views:
        """From what the experts make of each view; `length` is the number of words of the whole."""
        return cls(goals, judged, pooled(judged), told, length, follows)

    @property
    def clauses(self) -> slice:
        """The places of the clauses among the views."""
        return slice(OTHERS, OTHERS + len(self.told.words))

    @property
    def sentences(self) -> slice:
        """The places of the sentences among the views."""
        return slice(self.clauses.stop, None)


def of_intents(views: Views, *, alone: bool = False) -> Array:
    """The signals of each intent, shape (intents, signals), in the order of `Weighing.of_sections`.

    `alone` leaves the turn before out.
    """
    judged, whole = views.judged, np.log(views.shares[WHOLE] + 1e-9)
    earlier = judged[WHOLE if alone else EARLIER] - judged[WHOLE]
    best = [_best(views.shares[part], whole) - whole for part in (views.clauses, views.sentences)]
    return np.concatenate([judged[WHOLE], earlier, best]).T


def _best(shares: Array, whole: Array) -> Array:
    return np.log(shares.max(axis=0) + 1e-9) if len(shares) else whole


def in_clauses(views: Views, weights: Array, bias: Array) -> Array:
    """The probabilities of the intents in each clause, by the experts' weights in the whole; shape (clauses, intents)."""
    return softmax(np.einsum("e,cei->ci", weights, views.judged[views.clauses]) + bias)


def of_parts(views: Views, shares: Array, clauses: Array, first: int, *, refuses: bool) -> Array:
    """The signals that each goal is asked for beside the first one; shape (goals, signals), in the order of `PART`.

    `shares` are the goals' probabilities in the whole, `clauses` those in each clause, `refuses` tells that the first refuses.
    """
    count = len(shares)
    signals = {
        **dict.fromkeys(PART, np.zeros(count)),
        "base": np.ones(count),
        "whole": np.log(shares + LEAST),
        "clause": np.full(count, np.log(LEAST)),
        "first": np.full(count, np.log(shares[first] + LEAST)),
        "first_refuses": np.full(count, float(refuses)),
        "follows": np.full(count, float(views.follows)),
    }
    if len(clauses):
        signals |= _of_clauses(clauses, views.told, first)
    return np.stack(list(signals.values()), axis=1)


def _of_clauses(clauses: Array, told: Clauses, first: int) -> dict[str, Any]:
    goals = np.arange(clauses.shape[1])
    place, leader = clauses.argmax(axis=0), clauses.argmax(axis=1)  # the best clause of a goal, the goal of a clause
    clause = np.log(clauses.max(axis=0) + LEAST)
    leads = leader[place] == goals
    elsewhere = place != place[first]
    sure = clauses.max(axis=1)
    surely_led = (clauses >= SURE) * (leader[:, None] == goals)
    return {
        "clause": clause,
        "leads": leads * 1.0,
        "in_clauses": np.ones(len(goals)),
        "both_ask": told.asks[place] * told.asks[place[first]] * elsewhere * 1.0,
        "after_or": told.after_or[place] * 1.0,
        "shared_out": elsewhere * leads * (leader[place[first]] == first) * 1.0,
        "least_sure": np.full(len(goals), np.log(sure.min() + LEAST)),
        "asks_surely": told.asks[place] * leads * clause,
        "clause_words": np.log(told.words[place] + 1),
        "all_sure": leads * float(sure.min() > SURE),
        "both_sure": surely_led.any(axis=0) * surely_led[:, first].any() * 1.0,
        "led_surely": surely_led.any(axis=0) * np.log1p(surely_led.any(axis=0).sum()),
    }


def of_benefit(views: Views) -> Array:
    """The signals that benefit is asked about, in the order of `Weighing.of_benefit`."""
    asks = views.goals.benefit
    leaning = _leaning(views.shares, asks)
    clause = leaning[views.clauses].max(initial=-np.inf) if len(views.told.words) else leaning[NAMELESS]
    earlier = leaning[EARLIER] if views.follows else 0.0
    return np.array([*_leaning(np.exp(views.judged[NAMELESS]), asks), 1.0, clause, earlier])


def _leaning(shares: Array, asks: Flags) -> Array:
    """How much likelier an intent about benefit is than another, as a logarithm; shape (..., intents) -> (...)."""
    leaning: Array = np.log(shares[..., asks].sum(axis=-1) + LEAST_BENEFIT) - np.log(
        shares[..., ~asks].sum(axis=-1) + LEAST_BENEFIT
    )
    return leaning
