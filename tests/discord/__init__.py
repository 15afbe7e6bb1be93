"""Footnote on Discord, tested through people who act in a simulated Discord."""
