"""Measurements that can be made again: what it costs, load, faults, many processes, hostile input."""
