"""Which documents are read for suggestions, so that ten thousand cost no more than twenty. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePosixPath
from zlib import crc32

from index.types import Document


def sample(documents: Sequence[Document], count: int, preferred: Sequence[str] = ()) -> list[Document]:
    """Up to `count` of the documents: the preferred uris, then one folder after the other, in each the newest first.

    The same for the same documents, in whatever order they come.
    """
    by_uri = {document.uri: document for document in documents}
    chosen = [by_uri[uri] for uri in dict.fromkeys(preferred) if uri in by_uri][:count]
    taken = {document.uri for document in chosen}
    for document in _in_turn(documents, taken):
        if len(chosen) >= count:
            break
        chosen.append(document)
    return chosen


def _in_turn(documents: Sequence[Document], taken: Collection[str]) -> Iterator[Document]:
    folders: defaultdict[PurePosixPath, list[Document]] = defaultdict(list)
    for document in documents:
        if document.uri not in taken:
            folders[PurePosixPath(document.uri).parent].append(document)
    waiting = [sorted(folder, key=_newest_first) for folder in folders.values()]
    waiting.sort(key=lambda folder: _newest_first(folder[0]))
    for place in range(max(map(len, waiting), default=0)):
        yield from (folder[place] for folder in waiting if place < len(folder))


def _newest_first(document: Document) -> tuple[int, int, int, str]:
    """Dated ones first; among equals the one with the most headings, then an order that no alphabet gives."""
    day = document.published.toordinal() if document.published else 0
    return -day, -len(document.headings), crc32(document.uri.encode()), document.uri
