"""Documents to passages: exact slices of about 100 words that stay as they are when the text around them is edited.

A cut is chosen by content: headings first; inside a section ends of paragraphs before ends of sentences, and among
equals the one whose last words have the largest hash. The choice is local, so that two texts that are alike in a place
are cut alike there. (Content-defined chunking: Muthitacharoen et al., LBFS, SOSP 2001.)
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import ceil
from typing import Any

from index.embed import shorten
from index.loaders.formats import LOADERS
from index.loaders.pulse import beat
from index.sentences import paragraph_spans, sentence_spans
from index.terms import TERMS
from index.types import Document

MAX_WORDS, MAX_TOKENS = 150, 200
# Sizes are shares of a full passage, of its words or its tokens, whichever is more: one number that can be added up.
FULL = MAX_WORDS * MAX_TOKENS
# A shorter section is cut evenly: however much an edit moves there, few passages are made new.
SHORT = 5 * FULL // 2
LEAST = FULL // 3
SECTION_WORDS = 25
# Of the end of a sentence so many characters choose it: an edit before them moves no cut.
RANKED_CHARACTERS = 24
# Of those that end alike, what stands before them chooses.
TIE_CHARACTERS = 300
PREFIX_CHARACTERS, PREFIX_TOKENS = 160, 50
_BATCH = 5_000
CHUNKER = f"sentences-6/{LOADERS}/{MAX_WORDS}w/{MAX_TOKENS}t/{TERMS}"  # a change of one makes other passages

TokenCounter = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage before the catalog knows it. `headings` is the trail in force where it starts."""

    ordinal: int
    start: int
    end: int
    page: int | None
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a part of one that is too long. `rank` says how well a passage ends with it."""

    start: int
    end: int
    words: int
    size: int
    rank: tuple[bool, bytes, bytes]


def chunk(document: Document, count_tokens: TokenCounter) -> list[Chunk]:
    """The passages of a document, in order. They do not overlap and cover everything but white space."""
    units = _units(document, count_tokens)
    chunks: list[Chunk] = []
    for section in _sections(document, units):
        for group in _pack(section):
            start = group[0].start
            chunks.append(
                Chunk(len(chunks), start, group[-1].end, page_of(document.pages, start), _trail(document, start))
            )
    return chunks


def embedding_input(title: str, headings: Sequence[str], text: str) -> str:
    """What is embedded for a passage: title and heading trail, shortened, then all of its text."""
    context = " > ".join(dict.fromkeys(part for part in (title, *headings) if part))
    return f"{_prefix(context[:PREFIX_CHARACTERS])}\n{text}" if context else text


def input_key(title: str, headings: Sequence[str], text: str) -> str:
    """Names the embedding input of a passage: equal ones have equal vectors, whatever else differs."""
    return hashlib.sha256(embedding_input(title, headings, text).encode()).hexdigest()


def passage_key(title: str, headings: Sequence[str], text: str, language: str | None) -> str:
    """Names all that the derived indexes hold of a passage; equal keys are indexed once."""
    return hashlib.sha256("\x1f".join((language or "", title, *headings, "\x1e", text)).encode()).hexdigest()


def passage_keys(document: Document, chunks: Iterable[Chunk]) -> list[str]:
    """The keys of a document's passages."""
    return [
        passage_key(document.title, piece.headings, document.text[piece.start : piece.end], document.language)
        for piece in chunks
    ]


def page_of(pages: Sequence[int], offset: int) -> int | None:
    """The 1-based page that holds the offset; None where a format has no pages."""
    return max(1, bisect_right(pages, offset)) if pages else None


def count_words(text: str) -> int:
    """Words by Unicode script: a Han or kana character counts as one, unspaced scripts five characters a word."""
    return len(_word_pattern().findall(text))


@lru_cache(maxsize=1)
def _word_pattern() -> Any:
    import regex

    han = r"[\p{Han}\p{Hiragana}\p{Katakana}]|[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{1,5}"
    return regex.compile(rf"{han}|(?:(?!{han})[\p{{L}}\p{{N}}\p{{M}}_])+(?:['’.,-](?!{han})[\p{{L}}\p{{N}}]+)*")


@lru_cache(maxsize=1_000)
def _prefix(context: str) -> str:
    return shorten(context, PREFIX_TOKENS)


def _trail(document: Document, offset: int) -> tuple[str, ...]:
    trail: list[tuple[int, str]] = []
    for heading in document.headings:
        if heading.start > offset:
            break
        while trail and trail[-1][0] >= heading.level:
            trail.pop()
        trail.append((heading.level, heading.title))
    return tuple(title for _, title in trail)


def _units(document: Document, count_tokens: TokenCounter) -> list[_Unit]:
    text = document.text
    ends = {end for _, end in paragraph_spans(text)}
    spans = sentence_spans(text, language=document.language)
    lengths = [count_words(text[start:end]) for start, end in spans]
    # A sentence that has too many words is not tokenised as a whole: it may be all of a file.
    short = [text[start:end] if words <= MAX_WORDS else "" for (start, end), words in zip(spans, lengths, strict=True)]
    tokens = _counted(short, count_tokens)
    units: list[_Unit] = []
    for (start, end), words, token_count in zip(spans, lengths, tokens, strict=True):
        if words <= MAX_WORDS and token_count <= MAX_TOKENS:
            pieces: Iterable[tuple[int, int, int, int]] = [(start, end, words, token_count)]
        else:
            pieces = _split(text, start, end, count_tokens)
        for piece_start, piece_end, piece_words, piece_tokens in pieces:
            rank = (
                piece_end in ends,
                _hash(text[max(piece_start, piece_end - RANKED_CHARACTERS) : piece_end]),
                _hash(text[max(0, piece_end - TIE_CHARACTERS) : piece_end]),
            )
            size = max(piece_words * MAX_TOKENS, piece_tokens * MAX_WORDS)
            units.append(_Unit(piece_start, piece_end, piece_words, size, rank))
    return units


