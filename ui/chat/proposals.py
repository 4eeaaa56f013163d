"""Questions to go on with, found in the documents and asked once to see that they are answered there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.chat.since import is_old

if TYPE_CHECKING:
    from rag.chats.types import Turn
    from ui.server import Server

Found = tuple[tuple[str, ...], bool]


def openers(server: Server) -> Found:
    """For an empty chat; and whether they are still being looked for."""
    library = server.shelf.library()
    if library.state != "ready" or not library.documents:
        return (), False
    return _found(server, ("openers", library.index_id, library.generation), lambda: _openers(server))


def next_questions(server: Server, owner: str, chat_id: str, turn: Turn) -> Found:
    """After an answer of this generation; none after an older one, whose sources may have gone."""
    answer, library = turn.answer, server.shelf.library()
    if answer is None or turn.state != "done" or answer.status == "abstained" or not answer.statements:
        return (), False
    if library.state != "ready" or is_old(server, turn):
        return (), False
    key = ("next", owner, chat_id, turn.id, turn.asked, library.index_id, answer.generation)

    def look() -> tuple[str, ...]:
        from rag.suggest import follow_ups

        return tuple(one.question for one in follow_ups(server.shelf.assistant(), answer))

    return _found(server, key, look)


def _openers(server: Server) -> tuple[str, ...]:
    from rag.suggest import suggest

    return tuple(one.question for one in suggest(server.shelf.assistant()))


def _found(server: Server, key: tuple[object, ...], look: Callable[[], tuple[str, ...]]) -> Found:
    found, pending = server.later.get(key, look)
    return found or (), pending
