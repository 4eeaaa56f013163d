"""What Word, Excel and PowerPoint archives share: the way to their parts, and the properties of the document."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, NamedTuple

from index.errors import UnreadableFile
from index.loaders.archive import OLE_MARK, local_name, ole_reason, open_archive, read_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

# What the empty files of Word, Excel, PowerPoint and of common libraries say of themselves.
_TEMPLATE_DAYS = frozenset(("2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z", "2006-09-16T00:00:00Z"))
_TEMPLATE_DAYS_OF_EXCEL = ("2015-06-05T18:1", "1996-10-14T23:33:28Z", "1996-12-17T01:32:42Z")
_TEMPLATE_AUTHORS = frozenset(("openpyxl", "xlsxwriter", "steve canny", "un-named", "apache poi"))


class Relation(NamedTuple):
    """`kind` is the last word of the type's address, such as "worksheet"; `target` a name in the archive."""

    id: str
    kind: str
    target: str


def open_office(data: bytes) -> ZipFile:
    """Raises UnreadableFile: damaged, encrypted, too large or unsupported (an old binary file)."""
    if data.startswith(OLE_MARK):
        raise ole_reason(data)
    return open_archive(data)


def main_part(archive: ZipFile, usual: str, what: str) -> str:
    """The part that holds the document; raises UnreadableFile when there is none."""
    for relation in relations(archive, ""):
        if relation.kind == "officeDocument":
            return relation.target
    if usual not in archive.namelist():
        raise UnreadableFile("damaged", f"the archive holds no {what}")
    return usual


def relations(archive: ZipFile, part: str) -> list[Relation]:
    """What a part refers to, as far as it is in the archive. The empty part is the archive itself."""
    folder, _, name = part.rpartition("/")
    source = join(folder, "_rels", f"{name}.rels")
    names = frozenset(archive.namelist())
    if source not in names:
        return []
    found = []
    for entry in read_xml(archive, source):
        target = entry.get("Target") or ""
        target = normpath(target.lstrip("/") if target.startswith("/") else join(dirname(part), target))
        if target in names and entry.get("TargetMode") != "External":
            found.append(Relation(entry.get("Id") or "", (entry.get("Type") or "").rpartition("/")[2], target))
    return found


def core_properties(archive: ZipFile) -> dict[str, str]:
    """Title, creator, created, language and the like, without what only an empty template says."""
    if "docProps/core.xml" not in archive.namelist():
        return {}
    values = {local_name(child): (child.text or "").strip() for child in read_xml(archive, "docProps/core.xml")}
    created = values.get("created", "")
    if created in _TEMPLATE_DAYS or created.startswith(_TEMPLATE_DAYS_OF_EXCEL):
        del values["created"]
    if values.get("creator", "").lower() in _TEMPLATE_AUTHORS:
        del values["creator"]
    return values


def child(parent: Element | None, tag: str) -> Element | None:
    """The first child of that name, in whatever namespace."""
    return None if parent is None else next((each for each in parent if local_name(each) == tag), None)


def value(element: Element | None, attribute: str) -> str:
    """An attribute in whatever namespace; empty when it is not there."""
    if element is None:
        return ""
    return next((text for key, text in element.items() if key.rpartition("}")[2] == attribute), "")
