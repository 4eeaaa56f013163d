"""Books (.epub, 2 and 3): the chapters in the order of reading."""

from __future__ import annotations

import re
from posixpath import join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from index.errors import UnreadableFile
from index.loaders.archive import open_archive, read_entry
from index.loaders.builder import TextBuilder
from index.loaders.content import Content
from index.loaders.data.xml_tree import parse_tree
from index.loaders.encoding import decode
from index.loaders.metadata import Metadata, from_pairs
from index.loaders.web.html import add_fragment
from index.loaders.web.page_metadata import declared_encoding

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_SCRAMBLED_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
_MOST_TEXT = 100_000_000
# An HTML parser takes these for open: "<title/>" would swallow the page.
_CLOSED_AT_ONCE = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)([A-Za-z][\w:-]*)(\s[^<>]*?)?/>", re.I
)
_CDATA = re.compile(r"<!\[CDATA\[((?:(?!<!\[CDATA\[).)*?)\]\]>", re.S)


def load(data: bytes) -> Content:
    """Raises UnreadableFile: damaged, encrypted, no text layer or too large."""
    with open_archive(data) as archive:
        names = {name.lower(): name for name in reversed(archive.namelist())}
        _refuse_locked(archive, names)
        main = _package_name(archive, names)
        package = parse_tree(read_entry(archive, main), main)
        builder = TextBuilder()
        found = sum(_add_chapter(archive, name, builder) for name in _chapters(package, main, names))
    if not found:
        raise UnreadableFile("damaged", "none of the chapters that the book lists can be read")
    if not any(map(str.isalnum, builder.text)):
        raise UnreadableFile("no text layer", "the book is made of pictures; a copy with recognised text (OCR) is read")
    return builder.content(_metadata(package))


def _refuse_locked(archive: ZipFile, names: dict[str, str]) -> None:
    if _ENCRYPTION.lower() not in names:
        return
    for element in parse_tree(read_entry(archive, names[_ENCRYPTION.lower()]), _ENCRYPTION):
        method = next((each for each in element.iter() if each.tag == "EncryptionMethod"), None)
        if element.tag == "EncryptedData" and (method is None or method.get("Algorithm") not in _SCRAMBLED_FONTS):
            raise UnreadableFile("encrypted", "the book is locked (DRM); a copy without the lock is read")


def _package_name(archive: ZipFile, names: dict[str, str]) -> str:
    if _CONTAINER.lower() in names:
        for element in parse_tree(read_entry(archive, names[_CONTAINER.lower()]), _CONTAINER).iter():
            named = names.get((element.get("full-path") or "").lower())
            if element.tag == "rootfile" and named:
                return named
    package = next((name for key, name in names.items() if key.endswith(".opf")), None)
    if package is None:
        raise UnreadableFile("damaged", "the archive holds no book: no list of its chapters (.opf)")
    return package


def _chapters(package: Element, main: str, names: dict[str, str]) -> list[str]:
    """The entries of the archive in the order of reading, each once, without tables of contents."""
    items = {element.get("id", ""): element for element in package.iter() if element.tag == "item"}
    order = [items.get(element.get("idref", "")) for element in package.iter() if element.tag == "itemref"]
    if not any(item is not None for item in order):  # a list of chapters that lists none
        order = list(items.values())
    contents = {
        _entry(element.get("href", ""), main, names)
        for element in package.iter()
        if element.tag == "reference" and element.get("type", "").lower() == "toc"
    }
    chapters: dict[str, None] = {}
    for item in order:
        if item is None or "nav" in item.get("properties", "").split() or item.get("media-type") not in _PAGES:
            continue
        if (name := _entry(item.get("href", ""), main, names)) is not None and name not in contents:
            chapters[name] = None
    return list(chapters)


def _entry(href: str, main: str, names: dict[str, str]) -> str | None:
    """The name in the archive of what the package at `main` refers to."""
    folder = main.rpartition("/")[0]
    path = href.partition("#")[0]
    paths = (normpath(join(folder, each)).lstrip("/").lower() for each in (unquote(path), path))
    return next((names[each] for each in paths if each in names), None)


def _add_chapter(archive: ZipFile, name: str, builder: TextBuilder) -> bool:
    try:
        data = read_entry(archive, name)
        source = decode(data, declared_encoding(data))
    except UnreadableFile as error:
        if error.reason == "too large":
            raise
        return False  # one that is damaged or missing does not end the book
    source = _CDATA.sub(lambda found: found[1].replace("&", "&amp;").replace("<", "&lt;"), source)
    add_fragment(_CLOSED_AT_ONCE.sub(r"<\1\2></\1>", source), builder)
    return True


def _metadata(package: Element) -> Metadata:
    about = [(element.tag.lower(), element) for element in package.iter() if element.text and element.text.strip()]
    words = [(tag, " ".join((element.text or "").split())) for tag, element in about]
    authors = [value for tag, value in words if tag == "creator"]
    days = sorted((element for tag, element in about if tag == "date"), key=_is_other_day)
    return from_pairs(
        [
            *[pair for pair in words if pair[0] in ("title", "language", "publisher")],
            ("author", ", ".join(dict.fromkeys(authors))),
            ("date", days[0].text if days else None),
        ]
    )


def _is_other_day(element: Element) -> bool:
    """Whether a date is that of a change or of a conversion."""
    return element.get("event", "publication").lower() not in ("publication", "original-publication", "issued")
