"""When a process may identify: Discord takes one identify in five seconds from all processes of a bot together.

Each process has its own moments of the clock, so that no two of them meet and none has to ask another. The clocks of
their machines have to agree to within half a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SLOT = 6.0  # seconds: Discord's five, and room for a slow network
OPEN = 0.5  # seconds at the beginning of a slot in which an identify may be sent


@dataclass(slots=True)
class Slots:
    """The moments of the process with these shards of `count`; each process has as many, the last perhaps less."""

    shards: Sequence[int]
    count: int
    _last: int = -1

    @property
    def are_needed(self) -> bool:
        """Whether there are other processes."""
        return len(self.shards) < self.count

    def wait(self, now: float) -> float:
        """Seconds from `now` (of the Unix epoch) to the moment at which this process may identify next; it is taken."""
        mine, processes = min(self.shards) // len(self.shards), -(-self.count // len(self.shards))
        slot = int(now // SLOT)
        if slot % processes != mine or now - slot * SLOT > OPEN or slot == self._last:
            slot += (mine - slot - 1) % processes + 1
        self._last = slot
        return max(0.0, slot * SLOT - now)
