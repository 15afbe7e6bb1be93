"""Settings in the database: a row for each that was set."""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from time import monotonic
from typing import cast

from sqlalchemy import delete, select

from bot.ports import DEFAULTS, SETTING_NAMES, ChannelSettings, SettingLevels, SettingName, SettingValue, checked
from bot.store.database import Database
from bot.store.statements import put
from bot.store.tables import settings

log = logging.getLogger(__name__)

OF_THE_SERVER = 0  # in the place of a channel
FRESH = 30.0  # seconds in which settings are not read again; another process' change is seen after that
MOST = 5_000  # channels whose settings are remembered


class SettingsTable:
    """The settings of servers and channels."""

    database: Database

    def __init__(self) -> None:
        self._remembered: OrderedDict[tuple[int, int], tuple[float, ChannelSettings]] = OrderedDict()
        self._changes = 0

    async def channel_settings(self, guild: int | None, channel: int) -> ChannelSettings:
        """The settings that hold in a channel; outside of servers the defaults."""
        if not guild:
            return DEFAULTS
        read_at, remembered = self._remembered.get((guild, channel), (float("-inf"), DEFAULTS))
        if monotonic() - read_at < FRESH:
            return remembered
        changes = self._changes
        settings = (await self.setting_levels(guild, channel)).resolved()
        if changes != self._changes:  # somebody wrote meanwhile: what was read may be what was before
            return settings
        self._remembered[guild, channel] = (monotonic(), settings)
        if len(self._remembered) > MOST:
            self._remembered.popitem(last=False)
        return settings

    def settings_changed(self, guild: int) -> None:
        """Read a server's settings again at their next use."""
        self._changes += 1
        for place in [place for place in self._remembered if place[0] == guild]:
            del self._remembered[place]

    async def setting_levels(self, guild: int, channel: int | None) -> SettingLevels:
        """What was set for a server and for a channel of it."""
        places = {OF_THE_SERVER, channel or OF_THE_SERVER}
        found = select(settings.c.channel, settings.c.name, settings.c.value).where(
            settings.c.guild == guild, settings.c.channel.in_(places)
        )
        levels = SettingLevels({}, {})
        async with self.database.reading() as connection:
            for place, name, value in await connection.execute(found):
                level = levels.channel if place else levels.guild
                cast("dict[SettingName, SettingValue]", level).update(_read(guild, name, value))
        return levels

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
