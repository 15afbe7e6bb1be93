"""Statements that both kinds of database have, each in its own module of SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Database

Insert = postgresql.Insert | sqlite.Insert


def insert(database: Database, table: Table) -> Insert:
    """An insert that can say what happens where the row is there already."""
    return postgresql.insert(table) if database.dialect == "postgresql" else sqlite.insert(table)


def put(
    database: Database, table: Table, row: Mapping[str, Any], key: Sequence[str], overwritten: Sequence[str]
) -> Insert:
    """Insert a row, or overwrite those columns of the one with its key."""
    statement = insert(database, table).values(row)
    return statement.on_conflict_do_update(
        index_elements=list(key), set_={name: statement.excluded[name] for name in overwritten}
    )
