"""The queue of unanswered questions: what was declined or voted down, merged and counted, without who asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.core.gaps import Unanswered

MOST_GAPS = 500  # open questions of one server; past that the least asked give way

GapState = Literal["open", "dismissed", "accepted"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A question of the queue: how often it was asked, when first and last (seconds), what became of it."""

    id: int
    guild: int
    asked: Unanswered
    count: int
    first_at: float
    last_at: float
    state: GapState = "open"
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A question to be kept for a server's queue, and when it was asked (seconds)."""

    guild: int
    asked: Unanswered
    at: float


class GapStore(Protocol):
    """Where unanswered questions are kept."""

    async def record_gaps(self, noted: Iterable[Noted]) -> None:
        """Keep questions, or count them where their keys are known. A dismissed or accepted one stays so."""

    async def gap_keys(self, guilds: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
        """The keys of the questions of servers, to merge like ones into; a server without questions is left out."""

    async def gaps(self, guild: int, *, limit: int, offset: int = 0) -> tuple[Gap, ...]:
        """Open questions of a server, most asked first, then the latest."""

    async def count_gaps(self, guild: int) -> int:
        """How many questions of a server are open."""

    async def dismiss_gap(self, guild: int, gap: int) -> bool:
        """Take a question out of the queue, also when it is asked again. False where it is not open (any more)."""

    async def accept_gap(self, guild: int, gap: int, section: str) -> bool:
        """Keep a question as an utterance for a section. False where it is not open (any more)."""

    async def accepted_gaps(self) -> tuple[Gap, ...]:
        """The accepted questions of all servers, by compound, section and utterance."""

    async def remove_gaps(self, gaps: Iterable[int]) -> int:
        """Delete questions by their ids. How many there were."""

    async def clear_gaps(self, guild: int) -> int:
        """Delete a server's open and dismissed questions. How many there were."""
