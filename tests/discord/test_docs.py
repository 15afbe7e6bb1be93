"""What docs/discord.md tells an operator is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import discord

from bot.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "discord.md").read_text(encoding="utf-8")


def test_the_invite_link_asks_for_exactly_the_permissions_that_are_listed() -> None:
    link = re.search(r"permissions=(\d+)", PAGE)
    assert link
    wanted = ["send_messages", "send_messages_in_threads", "attach_files", "read_message_history", "pin_messages"]
    assert {name for name, granted in discord.Permissions(int(link[1])) if granted} == {"read_messages", *wanted}
    assert "View Channels" in PAGE  # what discord.py calls read_messages
    for name in wanted:
        assert f"| {name.replace('_', ' ').title().replace(' In ', ' in ')} |" in PAGE


def test_every_setting_is_described() -> None:
    for name, field in Settings.model_fields.items():
        assert f"`{field.validation_alias or 'FOOTNOTE_' + name.upper()}`" in PAGE
