"""What a pinned card shows now, and whether that is what was pinned."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from bot.core.answers import Answer
from bot.footnote import Footnote
from bot.pictures import album, plans
from bot.ports import Pin
from bot.surfaces.discord.layout import Controls, layout
from bot.surfaces.discord.service import Service
from bot.surfaces.discord.states import Show


@dataclass(frozen=True, slots=True)
class Shown:
    """What a pinned card shows, and a digest of it that is the same wherever the card is pinned."""

    answer: Answer
    controls: Controls
    digest: str


@dataclass(slots=True)
class Faces:
    """The cards as they are to be seen where they are pinned."""

    service: Service
    _digests: tuple[Footnote | None, dict[str, str]] = (None, {})

    def shown(self, compound: str, nonce: str) -> Shown | None:
        """What the pinned card of a compound shows now; None where there is no such card."""
        footnote = self.service.footnote
        if footnote.library.card(compound) is None:
            return None
        controls = Controls(show=Show("card", compound), glance=True, nonce=nonce)
        return Shown(footnote.card(compound), controls, self._digest(footnote, compound))

    def is_current(self, pin: Pin) -> bool:
        """Whether a pin is known to show what is known now."""
        footnote, compound = self.service.footnote, pin.key.compound
        known = footnote.library.card(compound) is not None
        return known and pin.state == "pinned" and pin.digest == self._digest(footnote, compound)

    def _digest(self, footnote: Footnote, compound: str) -> str:
        """Worked out once for each card: a thousand pins may ask for it."""
        if self._digests[0] is not footnote:
            self._digests = (footnote, {})
        digests = self._digests[1]
        if compound not in digests:
            controls = Controls(show=Show("card", compound), glance=True)
            answer, replies = footnote.card(compound), footnote.library.replies
            wanted = album.Album().wanted(answer, replies.labels, at_a_glance=True)
            drawn = [album.Picture(each.name, each.plan.alt, b"") for each in wanted]
            views: list[Any] = [layout(answer, replies, controls, pictures) for pictures in ((), drawn)]
            parts = [*(view.to_components() for view in views), *(plans.digest(each.plan) for each in wanted)]
            shown = json.dumps(parts, sort_keys=True)
            digests[compound] = hashlib.sha256(shown.encode()).hexdigest()
        return digests[compound]
