"""How long each operation of the store takes: on SQLite, and on PostgreSQL where a server is installed.

python -m benchmarks.store [times]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from benchmarks.common import shown
from bot.ports import Noted, PinKey, PinStep, Unanswered, Vote
from bot.store import SqlStore, file_url
from tests import postgres

GUILDS, QUESTIONS, PINS = 50, 40, 1_000
Operation = Callable[[SqlStore, int], Awaitable[object]]


def guild(number: int) -> int:
    """One of the servers."""
    return 1 + number % GUILDS


def pin(number: int) -> PinKey:
    """One of a thousand pinned cards."""
    return PinKey(guild(number), 1 + number % PINS, "cerebrolysin")


def question(number: int) -> Unanswered:
    """One of some questions."""
    text = f"can i do number {number % QUESTIONS} with it"
    return Unanswered(text, f"{text}?", f"{text}?", "cerebrolysin", "no_passage")


async def read_settings(store: SqlStore, number: int) -> None:
    """As the first message of a channel does."""
    store.settings_changed(guild(number))
    await store.channel_settings(guild(number), number)


async def claim_and_record(store: SqlStore, number: int) -> None:
    """All that pinning a card asks of the store."""
    key, holder = pin(number), f"process {number}"
    await store.claim_pin(key, nonce=f"nonce {number}", holder=holder, now=0, until=60)
    await store.update_pin(key, holder, PinStep(state="posted", message=number + 1, digest="d" * 64))
    await store.update_pin(key, holder, PinStep(state="pinned"))
    await store.release_pin(key, holder)


def vote(number: int) -> Vote:
    """A vote of its own."""
    return Vote(guild(number), number, number % 97, "cerebrolysin", ("dose",), number % 3 > 0, 0.8)


OPERATIONS: dict[str, Operation] = {
    "set a setting": lambda store, n: store.set_setting(guild(n), n, "cool_down", n % 60),
    "settings, read anew": read_settings,
    "settings, remembered": lambda store, _: store.channel_settings(1, 1),
    "pin a card (4 steps)": claim_and_record,
    "keep an unanswered question": lambda store, n: store.record_gaps([Noted(guild(n), question(n), float(n))]),
    "keys of a queue": lambda store, n: store.gap_keys([guild(n)]),
    "a page of a queue": lambda store, n: store.gaps(guild(n), limit=1),
    "keep a vote": lambda store, n: store.record_vote(vote(n), float(n)),
    "votes by match": lambda store, n: store.tallies(guild(n)),
    "forget a member": lambda store, n: store.forget_member(n % 97),
}
WHOLE: dict[str, Operation] = {
    "list the pins of all servers": lambda store, _: store.pins(range(1, GUILDS + 1)),
    "purge": lambda store, _: store.purge(10.0),
    "remove a server": lambda store, n: store.remove_guild(guild(n)),
}


async def measure(url: URL, times: int) -> None:
    """Print the median and the 95th percentile of every operation, one after another, in milliseconds."""
    store = SqlStore(url)
    began = time.perf_counter()
    await store.prepare()
    print(f"  {'make the tables':32}{1_000 * (time.perf_counter() - began):10.1f}")
    await store.close()
    began = time.perf_counter()
    store = SqlStore(url)
    await store.prepare()
    print(f"  {'open it again':32}{1_000 * (time.perf_counter() - began):10.1f}")
    for name, operation in OPERATIONS.items():
        await _measure_one(store, name, operation, times)
    for name, operation in WHOLE.items():
        await _measure_one(store, name, operation, 10)
    await store.close()


async def _measure_one(store: SqlStore, name: str, operation: Operation, times: int) -> None:
    taken = []
    for number in shown(range(times), name):
        began = time.perf_counter()
        await operation(store, number)
        taken.append(1_000 * (time.perf_counter() - began))
    print(f"  {name:32}{statistics.median(taken):10.2f}{statistics.quantiles(taken, n=20)[-1]:10.2f}")


@contextmanager
def databases() -> Iterator[dict[str, URL]]:
    """An empty database of each kind that this machine has."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": file_url(Path(folder) / "footnote.db")}
        programs = postgres.binaries()
        if programs is None:
            yield found
            return
        with postgres.server(programs) as server:
            yield found | {"PostgreSQL": server.new_database()}


def main() -> None:
    """Measure."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else PINS
    with databases() as found:
        for name, url in found.items():
            print(f"{name}, {times} times each; ms: median, 95th percentile")
            asyncio.run(measure(url, times))


if __name__ == "__main__":
    main()
