"""The garbage collector, which would look through the whole knowledge again and again, and hold everything meanwhile."""

from __future__ import annotations

import gc


def pass_over_what_stands() -> None:
    """Collect once, and let later collections pass over all that is there now: the knowledge stays until a reload."""
    gc.unfreeze()
    pass_over_the_rest()


def wait() -> None:
    """Collect nothing until `pass_over_the_rest`: while much is made that stays, collections only hold the loop."""
    gc.disable()


def pass_over_the_rest() -> None:
    """Collect what came since, and pass over what is left of it too; from now on collections are made again."""
    gc.collect()
    gc.freeze()
    gc.enable()
