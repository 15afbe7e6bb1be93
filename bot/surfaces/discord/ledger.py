"""Which reply belongs to which question, so that an edit or a deletion of the question is followed. Bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field

import discord

MOST = 2_000  # questions


@dataclass(slots=True)
class Asked:
    """A question that was answered or is being: its text, whether it addressed nobody, and the reply once sent."""

    text: str
    unasked: bool = False
    reply: discord.PartialMessage | None = None
    deleted: bool = False
    at: float = field(default_factory=time.monotonic)


class Ledger:
    """The questions by the ids of their messages; the oldest go first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._asked: OrderedDict[int, Asked] = OrderedDict()

    def open(self, message: int, text: str, *, unasked: bool = False) -> Asked:
        """Begin a question's entry."""
        entry = self._asked[message] = Asked(text, unasked)
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
