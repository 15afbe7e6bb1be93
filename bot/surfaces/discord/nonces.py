"""The nonces of pins: by them a card is found again among a channel's messages, and not taken twice by Discord."""

from __future__ import annotations

import secrets

from discord.utils import DISCORD_EPOCH, utcnow

MARGIN = 600_000  # milliseconds by which this machine's clock may be ahead of Discord's


def fresh_nonce() -> str:
    """A nonce that no pin had before."""
    return new_nonce(utcnow().timestamp() * 1000, secrets.token_hex(6))


def new_nonce(milliseconds: float, random: str) -> str:
    """A nonce for a pin, 24 characters: Discord takes 25. It begins with when it was made (of the Unix epoch)."""
    return f"{int(milliseconds) - DISCORD_EPOCH:012x}{random[:12]}"


def sent_since(nonce: str) -> int:
    """An id below those of all messages sent since a nonce was made; 0, below all, where it was not made here."""
    try:
        made = int(nonce[:12], 16)
    except ValueError:
        return 0
    return max(made - MARGIN, 0) << 22
