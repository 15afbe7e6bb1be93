"""What the probabilities of a question's views amount to: the sections wanted, by floor and margin, or whom to ask back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.cards import Intent
from bot.core.ranking import Array

LEAST_ASKING = 0.02  # the share of what is asked, below which it says nothing of benefit
ASKED_BACK = 3  # sections that a question is asked back about, or offered, at most


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What decides a reading: shares of probability, chosen by benchmarks/thresholds.py on labelled questions."""

    floor: float = 0.45  # the least confidence that answers
    margin: float = 0.0  # by how much an answered section must lead the next one that leads elsewhere
    refusal_weight: float = 2.0  # of an intent that refuses, in the whole: a wrong answer costs more than a refusal
    part_clause: float = 0.96  # a further part: its least probability in a clause of its own,
    part_beside_refusal: float = 0.98  # the same where the whole leads to a refusal
    clear_part_whole: float = 0.12  # or, for one that is clear in the whole as well, there
    clear_part_clause: float = 0.5  # and in a clause
    sentence_emergency: float = 0.9  # an emergency told in one sentence of several: there,
    emergency_with_whole: float = 0.1  # and in the whole;
    sentence_words: float = 0.98  # or by that sentence's words alone, however much stands around it,
    sentence_with_words: float = 0.6  # and in the sentence
    emergency: float = 0.2  # an emergency: pooled,
    emergency_by_words: float = 0.5  # and by its words alone
    together: float = 0.7  # stacking where another compound is named
    efficacy: float = 0.3  # of intents about benefit, at which the caveat is due
    near: float = 0.04  # a section that is offered


WITH_ENCODER = Thresholds()
ALONE = Thresholds(  # where the encoder is missing or has no time: words alone are never as sure
    floor=0.30,
    refusal_weight=1.0,
    part_clause=0.55,
    part_beside_refusal=0.9,
    clear_part_whole=0.03,
    clear_part_clause=0.4,
    emergency=0.4,
    efficacy=0.2,
)


@dataclass(frozen=True, slots=True)
class Views:
    """The probabilities of the intents for a question: as a whole, its clauses and sentences, by their words alone.

    Shapes: `whole`, `last` and `words` (intents,); `clauses`, `sentences` and `sentence_words` (their number, intents).
    `last` is the whole without the turn before it.
    """

    intents: tuple[Intent, ...]
    whole: Array
    clauses: Array
    sentences: Array
    last: Array
    words: Array
    sentence_words: Array


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


def decide(views: Views, thresholds: Thresholds) -> Reading:
    """The reading that the views amount to."""
    sections, refusals = _grouped(views.intents, views.whole)
    wanted = _wanted(views, thresholds)
    goals = {**sections, **{f"!{reason}": share for reason, share in refusals.items()}}
    ranked = sorted(goals, key=lambda goal: -goals[goal])
    unsure = goals[ranked[0]] < thresholds.floor or goals[ranked[0]] - goals[ranked[1]] < thresholds.margin
    close = [goal for goal in ranked[:ASKED_BACK] if not goal.startswith("!")] if not ranked[0].startswith("!") else []
    return Reading(
        wanted=wanted,
        close=tuple(close) if unsure and len(wanted) < 2 and len(close) > 1 else (),
        sections=sections,
        refusals=refusals,
        is_emergency=_is_emergency(views, thresholds),
        about_efficacy=any(intent.efficacy for intent in wanted) or _efficacy(views) >= thresholds.efficacy,
        confidence=goals[ranked[0]],
        thresholds=thresholds,
    )


def _efficacy(views: Views) -> float:
    """The share of intents that ask about benefit, among those that say what is asked rather than of which compound."""
    asking = np.array([intent.refusal != "other_compound" or intent.efficacy for intent in views.intents])
    benefit = np.array([intent.efficacy for intent in views.intents])
    return float(views.whole[benefit].sum() / max(views.whole[asking].sum(), LEAST_ASKING))


def _grouped(intents: Sequence[Intent], shares: Array) -> tuple[dict[str, float], dict[str, float]]:
    sections: dict[str, float] = {}
    refusals: dict[str, float] = {}
    for intent, share in zip(intents, shares.tolist(), strict=True):
        group, key = (sections, intent.section) if intent.section else (refusals, intent.refusal)
        group[str(key)] = group.get(str(key), 0.0) + share
    return sections, refusals


def _is_emergency(views: Views, least: Thresholds) -> bool:
    column = [intent.refusal == "emergency" for intent in views.intents]
    whole, worded = float(views.last[column].sum()), float(views.words[column].sum())
    sentences, in_words = (shares[:, column].sum(axis=1) for shares in (views.sentences, views.sentence_words))
    told_in_one = sentences.max(initial=0.0) >= least.sentence_emergency and whole >= least.emergency_with_whole
    by_words = bool(((in_words >= least.sentence_words) & (sentences >= least.sentence_with_words)).any())
    return whole >= least.emergency or worded >= least.emergency_by_words or bool(told_in_one) or by_words


def _wanted(views: Views, least: Thresholds) -> tuple[Intent, ...]:
    """The surest intent, and those that a clause of its own asks for as well."""
    order = np.argsort(-views.whole)
    leads_nowhere = views.intents[order[0]].refusal is not None
    alone = least.part_beside_refusal if leads_nowhere else least.part_clause
    chosen: dict[str, Intent] = {}
    for index in order:
        intent = views.intents[index]
        clause = views.clauses[:, index].max(initial=0.0)
        in_whole = views.whole[index] >= least.clear_part_whole and clause >= least.clear_part_clause
        if not chosen or clause >= alone or in_whole:
            chosen.setdefault(intent.section or f"!{intent.refusal}", intent)
    return tuple(chosen.values())
