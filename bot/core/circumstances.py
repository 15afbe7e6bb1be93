"""Whether a question tells of what makes its amount a personal decision: pregnancy, an age under 18, and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.cards import Circumstances as Listed
from bot.core.text import HANGUL, SPACELESS, Phrases, any_of, fold, phrases_of

OF_AGE = 18
_AT_SCHOOL_OR_BEFORE_BIRTH = re.compile(  # 8th grader, 12w along
    r"(?<![^\W_])(?:\d{1,2}(?:st|nd|rd|th)[\s-]grade(?:rs?)?|\d{1,2}\s?(?:w|wks?|weeks?|m|mo|mos|months?) along)(?![^\W_])"
)
_DENIED = re.compile(
    r"(?<![^\W_])(?:not|no|never|isn't|isnt|aren't|arent|without|(?:don't|dont|doesn't|doesnt|didn't|do not|does not) have"
    r"|nicht|keine?|pas|sin|не|nie)\s+(?:a |an |any |been |yet )?$"
)


class Circumstances:
    """Finds the lexicon's circumstances in folded text."""

    def __init__(self, listed: Listed) -> None:
        self._persons = Phrases(listed.persons)
        self._words = Phrases(listed.words)
        self._numbers = {fold(word): number for word, number in listed.numbers.items()}
        age = rf"\d{{1,2}}|(?:{any_of(self._numbers)})(?![^\W_])"
        unspaced = any_of(ending for ending in listed.age_after if SPACELESS.match(ending) or HANGUL.match(ending))
        self._spans = re.compile(rf"(?<![^\W_])(?:{any_of(listed.spans)})\s*$")
        units = any_of(listed.units)
        before, after = any_of(listed.age_before), any_of(listed.age_after)
        self._ages = re.compile(
            rf"(?<![^\W_])(?:{before})\s*(?P<told>{age})(?![\w.,:/'-]*\d|\s*(?:{units})(?![^\W_]))"
            rf"|(?<![\w.,])(?P<years>{age})[\s-]*(?:{after})(?![^\W\d_])"
            rf"|(?<!\d)(?P<counted>\d{{1,2}})\s*(?:{unspaced})"
            r"|(?<![\w.])[mf]/?(?P<short>\d\d)(?![\w.])|(?<![\w.])(?P<here>\d\d)[mf](?=,|\s+here)"  # m/15, 16f here
        )

    def told(self, folded: str, further: Iterable[str] = (), *, of_a_person: bool = False) -> bool:
        """Whether a folded text tells one; `further` are words that count too, as a card's contraindications.

        `of_a_person` lets those further ones count only where they are told of somebody.
        """
        if self._is_minor(folded) or _AT_SCHOOL_OR_BEFORE_BIRTH.search(folded) or _says(self._words, folded):
            return True
        further = tuple(further)
        told = bool(further) and _says(phrases_of(further), folded)
        return told and (not of_a_person or self._persons.stand_in(folded))

    def _is_minor(self, folded: str) -> bool:
        for match in self._ages.finditer(folded):
            age = match["told"] or match["years"] or match["counted"] or match["short"] or match["here"]
            is_span = match["years"] and self._spans.search(folded[: match.start()])
            if not is_span and (self._numbers.get(age) or int(age)) < OF_AGE:
                return True
        return False


def _says(phrases: Phrases, folded: str) -> bool:
    """Whether one of the phrases stands in a folded text and is not denied ("not pregnant")."""
    return any(not _DENIED.search(folded[:start]) for start in phrases.starts(folded))
