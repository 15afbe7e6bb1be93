"""Footnote where people chat: `Answer` -> components, and what a message, a command or a button asks for."""
