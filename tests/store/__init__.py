"""Tests of what outlives a restart, on both kinds of database."""
