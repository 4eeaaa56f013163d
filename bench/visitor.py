"""A visitor of the page without a browser: it speaks Streamlit's protocol and reads the HTML that a page would show.

It does what the script in a browser does and no more: the first run, questions through the chat box, a new run of a
part for as long as the server wants one. So twenty of them cost less than one browser.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from selectolax.lexbor import LexborHTMLParser
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

# What of the page is relied on: the classes of the HTML in its views, and the key of the chat box.
Path = tuple[int, ...]
QUESTION, SENTENCE, FOOT, TROUBLE = ".question", ".sentence", ".foot", ".problem"
WHOLE_RUNS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True, slots=True)
class Shown:
    """A turn as the page shows it."""

    question: str
    sentences: tuple[str, ...]
    done: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds from the question to its first statement and to the end of the answer."""

    first: float
    end: float


class VisitError(Exception):
    pass


PATIENCE = 5.0  # seconds


class Visitor:
    """One session. `chat` names the chat it begins with; a new one, when empty, is named by the page."""

    def __init__(self, url: str, chat: str = "") -> None:
        self._address = url.replace("http://", "ws://") + "/_stcore/stream"
        self._origin = Origin(url)
        self._query = urlencode({"chat": chat}) if chat else ""
        self._socket: ClientConnection
        self._reader: asyncio.Task[None]
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._intervals: dict[str, float] = {}
        self._elements: dict[Path, tuple[str, Any]] = {}  # with the part of the page that renews itself, if any
        self._seen: set[Path] = set()
        self._page = ""
        self._news = asyncio.Event()
        self._runs = 0
        self.bytes = self.wakes = 0

    async def __aenter__(self) -> Visitor:
        self._socket = await connect(
            self._address, subprotocols=[Subprotocol("streamlit")], origin=self._origin, max_size=None, compression=None
        )
        self._reader = asyncio.create_task(self._read())
        await self._run()
        await self.until(lambda: self._runs > 0 and self._box() is not None, 60)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_timers()
        self._reader.cancel()
        await self._socket.close()
        with suppress(asyncio.CancelledError):
            await self._reader

    async def open(self, chat: str) -> None:
        """Goes to another chat, as the browser's way back does: at other times a session knows better than the
        address."""
        runs = self._runs

        async def go_back() -> None:
            self._query = urlencode({"chat": chat})
            message = self._message()
            message.rerun_script.is_history_navigation = True
            await self._socket.send(message.SerializeToString())

        await go_back()
        # A run that was on its way may end first.
        await self.until(
            lambda: self._runs > runs and all(chat in name for name in self._names_of_turns()), 60, go_back
        )

    async def ask(self, question: str, seconds: float = 60) -> tuple[Shown, Timing]:
        """The turn at the end of its answer. Raises VisitError when it is not there in time."""
        before = len(self.turns())
        box = self._box()
        if box is None:
            raise VisitError("There is no box to ask in.")
        began = time.perf_counter()
        message = self._message()
        state = message.rerun_script.widget_states.widgets.add(id=box)
        state.chat_input_value.data = question
        await self._socket.send(message.SerializeToString())
        await self.until(lambda: _has(self.turns()[before:], lambda turn: bool(turn.sentences or turn.done)), seconds)
        first = time.perf_counter() - began
        await self.until(lambda: _has(self.turns()[before:], lambda turn: turn.done), seconds)
        return self.turns()[before], Timing(first, time.perf_counter() - began)

    def turns(self) -> list[Shown]:
        """The turns on the page, from above to below."""
        shown = (_turn(element.bidi_component) for _, (_, element) in sorted(self._elements.items()))
        return [turn for turn in shown if turn is not None]

    def _names_of_turns(self) -> list[str]:
        """The keys of the views, which hold the name of the chat."""
        views = [one.bidi_component for _, one in self._elements.values()]
        return [view.id for view in views if _turn(view) is not None]

    async def until(
        self, done: Callable[[], bool], seconds: float, again: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Asks `again`, or for the page, every few seconds: a request can be lost when another run just ends."""
        end, wake = time.monotonic() + seconds, time.monotonic() + PATIENCE
        while not done():
            if self._reader.done():
                raise VisitError(f"The connection has ended: {self._reader.exception()}")
            left = end - time.monotonic()
            if left <= 0:
                raise VisitError(f"Nothing after {seconds:.0f} s; the page shows {self.turns()[-2:]}")
            if time.monotonic() > wake:  # as the page does, see ui/assets/keys.js
                self.wakes, wake = self.wakes + 1, time.monotonic() + PATIENCE
                await (again or self._run)()
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(left, PATIENCE))

    def _box(self) -> str | None:
        found = (one.chat_input.id for _, one in self._elements.values() if one.WhichOneof("type") == "chat_input")
        return next(found, None)

    def _message(self, fragment: str = "") -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self._query, self._page
        if fragment:
            state.fragment_id, state.is_auto_rerun = fragment, True
        return message

    async def _run(self, fragment: str = "") -> None:
        await self._socket.send(self._message(fragment).SerializeToString())

    async def _read(self) -> None:
        async for data in self._socket:
            self.bytes += len(data)
            message = ForwardMsg()
            message.ParseFromString(data if isinstance(data, bytes) else data.encode())
            self._take(message)
            self._news.set()

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._page = message.new_session.page_script_hash
                self._seen = set()
                if not message.metadata.run.fragment_ids:
                    self._stop_timers()
            case "delta":
                self._take_delta(tuple(message.metadata.delta_path), message.delta)
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "auto_rerun":
                self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self._stop_timers(fragment)
            case "script_finished" if message.script_finished in WHOLE_RUNS:
                self._forget_unseen(set(message.metadata.run.fragment_ids))

    def _take_delta(self, path: Path, delta: Delta) -> None:
        self._seen.add(path)
        if delta.WhichOneof("type") != "new_element":
            self._elements.pop(path, None)
            return
        if delta.new_element.WhichOneof("type") == "exception":
            raise VisitError(delta.new_element.exception.message)
        self._elements[path] = (delta.fragment_id, delta.new_element)

    def _forget_unseen(self, parts: set[str]) -> None:
        """What a run has not shown again is gone: from the page, or from the parts that it was a run of."""
        for path, (part, _) in list(self._elements.items()):
            if path not in self._seen and (not parts or part in parts):
                del self._elements[path]
        self._runs += not parts

    def _start_timer(self, fragment: str, every: float) -> None:
        """One that runs as often already goes on, as in a browser."""

        async def again() -> None:
            while True:
                await asyncio.sleep(every)
                await self._run(fragment)

        if self._intervals.get(fragment) == every:
            return
        self._stop_timers(fragment)
        self._timers[fragment] = asyncio.create_task(again())
        self._intervals[fragment] = every

    def _stop_timers(self, fragment: str | None = None) -> None:
        for name in [fragment] if fragment is not None else list(self._timers):
            self._intervals.pop(name, None)
            if timer := self._timers.pop(name, None):
                timer.cancel()


def _has(turns: list[Shown], wanted: Callable[[Shown], bool]) -> bool:
    return bool(turns) and wanted(turns[0])


def _turn(component: Any) -> Shown | None:
    """The turn that a view shows; None for any other element."""
    if not component.bytes:
        return None
    data = json.loads(component.bytes)
    page = LexborHTMLParser("".join(block["html"] for block in data.get("blocks", ())))
    question = page.css_first(QUESTION)
    if question is None:
        return None
    problem = page.css_first(TROUBLE)
    return Shown(
        question=question.text(),
        sentences=tuple(node.text(deep=False) for node in page.css(SENTENCE)),
        done=problem is not None or page.css_first(FOOT) is not None,
        problem=problem.text() if problem is not None else "",
    )
