"""What a chat surface asks of a store: settings, pins, unanswered questions, votes; and that it forgets."""

from __future__ import annotations

from typing import Protocol

from bot.core.gaps import Unanswered
from bot.ports.feedback import MOST_REASON, FeedbackStore, Reason, Tally, Vote
from bot.ports.gaps import MOST_GAPS, Gap, GapState, GapStore, Noted
from bot.ports.pins import Pin, PinKey, PinState, PinStep, PinStore
from bot.ports.settings import (
    COOL_DOWN,
    DEFAULTS,
    SETTING_NAMES,
    ChannelSettings,
    Level,
    SettingLevels,
    SettingName,
    SettingsStore,
    SettingValue,
    checked,
)


class Store(SettingsStore, PinStore, GapStore, FeedbackStore, Protocol):
    """Where all of it is kept. Any of it may fail (`StoreError`) or be slow: members are answered all the same."""

    async def forget_member(self, member: int) -> int:
        """Delete what could be tied to a member, on every server: votes and reasons. How many rows."""

    async def remove_guild(self, guild: int) -> int:
        """Delete every row of a server. How many."""

    async def known_guilds(self) -> frozenset[int]:
        """The servers that have rows."""

    async def purge(self, before: float) -> int:
        """Delete questions last asked before a time (accepted ones stay), and hashes and reasons of votes before it.

        The counts of such votes stay. How many rows were changed.
        """

    async def prepare(self) -> None:
        """Open it and bring it up to date, now rather than at the first use."""

    async def close(self) -> None:
        """Let the connections go."""


class StoreError(Exception):
    """Why the store cannot do what it is asked, in one line."""


__all__ = [
    "COOL_DOWN",
    "DEFAULTS",
    "MOST_GAPS",
    "MOST_REASON",
    "SETTING_NAMES",
    "ChannelSettings",
    "Gap",
    "GapState",
    "Level",
    "Noted",
    "Pin",
    "PinKey",
    "PinState",
    "PinStep",
    "Reason",
    "SettingLevels",
    "SettingName",
    "SettingValue",
    "Store",
    "StoreError",
    "Tally",
    "Unanswered",
    "Vote",
    "checked",
]
