"""Text as people type it, made comparable: cleaning, folding, words, sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MAX_CHARS = 6000
MAX_SENTENCES = 12

_MARKUP = re.compile(r"https?://\S+|<a?:\w+:\d+>|<[@#][!&]?\d+>|@everyone|@here")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u0060\u00b4\uff07]")
_SPACE_IN_LINE = re.compile(r"[^\S\n]+")
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")
_ACCENT = re.compile("([a-z])[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？;；])\s*(?=\D)|[\r\n]+")
SPACELESS = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def clean(text: str) -> str:
    """The text without links, mentions, control and invisible characters; at most `MAX_CHARS` characters, line ends kept.

    Of a longer text the beginning and the end are kept, where questions stand; also of one that grows when it is normalised.
    """
    text = _ends(text)
    if not text.isascii():
        text = _INVISIBLE.sub("", _ends(unicodedata.normalize("NFKC", text)))
    text = _MARKUP.sub(" ", _APOSTROPHES.sub("'", text))
    if not (text.isascii() and text.isprintable()):
        text = "".join(char if char == "\n" or unicodedata.category(char)[0] not in "CZ" else " " for char in text)
    return _SPACE_IN_LINE.sub(" ", text).strip()


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


def phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the phrases in a folded text, as whole words (in scripts with spaces)."""
    return _phrase_pattern(tuple(phrases))


@lru_cache(maxsize=256)
def _phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    folded = sorted({fold(phrase) for phrase in phrases} - {""}, key=len, reverse=True)
    spaceless = [re.escape(phrase) for phrase in folded if SPACELESS.search(phrase)]
    spaced = "|".join(re.escape(phrase) for phrase in folded if not SPACELESS.search(phrase))
    return re.compile("|".join([rf"(?<![^\W_])(?:{spaced or '(?!)'})(?![^\W_])", *spaceless]))
