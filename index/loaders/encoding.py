"""Bytes to text. Shared by the formats that are text files."""

from __future__ import annotations

import codecs
import re

from index.errors import UnreadableFile

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Without tab, line ends, form feed, backspace and escape, which old logs hold.
_CONTROL = re.compile(r"[\x01-\x07\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
# What Western European text holds beside ASCII. Left out are the signs that take the places of Central European
# and Turkish letters, such as the superscript digits.
_WESTERN = frozenset("äöüßÄÖÜéèêëàâçîïôûùœÉÈÊÀÂÇÎÔŒñáíóúÑÁÍÓÚæøåÆØÅ€£§°«»„“”‘’‚–—…•·©®™¡¿\xa0")
_FOREIGN_RUN = re.compile(r"(?![–—…«»„“”‘’‚•·\xa0])[^\x00-\x7f]{3}")
_MOST_CONTROLS = 0.01
_SAMPLE_BYTES = 1_000_000
_WIDE = 0.7
_WHOLE_FOR_EACH_BROKEN = 20


def decode(data: bytes, declared: str | None = None) -> str:
    """Text of a byte order mark's encoding, else UTF-8, else the declared encoding, else the likeliest one.

    A few bytes that are no UTF-8 in a text that otherwise is become "\ufffd" each.

    Raises UnreadableFile "not text" for binary data and for bytes that fit no encoding.
    """
    text = _marked(data)
    if text is None:
        text = _unmarked(data, declared) if b"\0" not in data else _wide(data)
    if text is None or "\0" in text:
        raise UnreadableFile("not text", "the file holds NUL bytes: it is binary data under the name of a text file")
    if len(_CONTROL.findall(text)) > _MOST_CONTROLS * len(text):
        raise UnreadableFile("not text", "the file is full of control characters: it is binary data, not text")
    return text


def _marked(data: bytes) -> str | None:
    """The text behind a byte order mark; None without one."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _try(data[len(mark) :], encoding)
            if text is None:
                raise UnreadableFile("not text", f"the file is marked as {encoding.upper()} but is not valid in it")
            return text
    return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: in European text every other byte is NUL."""
    head = data[:_SAMPLE_BYTES]
    for nuls, others, encoding in ((head[1::2], head[::2], "utf-16-le"), (head[::2], head[1::2], "utf-16-be")):
        if len(nuls) > 3 and nuls.count(0) >= _WIDE * len(nuls) and not others.count(0):
            return _try(data, encoding)
    return None


def _unmarked(data: bytes, declared: str | None) -> str:
    # ASCII may still be an encoding that shifts with escape sequences, which only a declaration tells.
    for known in (declared, "utf-8") if data.isascii() else ("utf-8", declared):
        if known and (text := _try(data, known)) is not None:
            return text
    if (mended := _mended(data)) is not None:
        return mended
    western = _try(data, "cp1252")
    if western is not None and _is_western(western):
        return western
    likeliest = _try(data, _likeliest(_sample(data)))
    if likeliest is None:
        raise UnreadableFile("not text", "the bytes fit no known text encoding; save the file as UTF-8")
    return likeliest


def _mended(data: bytes) -> str | None:
    """UTF-8 with a few broken bytes, as where a text was cut or glued together."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for char in text[:_SAMPLE_BYTES] if not char.isascii()) - broken
    return text if whole >= _WHOLE_FOR_EACH_BROKEN * broken else None


def _sample(data: bytes) -> bytes:
    """The first lines, whole: a character cut in two would rule its encoding out."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    return data[:_SAMPLE_BYTES].rpartition(b"\n")[0] or data


def _is_western(text: str) -> bool:
    """Too little of a text may be beside ASCII for statistics to tell; its signs often can."""
    beside_ascii = {char for char in text if not char.isascii()}
    return beside_ascii <= _WESTERN and not _FOREIGN_RUN.search(text)


def _likeliest(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return best.encoding if best else ""


def _try(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
        text.encode("utf-8")
    except (UnicodeError, LookupError, ValueError):
        return None
    return text
