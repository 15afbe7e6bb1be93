"""The knowledge files as a door: any bytes as YAML, and small knowledge folders that were changed in a few places."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.fuzzing.promises import BrokenPromiseError
from bot.core.answers import Answer
from bot.core.cards import Card, Library
from bot.core.names import NameIndex, Names
from bot.core.reference import Reference
from bot.loading import KnowledgeError, load_library
from bot.surfaces import plain
from bot.surfaces.discord.pages import pages
from bot.yamlfile import read, written
from tests import small_knowledge

VALUES = (
    *("", " ", "null", "~", "true", "no", "0", "-1", "1e999", ".inf", ".nan", "12:30", "0x1F", "1_000", "9" * 5000),
    *(
        "2026-99-99",
        "2026-01-31",
        "!!timestamp now",
        "!!bool maybe",
        '!!int ""',
        "!!float x",
        "!!binary '*'",
        "!!set {a}",
    ),
    *(
        "!!python/object/apply:os.system [id]",
        "!custom x",
        "&a x",
        "*a",
        "<<",
        "=",
        "{}",
        "[]",
        "[[[[]]]]",
        "{a: {b: c}}",
    ),
    *('"@everyone"', '"[x](https://evil.example)"', '"**x**"', '"\\u202ex"', '"\\0"', '"\\ud800"', '"{name} {other}"'),
    *(
        '"' + "a" * 301 + '"',
        '"' + "a" * 1201 + '"',
        '"' + "a " * 30_000 + '"',
        "? x",
        "- x",
        "|\n  x",
        "'",
        '"',
        "dose",
        "page",
    ),
)
FILES = ("compounds/testin.yaml", "intents.yaml", "lexicon.yaml")
Edit = Callable[[list[str], int, int], None]


class Yaml:
    """Any bytes as a knowledge file."""

    def __init__(self) -> None:
        self._path = Path(tempfile.mkdtemp(prefix="fuzz-")) / "any.yaml"
        self.dictionary = (
            *VALUES[:60],
            ": ",
            "\n- ",
            "\n  ",
            "? ",
            "--- ",
            "...",
            "%YAML 1.1\n",
            "%TAG ! x\n",
            "#",
            "{",
            "[",
        )

    def seeds(self) -> Iterator[bytes]:
        """The small knowledge files, and every odd value on its own."""
        yield from (text.encode() for text in (small_knowledge.CARD, small_knowledge.INTENTS, small_knowledge.LEXICON))
        yield from (f"a: {value}\n".encode(errors="replace") for value in VALUES)

    def enter(self, data: bytes) -> None:
        """The reader says what is wrong, a line each, or gives the data."""
        self._path.write_bytes(data)
        document = read(self._path, "any.yaml")
        if document.data is None and not document.faults:
            raise BrokenPromiseError("neither data nor a fault")
        check_lines(str(fault) for fault in document.faults)


class Folders:
    """A knowledge folder that was right until some of its lines were changed: an input's bytes say which, and how."""

    dictionary = ()

    def __init__(self) -> None:
        self._folder = small_knowledge.write(Path(tempfile.mkdtemp(prefix="fuzz-")) / "knowledge")
        replies = self._folder / "replies.yaml"
        replies.write_text(written(in_english(read(replies, "replies.yaml").data)), "utf-8")
        self._texts = {name: (self._folder / name).read_text("utf-8") for name in FILES}

    def seeds(self) -> Iterator[bytes]:
        """An edit of each kind."""
        yield from (
            bytes([kind, file, line, 7]) for kind in range(len(EDITS)) for file in range(3) for line in (3, 9, 30)
        )

    def enter(self, data: bytes) -> None:
        """The folder is refused with faults that name their file, or every look-up of its cards can be shown."""
        texts = {name: text.splitlines() for name, text in self._texts.items()}
        for at in range(0, min(len(data), 32) - 3, 4):
            kind, file, line, value = data[at : at + 4]
            lines = texts[FILES[file % len(FILES)]]
            if lines:
                EDITS[kind % len(EDITS)](lines, line % len(lines), value)
        for name, lines in texts.items():
            (self._folder / name).write_text("\n".join(lines) + "\n", "utf-8", errors="replace")
        try:
            library = load_library(self._folder)
        except KnowledgeError as error:
            check_lines(map(str, error.faults))
            return
        for card in library.cards:
            check_look_ups(library, card)


def in_english(texts: Any) -> Any:
    """The same without other languages: the fixed lines take longer to read than all that is changed here."""
    if not isinstance(texts, dict):
        return texts
    kept = {key: in_english(text) for key, text in texts.items() if key == "en" or "en" not in texts}
    return kept or texts


def check_lines(faults: Iterator[str]) -> None:
    """A fault is one printable line that names its file."""
    for fault in faults:
        if "\n" in fault or ".yaml" not in fault or len(fault) > 2000:
            raise BrokenPromiseError(f"no good line for an operator: {fault[:300]!r}")
        fault.encode()


def check_look_ups(library: Library, card: Card) -> None:
    """Every look-up of a card ends with its warning, and fits a message."""
    reference = Reference(library, Names(library, NameIndex(library), lambda _word, _language: True), card.id)
    for answer in look_ups(reference, card):
        text = plain.to_text(answer, library.replies.labels)
        if not text.endswith(answer.notice_texts[-1]) or card.warning.text not in text:
            raise BrokenPromiseError(f"{answer.title} does not end with the warning")
        pages(answer, library.replies.labels)


def look_ups(reference: Reference, card: Card) -> Iterator[Answer]:
    """Every reply that needs no question."""
    yield from (
        reference.help(),
        reference.card(card.id),
        reference.sources(card.id),
        reference.error(),
        reference.no_card(),
    )
    yield from (reference.section(card.id, section.id) for section in card.sections)
    yield from reference.steps(card.id)


def _put(lines: list[str], at: int, value: int) -> None:
    key, colon, _ = lines[at].partition(":")
    lines[at] = f"{key}{colon} {VALUES[value % len(VALUES)]}" if colon else f"{key} {VALUES[value % len(VALUES)]}"


def _repeat(lines: list[str], at: int, value: int) -> None:
    lines[at:at] = [lines[at]] * (1 + value % 5)


def _drop(lines: list[str], at: int, value: int) -> None:
    del lines[at : at + 1 + value % 3]


def _indent(lines: list[str], at: int, value: int) -> None:
    lines[at] = " " * (value % 9) + lines[at].lstrip()


def _join(lines: list[str], at: int, value: int) -> None:
    lines[at] = f"{lines[at]} {lines[value % len(lines)].strip()}"


def _move(lines: list[str], at: int, value: int) -> None:
    lines.insert(value % len(lines), lines.pop(at))


EDITS: tuple[Edit, ...] = (_put, _put, _put, _repeat, _drop, _indent, _join, _move)
