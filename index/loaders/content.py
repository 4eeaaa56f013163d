"""What a loader gives back: the canonical text of a file, what it says of itself, and the documents inside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index.loaders.metadata import Metadata
from index.types import Heading


@dataclass(frozen=True, slots=True)
class Part:
    """A document inside a file: an attachment, a message of a mailbox, a further stretch of a long table.

    `name` is what a file of its own would be called: its suffix decides the loader of `data`, and it is told after the
    uri of the file that holds it, "mail/budget.eml/report.pdf". Slashes in it are folders; two parts of one file may
    not have the same. What a loader has read itself stands in `content` instead of `data`.
    """

    name: str
    data: bytes = b""
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a loader finds in a file. Offsets count code points of `text`; `pages` as in `Document`.

    `text` may be empty only where there are `parts`. These may be made one by one while they are asked for, so that a
    mailbox of any size is never held as a whole; they are asked for once.
    """

    text: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    metadata: Metadata = Metadata()
    parts: Iterable[Part] = ()
