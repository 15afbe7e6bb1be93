"""The custom_ids of buttons, made by others: by another application, an older version, or a forger."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.footnote import Footnote
from bot.surfaces.discord import looking_up
from bot.surfaces.discord.layout import layout
from bot.surfaces.discord.states import Show, StaleError, codes, parse

FORGED = (
    "fn1:s:cerebrolysin::b:" + "g" * 60 + ":0",
    "fn1:s:cerebrolysin::b:<@1>:0",
    "fn1:s:cerebrolysin::b:DE:0",
    "fn1:w:cerebrolysin:daf8:x::0",
    "fn1:w:cerebrolysin:daf8:eb::0",
    "fn1:w:cerebrolysin:daf8daf8:b::0",
    "fn1:w:cerebrolysin:DAF8:b::0",
    "fn1:w:cerebrolysin:daf8:b:: 1",
    "fn1:w:cerebrolysin:daf8:b::01",
    "fn1:w:cerebrolysin:daf8:b::+1",
    "fn1:w:cerebrolysin:daf8:b::1_0",
    "fn1:w:cerebrolysin:daf8:b::٣",
    "fn1:w:cerebrolysin:daf8:b::" + "9" * 5_000,
    "fn1:w:cerebrolysin:daf8:b::" + "2" * 80,
    "fn1:v:cerebrolysin:daf8daf8:1",
    "fn1:d:-0",
    "fn1:d: 1",
    "fn1:d:1_0",
    "fn1:p:cerebrolysin:01",
    "fn1:p:cerebrolysin:1\n",
    "fn1:p:Cerebrolysin:1",
    "FN1:p:cerebrolysin:1",
    "persistent_view:close",
    "page:next:2",
    "\ud800",
    "",
)


@pytest.mark.parametrize("custom_id", FORGED, ids=lambda custom_id: ascii(custom_id)[:30])
def test_an_id_that_no_button_carries_is_refused(footnote: Footnote, custom_id: str) -> None:
    with pytest.raises(StaleError):
        parse(custom_id, footnote.library)


FIELDS = st.sampled_from(
    ["w", "a", "s", "t", "v", "d", "p", "c", "r", "cerebrolysin", "daf8", "b", "be", "de", "", "0", "1", "7"]
)


@settings(deadline=None, max_examples=400)
@given(
    custom_id=st.text(max_size=100)
    | st.lists(FIELDS | st.text(max_size=6), max_size=8).map(lambda fields: ":".join(["fn1", *fields]))
)
def test_any_id_is_refused_or_says_what_the_bots_own_would(footnote: Footnote, custom_id: str) -> None:
    try:
        state = parse(custom_id, footnote.library)
    except StaleError:
        return
    assert state.custom_id == custom_id


def test_every_reply_that_an_id_can_name_fits_a_message(footnote: Footnote) -> None:
    for card in footnote.library.cards:
        every = codes(section.id for section in card.sections)
        for kind, flags, page in [(k, f, p) for k in "was" for f in ("", "b", "be") for p in ("0", "1", "2", "999999")]:
            wanted = parse(f"fn1:{kind}:{card.id}:{every[:60]}:{flags}:de:{page}", footnote.library)
            assert isinstance(wanted, Show)
            answer = footnote.in_language(looking_up.show(footnote, wanted), wanted.language)
            view = layout(answer, footnote.library.replies, looking_up.controls_of(footnote, wanted, "de"))
            assert view.content_length() <= 4000
