"""The questions before something is taken away: what happens to the files, and whose chats hold their text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ui.blocks import Block, block
from ui.chat.place import current_owner
from ui.components import ASKS, Click, heed, pressed, view
from ui.server import Server
from ui.words import counted, esc

if TYPE_CHECKING:
    from rag.chats.types import ChatHead
    from ui.chat.answers import Answers
    from ui.library.stock import Row, Stock

NAMED = 6
PURGE = "Also take every trace of the text out of the index at once"
PURGE_HELP = (
    "Without it the text cannot be found from now on, but stays in the index's files for some builds and at least ten "
    "minutes. Backups that were made before keep it in any case, and so do chats that are not deleted."
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to the files of rows: `deleted` from the disk, or `left_out` and kept there. `along` are other
    documents of the same files, which go with them."""

    deleted: tuple[Path, ...]
    left_out: tuple[Path, ...]
    along: tuple[Row, ...]


def fate_of(uris: Sequence[str], stock: Stock, index_dir: Path) -> Fate:
    from index.ignore import file_of
    from index.uploads import own_uploads

    uploads = own_uploads(index_dir, stock.paths)
    files = {found[0]: found[1] for uri in uris if (found := file_of(uri, stock.paths)) is not None}
    deleted = {path for path in files.values() if path.parent == uploads}
    asked_for = set(uris)
    return Fate(
        tuple(sorted(deleted)),
        tuple(sorted(set(files.values()) - deleted)),
        tuple(row for row in stock.rows if row.document and row.uri not in asked_for and _lies_in(row.uri, files)),
    )


def _lies_in(uri: str, files: Collection[str]) -> bool:
    """Whether it is one of the files, or lies in one."""
    while uri and uri not in files:
        uri = uri.rpartition("/")[0]
    return bool(uri)


def fate_blocks(fate: Fate) -> list[Block]:
    """In words, as HTML."""
    told = ""
    if fate.deleted:
        told += _files("Deleted from the disk, since it was uploaded here:", fate.deleted)
    if fate.left_out:
        told += _files("Stays where it is; a line in its folder's .citewiseignore leaves it out:", fate.left_out)
    if not (fate.deleted or fate.left_out):
        told += "<p>The file is not there any more; its document goes out of the index.</p>"
    if fate.along:
        names = "".join(f'<li dir="auto">{esc(row.label)}</li>' for row in fate.along[:NAMED])
        told += f'<p>Goes with it, as it lies in the same file:</p><ul class="failures">{names}</ul>'
        told += _more(len(fate.along))
    return [block("fate", f'<div class="fate">{told}</div>')]


def chat_blocks(own: int, others: int) -> list[Block]:
    """What stays in chats, in words, as HTML."""
    told = ""
    if own:
        told += f"<p>Text of it stays in {counted(own, 'chat')} of yours, unless you delete them here.</p>"
    if others:
        told += f"<p>Text of it stays in {counted(others, 'chat')} of other people; only they can delete them.</p>"
    return [block("chats", f'<div class="fate notice">{told}</div>')] if told else []


def _files(words: str, paths: Sequence[Path]) -> str:
    names = "".join(f'<li dir="auto"><code>{esc(str(path))}</code></li>' for path in paths[:NAMED])
    return f'<p>{words}</p><ul class="failures">{names}</ul>{_more(len(paths))}'


def _more(number: int) -> str:
    return f'<p class="quiet">and {number - NAMED:,} more</p>' if number > NAMED else ""


def asked(server: Server, stock: Stock) -> None:
    """Opens the question that a click asked for, in every run until it is answered: another run would close it."""
    act, what = st.session_state.get(ASKS, ("", ""))
    if act == "remove" and what:
        _removal(server, stock, what)
    elif act == "forget" and (path := _path(stock, what)) is not None:
        _forgetting(server, stock, path, what)
    elif act == "drop" and (path := _path(stock, what)) is not None:
        _dropping(server, path)


def _answered() -> None:
    st.session_state.pop(ASKS, None)


def _path(stock: Stock, name: object) -> Path | None:
    return next((root.path for root in stock.roots if root.name == name), None)


@st.dialog("Remove from the library?", on_dismiss=_answered)
def _removal(server: Server, stock: Stock, uris: tuple[str, ...]) -> None:
    fate = fate_of(uris, stock, server.settings.index_dir)
    view("library-fate", [_what(uris, stock), *fate_blocks(fate)])
    purge, chats = _traces(server, [*uris, *(row.uri for row in fate.along)])
    owner = current_owner()

    def remove() -> None:
        delete_chats(server.answers, owner, chats)
        server.upkeep.remove(uris, purge)

    _decide("Remove", remove, *uris)


def _traces(server: Server, uris: Sequence[str]) -> tuple[bool, list[ChatHead]]:
    """Asks whether to purge the text, and tells which of the person's chats are to go with it."""
    own, others = server.answers.kept.holding(uris, current_owner())
    view("library-chats-held", chat_blocks(len(own), others))
    purge = st.checkbox(PURGE, key="library-purge", help=PURGE_HELP)
    with_chats = bool(own) and st.checkbox(f"Delete {_these(len(own))}, too", key="library-chats")
    return purge, own if with_chats else []


def delete_chats(answers: Answers, owner: str, chats: Sequence[ChatHead]) -> None:
    """On disk all at once, or none of them; then in memory, which also ends what is being written in them."""
    answers.kept.delete_many([chat.id for chat in chats], owner)
    for chat in chats:
        answers.delete(owner, chat.id)


def _what(uris: Sequence[str], stock: Stock) -> Block:
    labels = {row.uri: row.label for row in stock.rows}
    if len(uris) > 1:
        return block("what", f'<p class="wants">{counted(len(uris), "document")}</p>')
    return block("what", f'<p class="wants" dir="auto">{esc(labels.get(uris[0], uris[0]))}</p>')


def _these(number: int) -> str:
    return "this chat" if number == 1 else f"these {number:,} chats"


@st.dialog("Forget this folder?", on_dismiss=_answered)
def _forgetting(server: Server, stock: Stock, path: Path, name: str) -> None:
    held = next((root.documents for root in stock.roots if root.name == name), 0)
    told = (
        f'<p dir="auto"><code>{esc(str(path))}</code></p><p>Its {counted(held, "document")} cannot be found any more. '
        "The folder and its files stay as they are.</p>"
    )
    view("library-forget", [block("forget", f'<div class="fate">{told}</div>')])
    within = [row.uri for row in stock.rows if row.document and row.uri.startswith(f"{name}/")]
    purge, chats = _traces(server, within)
    owner = current_owner()

    def forget() -> None:
        delete_chats(server.answers, owner, chats)
        server.upkeep.forget(path, purge)

    _decide("Forget", forget, name)


@st.dialog("Remove what is gone?", on_dismiss=_answered)
def _dropping(server: Server, path: Path) -> None:
    told = (
        f'<p dir="auto">More than half of the documents of <code>{esc(str(path))}</code> are not there any more. If '
        "that is not what you did, see first that its disk is there.</p>"
    )
    view("library-drop", [block("drop", f'<div class="fate">{told}</div>')])
    _decide("Remove them", lambda: server.upkeep.update((path,), allow_loss=True), str(path))


def _decide(label: str, do: Callable[[], object], *what: str) -> None:
    def confirmed(_: Click) -> None:
        _answered()
        do()

    with st.container(horizontal=True):
        heed(pressed(st.button, label, f"library-yes-{label}-{hash(what)}", type="primary"), confirmed)
        heed(pressed(st.button, "Cancel", f"library-no-{hash(what)}"), lambda _: _answered())
