"""Pages -> the components of a message: heading, passages, sources, notices, buttons. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord.ui import ActionRow, Container, LayoutView, MediaGallery, Separator, TextDisplay

from bot.core.answers import Answer
from bot.core.cards import Replies
from bot.core.interface import Button
from bot.pictures.album import Picture
from bot.surfaces.discord.items import Menu, Press, option
from bot.surfaces.discord.pages import WARNING_COLOUR, Page, has_menu, pages
from bot.surfaces.discord.states import Ballot, Delete, Pick, Show, State, Why, shown_by

VOTES: tuple[tuple[Button, bool], ...] = (("helpful", True), ("not-helpful", False))
OFFERED, NEAR = 3, 2  # buttons of the sections that a question could mean, and of those near an answer
ROW = 5  # buttons of one row
OPTIONS = 25  # lines of one menu
Row = ActionRow[Any]


@dataclass(frozen=True, slots=True)
class Controls:
    """What a reply carries beside its text.

    `show` builds the reply again, where it is no fresh answer; `asker` may delete it; `votes` asks whether it helped;
    `glance` leads to the steps; `nonce` is that of a pinned card, carried by its menu; `steps` is how many the story has;
    `why` is the message whose vote may be given a reason.
    """

    show: Show | None = None
    asker: int | None = None
    votes: bool = False
    glance: bool = False
    nonce: str = ""
    steps: int = 0
    why: int | None = None
    language: str | None = None


def layout(answer: Answer, replies: Replies, controls: Controls, pictures: Sequence[Picture] = ()) -> LayoutView:
    """The message that shows a page of an answer. A step's drawing stands beside its passage, the evidence under the sources.

    ValueError where a passage fits no message.
    """
    show = controls.show or shown_by(answer)
    whole = answer.outcome == "emergency" or show.kind in {"step", "card"}
    made = pages(answer, replies.labels, whole=whole, pictured=bool(pictures))
    page = made[min(max(show.page, 1), len(made)) - 1] if show.kind != "step" else made[0]
    view = LayoutView(timeout=None)
    for text in filter(None, (page.emergency, page.heading, page.body)):
        view.add_item(TextDisplay(text))
    sources = [TextDisplay[Any](page.sources)] if page.sources else []
    drawn = [_gallery(pictures)] if pictures else []
    for item in (*drawn, *sources) if show.kind == "step" else (*sources, *drawn):
        view.add_item(item)
    view.add_item(_notices(page))
    for row in _rows(answer, replies, controls, show, page):
        view.add_item(row)
    return view


def _gallery(pictures: Sequence[Picture]) -> MediaGallery[Any]:
    """The attached pictures, each with its alt text."""
    items = (discord.MediaGalleryItem(f"attachment://{each.name}", description=each.alt) for each in pictures)
    return MediaGallery(*items)


def _notices(page: Page) -> Container[Any]:
    """The notices in a frame of their own, one component each."""
    frame: Container[Any] = Container(accent_colour=WARNING_COLOUR)
    for number, notice in enumerate(page.notices):
        if number:
            frame.add_item(Separator(visible=False))
        frame.add_item(TextDisplay(notice))
    return frame


def _rows(answer: Answer, replies: Replies, controls: Controls, show: Show, page: Page) -> Iterator[Row]:
    if has_menu(answer):
        yield from _menus(answer, replies, controls)
    elif page.number == 1 and answer.suggestions:
        yield _near(answer)
    turns, opinions = list(_turns(answer, replies, controls, show, page)), list(_opinions(answer, replies, controls))
    for row in [[*turns, *opinions]] if len(turns) + len(opinions) <= ROW else [turns, opinions]:
        if row:
            yield ActionRow(*row)


def _near(answer: Answer) -> Row:
    clarify = answer.outcome == "clarify"
    style = discord.ButtonStyle.primary if clarify else discord.ButtonStyle.secondary
    near = answer.suggestions[: NEAR if answer.outcome == "answer" else OFFERED]
    sections = [section for section in map(answer.card.section, near) if section]
    return ActionRow(*(Press(_whole(answer, section.id).custom_id, section.title, style) for section in sections))


def _whole(answer: Answer, section: str) -> Show:
    return Show("whole", answer.card.id, (section,), language=answer.language)


def _menus(answer: Answer, replies: Replies, controls: Controls) -> Iterator[Row]:
    placeholder = replies.interface.button("pick", controls.language)
    sections = answer.card.sections
    for number, at in enumerate(range(0, len(sections), OPTIONS), 1):
        options = [option(section.title, section.id) for section in sections[at : at + OPTIONS]]
        yield ActionRow(Menu(Pick(answer.card.id, number, controls.nonce).custom_id, placeholder, options))


def _turns(answer: Answer, replies: Replies, controls: Controls, show: Show, page: Page) -> Iterator[Press]:
    """What leads further: other pages, sources, the steps."""

    def button(name: Button, state: State) -> Press:
        return Press(state.custom_id, replies.interface.button(name, controls.language))

    number, of = (max(show.page, 1), controls.steps) if show.kind == "step" else (page.number, page.of)
    if number > 1:
        yield button("back", show.at(number - 1))
    if number < of:
        yield button("next" if show.kind == "step" else "more", show.at(number + 1))
    if answer.citations and not answer.listed and show.kind != "step":
        yield button("sources", Show("sources", answer.card.id, show.sections, language=answer.language))
    if controls.glance and answer.card.steps:
        yield button("steps", Show("step", answer.card.id, language=answer.language))


def _opinions(answer: Answer, replies: Replies, controls: Controls) -> Iterator[Press]:
    """What is thought of the reply: whether it helped, and whether it should go."""

    def button(name: Button, state: State) -> Press:
        return Press(state.custom_id, replies.interface.button(name, controls.language))

    if controls.votes and answer.outcome == "answer":
        for name, helpful in VOTES:
            yield button(name, Ballot(answer.card.id, answer.sections, helpful, answer.confidence))
    if controls.why is not None:
        yield button("say-why", Why(controls.why))
    if controls.asker is not None:
        yield button("delete", Delete(controls.asker))
