"""Questions to begin with and to go on with, made from the documents and kept only when the documents answer them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING

from index.errors import StaleSnapshot
from index.snapshot import Snapshot
from index.types import Document, Filters, Span
from rag.answers.answering import Findings, extractive, read_parts
from rag.answers.compose import Frame
from rag.answers.compose import answer as composed
from rag.questions.followup import FollowUp
from rag.reading.cues import leans_back
from rag.suggesting.drafts import Draft, content_words, drafts, telling_words
from rag.suggesting.origin import NOWHERE, Origin, origin_of
from rag.suggesting.sample import sample
from rag.types import Answer

if TYPE_CHECKING:
    from rag.assistant import Assistant

SAMPLED, TOGETHER = 192, 12
"""Documents that are read for suggestions at most, and how many of them at once."""
ENOUGH = 8
"""Drafts for each question that is wanted."""
NEAR = 10
ASKS, ASKS_FOR_ONE = 30, 6
"""Asks in all and for each question that is wanted; also those after which a folder has had its turn."""
LAST_RESORT = 0.6
"""The share of the asks after which questions about mere headings come first; until then only for a folder's turn."""
PAUSE = 0.02
"""Seconds between two asks, in which others can work."""
ALIKE = 0.6
_SHARED = 0.2

_QUOTED = re.compile(r"[“„«][^“”„«»]+")
_GOES_ON = re.compile(r"(?:for example|for instance|however|therefore|thus|in addition|also)\b", re.I)

