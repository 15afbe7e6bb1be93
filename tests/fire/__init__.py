"""Under fire: what waits, what is refused, and a few faults over real sockets. The rest is in benchmarks/."""
