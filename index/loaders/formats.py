"""Which formats are read, by the suffix of a file's name. Pure; imports no loader."""

from __future__ import annotations

from dataclasses import dataclass

from index.plan import suffix_of
from index.types import Document

LOADERS = "loaders-3"  # a change of it makes other texts of equal files


@dataclass(frozen=True, slots=True)
class Format:
    """`module` in this package holds the loader; `is_text`: such files are text files."""

    mime: str
    module: str
    is_text: bool = True


TEXT = Format("text/plain", "text")
HTML = Format("text/html", "web.html")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

FORMATS = {
    **dict.fromkeys((".txt", ".text", ".log", ".rst", ".asc", ".adoc", ".org"), TEXT),
    **dict.fromkeys((".md", ".markdown"), Format("text/markdown", "web.markdown")),
    **dict.fromkeys((".html", ".htm"), HTML),
    ".xhtml": Format("application/xhtml+xml", "web.html"),
    ".pdf": Format("application/pdf", "pdf", False),
    **dict.fromkeys((".docx", ".docm", ".dotx"), Format(f"{_OFFICE}.wordprocessingml.document", "office.docx", False)),
    **dict.fromkeys(
        (".pptx", ".pptm", ".ppsx"), Format(f"{_OFFICE}.presentationml.presentation", "office.pptx", False)
    ),
    **dict.fromkeys((".xlsx", ".xlsm"), Format(f"{_OFFICE}.spreadsheetml.sheet", "office.xlsx", False)),
    ".xls": Format("application/vnd.ms-excel", "office.xls", False),
    ".odt": Format(f"{_OPEN}.text", "office.opendocument", False),
    ".ods": Format(f"{_OPEN}.spreadsheet", "office.opendocument", False),
    ".odp": Format(f"{_OPEN}.presentation", "office.opendocument", False),
    ".rtf": Format("application/rtf", "office.rtf", False),
    ".epub": Format("application/epub+zip", "web.epub", False),
    ".eml": Format("message/rfc822", "mail.message"),
    ".mbox": Format("application/mbox", "mail.mailbox"),
    ".csv": Format("text/csv", "data.delimited"),
    **dict.fromkeys((".tsv", ".tab"), Format("text/tab-separated-values", "data.delimited")),
    ".json": Format("application/json", "data.structured"),
    **dict.fromkeys((".jsonl", ".ndjson"), Format("application/jsonl", "data.structured")),
    **dict.fromkeys((".xml", ".rss", ".atom", ".svg"), Format("application/xml", "data.markup")),
    ".srt": Format("application/x-subrip", "data.subtitles"),
    ".vtt": Format("text/vtt", "data.subtitles"),
    ".ipynb": Format("application/x-ipynb+json", "data.notebook"),
}

_OTHERS = {
    "a picture": "jpg jpeg png gif tif tiff bmp webp heic heif avif ico psd raw cr2 nef",
    "a sound": "mp3 wav m4a flac ogg opus aac wma aiff mid",
    "a film": "mp4 mov avi mkv webm wmv flv mpg mpeg m4v 3gp",
    "an archive": "zip tar gz bz2 xz 7z rar zst tgz jar dmg iso",
    "a program": "exe dll so dylib bin class pyc o a msi deb rpm apk",
    "a database": "sqlite sqlite3 db mdb accdb parquet feather arrow npy npz pkl h5",
    "a font": "ttf otf woff woff2 eot",
    "source code": "py js ts jsx tsx css scss c h cpp hpp java go rs rb php sh bat ps1 pl lua swift kt scala sql",
}
_KINDS = {f".{name}": kind for kind, names in _OTHERS.items() for name in names.split()}
_ADVICE = {
    "a picture": "put a PDF with recognised text (OCR) in its place",
    "a sound": "put a transcript in its place",
    "a film": "put its subtitles in its place",
    "an archive": "unpack it",
    "source code": "a copy that ends in .txt is read",
}


# The name of a format is the first of its suffixes; XHTML is asked for as HTML.
_NAMES = {form.mime: suffix[1:] for suffix, form in reversed(FORMATS.items())} | {FORMATS[".xhtml"].mime: "html"}


def format_names() -> tuple[str, ...]:
    """What `Filters.format` takes, besides the other suffixes of a format: "pdf", "docx", "html", "md" ..."""
    return tuple(dict.fromkeys(_NAMES[form.mime] for form in FORMATS.values()))


def format_of(document: Document) -> str:
    """The name of a document's format; of one that no loader makes, the last part of its MIME type."""
    return _NAMES.get(document.mime) or document.mime.rpartition("/")[2]


def mimes_of(name: str) -> tuple[str, ...]:
    """The MIME types that the name or a suffix of a format stands for; none for what is no format."""
    form = FORMATS.get("." + name.lower().removeprefix("."))
    return () if form is None else tuple(mime for mime, one in _NAMES.items() if one == _NAMES[form.mime])


def supported_suffixes() -> tuple[str, ...]:
    """In lower case, with the dot; the case of a name does not matter."""
    return tuple(FORMATS)


def unsupported(uri: str) -> str | None:
    """Why the name alone tells that a file is not read, in a line; None where it may be."""
    kind = _KINDS.get(suffix_of(uri))
    if kind is None:
        return None
    advice = f"; {_ADVICE[kind]}" if kind in _ADVICE else ""
    return f"{kind} ({suffix_of(uri)}) holds no text that is read{advice}"
