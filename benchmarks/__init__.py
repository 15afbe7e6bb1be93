"""Measurements that can be made again: load, faults, many processes."""
