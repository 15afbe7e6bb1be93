"""What the tests of the preview share with those of Discord."""

from tests.discord.conftest import footnote

__all__ = ["footnote"]
