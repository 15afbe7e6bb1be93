"""`Answer` -> plain text and the JSON object of `footnote ask --jsonl`. What stands where, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.core.answers import Answer, Part
from bot.core.cards import Passage, Source

Labels = Mapping[str, str]


def to_text(answer: Answer, labels: Labels) -> str:
    """The whole reply as plain text: passages to the letter, each with its sources, and the notices last."""
    return "\n\n".join(filter(None, (*body(answer, labels), *answer.notice_texts)))


def body(answer: Answer, labels: Labels) -> Iterator[str]:
    """The paragraphs of a reply before its notices, in order."""
    yield "\n".join(answer.emergency)
    yield answer.title
    yield from answer.opening
    marks = {source.id: number for number, source in enumerate(answer.citations, 1)}
    for part in answer.parts:
        heading = part.title if len(answer.parts) > 1 else ""
        yield "\n".join(filter(None, (heading, *passage_lines(part, marks, labels))))
    yield from answer.closing
    yield "\n".join(f"- {example}" for example in answer.examples)
    yield sources_text(answer, labels)


def passage_lines(part: Part, marks: Mapping[str, int], labels: Labels) -> Iterator[str]:
    """The gap's text and the passages of a part, each passage with its footnote marks and labels."""
    if part.gap:
        yield part.gap
    for passage in part.passages:
        cited = "".join(f"[{marks[source]}]" for source in passage.sources)
        yield " ".join(filter(None, (passage.text, cited, status_label(passage, labels))))


def status_label(passage: Passage, labels: Labels) -> str:
    """The label of a passage's status in brackets, or nothing."""
    return f"({labels[passage.status]})" if passage.status else ""


def sources_text(answer: Answer, labels: Labels) -> str:
    """The list of the cited sources, numbered by their footnote marks."""
    if not answer.citations:
        return ""
    lines = [f"[{number}] {source_line(source, labels)}" for number, source in enumerate(answer.citations, 1)]
    if answer.listed:
        lines = [line + source_details(source, labels) for line, source in zip(lines, answer.citations, strict=True)]
    return "\n".join([labels["sources"], *lines])


def source_line(source: Source, labels: Labels) -> str:
    """A source on one line: who, when, where, what design, who paid, where to find it."""
    if source.kind != "publication":
        return labels[source.kind]
    author = source.authors[0] + (f" {labels['et-al']}" if len(source.authors) > 1 else "")
    found = (("pmid", source.pmid), ("doi", source.doi), ("article", source.article))
    key, value = next((key, value) for key, value in found if value)
    parts = (f"{author} {source.year}", source.journal, source.design, labels[source.funding or "unclear"])
    return "; ".join(filter(None, (*parts, f"{labels[key]} {value}", source.url)))


def source_details(source: Source, labels: Labels) -> str:
    """Title, finding and note of a source, each on a line of its own."""
    lines = [source.title]
    if source.finding:
        lines.append(f"{labels['finding']}: {source.finding}")
    if source.note:
        lines.append(f"{labels['note']}: {source.note}")
    return "".join(f"\n    {line}" for line in lines)


def to_json(answer: Answer, labels: Labels, question_id: str | None = None) -> dict[str, Any]:
    """The object that `footnote ask --jsonl` prints for a question."""
    return {
        "id": question_id,
        "outcome": answer.outcome,
        "reason": answer.reason,
        "compound": answer.compound,
        "sections": list(answer.sections),
        "passages": [
            {"id": passage.id, "section": section, "text": passage.text, "sources": list(passage.sources)}
            for section, passage in answer.passages
        ],
        "notices": [notice.id for notice in answer.notices],
        "confidence": round(answer.confidence, 3),
        "text": to_text(answer, labels),
    }
