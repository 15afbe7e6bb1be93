"""Which texts to read first when many wait: those with words that people in an emergency use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bot.core.cards import Library
from bot.core.text import fold, words

OFTEN = 4.0  # how many times more often a word stands in utterances of emergencies than in all others
LEAST = 3  # utterances of emergencies that it stands in


class Alarm:
    """Knows the words that set the utterances of emergencies apart. It decides nothing but who is read first."""

    def __init__(self, library: Library) -> None:
        intents = (*library.intents, *(intent for card in library.cards for intent in card.intents))
        urgent = [text for intent in intents if intent.refusal == "emergency" for text in intent.utterances]
        others = [text for intent in intents if intent.refusal != "emergency" for text in intent.utterances]
        here, elsewhere = _shares(urgent), _shares(others)
        counted = Counter(word for text in urgent for word in set(words(fold(text))))
        self._words = {
            word for word, times in counted.items() if times >= LEAST and here[word] >= OFTEN * elsewhere.get(word, 0.0)
        }

    def rings(self, text: str) -> bool:
        """Whether one of those words stands in a text."""
        return not self._words.isdisjoint(words(fold(text)))


def _shares(texts: Iterable[str]) -> dict[str, float]:
    spoken = [set(words(fold(text))) for text in texts]
    counted = Counter(word for said in spoken for word in said)
    return {word: times / len(spoken) for word, times in counted.items()}
