"""Adding documents: files that are uploaded, and folders of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from ui.access import may_manage
from ui.components import heed, pressed, view
from ui.haste import undisturbed
from ui.server import Server

if TYPE_CHECKING:
    from ui.library.stock import Stock

Lines = list[tuple[str, str, bool]]


def adding(server: Server, stock: Stock) -> None:
    from ui.library.render import uploaded

    told: Lines = st.session_state.get("library_uploaded", [])
    if told:
        heed(view("library-uploaded", uploaded(told)), lambda _: st.session_state.update(library_uploaded=[]))
    # Closed as soon as there are documents to look at; another key, since an open one would stay so.
    key = "library-add" if stock.rows else "library-begin"
    with st.expander("Add documents", icon=":material/add:", expanded=not stock.rows, key=key):
        _files(server, stock)
        if may_manage(server.settings):
            _folder(server)


def _files(server: Server, stock: Stock) -> None:
    from index.uploads import upload_folder
    from ui.library.render import upload_place

    folder = upload_folder(server.settings.index_dir, stock.paths)
    turn = st.session_state.setdefault("library_upload", 0)
    given: Any = st.file_uploader(
        "Upload files",
        accept_multiple_files=True,
        key=f"library-files-{turn}",
        max_upload_size=server.settings.max_file_mb,
    )
    view("library-where", upload_place(folder))
    if given:
        told = take_files(server, stock, folder, given)
        undisturbed(lambda: st.session_state.update(library_upload=turn + 1, library_uploaded=told))
        st.rerun()


def take_files(server: Server, stock: Stock, folder: Path, given: list[Any]) -> Lines:
    """Writes files that have a `name` and can be read, and asks for a build; what became of each."""
    from index.errors import CitewiseError
    from index.uploads import Kept, save_upload

    known = {row.document.sha256: row.uri for row in stock.rows if row.document}
    lines: Lines = []
    for file in given:
        try:
            done = save_upload(folder, file.name, file, max_file_mb=server.settings.max_file_mb, known=known)
        except CitewiseError as error:
            lines.append((file.name, f"{error} {error.fix}", False))
            continue
        if isinstance(done, Kept):
            renamed = "" if done.path.name == file.name else f" as {done.path.name}"
            lines.append((file.name, f"added{renamed}", True))
        else:
            lines.append((file.name, done.why, False))
    if any(taken for *_, taken in lines):
        inside = (root.path for root in stock.roots if folder.is_relative_to(root.path))
        server.upkeep.update((next(inside, folder),))
    return lines


def _folder(server: Server) -> None:
    """A folder is looked at before it is added: the plan says what there is."""
    with st.form("library-folder", border=False):
        given = st.text_input(
            "Or name a folder on the machine that runs this page", placeholder="/home/ada/papers", max_chars=1_000
        )
        sent = pressed(st.form_submit_button, "Look what is in it", "library-look-in", icon=":material/folder_open:")
    if sent and given.strip():
        server.upkeep.plan((Path(given.strip()),))
        st.rerun()
