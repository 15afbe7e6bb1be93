"""What must hold of every reply, on every surface (contract R1, R2 and R7). A reply is checked once."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

from bot.core.answers import Answer
from bot.evaluation.contract import Contract
from bot.footnote import Footnote
from bot.surfaces import plain
from bot.surfaces.discord.layout import Controls, layout
from bot.surfaces.discord.pages import shown

TEXT, MOST_TEXT, MOST_PARTS, LONGEST_ID = 10, 4000, 40, 100  # Discord's: a text's type, and its limits
PINGS = re.compile(r"<@[!&]?\d|<#\d|@everyone|@here")
LINK = re.compile(r"https?://[^\s<>)\]]+|discord\.gg/\S+")
KEPT = 50_000  # replies that are not checked again


class BrokenPromiseError(AssertionError):
    """A reply that breaks the contract."""


class Promises:
    """Holds replies against the contract; `looked_up`: those that no question led to."""

    def __init__(self, footnote: Footnote, *, looked_up: bool = False) -> None:
        self.footnote = footnote
        self._looked_up = looked_up
        self._contract = Contract(footnote.library)
        self._links = {source.url for card in footnote.library.cards for source in card.sources if source.url}
        self._seen: OrderedDict[object, None] = OrderedDict()

    @property
    def seen(self) -> int:
        """How many different replies were checked."""
        return len(self._seen)

    def check(self, answer: Answer) -> None:
        """`BrokenPromiseError` where a reply breaks one."""
        text = plain.to_text(answer, self.footnote.library.replies.labels)
        same = (text, answer.outcome, answer.sections, answer.suggestions, answer.language, answer.about_efficacy)
        if same in self._seen:
            return
        broken = [*self._broken(answer, text)]
        if broken:
            raise BrokenPromiseError("; ".join(broken))
        self._seen[same] = None
        if len(self._seen) > KEPT:
            self._seen.popitem(last=False)

    def _broken(self, answer: Answer, text: str) -> Iterator[str]:
        if self._looked_up:
            known = [passage for _, passage in answer.card.all_passages()]
            yield from ("a passage is not the card's" for _, passage in answer.passages if passage not in known)
            if not text.endswith(answer.card.warning.texts(answer.language)):
                yield "the reply does not end with the warning"
        else:
            yield from (rule for rule, holds in self._contract.checks(answer) if not holds)
        yield from self._of_text(text)
        yield from self._on_discord(answer)

    def _of_text(self, text: str) -> Iterator[str]:
        if PINGS.search(text):
            yield f"the reply pings: {PINGS.findall(text)}"
        strange = [link for link in LINK.findall(text) if link.rstrip(".,;") not in self._links]
        if strange:
            yield f"the reply links to {strange}"

    def _on_discord(self, answer: Answer) -> Iterator[str]:
        view = layout(answer, self.footnote.library.replies, Controls(asker=1, votes=True))
        parts = [*walk(view.to_components())]  # type: ignore[no-untyped-call]
        texts = [part["content"] for part in parts if part["type"] == TEXT]
        if texts[-1] not in {shown(notice) for notice in answer.card.warning.texts(answer.language)}:
            yield "the message on Discord does not end with the warning"
        if sum(map(len, texts)) > MOST_TEXT or len(parts) > MOST_PARTS:
            yield "the message is too large for Discord"
        ids = [part["custom_id"] for part in parts if "custom_id" in part]
        if len(ids) != len(set(ids)) or any(not 0 < len(custom_id) <= LONGEST_ID for custom_id in ids):
            yield f"Discord refuses these ids: {ids}"
        yield from self._of_text("\n".join(texts))


def walk(components: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component of a message, those within others too."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
