"""What the probabilities of a question's views amount to: the sections wanted, by floor and margin, or whom to ask back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.core import signals
from bot.core.calibration import Weighing
from bot.core.cards import Intent
from bot.core.ranking import Array, pooled, softmax
from bot.core.signals import Views

WORDS_AT = -2  # the place of the experts' judgement by words

ASKED_BACK = 3  # sections that a question is asked back about, or offered, at most


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What decides a reading: shares of probability, chosen by benchmarks/thresholds.py on labelled questions."""

    floor: float = 0.3  # the least confidence that answers
    refusal_weight: float = 1.2  # of an intent that refuses, in the whole: a wrong answer costs more than a refusal
    part: float = 0.25  # a further section
    part_refused: float = 0.5  # a further part that is refused, and said to be
    sentence_emergency: float = 0.9  # an emergency told in one sentence of several: there,
    emergency_with_whole: float = 0.1  # and in the whole;
    sentence_words: float = 0.98  # or by that sentence's words alone, however much stands around it,
    sentence_with_words: float = 0.6  # and in the sentence
    emergency: float = 0.15  # an emergency: pooled,
    emergency_by_words: float = 0.5  # and by its words alone
    together: float = 0.7  # stacking where another compound is named
    efficacy: float = 0.12  # that benefit is asked about, at which the caveat is due
    near: float = 0.04  # a section that is offered


WITH_ENCODER = Thresholds()
ALONE = Thresholds(emergency=0.3)  # where the encoder is missing or has no time: words alone are never as sure


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question was understood to want.

    `wanted` are intents, surest first; `close` sections to ask back about, where none is sure; `sections` every section by
    its probability, `refusals` every reason.
    """

    wanted: tuple[Intent, ...]
    close: tuple[str, ...]
    sections: Mapping[str, float]
    refusals: Mapping[str, float]
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
        """Whether it asks about taking compounds together, or goes on about that."""
        share = self.sections.get(stacking, 0.0)
        leads = share >= self.thresholds.together and share >= max(self.sections.values(), default=0.0)
        return leads or (stacking in earlier and share >= self.thresholds.near)

    def near(self, shown: Iterable[str]) -> tuple[str, ...]:
        """The most probable sections beside those shown, three at most."""
        hidden = set(shown)
        rest = {
            key: share for key, share in self.sections.items() if key not in hidden and share >= self.thresholds.near
        }
        return tuple(sorted(rest, key=lambda section: -rest[section])[:ASKED_BACK])


def decide(views: Views, weighing: Weighing, thresholds: Thresholds) -> Reading:
    """The reading that the views amount to."""
    bias = weighing.biases(views.intents)
    shares = softmax(signals.of_intents(views) @ weighing.of_sections + bias)
    weights = [thresholds.refusal_weight if intent.refusal else 1.0 for intent in views.intents]
    weighed = shares * np.array(weights, dtype=np.float32)
    goals = _grouped(views.intents, weighed / weighed.sum())
    ranked = sorted(goals, key=lambda goal: -goals[goal])
    wanted = _wanted(views, shares, ranked[0], weighing, thresholds)
    close = [goal for goal in ranked[:ASKED_BACK] if not goal.startswith("!")] if not ranked[0].startswith("!") else []
    unsure = goals[ranked[0]] < thresholds.floor and len(wanted) < 2 and len(close) > 1
    return Reading(
        wanted=wanted,
        close=tuple(close) if unsure else (),
        sections={goal: share for goal, share in goals.items() if not goal.startswith("!")},
        refusals={goal[1:]: share for goal, share in goals.items() if goal.startswith("!")},
        is_emergency=_is_emergency(views, thresholds),
        about_efficacy=_logistic(signals.of_benefit(views) @ weighing.of_benefit) >= thresholds.efficacy,
        confidence=goals[ranked[0]],
        thresholds=thresholds,
    )


def goal_of(intent: Intent) -> str:
    """Where an intent leads: the id of a section, or a refusal with an exclamation mark before it."""
    return intent.section or f"!{intent.refusal}"


def _grouped(intents: Sequence[Intent], shares: Array) -> dict[str, float]:
    """The probability of each goal."""
    goals: dict[str, float] = {}
    for intent, share in zip(intents, shares.tolist(), strict=True):
        goals[goal_of(intent)] = goals.get(goal_of(intent), 0.0) + share
    return goals


def _wanted(views: Views, shares: Array, first: str, weighing: Weighing, least: Thresholds) -> tuple[Intent, ...]:
    """The surest intent, and those that are asked for beside it, surest first."""
    asked = further(views, shares, first, weighing)
    enough = {
        goal: share for goal, share in asked.items() if share >= (least.part_refused if goal[0] == "!" else least.part)
    }
    order = [views.intents[index] for index in np.argsort(-shares)]
    return tuple(
        next(intent for intent in order if goal_of(intent) == goal)
        for goal in (first, *sorted(enough, key=lambda goal: -enough[goal]))
    )


def further(views: Views, shares: Array, first: str, weighing: Weighing) -> dict[str, float]:
    """The probability of each goal but the first that it is asked for as well."""
    goals, found = part_signals(views, shares, first, weighing)
    asked = _logistic(found @ weighing.of_parts)
    return {goal: share for goal, share in zip(goals, asked.tolist(), strict=True) if goal != first}


def part_signals(views: Views, shares: Array, first: str, weighing: Weighing) -> tuple[list[str], Array]:
    """The goals of the intents, and the signals that each is asked for beside the first one."""
    goals = list(dict.fromkeys(goal_of(intent) for intent in views.intents))
    member = np.array([[goal_of(intent) == goal for goal in goals] for intent in views.intents], dtype=np.float32)
    clauses = signals.in_clauses(views, np.array(weighing.whole, dtype=np.float32), weighing.biases(views.intents))
    return goals, signals.of_parts(
        views, shares @ member, clauses @ member, goals.index(first), refuses=first[0] == "!"
    )


def _logistic(score: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(score, -30, 30)))


def _is_emergency(views: Views, least: Thresholds) -> bool:
    column = [intent.refusal == "emergency" for intent in views.intents]
    whole, worded = float(pooled(views.whole)[column].sum()), float(np.exp(views.whole[WORDS_AT, column]).sum())
    sentences = pooled(views.sentences)[:, column].sum(axis=1)
    in_words = np.exp(views.sentences[:, WORDS_AT, column]).sum(axis=1)
    told_in_one = sentences.max(initial=0.0) >= least.sentence_emergency and whole >= least.emergency_with_whole
    by_words = bool(((in_words >= least.sentence_words) & (sentences >= least.sentence_with_words)).any())
    return whole >= least.emergency or worded >= least.emergency_by_words or bool(told_in_one) or by_words
