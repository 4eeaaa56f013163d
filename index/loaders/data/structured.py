"""JSON and JSON lines: one line a value, its place before it ("order.customer.name: Ann"); one line a record.

Numbers stand as in the file. Objects are tuples of pairs here, so that a name that comes twice is told twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import TypeGuard

from index.errors import UnreadableFile
from index.loaders.builder import table_lines
from index.loaders.content import Content
from index.loaders.data.stretches import in_stretches
from index.loaders.encoding import decode
from index.loaders.metadata import Metadata, from_pairs

Value = object  # str, bool, None, list of values, tuple of (name, value)
Pair = tuple[str, Value]

_LONG_TEXT = 300  # characters that make a value a paragraph of its own
_LONG_RECORD = 1_000  # a record beyond has a line for each value
_LONGEST_BLOCK = 1_000_000
_MOST_BROKEN_LINES = 1_000
_LONGEST_PATH = 2_000
_BLANK = re.compile(r"\s*")
_NAMES_OF_TITLES = ("title", "headline", "name")


def load(data: bytes) -> Content:
    """Raises UnreadableFile: damaged, empty, not text or too large."""
    text = decode(data)
    values = _values(text)
    first, second = next(values), next(values, None)
    if second is None:
        return in_stretches(_document(first), "\n\n", ".json", len(data), _metadata(first))
    records = (block for value in chain([first, second], values) for block in _record(value))
    return in_stretches(records, "\n\n", ".jsonl", len(data))


def blocks_of(value: Value) -> Iterator[str]:
    """The paragraphs of a tree of values."""
    return _document(value)


def _values(text: str) -> Iterator[Value]:
    """One value, or as many as follow each other. A line that is broken among others is given as it stands."""
    import json

    decoder = json.JSONDecoder(
        object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str, strict=False
    )
    position, good, bad = _after_blanks(text, 0), 0, 0
    if position == len(text):
        raise UnreadableFile("empty", "the file holds nothing")
    while position < len(text):
        try:
            value, end = decoder.raw_decode(text, position)
        except RecursionError:
            raise UnreadableFile("too large", "its values are nested too deep to be data of a document") from None
        except json.JSONDecodeError as error:
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            bad += 1
            if good == 0 or bad > min(max(good, 3), _MOST_BROKEN_LINES) or text[position] in "]},:":
                raise UnreadableFile(
                    "damaged", f"no valid JSON: {error.msg} in line {error.lineno}, column {error.colno}"
                ) from None
            value = text[position:end]
        else:
            good += 1
        yield value
        position = _after_blanks(text, end)


def _after_blanks(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _document(value: Value) -> Iterator[str]:
    """Neighbouring single values form one paragraph, the records of a list another."""
    lines: list[str] = []
    length = 0
    stack: list[tuple[str, Value]] = [("", value)]
    while stack:
        path, value = stack.pop()
        if _is_object(value):
            stack.extend((_join(path, name), inner) for name, inner in reversed(value))
            continue
        if isinstance(value, list) and _is_list_of_records(value):
            if lines:
                yield "\n".join(lines)
                lines = []
            yield from _table(path, value)
            continue
        if isinstance(value, list) and (flat := _flat(value)) is None:
            if _is_list_of_rows(value):
                lines.extend([f"{path}:"] if path else [])
                lines.extend(table_lines([_shown(cell) for cell in row] for row in value if isinstance(row, list)))
            else:
                stack.extend((f"{path}[{number}]", inner) for number, inner in reversed(list(enumerate(value))))
            continue
        shown = _shown(value if not isinstance(value, list) else flat)
        if not shown:
            continue
        line = f"{path}: {shown}" if path else shown
        if _is_long(shown):
            if lines:
                yield "\n".join(lines)
                lines = []
            yield line
        else:
            lines.append(line)
            length += len(line)
        if length > _LONGEST_BLOCK:
            yield "\n".join(lines)
            lines, length = [], 0
    if lines:
        yield "\n".join(lines)


def _table(path: str, records: list[Value]) -> Iterator[str]:
    """Records that fit a line each stand one below the other."""
    rows: list[str] = [f"{path}:"] if path else []
    length = 0
    for record in records:
        blocks = list(_record(record))
        if len(blocks) == 1 and "\n" not in blocks[0]:
            rows.append(blocks[0])
            length += len(blocks[0])
            if length > _LONGEST_BLOCK:
                yield "\n".join(rows)
                rows, length = [], 0
            continue
        if rows:
            yield "\n".join(rows)
            rows = []
        yield from blocks
    if rows:
        yield "\n".join(rows)


def _record(record: Value) -> Iterator[str]:
    """A record as a line, or as lines when it is long; long texts behind it as paragraphs."""
    pairs = list(_pairs(record))
    short = [f"{path}: {shown}" if path else shown for path, shown in pairs if not _is_long(shown)]
    if short:
        yield ("; " if sum(map(len, short)) <= _LONG_RECORD else "\n").join(short)
    yield from (f"{path}: {shown}" if path else shown for path, shown in pairs if _is_long(shown))


def _pairs(record: Value) -> Iterator[tuple[str, str]]:
    """The single values of a record, each with its place in it."""
    stack: list[tuple[str, Value]] = [("", record)]
    while stack:
        path, value = stack.pop()
        if _is_object(value):
            stack.extend((_join(path, name), inner) for name, inner in reversed(value))
        elif isinstance(value, list) and (flat := _flat(value)) is None:
            stack.extend((f"{path}[{number}]", inner) for number, inner in reversed(list(enumerate(value))))
        elif shown := _shown(flat if isinstance(value, list) else value):
            yield path, shown


def _flat(values: list[Value]) -> str | None:
    """A list of single values, or of lists of them, on one line; None for others."""
    if all(not isinstance(value, (list, tuple)) for value in values):
        texts = [_shown(value) for value in values]
        return None if any(map(_is_long, texts)) else ", ".join(filter(None, texts))
    if _is_list_of_rows(values):
        rows = [" ".join(map(_shown, value)) for value in values if isinstance(value, list)]
        return ", ".join(rows) if all(re.fullmatch(r"[-+.\deE ]*", row) for row in rows) else None
    return None


def _is_object(value: Value) -> TypeGuard[tuple[Pair, ...]]:
    return isinstance(value, tuple)


def _is_list_of_records(values: list[Value]) -> bool:
    return bool(values) and all(map(_is_object, values))


def _is_list_of_rows(values: list[Value]) -> bool:
    return all(isinstance(row, list) and not any(isinstance(x, (list, tuple)) for x in row) for row in values)


def _is_long(text: str) -> bool:
    return len(text) > _LONG_TEXT or "\n" in text


def _join(path: str, name: str) -> str:
    joined = ".".join(filter(None, (path, " ".join(name.split()))))
    if len(joined) > _LONGEST_PATH:
        raise UnreadableFile("too large", f"the names of its values are longer than {_LONGEST_PATH} characters")
    return joined


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or value == () else str(value).strip()


def _metadata(top: Value) -> Metadata:
    if not _is_object(top):
        return Metadata()
    found = [(name, _names(value)) for name, value in top]
    titles = [(name, value) for wanted in _NAMES_OF_TITLES for name, value in found if name.lower() == wanted]
    return from_pairs([*[pair for pair in found if pair[0].lower() != "name"], *[("h1", value) for _, value in titles]])


def _names(value: Value) -> str | None:
    """A single value; several names, or objects with one, in a row."""
    values = value if isinstance(value, list) else [value]
    named = (dict(each).get("name") if _is_object(each) else each for each in values)
    return ", ".join(each for each in named if isinstance(each, str) and each) or None
