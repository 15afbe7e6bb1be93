"""How a source and a passage's status are put into words, the same on every surface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.core.cards import Passage, Source

Labels = Mapping[str, str]


def status_label(passage: Passage, labels: Labels) -> str:
    """The label of a passage's status in brackets, or nothing."""
    return f"({labels[passage.status]})" if passage.status else ""


def cited_as(publication: Source, labels: Labels) -> str:
    """A publication in short, as `Smith J et al. 2020`."""
    others = f" {labels['et-al']}" if len(publication.authors) > 1 else ""
    return f"{publication.authors[0]}{others} {publication.year}"


def source_parts(source: Source, labels: Labels) -> tuple[str, ...]:
    """What a line says of a source before where it is found: who, when, where, what design, who paid."""
    if source.kind != "publication":
        return (labels[source.kind],)
    parts = (cited_as(source, labels), source.journal, source.design, labels[source.funding or "unclear"])
    return tuple(part for part in parts if part)


def source_in_brief(source: Source, labels: Labels) -> tuple[str, ...]:
    """The same where room is short: of a publication who and when, and who paid."""
    first, *others = source_parts(source, labels)
    return (first, *others[-1:])


def locator(source: Source, labels: Labels) -> str:
    """Where a publication is found, as `PMID 123`; nothing for other sources."""
    if source.kind != "publication":
        return ""
    found = (("pmid", source.pmid), ("doi", source.doi), ("article", source.article))
    key, value = next((key, value) for key, value in found if value)
    return f"{labels[key]} {value}"


def source_details(source: Source, labels: Labels) -> Iterator[str]:
    """Title, finding and note of a source, a line each."""
    yield source.title
    if source.finding:
        yield f"{labels['finding']}: {source.finding}"
    if source.note:
        yield f"{labels['note']}: {source.note}"
