"""Putting commands into the tree, their names and descriptions from the knowledge files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands

from bot.core.interface import Command, Interface, OptionName
from bot.surfaces.discord.languages import localised

Tree = app_commands.CommandTree[Any]
Added = app_commands.Command[Any, ..., None]

IN_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
FOR_SERVERS = app_commands.AppInstallationType(guild=True, user=False)


@dataclass(frozen=True, slots=True)
class Adding:
    """Adds commands to a tree. An option is called in the code as in the files, with `_` for `-`."""

    tree: Tree
    words: Interface

    def command(
        self, name: Command, callback: Any, *options: OptionName, within: app_commands.Group | None = None
    ) -> Added:
        """A command, in a group or alone."""
        texts = {option.replace("-", "_"): self.words.options[option] for option in options}
        if texts:
            described = {option: localised(text.description) for option, text in texts.items()}
            app_commands.describe(**described)(callback)
            app_commands.rename(**{option: localised(text.name) for option, text in texts.items()})(callback)
        text = self.words.commands[name]
        command: Added = app_commands.Command(
            name=localised(text.name), description=localised(text.description), callback=callback
        )
        (within or self.tree).add_command(command)
        return command

    def group(self, name: Command, needed: discord.Permissions) -> app_commands.Group:
        """A group of commands that servers alone have, shown to members with these permissions."""
        text = self.words.commands[name]
        group = app_commands.Group(
            name=localised(text.name),
            description=localised(text.description),
            default_permissions=needed,
            allowed_contexts=IN_SERVERS,
            allowed_installs=FOR_SERVERS,
        )
        self.tree.add_command(group)
        return group


def for_servers(command: Added, needed: discord.Permissions) -> None:
    """Let servers alone have a command, shown to members with these permissions."""
    command.default_permissions = needed
    command.allowed_contexts = IN_SERVERS
    command.allowed_installs = FOR_SERVERS
