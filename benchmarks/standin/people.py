"""Guilds, channels, members, and what they send, as Discord puts them into JSON."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

EPOCH = 1_420_070_400_000  # milliseconds: where Discord's ids begin to count
BOT_ID = 1000
BOT = {
    "id": str(BOT_ID),
    "username": "footnote",
    "discriminator": "0",
    "avatar": None,
    "bot": True,
    "global_name": None,
}
EVERYTHING = str((1 << 53) - 1)
JOINED = "2024-01-01T00:00:00+00:00"
CHANNELS = 4  # text channels of a guild

Payload = dict[str, Any]


@dataclass
class People:
    """`guilds` guilds with four channels each. Ids are what decides a guild's shard: number n is of shard n % count."""

    guilds: int = 1
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def snowflake(self) -> int:
        """A new id, of now."""
        return (int(time.time() * 1000) - EPOCH) << 22 | next(self._count) & 0x3FFFFF

    @staticmethod
    def guild_id(number: int) -> int:
        """The id of guild `number`."""
        return (720_720 + number) << 22  # a number that every small count of shards divides

    def channel_id(self, guild: int, number: int = 0) -> int:
        """The id of a guild's channel."""
        return self.guild_id(guild) + 1 + number

    def guild(self, number: int) -> Payload:
        """A guild as it comes with GUILD_CREATE."""
        ours = self.guild_id(number)
        role = {"id": str(ours), "name": "@everyone", "permissions": EVERYTHING, "position": 0, "color": 0}
        role |= {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
        role |= {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
        me = {"user": BOT, "roles": [], "joined_at": JOINED, "deaf": False, "mute": False, "flags": 0}
        channels = [self._channel(number, at) for at in range(CHANNELS)]
        texts = {"name": f"guild {number}", "preferred_locale": "en-US", "owner_id": "1"}
        lists: Payload = {
            name: [] for name in ("emojis", "stickers", "threads", "presences", "voice_states", "features")
        }
        return {
            "id": str(ours),
            "roles": [role],
            "channels": channels,
            "members": [me],
            "member_count": 2,
            **texts,
            **lists,
        }

    def question(self, text: str, guild: int, member: int, channel: int = 0, *, mentions: bool = True) -> Payload:
        """A member's message in a guild, as it comes with MESSAGE_CREATE."""
        place = {"guild_id": str(self.guild_id(guild)), "channel_id": str(self.channel_id(guild, channel))}
        who = {"roles": [], "joined_at": JOINED, "deaf": False, "mute": False, "flags": 0}
        named = {**BOT, "member": {**who, "roles": []}}
        content = f"<@{BOT_ID}> {text}" if mentions else text
        mentioned = [named] if mentions else []
        return {**self.message(content, person(member)), **place, "member": who, "mentions": mentioned}

    def direct(self, text: str, member: int) -> Payload:
        """A direct message."""
        return {**self.message(text, person(member)), "channel_id": str(member << 22)}

    def message(self, content: str, author: Payload) -> Payload:
        """What every message has."""
        lists: Payload = {name: [] for name in ("mentions", "mention_roles", "attachments", "embeds", "components")}
        flags = {
            "tts": False,
            "mention_everyone": False,
            "pinned": False,
            "type": 0,
            "flags": 0,
            "edited_timestamp": None,
        }
        now = datetime.now(UTC).isoformat()
        return {"id": str(self.snowflake()), "author": author, "content": content, "timestamp": now, **lists, **flags}

    def command(self, name: str, options: Payload, guild: int, member: int) -> Payload:
        """A slash command (`cards pin` is one within another), as it comes with INTERACTION_CREATE."""
        given = [{"name": key, "value": value, "type": _kind(value)} for key, value in options.items()]
        first, *within = name.split()
        for word in reversed(within):
            given = [{"name": word, "type": 1, "options": given}]
        data = {"id": "1", "name": first, "type": 1, "options": given}
        return self._interaction(2, data, guild, member)

    def typing(self, name: str, options: Payload, guild: int, member: int) -> Payload:
        """A member types into the last of these options of a slash command."""
        given: list[Payload] = [{"name": key, "value": value, "type": 3} for key, value in options.items()]
        given[-1]["focused"] = True
        return self._interaction(4, {"id": "1", "name": name, "type": 1, "options": given}, guild, member)

    def press(self, custom_id: str, message: Payload, guild: int, member: int) -> Payload:
        """A pressed button."""
        data = {"custom_id": custom_id, "component_type": 2, "id": 1}
        return {**self._interaction(3, data, guild, member), "message": message}

    def _interaction(self, kind: int, data: Payload, guild: int, member: int) -> Payload:
        ident, where = self.snowflake(), {"id": str(self.guild_id(guild)), "locale": "en-US", "features": []}
        who = {"user": person(member), "roles": [], "joined_at": JOINED, "deaf": False, "mute": False, "flags": 0}
        place = {"guild_id": str(self.guild_id(guild)), "guild": where, "channel_id": str(self.channel_id(guild))}
        rights = {"permissions": EVERYTHING, "app_permissions": EVERYTHING, "authorizing_integration_owners": {}}
        basics = {
            "id": str(ident),
            "token": f"token-{ident}",
            "application_id": str(BOT_ID),
            "type": kind,
            "version": 1,
        }
        extras = {"locale": "en-US", "entitlements": [], "context": 0, "attachment_size_limit": 0}
        member_of = {"member": {**who, "permissions": EVERYTHING}, "channel": self._channel(guild, 0)}
        return {**basics, "data": data, **place, **rights, **extras, **member_of}

    def _channel(self, guild: int, number: int) -> Payload:
        texts = {"name": f"channel-{number}", "topic": None, "type": 0, "position": number, "nsfw": False}
        ids = {"id": str(self.channel_id(guild, number)), "guild_id": str(self.guild_id(guild)), "parent_id": None}
        return {**ids, **texts, "permission_overwrites": [], "last_message_id": None, "flags": 0}


def person(member: int) -> Payload:
    """A member's user."""
    return {"id": str(member), "username": f"member{member}", "discriminator": "0", "avatar": None, "global_name": None}


def _kind(value: object) -> int:
    """The number of an option's type: text, whole number, yes or no."""
    return 5 if isinstance(value, bool) else 4 if isinstance(value, int) else 3
