"""Files to documents: `parse` gives the document of a file, `parse_all` also those inside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from index.errors import UnreadableFile
from index.loaders.content import Content, Part, part_namer, within_limit
from index.loaders.formats import Format, supported_suffixes, unsupported
from index.loaders.language import detect_language
from index.loaders.sniff import HEAD, format_of, looks_unsupported
from index.plan import suffix_of
from index.types import Document, Failure

__all__ = [
    "HEAD",
    "looks_unsupported",
    "parse",
    "parse_all",
    "read",
    "supported_suffixes",
    "unsupported",
]

DEEPEST = 5  # documents in documents
MOST_PARTS = 200_000


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
    """The document of a file, without those inside it, with id 0. Raises UnreadableFile and nothing else."""
    form, content = _load(data, uri)
    return _document(form, content, sha256(data).hexdigest(), uri, bool(content.parts))


def parse_all(data: bytes, uri: str, depth: int = 0) -> Iterator[Document | Failure]:
    """The documents inside a file, each below the uri of the one that holds it; the file's own comes last.

    A part that cannot be read is a Failure among them. Raises UnreadableFile when the file itself cannot be read, also
    after some of its parts.
    """
    form, content = _load(data, uri)
    digest, name_of, count = sha256(data).hexdigest(), part_namer(), 0
    del data
    (_, own), *further = within_limit(content, suffix_of(uri))
    for part in _parts(further, content):
        if (count := count + 1) > MOST_PARTS:
            raise UnreadableFile("too large", f"it holds more than {MOST_PARTS:,} documents")
        yield from _parse_part(part, f"{uri}/{name_of(part.name)}", form, digest, depth + 1)
    yield _document(form, own, digest, uri, count > 0)


def _parts(further: list[tuple[str, Content]], content: Content) -> Iterator[Part]:
    yield from (Part(name, content=text) for name, text in further)
    with _typed_errors():
        yield from content.parts


def _parse_part(part: Part, uri: str, form: Format, digest: str, depth: int) -> Iterator[Document | Failure]:
    try:
        if part.content is not None:
            # Named by the file and its place in it: no other file has the same bytes.
            own = sha256(f"{digest}/{uri.rpartition('/')[2]}".encode()).hexdigest()
            yield _document(form, part.content, own, uri)
        elif depth > DEEPEST:
            raise UnreadableFile("too large", f"it lies in more than {DEEPEST} documents, one in the other")
        else:
            yield from parse_all(part.data, uri, depth)
    except UnreadableFile as error:
        yield Failure(uri, error.reason, error.detail)


def _load(data: bytes, uri: str) -> tuple[Format, Content]:
    if (problem := unsupported(uri)) is not None:
        raise UnreadableFile("unsupported", problem)
    if not data:
        raise UnreadableFile("empty", "the file has no bytes")
    with _typed_errors():
        form = format_of(uri, data)
        return form, import_module(f"index.loaders.{form.module}").load(data)


@contextmanager
def _typed_errors() -> Iterator[None]:
    """Makes an UnreadableFile of whatever a parser throws over a broken file."""
    try:
        yield
    except (UnreadableFile, GeneratorExit):
        raise
    except MemoryError as error:
        raise UnreadableFile("too large", "reading the file needs more memory than there is") from error
    except Exception as error:
        raise UnreadableFile("damaged", " ".join(str(error).split())[:200] or type(error).__name__) from error


def _document(form: Format, content: Content, digest: str, uri: str, has_parts: bool = False) -> Document:
    if not (has_parts or any(map(str.isalnum, content.text))):
        raise UnreadableFile("empty", "the file has no words")
    found = content.metadata
    language, origins = found.language, found.origins
    if language is None and (language := detect_language(content.text)):
        origins = (*origins, ("language", "detected"))
    return Document(
        id=0,
        uri=uri,
        sha256=digest,
        title=found.title,
        text=content.text,
        pages=content.pages,
        headings=content.headings,
        outlet=found.outlet,
        author=found.author,
        published=found.published,
        language=language,
        mime=form.mime,
        origins=origins,
    )
