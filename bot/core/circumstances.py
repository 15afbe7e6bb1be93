"""Whether a question tells of what makes its amount a personal decision: pregnancy, an age under 18, and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.cards import Circumstances as Listed
from bot.core.text import fold, phrase_pattern

OF_AGE = 18


class Circumstances:
    """Finds the lexicon's circumstances in folded text."""

    def __init__(self, listed: Listed) -> None:
        self._persons = phrase_pattern(listed.persons)
        self._words = phrase_pattern(listed.words)
        self._numbers = {fold(word): number for word, number in listed.numbers.items()}
        age = "|".join((r"\d{1,2}", *map(re.escape, self._numbers)))
        self._spans = re.compile(rf"(?<![^\W_])(?:{_any_of(listed.spans)})\s*$")
        units = _any_of(listed.units)
        before, after = _any_of(listed.age_before), _any_of(listed.age_after)
        self._ages = re.compile(
            rf"(?<![^\W_])(?:{before})\s*(?P<told>{age})(?![\w.,:/-]*\d|\s*(?:{units})(?![^\W_]))"
            rf"|(?<![\w.,])(?P<years>{age})[\s-]*(?:{after})(?![^\W\d_])"
            r"|(?<![\w.])[mf]/?(?P<short>\d\d)(?![\w.])|(?<![\w.])(?P<here>\d\d)[mf](?=,|\s+here)"  # m/15, 16f here
        )

    def told(self, folded: str, further: Iterable[str] = (), *, of_a_person: bool = False) -> bool:
        """Whether a folded text tells one; `further` are words that count too, as a card's contraindications.

        `of_a_person` lets those further ones count only where they are told of somebody.
        """
        if self._is_minor(folded) or self._words.search(folded):
            return True
        further = tuple(further)
        told = bool(further) and phrase_pattern(further).search(folded) is not None
        return told and (not of_a_person or self._persons.search(folded) is not None)

    def _is_minor(self, folded: str) -> bool:
        for match in self._ages.finditer(folded):
            age = match["told"] or match["years"] or match["short"] or match["here"]
            is_span = match["years"] and self._spans.search(folded[: match.start()])
            if not is_span and (self._numbers.get(age) or int(age)) < OF_AGE:
                return True
        return False


def _any_of(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(fold(phrase)) for phrase in sorted(phrases, key=len, reverse=True)) or "(?!)"
