"""What a chat surface asks of a store: a channel's settings, and a place for votes. And a store in memory alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

COOL_DOWN = 30.0  # seconds between two automatic answers to one member


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How the bot behaves in a channel. `cool_down` is in seconds; `staff` holds the ids of roles that moderate."""

    auto_answer: bool = False
    default_compound: str | None = None
    cool_down: float = COOL_DOWN
    staff: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Vote:
    """Whether a reply helped. `message` and `member` make it one vote each; a store need not keep them as they are."""

    guild: int | None
    channel: int
    message: int
    member: int
    compound: str
    sections: tuple[str, ...]
    helpful: bool


class Store(Protocol):
    """Where settings and votes are kept. Any of it may fail or be slow: members are answered all the same."""

    async def channel_settings(self, guild: int | None, channel: int) -> ChannelSettings:
        """The settings of a channel; a thread has those of its channel."""

    async def record_vote(self, vote: Vote) -> None:
        """Keep a vote; a second one by the same member on the same message takes the place of the first."""


class InMemoryStore:
    """A store for one run of the bot: what it keeps is gone with it."""

    def __init__(self) -> None:
        self.settings: dict[int, ChannelSettings] = {}
        self.votes: dict[tuple[int, int], Vote] = {}

    async def channel_settings(self, guild: int | None, channel: int) -> ChannelSettings:  # noqa: ARG002 - as the port says
        """The settings that were put into `settings` for a channel, else the defaults."""
        return self.settings.get(channel, ChannelSettings())

    async def record_vote(self, vote: Vote) -> None:
        """Keep a vote under its message and member."""
        self.votes[vote.message, vote.member] = vote
