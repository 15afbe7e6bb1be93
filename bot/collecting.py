"""The garbage collector, which would look through the whole knowledge again and again, and hold everything meanwhile."""

from __future__ import annotations

import gc


def pass_over_what_stands() -> None:
    """Collect once, and let later collections pass over all that is there now: the knowledge stays until a reload."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
