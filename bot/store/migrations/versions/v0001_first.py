"""The first tables: settings, pins, unanswered questions, votes and the keys of their hashes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make them."""
    op.create_table("settings", _id("guild"), _id("channel"), _id("name", sa.String(40)), _given("value", sa.Text))
    op.create_table("guild_keys", _id("guild"), _given("key", sa.LargeBinary(32)))
    _create_pins()
    _create_gaps()
    _create_votes()


def _create_pins() -> None:
    op.create_table(
        "pins",
        _id("guild"),
        _id("channel"),
        _id("compound", sa.String(60)),
        _given("state", sa.String(10)),
        sa.Column("nonce", sa.String(40), nullable=False, unique=True),
        sa.Column("message", sa.BigInteger),
        sa.Column("digest", sa.String(64)),
        sa.Column("holder", sa.String(80)),
        _given("held_until", sa.Float(53)),
    )


def _create_gaps() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", ROW_ID, primary_key=True),
        _given("guild", sa.BigInteger),
        _given("key", sa.String(400)),
        _given("question", sa.Text),
        _given("utterance", sa.Text),
        sa.Column("compound", sa.String(60)),
        _given("reason", sa.String(40)),
        _given("count", sa.Integer),
        _given("first_at", sa.Float(53)),
        _given("last_at", sa.Float(53)),
        _given("state", sa.String(10)),
        sa.Column("section", sa.String(60)),
        sa.UniqueConstraint("guild", "key", name="gaps_once"),
    )
    op.create_index("gaps_by_age", "gaps", ["last_at"])


def _create_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("id", ROW_ID, primary_key=True),
        _given("guild", sa.BigInteger),
        sa.Column("ballot", sa.LargeBinary(32), unique=True),
        sa.Column("voter", sa.LargeBinary(32)),
        _given("compound", sa.String(60)),
        _given("sections", sa.Text),
        _given("helpful", sa.Boolean),
        sa.Column("confidence", sa.Float(53)),
        sa.Column("reason", sa.Text),
        _given("at", sa.Float(53)),
    )
    op.create_index("votes_by_guild", "votes", ["guild"])
    op.create_index("votes_by_voter", "votes", ["voter"])


def _id(name: str, kind: Any = sa.BigInteger) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _given(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)
