"""Mailboxes (.mbox): each message is a document of its own."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

from index.errors import UnreadableFile
from index.loaders.content import Content, Part

# A message starts at a "From " line after an empty one. Prose may have that too: such a line tells a time, and the
# next one is a header.
_START = re.compile(rb"From [^\n]{0,200}?\d:\d\d[^\n]{0,200}\n(?=>?[!-9;-~]+[ \t]*:|>From )")
_LOOSE_START = re.compile(rb"From [^\n]{0,200}\n(?=>?[!-9;-~]+[ \t]*:|>From )")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.M)
_MOZILLA_STATUS = re.compile(rb"^X-Mozilla-Status: ([0-9a-f]{4})\r?$", re.M | re.I)
_EXPUNGED = 0x0008  # deleted by the reader; the bytes stay until the folder is compacted
_FOLDER_DATA = re.compile(rb"^Subject:.*FOLDER INTERNAL DATA\r?$", re.M)
_NARROWEST = 4


def load(data: bytes) -> Content:
    """The parts hold the messages. Raises UnreadableFile "damaged" where there is none."""
    if data.isspace():
        raise UnreadableFile("empty", "the mailbox holds no message")
    skipped = len(data) - len(data.lstrip(b"\r\n"))
    data = data[skipped:] if skipped else data
    pattern = _START if _START.match(data) else _LOOSE_START
    if not pattern.match(data):
        raise UnreadableFile("damaged", 'a mailbox begins with a "From " line, this file does not')
    return Content("", parts=_messages(data, array("Q", _starts(data, pattern))))


def _starts(data: bytes, pattern: re.Pattern[bytes]) -> Iterator[int]:
    yield 0
    found = data.find(b"\nFrom ")
    while found >= 0:
        if data.endswith((b"\n", b"\n\r"), 0, found) and pattern.match(data, found + 1):
            yield found + 1
        found = data.find(b"\nFrom ", found + 1)


def _messages(data: bytes, starts: array[int]) -> Iterator[Part]:
    width = max(_NARROWEST, len(str(len(starts))))
    for number, start in enumerate(starts, 1):
        end = starts[number] if number < len(starts) else len(data)
        message = data[data.index(b"\n", start) + 1 : end]
        if not _is_hidden(message):
            yield Part(f"{number:0{width}}.eml", _QUOTED_FROM.sub(rb"\1", message).rstrip(b"\r\n") + b"\n")


def _is_hidden(message: bytes) -> bool:
    """Whether a mail program would not show it."""
    head = re.split(rb"\r?\n\r?\n", message, maxsplit=1)[0]
    status = _MOZILLA_STATUS.search(head)
    return (status is not None and bool(int(status[1], 16) & _EXPUNGED)) or _FOLDER_DATA.search(head) is not None
