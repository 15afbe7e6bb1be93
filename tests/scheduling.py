"""Which tests run one after another in one process; all others go to whichever process is free."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

TOGETHER = {  # a part of their names, and what they share
    "tests/preview/": "a server and a browser",
    "tests/test_docs.py::": "a folder, in which commands build on one another",
    "[postgresql": "a PostgreSQL server",
}


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Gives a process a test at a time, and those that share something to the same."""

    def _split_scope(self, nodeid: str) -> str:
        return next((shared for part, shared in TOGETHER.items() if part in nodeid), nodeid)