__all__ = ["Suggestion", "follow_ups", "suggest"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that the document of `uri` answers."""

    question: str
    uri: str


def suggest(
    assistant: Assistant, count: int = 4, seed: Sequence[str] = (), stop: Event | None = None
) -> list[Suggestion]:
    """Up to `count` questions that a reader may begin with: from texts rather than tables, from as many folders, days
    and documents as there are, the newest first.

    Each was asked: the first sentence of its answer is the one it was made from. No model is called, also where one
    writes the answers. `seed`: uris of documents to prefer. `stop` ends the work between two asks; what was found until
    then is returned. The same for the same generation. Raises what asking raises, but never for a single question.
    """
    snapshot = assistant.snapshot
    chosen = sample(snapshot.documents(), SAMPLED, seed)
    stop, found, origins = stop or Event(), list[Draft](), dict[int, Origin]()
    for start in range(0, len(chosen), TOGETHER):
        good = sum(draft.kind != "about" and not origins[draft.document_id].tabular for draft in found)
        if good >= ENOUGH * count or stop.is_set():
            break
        read = _documents(snapshot, [document.id for document in chosen[start : start + TOGETHER]])
        origins |= {document.id: origin_of(document) for document in read}
        found += [draft for document in read for draft in drafts(document)]
    return _kept(assistant, found, count, stop, _Shown(), origins=origins)


def follow_ups(
    assistant: Assistant, answer: Answer, count: int = 3, asked: Sequence[str] = (), stop: Event | None = None
) -> list[Suggestion]:
    """Up to `count` questions that lead on from an answer: from its documents, and from the passages found for its
    question where they share a word with it that tells what they are about. None is better than one that leads away.

    Each can be asked on its own, was not asked (`asked`: earlier questions) and is not answered by what is shown.
    """
    cited = frozenset(citation.document.id for citation in answer.citations)
    near = (answer.nearest or assistant.search(answer.question, NEAR, answer.filters))[:NEAR]
    passages = [Span(hit.document.id, hit.passage.start, hit.passage.end) for hit in near]
    shown = _Shown(
        (answer.question, *asked), frozenset(Span(one.document.id, one.start, one.end) for one in answer.citations)
    )
    about = telling_words(f"{answer.question} {answer.text}")
    found = [
        replace(draft, weight=draft.weight + _SHARED * len(about & telling_words(draft.question)))
        for document in _documents(assistant.snapshot, cited.union(hit.document.id for hit in near))
        for draft in drafts(document)
        if draft.document_id in cited or _is_in(draft, passages) and about & telling_words(draft.question)
    ]
    return _kept(assistant, found, count, stop or Event(), shown, answer.filters)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a reader has already seen: questions, and the sentences of their answers."""

    questions: tuple[str, ...] = ()
    spans: frozenset[Span] = frozenset()


def _documents(snapshot: Snapshot, document_ids: Iterable[int]) -> list[Document]:
    try:
        documents = snapshot.documents_by_id(document_ids)
    except StaleSnapshot:  # the next generation makes its own suggestions
        return []
    return [documents[document_id] for document_id in sorted(documents)]


def _kept(
    assistant: Assistant,
    waiting: Sequence[Draft],
    count: int,
    stop: Event,
    shown: _Shown,
    filters: Filters | None = None,
    origins: Mapping[int, Origin] | None = None,
) -> list[Suggestion]:
    kept: list[Draft] = []
    tried: Counter[int] = Counter()
    pool = list(waiting)
    most = min(ASKS, ASKS_FOR_ONE * count)
    for asks in range(most):
        questions = [*shown.questions, *(draft.question for draft in kept)]
        pool = [draft for draft in pool if not _is_known(draft, questions, shown.spans)]
        if len(kept) >= count or not pool or stop.wait(PAUSE if asks else 0):
            break
        draft = _next(pool, kept, tried, headings=asks >= LAST_RESORT * most, origins=origins or {})
        same = [one for one in pool if one.question == draft.question]
        pool = [one for one in pool if one.question != draft.question]
        tried.update({one.document_id for one in same})
        answer = _ask(assistant, draft.question, filters)
        kept += [one for one in same if _is_answered(one, answer, shown.spans)][:1]
    return [Suggestion(draft.question, draft.uri) for draft in kept]


def _next(
    pool: Sequence[Draft], kept: Sequence[Draft], tried: Counter[int], headings: bool, origins: Mapping[int, Origin]
) -> Draft:
    """The draft to ask next: of a text, of a folder and a document little was asked from, of a day and a kind that are
    not there yet, then the newest and the best. A folder that does not answer has had its turn too."""
    kinds = Counter(draft.kind for draft in kept)
    known = [origins.get(draft.document_id, NOWHERE) for draft in kept]
    folders, days = Counter(one.folder for one in known), Counter(one.day for one in known)
    asked = Counter[str]()
    for document_id, times in tried.items():
        asked[origins.get(document_id, NOWHERE).folder] += times

    def order(draft: Draft) -> tuple[bool, int, bool, int, int, int, int, float, int, int, str]:
        origin = origins.get(draft.document_id, NOWHERE)
        return (
            origin.tabular,
            max(folders[origin.folder], asked[origin.folder] // ASKS_FOR_ONE),
            (draft.kind == "about") != headings,
            tried[draft.document_id],
            days[origin.day],
            kinds[draft.kind],
            -origin.day,
            -draft.weight,
            draft.document_id,
            draft.start,
            draft.question,
        )

    return min(pool, key=order)


def _is_in(draft: Draft, passages: Iterable[Span]) -> bool:
    return any(
        one.document_id == draft.document_id and one.start < draft.end and draft.start < one.end for one in passages
    )


def _is_known(draft: Draft, questions: Sequence[str], spans: frozenset[Span]) -> bool:
    """Whether nearly the same was asked, or the sentence with the answer was shown."""
    words = content_words(draft.question)
    alike = any(len(words & (other := content_words(one))) >= ALIKE * len(words | other) for one in questions)
    return alike or draft.kind not in ("asked", "about") and _is_in(draft, spans)


def _is_answered(draft: Draft, answer: Answer, shown: frozenset[Span]) -> bool:
    """Whether the answer begins with a sentence from where the question comes from, and nothing speaks against it."""
    if answer.status != "answered" or not answer.statements or answer.disagreements or answer.notice:
        return False
    first = answer.statements[0]
    heading = _QUOTED.search(draft.question) if draft.kind == "about" else None
    if heading and not content_words(heading[0]) & content_words(first.text):
        return False
    if leans_back(first.text) or first.text.endswith(":") or _GOES_ON.match(first.text):
        return False
    return first.check == "verbatim" and any(
        one.document.id == draft.document_id
        and one.start < draft.end
        and draft.start < one.end
        and Span(one.document.id, one.start, one.end) not in shown
        for one in first.citations
    )


def _ask(assistant: Assistant, question: str, filters: Filters | None) -> Answer:
    """The answer in sentences of the documents, also where a model writes: thirty questions would cost money."""
    if assistant.mode == "extractive":
        return assistant.ask(question, filters)
    parts = read_parts(assistant.begin_parts(question, filters, (), FollowUp(question, question)))
    findings, asking = Findings(), parts[0][0]
    statements = list(extractive(parts, findings))
    frame = Frame(
        question=question,
        generation=asking.snapshot.generation,
        mode="extractive",
        model=None,
        notice=asking.notice,
        filters=filters,
        timings=asking.timings,
        confidence=max(found.confidence for _, found in parts),
        carried=(),
        usage=None,
        dropped_markers=0,
        prompt_version=None,
    )
    return composed(frame, statements, findings, asking.hits)
