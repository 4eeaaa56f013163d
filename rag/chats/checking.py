"""Saved answers held against the index of today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from index.errors import StaleSnapshot
from index.types import Document
from rag.chats.standing import Standing, standing
from rag.errors import QuestionError
from rag.questions.question import MAX_CHARACTERS
from rag.types import Answer, Citation

if TYPE_CHECKING:
    from rag.assistant import Assistant

SEARCHED = 5
TRIES = 3


def check_saved(assistant: Assistant, answer: Answer) -> dict[int, Standing]:
    """What became of each citation of a saved answer, by its marker. While its documents are the same nothing is
    searched. Raises CitewiseError when the index cannot be read."""
    for tries_left in reversed(range(TRIES)):
        try:
            return _checked(assistant, answer.citations)
        except StaleSnapshot:  # swept meanwhile: what is newest now is asked
            if not tries_left:
                raise
    raise AssertionError("the last try returns or raises")


def _checked(assistant: Assistant, citations: Sequence[Citation]) -> dict[int, Standing]:
    current = _current(assistant, [one.document for one in citations])
    found = {one.marker: standing(one, current[one.document.uri]) for one in citations}
    for one in citations:
        if found[one.marker].kind == "gone":
            found[one.marker] = standing(one, current[one.document.uri], _elsewhere(assistant, one))
    return found


def _current(assistant: Assistant, cited: Iterable[Document]) -> dict[str, Document | None]:
    """What has each uri now. An id alone proves nothing: another index may have been put in place."""
    by_uri = {one.uri: one for one in cited}
    snapshot, ids = assistant.snapshot, {one.id for one in by_uri.values()}
    live = snapshot.documents_by_id(ids - assistant.gone(ids))
    return {
        uri: same if (same := live.get(one.id)) is not None and same.uri == uri else snapshot.document_at(uri)
        for uri, one in by_uri.items()
    }


def _elsewhere(assistant: Assistant, citation: Citation) -> list[Document]:
    """Documents that a search for the quote finds."""
    try:
        hits = assistant.search(" ".join(citation.quote.split())[:MAX_CHARACTERS], SEARCHED)
    except QuestionError:  # a quote of signs alone
        return []
    return list({hit.document.id: hit.document for hit in hits}.values())
