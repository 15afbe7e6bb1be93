"""`Answer` -> pages of text within Discord's limits. The notices take their room first, on every page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from discord import Colour
from discord.utils import escape_markdown

from bot.core.answers import Answer, Part
from bot.core.cards import Passage, Source
from bot.surfaces.wording import Labels, cited_as, locator, source_details, source_in_brief, source_parts, status_label

LIMIT = 3_900  # characters over all texts of one message; Discord takes 4,000
ROOMY = 1_000  # characters of passages on a page that is read on a phone
LISTED = 1_500  # characters of listed sources on such a page
SMALL = "-# "  # what makes a line small print
LINE_BREAK = len(f"\n{SMALL}")  # what stands between two sources, at most
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


def pages(answer: Answer, labels: Labels, *, whole: bool = False, pictured: bool = False) -> tuple[Page, ...]:
    """Lay an answer over pages: no sentence, source or notice is ever cut.

    `whole` fills pages up to Discord's limit. Where the reply is `pictured`, the publications of a compound at a glance
    are only named: the picture says who paid and what they found. ValueError where one passage with its sources and the
    notices exceeds the limit.
    """
    draft = _draft(answer, labels, pictured=pictured)
    held = draft.spread(LIMIT if whole else LISTED if answer.listed else ROOMY)
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


def source_line(source: Source, labels: Labels, *, brief: bool = False) -> str:
    """What is said of a source on one line, its place a link; `brief` leaves journal and design out."""
    place = locator(source, labels)
    linked = f"[{place}](<{source.url}>)" if source.url else place
    parts = source_in_brief(source, labels) if brief else source_parts(source, labels)
    return "; ".join(filter(None, (*map(shown, parts), linked)))


@dataclass(frozen=True, slots=True)
class _Block:
    """What is never split: a passage, a gap or a listed source, under its part's title. `part` is its part's number."""

    part: int
    title: str
    text: str
    cited: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Its characters, at most: with its title, and the lines between."""
        return len(self.title) + len(self.text) + 3


@dataclass(frozen=True, slots=True)
class _Draft:
    """An answer's texts, ready to be laid over pages. `sources` says what each cited one is, by id."""

    emergency: str
    heading: str
    before: tuple[str, ...]
    blocks: tuple[_Block, ...]
    after: tuple[str, ...]
    sources: Mapping[str, str]
    notices: tuple[str, ...]

    def spread(self, room: int) -> list[list[_Block]]:
        """The blocks of each page, `room` characters at most. A part stays together unless it is longer than that.

        So a figure and the limit that belongs beside it are read together.
        """
        held: list[list[_Block]] = [[]]
        for _, part in groupby(self.blocks, key=lambda block: block.part):
            together = list(part)
            for blocks in [together] if self.takes(together, room, first=False) else [[block] for block in together]:
                if self._is_full(held, blocks, room):
                    held.append([])
                held[-1].extend(blocks)
        return held

    def _is_full(self, held: list[list[_Block]], blocks: list[_Block], room: int) -> bool:
        """Whether a page turns before these blocks; lines that leave no room for a single one have a page of their own."""
        first = len(held) == 1
        if held[-1]:
            return not self.takes([*held[-1], *blocks], room, first=first)
        return first and self._length(blocks, first=True) > LIMIT >= self._length(blocks, first=False)

    def takes(self, blocks: list[_Block], room: int, *, first: bool) -> bool:
        """Whether a page has room for these blocks, beside what stands on it anyway."""
        if sum(len(block.text) for block in blocks) > room:
            return False
        return self._length(blocks, first=first) <= LIMIT

    def _length(self, blocks: list[_Block], *, first: bool) -> int:
        """The characters of a page with these blocks, at most."""
        fixed = sum(map(len, (self.heading, *self.notices))) + PAGE_NUMBER
        once = len(self.emergency) + sum(len(text) + 2 for text in (*self.before, *self.after)) if first else 0
        cited = {source for block in blocks for source in block.cited}
        listed = sum(len(line) + LINE_BREAK for source, line in self.sources.items() if source in cited)
        return fixed + once + listed + sum(block.length for block in blocks)

    def page(self, blocks: list[_Block], number: int, of: int) -> Page:
        """The page with these blocks; what stands once stands on the first."""
        first = number == 1
        body = (*self.before, *_grouped(blocks), *self.after) if first else tuple(_grouped(blocks))
        cited = {source for block in blocks for source in block.cited}
        return Page(
            emergency=self.emergency if first else "",
            heading=f"{self.heading} ({number}/{of})" if of > 1 and self.heading else self.heading,
            body="\n\n".join(filter(None, body)),
            sources=_listed([line for source, line in self.sources.items() if source in cited]),
            notices=self.notices,
            number=number,
            of=of,
        )


