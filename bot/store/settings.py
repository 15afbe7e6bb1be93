"""Settings in the database: a row for each that was set."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from time import monotonic

from sqlalchemy import delete, select

from bot.ports import DEFAULTS, SETTING_NAMES, ChannelSettings, SettingLevels, SettingName, SettingValue, checked
from bot.store.database import Database
from bot.store.statements import put
from bot.store.tables import settings

log = logging.getLogger(__name__)

OF_THE_SERVER = 0  # in the place of a channel
FRESH = 30.0  # seconds in which settings are not read again; another process' change is seen after that
MOST = 5_000  # servers whose settings are remembered
TOGETHER = 200  # servers that are read in one go

Level = Mapping[SettingName, SettingValue]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was set in a server at a time: for each place that has any, and the settings that it amounts to there."""

    at: float
    levels: Mapping[int, Level]
    resolved: dict[int, ChannelSettings] = field(default_factory=dict)

    def settings(self, channel: int) -> ChannelSettings:
        """The settings that hold in a channel, worked out once."""
        place = channel if channel in self.levels else OF_THE_SERVER
        if place not in self.resolved:
            own = self.levels.get(place, {}) if place else {}
            self.resolved[place] = SettingLevels(self.levels.get(OF_THE_SERVER, {}), own).resolved()
        return self.resolved[place]


class SettingsTable:
    """The settings of servers and channels."""

    database: Database

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._changes = 0
        self._wanted: set[int] = set()  # servers that somebody waits for
        self._reading = asyncio.Lock()

    def known_settings(self, guild: int, channel: int) -> ChannelSettings | None:
        """The settings that hold in a channel, where they were read a moment ago; None where they have to be read."""
        known = self._known.get(guild)
        return known.settings(channel) if known and monotonic() - known.at < FRESH else None

    async def channel_settings(self, guild: int | None, channel: int) -> ChannelSettings:
        """The settings that hold in a channel; outside of servers the defaults."""
        if not guild:
            return DEFAULTS
        return self.known_settings(guild, channel) or (await self._read(guild)).settings(channel)

    def settings_changed(self, guild: int) -> None:
        """Read a server's settings again at their next use."""
        self._changes += 1
        self._known.pop(guild, None)

    async def _read(self, guild: int) -> _Known:
        """What was set in a server, read together with those that others wait for, or that have to be read soon."""
        self._wanted.add(guild)
        async with self._reading:
            known = self._known.get(guild)
            if known and guild not in self._wanted:  # whoever was before has read it too
                return known
            now, changes = monotonic(), self._changes
            soon = (each for each, known in self._known.items() if now - known.at > FRESH / 2)
            together = {guild, *islice(chain(self._wanted, soon), TOGETHER)}
            found = await self._levels(together)
            read = {each: _Known(now, found.get(each, {})) for each in together}
            self._wanted -= together
            if changes == self._changes:  # else somebody wrote meanwhile, and what was read may be what was before
                self._keep(read)
            return read[guild]

    def _keep(self, read: Mapping[int, _Known]) -> None:
        for guild, known in read.items():
            self._known[guild] = known
            self._known.move_to_end(guild)
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    async def setting_levels(self, guild: int, channel: int | None) -> SettingLevels:
        """What was set for a server and for a channel of it."""
        found = (await self._levels([guild])).get(guild, {})
        return SettingLevels(found.get(OF_THE_SERVER, {}), found.get(channel, {}) if channel else {})

    async def _levels(self, guilds: Collection[int]) -> dict[int, dict[int, dict[SettingName, SettingValue]]]:
        """What was set, by server and place."""
        columns = (settings.c.guild, settings.c.channel, settings.c.name, settings.c.value)
        found: dict[int, dict[int, dict[SettingName, SettingValue]]] = {}
        async with self.database.reading() as connection:
            for guild, place, name, value in await connection.execute(
                select(*columns).where(settings.c.guild.in_(guilds))
            ):
                found.setdefault(guild, {}).setdefault(place, {}).update(_read(guild, name, value))
        return found

    async def set_setting(self, guild: int, channel: int | None, name: SettingName, value: SettingValue) -> None:
        """Set one setting of a server or of a channel. ValueError as of `checked`."""
        held = checked(name, value)
        text = json.dumps(sorted(held) if isinstance(held, frozenset) else held)
        row = {"guild": guild, "channel": channel or OF_THE_SERVER, "name": name, "value": text}
        async with self.database.writing() as connection:
            await connection.execute(put(self.database, settings, row, ["guild", "channel", "name"], ["value"]))
        self.settings_changed(guild)

    async def reset_setting(self, guild: int, channel: int | None, name: SettingName) -> bool:
        """Take one setting away again. False where it was not set there."""
        place = channel or OF_THE_SERVER
        this = (settings.c.guild == guild) & (settings.c.channel == place) & (settings.c.name == name)
        async with self.database.writing() as connection:
            was_set = bool((await connection.execute(delete(settings).where(this))).rowcount)
        self.settings_changed(guild)
        return was_set


def _read(guild: int, name: str, value: str) -> dict[SettingName, SettingValue]:
    """A row as a setting; nothing where it is none that this version knows."""
    try:
        known = next(known for known in SETTING_NAMES if known == name)
        plain = json.loads(value)
        return {known: checked(known, frozenset(plain) if isinstance(plain, list) else plain)}
    except (StopIteration, ValueError, TypeError):
        log.warning("a setting in the database is none of this version", extra={"guild": guild, "setting": name})
        return {}
