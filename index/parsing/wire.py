"""What a build and its parser processes tell each other: frames of a kind, a length and a payload.

Nothing is unpickled: a parser that a hostile file has taken over can send wrong texts, but run nothing here.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from datetime import date
from typing import IO, Any

from index.chunk import Chunk
from index.parsing.text import ParsedText
from index.types import Document, Failure, Heading

# To a parser: the uri of a file, its bytes in pieces, and then whether to read, to draw or to drop them.
FILE, BYTES, READ, DRAW, DROP = b"F", b"B", b"R", b"P", b"X"
# From a parser: documents and failures in the order of `parse_all`, a picture, a sign of life, and the end of a file.
DOCUMENT, FAILURE, PICTURE, ALIVE, DONE = b"D", b"E", b"I", b"A", b"Z"
_HEAD = struct.Struct("<cQ")
MOST_BYTES = 1 << 32
OUT_OF_MEMORY = 77  # exit code of a parser that cannot even take the bytes


def send(stream: IO[bytes], kind: bytes, payload: bytes = b"", more: bool = False) -> None:
    """`more` follows at once: the other side need not be woken yet."""
    stream.write(_HEAD.pack(kind, len(payload)))
    stream.write(payload)
    if not more:
        stream.flush()


def receive(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """The next frame; EOFError when the other side has ended, or speaks nonsense."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    kind, length = _HEAD.unpack(head)
    if length > MOST_BYTES:
        raise EOFError
    payload = stream.read(length)
    if len(payload) < length:
        raise EOFError
    return kind, payload


def pack_text(parsed: ParsedText) -> bytes:
    values = asdict(parsed.document)
    values["published"] = parsed.document.published and parsed.document.published.isoformat()
    values["headings"] = [(h.start, h.level, h.title) for h in parsed.document.headings]
    chunks = [(c.ordinal, c.start, c.end, c.page, c.headings) for c in parsed.chunks]
    return _dump({"document": values, "chunks": chunks, "keys": parsed.keys})


def unpack_text(payload: bytes) -> ParsedText:
    found = json.loads(payload)
    values = found["document"]
    values["published"] = values["published"] and date.fromisoformat(values["published"])
    values["headings"] = tuple(Heading(*heading) for heading in values["headings"])
    values["pages"] = tuple(values["pages"])
    values["origins"] = tuple((field, origin) for field, origin in values["origins"])
    chunks = [Chunk(ordinal, start, end, page, tuple(trail)) for ordinal, start, end, page, trail in found["chunks"]]
    return ParsedText(Document(**values), chunks, found["keys"])


def pack_failure(failure: Failure) -> bytes:
    return _dump([failure.uri, failure.reason, failure.detail])


def unpack_failure(payload: bytes) -> Failure:
    return Failure(*json.loads(payload))


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
