"""The terminal: 80 columns, colours on a terminal alone, follow-ups."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from bot.footnote import Footnote
from bot.surfaces import console


def chatted(footnote: Footnote, *questions: str) -> str:
    """What a conversation prints, without the first help."""
    screen = StringIO()
    console.chat(footnote, questions, Console(file=screen, width=80))
    return screen.getvalue()


def shown(footnote: Footnote, question: str, *, terminal: bool, width: int = 100) -> str:
    """What one answer prints."""
    screen = StringIO()
    output = Console(file=screen, width=width, force_terminal=terminal, color_system="standard", no_color=False)
    console.show(footnote.ask(question), footnote.library.replies.labels, output)
    return screen.getvalue()


def test_a_terminal_gets_colours_and_a_file_gets_none(footnote: Footnote) -> None:
    assert "\x1b[1;31mWarning: " in shown(footnote, "how much per day?", terminal=True)
    assert "\x1b" not in shown(footnote, "how much per day?", terminal=False)


def test_an_emergency_is_the_first_thing_to_be_seen(footnote: Footnote) -> None:
    text = shown(footnote, "my throat is closing up, i cant breathe", terminal=True)
    first, *_ = text.split("\n")
    assert footnote.library.replies.emergency["en"] in first
    assert "\x1b[1;37;41m" in first


@pytest.mark.parametrize("width", [100, 80, 30])
def test_no_line_is_wider_than_the_terminal_or_eighty_columns(footnote: Footnote, width: int) -> None:
    text = shown(footnote, "what did the cochrane review find in stroke?", terminal=False, width=width)
    screen = StringIO()
    wide = Console(file=screen, width=width, force_terminal=True, color_system=None)
    console.show(footnote.ask("what did the cochrane review find in stroke?"), footnote.library.replies.labels, wide)
    assert max(len(line.rstrip()) for line in screen.getvalue().split("\n")) <= min(width, 80)
    assert "".join(screen.getvalue().split()) == "".join(text.split())


def test_marks_of_the_terminals_own_language_are_printed_to_the_letter(footnote: Footnote) -> None:
    assert "[1] (proposed, pending dosing review)" in shown(footnote, "how much per day?", terminal=True)


def test_a_conversation_begins_with_help_and_understands_follow_ups(footnote: Footnote) -> None:
    text = chatted(footnote, "how much per day?", "and for how long?")
    assert text.startswith("This bot answers questions about Cerebrolysin")
    assert text.index("Cerebrolysin › Dose") < text.index("Cerebrolysin › Course and break")


def test_an_empty_line_ends_a_conversation(footnote: Footnote) -> None:
    assert "› Dose" not in chatted(footnote, "", "how much per day?")
    assert "› Dose" not in chatted(footnote, "  \n", "how much per day?")
