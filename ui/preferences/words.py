"""What the settings page says: names of the settings, what is in force, what leaves this machine. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from rag.settings import Settings
from ui.blocks import Block, block, problem
from ui.preferences.address import is_here, is_loopback, is_readable_on_the_way, shown_address
from ui.words import counted, esc, host_of

LABELS = {
    "answer_mode": "Who writes the answers",
    "openai_base_url": "Endpoint",
    "llm_model": "Model",
    "passages": "Passages",
    "min_confidence": "How sure an answer must be",
    "unsupported": "Sentences that the sources do not bear",
}
MODES = {
    "auto": "A language model if there is one, else exact sentences",
    "extractive": "Exact sentences of the documents",
    "llm": "A language model",
}
POLICIES = {"mark": "Show them, marked", "drop": "Leave them out"}
KEY_HELP = "It stays in this server's memory until the server stops. To keep it, put OPENAI_API_KEY into .env."
KEY_IN_FORCE = {
    "page": "A key is set here, until the server stops",
    "environment": "A key is set in the environment",
    None: "No key is set",
}
NOTHING = "Nothing leaves this machine."
NOTHING_ELSE = "Nothing else leaves this machine."
NOT_SAVED = "Nothing was saved: a value above is not allowed."
MAX_MODELS = 300


def leaving(settings: Settings) -> tuple[str, ...]:
    """What is sent where under these settings, a sentence each."""
    host, told = host_of(settings.openai_base_url), []
    address, embeds = settings.openai_base_url, settings.embedder.startswith("openai:")
    if settings.uses_llm:
        what = f"your question, up to {counted(settings.passages, 'passage')} with titles, outlets and dates"
        told.append(f"To {host} go: {what}, and for a follow-up the last turns of the chat.")
    if embeds:
        told.append(
            f"To {host}, for vectors: every question, and all passages of your documents when they are indexed."
        )
    if (settings.uses_llm or embeds) and is_here(address):
        told.append(f"{host} is a server on this machine.")
    elif (settings.uses_llm or embeds) and is_readable_on_the_way(address):
        told.append("That address is not encrypted: whoever is on the way can read it, the key too.")
    chroma = urlsplit(settings.chroma_url or "")
    if chroma.hostname and not is_loopback(chroma.hostname):
        told.append(f"The vectors of your documents and questions go to {chroma.hostname}.")
    return (*told, NOTHING_ELSE) if told else (NOTHING,)


def leaving_block(settings: Settings) -> list[Block]:
    said = "".join(f"<p>{esc(line)}</p>" for line in leaving(settings))
    return [block("leaving", f'<div class="quiet" role="status">{said}</div>')]


def head() -> list[Block]:
    text = "Settings hold for everybody who uses this page, from the next question on."
    return [block("head", f'<div class="settings"><h1>Settings</h1><p class="quiet">{text}</p></div>')]


def section(title: str) -> list[Block]:
    return [block("section", f"<h2>{esc(title)}</h2>")]


def shown(name: str, value: Any) -> str:
    """A value of a setting in words."""
    if name == "answer_mode":
        return MODES[value]
    if name == "unsupported":
        return POLICIES[value]
    if name == "openai_base_url":
        return shown_address(value) or "OpenAI's own"
    return str(value)


def in_force(given: Settings, changed: Mapping[str, Any], key_from: str | None) -> list[Block]:
    """Each setting, its value, and whether the page or the environment says so, or nobody."""
    rows = []
    for name, label in LABELS.items():
        value = shown(name, changed.get(name, getattr(given, name)))
        is_given = name in given.model_fields_set
        whence = "from the environment" if is_given else "default"
        if name in changed:
            source = "the environment says" if is_given else "the default is"
            whence = f"set here; {source} {shown(name, getattr(given, name))}"
        rows.append(_row(label, value, whence))
    rows.append(f"<li>{KEY_IN_FORCE[key_from]}</li>")
    return [block("force", f'<div class="aside"><h3>In force</h3><ul>{"".join(rows)}</ul></div>')]


def _row(label: str, value: str, whence: str) -> str:
    facts = f' <span class="facts">{esc(whence)}</span>' if whence else ""
    return f'<li dir="auto">{esc(label)}: <b>{esc(value)}</b>{facts}</li>'


def key_words(key_from: str | None, settings: Settings, given: Settings) -> str:
    """What is known of the key, which itself is never shown."""
    host = host_of(settings.openai_base_url)
    if key_from == "page":
        return f"A key for {host} is set, until the server stops."
    if key_from == "environment":
        return f"A key for {host} is set in the environment."
    if given.openai_api_key is not None:
        return f"No key is set for {host}: the environment's is for {host_of(given.openai_base_url)} and not sent here."
    return f"No key is set for {host}."


def models_block(models: Sequence[str], chosen: str) -> list[Block]:
    """The models of an endpoint; a click takes one."""
    buttons = "".join(
        f'<button class="limit" data-act="model" data-value="{esc(name)}" aria-pressed="{str(name == chosen).lower()}">'
        f"{esc(name)}</button> "
        for name in models[:MAX_MODELS]
    )
    more = f'<p class="quiet">and {len(models) - MAX_MODELS:,} more</p>' if len(models) > MAX_MODELS else ""
    return [
        block(
            "models",
            f'<div class="models"><p class="quiet">{counted(len(models), "model")} at the endpoint:</p>'
            f'<div class="limits" role="group" aria-label="Models at the endpoint" '
            f'style="max-height:11rem;overflow-y:auto">{buttons}</div>{more}</div>',
        )
    ]


def for_page(fix: str) -> str:
    """The fix of an endpoint's error for somebody who has the endpoint's field before them."""
    return fix.replace("OPENAI_BASE_URL", "the endpoint")


def trying(host: str) -> list[Block]:
    return [
        block(
            "trying",
            f'<div class="run" role="status"><p>Asking {esc(host)} …</p>'
            '<span class="track"><span class="busy"></span></span></div>',
        )
    ]


def works(model: str, host: str, seconds: float) -> list[Block]:
    text = f"{esc(model)} at {esc(host)} answers: {seconds:.1f} s for a few words."
    return [block("works", f'<div class="run" role="status"><p dir="auto">✓ {text}</p></div>')]


def wrong(message: str, fix: str) -> list[Block]:
    from rag.chats.types import Problem

    return [block("wrong", problem(Problem(message, fix)))]


def said(text: str) -> list[Block]:
    return [block("said", f'<p class="quiet" role="status" dir="auto">{esc(text)}</p>')]


def not_allowed(name: str, person_id: str) -> list[Block]:
    """For those who are signed in and may not change anything; without a name, for all whom an open server serves."""
    told = (
        "Settings and documents are changed by those whom <code>CITEWISE_UI_ADMINS</code> names. "
        f"You are {esc(name)}; your id is <code>{esc(person_id)}</code>."
        if person_id
        else "Others reach this server without signing in, so settings are changed where it runs: in its environment "
        "or its .env."
    )
    return [block("not-allowed", f'<div class="settings"><h1>Settings</h1><p dir="auto">{told}</p></div>')]
