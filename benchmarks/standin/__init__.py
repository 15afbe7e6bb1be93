"""A stand-in for Discord on loopback: gateway and REST over real sockets, with rate limits and scripted faults."""

from benchmarks.standin.faults import Fault, Faults
from benchmarks.standin.gateway import Gateway, Session
from benchmarks.standin.people import BOT_ID, People
from benchmarks.standin.rest import Rest
from benchmarks.standin.server import Standin, standin

__all__ = ["BOT_ID", "Fault", "Faults", "Gateway", "People", "Rest", "Session", "Standin", "standin"]
