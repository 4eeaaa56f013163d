"""What became of the passages of saved answers since the index was built anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.chats.standing import Standing
    from rag.chats.types import SavedChat, Turn
    from ui.server import Server

ByNumber = Mapping[int, "Standing"]


def standings(server: Server, owner: str, chat: SavedChat) -> tuple[Mapping[int, ByNumber], bool]:
    """By turn and citation number, for the answers of another generation than that of the index; and whether they are
    being looked up. All of a chat at once, so that a long one does not crowd out the others."""
    library = server.shelf.library()
    old = [turn for turn in chat.turns if library.state == "ready" and is_old(server, turn)]
    if not old:
        return {}, False
    key = ("since", owner, chat.id, library.index_id, library.generation, tuple((one.id, one.asked) for one in old))

    def look() -> Mapping[int, ByNumber]:
        from rag.chats.checking import check_saved

        assistant = server.shelf.assistant()
        return {one.id: check_saved(assistant, one.answer) for one in old if one.answer is not None}

    found, pending = server.soon.get(key, look)
    return found or {}, pending


def is_old(server: Server, turn: Turn) -> bool:
    library, answer = server.shelf.library(), turn.answer
    if answer is None or not answer.citations:
        return False
    return (turn.index_id, answer.generation) != (library.index_id, library.generation)
