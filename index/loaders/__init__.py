"""Files to documents: `read` a path, or `parse` bytes. The suffix decides the format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from index.errors import UnreadableFile
from index.loaders import docx, html, markdown, pdf, text
from index.loaders.content import Content
from index.loaders.language import detect_language
from index.types import Document

__all__ = ["parse", "read", "supported_suffixes", "unsupported"]


@dataclass(frozen=True, slots=True)
class _Format:
    mime: str
    load: Callable[[bytes], Content]


_TEXT = _Format("text/plain", text.load)
_MARKDOWN = _Format("text/markdown", markdown.load)
_HTML = _Format("text/html", html.load)
_FORMATS = {
    ".txt": _TEXT,
    ".text": _TEXT,
    ".log": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _Format("application/xhtml+xml", html.load),
    ".pdf": _Format("application/pdf", pdf.load),
    ".docx": _Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx.load),
}


def supported_suffixes() -> tuple[str, ...]:
    """In lower case, with the dot; `parse` does not mind the case."""
    return tuple(_FORMATS)


def read(path: Path, uri: str = "") -> Document:
    """Reads a file once and parses it; `uri` is the file's name unless given.

    Raises UnreadableFile and nothing else.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFile("missing", "the file is not there any more") from None
    except OSError as error:
        raise UnreadableFile("unreadable", error.strerror or type(error).__name__) from error
    return parse(data, uri or path.name)


def parse(data: bytes, uri: str) -> Document:
    """A document with id 0 whose text holds at least one word. Raises UnreadableFile and nothing else."""
    form = _format_of(uri)
    if not data:
        raise UnreadableFile("empty", "the file has no bytes")
    try:
        content = form.load(data)
        language = content.metadata.language or detect_language(content.text)
    except UnreadableFile:
        raise
    except MemoryError as error:
        raise UnreadableFile("too large", "reading the file needs more memory than there is") from error
    except Exception as error:  # whatever a parser throws over a broken file
        raise UnreadableFile("damaged", _one_line(error)) from error
    if not any(map(str.isalnum, content.text)):
        raise UnreadableFile("empty", "the file has no words")
    return Document(
        id=0,
        uri=uri,
        sha256=sha256(data).hexdigest(),
        title=content.metadata.title,
        text=content.text,
        pages=content.pages,
        headings=content.headings,
        outlet=content.metadata.outlet,
        author=content.metadata.author,
        published=content.metadata.published,
        language=language,
        mime=form.mime,
    )


def unsupported(uri: str) -> str | None:
    """Why no loader reads files of this name, in a line; None when one does."""
    suffix = PurePosixPath(uri).suffix
    if suffix.lower() in _FORMATS:
        return None
    kind = f"files with the suffix {suffix}" if suffix else "files without a suffix"
    return f"{kind} are not read; supported: {', '.join(_FORMATS)}"


def _format_of(uri: str) -> _Format:
    if (problem := unsupported(uri)) is not None:
        raise UnreadableFile("unsupported", problem)
    return _FORMATS[PurePosixPath(uri).suffix.lower()]


def _one_line(error: Exception) -> str:
    message = " ".join(str(error).split())[:200]
    return message or type(error).__name__
