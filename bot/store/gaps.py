"""Unanswered questions in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Delete, Row, delete, func, select, update

from bot.ports import MOST_GAPS, Gap, Noted, Unanswered
from bot.store.database import Database
from bot.store.statements import insert
from bot.store.tables import gaps

MOST_ASKED_FIRST = (gaps.c.count.desc(), gaps.c.last_at.desc(), gaps.c.id.desc())


class GapsTable:
    """The queue of unanswered questions."""

    database: Database

    async def record_gaps(self, noted: Iterable[Noted]) -> None:
        """Keep questions, or count them where their keys are known. A dismissed or accepted one stays so."""
        rows = [_row(each) for each in noted]
        new = insert(self.database, gaps)
        counted = new.on_conflict_do_update(
            index_elements=["guild", "key"], set_={"count": gaps.c.count + 1, "last_at": new.excluded.last_at}
        )
        if rows:
            async with self.database.writing() as connection:
                await connection.execute(counted, rows)
                await connection.execute(_too_many({row["guild"] for row in rows}))

    async def gap_keys(self, guilds: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """The keys of the questions of servers, to merge like ones into; a server without questions is left out."""
        wanted = select(gaps.c.guild, gaps.c.key).where(gaps.c.guild.in_(list(guilds))).order_by(gaps.c.id)
        found: defaultdict[int, list[str]] = defaultdict(list)
        async with self.database.reading() as connection:
            for guild, key in await connection.execute(wanted):
                found[guild].append(key)
        return {guild: tuple(keys) for guild, keys in found.items()}

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


def _row(noted: Noted) -> dict[str, Any]:
    asked = noted.asked
    what = {"key": asked.key, "question": asked.question, "utterance": asked.utterance}
    why = {"compound": asked.compound, "reason": asked.reason, "state": "open"}
    return {"guild": noted.guild, **what, **why, "count": 1, "first_at": noted.at, "last_at": noted.at}


def _too_many(guilds: Collection[int]) -> Delete:
    """The open questions of servers that give way, since there are more than a queue holds."""
    place = func.row_number().over(partition_by=gaps.c.guild, order_by=MOST_ASKED_FIRST)
    ranked = select(gaps.c.id, place.label("place")).where(gaps.c.guild.in_(guilds), gaps.c.state == "open").subquery()
    return delete(gaps).where(gaps.c.id.in_(select(ranked.c.id).where(ranked.c.place > MOST_GAPS)))


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
