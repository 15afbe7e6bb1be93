"""Text as people type it, made comparable: cleaning, folding, words, sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

MAX_CHARS = 6000
MAX_SENTENCES = 12
PARTED = 4  # letters by which phrases that are looked for are parted

_MARKUP = re.compile(r"https?://\S+|<a?:\w+:\d+>|<[@#][!&]?\d+>|@everyone|@here")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u0060\u00b4\uff07]")
_SPACE_IN_LINE = re.compile(r"[^\S\n]+")
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")
_ACCENT = re.compile("([a-z])[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？;；])\s*(?=\D)|[\r\n]+")
HANGUL = re.compile("[\uac00-\ud7a3]")
SPACELESS = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def clean(text: str) -> str:
    """The text without links, mentions, emoji and control characters; at most `MAX_CHARS` characters, line ends kept.

    Of a longer text the beginning and the end are kept, where questions stand; also of one that grows when it is normalised.
    """
    text = _ends(text)
    if not text.isascii():
        text = _INVISIBLE.sub("", _ends(unicodedata.normalize("NFKC", text)))
    text = _MARKUP.sub(" ", _APOSTROPHES.sub("'", text))
    if not (text.isascii() and text.isprintable()):
        text = "".join(char if char == "\n" or not _is_left_out(char) else " " for char in text)
    return _SPACE_IN_LINE.sub(" ", text).strip()


def _is_left_out(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "CZ" or category == "So" or "\U0001f3fb" <= char <= "\U0001f3ff"


def _ends(text: str) -> str:
    return text if len(text) <= MAX_CHARS else f"{text[: MAX_CHARS // 2]}\n{text[-MAX_CHARS // 2 :]}"


def fold(text: str) -> str:
    """Lower case, runs of a letter cut to two, spaces single: what comparisons are made on."""
    text = _LONG_RUN.sub(r"\1\1", _APOSTROPHES.sub("'", text).casefold())
    return " ".join(unicodedata.normalize("NFC", text).split())


def words(folded: str) -> list[str]:
    """The words and numbers of a folded text."""
    return _WORD.findall(folded)


def squash(folded: str) -> str:
    """Letters and digits alone, Latin ones without accents: bpc-157, bpc 157 and bpc157 become one."""
    plain = unicodedata.normalize("NFC", _ACCENT.sub(r"\1", unicodedata.normalize("NFD", folded)))
    return "".join(char for char in plain if char.isalnum())


def sentences(text: str) -> list[str]:
    """The sentences and lines of a cleaned text, at most `MAX_SENTENCES`; a longer text keeps its last ones."""
    found = [part for part in map(str.strip, _SENTENCE_END.split(text)) if any(map(str.isalnum, part))]
    return found[:2] + found[2:][-(MAX_SENTENCES - 2) :]


def stands_in(text: str, words: str) -> bool:
    """Whether words stand in a text to the letter, and whole."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


class Phrases:
    """Finds phrases in folded texts: as whole words, Korean ones where a word begins so, those without spaces anywhere."""

    def __init__(self, phrases: Iterable[str]) -> None:
        folded = {fold(phrase) for phrase in phrases} - {""}
        spaceless = {phrase for phrase in folded if SPACELESS.search(phrase)}
        inflected = {phrase for phrase in folded - spaceless if HANGUL.search(phrase[-1])}
        self._whole = {tuple(words(phrase)) for phrase in folded - spaceless - inflected}
        self._longest = max(map(len, self._whole), default=0)
        self._others = re.compile(rf"(?<![^\W_])(?:{any_of(inflected)})|(?:{any_of(spaceless)})")

    def starts(self, folded: str) -> Iterator[int]:
        """Where in a folded text a phrase begins."""
        found = list(_WORD.finditer(folded))
        said = [match[0] for match in found]
        for place, match in enumerate(found):
            if any(tuple(said[place : place + count]) in self._whole for count in range(1, self._longest + 1)):
                yield match.start()
        yield from () if folded.isascii() else (match.start() for match in self._others.finditer(folded))

    def stand_in(self, folded: str) -> bool:
        """Whether a folded text holds one of the phrases."""
        return next(self.starts(folded), None) is not None


@lru_cache(maxsize=256)
def phrases_of(listed: tuple[str, ...]) -> Phrases:
    """The phrases, made ready once."""
    return Phrases(listed)


def any_of(phrases: Iterable[str]) -> str:
    """What a regular expression needs to find any of the phrases, folded, the longest first; nothing, where there are none.

    Phrases that begin alike are parted letter by letter, since one after another they would be tried at every place.
    """
    return _parted(sorted({fold(phrase) for phrase in phrases} - {""}, key=len, reverse=True), PARTED) or "(?!)"


def _parted(endings: Iterable[str], letters: int) -> str:
    groups: dict[str, list[str]] = {}
    for ending in endings:
        groups.setdefault(ending[:1], []).append(ending[1:])
    rest = groups.pop("", None)
    parts = []
    for first, left in groups.items():
        within = _parted(left, letters - 1) if letters > 1 else "|".join(map(re.escape, left))
        parts.append(re.escape(first) + (f"(?:{within})" if len(left) > 1 else within))
    return "|".join([*parts, *([""] if rest else [])])
