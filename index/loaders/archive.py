"""Zip archives that hold a document (Office files, EPUB) and the XML in them, within limits."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from index.errors import UnreadableFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

MOST_UNPACKED = 500_000_000
MOST_XML = 20_000_000  # of one part: its tree takes about 25 times as much memory
_MOST_ENTRIES = 20_000
_ENCRYPTED = 1
OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
_OLE_KINDS = {  # a stream's name: what the file is, what to save it as
    "__properties_version1.0": ("an Outlook message", ".eml"),
    "WordDocument": ("an old Word file", ".docx"),
    "Workbook": ("an old Excel file", ".xlsx"),
    "Book": ("an old Excel file", ".xlsx"),
    "PowerPoint Document": ("an old PowerPoint file", ".pptx"),
}


def open_archive(data: bytes) -> ZipFile:
    """Raises UnreadableFile: damaged, encrypted or too large."""
    from zipfile import BadZipFile, ZipFile

    try:
        archive = ZipFile(BytesIO(data))
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        problem = "it is cut off" if data.startswith(b"PK") else "it is no file of the kind that its name tells"
        raise UnreadableFile("damaged", f"{problem} ({error}); get it anew, or open it and save it again") from error
    entries = archive.infolist()
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnreadableFile("encrypted", "the archive asks for a password; save a copy without one")
    if len(entries) > _MOST_ENTRIES:
        raise UnreadableFile("too large", f"{len(entries)} entries; at most {_MOST_ENTRIES} are read")
    if (unpacked := sum(entry.file_size for entry in entries)) > MOST_UNPACKED:
        raise UnreadableFile(
            "too large", f"unpacks to {unpacked // 1_000_000} MB; at most {MOST_UNPACKED // 1_000_000} MB are read"
        )
    return archive


def read_entry(archive: ZipFile, name: str, most: int = MOST_XML) -> bytes:
    """Raises UnreadableFile when the entry is not there, is damaged, or unpacks to more than `most` bytes."""
    try:
        with archive.open(name) as entry:
            data = entry.read(most + 1)  # what the archive says of the size may be a lie
    except KeyError:
        raise UnreadableFile("damaged", f"{name} is missing in the archive") from None
    except Exception as error:
        raise UnreadableFile("damaged", f"{name} cannot be unpacked: {error}") from error
    if len(data) > most:
        raise UnreadableFile("too large", f"{name} unpacks to more than {most // 1_000_000} MB")
    return data


def read_xml(archive: ZipFile, name: str) -> Element:
    """The root of an XML entry. Raises UnreadableFile."""
    return parse_xml(read_entry(archive, name), name)


def parse_xml(data: bytes, name: str) -> Element:
    """Raises UnreadableFile, also over a document type: no Office file declares entities, a bomb does."""
    from xml.etree.ElementTree import ParseError, XMLParser, fromstring

    if any("<!DOCTYPE".encode(encoding) in data for encoding in ("ascii", "utf-16-le", "utf-16-be")):
        raise UnreadableFile("damaged", f"{name} declares a document type, which no such file does")
    try:
        return fromstring(data, XMLParser())
    except (ParseError, LookupError, ValueError) as error:  # the latter two over the encoding it claims
        raise UnreadableFile("damaged", f"{name} is no valid XML: {error}") from error


def local_name(element: Element) -> str:
    """The tag without its namespace; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def ole_reason(data: bytes) -> UnreadableFile:
    """Why an OLE container is not read: a locked Office file, or a file from before 2007. The caller raises it."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return UnreadableFile("encrypted", "the document asks for a password; save a copy without one")
    places = {name: data.find(f"{name}\0".encode("utf-16-le")) for name in _OLE_KINDS}
    found = sorted((place, name) for name, place in places.items() if place >= 0)
    kind, suffix = _OLE_KINDS[found[0][1]] if found else ("an old Office file", ".docx, .xlsx or .pptx")
    return UnreadableFile("unsupported", f"{kind}; save it as {suffix}")
