"""How many questions may wait at once; whoever comes past that is told so, and past a further bound is counted."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from bot.lines import Turn, Turns

log = logging.getLogger(__name__)

TOLD_AGAIN = 60.0  # seconds before a member is told again that there are too many
REMEMBERED = 5_000  # members who were told
EVERY = 1.0  # seconds between two lines of the log on how many were turned away


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many questions may wait: over all, of one member, in one channel; and how many notes that there are too many.

    Discord takes some 50 messages a second from a bot and 5 in 5 seconds in one channel: what waits here is answered
    within seconds, and what would wait for longer is refused at once.
    """

    everywhere: int = 200
    member: int = 5
    channel: int = 15
    notes: int = 40
    channel_notes: int = 1


@dataclass(slots=True)
class Place:
    """A question's place: whether it is accepted and, if not, whether its asker can be told.

    `turned_away` is to be called for one that is not accepted, once it is certain that it is no emergency.
    """

    accepted: bool
    can_tell: bool = False
    turned_away: Callable[[], None] = lambda: None
    _turn: Turn | None = None

    @property
    def is_read_soon(self) -> bool:
        """Whether its text is read at once; else it is read when there is time."""
        return self.accepted or self.can_tell

    async def turn_comes(self) -> None:
        """Wait until the member's earlier questions are through."""
        if self._turn:
            await self._turn.comes()


@dataclass(slots=True)
class Admission:
    """Counts what waits. `now` in its methods is seconds of any one clock."""

    bounds: Bounds = field(default_factory=Bounds)
    turned_away: Counter[str] = field(default_factory=Counter)  # "told", "not told", over all time
    _turns: Turns = field(default_factory=Turns)
    _members: Counter[int] = field(default_factory=Counter)
    _channels: Counter[int] = field(default_factory=Counter)
    _notes: Counter[int] = field(default_factory=Counter)  # by channel
    _told: OrderedDict[int, float] = field(default_factory=OrderedDict)
    _logged: Counter[str] = field(default_factory=Counter)
    _is_logging: bool = False

    @property
    def waiting(self) -> int:
        """The accepted questions that are not answered yet."""
        return self._members.total()

    @contextmanager
    def place(self, member: int, channel: int) -> Iterator[Place]:
        """A place for a question, held until it is answered or refused."""
        bounds = self.bounds
        full = self.waiting >= bounds.everywhere or self._members[member] >= bounds.member
        if full or self._channels[channel] >= bounds.channel:
            yield from self._refused(member, channel)
            return
        turn = self._turns.take(member)
        self._members[member] += 1
        self._channels[channel] += 1
        try:
            yield Place(accepted=True, _turn=turn)
        finally:
            turn.leave()
            _release(self._members, member)
            _release(self._channels, channel)

    def _refused(self, member: int, channel: int) -> Iterator[Place]:
        if not self._may_tell(member, channel):
            yield Place(accepted=False, turned_away=partial(self._count, "not told"))
            return
        self._notes[channel] += 1
        try:
            yield Place(accepted=False, can_tell=True, turned_away=partial(self._count, "told"))
        finally:
            _release(self._notes, channel)

    def _may_tell(self, member: int, channel: int) -> bool:
        now = asyncio.get_running_loop().time()
        full = self._notes.total() >= self.bounds.notes or self._notes[channel] >= self.bounds.channel_notes
        if full or now - self._told.get(member, float("-inf")) < TOLD_AGAIN:
            return False
        self._told[member] = now
        self._told.move_to_end(member)
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return True

    def _count(self, how: str) -> None:
        """Count a question that was turned away; the log gets one line a second at most."""
        self.turned_away[how] += 1
        self._logged[how] += 1
        if not self._is_logging:
            self._is_logging = True
            asyncio.get_running_loop().call_later(EVERY, self._log)

    def _log(self) -> None:
        told, not_told = self._logged["told"], self._logged["not told"]
        log.warning("too many questions at once", extra={"told": told, "not_told": not_told, "waiting": self.waiting})
        self._logged.clear()
        self._is_logging = False


def _release(places: Counter[int], key: int) -> None:
    places[key] -= 1
    if not places[key]:
        del places[key]
