"""Votes on replies and the reasons for them: one a member, without who it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MOST_REASON = 300  # characters of a reason


@dataclass(frozen=True, slots=True)
class Vote:
    """Whether a reply helped. `message` and `member` make it one vote each; a store keeps only a hash of them.

    `confidence` (0 to 1) is how surely the question was matched to the sections, where that is known.
    """

    guild: int
    message: int
    member: int
    compound: str
    sections: tuple[str, ...]
    helpful: bool
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on one match: the sections that a reply showed of a card. `confidence` is the mean, if known."""

    compound: str
    sections: tuple[str, ...]
    helpful: int
    not_helpful: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody voted as they did, in their words."""

    compound: str
    sections: tuple[str, ...]
    helpful: bool
    text: str
    at: float


class FeedbackStore(Protocol):
    """Where votes are kept, under a hash with a key of the server's own."""

    async def record_vote(self, vote: Vote, at: float) -> None:
        """Keep a vote; a second one by the same member on the same message takes the place of the first."""

    async def record_reason(self, guild: int, message: int, member: int, reason: str) -> bool:
        """Keep the reason for a vote (at most `MOST_REASON` characters). False where there is no such vote."""

    async def tallies(self, guild: int) -> tuple[Tally, ...]:
        """The votes of a server by match, those with most "not helpful" first."""

    async def reasons(self, guild: int, *, limit: int, offset: int = 0) -> tuple[Reason, ...]:
        """The reasons of a server, the latest first."""

    async def count_reasons(self, guild: int) -> int:
        """How many reasons there are."""
