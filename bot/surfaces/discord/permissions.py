"""Who may use the moderators' commands, and what the bot itself may do in a channel: checked before anything is done.

Discord checks the commands too, but a server can change that.
"""

from __future__ import annotations

import discord
from discord.app_commands import AppCommandChannel, AppCommandThread

from bot.core.interface import CannotPin
from bot.ports import ChannelSettings
from bot.surfaces.discord.pinning_faults import CannotPinError
from bot.surfaces.discord.replying import Interaction

Chosen = AppCommandChannel | AppCommandThread
TALKED_IN = {
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
}


def moderates(interaction: Interaction, settings: ChannelSettings, chosen: Chosen | None = None) -> bool:
    """Whether whoever acts may manage messages there, manages the server, or has a role that the settings name.

    `chosen` is the channel that an option names, where it is not the one in which the command was used.
    """
    if interaction.guild_id is None:
        return False
    allowed = chosen.permissions if chosen else interaction.permissions
    return allowed.manage_messages or allowed.manage_guild or has_staff_role(interaction.user, settings)


def manages_server(interaction: Interaction) -> bool:
    """Whether whoever acts may manage the server."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def has_staff_role(member: discord.abc.User, settings: ChannelSettings) -> bool:
    """Whether a member has a role that the settings name."""
    return any(role.id in settings.staff for role in getattr(member, "roles", ()))


def server_of(interaction: Interaction) -> int | None:
    """The server where somebody acts, if the bot is a member of it; what is kept of others would never be deleted."""
    guild = interaction.guild_id
    return guild if guild and interaction.client.get_guild(guild) else None


def check_place(guild: discord.Guild | None, place: Chosen | discord.abc.Snowflake | None) -> None:
    """Raise `CannotPinError` for what keeps the bot from pinning a card there, as far as it is known beforehand."""
    if guild is None or guild.me is None:
        raise CannotPinError("not-here")
    if getattr(place, "type", None) not in TALKED_IN:
        raise CannotPinError("wrong-kind")
    thread = place if isinstance(place, discord.Thread | AppCommandThread) else None
    allowed = permissions_in(guild, place)
    checks: tuple[tuple[CannotPin, bool], ...] = (
        ("locked", not thread or not thread.locked or allowed.manage_threads),
        ("archived", not thread or not thread.archived),
        ("no-view", allowed.view_channel),
        ("no-send", allowed.send_messages_in_threads if thread else allowed.send_messages),
        ("no-history", allowed.read_message_history),
        ("no-pin", allowed.pin_messages),
    )
    for reason, holds in checks:
        if not holds:
            raise CannotPinError(reason)


def permissions_in(guild: discord.Guild, place: Chosen | discord.abc.Snowflake | None) -> discord.Permissions:
    """What the bot itself may do in a channel or thread; nothing where the channel is not known."""
    if isinstance(place, discord.Thread | AppCommandThread):
        channel = guild.get_channel(place.parent_id)
    else:
        channel = guild.get_channel(place.id) if place else None
    return channel.permissions_for(guild.me) if channel else discord.Permissions.none()
