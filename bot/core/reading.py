"""What the probabilities of a question's views amount to: the sections wanted, by floor and margin, or whom to ask back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.core import signals
from bot.core.calibration import Weighing
from bot.core.cards import Intent
from bot.core.ranking import Array, softmax
from bot.core.signals import NAMELESS, OTHERS, UNMASKED, WHOLE, Views, goal_of

WORDS_AT = -2  # the place of the experts' judgement by words
SMALL_TALK = 0.75  # the probability from which a text is that, whatever was asked before
ASKED_BACK = 3  # sections that a question is asked back about, or offered, at most


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What decides a reading: shares of probability, chosen by benchmarks/thresholds.py on labelled questions."""

    floor: float = 0.3  # the least confidence that answers
    refusal_weight: float = 1.0  # of an intent that refuses, in the whole
    part: float = 0.22  # a further section,
    part_beside_refusal: float = 0.6  # and where what is asked first is refused
    part_refused: float = 0.5  # a further part that is refused, and said to be
    sentence_emergency: float = 0.9  # an emergency told in one sentence of several: there,
    emergency_with_whole: float = 0.01  # and in the whole;
    sentence_words: float = 0.98  # or by that sentence's words alone, however much stands around it,
    sentence_with_words: float = 0.6  # and in the sentence
    emergency: float = 0.2  # an emergency: pooled,
    emergency_by_words: float = 0.5  # and by its words alone,
    emergency_unnamed: float = 0.5  # whatever the names in it stand for,
    emergency_clause: float = 0.98  # and in one clause or sentence of a message, whatever is asked beside it,
    emergency_words: float = 20  # of so many words at most: in a story it may be long over
    together: float = 0.7  # stacking where another compound is named,
    together_in_clause: float = 0.9  # and in the clause that names it
    efficacy: float = 0.11  # that benefit is asked about, at which the caveat is due
    near: float = 0.04  # a section that is offered