def _draft(answer: Answer, labels: Labels, *, pictured: bool) -> _Draft:
    numbered = [(number, source) for number, source in enumerate(answer.citations, 1)]
    marks = {source.id: number for number, source in numbered}
    examples = "\n".join(f"- {shown(example)}" for example in answer.examples)
    small = SMALL if has_menu(answer) and answer.compound else ""  # when a card was reviewed
    named = _named(answer.evidence, labels) if pictured else ""
    return _Draft(
        emergency="\n".join(f"## {shown(line)}" for line in answer.emergency),
        heading=_heading(answer),
        before=tuple(_lines(answer, answer.opening)),
        blocks=tuple(_blocks(answer, marks, labels, () if pictured else answer.evidence)),
        after=(*(small + line for line in _lines(answer, answer.closing)), examples, named),
        sources={source.id: f"[{number}] {source_line(source, labels, brief=True)}" for number, source in numbered},
        notices=tuple(map(shown, answer.notice_texts)),
    )


def _named(publications: Iterable[Source], labels: Labels) -> str:
    """Publications in one paragraph of small print: who and when, a link where there is one."""
    names = ((shown(cited_as(source, labels)), source.url) for source in publications)
    line = " · ".join(f"[{name}](<{url}>)" if url else name for name, url in names)
    return f"{SMALL}{shown(labels['sources'])}: {line}" if line else ""


def _heading(answer: Answer) -> str:
    """The title; of several parts the compound's name alone, since each part has a title of its own."""
    title = answer.card.name if len(answer.parts) > 1 and answer.title else answer.title
    return f"### {shown(title)}" if title else ""


def has_menu(answer: Answer) -> bool:
    """Whether a menu of all the card's sections stands under a reply: a compound at a glance, and help."""
    has_all = len(answer.suggestions) == len(answer.card.sections)
    return answer.outcome == "help" and (has_all or bool(answer.examples))


def _lines(answer: Answer, lines: Iterable[str]) -> Iterator[str]:
    """Fixed lines as Discord shows them, without the one that lists the sections where a menu names them."""
    titles = ", ".join(section.title for section in answer.card.sections)
    for line in lines:
        if not (has_menu(answer) and titles in line):
            yield shown(line)


def _blocks(answer: Answer, marks: Mapping[str, int], labels: Labels, evidence: Iterable[Source]) -> Iterator[_Block]:
    for number, part in enumerate(answer.parts):
        title = f"**{shown(part.title)}**" if len(answer.parts) > 1 else ""
        for text, cited in _part_texts(part, marks, labels):
            yield _Block(number, title, text, cited)
    for source in evidence:
        found = shown(f"{labels['finding']}: {source.finding}")
        line = f"- {source_line(source, labels, brief=True)}. {found}"
        yield _Block(len(answer.parts), f"**{shown(labels['evidence'])}**", line)
    for number, source in enumerate(answer.listed, len(answer.parts) + 1):
        title, *details = map(shown, source_details(source, labels))
        lines = (f"[{marks[source.id]}] **{title}**", f"-# {source_line(source, labels)}", *details)
        yield _Block(number, "", "\n".join(lines))


def _part_texts(part: Part, marks: Mapping[str, int], labels: Labels) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The texts of a part, each with the ids of the sources it cites."""
    if part.gap:
        yield shown(part.gap), ()
    several = len(part.passages) > 1
    for passage in part.passages:
        text = _passage(passage, marks, labels)
        yield f"- {text}" if several else text, passage.sources


def _passage(passage: Passage, marks: Mapping[str, int], labels: Labels) -> str:
    cited = "".join(f"[{marks[source]}]" for source in passage.sources)
    label = status_label(passage, labels)
    return " ".join(filter(None, (shown(passage.text), cited, f"*{shown(label)}*" if label else "")))


def _listed(sources: Iterable[str]) -> str:
    """Sources in small print: those with a link on lines of their own, the others side by side."""
    lines: list[str] = []
    for source in sources:
        if lines and "](<" not in f"{lines[-1]}{source}":
            lines[-1] += f" · {source}"
        else:
            lines.append(SMALL + source)
    return "\n".join(lines)


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
