"""The REST side: what a bot calls, with Discord's rate-limit headers, nonces, and scripted faults."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from benchmarks.standin.faults import Fault, Faults
from benchmarks.standin.people import BOT, BOT_ID, Payload, People

BUCKET = "create-message"
_SENDING = re.compile(r"^POST /channels/(\d+)/messages$")
_MESSAGE = re.compile(r"^(GET|PATCH|DELETE) /channels/(\d+)/messages/(\d+)$")
_LISTED = re.compile(r"^GET /channels/(\d+)/messages$")
_PINS = re.compile(r"^(PUT|DELETE|GET) /channels/(\d+)/(?:messages/)?pins(?:/(\d+))?$")
_CALLBACK = re.compile(r"^POST /interactions/(\d+)/([^/]+)/callback$")
_ORIGINAL = re.compile(r"^(PATCH|DELETE|GET) /webhooks/\d+/([^/]+)/messages/@original$")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages a channel takes in so many seconds, and how many calls a bot may make in one."""

    per_channel: int = 5
    channel_seconds: float = 5.0
    per_second: int = 50


@dataclass(slots=True)
class Sent:
    """A message that the bot created: when (monotonic seconds), where, in reply to which."""

    at: float
    id: int
    channel: int
    question: int | None
    payload: Payload


