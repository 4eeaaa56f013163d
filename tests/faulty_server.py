"""A small OpenAI-compatible HTTP server that misbehaves as told, on a free port of this machine.

with faulty_server(status(429, retry_after=0.01), ok("Hello [1].")) as server:
    ...  # the first request gets the 429, every later one the text
    server.requests[0].body["messages"]
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Semaphore, Thread
from typing import Any

Behaviour = Callable[["_Handler", dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    key: str | None
    body: dict[str, Any]


@dataclass(slots=True)
class FaultyServer:
    """`requests` are those received so far; `dropped` is set when a client hung up while it was being answered.

    `models` are listed to whoever asks for them; without any there is no such list.
    """

    base_url: str
    requests: list[Request] = field(default_factory=list)
    models: tuple[str, ...] = ()
    dropped: Event = field(default_factory=Event)
    closing: Event = field(default_factory=Event)

    @property
    def host(self) -> str:
        return self.base_url.removeprefix("http://").removesuffix("/v1")


@contextmanager
def faulty_server(*script: Behaviour) -> Iterator[FaultyServer]:
    """Answers one request after the other as the script says; its last entry repeats."""
    server = _Server(script)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.state
    finally:
        server.state.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def ok(text: str, size: int = 7, finish: str = "stop") -> Behaviour:
    """The text in pieces of `size` characters with a finish reason and [DONE], or whole when no stream is asked for."""

    def behave(handler: _Handler, body: dict[str, Any]) -> None:
        if not body.get("stream"):
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": finish}
            handler.send_json(200, _envelope(body, "chat.completion", [choice]))
            return
        handler.begin_stream()
        for piece in _cut(text, size):
            handler.send_event(_chunk(body, piece))
        handler.send_event(_chunk(body, "", finish))
        handler.send_raw(b"data: [DONE]\n\n")

    return behave


def counted(text: str, tokens_in: int, tokens_out: int) -> Behaviour:
    """The text, then a chunk with the tokens if the request asks for it."""

    def behave(handler: _Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        handler.send_event(_chunk(body, text))
        handler.send_event(_chunk(body, "", "stop"))
        if (body.get("stream_options") or {}).get("include_usage"):
            usage = {
                "prompt_tokens": tokens_in,
                "completion_tokens": tokens_out,
                "total_tokens": tokens_in + tokens_out,
            }
            handler.send_event({**_envelope(body, "chat.completion.chunk", []), "usage": usage})
        handler.send_raw(b"data: [DONE]\n\n")

    return behave


def reset() -> Behaviour:
    """Hangs up without a word."""

    def behave(handler: _Handler, body: dict[str, Any]) -> None:
        handler.close_connection = True
        handler.connection.close()

    return behave


def alive(after: str | None = None) -> Behaviour:
    """Sends signs of life for ever, but no word, or none after the first."""

    def behave(handler: _Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        if after is not None:
            handler.send_event(_chunk(body, after))
        while not handler.state.closing.wait(0.02):
            handler.send_raw(b": still here\n\n")

    return behave


def status(code: int, message: str = "", /, retry_after: float | None = None, **error: str) -> Behaviour:
    """An error in the format of the API; `error` gives further fields such as code="context_length_exceeded"."""

    def behave(handler: _Handler, body: dict[str, Any]) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        handler.send_json(code, {"error": {"message": message or f"status {code}", **error}}, headers)

    return behave


def cut(text: str, after: int, size: int = 7, announced: bool = False) -> Behaviour:
    """Ends the connection after some pieces; `announced` promises more bytes first, so that the client notices."""

    def behave(handler: _Handler, body: dict[str, Any]) -> None:
        handler.begin_stream(length=1_000_000 if announced else None)
        for piece in _cut(text, size)[:after]:
            handler.send_event(_chunk(body, piece))

    return behave


def endless(text: str) -> Behaviour:
    """Says the text again and again until the client hangs up or the server closes."""

    def behave(handler: _Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        while not handler.state.closing.wait(0.005):
            handler.send_event(_chunk(body, text))

    return behave


def silent(after: str | None = None) -> Behaviour:
    """Never answers, or stops answering after one piece, until the server closes."""

    def behave(handler: _Handler, body: dict[str, Any]) -> None:
        if after is not None:
            handler.begin_stream()
            handler.send_event(_chunk(body, after))
        handler.state.closing.wait(30)

    return behave


def raw(content: bytes, content_type: str = "text/event-stream", code: int = 200) -> Behaviour:
    """Exactly these bytes."""

    def behave(handler: _Handler, body: dict[str, Any]) -> None:
        handler.begin_stream(content_type, code)
        handler.send_raw(content)

    return behave


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: tuple[Behaviour, ...]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.lock = Lock()
        self.state = FaultyServer(f"http://127.0.0.1:{self.server_address[1]}/v1")


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    @property
    def state(self) -> FaultyServer:
        return self.server.state

    def do_GET(self) -> None:
        if not self.state.models:
            self.send_json(404, {"error": {"message": "there is nothing here"}})
            return
        rows = [{"id": name, "object": "model", "created": 0, "owned_by": "tests"} for name in self.state.models]
        self.send_json(200, {"object": "list", "data": rows})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.state.requests.append(Request(self.path, self.headers["Authorization"], body))
            behaviour = self.server.script[min(len(self.state.requests), len(self.server.script)) - 1]
        try:
            behaviour(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.state.dropped.set()

    def begin_stream(self, content_type: str = "text/event-stream", code: int = 200, length: int | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", content_type)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def send_event(self, data: dict[str, Any]) -> None:
        self.send_raw(f"data: {json.dumps(data)}\n\n".encode())

    def send_json(self, code: int, data: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(data).encode()
        self.send_response(code)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.send_raw(content)

    def send_raw(self, content: bytes) -> None:
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def _chunk(body: dict[str, Any], content: str, finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant", "content": content}, "finish_reason": finish}
    return _envelope(body, "chat.completion.chunk", [choice])


def _envelope(body: dict[str, Any], kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "reply-1", "object": kind, "created": 0, "model": body.get("model", ""), "choices": choices}


def stepped(pieces: list[str], gate: Semaphore) -> Behaviour:
    """Streams one piece after the other, each when the gate lets it."""

    def behave(handler: Any, body: dict[str, Any]) -> None:
        handler.begin_stream()
        for piece in [*pieces, None]:
            if not gate.acquire(timeout=60):
                return
            choice = {"index": 0, "delta": {"content": piece or ""}, "finish_reason": None if piece else "stop"}
            handler.send_event({"id": "1", "object": "chat.completion.chunk", "created": 0, "choices": [choice]})
        handler.send_raw(b"data: [DONE]\n\n")

    return behave
