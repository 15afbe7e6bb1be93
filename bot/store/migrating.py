"""Bringing the tables up to date: one process does it, the others wait."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import StoreError

HEAD = "0001"  # the newest version; a test holds it to the files
FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x466F6F74  # of PostgreSQL's advisory locks


async def bring_up_to_date(connection: AsyncConnection) -> None:
    """Make or change the tables, in the connection's transaction. `StoreError` where they are of a newer version.

    The transaction is the lock: SQLite lets one process write at a time, and PostgreSQL gets a lock of its own. A
    process that is killed leaves all as it was.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    await connection.run_sync(migrate)


def migrate(connection: Connection, to: str = HEAD) -> None:
    """Bring the tables from whatever version they are to a newer one."""
    current = version_of(connection)
    if current == to:
        return
    from alembic import command, script  # noqa: PLC0415 - a quarter of a second that an up-to-date database spares

    config = configuration()
    known = {each.revision for each in script.ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StoreError(f"the database is of version {current}, newer than this Footnote's {HEAD}: update Footnote")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def configuration() -> Any:
    """Alembic's configuration for the migrations of this package."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def version_of(connection: Connection) -> str | None:
    """The version of the tables; None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version
