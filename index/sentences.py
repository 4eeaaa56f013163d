"""Sentences with exact offsets. Line breaks of wrapped text are passed over; those of lists and rows end a sentence."""

from __future__ import annotations

import re

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_ITEM = re.compile(r"\s*(?:[-*•–—◦▪]|\(?\d{1,3}[.)]|[a-z][.)])\s")
_NAMED = re.compile(r"([^:\n]{1,80}): ")
# A row of a table, as the loaders write it: "Name: value; Name: value", "value; Name: value" or "value | value".
_ROW = re.compile(r".* \| |[^;\n]{1,100}; [^;:\n]{1,60}: |[^;:\n]{1,60}: [^;\n]*; [^;:\n]{1,60}: ")
_CLOSED = tuple(".!?:;…。！？»”\"')]")
WRAP_WIDTHS = range(40, 121)
WRAP_TOLERANCE = 0.8


def sentence_spans(
    text: str, start: int = 0, end: int | None = None, language: str | None = None
) -> list[tuple[int, int]]:
    """Spans (start, end) of the sentences of text[start:end], in order, without surrounding white space.

    Everything but white space is in exactly one span.
    """
    from sentencex import get_sentence_boundaries

    spans: list[tuple[int, int]] = []
    for flow_start, flow_end in _flows(text, start, len(text) if end is None else end):
        flow = text[flow_start:flow_end]
        # A wrapped line's break would end a sentence for the segmenter; a space keeps every offset.
        for found in get_sentence_boundaries(language or "en", flow.replace("\n", " ")):
            trimmed = trim(text, flow_start + found["start_index"], flow_start + found["end_index"])
            if trimmed is not None:
                spans.append(trimmed)
    return _rejoin(text, spans)


def paragraph_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Spans between blank lines, without surrounding white space."""
    stop = len(text) if end is None else end
    spans, at = [], start
    for gap in _BLANK.finditer(text, start, stop):
        spans.append(trim(text, at, gap.start()))
        at = gap.end()
    spans.append(trim(text, at, stop))
    return [span for span in spans if span is not None]


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without white space at its ends, or None when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _flows(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Runs of lines that belong to one flowing text: a paragraph, or one item or row of a list."""
    flows: list[tuple[int, int]] = []
    for paragraph_start, paragraph_end in paragraph_spans(text, start, end):
        lines = _lines(text, paragraph_start, paragraph_end)
        width = max(line_end - line_start for line_start, line_end in lines)
        flow_start = paragraph_start
        for (line_start, line_end), (next_start, next_end) in zip(lines, lines[1:], strict=False):
            if not _wraps(text[line_start:line_end], text[next_start:next_end], width):
                flows.append((flow_start, line_end))
                flow_start = next_start
        flows.append((flow_start, paragraph_end))
    return flows


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    lines, at = [], start
    while at <= end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        lines.append((at, stop))
        at = stop + 1
    return lines


def _wraps(line: str, following: str, width: int) -> bool:
    """Whether the break between two lines is only there because the next word did not fit."""
    line, following = line.rstrip(), following.lstrip()
    if not line or not following or _ITEM.match(following) or _are_rows(line, following):
        return False
    if following[0].islower() and not line.endswith(_CLOSED):
        return True
    first_word = following.split(None, 1)[0]
    return width in WRAP_WIDTHS and len(line) + 1 + len(first_word) >= WRAP_TOLERANCE * width


def _are_rows(line: str, following: str) -> bool:
    """Whether both are rows of one table."""
    first, second = _NAMED.match(line), _NAMED.match(following)
    same_name = first is not None and second is not None and first[1] == second[1]
    return same_name or (_ROW.match(line) is not None and _ROW.match(following) is not None)


def _rejoin(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Puts list marks that the segmenter cut off ("1.") back before their sentence, and ": 12" behind its note."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        is_mark = joined and _ITEM.fullmatch(text[joined[-1][0] : joined[-1][1]] + " ")
        goes_on = joined and text[start] in ":;," and "\n" not in text[joined[-1][1] : start]
        if is_mark or goes_on:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
