"""Which compounds a text names: exactly, nearly, or by a word that nobody knows.

A name decides for or against a whole reply, so it is never part of the section's score: an exact name answers; a near one
answers where it is long, close and without a rival, and is asked back otherwise; an unknown word in the place of a name is
another compound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz, process

from bot.core.cards import Library, Substances
from bot.core.spelling import Spellings
from bot.core.text import SPACELESS, any_of, fold, squash

NEAR_LENGTH = 8  # letters that a near name needs to be answered
NEAR_ANSWERS = 82.0  # likeness (rapidfuzz ratio, 0 to 100) at which a near name is answered
NEAR_ASKS = 72.0  # and at which it is asked back
RIVAL = 6.0  # by how much it has to beat the next owner's name
MAX_NAME_WORDS = 4
MOST_STRANGE = 48  # unknown words of a text that are looked at; a question has a few
AROUND = 60  # characters before a word that are looked at for the place of a name

CARD, OTHER, MEDICINE, UNKNOWN = "card", "other", "medicine", "unknown"
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*\+?")

_CODE = re.compile(r"(?<![^\W_])([a-z]{2,4}|[a-wyz](?=-?\d{3}))-?\d{2,5}(?![^\W_])")  # as makers write: cx-1942, kx77
_VOWEL = re.compile("[aeiouy]")
_MEASURES = frozenset(
    ("ml", "mls", "mg", "mcg", "kg", "cc", "mm", "cm", "hr", "hrs", "bpm", "bp", "nr", "pp", "vs", "wk")
)

IsWord = Callable[[str, str | None], bool]  # a word, and the language of the text (None: English)
Token = tuple[int, int, str]  # start, end and text of a word


def tokens_of(folded: str) -> list[Token]:
    """The words of a folded text with their places."""
    return [(match.start(), match.end(), match[0]) for match in _TOKEN.finditer(folded)]


@dataclass(frozen=True, slots=True)
class Name:
    """A known name: what it stands for (`owner`: a card's id, or the name as the lexicon prints it) and its kind."""

    kind: str
    owner: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it stands in a folded text. `exact` is False where only something like it stands there."""

    start: int
    end: int
    kind: str
    owner: str
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Mentions:
    """All that a text names, the text with placeholders in their places, and a card that is asked back."""

    found: tuple[Mention, ...]
    masked: str
    ask_back: str | None = None

    def owners(self, *kinds: str) -> tuple[str, ...]:
        """The owners of the mentions of these kinds, each once, in the order of the text."""
        return tuple(dict.fromkeys(mention.owner for mention in self.found if mention.kind in kinds))


PLACEHOLDERS = {CARD: "it", OTHER: "{other}", UNKNOWN: "{other}", MEDICINE: "{medicine}"}


class NameIndex:
    """Finds the names of a library where they stand to the letter (case, accents, hyphens and spaces aside)."""

    def __init__(self, library: Library) -> None:
        self.names = _index(library)
        self._substances = frozenset(map(fold, library.lexicon.substances.names))
        self._spaceless = re.compile(any_of(filter(SPACELESS.search, self.names)))
        self._beginnings = {name[:length] for name in self.names for length in range(1, len(name) + 1)}

    def exact(self, folded: str) -> list[Mention]:
        """The mentions in a folded text; of two that begin at one word, the longer."""
        found: list[Mention] = []
        for stands in self.without_spaces(folded):
            known = self.names[stands[0]]
            found.append(Mention(stands.start(), stands.end(), known.kind, known.owner))
        tokens = tokens_of(folded)
        index = 0
        while index < len(tokens):
            length, match = self._longest(tokens, index)
            if match:
                found.append(Mention(tokens[index][0], tokens[index + length - 1][1], match.kind, match.owner))
            index += length
        return found

    def without_spaces(self, folded: str) -> Iterator[re.Match[str]]:
        """The names in scripts that put no spaces between words, where they stand in a folded text."""
        return iter(()) if folded.isascii() else self._spaceless.finditer(folded)

    def without_names(self, vocabulary: Mapping[str, int]) -> dict[str, int]:
        """A vocabulary without the words that are names: what is a slip away from one names it, and is no ordinary word."""
        return {
            word: count
            for word, count in vocabulary.items()
            if squashed(word) not in self.names and word not in self._substances
        }

    def _longest(self, tokens: list[Token], index: int) -> tuple[int, Name | None]:
        """How many words the longest name has that begins at a word, and what it stands for; 1 and None without one."""
        key, length, match = "", 1, None
        for taken, (_, _, written) in enumerate(tokens[index : index + MAX_NAME_WORDS], 1):
            word = squashed(written)
            if written.endswith("'s"):  # semax's dose
                length, match = self._named(key + word[:-1], taken) or (length, match)
            key += word  # lion's mane
            length, match = self._named(key, taken) or (length, match)
            if key not in self._beginnings:
                break
        return length, match

    def _named(self, key: str, taken: int) -> tuple[int, Name] | None:
        """What so many words together name; several that make up three letters are hardly a name."""
        if key in self.names and (taken == 1 or len(key) > 3 or not key.isalpha()):
            return taken, self.names[key]
        return None


def squashed(word: str) -> str:
    """A word of a folded text as it stands in the index's names."""
    if word.isascii():
        return word if word.isalnum() else word.replace("'", "").replace("+", "")
    return squash(word)


class Names:
    """Finds compounds' names in text. `is_word` tells an ordinary word of any language from an unknown one."""

    def __init__(self, library: Library, index: NameIndex, is_word: IsWord) -> None:
        self._index = index
        self._is_word = is_word
        self._fuzzy = Spellings([name for name in self._index.names if len(name) >= 5])
        self._stems = tuple(library.lexicon.stems)
        self._before = _alternatives(library.lexicon.places.before, r"(?<![^\W_])(?:{})\s+$")
        self._after = _alternatives(library.lexicon.places.after, r"(?<!\s)\s+(?:{})(?![^\W_])")
        self._substances = _substances(library.lexicon.substances, library.lexicon.substances.names)
        self._asks_of_medicine = _substances(library.lexicon.substances, [PLACEHOLDERS[MEDICINE]])
        self._near_names = lru_cache(maxsize=4096)(self._near_names_uncached)

    def find(self, folded: str, language: str | None = None) -> Mentions:
        """What a folded text in a language (None: English) names."""
        tokens = tokens_of(folded)
        found = [mention for mention in self._index.exact(folded) if not self._is_ordinary(folded, mention, language)]
        taken = {position for mention in found for position in range(mention.start, mention.end)}
        further = (*self._asked_about(folded), *self._coded(folded, language))
        found += [mention for mention in further if mention.start not in taken]
        taken |= {position for mention in found for position in range(mention.start, mention.end)}
        left = (place for place, token in enumerate(tokens) if token[0] not in taken)
        strange = list(islice((place for place in left if self._is_strange(tokens[place][2], language)), MOST_STRANGE))
        ask_back = None
        for index in strange:
            mention, asked = self._near(*tokens[index])
            ask_back = ask_back or asked
            foreign = len(strange) > max(2, len(tokens) // 2)
            if not (mention or asked or foreign) and self._in_a_names_place(folded, tokens, index):
                mention = Mention(*tokens[index][:2], UNKNOWN, tokens[index][2], exact=False)
            if mention:
                found.append(mention)
        found.sort(key=lambda mention: mention.start)
        return Mentions(tuple(found), _masked(folded, found), ask_back)

    def asks_of_medicine(self, masked: str) -> bool:
        """Whether a masked text asks how much of a medicine, or what one does."""
        return self._asks_of_medicine.search(masked) is not None

    def _asked_about(self, folded: str) -> Iterator[Mention]:
        """The substances with everyday names that a text asks about."""
        for match in self._substances.finditer(folded):
            start, end = match.span(match.lastindex or 0)
            yield Mention(start, end, UNKNOWN, folded[start:end], exact=False)

    def _coded(self, folded: str, language: str | None) -> Iterator[Mention]:
        """What is called by letters that are no word, and a number."""
        for match in _CODE.finditer(folded):
            letters = match[1]
            if letters not in _MEASURES and not (_VOWEL.search(letters) and self._is_word(letters, language)):
                yield Mention(*match.span(), UNKNOWN, match[0], exact=False)

    def suggestions(self, typed: str, limit: int) -> list[str]:
        """Ids of the cards whose names are most like what was typed, best first, for autocomplete."""
        names = [name for name, known in self._index.names.items() if known.kind == CARD]
        near = process.extract(squash(fold(typed)), names, scorer=fuzz.partial_ratio, limit=None, score_cutoff=60)
        return list(dict.fromkeys(self._index.names[name].owner for name, _, _ in near))[:limit]

    def _is_strange(self, token: str, language: str | None) -> bool:
        if len(token) < 3 or token[0].isdigit() or SPACELESS.search(token):
            return False
        return not self._is_word(token, language)

    def _is_ordinary(self, folded: str, mention: Mention, language: str | None) -> bool:
        """Whether a card's alias is just a word of the text's language, as cerebro is in Spanish."""
        return (
            mention.kind == CARD
            and language is not None
            and self._is_word(folded[mention.start : mention.end], language)
        )

    def _near(self, start: int, end: int, token: str) -> tuple[Mention | None, str | None]:
        """A near name as a mention, or the card to ask back about."""
        near = self._near_names(token)
        if not near:
            return None, None
        (known, score), rival = near[0], next((score for known, score in near if known.owner != near[0][0].owner), 0.0)
        sure = score >= NEAR_ANSWERS and score - rival >= RIVAL
        if known.kind != CARD:
            return (Mention(start, end, known.kind, known.owner, exact=False), None) if sure else (None, None)
        if sure and len(token) >= NEAR_LENGTH:
            return Mention(start, end, CARD, known.owner, exact=False), None
        return None, known.owner

    def _near_names_uncached(self, token: str) -> tuple[tuple[Name, float], ...]:
        key = squash(token)
        if len(key) < 4:
            return ()
        hits = process.extract(
            key, self._fuzzy.like(key, NEAR_ASKS), scorer=fuzz.ratio, limit=6, score_cutoff=NEAR_ASKS
        )
        return tuple((self._index.names[name], score) for name, score, _ in hits)

    def _in_a_names_place(self, folded: str, tokens: list[Token], index: int) -> bool:
        start, end, token = tokens[index]
        if len(token) >= 6 and token.endswith(self._stems):
            return True
        if len(tokens) <= 2:
            return True
        return bool(self._before.search(folded[max(start - AROUND, 0) : start]) or self._after.match(folded[end:]))


def _alternatives(phrases: Iterable[str], frame: str) -> re.Pattern[str]:
    return re.compile(frame.format(any_of(phrases)))


def _substances(told: Substances, called: Iterable[str]) -> re.Pattern[str]:
    """What finds one of the names where it is what is asked about."""
    names, before, after = map(any_of, (called, told.before, told.after))
    return re.compile(rf"(?<![^\W_])(?:(?:{before})\s+({names})|({names})(?=\s+(?:{after})))(?![^\W_])")


def _index(library: Library) -> dict[str, Name]:
    """Every squashed name; the cards' own last, since they win."""
    names: dict[str, Name] = {}

    def add(kind: str, owner: str, spellings: Iterable[str]) -> None:
        names.update((squash(fold(spelling)), Name(kind, owner)) for spelling in spellings)

    groups: tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...] = (
        (MEDICINE, library.lexicon.medicines),
        (OTHER, library.lexicon.compounds),
    )
    for kind, group in groups:
        for name, misspellings in group.items():
            add(kind, name, (name, *misspellings))
    for card in library.cards:
        add(CARD, card.id, (card.id, card.name, *card.aliases))
    names.pop("", None)
    return names


def _masked(folded: str, found: list[Mention]) -> str:
    parts, at = [], 0
    for mention in found:
        if mention.start < at:
            continue
        parts += [folded[at : mention.start], PLACEHOLDERS[mention.kind]]
        at = mention.end
    return "".join([*parts, folded[at:]])
