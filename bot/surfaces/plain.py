"""`Answer` -> plain text and the JSON object of `footnote ask --jsonl`. What stands where, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.core.answers import Answer, Part
from bot.core.cards import Source
from bot.surfaces.wording import Labels, locator, source_details, source_parts, status_label


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
    yield evidence_text(answer, labels)
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


def evidence_text(answer: Answer, labels: Labels) -> str:
    """The publications that are told at a glance, a line each."""
    lines = [f"- {_source_line(source, labels)}. {labels['finding']}: {source.finding}" for source in answer.evidence]
    return "\n".join([labels["evidence"], *lines]) if lines else ""


def sources_text(answer: Answer, labels: Labels) -> str:
    """The list of the cited sources, numbered by their footnote marks."""
    if not answer.citations:
        return ""
    lines = [f"[{number}] {_source_line(source, labels)}" for number, source in enumerate(answer.citations, 1)]
    if answer.listed:
        lines = [line + _details(source, labels) for line, source in zip(lines, answer.citations, strict=True)]
    return "\n".join([labels["sources"], *lines])


def _details(source: Source, labels: Labels) -> str:
    return "".join(f"\n    {detail}" for detail in source_details(source, labels))


def _source_line(source: Source, labels: Labels) -> str:
    return "; ".join(filter(None, (*source_parts(source, labels), locator(source, labels), source.url)))


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
