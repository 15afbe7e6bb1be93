"""Moderators' replies: what members wrote can do nothing in them, and nothing takes the warning away."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.cards import Card
from bot.footnote import Footnote
from bot.surfaces.discord.pages import LIMIT
from bot.surfaces.discord.reports import Entry, Report, Stored, plain, report_view
from tests.discord.reading import ends_with_the_warning, texts

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            ("@everyone", "<@123>", "<#5>", "https://a.bc/d", "www.a.bc", "discord.gg/x", "[a](b)", "**", "```")
        ),
        st.sampled_from(("\n# ", "-# ", "> ", "||", "<t:1:R>", "~~", "_", "\\", "\u202e", "\u200b")),
        st.text(max_size=20),
    ),
    max_size=20,
).map("".join)


@pytest.fixture(scope="module")
def card(footnote: Footnote) -> Card:
    """The card whose warning ends a report."""
    return footnote.library.cards[0]


@given(HOSTILE)
@settings(deadline=None)
def test_what_somebody_wrote_is_shown_on_one_line_with_every_sign_escaped(text: str) -> None:
    shown = plain(text)
    bare = re.sub(r"\\[\\*_~`|>#\[\]()<@:!+.=/-]", "", shown)
    assert not re.search(r"[\\*_~`|>#\[\]<@]|://|\n", bare)
    assert "\u202e" not in shown


@given(st.lists(HOSTILE, max_size=60), HOSTILE)
@settings(max_examples=25, deadline=None)
def test_however_much_it_shows_it_fits_one_message_and_ends_with_the_warning(
    card: Card, entries: list[str], title: str
) -> None:
    report = Report(
        card=card, title=title[:200] or "x", entries=tuple(Entry("said", (Stored(text),)) for text in entries)
    )
    view: Any = report_view(report)
    components: list[dict[str, Any]] = view.to_components()
    assert sum(map(len, texts(components))) <= LIMIT + 100
    assert ends_with_the_warning(components)


def test_no_report_can_be_made_without_the_warning(card: Card) -> None:
    silent = card.model_copy(update={"notices": (card.caveat,)})
    with pytest.raises(ValueError, match="has the warning"):
        Report(card=silent, title="x")
    with pytest.raises(TypeError, match="final"):
        type("Quiet", (Report,), {"notices": ()})
