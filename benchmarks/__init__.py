"""Measurements that can be made again: matching, what it costs, load, faults, many processes, hostile input."""

import os

# The encoder's threads wait asleep, and the algebra has one: on a busy machine spinning threads cost twenty times the work.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
