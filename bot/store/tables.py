"""The tables, as the newest migration leaves them. Ids are whole numbers below 2 ** 63, times are seconds."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

settings = Table(
    "settings",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("channel", BigInteger, primary_key=True, autoincrement=False),  # 0: of the server
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),  # JSON
)

pins = Table(
    "pins",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("channel", BigInteger, primary_key=True, autoincrement=False),
    Column("compound", String(60), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("nonce", String(40), nullable=False, unique=True),
    Column("message", BigInteger),
    Column("digest", String(64)),
    Column("holder", String(80)),
    Column("held_until", Float(53), nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("key", String(400), nullable=False),
    Column("question", Text, nullable=False),
    Column("utterance", Text, nullable=False),
    Column("compound", String(60)),
    Column("reason", String(40), nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_at", Float(53), nullable=False),
    Column("last_at", Float(53), nullable=False),
    Column("state", String(10), nullable=False),
    Column("section", String(60)),
    UniqueConstraint("guild", "key", name="gaps_once"),
    Index("gaps_by_age", "last_at"),
)

votes = Table(
    "votes",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("ballot", LargeBinary(32), unique=True),  # hash of member and message; NULL once it is forgotten
    Column("voter", LargeBinary(32)),  # hash of the member; NULL once it is forgotten
    Column("compound", String(60), nullable=False),
    Column("sections", Text, nullable=False),  # ids with a space between
    Column("helpful", Boolean, nullable=False),
    Column("confidence", Float(53)),
    Column("reason", Text),
    Column("at", Float(53), nullable=False),
    Index("votes_by_guild", "guild"),
    Index("votes_by_voter", "voter"),
)

guild_keys = Table(
    "guild_keys",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("key", LargeBinary(32), nullable=False),
)

BY_GUILD = (settings, pins, gaps, votes, guild_keys)
