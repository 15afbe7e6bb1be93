"""Moderators' own replies: stored data, escaped, under labels from the knowledge files, and the warning at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from discord.ui import ActionRow, Container, LayoutView, Separator, TextDisplay

from bot.core.cards import WARNING, Card, Notice
from bot.core.text import clean
from bot.surfaces.discord.items import Menu, Press
from bot.surfaces.discord.pages import LIMIT, WARNING_COLOUR, shown

SPECIAL = re.compile(r"([\\*_~`|>#\[\]()<@:!+.=/-])")
LINKED = re.compile(r"(?i)\b(?:https?|discord|steam)(?=:)|\b(www|discord)\b(?=\.)")


@dataclass(frozen=True, slots=True)
class Stored:
    """What somebody wrote, or an id that somebody chose: shown to the letter, with no link, ping or markdown."""

    text: str
    most: int = 400  # characters that are shown


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, shown by its name."""

    id: int


@dataclass(frozen=True, slots=True)
class Role:
    """A role, shown by its name; nobody is pinged."""

    id: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member, shown by name; nobody is pinged."""

    id: int


@dataclass(frozen=True, slots=True)
class MessageLink:
    """A message of the bot's own, as a link to it."""

    guild: int
    channel: int
    message: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A time (seconds), shown in the reader's own."""

    at: float


Value = str | int | Stored | Channel | Role | Member | MessageLink | Moment
"""A `str` is a text of the knowledge files."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: values in a row, after a label."""

    label: str
    values: tuple[Value, ...] = ()


Row = tuple[Press, ...] | Menu


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A reply to a moderator. `card` is the one whose warning ends it; `title`, labels and lines are the files'.

    `rows` are its buttons and menus, five at most. Nothing can take the warning away: it comes from the card.
    """

    card: Card
    title: str
    lines: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    rows: tuple[Row, ...] = ()
    language: str | None = None

    def __post_init__(self) -> None:
        if not any(notice.id == WARNING and notice.text.strip() for notice in self.card.notices):
            raise ValueError("a report needs a card that has the warning")

    def __init_subclass__(cls, **_: Any) -> None:
        raise TypeError("Report is final: a subclass could hide its warning")

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The warning."""
        return (self.card.warning,)


def report_view(report: Report) -> LayoutView:
    """The message that shows a report. Entries past Discord's limit are left out from the end; the warning never is."""
    notices = [shown(text) for notice in report.notices for text in notice.texts(report.language)]
    heading = f"### {shown(report.title)}"
    room = LIMIT - len(heading) - sum(map(len, notices))
    view = LayoutView(timeout=None)
    view.add_item(TextDisplay(heading))
    body = _fitting([*map(shown, report.lines), *map(line_of, report.entries)], room)
    if body:
        view.add_item(TextDisplay(body))
    view.add_item(Separator())
    view.add_item(Container(*map(TextDisplay, notices), accent_colour=WARNING_COLOUR))
    for row in report.rows:
        view.add_item(ActionRow(*row) if isinstance(row, tuple) else ActionRow(row))
    return view


def plain(text: str, most: int = 400) -> str:
    """A text of somebody's as Discord shows it: on one line, without links and mentions, every sign as it is."""
    line = " ".join(clean(text).split())
    line = line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
    return SPECIAL.sub(r"\\\1", LINKED.sub(lambda match: f"{match[0]}\u200b", line))


def line_of(entry: Entry) -> str:
    """An entry as it is shown."""
    values = " ".join(map(_value, entry.values))
    return f"- {shown(entry.label)}: {values}" if values else f"- {shown(entry.label)}"


def _value(value: Value) -> str:  # noqa: PLR0911 - one for each kind of value
    match value:
        case Stored(text, most):
            return plain(text, most)
        case Channel(id=channel):
            return f"<#{channel}>"
        case Role(id=role):
            return f"<@&{role}>"
        case Member(id=member):
            return f"<@{member}>"
        case MessageLink(guild, channel, message):
            return f"https://discord.com/channels/{guild}/{channel}/{message}"
        case Moment(at):
            return f"<t:{at:.0f}:d>"
        case _:
            return shown(str(value))


def _fitting(lines: Iterable[str], room: int) -> str:
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept)
