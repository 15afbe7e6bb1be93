"""Settings of servers and channels: a channel's override its server's, and those the defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Protocol, cast

COOL_DOWN = 30.0  # seconds between two automatic answers to one member
LONGEST_COOL_DOWN = 86_400.0

SettingName = Literal["auto_answer", "default_compound", "cool_down", "staff", "log_channel", "unanswered"]
SettingValue = bool | str | float | int | frozenset[int] | None
Level = Literal["channel", "guild", "default"]


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How the bot behaves in a channel.

    `cool_down` is in seconds; `staff` holds the ids of roles that moderate; `log_channel` is the channel that is told
    who changed what; `unanswered` says whether declined questions enter the queue.
    """

    auto_answer: bool = False
    default_compound: str | None = None
    cool_down: float = COOL_DOWN
    staff: frozenset[int] = frozenset()
    log_channel: int | None = None
    unanswered: bool = True


DEFAULTS = ChannelSettings()
SETTING_NAMES = cast("tuple[SettingName, ...]", tuple(entry.name for entry in fields(ChannelSettings)))


@dataclass(frozen=True, slots=True)
class SettingLevels:
    """What was set for a server and for one of its channels; a name that is in neither has its default."""

    guild: Mapping[SettingName, SettingValue] = field(default_factory=dict)
    channel: Mapping[SettingName, SettingValue] = field(default_factory=dict)

    def level_of(self, name: SettingName) -> Level:
        """Which level decides a setting."""
        return "channel" if name in self.channel else "guild" if name in self.guild else "default"

    def resolved(self) -> ChannelSettings:
        """The settings that hold in the channel."""
        return ChannelSettings(**cast("dict[str, Any]", {**self.guild, **self.channel}))


def checked(name: SettingName, value: object) -> SettingValue:
    """A value as a setting holds it. ValueError says what it would have to be."""
    wanted, accepts = _RULES[name]
    if not accepts(value):
        raise ValueError(f"{name} has to be {wanted}, not {value!r}")
    if name == "cool_down":
        return float(cast("float", value))
    return frozenset(cast("frozenset[int]", value)) if name == "staff" else cast("SettingValue", value)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _is_card(value: object) -> bool:
    return value is None or (isinstance(value, str) and 0 < len(value) <= 60)


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST_COOL_DOWN


_RULES: dict[SettingName, tuple[str, Callable[[object], bool]]] = {
    "auto_answer": ("true or false", lambda value: isinstance(value, bool)),
    "unanswered": ("true or false", lambda value: isinstance(value, bool)),
    "default_compound": ("a card's id", _is_card),
    "cool_down": (f"seconds from 0 to {LONGEST_COOL_DOWN:.0f}", _is_seconds),
    "staff": ("ids of roles", lambda value: isinstance(value, frozenset) and all(map(_is_id, value))),
    "log_channel": ("a channel's id", lambda value: value is None or _is_id(value)),
}


class SettingsStore(Protocol):
    """Where settings are kept. `channel` None means those of the server; a thread has its channel's."""

    def known_settings(self, guild: int, channel: int) -> ChannelSettings | None:
        """The settings that hold in a channel, where they were read a moment ago; None where they have to be read."""

    async def channel_settings(self, guild: int | None, channel: int) -> ChannelSettings:
        """The settings that hold in a channel; outside of servers the defaults."""

    async def setting_levels(self, guild: int, channel: int | None) -> SettingLevels:
        """What was set for a server and for a channel of it."""

    async def set_setting(self, guild: int, channel: int | None, name: SettingName, value: SettingValue) -> None:
        """Set one setting of a server or of a channel. ValueError as of `checked`."""

    async def reset_setting(self, guild: int, channel: int | None, name: SettingName) -> bool:
        """Take one setting away again. False where it was not set there."""
