"""The pure core: knowledge in, question in, `Answer` out. No Discord, no files, no clock, no asyncio."""
