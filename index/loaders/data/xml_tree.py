"""XML that comes from anywhere: its tree, without fetching anything and within limits."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from index.errors import UnreadableFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ALWAYS_ALLOWED = 10_000_000
_MOST_GROWTH = 10
_ALWAYS_KNOWN = ("amp", "lt", "gt", "quot", "apos")
_MOST_ELEMENTS = 3_000_000  # about 100 bytes each
_BARE_AMPERSAND = re.compile(rb"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z_][\w.-]{0,60};)")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def parse_tree(data: bytes, name: str = "the file") -> Element:
    """The root, names without their namespaces.

    Entities of the document itself are put in, those of other files are not fetched. Signs that XML does not allow
    (a bare "&", controls) are mended. Raises UnreadableFile: damaged or too large.
    """
    from xml.parsers.expat import ExpatError, errors

    try:
        return _parsed(data)
    except ExpatError as error:
        mended = _BARE_AMPERSAND.sub(b"&amp;", _CONTROLS.sub(b"", data)) if b"\0" not in data else data
        problem = error
        if mended != data:
            try:
                return _parsed(mended)
            except ExpatError as second:
                problem = second
        reason = errors.messages.get(problem.code, "syntax error")
        raise UnreadableFile(
            "damaged", f"{name} is no valid XML: {reason} in line {problem.lineno}, column {problem.offset + 1}"
        ) from None


def _parsed(data: bytes) -> Element:
    from xml.etree.ElementTree import TreeBuilder
    from xml.parsers.expat import ParserCreate

    most = max(_ALWAYS_ALLOWED, _MOST_GROWTH * len(data))
    builder = TreeBuilder()
    length = count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        if (count := count + 1) > _MOST_ELEMENTS:
            raise UnreadableFile("too large", f"it has more than {_MOST_ELEMENTS:,} elements")
        builder.start(_local(tag), {_local(name): value for name, value in attributes.items()})

    def text(words: str) -> None:
        nonlocal length
        if (length := length + len(words)) > most:
            raise UnreadableFile("too large", "its entities unpack to far more text than the file holds")
        builder.data(words)

    def entity(name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        if value and "&" in value and name not in _ALWAYS_KNOWN and not is_parameter:
            raise UnreadableFile("too large", "it declares entities inside entities, which no document needs")

    def other(words: str) -> None:
        if words.startswith("&"):  # an entity that another file declares
            text(html.unescape(words))

    parser = ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: builder.end(_local(tag)) and None
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = entity
    parser.DefaultHandlerExpand = other
    parser.Parse(data, True)
    return builder.close()


def _local(name: str) -> str:
    return name.rpartition("}")[2]
