"""/settings: how the bot behaves in a server and in its channels, shown and changed."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import discord

from bot.core.interface import Audited, Denial, Heading, SettingLine, SettingWord, in_language
from bot.ports import DEFAULTS, SETTING_NAMES, Level, SettingLevels, SettingName, SettingValue, StoreError
from bot.surfaces.discord import looking_up
from bot.surfaces.discord.languages import language_of, language_of_server
from bot.surfaces.discord.moderating import Moderating
from bot.surfaces.discord.permissions import Chosen, manages_server, permissions_in
from bot.surfaces.discord.replying import Interaction
from bot.surfaces.discord.reports import Channel, Entry, Role, Stored, Value
from bot.surfaces.discord.service import settings_place

T = TypeVar("T")

OF_THE_SERVER: frozenset[SettingName] = frozenset({"staff", "log_channel", "unanswered"})
LEVELS: dict[Level, SettingWord] = {"channel": "level-channel", "guild": "level-guild", "default": "level-default"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options of the command ask for: values by setting, roles to add and remove, and one to take back."""

    values: Mapping[SettingName, SettingValue] = field(default_factory=dict)
    compound: str | None = None
    log_channel: Chosen | None = None
    add_staff: int | None = None
    remove_staff: int | None = None
    reset: SettingName | None = None

    @property
    def names(self) -> set[SettingName]:
        """The settings that are to be changed."""
        named: dict[SettingName, object] = {
            "default_compound": self.compound,
            "log_channel": self.log_channel,
            "staff": self.add_staff or self.remove_staff,
        }
        asked = {name for name, value in named.items() if value is not None}
        return {*self.values, *asked, *([self.reset] if self.reset else [])}


@dataclass(frozen=True, slots=True)
class _Change:
    name: SettingName
    before: SettingValue
    now: SettingValue
    resets: bool = False


