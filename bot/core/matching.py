"""Which sections a question wants, and how surely: the ranking of `ranking.py` over several views of it, with floor and margin.

A question is looked at as a whole, clause by clause, sentence by sentence, by the sentences that ask, and together with the
turn before it. The settings below were chosen on tests/questions; benchmarks/README.md has the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.core.cards import Card, Intent
from bot.core.clauses import asked_clauses, focus, without_negated
from bot.core.ranking import Array, Ranker, pooled
from bot.core.text import phrase_pattern, sentences

FLOOR, FLOOR_ALONE = 0.22, 0.30  # the least confidence that answers; without an encoder
MARGIN = 0.03  # by how much an answered section must lead the next one that leads elsewhere
REFUSAL_WEIGHT = 0.5  # of an intent that refuses: the files hold more of what must not be answered than people ask
PARTS = ((0.005, 0.85), (0.03, 0.60))  # a further part: its least probability in the whole text, and in a clause of its own
SENTENCE_EMERGENCY, WITH_WHOLE = 0.9, 0.1  # an emergency told in one sentence of several: there, and in the whole
EMERGENCY, EMERGENCY_ALONE = 0.4, 0.5  # the least probability of an emergency: pooled, and by its words alone
TOGETHER = 0.4  # the least probability of stacking where another compound is named
EFFICACY = 0.5  # the share of probability on intents about benefit at which the caveat is due
NEAR = 0.04  # the least probability of a section that is offered


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question was understood to want.

    `wanted` are intents, surest first; `close` sections to ask back about, where none is sure; `sections` every section by
    its probability.
    """

    wanted: tuple[Intent, ...]
    close: tuple[str, ...]
    sections: Mapping[str, float]
    refusals: Mapping[str, float]
    is_emergency: bool
    about_efficacy: bool
    confidence: float

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
        leads = share >= TOGETHER and share >= max(self.sections.values(), default=0.0)
        return leads or (stacking in earlier and share >= NEAR)

    def near(self, shown: Iterable[str]) -> tuple[str, ...]:
        """The most probable sections beside those shown, three at most."""
        rest = {section: share for section, share in self.sections.items() if section not in set(shown) and share >= NEAR}
        return tuple(sorted(rest, key=lambda section: -rest[section])[:3])


@dataclass(frozen=True, slots=True)
class Views:
    """The probabilities of the intents for a question: as a whole, its clauses and sentences, by its words alone.

    `last` is the whole without the turn before it.
    """

    intents: tuple[Intent, ...]
    whole: Array
    clauses: Array
    sentences: Array
    last: Array
    words: Array


@dataclass(slots=True)
class Matcher:
    """Reads questions with a ranker and the intents that every card shares."""

    intents: tuple[Intent, ...]
    ranker: Ranker
    _by_card: dict[str, tuple[Intent, ...]] = field(default_factory=dict)

    def read(
        self, masked: str, card: Card, language: str | None = None, previous: str | None = None, *, by_words: bool = False
    ) -> Reading:
        """What a masked question in a language (None: English) wants of a card; `previous` is the masked turn before it.

        `by_words` leaves the encoder out, for when there is no time for it.
        """
        alone = by_words or self.ranker.encoder is None
        return decide(self.views(masked, card, language, previous, by_words=by_words), FLOOR_ALONE if alone else FLOOR)

    def views(
        self, masked: str, card: Card, language: str | None = None, previous: str | None = None, *, by_words: bool = False
    ) -> Views:
        """The probabilities of a question's views, as `read` weighs them."""
        text = without_negated(masked)
        text = text if language else self.ranker.writing.repaired(text)
        asked = asked_clauses(text)
        told = sentences(text) if len(sentences(text)) > 1 else []
        wider = [view for view in (focus(text), f"{previous}. {text}" if previous else "") if view]
        shares, worded = self.ranker.shares([text, *asked, *told, *wider], card.id, by_words=by_words)
        intents = self._intents_of(card)
        weight = np.array([REFUSAL_WEIGHT if intent.refusal else 1.0 for intent in intents], dtype=np.float32)
        shares = shares * weight / (shares * weight).sum(axis=1, keepdims=True)
        whole = pooled([(1 / (1 + len(wider)), view[None]) for view in (shares[0], *shares[len(shares) - len(wider) :])])[0]
        return Views(
            intents=intents,
            whole=whole,
            clauses=shares[1 : 1 + len(asked)],
            sentences=shares[1 + len(asked) : 1 + len(asked) + len(told)],
            last=shares[0],
            words=worded[0],
        )

    @staticmethod
    def names_any(phrases: Iterable[str], folded: str) -> bool:
        """Whether one of the phrases stands in a folded text."""
        return bool(phrase_pattern(phrases).search(folded))

    def _intents_of(self, card: Card) -> tuple[Intent, ...]:
        if card.id not in self._by_card:
            known = {intent.id: intent for intent in (*self.intents, *card.intents)}
            self._by_card[card.id] = tuple(known[intent] for intent in self.ranker.head(card.id).intents)
        return self._by_card[card.id]


def _grouped(intents: Sequence[Intent], shares: Array) -> tuple[dict[str, float], dict[str, float]]:
    sections: dict[str, float] = {}
    refusals: dict[str, float] = {}
    for intent, share in zip(intents, shares.tolist(), strict=True):
        group, key = (sections, intent.section) if intent.section else (refusals, intent.refusal)
        group[str(key)] = group.get(str(key), 0.0) + share
    return sections, refusals


def decide(views: Views, floor: float) -> Reading:
    """The reading that the views amount to; below the `floor` it asks back."""
    sections, refusals = _grouped(views.intents, views.whole)
    wanted = _wanted(views)
    efficacy = sum(float(share) for intent, share in zip(views.intents, views.whole, strict=True) if intent.efficacy)
    goals = {**sections, **{f"!{reason}": share for reason, share in refusals.items()}}
    ranked = sorted(goals, key=lambda goal: -goals[goal])
    unsure = goals[ranked[0]] < floor or goals[ranked[0]] - goals[ranked[1]] < MARGIN
    close = [goal for goal in ranked[:3] if not goal.startswith("!")] if not ranked[0].startswith("!") else []
    return Reading(
        wanted=wanted,
        close=tuple(close) if unsure and len(wanted) < 2 and len(close) > 1 else (),
        sections=sections,
        refusals=refusals,
        is_emergency=_is_emergency(views),
        about_efficacy=any(intent.efficacy for intent in wanted) or efficacy >= EFFICACY,
        confidence=goals[ranked[0]],
    )


def _is_emergency(views: Views) -> bool:
    column = [intent.refusal == "emergency" for intent in views.intents]
    whole, worded = float(views.last[column].sum()), float(views.words[column].sum())
    sentence = float(views.sentences[:, column].sum(axis=1).max(initial=0.0))
    return whole >= EMERGENCY or worded >= EMERGENCY_ALONE or (sentence >= SENTENCE_EMERGENCY and whole >= WITH_WHOLE)


def _wanted(views: Views) -> tuple[Intent, ...]:
    """The surest intent, and those that a clause of its own asks for as well."""
    chosen: dict[str, Intent] = {}
    for index in np.argsort(-views.whole):
        intent = views.intents[index]
        clause = views.clauses[:, index].max(initial=0.0)
        further = any(views.whole[index] >= whole and clause >= least for whole, least in PARTS)
        if not chosen or further:
            chosen.setdefault(intent.section or f"!{intent.refusal}", intent)
    return tuple(chosen.values())
