"""The skeleton of a new card: every section that people ask about, empty, so that the check tells what to write."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

from bot.core.cards import CAVEAT, MARKUP, WARNING, Card, Library
from bot.core.text import fold, squash

_HEAD = """\
# The card of {name}. How a card is written: knowledge/README.md. Check it with: footnote knowledge check
id: {id}
name: {quoted}
aliases: []  # other spellings and short names, each as people type it
summary: ""  # two or three sentences
reviewed: {today}

notices:  # both end replies, and both name the compound
  - id: {warning}
    level: danger
    text: ""  # that it can cause a serious allergic reaction, what to watch for, and to call emergency services
  - id: {caveat}
    level: caution
    text: ""  # what independent work found on benefit, and who paid for the rest

sources:
  # A publication also needs authors, year, journal, pmid or doi, design, funding, finding and checked, and for the picture
  # of the evidence outcomes: a list of benefit, no-clear-benefit, harm-signal, harm-case or inconclusive.
  - id: page
    kind: page
    title: ""  # where the text comes from
  - id: community
    kind: community
    title: ""  # whose reports, and how they were collected

# A passage is a sentence or two, shown to the letter: an id, a text, its sources, and where it fits a status
# (pending-review, lower-confidence) and claims_benefit: true. A section without one needs a gap in place of passages:
# a sentence that says that nothing is known. A section that is not about this compound is taken out.
sections:
"""
_TAIL = """\

# If its story is to be told in order: steps, each with a title and passages, and where it fits a picture
# (a drawing and the words in it): docs/pictures.md.
# steps: []
"""
_SECTION = """\
  - id: {id}
    title: {title}
    passages: []
"""


class CannotBeginError(ValueError):
    """There can be no new card of that name: says why."""


def begin_card(name: str, library: Library, folder: Path, today: datetime.date | None = None) -> Path:
    """Write the skeleton of a card, with the sections that questions lead to; where it was written.

    Raises `CannotBeginError` where the name makes no id, or belongs to a card or a file already.
    """
    name = " ".join(name.split())
    if found := MARKUP.search(name):
        raise CannotBeginError(f"{found[0]!r} has no place in a name: names hold no links and no markup")
    card_id = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))
    if not card_id or len(card_id) > 60:
        raise CannotBeginError(f"{name!r} makes no id: a name needs Latin letters or digits, at most 60")
    owner = _owner(name, library)
    if owner:
        raise CannotBeginError(f"{name!r} is a name of the card {owner!r} already")
    path = folder / "compounds" / f"{card_id}.yaml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_skeleton(name, card_id, library, today or datetime.date.today()))
    except OSError as error:
        raise CannotBeginError(f"cannot write {path}: {error.strerror}") from None
    return path


def _owner(name: str, library: Library) -> str | None:
    names = {squash(fold(known)): card.id for card in library.cards for known in (card.id, card.name, *card.aliases)}
    return names.get(squash(fold(name)))


def _skeleton(name: str, card_id: str, library: Library, today: datetime.date) -> str:
    quoted = json.dumps(name, ensure_ascii=False)
    head = _HEAD.format(name=name, id=card_id, quoted=quoted, today=today, warning=WARNING, caveat=CAVEAT)
    model: Card = library.cards[0]
    wanted = {intent.section for intent in library.intents}
    sections = [section for section in model.sections if section.id in wanted]
    filled = (_SECTION.format(id=section.id, title=json.dumps(section.title)) for section in sections)
    return "".join((head, *filled, _TAIL))
