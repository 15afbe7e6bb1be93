"""A YAML file as plain data that remembers its lines. The only YAML import.

Stricter than YAML itself: no anchors, aliases or tags, no key twice, no deep nesting, no file over the size limit.
Faults of the text are returned, not raised, so that all files can be reported on at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 4_000_000
MAX_DEPTH = 12
MAX_VALUES = 100_000  # texts, numbers, lists and mappings of one file
LONGEST_LINE = 400  # characters of a fault as it is printed
SHOWN = 40  # characters of a value in a message

Place = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in a knowledge file: where it stands, and what would be right."""

    file: str
    line: int
    where: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return _one_line(f"{place}: {self.where}: {self.message}" if self.where else f"{place}: {self.message}")


def _one_line(text: str) -> str:
    """A text with every sign that is not printed spelt out; of a long one the beginning and the end."""
    if len(text) > LONGEST_LINE:
        text = f"{text[: LONGEST_LINE // 2]} … {text[-LONGEST_LINE // 2 :]}"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


@dataclass(slots=True)
class Document:
    """The data of one file, the line of every place in it, and the faults of its text."""

    file: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, place: Place, message: str) -> Fault:
        """A fault at a place, or at the nearest place above it that stands in the file."""
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        return Fault(self.file, self.lines.get(known, 0), dotted(place), message)


def dotted(place: Place) -> str:
    """A place as people write it: sections[2].passages[0].text (counted from 1)."""
    parts = [f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in place]
    return "".join(parts).removeprefix(".")


def read(path: Path, shown: str) -> Document:
    """Read a file; `shown` is its name in messages. What stops the reading stands in `faults`."""
    document = Document(shown)
    try:
        _Builder(document).build(_text_of(path))
    except (OSError, ValueError, yaml.YAMLError) as error:
        document.data = None
        document.faults.append(_what_stopped(shown, error))
    if not document.faults and document.data is None:
        document.faults.append(Fault(shown, 0, "", "is empty"))
    return document


def written(data: object) -> str:
    """Plain data as YAML, in the order given, every text on a line of its own."""
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)
    return text


def _what_stopped(shown: str, error: Exception) -> Fault:
    match error:
        case UnicodeDecodeError():
            line = error.object[: error.start].count(b"\n") + 1
            return Fault(shown, line, "", "is not UTF-8 text; save it as UTF-8")
        case OSError():
            missing = isinstance(error, FileNotFoundError)
            return Fault(shown, 0, "", "is missing" if missing else f"cannot be read: {error.strerror}")
        case yaml.MarkedYAMLError():
            mark = error.problem_mark or error.context_mark
            return Fault(shown, mark.line + 1 if mark else 0, "", f"is not valid YAML: {error.problem}")
        case yaml.YAMLError():
            message = str(error).split("\n", maxsplit=1)[0]
            return Fault(shown, 0, "", f"is not valid YAML: {message}")
        case _StopError():
            return Fault(shown, error.line, "", str(error))
    return Fault(shown, 0, "", str(error))


class _StopError(ValueError):
    """The file is no knowledge file, whatever follows its line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _text_of(path: Path) -> str:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise _StopError(0, f"is {size:,} bytes; a knowledge file may have {MAX_BYTES:,} at most")
    return path.read_bytes().decode("utf-8-sig")


class _Builder:
    """Builds the data from the parser's events: no recursion, so no depth of nesting can exhaust the stack."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._resolver: Any = yaml.SafeLoader("")
        self._stack: list[tuple[Any, Place]] = []
        self._key: list[str | None] = []

    def build(self, text: str) -> None:
        events: Iterable[Any] = yaml.parse(text, Loader=_Loader)
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _StopError(line, "anchors and aliases (& and *) are not allowed; write the text out")
            if getattr(event, "tag", None):
                raise _StopError(line, f"tags ({_cut(event.tag)}) are not allowed; what begins with ! goes into quotes")
            if isinstance(event, yaml.MappingStartEvent):
                self._open({}, line)
            elif isinstance(event, yaml.SequenceStartEvent):
                self._open([], line)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._stack.pop()
                self._key.pop()
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event, line)
            elif isinstance(event, yaml.DocumentStartEvent) and self._document.data is not None:
                raise _StopError(line, "a second document begins here; one file holds one")

    def _open(self, container: dict[str, Any] | list[Any], line: int) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise _StopError(line, f"nested deeper than {MAX_DEPTH} levels")
        if self._stack and isinstance(self._stack[-1][0], dict) and self._key[-1] is None:
            raise _StopError(line, "a key has to be plain text")
        place = self._put(container, line)
        self._stack.append((container, place))
        self._key.append(None)

    def _scalar(self, event: Any, line: int) -> None:
        if self._stack and isinstance(self._stack[-1][0], dict) and self._key[-1] is None:
            mapping, place = self._stack[-1]
            if event.value in mapping:
                message = f"the key {_cut(event.value)} stands here a second time; each may stand once"
                self._document.faults.append(Fault(self._document.file, line, dotted(place), message))
            self._key[-1] = event.value
            return
        tag = self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
        self._put(event.value if tag == "tag:yaml.org,2002:str" else self._plain(event, tag, line), line)

    def _plain(self, event: Any, tag: str, line: int) -> Any:
        """A number, a date, true, false or nothing, as YAML reads it."""
        node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark, event.style)
        try:
            return self._resolver.construct_object(node)
        except ValueError as error:  # 2026-99-99, or a number of thousands of digits
            kind = "date" if tag.endswith("timestamp") else "number"
            raise _StopError(line, f"{_cut(event.value)} is no {kind}; put it into quotes to make it text") from error
        finally:
            self._resolver.constructed_objects.clear()

    def _put(self, value: Any, line: int) -> Place:
        place: Place = ()
        if not self._stack:
            self._document.data = value
        else:
            container, above = self._stack[-1]
            if isinstance(container, dict):
                key = self._key[-1] or ""
                container[key], place = value, (*above, key)
                self._key[-1] = None
            else:
                container.append(value)
                place = (*above, len(container) - 1)
        self._document.lines[place] = line
        if len(self._document.lines) > MAX_VALUES:
            raise _StopError(line, f"holds more than {MAX_VALUES:,} values; spread them over several files")
        return place


def _cut(text: str) -> str:
    """The beginning of a text, for a message of one line."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")
