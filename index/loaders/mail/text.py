"""What a part of a mail shows: bytes to text, headers, "format=flowed", invitations. Tolerant; nothing here fails."""

from __future__ import annotations

import re
from email.message import Message

from index.errors import UnreadableFile
from index.loaders.builder import TextBuilder, unify_newlines
from index.loaders.encoding import decode
from index.loaders.web.html import add_fragment
from index.loaders.web.page_metadata import declared_encoding

# What mail programs mean by these names.
_MEANT = {
    **dict.fromkeys(("iso-8859-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **{"gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932"},
    **{"unicode-1-1-utf-7": "utf-7", "utf8": "utf-8", "iso-8859-8-i": "iso-8859-8", "iso-2022-jp": "iso2022_jp_ext"},
}
_EVENT = {
    "SUMMARY": "Summary",
    "DTSTART": "Start",
    "DTEND": "End",
    "LOCATION": "Location",
    "DESCRIPTION": "Description",
}
_PGP_BLOCK = re.compile(r"-----BEGIN PGP MESSAGE-----.*?(?:-----END PGP MESSAGE-----|\Z)", re.S)


def add_text(part: Message, builder: TextBuilder) -> None:
    kind = part.get_content_type()
    if kind == "message/delivery-status":
        for block in children_of(part):
            builder.paragraph("\n".join(f"{name}: {header_text(value)}" for name, value in block.items()))
            builder.paragraph(_text(block))
    elif kind == "text/html":
        data = payload(part)
        add_fragment(decoded(data, _charset(part) or declared_encoding(data)), builder)
    elif kind == "text/calendar":
        builder.paragraph(_event(_text(part)))
    elif kind in ("text/enriched", "text/richtext"):
        builder.paragraph(re.sub(r"<(?!<)[^<>]*>", "", _text(part)).replace("<<", "<"))
    else:
        text = unify_newlines(_text(part))
        if _parameter(part, "format").lower() == "flowed":
            text = unflowed(text, _parameter(part, "delsp").lower() == "yes")
        builder.paragraph("\n".join(map(str.rstrip, text.split("\n"))))


def header_text(value: str) -> str:
    """A header as a reader sees it: encoded words decoded, on one line."""
    from email.errors import HeaderParseError
    from email.header import decode_header

    if not value.isascii():
        value = decoded(value.encode("utf-8", "surrogateescape"), "utf-8")
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        pieces = [(value, None)]
    words = (
        piece
        if isinstance(piece, str)
        else decoded(piece, charset)
        if charset
        else piece.decode("raw-unicode-escape", "replace")
        for piece, charset in pieces
    )
    return " ".join("".join(words).split())


def decoded(data: bytes, charset: str | None) -> str:
    """Text in the encoding that is named, unless the bytes tell of another; never fails."""
    named = (charset or "").strip().strip("'\"").lower().partition("*")[0]
    named = _MEANT.get(named, named)
    lenient = data.decode("utf-8-sig", "replace")
    if named in ("utf-8", "") and lenient.count("\ufffd") <= len(lenient) // 100:
        return lenient
    try:
        return decode(data, named or None)
    except UnreadableFile:
        pass
    try:
        return data.decode(named, "replace")
    except (LookupError, ValueError):
        return lenient


def unflowed(text: str, delete_space: bool = False) -> str:
    """The paragraphs of "format=flowed": a line that ends in a blank goes on in the next of the same depth."""
    lines: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        shown = content[:-1] if flows and delete_space else content
        if depth == open_depth and content != "-- ":
            lines[-1].append(shown)
        else:
            lines.append([f"{'>' * depth} {shown}" if depth else shown])
        open_depth = depth if flows else -1
    return "\n".join(map("".join, lines))


def without_encrypted(text: str) -> str:
    return _PGP_BLOCK.sub("", text)


def children_of(part: Message) -> list[Message]:
    inner = part.get_payload()
    return [child for child in inner if isinstance(child, Message)] if isinstance(inner, list) else []


def payload(part: Message) -> bytes:
    encoding = re.match(r"\s*([\w-]*)", str(part.get("content-transfer-encoding", "")))
    if encoding is not None and encoding[1] != part.get("content-transfer-encoding", encoding[1]):
        part.replace_header("content-transfer-encoding", encoding[1])
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError):
        data = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return data if isinstance(data, bytes) else b""


def _text(part: Message) -> str:
    return decoded(payload(part), _charset(part))


def _charset(part: Message) -> str:
    return _parameter(part, "charset")


def _parameter(part: Message, name: str) -> str:
    from email.utils import collapse_rfc2231_value

    try:
        return collapse_rfc2231_value(part.get_param(name, "")).strip()
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""


def _event(source: str) -> str:
    """The lines of an invitation that a calendar shows."""
    lines = re.sub(r"\n[ \t]", "", unify_newlines(source)).split("\n")
    inside, shown = False, []
    for line in lines:
        name, _, value = line.partition(":")
        name = name.partition(";")[0].upper()
        inside = (inside or line.strip() == "BEGIN:VEVENT") and line.strip() != "END:VEVENT"
        if inside and name in _EVENT and value.strip():
            text = re.sub(r"\\([\\,;nN])", lambda found: "\n" if found[1] in "nN" else found[1], value)
            shown.append(f"{_EVENT[name]}: {text.strip()}")
    return "\n".join(shown)
