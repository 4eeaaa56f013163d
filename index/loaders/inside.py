"""The bytes of one document inside a file, without reading the others."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module
from itertools import chain

from index.errors import UnreadableFile
from index.loaders.content import Content, Part, part_namer, within_limit
from index.loaders.sniff import format_of
from index.plan import suffix_of


def bytes_of(data: bytes, uri: str, name: str) -> tuple[bytes, str]:
    """The bytes that hold the document `<uri>/<name>`, and the sha256 that it has as a `Document`.

    `name` is empty for the file's own document. A further stretch of a long text lies in the bytes of the whole file.
    Raises UnreadableFile ("missing") when nothing inside the file has that name, and what a loader raises.
    """
    digest = sha256(data).hexdigest()
    if not name:
        return data, digest
    content: Content = import_module(f"index.loaders.{format_of(uri, data).module}").load(data)
    name_of = part_namer()
    for part in _parts(content, suffix_of(uri)):
        own = name_of(part.name)
        if part.content is not None:
            if own == name:
                return data, sha256(f"{digest}/{own}".encode()).hexdigest()
        elif f"{name}/".startswith(f"{own}/"):
            return bytes_of(part.data, f"{uri}/{own}", name[len(own) + 1 :])
    raise UnreadableFile("missing", f"there is no {name} in the file")


def _parts(content: Content, suffix: str) -> Iterator[Part]:
    further = list(within_limit(content, suffix))[1:]
    return chain((Part(name, content=text) for name, text in further), content.parts)