WITH_ENCODER = Thresholds()
ALONE = Thresholds(  # where the encoder is missing or has no time
    floor=0.3, part=0.3, part_refused=0.3, emergency=0.2, efficacy=0.15
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question was understood to want.

    `wanted` are intents, surest first; `close` sections to ask back about, where none is sure; `sections` every section by
    its probability, `refusals` every reason; `of_pair` the sections by their probability in the clauses that name another
    compound.
    """

    wanted: tuple[Intent, ...]
    close: tuple[str, ...]
    sections: Mapping[str, float]
    refusals: Mapping[str, float]
    of_pair: Mapping[str, float]
    is_emergency: bool
    about_efficacy: bool
    confidence: float
    thresholds: Thresholds

    @property
    def leads_to_section(self) -> bool:
        """Whether a section is more probable than every refusal."""
        return max(self.sections.values(), default=0.0) > max(self.refusals.values(), default=0.0)

    @property
    def compares(self) -> bool:
        """Whether it sets two compounds against each other."""
        return self.refusals.get("other_compound", 0.0) > max(self.sections.values(), default=0.0)

    def combines(self, stacking: str, earlier: Sequence[str]) -> bool:
        """Whether it asks about taking compounds together, as a whole or in one clause, or goes on about that."""
        share = self.sections.get(stacking, 0.0)
        leads = share >= self.thresholds.together and share >= max(self.sections.values(), default=0.0)
        in_clause = self.of_pair.get(stacking, 0.0) >= self.thresholds.together_in_clause
        return leads or in_clause or (stacking in earlier and share >= self.thresholds.near)

    def near(self, shown: Iterable[str]) -> tuple[str, ...]:
        """The most probable sections beside those shown, three at most."""
        hidden = set(shown)
        rest = {
            key: share for key, share in self.sections.items() if key not in hidden and share >= self.thresholds.near
        }
        return tuple(sorted(rest, key=lambda section: -rest[section])[:ASKED_BACK])


def decide(views: Views, weighing: Weighing, thresholds: Thresholds) -> Reading:
    """The reading that the views amount to."""
    goals = views.goals
    shares = first_shares(views, weighing)
    weighed = shares * np.where(goals.refuses, thresholds.refusal_weight, 1.0)
    found = dict(zip(goals.names, (weighed @ goals.member / weighed.sum()).tolist(), strict=True))
    ranked = sorted(found, key=lambda goal: -found[goal])
    clauses = clause_shares(views, weighing)
    parts = _logistic(part_signals(views, shares, clauses, ranked[0]) @ weighing.of_parts)
    wanted = _wanted(views, shares, parts, ranked[0], thresholds)
    close = [goal for goal in ranked[:ASKED_BACK] if not goal.startswith("!")] if not ranked[0].startswith("!") else []
    unsure = found[ranked[0]] < thresholds.floor and len(wanted) < 2 and len(close) > 1
    return Reading(
        wanted=wanted,
        close=tuple(close) if unsure else (),
        sections={goal: share for goal, share in found.items() if not goal.startswith("!")},
        refusals={goal[1:]: share for goal, share in found.items() if goal.startswith("!")},
        of_pair=_best_of(clauses[views.told.names_another], goals.names),
        is_emergency=_is_emergency(views, thresholds),
        about_efficacy=bool(_logistic(signals.of_benefit(views) @ weighing.of_benefit) >= thresholds.efficacy),
        confidence=found[ranked[0]],
        thresholds=thresholds,
    )


def first_shares(views: Views, weighing: Weighing) -> Array:
    """The probability of each intent that it is asked for first. What alone is small talk ("thanks") is so after any turn."""
    bias = weighing.biases(views.goals.intents)
    shares = softmax(signals.of_intents(views) @ weighing.of_sections + bias)
    if views.follows:
        alone = softmax(signals.of_intents(views, alone=True) @ weighing.of_sections + bias)
        if alone[views.goals.small_talk].sum() >= SMALL_TALK:
            return alone
    return shares


def _wanted(views: Views, shares: Array, parts: Array, first: str, least: Thresholds) -> tuple[Intent, ...]:
    """The surest intent, and those that are asked for beside it, surest first; `parts` are the goals' probabilities of that."""
    goals = views.goals
    asked = dict(zip(goals.names, parts.tolist(), strict=True))
    section = least.part_beside_refusal if first.startswith("!") else least.part
    beside = [
        goal
        for goal, share in sorted(asked.items(), key=lambda pair: -pair[1])
        if goal != first and share >= (least.part_refused if goal.startswith("!") else section)
    ]
    order = [goals.intents[index] for index in np.argsort(-shares)]
    return tuple(next(intent for intent in order if goal_of(intent) == goal) for goal in (first, *beside))


def clause_shares(views: Views, weighing: Weighing) -> Array:
    """The probability of each goal in each clause; shape (clauses, goals)."""
    goals = views.goals
    return signals.in_clauses(views, weighing.of_whole, weighing.biases(goals.intents)) @ goals.member


def part_signals(views: Views, shares: Array, clauses: Array, first: str) -> Array:
    """The signals that each goal is asked for beside the first one; shape (goals, signals).

    `shares` are the intents' probabilities in the whole, `clauses` the goals' in each clause.
    """
    goals = views.goals
    return signals.of_parts(
        views, shares @ goals.member, clauses, goals.names.index(first), refuses=first.startswith("!")
    )


def _best_of(clauses: Array, names: Sequence[str]) -> dict[str, float]:
    """The sections by their probability in the best of some clauses."""
    best = clauses.max(axis=0, initial=0.0).tolist()
    return {name: share for name, share in zip(names, best, strict=True) if not name.startswith("!")}


def _logistic(score: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(score, -30, 30)))


def _is_emergency(views: Views, least: Thresholds) -> bool:
    column, sentences = views.goals.emergency, views.sentences
    pooled = views.shares[:, column].sum(axis=1)
    worded = np.exp(views.judged[:, WORDS_AT, column]).sum(axis=1)
    told, in_words = pooled[sentences], worded[sentences]
    told_in_one = told.max(initial=0.0) >= least.sentence_emergency and pooled[WHOLE] >= least.emergency_with_whole
    by_words = bool(((in_words >= least.sentence_words) & (told >= least.sentence_with_words)).any())
    unnamed = max(pooled[NAMELESS], pooled[UNMASKED]) >= least.emergency_unnamed
    is_short = views.length <= least.emergency_words
    in_clause = is_short and pooled[OTHERS:].max(initial=0.0) >= least.emergency_clause
    whole = pooled[WHOLE] >= least.emergency or worded[WHOLE] >= least.emergency_by_words
    return bool(whole or told_in_one or by_words or unnamed or in_clause)
