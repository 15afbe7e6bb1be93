"""`footnote preview` shows the real bot in a browser; what keeps it from running is told in a line."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Iterator

import pytest

from bot.footnote import Footnote
from bot.preview import CannotPreviewError, open_browser, run
from tests.discord.reading import CAVEAT, WARNING
from tests.preview.browsing import Page, browsing, installed

COMMAND = (sys.executable, "-m", "bot", "preview", "--no-browser")
WINDOW = (1000, 900)
DOSE = "5–10 mL per day"

needs_chromium = pytest.mark.skipif(
    installed() is None, reason="no Chromium and chromedriver here: apt-get install chromium chromium-driver"
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address that the running command prints; in the end the command is told to end, and does so quietly."""
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        line = command.stdout.readline()
        yield line.split()[-1] if line else ""
        command.send_signal(signal.SIGINT)
        _, told = command.communicate()
    assert (command.returncode, told) == (0, "")


@pytest.fixture(scope="module")
def page(url: str) -> Iterator[Page]:
    """The page."""
    with browsing(*WINDOW) as driver:
        yield Page(driver, url)


def test_it_is_served_to_this_machine_alone(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")


@needs_chromium
def test_a_pinned_card_an_answer_and_questions_to_try_are_there_at_once(page: Page, footnote: Footnote) -> None:
    shown = "\n".join(map(page.text, page.messages()))
    assert "pinned a message" in shown
    assert DOSE in shown
    for example in footnote.library.replies.help.examples:
        assert example in shown


@needs_chromium
def test_a_typed_question_is_answered_with_passages_their_source_and_the_notices_last(page: Page) -> None:
    reply = page.ask("does it help after a stroke?")
    assert "found no clear effect on death" in page.text(reply)
    assert "independent of the maker; DOI 10.1002/14651858.CD007026.pub7" in page.text(reply)
    assert CAVEAT in page.text(reply)
    assert page.last_text(reply).startswith(WARNING)


@needs_chromium
def test_a_button_shows_the_sources_of_an_answer_to_whoever_presses(page: Page) -> None:
    sources = page.press(page.ask("how much per day?"), "Sources")
    assert "Only you can see this" in page.text(sources)
    assert "product information" in page.text(sources)
    assert page.last_text(sources).startswith(WARNING)


@needs_chromium
def test_a_section_is_picked_from_the_pinned_card(page: Page) -> None:
    section = page.choose(page.messages()[0], "Dose")
    assert DOSE in page.text(section)
    assert page.last_text(section).startswith(WARNING)


@needs_chromium
def test_a_slash_lists_the_commands(page: Page) -> None:
    assert "Ask in your own words" in page.commands()


def test_a_port_that_is_taken_is_told_in_one_line(footnote: Footnote) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotPreviewError, match=f"could not bind port {port}$"):
            run(footnote, port=port, opens=False, say=print)


def test_without_the_extra_one_line_says_how_to_get_it() -> None:
    without = "import sys; sys.modules['simcord'] = None; sys.argv[1:] = ['preview']; from bot.cli import main; main()"
    ran = subprocess.run((sys.executable, "-c", without), capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "footnote: the preview needs simcord: pip install 'footnote-bot[preview]'\n"


def test_a_browser_that_would_take_the_terminal_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("lynx"))
    assert not open_browser("http://127.0.0.1:1/")
