"""Where the database is: a file's path, or a URL as operators write it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.ports import StoreError

POSTGRES = {"postgres", "postgresql", "postgresql+asyncpg"}
SQLITE = {"sqlite", "sqlite+aiosqlite"}
RIGHT = "it is postgresql://user:password@host/name, or sqlite:///path/to/file"


def file_url(path: Path) -> URL:
    """The address of a database file; an empty or relative path counts from the working folder."""
    return URL.create("sqlite+aiosqlite", database=str(path.expanduser().absolute()))


def database_url(text: str) -> URL:
    """The address that an operator gave, with the drivers used here. `StoreError`, without the password in it."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreError(f"DATABASE_URL is no database's address: {RIGHT}") from None
    if url.drivername in SQLITE:
        if not url.database or url.database == ":memory:" or url.host:
            raise StoreError("DATABASE_URL names no file: for SQLite it is sqlite:///path/to/file")
        return file_url(Path(url.database))
    if url.drivername not in POSTGRES:
        raise StoreError(f"DATABASE_URL is for {url.drivername}: {RIGHT}")
    query = dict(url.query)
    if "sslmode" in query:  # as libpq calls it
        query["ssl"] = query.pop("sslmode")
    return url.set(drivername="postgresql+asyncpg", query=query)
