"""Which texts to read first when many wait: those whose words are the words of people in an emergency."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from bot.core.cards import Library
from bot.core.text import fold, words

HEARD = 0.95  # the share of the utterances of emergencies that the alarm rings for
RARE = 0.5  # added to every count, so that a word that was never heard weighs little


class Alarm:
    """Weighs words by how much more often emergencies are told with them. It decides nothing but who is read first."""

    def __init__(self, library: Library) -> None:
        intents = (*library.intents, *(intent for card in library.cards for intent in card.intents))
        urgent = [_words(text) for i in intents if i.refusal == "emergency" for text in i.utterances]
        others = [text for i in intents if i.refusal != "emergency" for text in i.utterances]
        here, elsewhere = _counted(urgent), _counted(map(_words, others))  # one by one: all at once take 15 MB
        scale = math.log((len(others) + 1) / (len(urgent) + 1))
        self._weights = {
            word: math.log((here[word] + RARE) / (elsewhere[word] + RARE)) + scale for word in here | elsewhere
        }
        scores = sorted(map(self._score, urgent), reverse=True)
        self._least = scores[int(HEARD * (len(scores) - 1))] if scores else math.inf

    def rings(self, text: str) -> bool:
        """Whether a text sounds like an emergency."""
        return self._score(_words(text)) >= self._least

    def _score(self, said: frozenset[str]) -> float:
        return sum(self._weights.get(word, 0.0) for word in said)


def _words(text: str) -> frozenset[str]:
    return frozenset(words(fold(text)))


def _counted(texts: Iterable[frozenset[str]]) -> Counter[str]:
    return Counter(word for said in texts for word in said)
