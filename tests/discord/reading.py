"""What a person sees of a message: its texts, its buttons, whether the notices stand under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from simcord import ResponseMessage

Shown = discord.Message | ResponseMessage | Sequence[Any]

WARNING = "Warning: Cerebrolysin can cause a serious allergic reaction (anaphylaxis)."
CAVEAT = "On benefit: the Cochrane review of Cerebrolysin in acute stroke"


def components(message: Shown) -> list[dict[str, Any]]:
    """Every component of a message, from top to bottom, those within others too."""
    return list(_walk(_raw(message)))


def texts(message: Shown) -> list[str]:
    """The texts of a message."""
    return [component["content"] for component in components(message) if component["type"] == 10]


def text(message: Shown) -> str:
    """All text of a message."""
    return "\n".join(texts(message))


def labels(message: Shown) -> list[str]:
    """The labels of its buttons."""
    return [component["label"] for component in components(message) if component["type"] == 2]


def ids(message: Shown) -> list[str]:
    """The custom_ids of its buttons and menus."""
    return [component["custom_id"] for component in components(message) if "custom_id" in component]


def ends_with_the_warning(message: Shown) -> bool:
    """Whether the last text of a message in English is the warning."""
    return texts(message)[-1].startswith(WARNING)


def _raw(message: Shown) -> list[dict[str, Any]]:
    if isinstance(message, ResponseMessage):
        return message.components
    if isinstance(message, discord.Message):
        return [dict(component.to_dict()) for component in message.components]
    return list(message)


def _walk(raw: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in raw:
        yield component
        yield from _walk(component.get("components", []))
        yield from _walk([component["component"]] if "component" in component else [])
