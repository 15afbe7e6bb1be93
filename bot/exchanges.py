"""The last exchange of each member in each channel: what a follow-up needs, for ten minutes, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict

from bot.core.assistant import Exchange

KEPT = 600.0  # seconds
MOST = 5_000  # exchanges

Key = tuple[int, int]  # channel, member


class Exchanges:
    """Remembers exchanges by channel and member. Times are seconds of any one clock, passed in."""

    def __init__(self, kept: float = KEPT, most: int = MOST) -> None:
        self._kept = kept
        self._most = most
        self._by_key: OrderedDict[Key, tuple[float, Exchange]] = OrderedDict()

    def earlier(self, key: Key, now: float) -> Exchange | None:
        """The exchange before this one, if it is not too old."""
        at, exchange = self._by_key.get(key, (0.0, None))
        return exchange if exchange and now - at <= self._kept else None

    def remember(self, key: Key, exchange: Exchange, now: float) -> None:
        """Keep an exchange in the place of the one before; the oldest go first."""
        self._by_key[key] = (now, exchange)
        self._by_key.move_to_end(key)
        while self._by_key and (
            len(self._by_key) > self._most or now - next(iter(self._by_key.values()))[0] > self._kept
        ):
            self._by_key.popitem(last=False)

    def forget(self, member: int) -> None:
        """Let a member's exchanges go."""
        for key in [key for key in self._by_key if key[1] == member]:
            del self._by_key[key]

    def __len__(self) -> int:
        return len(self._by_key)