class SettingCommands:
    """What /settings does. `reads_content` is whether the bot may read messages that do not address it."""

    def __init__(self, moderating: Moderating, *, reads_content: bool) -> None:
        self._moderating = moderating
        self._service = moderating.service
        self._reads_content = reads_content

    async def settings(self, interaction: Interaction, chosen: Chosen | None, wanted: Wanted) -> None:
        """Show the settings of the server, or of a channel; first change what is wanted."""
        if not await self._moderating.allows(interaction, "settings-server", chosen):
            return
        guild, channel = interaction.guild_id or 0, settings_place(chosen) if chosen else None
        refusal = self._refusal(interaction, chosen, wanted)
        if refusal:
            await self._say(interaction, channel, self._moderating.word(refusal, interaction))
            return
        try:
            levels = await self._kept(self._service.keeper.store.setting_levels(guild, channel))
            changes = list(self._changes(levels, channel, wanted))
            for change in changes:
                await self._apply(guild, channel, change)
            after = await self._kept(self._service.keeper.store.setting_levels(guild, channel)) if changes else levels
        except StoreError:
            await self._say(interaction, channel, self._moderating.word("store-down", interaction))
            return
        await self._show(interaction, channel, after, self._line(wanted, changes))
        for change in changes:
            await self._audit(interaction, channel, change)

    def _refusal(self, interaction: Interaction, chosen: Chosen | None, wanted: Wanted) -> SettingLine | Denial | None:
        guild = interaction.client.get_guild(interaction.guild_id or 0)
        of_the_server = bool(wanted.names & OF_THE_SERVER)
        if of_the_server and not manages_server(interaction):
            return "managers-only"
        if of_the_server and chosen:
            return "server-only"
        if wanted.compound and not looking_up.card_for(self._service.footnote, wanted.compound, None):
            return "no-such-card"
        if wanted.log_channel and not _can_write(guild, wanted.log_channel):
            return "log-cannot"
        return None

    def _changes(self, levels: SettingLevels, channel: int | None, wanted: Wanted) -> Iterator[_Change]:
        """What differs from what is set at that level."""
        at = levels.channel if channel else levels.guild
        before = levels.resolved()
        values = dict(wanted.values)
        card = looking_up.card_for(self._service.footnote, wanted.compound, None) if wanted.compound else None
        if card:
            values["default_compound"] = card.id
        if wanted.log_channel:
            values["log_channel"] = wanted.log_channel.id
        if wanted.add_staff or wanted.remove_staff:
            values["staff"] = (before.staff | {wanted.add_staff or 0}) - {wanted.remove_staff, 0}
        for name, value in values.items():
            if name not in at or at[name] != value:
                yield _Change(name, getattr(before, name), value)
        if wanted.reset and wanted.reset in at:
            above = levels.guild.get(wanted.reset) if channel else None
            now = above if above is not None else getattr(DEFAULTS, wanted.reset)
            yield _Change(wanted.reset, at[wanted.reset], now, resets=True)

    async def _apply(self, guild: int, channel: int | None, change: _Change) -> None:
        if change.resets:
            await self._kept(self._service.keeper.store.reset_setting(guild, channel, change.name))
        else:
            await self._kept(self._service.keeper.store.set_setting(guild, channel, change.name, change.now))
        if change.name == "unanswered" and not change.now:  # what was kept while the queue was on goes with it
            await self._service.inbox.kept()
            await self._kept(self._service.keeper.store.clear_gaps(guild))

    async def _kept(self, call: Coroutine[Any, Any, T]) -> T:
        return await self._service.keeper.tried("failed for a setting", call)

    @staticmethod
    def _line(wanted: Wanted, changes: list[_Change]) -> SettingLine:
        if not wanted.names:
            return "how-to-set"
        return "changed" if changes else "nothing-changed"

    async def _show(
        self, interaction: Interaction, channel: int | None, levels: SettingLevels, line: SettingLine
    ) -> None:
        language, resolved = language_of(interaction), levels.resolved()
        entries = [
            self._entry(name, getattr(resolved, name), levels.level_of(name), language)
            for name in SETTING_NAMES
            if channel is None or name not in OF_THE_SERVER
        ]
        lines = [self._moderating.word(line, interaction)]
        if resolved.auto_answer and not self._reads_content:
            words = self._service.words
            lines.append(words.filled(words.note("no-content", language), language))
        await self._say(interaction, channel, "\n".join(lines), *entries)

    def _entry(self, name: SettingName, value: SettingValue, level: Level, language: str | None) -> Entry:
        words = self._service.words
        shown = self._values(name, value, language)
        return Entry(in_language(words.settings[name], language), (*shown, words.word(LEVELS[level], language)))

    def _values(self, name: SettingName, value: SettingValue, language: str | None) -> tuple[Value, ...]:
        words = self._service.words
        if isinstance(value, bool):
            return (words.word("on" if value else "off", language),)
        if isinstance(value, frozenset) and value:
            return tuple(Role(role) for role in sorted(value))
        if name == "cool_down" and isinstance(value, int | float):
            return (f"{value:g}", words.word("seconds", language))
        if name == "log_channel" and isinstance(value, int):
            return (Channel(value),)
        if isinstance(value, str):
            card = self._service.footnote.library.card(value)
            return (Stored(card.name if card else value),)
        return (words.word("none", language),)

    async def _audit(self, interaction: Interaction, channel: int | None, change: _Change) -> None:
        words, language = self._service.words, language_of_server(interaction.guild)
        entries = [
            Entry(words.word("setting", language), (in_language(words.settings[change.name], language),)),
            *([Entry(words.word("channel", language), (Channel(channel),))] if channel else []),
            Entry(words.word("before", language), self._values(change.name, change.before, language)),
            Entry(words.word("now", language), self._values(change.name, change.now, language)),
        ]
        what: Audited = "reset" if change.resets else "set"
        value = sorted(change.now) if isinstance(change.now, frozenset) else change.now
        await self._moderating.audit.told(
            interaction, what, *entries, channel=channel, setting=change.name, value=value
        )

    async def _say(self, interaction: Interaction, channel: int | None, line: str, *entries: Entry) -> None:
        where = [Entry(self._moderating.word("channel", interaction), (Channel(channel),))] if channel else []
        heading: Heading = "settings-channel" if channel else "settings-server"
        await self._moderating.say(interaction, heading, line, *where, *entries)


def _can_write(guild: discord.Guild | None, chosen: Chosen) -> bool:
    allowed = permissions_in(guild, chosen) if guild and guild.me else discord.Permissions.none()
    return allowed.view_channel and allowed.send_messages
