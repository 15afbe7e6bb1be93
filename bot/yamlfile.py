"""A YAML file as plain data that remembers its lines. The only YAML import.

Stricter than YAML itself: no anchors or aliases, no key twice, no deep nesting, no file over the size limit. Faults of the
text are returned, not raised, so that all files can be reported on at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 4_000_000
MAX_DEPTH = 12

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
        return f"{place}: {self.where}: {self.message}" if self.where else f"{place}: {self.message}"


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
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ValueError(f"is {size:,} bytes; a knowledge file may have {MAX_BYTES:,} at most")
        text = path.read_bytes().decode("utf-8-sig")
        _Builder(document).build(text)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        document.faults.append(Fault(shown, line, "", "is not UTF-8 text; save it as UTF-8"))
    except FileNotFoundError:
        document.faults.append(Fault(shown, 0, "", "is missing"))
    except OSError as error:
        document.faults.append(Fault(shown, 0, "", f"cannot be read: {error.strerror}"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.faults.append(Fault(shown, mark.line + 1 if mark else 0, "", f"is not valid YAML: {error.problem}"))
    except (yaml.YAMLError, ValueError) as error:
        document.faults.append(Fault(shown, 0, "", str(error).split("\n")[0]))
    if not document.faults and document.data is None:
        document.faults.append(Fault(shown, 0, "", "is empty"))
    return document


def written(data: object) -> str:
    """Plain data as YAML, in the order given, every text on a line of its own."""
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)
    return text


class _Stop(ValueError):
    pass


class _Builder:
    """Builds the data from the parser's events: no recursion, so no depth of nesting can exhaust the stack."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._resolver = yaml.SafeLoader("")
        self._stack: list[tuple[Any, Place]] = []
        self._key: list[str | None] = []

    def build(self, text: str) -> None:
        for event in yaml.parse(text, Loader=_Loader):
            line = event.start_mark.line + 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _Stop(f"line {line}: anchors and aliases (& and *) are not allowed; write the text out")
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
                raise _Stop(f"line {line}: a second document begins here; one file holds one")

    def _open(self, container: dict[str, Any] | list[Any], line: int) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise _Stop(f"line {line}: nested deeper than {MAX_DEPTH} levels")
        if self._stack and isinstance(self._stack[-1][0], dict) and self._key[-1] is None:
            raise _Stop(f"line {line}: a key has to be plain text")
        place = self._put(container, line)
        self._stack.append((container, place))
        self._key.append(None)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if self._stack and isinstance(self._stack[-1][0], dict) and self._key[-1] is None:
            mapping, place = self._stack[-1]
            if event.value in mapping:
                message = f"the key {event.value!r} stands here a second time; each may stand once"
                self._document.faults.append(Fault(self._document.file, line, dotted(place), message))
            self._key[-1] = event.value
            return
        tag = event.tag or self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag == "tag:yaml.org,2002:str":
            self._put(event.value, line)
            return
        node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark, event.style)
        self._put(self._resolver.construct_object(node), line)
        self._resolver.constructed_objects.clear()

    def _put(self, value: Any, line: int) -> Place:
        if not self._stack:
            self._document.data, place = value, ()
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
        return place
