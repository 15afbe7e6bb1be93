"""The commands for moderators and for the bot's owner, as Discord knows them."""

from __future__ import annotations

from typing import Any, get_args

import discord
from discord import app_commands

from bot.core.interface import SettingOption
from bot.ports import SETTING_NAMES, SettingName, SettingValue
from bot.ports.settings import LONGEST_COOL_DOWN
from bot.surfaces.discord.adding import Adding, for_servers
from bot.surfaces.discord.card_commands import CardCommands
from bot.surfaces.discord.commands import Completing
from bot.surfaces.discord.languages import localised
from bot.surfaces.discord.permissions import TALKED_IN, Chosen
from bot.surfaces.discord.reloads import Reloads
from bot.surfaces.discord.replying import Interaction
from bot.surfaces.discord.setting_commands import SettingCommands, Wanted

Seconds = app_commands.Range[int, 0, int(LONGEST_COOL_DOWN)]
Typed = app_commands.Range[str, 1, 100]

MODERATORS = discord.Permissions(manage_messages=True)
MANAGERS = discord.Permissions(manage_guild=True)
NOBODY = discord.Permissions.none()


class Talked(app_commands.Transformer):
    """A channel or thread in which people talk, also one that the bot does not see."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds that Discord offers."""
        return sorted(TALKED_IN, key=lambda kind: int(kind.value))

    async def transform(self, _: Interaction, value: Any, /) -> Chosen:
        """The channel as Discord tells of it."""
        chosen: Chosen = value
        return chosen


Channel = app_commands.Transform[Chosen, Talked]


def add_card_commands(adding: Adding, cards: CardCommands, compounds: Completing) -> None:
    """/cards and what is under it."""
    group = adding.group("cards", MODERATORS)

    async def pin(interaction: Interaction, compound: Typed, channel: Channel | None = None) -> None:
        await cards.pin(interaction, compound, channel)

    async def unpin(interaction: Interaction, compound: Typed, channel: Channel | None = None) -> None:
        await cards.unpin(interaction, compound, channel)

    async def list_(interaction: Interaction) -> None:
        await cards.list(interaction)

    async def refresh(interaction: Interaction) -> None:
        await cards.refresh(interaction)

    adding.command("cards pin", pin, "compound", "channel", within=group).autocomplete("compound")(compounds)
    adding.command("cards unpin", unpin, "compound", "channel", within=group).autocomplete("compound")(compounds)
    adding.command("cards list", list_, within=group)
    adding.command("cards refresh", refresh, within=group)


def add_settings(adding: Adding, commands: SettingCommands, compounds: Completing) -> None:
    """/settings."""

    async def settings(  # noqa: PLR0913 - one for each option
        interaction: Interaction,
        *,
        channel: Channel | None = None,
        auto_answer: bool | None = None,
        compound: Typed | None = None,
        cool_down: Seconds | None = None,
        add_staff: discord.Role | None = None,
        remove_staff: discord.Role | None = None,
        log_channel: Channel | None = None,
        queue: bool | None = None,
        reset: str | None = None,
    ) -> None:
        given: dict[SettingName, SettingValue] = {
            "auto_answer": auto_answer,
            "cool_down": cool_down,
            "unanswered": queue,
        }
        wanted = Wanted(
            values={name: value for name, value in given.items() if value is not None},
            compound=compound,
            log_channel=log_channel,
            add_staff=add_staff.id if add_staff else None,
            remove_staff=remove_staff.id if remove_staff else None,
            reset=next((name for name in SETTING_NAMES if name == reset), None),
        )
        await commands.settings(interaction, channel, wanted)

    words = adding.words
    choices = [app_commands.Choice(name=localised(words.settings[name]), value=name) for name in SETTING_NAMES]
    app_commands.choices(reset=choices)(settings)
    command = adding.command("settings", settings, "channel", "compound", *get_args(SettingOption))
    command.autocomplete("compound")(compounds)
    for_servers(command, MANAGERS)


def add_reload(adding: Adding, reloads: Reloads) -> None:
    """/reload: in direct messages, and in servers for administrators, as far as Discord shows it."""

    async def reload(interaction: Interaction) -> None:
        await reloads.command(interaction)

    command = adding.command("reload", reload)
    command.default_permissions = NOBODY
    command.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
