"""Benchmarks of Footnote."""

import os

# The encoder's threads wait asleep, not spinning: on a busy machine spinning makes a question cost sixty times as much.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
