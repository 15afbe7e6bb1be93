"""Votes in the database, each under a hash of its member with a key of the server's own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from sqlalchemy import Row, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import MOST_REASON, Reason, Tally, Vote
from bot.store.database import Database
from bot.store.statements import insert, put
from bot.store.tables import guild_keys, votes

SOME = 500  # hashes in one statement
OVERWRITTEN = ("voter", "compound", "sections", "helpful", "confidence", "reason", "at")


class VotesTable:
    """The votes on replies, and the reasons for them."""

    database: Database

    async def record_vote(self, vote: Vote, at: float) -> None:
        """Keep a vote; a second one by the same member on the same message takes the place of the first."""
        row: dict[str, object] = {"guild": vote.guild, "compound": vote.compound, "sections": " ".join(vote.sections)}
        row |= {"helpful": vote.helpful, "confidence": vote.confidence, "reason": None, "at": at}
        async with self.database.writing() as connection:
            key = await self._key(connection, vote.guild)
            row |= {"ballot": _ballot(key, vote.message, vote.member), "voter": _voter(key, vote.member)}
            await connection.execute(put(self.database, votes, row, ["ballot"], OVERWRITTEN))

    async def record_reason(self, guild: int, message: int, member: int, reason: str) -> bool:
        """Keep the reason for a vote (at most `MOST_REASON` characters). False where there is no such vote."""
        async with self.database.writing() as connection:
            key = await self._key(connection, guild)
            this = (votes.c.guild == guild) & (votes.c.ballot == _ballot(key, message, member))
            changed = await connection.execute(update(votes).where(this).values(reason=reason[:MOST_REASON]))
            return bool(changed.rowcount)

    async def tallies(self, guild: int) -> tuple[Tally, ...]:
        """The votes of a server by match, those with most "not helpful" first."""
        helpful = func.sum(case((votes.c.helpful, 1), else_=0)).label("helpful")
        match = (votes.c.compound, votes.c.sections)
        wanted = select(*match, helpful, func.count().label("all"), func.avg(votes.c.confidence).label("confidence"))
        async with self.database.reading() as connection:
            found = await connection.execute(wanted.where(votes.c.guild == guild).group_by(*match))
            tallies = map(_tally, found)
            return tuple(sorted(tallies, key=lambda tally: (-tally.not_helpful, -tally.helpful, tally.sections)))

    async def reasons(self, guild: int, *, limit: int, offset: int = 0) -> tuple[Reason, ...]:
        """The reasons of a server, the latest first."""
        wanted = select(votes).where(votes.c.guild == guild, votes.c.reason.is_not(None))
        async with self.database.reading() as connection:
            found = await connection.execute(
                wanted.order_by(votes.c.at.desc(), votes.c.id.desc()).limit(limit).offset(offset)
            )
            return tuple(map(_reason, found))

    async def count_reasons(self, guild: int) -> int:
        """How many reasons there are."""
        wanted = select(func.count()).where(votes.c.guild == guild, votes.c.reason.is_not(None))
        async with self.database.reading() as connection:
            return (await connection.execute(wanted)).scalar_one()

    async def forget_member(self, member: int) -> int:
        """Delete a member's votes and reasons on every server. How many."""
        deleted = 0
        async with self.database.writing() as connection:
            keys = list(await connection.scalars(select(guild_keys.c.key)))
            hashes = [_voter(bytes(key), member) for key in keys]
            for at in range(0, len(hashes), SOME):
                theirs = votes.c.voter.in_(hashes[at : at + SOME])
                deleted += (await connection.execute(delete(votes).where(theirs))).rowcount
        return deleted

    async def _key(self, connection: AsyncConnection, guild: int) -> bytes:
        """The server's key, made at its first vote."""
        fresh = {"guild": guild, "key": secrets.token_bytes(32)}
        await connection.execute(insert(self.database, guild_keys).values(fresh).on_conflict_do_nothing())
        wanted = select(guild_keys.c.key).where(guild_keys.c.guild == guild)
        return bytes((await connection.execute(wanted)).scalar_one())


def _ballot(key: bytes, message: int, member: int) -> bytes:
    return hmac.digest(key, f"ballot {message} {member}".encode(), hashlib.sha256)


def _voter(key: bytes, member: int) -> bytes:
    return hmac.digest(key, f"voter {member}".encode(), hashlib.sha256)


def _tally(row: Row[Any]) -> Tally:
    return Tally(
        row.compound, tuple(row.sections.split()), int(row.helpful), row.all - int(row.helpful), row.confidence
    )


def _reason(row: Row[Any]) -> Reason:
    return Reason(row.compound, tuple(row.sections.split()), row.helpful, row.reason, row.at)
