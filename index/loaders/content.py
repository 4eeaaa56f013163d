"""What a loader gives back: the canonical text of a file, what it says of itself, and the documents inside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from index.loaders.metadata import Metadata
from index.types import Heading

MOST_CHARACTERS = 5_000_000  # of one document's text; what is longer goes on in another
_LONGEST_NAME = 120
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A document inside a file: an attachment, a message of a mailbox, a further stretch of a long table.

    `name` is what a file of its own would be called: its suffix decides the loader of `data`. It is told after the uri
    of the file that holds it: "mail/budget.eml/report.pdf". What a loader has read itself stands in `content`.
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


def within_limit(content: Content, suffix: str, most: int = MOST_CHARACTERS) -> Iterator[tuple[str, Content]]:
    """A text that is too long for one document as several: ("", first), ("part-2.txt", second), ... without `parts`.

    They are cut between paragraphs or lines where there are any; page numbers go on.
    """
    text, start, number = content.text, 0, 1
    while start < len(text) or number == 1:
        end = len(text) if len(text) - start <= most else _cut(text, start, start + most)
        following = end
        while following < len(text) and text[following] == "\n":
            following += 1
        yield (
            f"part-{number}{suffix}" if number > 1 else "",
            replace(
                content,
                text=text[start:end],
                headings=tuple(replace(h, start=h.start - start) for h in content.headings if start <= h.start < end),
                pages=tuple(max(page - start, 0) for page in content.pages if page < end or end == len(text)),
                parts=(),
            ),
        )
        start, number = following, number + 1


def part_namer() -> Callable[[str], str]:
    """Makes the names of parts fit for a uri, and each one different."""
    used: set[str] = set()

    def name_of(wanted: str) -> str:
        name = " ".join(_NOT_IN_NAMES.sub(" ", wanted).split()).strip(". ") or "part"
        stem, dot, suffix = name.rpartition(".")
        if not stem or len(suffix) > 10:
            stem, dot, suffix = name, "", ""
        stem = stem[:_LONGEST_NAME]
        name, count = f"{stem}{dot}{suffix}", 1
        while name in used:
            count += 1
            name = f"{stem}-{count}{dot}{suffix}"
        used.add(name)
        return name

    return name_of


def _cut(text: str, start: int, limit: int) -> int:
    """Where to end a stretch that may reach `limit`: in its second half, else anywhere."""
    half = start + (limit - start) // 2
    for between in ("\n\n", "\n", " "):
        if (found := text.rfind(between, half, limit)) > start:
            return found + (between == " ")
    return limit
