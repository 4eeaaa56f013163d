"""The parts of a mail: which of them are its text, which are documents of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from index.errors import UnreadableFile
from index.loaders.builder import TextBuilder
from index.loaders.content import Part, part_namer
from index.loaders.mail.text import add_text, children_of, header_text, payload

_DEEPEST = 50
_MOST_PARTS = 10_000
_LONGEST_NAME = 100
_SUFFIXES = {
    "message/rfc822": ".eml",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/markdown": ".md",
    "text/calendar": ".ics",
    "application/xml": ".xml",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}
_SIGNATURES = frozenset(
    "application/pgp-signature application/pkcs7-signature application/x-pkcs7-signature".split()
    + ["application/pgp-keys", "application/pgp-encrypted"]
)
_WRAPPED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_TEXTS = ("text/plain", "text/html", "text/enriched", "text/richtext", "text/rfc822-headers", "text/calendar")
_LONGEST_HEADER = 100_000  # the time to take one apart grows with its square
_LONGEST_HEAD = 500_000
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BLANK_BEFORE_COLON = re.compile(rb"^([!-9;-~]+)[ \t]+:", re.M)
_KNOWN_HEADER = re.compile(rb"(?:from|to|subject|date|message-id|mime-version|content-type|received|cc)[ \t]*:", re.I)
_HEADER_LINE = re.compile(rb"[!-9;-~]+:|[ \t]")


@dataclass(frozen=True, slots=True)
class Parts:
    """`texts` are what a mail program shows, in order. `is_encrypted`: a part can only be read with a key."""

    texts: tuple[Message, ...]
    files: tuple[tuple[str, Message], ...]
    is_encrypted: bool = False


def parsed(data: bytes) -> Message:
    """Raises UnreadableFile where parts are nested too deep for a mail, or are too many."""
    from email.parser import BytesParser
    from email.policy import Compat32, Policy

    class AsWritten(Compat32):
        """Keeps the bytes of a header that are not ASCII, where the default puts question marks."""

        def header_fetch_parse(self, name: str, value: str) -> str:
            return value[:_LONGEST_HEADER]

    count = 0

    class Nested(Message):
        depth = 0

        def attach(self, payload: Message) -> None:  # type: ignore[override]
            if isinstance(payload, Nested):
                payload.depth = self.depth + 1
                if payload.depth > _DEEPEST:
                    raise UnreadableFile("too large", f"its parts are nested deeper than {_DEEPEST} levels")
            super().attach(payload)

    def new_part(policy: Policy) -> Message:
        nonlocal count
        if (count := count + 1) > _MOST_PARTS:
            raise UnreadableFile("too large", f"it has more than {_MOST_PARTS:,} parts")
        return Nested(policy)

    return BytesParser(new_part, policy=AsWritten()).parsebytes(_mended_head(data))  # type: ignore[arg-type]


def _mended_head(data: bytes) -> bytes:
    """Blanks before the colon go; a line among the headers that is none goes on the header above."""
    end = _HEAD_END.search(data, 0, _LONGEST_HEAD)
    if end is None:
        return data
    head = data[: end.start()]
    lines = _BLANK_BEFORE_COLON.sub(rb"\1:", head).split(b"\n")
    last = max((number for number, line in enumerate(lines) if _KNOWN_HEADER.match(line)), default=0)
    for number, line in enumerate(lines[1:last], 1):
        if line.strip() and not _HEADER_LINE.match(line):
            lines[number] = b" " + line
    return b"\n".join(lines) + data[end.start() :]


def sorted_parts(message: Message) -> Parts:
    texts: list[Message] = []
    files: list[tuple[str, Message]] = []
    is_encrypted = False
    stack = [(message, True, False)]  # part, whether it is shown, whether it stands beside a page that refers to it
    leaves = 0
    while stack:
        part, shown, related = stack.pop()
        kind = part.get_content_type()
        children = children_of(part)
        if children and part.get_content_maintype() == "multipart":
            is_encrypted |= kind == "multipart/encrypted"
            best = _best_alternative(children) if kind == "multipart/alternative" else None
            related = related or kind == "multipart/related"
            stack.extend((child, shown and best in (None, child), related) for child in reversed(children))
            continue
        leaves += 1
        name = file_name(part)
        is_file = (bool(name) and kind != "text/calendar") or part.get_content_disposition() == "attachment"
        if kind in _SIGNATURES or (kind == "application/octet-stream" and name == "encrypted.asc"):
            continue
        if kind in _WRAPPED:
            is_encrypted |= str(part.get_param("smime-type", "")).lower() not in ("signed-data", "certs-only")
        elif part.get_content_maintype() == "image" and not _is_attached_picture(part, related):
            continue
        elif part is message and kind not in _SUFFIXES and part.get_content_maintype() in ("text", "multipart"):
            texts.append(part)
        elif not is_file and _is_text(part):
            if shown:
                texts.append(part)
        elif is_file or shown:
            files.append((_part_name(part, name, leaves), part))
    return Parts(tuple(texts), tuple(files), is_encrypted)


def attachments(files: tuple[tuple[str, Message], ...]) -> Iterator[Part]:
    name_of = part_namer()
    for name, part in files:
        yield Part(name_of(name), _file_bytes(part))


def file_name(part: Message) -> str:
    """The name of an attachment without its folders; empty when it has none."""
    try:
        name = part.get_filename() or ""
    except (ValueError, TypeError, LookupError, AttributeError):
        name = ""
    return re.split(r"[/\\]", header_text(str(name)).rstrip("/\\"))[-1]


def _is_text(part: Message) -> bool:
    kind, family = part.get_content_type(), part.get_content_maintype()
    shown = kind in _TEXTS or kind == "message/delivery-status" or family == "multipart"
    return shown or (family == "text" and kind not in _SUFFIXES)


def _best_alternative(children: list[Message]) -> Message:
    """Plain text, unless it only says that there is a page; else the page; else whatever comes last."""
    plain, page = _first(children, "text/plain"), _first(children, "text/html")
    if plain is None or page is None:
        found = plain or page
        return found[0] if found is not None else children[-1]
    sizes = [_letters(leaf) for _, leaf in (plain, page)]
    return plain[0] if 5 * sizes[0] >= sizes[1] else page[0]


def _first(children: list[Message], kind: str) -> tuple[Message, Message] | None:
    """The alternative that shows a text of the kind, and that text."""
    for child in children:
        for leaf in child.walk() if child.get_content_maintype() == "multipart" else [child]:
            if leaf.get_content_type() == kind and leaf.get_content_disposition() != "attachment":
                return child, leaf
    return None


def _letters(part: Message) -> int:
    builder = TextBuilder()
    add_text(part, builder)
    return sum(map(len, builder.text.split()))


def _is_attached_picture(part: Message, related: bool) -> bool:
    return part.get_content_disposition() == "attachment" or not (related or "content-id" in part)


def _part_name(part: Message, name: str, number: int) -> str:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        subject = children_of(part)[0].get("subject") if children_of(part) else None
        name = name or re.sub(r"[/\\]", " ", header_text(str(subject or "")))
        name = name if not name or name.lower().endswith(".eml") else f"{name[:_LONGEST_NAME]}.eml"
    stem, dot, suffix = name.rpartition(".")
    if name:
        return f"{stem[:_LONGEST_NAME]}{dot}{suffix}" if stem else name[:_LONGEST_NAME]
    from mimetypes import MimeTypes  # an own table: the machine's would give other names elsewhere

    return f"part-{number}{_SUFFIXES.get(kind) or MimeTypes(()).guess_extension(kind) or '.bin'}"


def _file_bytes(part: Message) -> bytes:
    children = children_of(part)
    if part.get_content_type() != "message/rfc822" or not children:
        return b"\n\n".join(child.as_bytes() for child in children) or payload(part)
    encoding = str(part.get("content-transfer-encoding", "")).lower()
    if encoding.startswith(("base64", "quoted")) and not children[0].keys():
        children[0]["Content-Transfer-Encoding"] = encoding  # not allowed, but done
        return payload(children[0])
    return children[0].as_bytes()
