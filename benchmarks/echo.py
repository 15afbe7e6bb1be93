"""A bare discord.py bot that sends back what it is told: what answering costs at the least."""

from __future__ import annotations

import asyncio
import os

import discord

from bot.surfaces.discord.endpoints import use_addresses


class Echo(discord.AutoShardedClient):
    """Replies to every message with its own text."""

    async def on_message(self, message: discord.Message) -> None:
        """Send it back."""
        if not message.author.bot:
            await message.channel.send(message.content, reference=message, mention_author=False)


async def main() -> None:
    """Run until it is ended."""
    use_addresses(os.environ["DISCORD_API_URL"], os.environ["DISCORD_GATEWAY_URL"])
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
    async with Echo(
        intents=intents,
        shard_count=1,
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        allowed_mentions=discord.AllowedMentions.none(),
    ) as echo:
        await echo.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
