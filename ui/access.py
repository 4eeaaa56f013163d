"""Who may see and change what. Without sign-in everybody who reaches the page may see everything; on this machine also
change everything, from elsewhere only what `may_add` allows.

With it, `gate` lets nobody in who has not signed in, chats belong to persons, and only those whom CITEWISE_UI_ADMINS
names change documents and settings.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from ui.components import ASSETS, pressed

if TYPE_CHECKING:
    from pathlib import Path

    from rag.settings import Settings
    from ui.sign_in import Person


def is_on() -> bool:
    """Whether people sign in: Streamlit has an [auth] section. `python -m ui` has checked it before it started."""
    return "is_logged_in" in st.user


def gate() -> str | None:
    """The owner of the chats, None without sign-in. Where somebody has to sign in, shows that page and ends the run.

    To be called before anything else is shown.
    """
    from index.errors import CitewiseError
    from ui.sign_in import check_in_force

    try:
        check_in_force(asked_for(), st.get_option("secrets.files"), is_on())
    except CitewiseError as error:
        st.text(f"{error} {error.fix}")
        st.stop()
    if not is_on():
        return None
    signed_in = _person()
    if signed_in is None:
        _ask()
        st.stop()
    return signed_in.owner


@st.cache_resource(show_spinner=False)
def asked_for() -> Path | None:
    """The file of CITEWISE_UI_SIGN_IN when the server was started. Raises SettingsError."""
    from rag.settings import Settings

    return Settings().ui_sign_in


def person() -> str | None:
    """The name of whoever has signed in."""
    signed_in = _person()
    return None if signed_in is None else signed_in.name


def person_id() -> str | None:
    """What CITEWISE_UI_ADMINS may name somebody by who has no verified e-mail address."""
    signed_in = _person()
    return None if signed_in is None else signed_in.owner


def may_manage(settings: Settings) -> bool:
    """Whether this visitor may change settings, and name folders of this machine to read documents from."""
    return may_add(settings) and (is_on() or _is_closed())


def may_add(settings: Settings) -> bool:
    """Whether this visitor may upload documents, take documents out, and build the index anew."""
    if not is_on():
        return settings.ui_sign_in is None
    from ui.sign_in import is_admin

    signed_in = _person()
    return signed_in is not None and is_admin(signed_in, settings)


def warning(settings: Settings) -> str:
    """What everybody should know of a server that others reach; "" where there is nothing to say."""
    from ui import sign_in

    bound = settings.model_copy(update={"ui_host": _address()})
    return sign_in.warning(bound, st.secrets["auth"] if is_on() else None)


def account() -> None:
    """For the sidebar: who has signed in, and the way out."""
    name = person()
    if name is None:
        return
    st.text(name)
    if pressed(st.button, "Sign out", "sign-out", icon=":material/logout:", type="tertiary"):
        st.logout()


def _address() -> str:
    """Where Streamlit listens: everywhere, unless it was told. It need not have been `python -m ui` that started it."""
    return st.get_option("server.address") or "0.0.0.0"


def _is_closed() -> bool:
    from ui.preferences.address import is_loopback

    return is_loopback(_address())


def _person() -> Person | None:
    if not is_on():
        return None
    from ui.sign_in import person_of

    return person_of(dict(st.user), time.time())


def _ask() -> None:
    """The page of those who have not signed in. It loads nothing of the index."""
    from ui.sign_in import home, providers

    auth = st.secrets["auth"]
    address, here = home(auth), urlsplit(st.context.url or "")
    st.html(f"<style>{(ASSETS / 'sign-in.css').read_text('utf-8')}</style>")
    with st.container(key="sign-in"):
        st.title("Citewise", anchor=False)
        if here.netloc and address != f"{here.scheme}://{here.netloc}":
            st.text(f"People sign in at {address}. Open it there.")
            return
        st.text("Sign in to ask the documents.")
        for name in providers(auth):
            label = f"Sign in with {name.capitalize()}" if name else "Sign in"
            if st.button(label, key=f"sign-in-{name}", type="primary"):
                st.login(name or None)
