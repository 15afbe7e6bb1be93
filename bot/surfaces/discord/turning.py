"""Reports that are longer than one message: pages of entries, and the buttons that turn them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.interface import Button, Interface
from bot.surfaces.discord.items import Press
from bot.surfaces.discord.reports import Entry, Row, line_of
from bot.surfaces.discord.states import Paged, Turn

ROOM = 2_400  # characters of entries on a page; the rest is for heading, lines and the warning


def page_of(
    entries: Sequence[Entry], page: int, of: Paged, words: Interface, language: str | None
) -> tuple[tuple[Entry, ...], tuple[Row, ...]]:
    """The entries of a page (from 1; the last where there are fewer), and the buttons that turn to the others."""
    pages: list[list[Entry]] = [[]]
    for entry in entries:
        if pages[-1] and sum(len(line_of(kept)) for kept in [*pages[-1], entry]) > ROOM:
            pages.append([])
        pages[-1].append(entry)
    at = min(max(page, 1), len(pages))
    turns: tuple[tuple[Button, int], ...] = (("back", at - 1), ("more", at + 1))
    row = tuple(
        Press(Turn(of, number).custom_id, words.button(button, language))
        for button, number in turns
        if 1 <= number <= len(pages)
    )
    return tuple(pages[at - 1]), (row,) if row else ()
