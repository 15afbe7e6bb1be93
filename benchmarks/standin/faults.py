"""Scripted faults of the REST side: which calls they hit, how often, and what they do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Effect = Literal["status", "cut before", "cut after", "slow"]


@dataclass
class Fault:
    """Hits `times` calls whose "METHOD /path" matches `pattern` (a regular expression), after letting `after` through.

    `status` answers with that HTTP status (429 with `seconds` as retry_after). `cut before` closes the connection
    before the call is carried out, `cut after` when it was and before the reply; `slow` waits `seconds` first.
    """

    pattern: str
    effect: Effect = "status"
    times: int = 1
    after: int = 0
    status: int = 500
    code: int = 0
    seconds: float = 0.0
    is_global: bool = False
    hit: int = 0

    def takes(self, call: str) -> bool:
        """Whether this call is hit; counts it."""
        if self.hit >= self.times or not re.search(self.pattern, call):
            return False
        if self.after:
            self.after -= 1
            return False
        self.hit += 1
        return True


@dataclass
class Faults:
    """The faults in force; the first that takes a call hits it."""

    rules: list[Fault] = field(default_factory=list)

    def add(self, pattern: str, **options: object) -> Fault:
        """Put a fault in force."""
        fault = Fault(pattern, **options)  # type: ignore[arg-type]
        self.rules.append(fault)
        return fault

    def hitting(self, call: str) -> Fault | None:
        """The fault that hits a call."""
        return next((rule for rule in self.rules if rule.takes(call)), None)
