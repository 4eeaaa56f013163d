"""Turns as JSON, without loss. The types themselves say how they are read back. Pure.

A document is named by a key, and handed out apart: the turns of many chats may share it. A field that a row of an older
version lacks takes its default; one that is no longer known is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from index.errors import CitewiseError
from index.types import Document, Filters
from rag.chats.types import Feedback, Turn

VERSION = 1
KEY_CHARACTERS = 32

Json = dict[str, Any]
Lookup = Callable[[str], Document]


def encode(turn: Turn) -> tuple[Json, dict[str, Document]]:
    """The turn as an object for JSON, and the documents that it names by key."""
    named: dict[int, tuple[str, Document]] = {}

    def name(document: Document) -> str:
        if id(document) not in named:
            named[id(document)] = document_key(document), document
        return named[id(document)][0]

    encoded = {"version": VERSION, "turn": _plain(turn, name)}
    return encoded, dict(named.values())


def decode(encoded: Any, lookup: Lookup) -> Turn:
    """The turn of an object that `encode` made; `lookup` gives a document by its key, or raises KeyError.

    Raises CitewiseError when the object is damaged or of a newer version.
    """
    version = encoded.get("version") if isinstance(encoded, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise CitewiseError("A newer Citewise saved this answer.", "Use a newer Citewise to read it.")
    try:
        if version != VERSION:
            raise ValueError(f"version {version!r}")
        return cast("Turn", _typed(Turn, encoded["turn"], lookup))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise CitewiseError(f"A saved answer is damaged ({error}).", "Ask the question again.") from error


def encode_filters(filters: Filters) -> str:
    return json.dumps(_plain(filters, document_key))


def decode_filters(encoded: str) -> Filters:
    """Raises CitewiseError when it is damaged."""
    return cast("Filters", _read(Filters, encoded))


def encode_feedback(feedback: Feedback) -> str:
    return json.dumps(_plain(feedback, document_key))


def decode_feedback(encoded: str) -> Feedback:
    """Raises CitewiseError when it is damaged."""
    return cast("Feedback", _read(Feedback, encoded))


def document_key(document: Document) -> str:
    """Names a document by all it holds."""
    digest = sha256(document_meta(document).encode())
    digest.update(document.text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:KEY_CHARACTERS]


def document_meta(document: Document) -> str:
    """All of a document but its text, as JSON."""
    told = {one.name: getattr(document, one.name) for one in fields(document) if one.name != "text"}
    return json.dumps(_plain(told, document_key), sort_keys=True)


def read_document(meta: str, text: str) -> Document:
    """The document of `document_meta` and its text. Raises CitewiseError when it is damaged."""
    try:
        return cast("Document", _made(Document, {**json.loads(meta), "text": text}, _no_documents))
    except (LookupError, TypeError, ValueError) as error:
        raise CitewiseError(f"A saved document is damaged ({error}).", "Ask the question again.") from error


def _read(kind: type, encoded: str) -> Any:
    try:
        return _typed(kind, json.loads(encoded), _no_documents)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise CitewiseError(f"A part of a saved chat is damaged ({error}).", "Set it again.") from error


def _no_documents(key: str) -> Document:
    raise KeyError(key)


def _plain(value: Any, name: Callable[[Document], str]) -> Any:
    if isinstance(value, Document):
        return name(value)
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(one, name) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one, name) for key, one in value.items()}
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name), name) for one in fields(value)}
    return value


def _typed(kind: Any, value: Any, lookup: Lookup) -> Any:
    """`value` as the annotation `kind` wants it. Raises LookupError, TypeError or ValueError when it does not fit."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (UnionType, Union):
        if value is None and NoneType in inner:
            return None
        (kind,) = (one for one in inner if one is not NoneType)
        return _typed(kind, value, lookup)
    if origin is Literal:
        if value not in inner:
            raise ValueError(f"{value!r} is none of {inner}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        kinds = inner[:1] * len(value) if inner[-1] is ... else inner
        return tuple(_typed(one, part, lookup) for one, part in zip(kinds, value, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {key: _typed(inner[1], one, lookup) for key, one in value.items()}
    if kind is Document:
        return lookup(value)
    if is_dataclass(kind):
        return _made(kind, value, lookup)
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if not isinstance(value, int | float if kind is float else kind) or (kind is not bool and isinstance(value, bool)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _made(kind: Any, values: Mapping[str, Any], lookup: Lookup) -> Any:
    return kind(**{name: _typed(one, values[name], lookup) for name, one in _hints(kind).items() if name in values})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
