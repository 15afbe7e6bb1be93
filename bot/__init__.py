"""Footnote answers questions about research compounds with passages that name their sources, and with nothing else."""

from bot.core.answers import Answer
from bot.core.assistant import Exchange
from bot.footnote import Footnote
from bot.loading import KnowledgeError

__all__ = ["Answer", "Exchange", "Footnote", "KnowledgeError"]
__version__ = "0.1.0"
