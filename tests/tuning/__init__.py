"""Tests of what tuning reads, draws and writes."""
