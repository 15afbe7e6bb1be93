"""The button and the menu: dynamic items, which discord.py finds again by their custom_id, also after a restart."""

from __future__ import annotations

import re
from typing import Any, Self

import discord
from discord.ui import Button, DynamicItem, Item, Select

LABEL = 80  # characters of a button's label


class Press(DynamicItem[Button[Any]], template=r"(?s)(?!fn\d+:[pq]:).*"):
    """A button. Its custom_id alone says what its press does; any id that is no menu's comes here, old ones too."""

    def __init__(self, custom_id: str, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> None:
        super().__init__(Button(label=_short(label, LABEL), style=style, custom_id=custom_id))

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction[Any], item: Item[Any], match: re.Match[str], /) -> Self:
        """The button that was pressed."""
        return cls(match[0], getattr(item, "label", None) or "-")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the client."""
        await interaction.client.pressed(interaction, self.custom_id)


class Menu(DynamicItem[Select[Any]], template=r"(?s)fn\d+:[pq]:.*"):
    """A menu to choose one thing from."""

    def __init__(self, custom_id: str, placeholder: str, options: list[discord.SelectOption]) -> None:
        super().__init__(Select(custom_id=custom_id, placeholder=placeholder, options=options))

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction[Any], item: Item[Any], match: re.Match[str], /) -> Self:
        """The menu that was used."""
        return cls(match[0], getattr(item, "placeholder", None) or "-", list(getattr(item, "options", ())))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the choice to the client."""
        await interaction.client.pressed(interaction, self.custom_id, tuple(self.item.values))


def option(label: str, value: str) -> discord.SelectOption:
    """A line of a menu."""
    return discord.SelectOption(label=_short(label, 100), value=value)


def _short(label: str, most: int) -> str:
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"
