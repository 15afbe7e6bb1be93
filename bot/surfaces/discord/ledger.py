"""Which reply belongs to which question, so that an edit or a deletion of the question is followed. Bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field

import discord

from bot.core.answers import Answer

MOST = 2_000  # questions


@dataclass(slots=True)
class Asked:
    """A question answered or being answered: its text, whose, whether it addressed nobody, and the reply once sent."""

    text: str
    member: int
    unasked: bool = False
    reply: discord.PartialMessage | None = None
    deleted: bool = False
    at: float = field(default_factory=time.monotonic)


class Ledger:
    """The questions by the ids of their messages; the oldest go first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._asked: OrderedDict[int, Asked] = OrderedDict()

    def open(self, message: int, text: str, member: int, *, unasked: bool = False) -> Asked:
        """Begin a question's entry."""
        entry = self._asked[message] = Asked(text, member, unasked)
        while len(self._asked) > self._most:
            self._asked.popitem(last=False)
        return entry

    def of(self, message: int) -> Asked | None:
        """The entry of a question, if it is known."""
        return self._asked.get(message)

    def close(self, message: int) -> Asked | None:
        """Take a question's entry out, as deleted."""
        entry = self._asked.pop(message, None)
        if entry:
            entry.deleted = True
        return entry

    def forget(self, member: int) -> None:
        """Let a member's questions go; their edits and deletions are followed no more."""
        for message in [message for message, entry in self._asked.items() if entry.member == member]:
            del self._asked[message]


@dataclass(frozen=True, slots=True)
class Answered:
    """A member's question with its answer."""

    member: int
    text: str
    answer: Answer


class Recent:
    """What the replies that everybody sees were asked, by the replies' ids, for votes on them. The oldest go first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._asked: OrderedDict[int, Answered] = OrderedDict()

    def note(self, reply: int, answered: Answered) -> None:
        """A reply stands under a member's question."""
        self._asked[reply] = answered
        self._asked.move_to_end(reply)
        while len(self._asked) > self._most:
            self._asked.popitem(last=False)

    def asked(self, reply: int) -> Answered | None:
        """What was asked, if it is known."""
        return self._asked.get(reply)

    def drop(self, reply: int) -> None:
        """A reply is gone."""
        self._asked.pop(reply, None)

    def forget(self, member: int) -> None:
        """Let a member's questions go."""
        for reply in [reply for reply, answered in self._asked.items() if answered.member == member]:
            del self._asked[reply]
