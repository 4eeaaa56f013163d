"""What became of the passage around a quote since it was cited. Pure.

The passage goes from the quote to the nearest blank line on either side, or the nearest line break where there is no
blank line within 600 characters, or the last end of a word within them. A passage whose words are the same counts as
unchanged, whatever became of the spaces between them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest, nsmallest
from itertools import islice
from typing import Literal

from index.types import Document
from rag.types import Citation

Kind = Literal["unchanged", "moved", "edited", "gone"]
Change = tuple[Literal["same", "added", "removed"], str]

BY_SEVERITY: tuple[Kind, ...] = ("unchanged", "moved", "edited", "gone")
SIDE = 600  # characters
# Of the words of the old and the new passage, at least this share stands in both in the same order (difflib's ratio).
# Of unrelated paragraphs it is below .4, of the heads of two papers from one office below .5.
SIMILAR = 0.5
# Of the passage some 150 pieces of at least 8 characters are looked for. One that stands in a document more than 60
# times tells no place; the others vote for where the passage begins, within 80 characters.
PROBES, PROBE, COMMON = 150, 8, 60
BUCKET = 80
PLACES = 4

# A script that puts no spaces between words is read sign by sign.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|[^\w\s]")
_SPACE = re.compile(r"\s")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class Standing:
    """unchanged: the passage stands where it stood. moved: it stands at another place, or in another document. edited:
    `changes` lead from the old passage to the most similar one of today. gone: nothing similar is there.

    `uri`, `start` and `end` say where the quote, or what came in its place, is now; for what is gone, where it was.
    """

    kind: Kind
    uri: str
    start: int
    end: int
    changes: tuple[Change, ...] = ()


def standing(citation: Citation, current: Document | None, elsewhere: Sequence[Document] = ()) -> Standing:
    """`current` is the document that has the uri of the citation now, `elsewhere` are others that may hold the passage;
    they count where the passage is not in `current` any more."""
    cited = _cited(citation)
    if current is not None and (found := _in(current, cited)) is not None:
        return found
    for document in elsewhere:
        if document.uri != citation.document.uri and (at := next(_intact(document.text, cited), None)) is not None:
            return Standing("moved", document.uri, at, at + cited.length)
    return Standing("gone", citation.document.uri, citation.start, citation.end)


def summary(standings: Iterable[Standing]) -> Kind:
    """The worst of all; "unchanged" when there are none."""
    return max((one.kind for one in standings), key=BY_SEVERITY.index, default="unchanged")


def passage_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the passage around a span begins and ends."""
    before, after = text[max(0, start - SIDE) : start], text[end : end + SIDE]
    first, last = 0, len(after)
    if blank := [match.end() for match in _BLANK_LINE.finditer(before)]:
        first = blank[-1]
    elif start > SIDE:
        ends = [before.rfind("\n") + 1, *(match.end() for match in _SPACE.finditer(before))]
        first = next(filter(None, ends), 0)
    if found := _BLANK_LINE.search(after):
        last = found.start()
    elif end + SIDE < len(text):
        ends = [after.find("\n"), *(match.start() for match in reversed([*_SPACE.finditer(after)]))]
        last = next((at for at in ends if at >= 0), last)
    return start - len(before[first:].lstrip()), end + len(after[:last].rstrip())


def differences(old: str, new: str) -> tuple[Change, ...]:
    """What to leave out of `old` and to add to make `new` of it: the same and the added words together are `new`."""
    return _changes(_pieces(old), _pieces(new))


@dataclass(frozen=True, slots=True)
class _Cited:
    """The passage around a quote of `length` characters that begins `lead` characters into it, and at `start` in a text
    of `size`. `open_left`: it was cut at the end of a word there, and what stands before it says nothing."""

    passage: str
    start: int
    size: int
    lead: int
    length: int
    open_left: bool
    open_right: bool


def _cited(citation: Citation) -> _Cited:
    text, start, end = citation.document.text, citation.start, citation.end
    first, last = passage_around(text, start, end)
    return _Cited(
        text[first:last], start, len(text), start - first, end - start, not _begins(text, first), not _ends(text, last)
    )


def _begins(text: str, at: int) -> bool:
    """Whether a line begins there, but for spaces."""
    return not text[max(0, at - SIDE) : at].rpartition("\n")[2].strip()


def _ends(text: str, at: int) -> bool:
    return not text[at : at + SIDE].partition("\n")[0].strip()


