"""Unanswered questions in the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from bot.ports import MOST_GAPS, Gap, Unanswered
from bot.store.database import Database
from bot.store.statements import insert
from bot.store.tables import gaps

MOST_ASKED_FIRST = (gaps.c.count.desc(), gaps.c.last_at.desc(), gaps.c.id.desc())


class GapsTable:
    """The queue of unanswered questions."""

    database: Database

    async def record_gap(self, guild: int, asked: Unanswered, at: float) -> None:
        """Keep a question, or count it where its key is known. A dismissed or accepted one stays so."""
        row = {
            "guild": guild,
            "key": asked.key,
            "question": asked.question,
            "utterance": asked.utterance,
            "compound": asked.compound,
            "reason": asked.reason,
        }
        new = insert(self.database, gaps).values(**row, count=1, first_at=at, last_at=at, state="open")
        counted = new.on_conflict_do_update(
            index_elements=["guild", "key"], set_={"count": gaps.c.count + 1, "last_at": at}
        )
        open_ones = select(gaps.c.id).where(gaps.c.guild == guild, gaps.c.state == "open")
        too_many = open_ones.order_by(*MOST_ASKED_FIRST).offset(MOST_GAPS)
        async with self.database.writing() as connection:
            await connection.execute(counted)
            await connection.execute(delete(gaps).where(gaps.c.id.in_(too_many)))

    async def gap_keys(self, guild: int) -> tuple[str, ...]:
        """The keys of a server's questions, to merge a like one into."""
        async with self.database.reading() as connection:
            return tuple(await connection.scalars(select(gaps.c.key).where(gaps.c.guild == guild).order_by(gaps.c.id)))

    async def gaps(self, guild: int, *, limit: int, offset: int = 0) -> tuple[Gap, ...]:
        """Open questions of a server, most asked first, then the latest."""
        wanted = select(gaps).where(gaps.c.guild == guild, gaps.c.state == "open")
        async with self.database.reading() as connection:
            found = await connection.execute(wanted.order_by(*MOST_ASKED_FIRST).limit(limit).offset(offset))
            return tuple(map(_gap, found))

    async def count_gaps(self, guild: int) -> int:
        """How many questions of a server are open."""
        wanted = select(func.count()).where(gaps.c.guild == guild, gaps.c.state == "open")
        async with self.database.reading() as connection:
            return (await connection.execute(wanted)).scalar_one()

    async def dismiss_gap(self, guild: int, gap: int) -> bool:
        """Take a question out of the queue, also when it is asked again. False where it is not open (any more)."""
        return await self._close(guild, gap, state="dismissed")

    async def accept_gap(self, guild: int, gap: int, section: str) -> bool:
        """Keep a question as an utterance for a section. False where it is not open (any more)."""
        return await self._close(guild, gap, state="accepted", section=section)

    async def accepted_gaps(self) -> tuple[Gap, ...]:
        """The accepted questions of all servers, by compound, section and utterance."""
        wanted = select(gaps).where(gaps.c.state == "accepted")
        async with self.database.reading() as connection:
            found = map(_gap, await connection.execute(wanted))
            return tuple(
                sorted(found, key=lambda gap: (gap.asked.compound or "", gap.section or "", gap.asked.utterance))
            )

    async def remove_gaps(self, wanted: Iterable[int]) -> int:
        """Delete questions by their ids. How many there were."""
        async with self.database.writing() as connection:
            return (await connection.execute(delete(gaps).where(gaps.c.id.in_(list(wanted))))).rowcount

    async def clear_gaps(self, guild: int) -> int:
        """Delete a server's open and dismissed questions. How many there were."""
        kept = gaps.c.state == "accepted"
        async with self.database.writing() as connection:
            return (await connection.execute(delete(gaps).where(gaps.c.guild == guild, ~kept))).rowcount

    async def _close(self, guild: int, gap: int, **values: str) -> bool:
        open_one = (gaps.c.guild == guild) & (gaps.c.id == gap) & (gaps.c.state == "open")
        async with self.database.writing() as connection:
            return bool((await connection.execute(update(gaps).where(open_one).values(values))).rowcount)


def _gap(row: Row[Any]) -> Gap:
    return Gap(
        id=row.id,
        guild=row.guild,
        asked=Unanswered(row.key, row.question, row.utterance, row.compound, row.reason),
        count=row._mapping["count"],  # as an attribute it is the tuple's method
        first_at=row.first_at,
        last_at=row.last_at,
        state=row.state,
        section=row.section,
    )
