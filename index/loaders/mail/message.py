"""Mail (.eml): the headers that a reader sees, then the body; attachments are documents of their own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.builder import TextBuilder
from index.loaders.content import Content
from index.loaders.encoding import decode
from index.loaders.metadata import Metadata, from_pairs

if TYPE_CHECKING:
    from email.message import Message

_SHOWN = ("Subject", "From", "To", "Cc", "Date")
_LONGEST_TITLE = 200
_ENCRYPTED = "the mail is encrypted; save it decrypted from the mail program that holds the key"


def load(data: bytes) -> Content:
    """Raises UnreadableFile: encrypted, not text, too large or unsupported."""
    from index.loaders.mail.parts import attachments, parsed, sorted_parts
    from index.loaders.mail.text import add_text, without_encrypted

    message = parsed(data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    if not message.keys():
        decode(data)  # raises for what is no mail at all
    builder = TextBuilder()
    builder.paragraph("\n".join(f"{name}: {value}" for name in _SHOWN if (value := _header(message, name))))
    headers = builder.text
    found = sorted_parts(message)
    for part in found.texts:
        add_text(part, builder)
    body = builder.text[len(headers) :]
    if not (found.files or any(map(str.isalnum, without_encrypted(body)))):
        if found.is_encrypted or any(map(str.isalnum, body)):
            raise UnreadableFile("encrypted", _ENCRYPTED)
        if "pkcs7-mime" in message.get_content_type():
            raise UnreadableFile("unsupported", "the mail is wrapped in its S/MIME signature; save it without one")
    return builder.content(_metadata(message), attachments(found.files) if found.files else ())


def _metadata(message: Message) -> Metadata:
    subject, author = _header(message, "Subject")[:_LONGEST_TITLE], _author(message)
    stated = from_pairs([("title", subject), ("author", author), ("date", _day(message))])
    return replace(stated, title=stated.title or subject, author=stated.author or author or None)


def _header(message: Message, name: str) -> str:
    from index.loaders.mail.text import header_text

    values = message.get_all(name, [])
    shown = [header_text(value) for value in (values if name in ("To", "Cc") else values[:1])]
    return ", ".join(filter(None, shown))


def _author(message: Message) -> str:
    """The name of the sender, else the address."""
    from email.utils import getaddresses

    from index.loaders.mail.text import header_text

    raw = message.get("from", "")
    try:
        addresses = getaddresses([raw])
    except (RecursionError, ValueError):  # comments inside comments
        addresses = []
    shown, address = next(((name, address) for name, address in addresses if name or address), ("", ""))
    is_address = re.fullmatch(r"[^@\s]+@[^@\s]+", address)
    return header_text(shown) or (header_text(address) if is_address else header_text(raw)[:_LONGEST_TITLE])


def _day(message: Message) -> str:
    """The day as the sender wrote it, whatever the zone."""
    from email.utils import parsedate_tz

    written = _header(message, "Date")
    parts = parsedate_tz(written) or parsedate_tz(f"{written} 00:00")
    return f"{parts[0]:04d}-{parts[1]:02d}-{parts[2]:02d}" if parts is not None else written
