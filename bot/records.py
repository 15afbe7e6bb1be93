"""Looking into a file's raw data, whatever its shape: what is not there, or is something else, is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.yamlfile import Document, Place


def items(document: Document, key: str, within: Place = ()) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """The records of a list in a file (below a place), each with its own place."""
    node = document.data
    for step in (*within, key):
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return
    for index, item in enumerate(node if isinstance(node, list) else ()):
        if isinstance(item, dict):
            yield (*within, key, index), item


def text_in(record: Any, key: str) -> str:
    """The text under a key of a record; empty where there is none."""
    value = record.get(key) if isinstance(record, dict) else None
    return value.strip() if isinstance(value, str) else ""


def texts_in(record: Any, key: str) -> list[tuple[int, str]]:
    """The texts of a list, each with its place in it."""
    value = record.get(key) if isinstance(record, dict) else None
    return [(i, item) for i, item in enumerate(value if isinstance(value, list) else ()) if isinstance(item, str)]


def every_text(node: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text below a node, each with its place."""
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from every_text(value, (*place, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from every_text(value, (*place, index))
