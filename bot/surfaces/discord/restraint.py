"""Whether a message that addressed nobody may be answered. Pure: what it knows is told to it, the time too."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from bot.core.answers import Answer

SHORTEST = 8  # letters (in UTF-8 bytes: a Chinese one says more) of a question that addressed nobody
STAFF_SPOKE = 120.0  # seconds in which a moderator's word keeps the bot silent
REPEAT = 300.0  # seconds in which a section is not shown to a channel again
SURE = 0.75  # the least confidence of an answer that nobody asked for
MOST = 5_000  # places that are remembered
NEVER = float("-inf")
_MARK = re.compile(r"[?？؟]")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

K = TypeVar("K")
Silence = Literal["staff", "talk", "short", "no question", "no compound", "cool-down", "unsure", "repeat"]


@dataclass(frozen=True, slots=True)
class Heard:
    """A message in a channel with automatic answers: who said it where, when (seconds), and what is known of it."""

    channel: int
    member: int
    text: str
    at: float
    is_staff: bool = False
    to_someone: bool = False
    names_compound: bool = False
    follows_up: bool = False


class Restraint:
    """Remembers, within bounds, what was said and shown, and says why the bot should be silent.

    `sure` is the least confidence of an answer that nobody asked for.
    """

    def __init__(self, question_words: Callable[[], Mapping[str, Container[str]]], sure: float = SURE) -> None:
        self._sure = sure
        self._question_words = question_words  # asked for at each use: the knowledge may be loaded anew
        self._staff_spoke: OrderedDict[int, float] = OrderedDict()
        self._answered: OrderedDict[tuple[int, int], float] = OrderedDict()
        self._shown: OrderedDict[tuple[int, str], float] = OrderedDict()

    def before(self, heard: Heard, *, compound_is_set: bool, cool_down: float) -> Silence | None:
        """Why a message is not even read as a question; None where it may be. `cool_down` is in seconds."""
        if heard.is_staff:
            _note(self._staff_spoke, heard.channel, heard.at)
        spoke = self._staff_spoke.get(heard.channel, NEVER)
        answered = self._answered.get((heard.channel, heard.member), NEVER)
        reasons: tuple[tuple[Silence, bool], ...] = (
            ("staff", heard.at - spoke < STAFF_SPOKE),
            ("talk", heard.to_someone),
            ("short", _letters(heard.text) < SHORTEST),
            ("no question", not self.looks_like_a_question(heard.text)),
            ("no compound", not (compound_is_set or heard.names_compound or heard.follows_up)),
            ("cool-down", heard.at - answered < cool_down),
        )
        return next((reason for reason, holds in reasons if holds), None)

    def after(self, heard: Heard, answer: Answer) -> Silence | None:
        """Why an answer is not given; None where it may be. Only what was understood surely is."""
        if not self.is_sure(answer):
            return "unsure"
        recent = [heard.at - self._shown.get((heard.channel, section), NEVER) < REPEAT for section in answer.sections]
        return "repeat" if all(recent) else None

    def is_sure(self, answer: Answer) -> bool:
        """Whether an answer was understood surely enough to be given unasked."""
        return (answer.outcome == "answer" or answer.reason == "gap") and answer.confidence >= self._sure

    def answered(self, channel: int, member: int, at: float) -> None:
        """Note that a member was answered unasked, for the cool-down."""
        _note(self._answered, (channel, member), at)

    def shown(self, channel: int, answer: Answer, at: float) -> None:
        """Note that a channel has seen an answer's sections."""
        for section in answer.sections:
            _note(self._shown, (channel, section), at)

    def forget(self, member: int) -> None:
        """Let go when a member was answered."""
        for place in [place for place in self._answered if place[1] == member]:
            del self._answered[place]

    def looks_like_a_question(self, text: str) -> bool:
        """Whether a text has a question mark, or begins as questions do."""
        first = _FIRST_WORD.search(text.casefold())
        opener = first[0].replace("’", "'") if first else ""
        return bool(_MARK.search(text)) or any(opener in words for words in self._question_words().values())


def _letters(text: str) -> int:
    return len("".join(filter(str.isalpha, text)).encode())


def _note(places: OrderedDict[K, float], place: K, at: float) -> None:
    places[place] = at
    places.move_to_end(place)
    if len(places) > MOST:
        places.popitem(last=False)