def _counted(texts: Sequence[str], count_tokens: TokenCounter) -> list[int]:
    """In batches, with a sign of life between them: a long text takes a minute and more."""
    counts: list[int] = []
    for at in range(0, len(texts), _BATCH):
        beat()
        counts += count_tokens(texts[at : at + _BATCH])
    return counts


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _split(text: str, start: int, end: int, count_tokens: TokenCounter) -> list[tuple[int, int, int, int]]:
    """A sentence too long for one passage, cut between words; a word too long for one, between graphemes."""
    import regex

    atoms: list[tuple[int, int]] = []
    for word in regex.finditer(r"\S+", text, pos=start, endpos=end):
        if word.end() - word.start() <= MAX_TOKENS // 4:
            atoms.append(word.span())
            continue
        graphemes = [grapheme.end() for grapheme in regex.finditer(r"\X", text, pos=word.start(), endpos=word.end())]
        stops = [*graphemes[MAX_TOKENS // 4 - 1 : -1 : MAX_TOKENS // 4], word.end()]
        atoms += zip([word.start(), *stops[:-1]], stops, strict=True)
    costs = _counted([text[a:b] for a, b in atoms], count_tokens)
    if max(costs) > MAX_TOKENS:
        # Graphemes of many code points: a code point is at most a few tokens, so a twentieth of the limit always fits.
        step = MAX_TOKENS // 20
        atoms = [(at, min(at + step, b)) for a, b in atoms for at in range(a, b, step)]
        costs = _counted([text[a:b] for a, b in atoms], count_tokens)
    pieces: list[tuple[int, int, int, int]] = []
    for (atom_start, atom_end), cost in zip(atoms, costs, strict=True):
        words = count_words(text[atom_start:atom_end])
        if pieces and pieces[-1][2] + words <= MAX_WORDS and pieces[-1][3] + cost <= MAX_TOKENS:
            pieces[-1] = (pieces[-1][0], atom_end, pieces[-1][2] + words, pieces[-1][3] + cost)
        else:
            pieces.append((atom_start, atom_end, words, cost))
    return pieces


def _sections(document: Document, units: Sequence[_Unit]) -> list[list[_Unit]]:
    """Units between headings; a section of a few words goes with the next one."""
    starts = [heading.start for heading in document.headings]
    sections: list[list[_Unit]] = []
    current = -1
    for unit in units:
        section = bisect_right(starts, unit.start)
        if not sections or (section != current and sum(u.words for u in sections[-1]) >= SECTION_WORDS):
            sections.append([])
        current = section
        sections[-1].append(unit)
    return sections


def _pack(units: Sequence[_Unit]) -> list[Sequence[_Unit]]:
    """The passages of a section."""
    size = sum(unit.size for unit in units)
    return _even(units, ceil(size / FULL)) if size <= SHORT else _joined(units)


def _even(units: Sequence[_Unit], count: int) -> list[Sequence[_Unit]]:
    """About so many passages of about one size: cut at a near end of a paragraph, else at an end of a sentence."""
    if count < 2 or len(units) < 2:
        return [units]
    sizes = list(accumulate(unit.size for unit in units))
    total = sizes[-1]

    def off(end: int) -> float:
        return abs(sizes[end - 1] - total / count)

    ends = range(1, len(units))
    near = [end for end in ends if units[end - 1].rank[0] and LEAST <= sizes[end - 1] <= min(FULL, total - LEAST)]
    fits = [end for end in ends if sizes[end - 1] <= FULL and total - sizes[end - 1] <= (count - 1) * FULL]
    if not (near or fits):
        return _even(units, count + 1)
    cut = min(near or fits, key=off)
    rest = total - sizes[cut - 1]
    return [units[:cut], *_even(units[cut:], max(ceil(rest / FULL), 1 if near else count - 1))]


def _joined(units: Sequence[_Unit]) -> list[Sequence[_Unit]]:
    """Joins units across the worst ends first, as long as what is joined fits into one passage.

    Whether an end is kept hangs on its neighbours alone, so an edit moves a cut or two, wherever it is: a greedy choice
    in random order changes few others (Censor-Hillel, Haramaty, Karnin: Optimal Dynamic Distributed MIS, PODC 2016).
    """
    sizes = [0, *accumulate(unit.size for unit in units)]
    first, last = list(range(len(units))), list(range(1, len(units) + 1))
    for at in sorted(range(1, len(units)), key=lambda at: units[at - 1].rank):
        start, end = first[at - 1], last[at]
        if sizes[end] - sizes[start] <= FULL:
            first[end - 1], last[start] = start, end
    groups = []
    at = 0
    while at < len(units):
        groups.append(units[at : last[at]])
        at = last[at]
    return groups
