"""Pins in the database. Every step is one statement, so that two at once cannot both have it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update

from bot.ports import Pin, PinKey, PinStep
from bot.store.database import Database
from bot.store.statements import insert
from bot.store.tables import pins

KEY = ["guild", "channel", "compound"]
SOME = 500  # guilds in one statement


class PinsTable:
    """The pinned cards."""

    database: Database

    async def claim_pin(self, key: PinKey, *, nonce: str, holder: str, now: float, until: float) -> Pin | None:
        """Hold a pin until a time, and make it if there is none. None while somebody else holds it."""
        row = {"guild": key.guild, "channel": key.channel, "compound": key.compound, "nonce": nonce}
        new = insert(self.database, pins).values(**row, state="claimed", holder=holder, held_until=until)
        free = or_(pins.c.holder.is_(None), pins.c.held_until <= now, pins.c.holder == holder)
        held = new.on_conflict_do_update(
            index_elements=KEY, set_={"holder": holder, "held_until": until}, where=free
        ).returning(pins)
        async with self.database.writing() as connection:
            found = (await connection.execute(held)).one_or_none()
        return _pin(found) if found else None

    async def update_pin(self, key: PinKey, holder: str, step: PinStep) -> bool:
        """Record a step of a pin that `holder` holds. False where it holds it no more."""
        changes: dict[str, object] = {"message": step.message, "digest": step.digest}
        changes |= {"state": step.state, "nonce": step.nonce}
        changes = {name: value for name, value in changes.items() if value is not None}
        if step.gone:
            changes["message"] = None
        return await self._change(update(pins).where(_held(key, holder)).values(changes or {"holder": holder}))

    async def release_pin(self, key: PinKey, holder: str) -> bool:
        """End a hold; the pin stays. False where `holder` does not hold it."""
        return await self._change(update(pins).where(_held(key, holder)).values(holder=None, held_until=0.0))

    async def remove_pin(self, key: PinKey, holder: str) -> bool:
        """End a pin. False where `holder` does not hold it."""
        return await self._change(delete(pins).where(_held(key, holder)))

    async def release_all_pins(self, guilds: Iterable[int]) -> int:
        """End every hold on pins of these guilds. How many."""
        ended = 0
        async with self.database.writing() as connection:
            for some in _some(guilds):
                held = and_(pins.c.guild.in_(some), pins.c.holder.is_not(None))
                ended += (
                    await connection.execute(update(pins).where(held).values(holder=None, held_until=0.0))
                ).rowcount
        return ended

    async def pin(self, key: PinKey) -> Pin | None:
        """A pin as it stands, if there is one."""
        async with self.database.reading() as connection:
            found = (await connection.execute(select(pins).where(_is(key)))).one_or_none()
        return _pin(found) if found else None

    async def pins(self, guilds: Iterable[int]) -> tuple[Pin, ...]:
        """The pins of these guilds, by guild, channel and compound."""
        found: list[Pin] = []
        async with self.database.reading() as connection:
            for some in _some(guilds):
                found += map(_pin, await connection.execute(select(pins).where(pins.c.guild.in_(some))))
        return tuple(sorted(found, key=lambda pin: pin.key))

    async def _change(self, statement: Any) -> bool:
        async with self.database.writing() as connection:
            return bool((await connection.execute(statement)).rowcount)


def _is(key: PinKey) -> ColumnElement[bool]:
    return and_(pins.c.guild == key.guild, pins.c.channel == key.channel, pins.c.compound == key.compound)


def _held(key: PinKey, holder: str) -> ColumnElement[bool]:
    return and_(_is(key), pins.c.holder == holder)


def _pin(row: Row[Any]) -> Pin:
    return Pin(
        key=PinKey(row.guild, row.channel, row.compound),
        state=row.state,
        nonce=row.nonce,
        message=row.message,
        digest=row.digest,
        holder=row.holder,
        held_until=row.held_until,
    )


def _some(guilds: Iterable[int]) -> list[list[int]]:
    wanted = sorted(set(guilds))
    return [wanted[at : at + SOME] for at in range(0, len(wanted), SOME)]
