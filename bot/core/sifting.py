"""Which of many texts may name a compound: the utterances are looked through at every start, and nearly all name none.

A text is told by its pieces between spaces, of which few are different: a name stands in one piece, or begins with a piece
that is followed by another in which it may go on. Whether a text that passes does name something, `NameIndex` tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from bot.core.names import MAX_NAME_WORDS, NameIndex, squashed, tokens_of
from bot.core.text import fold

MARKS = '?!.,:;()"'  # around a word


def may_name(index: NameIndex, texts: Sequence[str]) -> Iterator[int]:
    """The places of the texts in which a name may stand; none is missing in which one does."""
    pieces = list(set(" ".join(texts).split()))
    folded = fold(" ".join(pieces)).split()
    sieve = _Sieve(index, dict(zip(pieces, folded, strict=True)))
    for place, text in enumerate(texts):
        if sieve.lets_through(text.split()):
            yield place


class _Sieve:
    """Pieces that tell of a name by themselves, or with certain ones after them."""

    def __init__(self, index: NameIndex, folded: dict[str, str]) -> None:
        keys = {piece: _keys(plain) for piece, plain in folded.items()}
        next_keys = _next_keys(index.names, {key for known in keys.values() for key in known})
        begins_with: dict[str, list[str]] = {}
        for piece, known in keys.items():
            for key in known:
                begins_with.setdefault(key, []).append(piece)
        self._mute = {piece for piece, known in keys.items() if not known}
        self._telling = {piece for piece, known in keys.items() if not index.names.keys().isdisjoint(known)}
        self._telling |= {piece for piece, plain in folded.items() if any(index.without_spaces(plain))}
        self._goes_on: dict[str, set[str]] = {}
        for piece, known in keys.items():
            seconds = {second for key in known if key in next_keys for second in next_keys[key]}
            if any(not next_keys.get(key, set()).isdisjoint(known[at:]) for at, key in enumerate(known, 1)):
                self._telling.add(piece)
            elif seconds:
                self._goes_on[piece] = {begun for second in seconds for begun in begins_with[second]}

    def lets_through(self, pieces: list[str]) -> bool:
        """Whether a name may stand in a text of these pieces."""
        if not self._telling.isdisjoint(pieces):
            return True
        if self._goes_on.keys().isdisjoint(pieces):
            return False
        said = [piece for piece in pieces if piece not in self._mute]
        return any(after in self._goes_on[piece] for piece, after in pairwise(said) if piece in self._goes_on)


def _keys(plain: str) -> list[str]:
    """The words of a folded piece as names are written in the index, each with and without a possessive s."""
    bare = plain.strip(MARKS)
    if bare.isascii() and bare.isalnum():
        return [bare]
    words = [word for _, _, word in tokens_of(plain)]
    return [*map(squashed, words), *(squashed(word)[:-1] for word in words if word.endswith("'s"))]


def _next_keys(names: Collection[str], known: set[str]) -> dict[str, set[str]]:
    """For each word with which a name of several words may begin, the words it may go on with; all of them known."""

    def heads(text: str) -> Iterator[str]:
        return (text[:length] for length in range(1, len(text)) if text[:length] in known)

    def ends(rest: str, most: int) -> bool:
        return rest in known or (most > 1 and any(ends(rest[len(head) :], most - 1) for head in heads(rest)))

    found: dict[str, set[str]] = {}
    for name in names:
        for first in heads(name):
            rest = name[len(first) :]
            seconds = {head for head in heads(rest) if ends(rest[len(head) :], MAX_NAME_WORDS - 2)}
            seconds |= {rest} & known
            if seconds:
                found.setdefault(first, set()).update(seconds)
    return found
