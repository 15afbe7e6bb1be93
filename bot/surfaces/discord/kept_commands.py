"""The commands about what is kept, as Discord knows them: the queue and the votes, and forgetting."""

from __future__ import annotations

from bot.surfaces.discord.adding import Adding, for_servers
from bot.surfaces.discord.feedback import Feedback
from bot.surfaces.discord.moderator_commands import MODERATORS
from bot.surfaces.discord.privacy import Privacy
from bot.surfaces.discord.queue import Queue
from bot.surfaces.discord.replying import Interaction


def add_queue(adding: Adding, queue: Queue, feedback: Feedback) -> None:
    """/gaps and /feedback, for moderators."""

    async def gaps(interaction: Interaction) -> None:
        await queue.show(interaction)

    async def votes(interaction: Interaction) -> None:
        await feedback.show(interaction)

    for_servers(adding.command("gaps", gaps), MODERATORS)
    for_servers(adding.command("feedback", votes), MODERATORS)


def add_privacy(adding: Adding, privacy: Privacy) -> None:
    """/privacy and /forget-me, for everybody."""

    async def tell(interaction: Interaction) -> None:
        await privacy.tell(interaction)

    async def forget_me(interaction: Interaction) -> None:
        await privacy.forget_me(interaction)

    adding.command("privacy", tell)
    adding.command("forget-me", forget_me)
