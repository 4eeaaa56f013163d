"""What the server knows: the open index, the chats and their answers in progress. The page only shows it.

One Store serves all pages of a process. Threads write into it, so a click, a refresh or a lost connection neither ends
an answer nor starts it twice. Everything it gives out is frozen.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from index.errors import CitewiseError, IndexMissing
from index.types import Document, Filters, Progress
from rag.settings import Settings
from ui.model import ChatView, IndexRun, Library, Problem, Turn

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.conversation import Chat

MAX_CHATS = 200

log = logging.getLogger("citewise.ui")


@dataclass(slots=True)
class _Chat:
    id: str
    turns: list[Turn] = field(default_factory=list)
    filters: Filters = field(default_factory=Filters)
    conversation: Chat | None = None


class Store:
    """Safe from several threads. The index is opened, and its models loaded, in the background."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.RLock()
        self._chats: OrderedDict[str, _Chat] = OrderedDict()
        self._assistant: Assistant | None = None
        self._library = Library("missing")
        self._index_run: IndexRun | None = None
        self._opened = threading.Event()
        self.open()

    def open(self) -> None:
        """Opens the index in the background, unless it is open or being opened."""
        with self._lock:
            if self._assistant is None and self._library.state != "opening":
                self._library = Library("opening")
                self._opened.clear()
                _start(self._open)

    def library(self) -> Library:
        """The newest generation."""
        if self._assistant is None:
            return self._library
        try:
            snapshot = self._assistant.snapshot
            if snapshot.generation != self._library.generation:
                documents, counts = tuple(snapshot.documents()), snapshot.counts()
                failures = tuple(snapshot.failures())
                self._library = Library("ready", snapshot.generation, documents, counts.passages, failures)
        except Exception as error:
            return Library("failed", problem=_problem(error))
        return self._library

    def document(self, document_id: int) -> Document | None:
        """A document with its text, or None when the index does not hold it any more."""
        if self._assistant is None or not self.holds(document_id):
            return None
        return self._assistant.snapshot.document(document_id)

    def holds(self, document_id: int) -> bool:
        """Whether the newest generation shows this version of a document."""
        return self._assistant is not None and not self._assistant.gone({document_id})

    def chat(self, chat_id: str) -> ChatView:
        with self._lock:
            chat = self._chats.get(chat_id)
            return ChatView(chat_id) if chat is None else ChatView(chat_id, tuple(chat.turns), chat.filters)

    def filter(self, chat_id: str, filters: Filters) -> None:
        """Sets what the next questions of the chat are limited to."""
        with self._lock:
            self._chat(chat_id).filters = filters

    def ask(self, chat_id: str, question: str) -> None:
        """Adds a question; it is answered when those before it are."""
        with self._lock:
            chat = self._chat(chat_id)
            chat.turns.append(Turn(len(chat.turns) + 1, question, chat.filters or None))
            self._start_next(chat)

    def ask_again(self, chat_id: str, turn_id: int) -> None:
        """Asks a failed or stopped question once more."""
        with self._lock:
            chat = self._chat(chat_id)
            turn = chat.turns[turn_id - 1]
            if turn.state in ("failed", "stopped"):
                chat.turns[turn_id - 1] = Turn(turn.id, turn.question, turn.filters, attempt=turn.attempt + 1)
                self._start_next(chat)

    def stop(self, chat_id: str, turn_id: int) -> None:
        """Ends an answer where it is; what has been checked stays."""
        with self._lock:
            chat = self._chat(chat_id)
            turn = chat.turns[turn_id - 1]
            if turn.in_progress:
                chat.turns[turn_id - 1] = replace(turn, state="stopped")
                self._start_next(chat)

    def index_run(self) -> IndexRun | None:
        return self._index_run

    def start_index_run(self) -> None:
        """Brings the index up to date in the background; does nothing while that is happening."""
        with self._lock:
            if self._index_run is None or not self._index_run.running:
                self._index_run = IndexRun()
                _start(self._build)

    def dismiss_index_run(self) -> None:
        with self._lock:
            if self._index_run is not None and not self._index_run.running:
                self._index_run = None

    def _open(self) -> None:
        library, assistant = Library("missing"), None
        try:
            from rag.assistant import Assistant

            assistant = Assistant.open(self.settings)
            generation = assistant.snapshot.generation
            log.info("The index is open at generation %d", generation)
        except IndexMissing:
            assistant = None
        except Exception as error:
            library, assistant = Library("failed", problem=_problem(error)), None
        with self._lock:
            self._library, self._assistant = library, assistant
            self._opened.set()
        if assistant is not None:
            try:
                assistant.warm_up()
                if assistant.mode == "llm":
                    assistant.writer()
            except Exception as error:
                _report("Warming up failed; the first question will tell why", error)

    def _build(self) -> None:
        def tell(progress: Progress) -> None:
            self._index_run = IndexRun(progress)

        try:
            from index.build import build_index

            run = IndexRun(report=build_index(self.settings, tell))
        except Exception as error:
            run = IndexRun(problem=_problem(error))
        # Opening comes first: who sees that the build has ended must not find the index still missing.
        with self._lock:
            self._library = replace(self._library, generation=-1)
            self.open()
            self._index_run = run

    def _chat(self, chat_id: str) -> _Chat:
        """The chat, made when it is new; the one longest unused goes when there are too many. Needs the lock."""
        chat = self._chats.setdefault(chat_id, _Chat(chat_id))
        self._chats.move_to_end(chat_id)
        if len(self._chats) > MAX_CHATS:
            idle = (name for name, old in self._chats.items() if not any(turn.in_progress for turn in old.turns))
            self._chats.pop(next(idle), None)
        return chat

    def _start_next(self, chat: _Chat) -> None:
        """Starts the first waiting question when none is being answered. Needs the lock."""
        waiting = [turn for turn in chat.turns if turn.state == "waiting"]
        if waiting and not any(turn.state == "writing" for turn in chat.turns):
            turn = replace(waiting[0], state="writing")
            chat.turns[turn.id - 1] = turn
            _start(self._answer, chat, turn)

    def _answer(self, chat: _Chat, turn: Turn) -> None:
        try:
            stream = self._conversation(chat).stream(turn.question, turn.filters)
            for statement in stream:
                turn = replace(turn, statements=(*turn.statements, statement))
                if not self._put(chat, turn):
                    return
            self._put(chat, replace(turn, state="done", answer=stream.answer))
        except Exception as error:
            self._put(chat, replace(turn, state="failed", problem=_problem(error)))

    def _put(self, chat: _Chat, turn: Turn) -> bool:
        """Shows the turn as it is now; False when it was stopped or asked again meanwhile."""
        with self._lock:
            shown = chat.turns[turn.id - 1]
            if shown.state != "writing" or shown.attempt != turn.attempt:
                return False
            chat.turns[turn.id - 1] = turn
            self._start_next(chat)
            return True

    def _conversation(self, chat: _Chat) -> Chat:
        self._opened.wait()
        with self._lock:
            if self._assistant is None:
                problem = self._library.problem or Problem("Nothing has been indexed yet.", "Index your documents.")
                raise CitewiseError(problem.message, problem.fix)
            if chat.conversation is None:
                chat.conversation = self._assistant.chat()
            return chat.conversation


def _start(work: Callable[..., None], *args: object) -> None:
    threading.Thread(target=work, args=args, daemon=True, name=f"citewise{work.__name__}").start()


def _problem(error: Exception) -> Problem:
    if isinstance(error, CitewiseError):
        return Problem(str(error), error.fix)
    _report("Unexpected error", error)
    return Problem(f"Something unexpected happened: {type(error).__name__}.", "Try again; the server's log says more.")


def _report(what: str, error: Exception) -> None:
    """To the server's log; nothing is worth telling of what is cut short while the server goes down."""
    if threading.main_thread().is_alive():
        log.error(what, exc_info=error)
