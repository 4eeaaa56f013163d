"""Reads HTML as a browser's parser does, says what may stand in it, and builds what the tests of rendering show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from html.parser import HTMLParser
from typing import Any

from hypothesis import strategies as st

from index.types import Document
from rag.types import Answer, Citation, Statement

HOSTILE = (
    "<script>alert(1)</script></mark><img src=x onerror=alert(2)>\"'&amp; &lt; ]]> 🧪👩‍👩‍👧 中文字 \u202eabc e\u0301"
)
SPECIAL = st.sampled_from(["<", ">", "&", '"', "'", "</mark>", "<mark>", "\n", " ", "🧪", "中", "é", "e\u0301", "&lt;"])
TEXTS = st.lists(SPECIAL | st.characters(codec="utf-8"), max_size=60).map("".join)

TAGS = set(
    "p h1 h2 h3 ul li b div span sup button code pre mark section details summary q ins del svg path".split()
)  # nothing that loads, leads elsewhere, or is typed into
# An attribute and what it may say; those of None are quoted text. Everything else is ours alone.
PLAIN = "[a-z0-9 -]*"
ATTRIBUTES: Mapping[str, str | None] = {
    "class": PLAIN,
    "dir": "auto",
    "role": PLAIN,
    "disabled": "",
    "style": "[a-z0-9:;.%-]*",
    "title": None,
    "aria-label": None,
    "aria-(hidden|pressed)": "true|false",
    "aria-current": "page",
    "aria-value(min|max|now)": "[0-9]+",
    "viewbox": "0 0 24 24",
    "d": "[MmHhVvLlAaCcZz0-9 .-]+",
    "data-act": PLAIN,
    "data-value": None,
    "data-key": None,
    "data-page": "[0-9]+",
}
PICTURE: Mapping[str, str | None] = {
    "src": "data:image/png;base64,[A-Za-z0-9+/]*={0,2}",
    "width": "[0-9]+",
    "height": "[0-9]+",
    "alt": "Page [0-9]+",
}


class Page(HTMLParser):
    """The tags, the text and the marked text of HTML. Every tag has to be closed where it was opened."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = self.marked = self.also = ""
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self._open, html

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag != "img":
            self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if ("mark", "") in self._open else ""
        self.also += data if ("mark", "also") in self._open else ""

    def values(self, name: str) -> list[str]:
        return [value for _, called, value in self.attributes if called == name]


def assert_ours(html: str, pictures: bool = False) -> None:
    """No tag and no attribute that is not ours, and foreign text in none but those that are quoted to be read."""
    page = Page(html)
    assert page.tags <= TAGS | ({"img"} if pictures else set()), html
    for tag, name, value in page.attributes:
        allowed = PICTURE if tag == "img" else ATTRIBUTES
        patterns = [pattern for known, pattern in allowed.items() if re.fullmatch(known, name)]
        assert len(patterns) == 1, f"{tag} {name}: {html}"
        assert patterns[0] is None or re.fullmatch(patterns[0], value), f"{tag} {name}={value!r}: {html}"


def html_of(blocks: Iterable[Mapping[str, str]]) -> str:
    return "".join(part["html"] for part in blocks)


def document(text: str = HOSTILE, **values: Any) -> Document:
    known: dict[str, Any] = {
        "id": 7, "uri": "seeds/a.txt", "sha256": "0" * 64, "title": "Title", "outlet": "Levant Desk",
        "published": date(2024, 3, 8), "language": "en",
    }  # fmt: skip
    return Document(text=text, **{**known, **values})


def citation(of: Document, start: int, end: int, marker: int = 1, page: int | None = None) -> Citation:
    return Citation(marker, of, 1, start, end, page, of.text[start:end], 1.0)


def statement(text: str = "One.", **values: Any) -> Statement:
    known: dict[str, Any] = {"citations": (citation(document(), 0, 8),), "check": "verbatim", "support": 1.0}
    return Statement(text, **{**known, **values})


def answer(*statements: Statement, **values: Any) -> Answer:
    by_marker = {one.marker: one for each in statements for one in each.citations}
    known: dict[str, Any] = {
        "question": "Q?", "text": " ".join(one.text for one in statements), "statements": statements,
        "citations": tuple(by_marker.values()), "short_answer": None, "status": "answered", "missing": (),
        "disagreements": (), "nearest": (), "uncovered_terms": (), "generation": 1, "mode": "extractive",
        "timings": {"total": 0.25},
    }  # fmt: skip
    return Answer(**{**known, **values})
