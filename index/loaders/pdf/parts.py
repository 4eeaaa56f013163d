"""Files that are attached to a PDF."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.loaders.content import Part

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

_MOST_FILES = 100
_MOST_BYTES = 100_000_000


def attached_files(document: PdfDocument) -> list[Part]:
    """The first ones, as long as they are not too large together; names are told apart by a number."""
    from pypdfium2 import PdfiumError

    parts: list[Part] = []
    room = _MOST_BYTES
    for index in range(min(document.count_attachments(), _MOST_FILES)):
        with suppress(PdfiumError, UnicodeDecodeError):
            attachment = document.get_attachment(index)
            data = bytes(attachment.get_data())
            room -= len(data)
            if room < 0:
                break
            if data:
                parts.append(Part(own_name(attachment.get_name(), {part.name for part in parts}), data))
    return parts


def own_name(name: str, taken: set[str]) -> str:
    """The last part of a file name, without control characters, and with a number if another file has it."""
    shown = "".join(char for char in name.replace("\\", "/").rpartition("/")[2] if char.isprintable()).strip(". ")
    path = PurePosixPath(shown or "attachment")
    names = (path.name, *(f"{path.stem} {number}{path.suffix}" for number in range(2, len(taken) + 2)))
    return next(each for each in names if each not in taken)
