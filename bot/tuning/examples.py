"""Utterances as people would also have typed them: with slips, fillers, beside other sentences, or two asked at once.

An encoder that is tuned on them learns to see past all that. Every change is drawn anew for each round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bot.core.features import FOLLOWS
from bot.core.text import sentences

SHORT = 14  # words of an utterance that is asked together with another
TWO_AT_ONCE, NEGATED = 0.15, 0.2  # how often two are asked at once; how often one of them is then negated
BESIDE = 0.12  # how often it stands among sentences of a story
FOLLOWING = 0.08  # how often it follows upon another, which it then has nothing to do with
CONTEXT = (4, 25)  # words of such a sentence
SLIPS = (0.1, 0.2, 0.35, 0.5)  # shares of the words that are mistyped
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {a: row[max(i - 1, 0) : i] + row[i + 1 : i + 2] for row in _ROWS for i, a in enumerate(row)}
_ASKS = re.compile(
    r"[?？]|\b(?:how|what|which|when|where|why|whether|should|can|could|is it|does|do you|tell|explain)\b"
)
_BEFORE = (
    *("so", "ok so", "hey all,", "hi,", "um", "quick question,", "sorry if this was asked,", "guys", "lol", "honestly"),
    *("well", "please,", "hey there", "just wondering,", "dumb question but", "asking for a friend,", "ok", "yo"),
    *("good evening,", "i was wondering,", "serious question:"),
)
_AFTER = (
    *("thanks", "thx", "please", "lol", "anyone?", "ty", "cheers", "btw", "??", "idk", "tbh", "just curious"),
    *("many thanks in advance", "haha"),
)
_JOINTS = (
    " and ",
    " and also ",
    ", and ",
    "? also ",
    " plus ",
    " + ",
    ", also ",
    "? and ",
    " & ",
    "; ",
    " then ",
    ". oh and ",
)
_NEGATIONS = (
    "not {a}, only {b}",
    "i don't mean {a}, just {b}",
    "never mind {a}. {b}",
    "{b}, not {a}",
    "forget {a}, {b}",
)


@dataclass(frozen=True, slots=True)
class Example:
    """A text, and the share of each class in what it asks."""

    text: str
    shares: Mapping[int, float]


class Examples:
    """Draws examples from utterances with their classes. `goals` say where a class leads; two of one goal are not joined."""

    def __init__(self, utterances: Sequence[tuple[str, int]], goals: Sequence[str], random: Random) -> None:
        self._utterances = utterances
        self._goals = goals
        self._random = random
        self._asides = [part for text, _ in utterances if FOLLOWS not in text for part in _asides(text)]
        self._short: dict[int, list[str]] = {}
        for text, kind in utterances:
            if (
                len(text.split()) <= SHORT
                and FOLLOWS not in text
                and (not goals[kind].startswith("!") or goals[kind] == "!no_passage")
            ):
                self._short.setdefault(kind, []).append(text)

    def round(self) -> list[Example]:
        """Every utterance once, each drawn anew."""
        return [self._drawn(text, kind) for text, kind in self._utterances]

    def _drawn(self, text: str, kind: int) -> Example:
        drawn = 1.0 if FOLLOWS in text else self._random.random()
        if drawn < TWO_AT_ONCE:
            return self._two_at_once(text, kind)
        if drawn < TWO_AT_ONCE + BESIDE and self._asides:
            return Example(self._noisy(self._told_beside(text)), {kind: 1.0})
        if drawn < TWO_AT_ONCE + BESIDE + FOLLOWING:
            return Example(self._noisy(self._following(text)), {kind: 1.0})
        return Example(self._noisy(text), {kind: 1.0})

    def _following(self, text: str) -> str:
        before = self._random.choice(self._short[self._random.choice(list(self._short))])
        return f"{before}{FOLLOWS}{text}"

    def _two_at_once(self, text: str, kind: int) -> Example:
        others = [other for other in self._short if self._goals[other] != self._goals[kind]]
        if kind not in self._short or len(text.split()) > SHORT or not others:
            return Example(self._noisy(text), {kind: 1.0})
        other = self._random.choice(others)
        second = self._random.choice(self._short[other])
        if self._random.random() < NEGATED:
            pattern = self._random.choice(_NEGATIONS)
            return Example(self._noisy(pattern.format(a=text.rstrip("?. "), b=second)), {other: 1.0})
        joined = text.rstrip("?.! ") + self._random.choice(_JOINTS) + second
        return Example(self._noisy(joined), {kind: 0.5, other: 0.5})

    def _told_beside(self, text: str) -> str:
        beside = self._random.sample(self._asides, min(self._random.choice((1, 1, 2, 3)), len(self._asides)))
        place = self._random.randrange(len(beside) + 1)
        return " ".join(_ended(part) for part in (*beside[:place], text, *beside[place:]))

    def _noisy(self, text: str) -> str:
        random, drawn = self._random, self._random.random()
        if drawn < 0.35:
            return text
        if drawn < 0.47:
            share = random.choice(SLIPS)
            return " ".join(self._slip(word) if random.random() < share else word for word in text.split(" "))
        if drawn < 0.66:
            return re.sub(r"[^\w\s{}>%'\-]" if drawn < 0.60 else r"[^\w\s{}>]", "", text)
        if drawn < 0.80:
            return f"{random.choice(_BEFORE)} {text}"
        if drawn < 0.95:
            before = f"{random.choice(_BEFORE)} " if drawn >= 0.90 else ""
            return f"{before}{text.rstrip('?.! ')} {random.choice(_AFTER)}"
        return self._without_a_word(text)

    def _without_a_word(self, text: str) -> str:
        found = text.split(" ")
        if len(found) > 4:
            del found[self._random.randrange(len(found))]
        return " ".join(found)

    def _slip(self, word: str) -> str:
        if len(word) < 4 or not word.isalpha():
            return word
        at = self._random.randrange(len(word) - 1)
        near = self._random.choice(_NEIGHBOURS.get(word[at]) or "e")
        return self._random.choice((
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[: at + 1] + word[at + 2 :],
            word[: at + 1] + near + word[at + 1 :],
            word[:at] + near + word[at + 1 :],
            word[: at + 1] + word[at:],
        ))  # fmt: skip


def _asides(text: str) -> list[str]:
    """The sentences of a story that ask nothing."""
    told = sentences(text)
    least, most = CONTEXT
    return [part for part in told if len(told) > 2 and not _ASKS.search(part) and least <= len(part.split()) <= most]


def _ended(part: str) -> str:
    return part if part.endswith((".", "!", "?")) else f"{part}."