def _in(current: Document, cited: _Cited) -> Standing | None:
    text = current.text
    at = next(_intact(text, cited), None)
    if at is not None:
        return Standing("unchanged" if at == cited.start else "moved", current.uri, at, at + cited.length)
    old = _pieces(cited.passage)
    best: tuple[float, Standing] | None = None
    for start, end in dict.fromkeys((*_quoted(text, cited), *_similar(text, cited, old))):
        first, last = passage_around(text, start, end)
        new = _pieces(text[first:last])
        changes = _within(_changes(old, new), cited)
        if all(kind == "same" for kind, _ in changes):
            return Standing("unchanged" if start == cited.start else "moved", current.uri, start, end)
        ratio = _matcher(old, new).ratio()
        if ratio >= SIMILAR and (best is None or ratio > best[0]):
            best = ratio, Standing("edited", current.uri, start, end, changes)
    return best[1] if best else None


def _intact(text: str, cited: _Cited) -> Iterator[int]:
    """Where the quote begins in each place that holds the passage word for word, and nothing more in its lines: where
    it was comes first."""
    at = cited.start - cited.lead
    if not text.startswith(cited.passage, at):
        at = text.find(cited.passage)
    while at >= 0:
        end = at + len(cited.passage)
        if (cited.open_left or _begins(text, at)) and (cited.open_right or _ends(text, end)):
            yield at + cited.lead
        at = text.find(cited.passage, end)


def _quoted(text: str, cited: _Cited) -> list[tuple[int, int]]:
    """The places of the quote itself that are nearest to where it was."""
    quote = cited.passage[cited.lead : cited.lead + cited.length]
    near = nsmallest(PLACES, _occurrences(text, quote), key=lambda at: abs(at - cited.start))
    return [(at, at + len(quote)) for at in near]


def _similar(text: str, cited: _Cited, old: _Pieces) -> Iterator[tuple[int, int]]:
    """What stands in place of the quote where the text is most like the passage."""
    for place in _likely(text, cited, old):
        first = max(0, place - 2 * BUCKET)
        new = _pieces(text[first : place + len(cited.passage) + 4 * BUCKET])
        pairs = {
            old.starts[block.a + n]: (block.b + n)
            for block in _matcher(old, new).get_matching_blocks()
            for n in range(block.size)
        }
        inside = [at for start, at in pairs.items() if cited.lead <= start < cited.lead + cited.length]
        before = [at for start, at in pairs.items() if start < cited.lead]
        if inside:
            yield first + new.starts[inside[0]], first + new.starts[inside[-1]] + len(new.words[inside[-1]])
        elif pairs:
            end = first + (new.starts[before[-1]] + len(new.words[before[-1]]) if before else new.starts[0])
            yield end, end


def _likely(text: str, cited: _Cited, old: _Pieces) -> list[int]:
    """Where the passage may begin now: where it began, counted from the start and from the end, and where the rarest of
    its words would have it."""
    where = cited.start - cited.lead
    votes: dict[int, float] = defaultdict(float)
    for start in old.starts[:: 1 + len(old.starts) // PROBES]:
        end = next((at for at in old.starts if at >= start + PROBE), len(cited.passage))
        probe = cited.passage[start:end].rstrip()
        found = list(islice(_occurrences(text, probe), COMMON + 1)) if len(probe) >= PROBE // 2 else []
        for at in found if len(found) <= COMMON else ():
            for bucket in ((at - start) // BUCKET, (at - start) // BUCKET + 1):
                votes[bucket] += 1 / len(found)
    return [
        where,
        where + len(text) - cited.size,
        *(at * BUCKET for at in nlargest(PLACES, votes, key=votes.__getitem__)),
    ]


def _occurrences(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + len(part))


def _within(changes: tuple[Change, ...], cited: _Cited) -> tuple[Change, ...]:
    """Without what only comes of the passage having been cut elsewhere."""
    kept = list(changes)
    while cited.open_left and kept and kept[0][0] != "same":
        del kept[0]
    while cited.open_right and kept and kept[-1][0] != "same":
        del kept[-1]
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The words of a text, where each starts, and the text cut before each: together the pieces are the text."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    pieces: tuple[str, ...]


def _pieces(text: str) -> _Pieces:
    found = [*_TOKEN.finditer(text)]
    cuts = [0, *(match.start() for match in found[1:]), len(text)]
    pieces = tuple(text[cuts[n] : cuts[n + 1]] for n in range(len(found)))
    return _Pieces(tuple(match.group() for match in found), tuple(match.start() for match in found), pieces)


def _matcher(old: _Pieces, new: _Pieces) -> SequenceMatcher[str]:
    return SequenceMatcher(None, old.words, new.words, autojunk=False)


def _changes(old: _Pieces, new: _Pieces) -> tuple[Change, ...]:
    found: list[Change] = []
    for kind, i, i_end, j, j_end in _matcher(old, new).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(new.pieces[j:j_end])))
            continue
        if i < i_end:
            found.append(("removed", "".join(old.pieces[i:i_end])))
        if j < j_end:
            found.append(("added", "".join(new.pieces[j:j_end])))
    return tuple(found)
