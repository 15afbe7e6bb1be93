"""Who may use the moderators' commands: checked here as well as by Discord, whose check a server can change."""

from __future__ import annotations

import discord

from bot.ports import ChannelSettings
from bot.surfaces.discord.replying import Interaction


def moderates(interaction: Interaction, settings: ChannelSettings) -> bool:
    """Whether whoever acts may manage messages there, manages the server, or has a role that the settings name."""
    if interaction.guild_id is None:
        return False
    allowed = interaction.permissions
    return allowed.manage_messages or allowed.manage_guild or has_staff_role(interaction.user, settings)


def has_staff_role(member: discord.abc.User, settings: ChannelSettings) -> bool:
    """Whether a member has a role that the settings name."""
    return any(role.id in settings.staff for role in getattr(member, "roles", ()))


def server_of(interaction: Interaction) -> int | None:
    """The server where somebody acts, if the bot is a member of it; what is kept of others would never be deleted."""
    guild = interaction.guild_id
    return guild if guild and interaction.client.get_guild(guild) else None
