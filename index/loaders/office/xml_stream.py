"""Parts of an archive that are too large for a tree: their bytes and their XML piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from index.errors import UnreadableFile
from index.loaders.archive import MOST_UNPACKED

if TYPE_CHECKING:
    from zipfile import ZipFile

_CHUNK = 1 << 18


def events(
    archive: ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    characters: Callable[[str], None],
) -> Iterator[None]:
    """Parses a part piece by piece; elements are named without their namespace. Raises UnreadableFile."""
    from xml.parsers.expat import ExpatError, ParserCreate

    def refuse(*_: object) -> None:
        raise UnreadableFile("damaged", f"{part} declares a document type, which no such file does")

    parser = ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition("}")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition("}")[2])
    parser.CharacterDataHandler = characters
    try:
        for chunk in chunks(archive, part):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except (ExpatError, LookupError) as error:  # the latter over the encoding it claims
        raise UnreadableFile("damaged", f"{part} is no valid XML: {error}") from error
    yield


def chunks(archive: ZipFile, part: str) -> Iterator[bytes]:
    read = 0
    try:
        with archive.open(part) as entry:
            while chunk := entry.read(_CHUNK):
                read += len(chunk)
                if read > MOST_UNPACKED:
                    raise UnreadableFile("too large", f"{part} unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
                yield chunk
    except UnreadableFile:
        raise
    except Exception as error:
        raise UnreadableFile("damaged", f"{part} cannot be unpacked: {error}") from error