@dataclass
class Rest:
    """Carries calls out, counts them, and keeps what the bot sent."""

    people: People
    token: str
    faults: Faults
    limits: Limits = field(default_factory=Limits)
    sent: list[Sent] = field(default_factory=list)
    messages: dict[int, Payload] = field(default_factory=dict)
    edited: list[tuple[float, int]] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    pins: dict[int, list[int]] = field(default_factory=dict)  # channel -> messages
    responses: dict[str, list[tuple[float, Payload]]] = field(default_factory=dict)  # interaction token -> replies
    commands: list[Payload] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    limited: int = 0  # calls that were refused with 429 because they were too many
    doubled: int = 0  # sends that a nonce made one
    _nonces: dict[str, int] = field(default_factory=dict)
    _windows: dict[int, deque[float]] = field(default_factory=dict)
    _second: deque[float] = field(default_factory=deque)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A call, with the faults that hit it."""
        call = f"{request.method} /{request.match_info['path']}"
        self.calls.append(call)
        fault = self.faults.hitting(call)
        body = await _body(request)
        if fault and (reply := await self._broken(fault, request)):
            return reply
        by_token = _CALLBACK.match(call) or _ORIGINAL.match(call)
        if not by_token and request.headers.get("Authorization") != f"Bot {self.token}":
            return answered({"message": "401: Unauthorized", "code": 0}, 401)
        reply = self._carried_out(call, body)
        if fault and fault.effect == "cut after":
            _cut(request)
        return reply

    async def _broken(self, fault: Fault, request: web.Request) -> web.Response | None:
        if fault.effect == "cut before":
            _cut(request)
            return answered({})
        if fault.effect == "slow":
            await asyncio.sleep(fault.seconds)
        if fault.effect != "status":
            return None
        if fault.status == 429:
            return too_many(fault.seconds, is_global=fault.is_global)
        return answered({"message": "scripted", "code": fault.code}, fault.status)

    def _carried_out(self, call: str, body: Payload) -> web.Response:
        if sending := _SENDING.match(call):
            return self._send(int(sending[1]), body)
        if callback := _CALLBACK.match(call):
            return self._respond(callback[2], body)
        if original := _ORIGINAL.match(call):
            return self._fill(original[1], original[2], body)
        if pins := _PINS.match(call):
            return self._pin(pins[1], int(pins[2]), int(pins[3] or 0))
        if message := _MESSAGE.match(call):
            return self._change(message[1], int(message[3]), body)
        return answered(self._fixed(call, body))

    def _fixed(self, call: str, body: Any) -> Any:
        if call.endswith("/users/@me"):
            return BOT
        if call.endswith("/applications/@me"):
            return _application()
        if call.startswith("PUT /applications") and call.endswith("/commands"):
            kept = {"application_id": str(BOT_ID), "version": "1", "description": ""}
            self.commands = [{"id": str(number), **kept, **command} for number, command in enumerate(body, 1)]
        if call.endswith("/commands"):
            return self.commands
        if listed := _LISTED.match(call):
            return [message for message in self.messages.values() if message["channel_id"] == listed[1]][-100:]
        if call.startswith("GET /channels/"):
            return {"id": call.rsplit("/", 1)[1], "type": 1, "recipients": [], "last_message_id": None}
        return {}

    def _send(self, channel: int, body: Payload) -> web.Response:
        now = time.monotonic()
        nonce = str(body.get("nonce", ""))
        if body.get("enforce_nonce") and nonce in self._nonces:
            self.doubled += 1
            return answered(self.messages[self._nonces[nonce]])
        wait = self._wait(self._second, now, self.limits.per_second, 1.0)
        if wait:
            return self._refused(wait, is_global=True)
        window = self._windows.setdefault(channel, deque())
        wait = self._wait(window, now, self.limits.per_channel, self.limits.channel_seconds)
        if wait:
            return self._refused(wait)
        self._second.append(now)
        window.append(now)
        message = self._kept(channel, body)
        if nonce:
            self._nonces[nonce] = int(message["id"])
        reset = window[0] + self.limits.channel_seconds - now
        return answered(message, headers=_limit_headers(self.limits.per_channel, len(window), reset))

    def _kept(self, channel: int, body: Payload) -> Payload:
        reference = body.get("message_reference") or {}
        question = int(reference["message_id"]) if reference.get("message_id") else None
        shown: Payload = {name: body[name] for name in ("components", "flags", "content", "nonce") if name in body}
        message: Payload = {
            **self.people.message("", BOT),
            **shown,
            "channel_id": str(channel),
            **({"message_reference": reference} if reference else {}),
        }
        ident = int(message["id"])
        self.messages[ident] = message
        self.sent.append(Sent(time.monotonic(), ident, channel, question, message))
        return message

    def _respond(self, token: str, body: Payload) -> web.Response:
        self.responses.setdefault(token, []).append((time.monotonic(), body))
        ident = int(token.rsplit("-", 1)[1])
        message = self.messages.setdefault(ident, {**self.people.message("", BOT), "channel_id": "1"})
        told = {"id": str(ident), "type": 2, "response_message_id": message["id"], "response_message_loading": True}
        return answered({"interaction": told, "resource": {"type": body.get("type"), "message": message}})

    def _fill(self, method: str, token: str, body: Payload) -> web.Response:
        message = self.messages[int(token.rsplit("-", 1)[1])]
        if method == "DELETE":
            return web.Response(status=204)
        if method == "PATCH":
            self.responses.setdefault(token, []).append((time.monotonic(), body))
            message.update({name: body[name] for name in ("components", "flags", "content") if name in body})
        return answered(message)

    def _pin(self, method: str, channel: int, message: int) -> web.Response:
        pinned = self.pins.setdefault(channel, [])
        if method == "GET":
            items = [{"pinned_at": "2026-01-01T00:00:00+00:00", "message": self.messages[p]} for p in pinned]
            return answered({"items": items, "has_more": False})
        if message in self.messages and method == "PUT" and message not in pinned:
            pinned.append(message)
        if method == "DELETE" and message in pinned:
            pinned.remove(message)
        if message in self.messages:
            self.messages[message]["pinned"] = message in pinned
        return web.Response(status=204)

    def _change(self, method: str, message: int, body: Payload) -> web.Response:
        known = self.messages.get(message)
        if known is None:
            return answered({"message": "Unknown Message", "code": 10008}, 404)
        if method == "DELETE":
            self.deleted.append(message)
            del self.messages[message]
            for pinned in self.pins.values():
                pinned[:] = [p for p in pinned if p != message]
            return web.Response(status=204)
        if method == "PATCH":
            self.edited.append((time.monotonic(), message))
            known.update({name: body[name] for name in ("components", "flags", "content") if name in body})
        return answered(known)

    @staticmethod
    def _wait(window: deque[float], now: float, most: int, seconds: float) -> float:
        while window and now - window[0] >= seconds:
            window.popleft()
        return window[0] + seconds - now if len(window) >= most else 0.0

    def _refused(self, wait: float, *, is_global: bool = False) -> web.Response:
        self.limited += 1
        return too_many(wait, is_global=is_global)


async def _body(request: web.Request) -> Any:
    """What a call says: JSON, by itself or as a part beside files."""
    if not request.content_type.startswith("multipart/"):
        body = await request.read()
        return json.loads(body) if body else {}
    form = await request.post()
    return json.loads(str(form["payload_json"]))


def answered(data: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON as Discord sends it: discord.py takes it by exactly this type."""
    told = {"Content-Type": "application/json", "Via": "1.1 stand-in", **(headers or {})}
    return web.Response(body=json.dumps(data).encode(), status=status, headers=told)


def too_many(seconds: float, *, is_global: bool = False) -> web.Response:
    """The reply to one call too many."""
    data = {"message": "You are being rate limited.", "retry_after": seconds, "global": is_global}
    return answered(
        data, 429, {"Retry-After": str(int(seconds) + 1), "X-RateLimit-Scope": "global" if is_global else "user"}
    )


def _limit_headers(limit: int, used: int, reset: float) -> dict[str, str]:
    left = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(limit - used), "X-RateLimit-Bucket": BUCKET}
    return {**left, "X-RateLimit-Reset-After": f"{reset:.3f}", "X-RateLimit-Reset": f"{time.time() + reset:.3f}"}


def _cut(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()


def _application() -> Payload:
    texts = {"name": "footnote", "description": "", "summary": "", "verify_key": "0", "icon": None}
    rights = {"bot_public": True, "bot_require_code_grant": False, "owner": BOT, "team": None, "flags": 0}
    return {**texts, **rights, "id": str(BOT_ID)}
