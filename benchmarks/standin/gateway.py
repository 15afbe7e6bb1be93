"""The gateway: hello, identify, resume, heartbeats, events by shard, zlib-stream; and ways to break it."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from benchmarks.standin.people import BOT, BOT_ID, People

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
KEPT = 20_000  # events that a session replays on a resume


class Connection:
    """One socket, compressed as the other end asked."""

    def __init__(self, socket: web.WebSocketResponse, compression: str | None) -> None:
        if compression not in {None, "zlib-stream"}:
            raise web.HTTPBadRequest(text=f"the stand-in speaks zlib-stream or plain text, not {compression}")
        self.socket = socket
        self._zlib = zlib.compressobj() if compression else None

    async def send(self, op: int, data: Any = None, seq: int | None = None, event: str | None = None) -> None:
        """Send a payload; nothing if the socket is gone."""
        text = json.dumps({"op": op, "d": data, "s": seq, "t": event})
        try:
            if self._zlib is None:
                await self.socket.send_str(text)
            else:
                packed = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)
        except ConnectionError:
            return

    def cut(self) -> None:
        """Drop the connection as a broken cable would: no closing frame."""
        transport = self.socket._req.transport if self.socket._req else None
        if transport:
            transport.abort()


@dataclass
class Session:
    """What a shard identified as; survives its connection until it is invalidated."""

    id: str
    shard: tuple[int, int]
    connection: Connection | None = None
    seq: int = 0
    kept: deque[tuple[int, str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))

    async def dispatch(self, event: str, data: Any) -> None:
        """Send an event now, or when the session is resumed."""
        self.seq += 1
        self.kept.append((self.seq, event, data))
        if self.connection:
            await self.connection.send(DISPATCH, data, self.seq, event)

    def holds(self, guild: int) -> bool:
        """Whether a guild's events go to this session."""
        return (guild >> 22) % self.shard[1] == self.shard[0]


@dataclass
class Gateway:
    """All sessions. `closes_with` refuses every identify with a close code; heartbeats may go without a reply."""

    people: People
    token: str
    heartbeat: float = 41.25
    closes_with: int | None = None
    acknowledges: bool = True
    silent: bool = False  # nothing is sent any more, though the connections stay open
    refuses: bool = False  # no new connection is let in
    max_concurrency: int = 1
    window: float = 5.0  # seconds in which `max_concurrency` sessions may begin
    host: str = "127.0.0.1"
    port: int = 0
    sessions: dict[str, Session] = field(default_factory=dict)
    identified: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    resumed: int = 0
    heartbeats: int = 0
    too_fast: int = 0  # identifies that broke max_concurrency
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _began: dict[int, float] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        """Where it is."""
        return f"ws://{self.host}:{self.port}/gateway"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A connection, to its end."""
        if self.refuses:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        connection = Connection(socket, request.query.get("compress"))
        await socket.prepare(request)
        await connection.send(HELLO, {"heartbeat_interval": int(self.heartbeat * 1000)})
        session: Session | None = None
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                session = await self._said(connection, json.loads(message.data)) or session
        if session and session.connection is connection:
            session.connection = None
            self.changed.set()
        return socket

    async def _said(self, connection: Connection, said: dict[str, Any]) -> Session | None:
        if said["op"] == HEARTBEAT:
            self.heartbeats += 1
            if self.acknowledges and not self.silent:
                await connection.send(ACK)
        elif said["op"] == IDENTIFY:
            return await self._identify(connection, said["d"])
        elif said["op"] == RESUME:
            return await self._resume(connection, said["d"])
        return None

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> Session | None:
        now = time.monotonic()
        self.identified.append((now, data))
        code = self.closes_with or (None if data["token"] == self.token else 4004)
        if code:
            await connection.socket.close(code=code)
            return None
        shard = tuple(data.get("shard", (0, 1)))
        key = shard[0] % self.max_concurrency
        if now - self._began.get(key, -self.window) < self.window:
            self.too_fast += 1
            await connection.send(INVALID, False)
            return None
        self._began[key] = now
        return await self._begin(connection, (shard[0], shard[1]))

    async def _begin(self, connection: Connection, shard: tuple[int, int]) -> Session:
        session = Session(f"session-{next(self._ids)}", shard, connection)
        self.sessions[session.id] = session
        guilds = [n for n in range(self.people.guilds) if session.holds(self.people.guild_id(n))]
        known = [{"id": str(self.people.guild_id(n)), "unavailable": True} for n in guilds]
        ready = {"v": 10, "user": BOT, "guilds": known, "session_id": session.id, "resume_gateway_url": self.url}
        application = {"id": str(BOT_ID), "flags": 0}
        await session.dispatch("READY", {**ready, "shard": list(shard), "application": application})
        for number in guilds:
            await session.dispatch("GUILD_CREATE", self.people.guild(number))
        self.changed.set()
        return session

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> Session | None:
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self.token:
            await connection.send(INVALID, False)
            return None
        self.resumed += 1
        for seq, event, payload in [kept for kept in session.kept if kept[0] > (data["seq"] or 0)]:
            await connection.send(DISPATCH, payload, seq, event)
        session.connection = connection
        await session.dispatch("RESUMED", {})
        self.changed.set()
        return session

    async def emit(self, event: str, data: dict[str, Any]) -> None:
        """Send an event to the session whose guild it is; a direct message to shard 0."""
        if self.silent:
            return
        guild = int(data.get("guild_id") or data.get("id") or 0) if "guild_id" in data or event == "GUILD_CREATE" else 0
        for session in list(self.sessions.values()):
            if session.holds(guild):
                await session.dispatch(event, data)

    @property
    def connected(self) -> list[Session]:
        """The sessions that have a connection now."""
        return [session for session in self.sessions.values() if session.connection]

    async def close(self, code: int) -> None:
        """Close every connection with a code; their sessions stay and can be resumed."""
        for connection in self._connections():
            await connection.socket.close(code=code)

    async def ask_to_reconnect(self) -> None:
        """Tell every connection to reconnect and resume."""
        for connection in self._connections():
            await connection.send(RECONNECT)

    async def invalidate(self) -> None:
        """Every session is invalid from now on."""
        connections = self._connections()
        self.sessions.clear()
        for connection in connections:
            await connection.send(INVALID, False)

    def cut(self) -> None:
        """Drop every connection without a word; sessions stay."""
        for connection in self._connections():
            connection.cut()

    def forget_the_gone(self) -> None:
        """End the sessions of processes that are gone."""
        self.sessions = {session.id: session for session in self.connected}

    async def until_connected(self, shards: int = 1, seconds: float = 30.0) -> None:
        """Wait until that many shards are connected. TimeoutError after `seconds`."""
        async with asyncio.timeout(seconds):
            while len(self.connected) < shards:
                self.changed.clear()
                await self.changed.wait()

    def _connections(self) -> list[Connection]:
        return [session.connection for session in self.sessions.values() if session.connection]
