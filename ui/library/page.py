"""The library page. It shows what the server's upkeep holds and passes clicks on; it decides nothing about builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui.access import may_add, may_manage
from ui.chat.place import LIBRARY, current_owner, enter, opened_source, show_beside
from ui.components import ASKS, ASSETS, Click, heed, live, view
from ui.server import Server

if TYPE_CHECKING:
    from ui.library.stock import Choice, Row, Stock

POLL_SECONDS = 0.5
SLOW_SECONDS = 3.0
READERS = "Documents are added and removed by the people whom CITEWISE_UI_ADMINS names."


def page(server: Server) -> None:
    """With sign-in, only those who may manage see more than the documents."""
    enter(LIBRARY)
    st.html(f"<style>{(ASSETS / 'library-page.css').read_text('utf-8')}</style>")
    with st.container(key="library"):
        top = st.container()
        from ui.library import dialogs
        from ui.library.adding import adding
        from ui.library.progress import is_of_folder

        stock = server.upkeep.stock()
        st.session_state["library_seen"] = _seen(server)
        manages = may_add(server.settings)
        with top:
            live(show_work if manages else show_stock, _every(server))(server)
        if manages:
            adding(server, stock)
            if may_manage(server.settings) and is_of_folder(server.upkeep.planned):
                live(show_plan, _every(server))(server)
        if stock.rows:
            st.subheader("Documents", anchor=False)
            listing(server, stock)
        if manages:
            st.subheader("Folders", anchor=False)
            folders(server, stock)
    _show_source(server)
    if manages:
        dialogs.asked(server, stock)


def show_stock(server: Server) -> None:
    """For those who only read."""
    from ui.library.render import head

    seen = _seen(server)
    view("library-head", head(server.upkeep.stock(), server.settings))
    st.text(READERS)
    _keep_up(server, seen)


def show_work(server: Server) -> None:
    """What changes while builds go on; the page is drawn anew when another generation can be seen."""
    from ui.library.progress import is_of_folder, plan_blocks, run_blocks, watch_blocks
    from ui.library.render import failures, head

    upkeep, seen = server.upkeep, _seen(server)
    stock = upkeep.stock()
    _act(server, view("library-head", head(stock, server.settings)))
    planned = None if is_of_folder(upkeep.planned) else upkeep.planned
    for key, blocks in (
        ("library-runs", [*run_blocks(upkeep.runs()), *plan_blocks(planned)]),
        ("library-failures", failures(stock)),
    ):
        if blocks:
            _act(server, view(key, blocks))
    with st.container(horizontal=True, key="library-look"):
        # Callbacks come first in a run: a further click cannot get ahead of them.
        st.button("Look for changes", key="look", icon=":material/search:", on_click=upkeep.plan)
        st.button("Bring up to date", key="bring", icon=":material/sync:", on_click=_bring, args=(server,))
    _act(server, view("library-watch", watch_blocks(upkeep.watched)))
    _keep_up(server, seen)


def show_plan(server: Server) -> None:
    """What is in a folder that was named, right below the field that names it."""
    from ui.library.progress import is_of_folder, plan_blocks

    seen = _seen(server)
    planned = server.upkeep.planned
    if is_of_folder(planned):
        _act(server, view("library-plan", plan_blocks(planned)))
    _keep_up(server, seen)


def _keep_up(server: Server, seen: object) -> None:
    """Draws the page anew when it shows what is over: `seen` is how it stood before this part of it was drawn."""
    if not st.session_state.get("library_seen") == seen == _seen(server):
        st.rerun()


def _bring(server: Server) -> None:
    server.upkeep.update()


def _every(server: Server) -> float | None:
    upkeep = server.upkeep
    planned = upkeep.planned
    busy = any(run.running for run in upkeep.runs()) or (planned is not None and planned.running)
    if busy or upkeep.stock().library.state == "opening":
        return POLL_SECONDS
    return SLOW_SECONDS if upkeep.watching else None


def _seen(server: Server) -> object:
    """What the page has to be drawn anew for, when it is another."""
    upkeep = server.upkeep
    planned = upkeep.planned
    library = upkeep.stock().library
    running = tuple(run.id for run in upkeep.runs() if run.running)
    return library.state, library.generation, len(library.failures), running, planned is not None and planned.running


def _act(server: Server, click: Click | None) -> None:
    """Does what a button asks for."""
    if may_add(server.settings):
        heed(click, lambda click: _do(server, click))


def _do(server: Server, click: Click) -> None:
    upkeep, number = server.upkeep, int(click.value) if click.value.isdecimal() else 0
    if click.act == "cancel":
        upkeep.cancel(number)
    elif click.act == "dismiss":
        upkeep.dismiss(number)
    elif click.act == "retry-failed":
        upkeep.update(retry_failed=True)
    elif click.act == "watch":
        upkeep.watch(click.value == "on")
    elif click.act == "drop-plan":
        upkeep.drop_plan()
    elif click.act == "reopen":
        server.shelf.open()
    elif click.act == "restore":
        upkeep.restore(click.value)
    elif click.act == "drop" or (click.act == "forget" and may_manage(server.settings)):
        st.session_state[ASKS] = (click.act, click.value)
    elif click.act == "go" and (planned := upkeep.planned) is not None:
        upkeep.drop_plan()
        upkeep.update(tuple(planned.options.paths))


def listing(server: Server, stock: Stock) -> None:
    """The table with its search and filters, page by page."""
    from ui.library.render import paging, table
    from ui.library.stock import PAGE_ROWS, Choice, chosen

    choice = _choice(stock)
    rows = chosen(stock.rows, choice)
    if st.session_state.get("library_choice") != choice:
        st.session_state["library_choice"], st.session_state["library_page"] = choice, 0
    last = max(0, (len(rows) - 1) // PAGE_ROWS)
    at = min(st.session_state.get("library_page", 0), last)
    some = rows[at * PAGE_ROWS : (at + 1) * PAGE_ROWS]
    _list_act(rows, view("library-table", table(some, at * PAGE_ROWS, len(rows)), open=opened_source()))
    is_limited = choice != Choice(order=choice.order)
    _list_act(rows, view("library-paging", paging(at, len(rows), is_limited)))


def _choice(stock: Stock) -> Choice:
    from ui.library.stock import ORDERS, STATES, Choice

    search = st.text_input(
        "Search titles, outlets, authors and places", key="library-search", icon=":material/search:", max_chars=200
    )
    with st.container(horizontal=True, key="library-filters"):
        folder = _one_of("Folder", stock.folders)
        form = _one_of("Format", stock.formats)
        states = {shown: state for state, shown in STATES.items()}
        state = _one_of("State", list(states))
        order = st.selectbox("Sort by", ORDERS, key="library-order")
    return Choice(search.strip(), folder, form, states[state] if state else None, order or ORDERS[0])


def _one_of(label: str, options: list[str]) -> str | None:
    key = f"library-{label.lower()}"
    if st.session_state.get(key) not in (None, *options):  # the last one of its kind has gone
        st.session_state[key] = None
    return st.selectbox(label, options, index=None, key=key, placeholder="Any", disabled=not options)


def _list_act(rows: list[Row], click: Click | None) -> None:
    heed(click, lambda click: _do_in_list(rows, click))


def _do_in_list(rows: list[Row], click: Click) -> None:
    if click.act == "open":
        show_beside(click.value)
    elif click.act == "page" and click.value.isdecimal():
        st.session_state["library_page"] = int(click.value)
    elif click.act == "remove":
        st.session_state[ASKS] = ("remove", tuple(row.uri for row in rows if row.name == click.value))
    elif click.act == "remove-all":
        st.session_state[ASKS] = ("remove", tuple(row.uri for row in rows))


def folders(server: Server, stock: Stock) -> None:
    """The indexed folders, with what was left out of each."""
    from index.ignore import left_out
    from index.uploads import own_uploads
    from ui.library.render import roots

    folder = own_uploads(server.settings.index_dir, stock.paths)
    uploads = [root.name for root in stock.roots if root.path == folder]
    out = [f"{root.name}/{place}" for root in stock.roots for place in left_out(root.path)]
    _act(server, view("library-roots", roots(stock.roots, uploads, out, may_manage(server.settings))))


def _show_source(server: Server) -> None:
    from ui.chat.reading import show_source

    if opened_source():
        show_source(server, server.answers.chat(current_owner(), LIBRARY))
