"""`Answer` -> pages of text within Discord's limits. The notices take their room first, on every page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from discord import Colour
from discord.utils import escape_markdown

from bot.core.answers import Answer, Part
from bot.core.cards import Passage, Source
from bot.surfaces.wording import Labels, locator, source_details, source_parts, status_label

LIMIT = 3_900  # characters over all texts of one message; Discord takes 4,000
ROOMY = 1_500  # characters of passages on a page that is read on a phone
WARNING_COLOUR = Colour.red()
PAGE_NUMBER = 10  # characters of " (2/3)" behind the heading, at most


@dataclass(frozen=True, slots=True)
class Page:
    """One message of an answer: its texts from top to bottom, and its place among the pages (from 1)."""

    emergency: str
    heading: str
    body: str
    sources: str
    notices: tuple[str, ...]
    number: int = 1
    of: int = 1

    @property
    def length(self) -> int:
        """How many characters the page shows."""
        return sum(map(len, (self.emergency, self.heading, self.body, self.sources, *self.notices)))


def pages(answer: Answer, labels: Labels, *, whole: bool = False) -> tuple[Page, ...]:
    """Lay an answer over pages: no sentence, source or notice is ever cut.

    `whole` fills pages up to Discord's limit. ValueError where one passage with its sources and the notices exceeds it.
    """
    draft = _draft(answer, labels)
    held: list[list[_Block]] = [[]]
    for block in draft.blocks:
        if held[-1] and not draft.takes([*held[-1], block], first=len(held) == 1, whole=whole):
            held.append([])
        held[-1].append(block)
    made = [draft.page(blocks, number, len(held)) for number, blocks in enumerate(held, 1)]
    if any(page.length > LIMIT for page in made):
        raise ValueError(
            f"a page of {answer.title!r} is longer than {LIMIT} characters: shorten its passages or sources"
        )
    return tuple(made)


@lru_cache(maxsize=4096)
def shown(text: str) -> str:
    """A text as Discord shows it to the letter."""
    return escape_markdown(text)


def source_line(source: Source, labels: Labels) -> str:
    """What is said of a source on one line, its place a link."""
    place = locator(source, labels)
    linked = f"[{place}](<{source.url}>)" if source.url else place
    return "; ".join(filter(None, (*map(shown, source_parts(source, labels)), linked)))


@dataclass(frozen=True, slots=True)
class _Block:
    """What is never split: a passage, a gap or a listed source, under its part's title."""

    title: str
    text: str
    cited: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Its characters, at most: with its title, and the lines between."""
        return len(self.title) + len(self.text) + 3


@dataclass(frozen=True, slots=True)
class _Draft:
    """An answer's texts, ready to be laid over pages. `sources` are the lines of the cited ones, by id."""

    emergency: str
    heading: str
    before: tuple[str, ...]
    blocks: tuple[_Block, ...]
    after: tuple[str, ...]
    sources: Mapping[str, str]
    notices: tuple[str, ...]

    def takes(self, blocks: list[_Block], *, first: bool, whole: bool) -> bool:
        """Whether a page has room for these blocks, beside what stands on it anyway."""
        if not whole and sum(len(block.text) for block in blocks) > ROOMY:
            return False
        fixed = sum(map(len, (self.heading, *self.notices))) + PAGE_NUMBER
        once = len(self.emergency) + sum(len(text) + 2 for text in (*self.before, *self.after)) if first else 0
        cited = {source for block in blocks for source in block.cited}
        listed = sum(len(line) + 1 for source, line in self.sources.items() if source in cited)
        return fixed + once + listed + sum(block.length for block in blocks) <= LIMIT

    def page(self, blocks: list[_Block], number: int, of: int) -> Page:
        """The page with these blocks; what stands once stands on the first."""
        first = number == 1
        body = (*self.before, *_grouped(blocks), *self.after) if first else tuple(_grouped(blocks))
        cited = {source for block in blocks for source in block.cited}
        return Page(
            emergency=self.emergency if first else "",
            heading=f"{self.heading} ({number}/{of})" if of > 1 and self.heading else self.heading,
            body="\n\n".join(filter(None, body)),
            sources="\n".join(line for source, line in self.sources.items() if source in cited),
            notices=self.notices,
            number=number,
            of=of,
        )


def _draft(answer: Answer, labels: Labels) -> _Draft:
    numbered = [(number, source) for number, source in enumerate(answer.citations, 1)]
    marks = {source.id: number for number, source in numbered}
    small = "-# " if answer.outcome == "help" and answer.suggestions else ""  # the menu names the sections again
    examples = "\n".join(f"- {shown(example)}" for example in answer.examples)
    return _Draft(
        emergency="\n".join(f"## {shown(line)}" for line in answer.emergency),
        heading=f"### {shown(answer.title)}" if answer.title else "",
        before=tuple(map(shown, answer.opening)),
        blocks=tuple(_blocks(answer, marks, labels)),
        after=(*(small + shown(line) for line in answer.closing), examples),
        sources={source.id: f"-# [{number}] {source_line(source, labels)}" for number, source in numbered},
        notices=tuple(map(shown, answer.notice_texts)),
    )


def _blocks(answer: Answer, marks: Mapping[str, int], labels: Labels) -> Iterator[_Block]:
    for part in answer.parts:
        title = f"**{shown(part.title)}**" if len(answer.parts) > 1 else ""
        yield from _part_blocks(part, title, marks, labels)
    for source in answer.evidence:
        found = shown(f"{labels['finding']}: {source.finding}")
        yield _Block(f"**{shown(labels['evidence'])}**", f"- {source_line(source, labels)}. {found}")
    for source in answer.listed:
        title, *details = map(shown, source_details(source, labels))
        lines = (f"[{marks[source.id]}] **{title}**", f"-# {source_line(source, labels)}", *details)
        yield _Block("", "\n".join(lines))


def _part_blocks(part: Part, title: str, marks: Mapping[str, int], labels: Labels) -> Iterator[_Block]:
    if part.gap:
        yield _Block(title, shown(part.gap))
    several = len(part.passages) > 1
    for passage in part.passages:
        text = _passage(passage, marks, labels)
        yield _Block(title, f"- {text}" if several else text, passage.sources)


def _passage(passage: Passage, marks: Mapping[str, int], labels: Labels) -> str:
    cited = "".join(f"[{marks[source]}]" for source in passage.sources)
    label = status_label(passage, labels)
    return " ".join(filter(None, (shown(passage.text), cited, f"*{shown(label)}*" if label else "")))


def _grouped(blocks: Iterable[_Block]) -> Iterator[str]:
    """The blocks' texts, those of one part together under its title."""
    lines: list[str] = []
    title = None
    for block in blocks:
        if lines and (block.title != title or not block.text.startswith("- ")):
            yield "\n".join(lines)
            lines = []
        if not lines and block.title and block.title != title:
            lines.append(block.title)
        lines.append(block.text)
        title = block.title
    if lines:
        yield "\n".join(lines)
