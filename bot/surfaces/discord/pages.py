"""`Answer` -> pages of text within Discord's limits. The notices take their room first, on every page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from discord.utils import escape_markdown

from bot.core.answers import Answer, Part
from bot.core.cards import Passage, Source
from bot.surfaces.wording import Labels, locator, source_details, source_parts, status_label

LIMIT = 3_900  # characters over all texts of one message; Discord takes 4,000
ROOMY = 1_500  # characters of passages on a page that is read on a phone


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


@dataclass(frozen=True, slots=True)
class _Block:
    """What is never split: a passage, a gap or a listed source, under its part's title."""

    title: str
    text: str
    cited: tuple[str, ...] = ()


def pages(answer: Answer, labels: Labels, *, whole: bool = False) -> tuple[Page, ...]:
    """Lay an answer over pages: no sentence, source or notice is ever cut.

    `whole` fills pages up to Discord's limit. ValueError where one passage with its sources and the notices exceeds it.
    """
    made: list[Page] = []
    held: list[_Block] = []
    for block in _blocks(answer, labels):
        if held and not _fits(_page(answer, labels, [*held, block], first=not made), [*held, block], whole=whole):
            made.append(_page(answer, labels, held, first=not made))
            held = []
        held.append(block)
    made.append(_page(answer, labels, held, first=not made))
    if any(page.length > LIMIT for page in made):
        raise ValueError(
            f"a page of {answer.title!r} is longer than {LIMIT} characters: shorten its passages or sources"
        )
    return tuple(_numbered(page, number, len(made)) for number, page in enumerate(made, 1))


def shown(text: str) -> str:
    """A text as Discord shows it to the letter."""
    return escape_markdown(text)


def source_line(source: Source, labels: Labels) -> str:
    """What is said of a source on one line, its place a link."""
    place = locator(source, labels)
    linked = f"[{place}](<{source.url}>)" if source.url else place
    return "; ".join(filter(None, (*map(shown, source_parts(source, labels)), linked)))


def _fits(page: Page, blocks: Iterable[_Block], *, whole: bool) -> bool:
    return page.length <= LIMIT and (whole or sum(len(block.text) for block in blocks) <= ROOMY)


def _numbered(page: Page, number: int, of: int) -> Page:
    heading = f"{page.heading} ({number}/{of})" if of > 1 and page.heading else page.heading
    return replace(page, heading=heading, number=number, of=of)


def _blocks(answer: Answer, labels: Labels) -> Iterator[_Block]:
    marks = {source.id: number for number, source in enumerate(answer.citations, 1)}
    for part in answer.parts:
        title = f"**{shown(part.title)}**" if len(answer.parts) > 1 else ""
        yield from _part_blocks(part, title, marks, labels)
    for source in answer.listed:
        title, *details = map(shown, source_details(source, labels))
        yield _Block(
            "", "\n".join((f"[{marks[source.id]}] **{title}**", f"-# {source_line(source, labels)}", *details))
        )


def _part_blocks(part: Part, title: str, marks: dict[str, int], labels: Labels) -> Iterator[_Block]:
    if part.gap:
        yield _Block(title, shown(part.gap))
    several = len(part.passages) > 1
    for passage in part.passages:
        text = _passage(passage, marks, labels)
        yield _Block(title, f"- {text}" if several else text, passage.sources)


def _passage(passage: Passage, marks: dict[str, int], labels: Labels) -> str:
    cited = "".join(f"[{marks[source]}]" for source in passage.sources)
    label = status_label(passage, labels)
    return " ".join(filter(None, (shown(passage.text), cited, f"*{shown(label)}*" if label else "")))


def _page(answer: Answer, labels: Labels, blocks: list[_Block], *, first: bool) -> Page:
    body = list(_grouped(blocks))
    if first:
        examples = "\n".join(f"- {shown(example)}" for example in answer.examples)
        small = "-# " if answer.outcome == "help" and answer.suggestions else ""  # the menu names the sections again
        body = [*map(shown, answer.opening), *body, *(small + shown(line) for line in answer.closing), examples]
    return Page(
        emergency="\n".join(f"## {shown(line)}" for line in answer.emergency) if first else "",
        heading=f"### {shown(answer.title)}" if answer.title else "",
        body="\n\n".join(filter(None, body)),
        sources=_sources(answer, labels, blocks),
        notices=tuple(map(shown, answer.notice_texts)),
    )


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


def _sources(answer: Answer, labels: Labels, blocks: Iterable[_Block]) -> str:
    used = {source for block in blocks for source in block.cited}
    cited = [(number, source) for number, source in enumerate(answer.citations, 1) if source.id in used]
    return "\n".join(f"-# [{number}] {source_line(source, labels)}" for number, source in cited)
