"""What must outlive a restart, in a database: SQLite in a file, or PostgreSQL. The only place that knows SQL."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, delete, or_, select, union, update

from bot.store.addresses import database_url, file_url
from bot.store.database import BUSY, Database
from bot.store.feedback import VotesTable
from bot.store.gaps import GapsTable
from bot.store.pins import PinsTable
from bot.store.settings import SettingsTable
from bot.store.tables import BY_GUILD, gaps, votes


def open_store(path: Path, url: str | None) -> SqlStore:
    """The store in a file, or at the address that an operator gave instead. `StoreError` where that is none."""
    return SqlStore(database_url(url) if url else file_url(path))


class SqlStore(SettingsTable, PinsTable, GapsTable, VotesTable):
    """The store at an address. Every method raises `StoreError` where the database fails; the next call tries again."""

    def __init__(self, url: URL, busy: float = BUSY) -> None:
        super().__init__()
        self.database = Database(url, busy)

    async def prepare(self) -> None:
        """Open the database and bring it up to date, now rather than at the first use. `StoreError` where it fails."""
        await self.database.prepare()

    async def remove_guild(self, guild: int) -> int:
        """Delete every row of a server. How many."""
        async with self.database.writing() as connection:
            deleted = [(await connection.execute(delete(t).where(t.c.guild == guild))).rowcount for t in BY_GUILD]
        self.settings_changed(guild)
        return sum(deleted)

    async def known_guilds(self) -> frozenset[int]:
        """The servers that have rows."""
        async with self.database.reading() as connection:
            return frozenset(await connection.scalars(union(*(select(table.c.guild) for table in BY_GUILD))))

    async def purge(self, before: float) -> int:
        """Delete questions last asked before a time (accepted ones stay), and hashes and reasons of votes before it."""
        tied = or_(votes.c.ballot.is_not(None), votes.c.voter.is_not(None), votes.c.reason.is_not(None))
        old_votes = update(votes).where(votes.c.at < before, tied).values(ballot=None, voter=None, reason=None)
        async with self.database.writing() as connection:
            old_gaps = delete(gaps).where(gaps.c.last_at < before, gaps.c.state != "accepted")
            changed = [(await connection.execute(statement)).rowcount for statement in (old_gaps, old_votes)]
        return sum(changed)

    async def close(self) -> None:
        """Let the connections go."""
        await self.database.close()


__all__ = ["SqlStore", "database_url", "file_url", "open_store"]
