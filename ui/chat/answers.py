"""The chats of a server and the answers being written in them. The page only shows what stands here.

Threads write into it, so a click, a refresh, a closed tab or a lost connection neither ends an answer nor starts it
twice; every change is kept on disk at once. Everything it gives out is frozen.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime

from index.types import Filters
from rag.chats.rows import title_of
from rag.chats.store import ChatStore
from rag.chats.types import ChatHead, Feedback, Problem, SavedChat, Turn
from ui.chat.held import HeldChat, without_gaps
from ui.model import MOST_CHARACTERS
from ui.shelf import Shelf
from ui.work import problem_of, report, start

MOST_IN_MEMORY = 50
MOST_TEXT = 50_000_000
Key = tuple[str, str]


class Answers:
    """Safe from several threads. An `owner` sees no chats but their own; "" is whoever uses this machine."""

    def __init__(self, shelf: Shelf, kept: ChatStore) -> None:
        self.kept = kept
        self._shelf = shelf
        self._lock = threading.RLock()
        self._saving = threading.Lock()
        self.trouble: Problem | None = None
        self._chats: OrderedDict[Key, HeldChat] = OrderedDict()

    def chat(self, owner: str, chat_id: str) -> SavedChat:
        """The chat as it is now; one that nothing was asked in is empty."""
        with self._lock:
            chat = self._chat(owner, chat_id)
            turns = tuple(chat.turns)
            title = chat.title or (turns[0].question if turns else "")
            changed = max((turn.asked for turn in turns if turn.asked), default=chat.created)
            return SavedChat(chat_id, title, chat.created, changed, chat.filters, turns)

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits for an answer."""
        with self._lock:
            return any(chat.busy for chat in self._chats.values())

    def heads(self, owner: str, search: str = "") -> list[ChatHead]:
        """The newest first."""
        return self.kept.heads(owner, search)

    def rename(self, owner: str, chat_id: str, title: str) -> None:
        with self._lock:
            self.kept.rename(chat_id, title, owner)
            self._chat(owner, chat_id).title = title

    def delete(self, owner: str, chat_id: str) -> None:
        """Ends what is being written in it, and leaves nothing of it."""
        self._forget(owner, chat_id)
        with self._saving:  # it takes a moment, in which nobody else should have to wait for their page
            self.kept.delete(chat_id, owner)
            self._forget(owner, chat_id)  # another tab may have read it, or asked in it, meanwhile

    def turn(self, owner: str, chat_id: str, turn_id: int) -> tuple[Turn | None, bool]:
        """A turn as it is now, and whether it is the last one; None when the chat was deleted meanwhile."""
        with self._lock:
            chat = self._chat(owner, chat_id)
            return chat.turn(turn_id), turn_id == len(chat.turns)

    def filter(self, owner: str, chat_id: str, filters: Filters) -> None:
        """Sets what the next questions of the chat are limited to."""
        with self._lock:
            chat = self._chat(owner, chat_id)
            chat.filters = filters
            if chat.turns:
                self.kept.set_filters(chat_id, filters, owner)

    def ask(self, owner: str, chat_id: str, question: str) -> None:
        """Adds a question; it is answered when those before it are. The last one that waits is not added twice."""
        with self._lock:
            chat = self._chat(owner, chat_id)
            question, now = question[:MOST_CHARACTERS], datetime.now(UTC)
            if chat.has_just_asked(question, now):
                return
            turn = Turn(len(chat.turns) + 1, question, chat.filters or None, asked=now)
            chat.turns.append(turn)
        self._go_on(chat)
        self._save(chat, turn.id)  # also one that waits: it is there after the server was started anew

    def ask_again(self, owner: str, chat_id: str, turn_id: int) -> None:
        """Asks a question once more that is not being answered."""
        with self._lock:
            chat = self._chat(owner, chat_id)
            turn = chat.turn(turn_id)
            if turn is None or turn.in_progress:
                return
            self._restart(chat, turn, turn.question, turn.filters)
        self._go_on(chat)
        self._save(chat, turn_id)

    def edit(self, owner: str, chat_id: str, turn_id: int, question: str) -> None:
        """Asks the last question in other words, in place of what it was."""
        with self._lock:
            chat = self._chat(owner, chat_id)
            if turn_id != len(chat.turns):
                return
            self._restart(chat, chat.turns[-1], question[:MOST_CHARACTERS], chat.filters or None)
        self._go_on(chat)
        self._save(chat, turn_id)

    def stop(self, owner: str, chat_id: str, turn_id: int) -> None:
        """Ends an answer where it is; what has been checked stays."""
        with self._lock:
            chat = self._chat(owner, chat_id)
            turn = chat.turn(turn_id)
            if turn is None or not turn.in_progress:
                return
            chat.turns[turn_id - 1] = replace(turn, state="stopped")
        self._save(chat, turn_id)
        self._go_on(chat)

    def give_feedback(self, owner: str, chat_id: str, turn_id: int, feedback: Feedback | None) -> None:
        with self._lock:
            chat = self._chat(owner, chat_id)
            turn = chat.turn(turn_id)
            if turn is None:
                return
            chat.turns[turn_id - 1] = replace(turn, feedback=feedback)
        self._save(chat, turn_id)

    def _forget(self, owner: str, chat_id: str) -> None:
        with self._lock:
            chat = self._chats.pop((owner, chat_id), None)
            if chat is not None:
                chat.turns.clear()

    def _chat(self, owner: str, chat_id: str) -> HeldChat:
        """The chat, read from disk when it is not in memory; idle ones leave it when there are many. Needs the lock."""
        chat = self._chats.get((owner, chat_id))
        if chat is None:
            saved = self.kept.chat(chat_id, owner, running=False)
            chat = HeldChat(owner, chat_id)
            if saved is not None:
                chat.turns, chat.filters, chat.created = without_gaps(saved.turns), saved.filters, saved.created
                if not chat.turns or saved.title != title_of(chat.turns[0].question):
                    chat.title = saved.title
            self._chats[owner, chat_id] = chat
            self._make_room(chat)
        self._chats.move_to_end((owner, chat_id))
        return chat

    def _make_room(self, wanted: HeldChat) -> None:
        """Idle chats leave memory, those first that were not used for longest. Needs the lock."""
        idle = [key for key, old in self._chats.items() if old is not wanted and not old.busy]
        characters = sum(one.characters for one in self._chats.values())
        for key in idle:
            if len(self._chats) <= MOST_IN_MEMORY and characters <= MOST_TEXT:
                return
            characters -= self._chats.pop(key).characters

    @staticmethod
    def _restart(chat: HeldChat, turn: Turn, question: str, filters: Filters | None) -> None:
        again = Turn(turn.id, question, filters, attempt=turn.attempt + 1, asked=datetime.now(UTC))
        chat.turns[turn.id - 1] = again

    def _go_on(self, chat: HeldChat) -> None:
        """Starts the first waiting question when none is being answered."""
        with self._lock:
            for turn in chat.turns:
                if turn.state == "writing":
                    return
                if turn.state == "waiting":
                    chat.turns[turn.id - 1] = turn = replace(turn, state="writing")
                    start(self._answer, chat, turn)
                    break

    def _answer(self, chat: HeldChat, turn: Turn) -> None:
        self._save(chat, turn.id)
        history = [(one.question, one.answer.text) for one in chat.turns[: turn.id - 1] if one.answer is not None]
        try:
            assistant = self._shelf.assistant()
            stream = assistant.stream_turn(turn.question, turn.filters, history)
            for statement in stream:
                turn = replace(turn, statements=(*turn.statements, statement))
                if not self._put(chat, turn):
                    return
            turn = replace(turn, state="done", answer=stream.answer, index_id=assistant.index_id)
        except Exception as error:
            turn = replace(turn, state="failed", problem=problem_of(error))
        if self._put(chat, turn):
            self._go_on(chat)

    def _put(self, chat: HeldChat, turn: Turn) -> bool:
        """Keeps the turn as it is now; False when it was stopped, asked again or deleted meanwhile."""
        with self._lock:
            shown = chat.turn(turn.id)
            if shown is None or shown.state != "writing" or shown.attempt != turn.attempt:
                return False
            chat.turns[turn.id - 1] = turn
        self._save(chat, turn.id)
        return True

    def _save(self, chat: HeldChat, turn_id: int) -> None:
        """On disk: the turn as it is when its time to be written has come, so that the last state is the one kept."""
        with self._saving:
            with self._lock:
                turn = chat.turn(turn_id)
            if turn is None:
                return
            try:
                self.kept.put_turn(chat.id, turn, chat.owner)
                self.trouble = None
            except Exception as error:  # a full disk must not take the answer from who waits for it
                self.trouble = problem_of(error)
                report("A chat could not be kept", error)
