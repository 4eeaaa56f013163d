"""Subtitles (.srt, .vtt): what is said, in paragraphs that begin with the time: "[00:01:02] Good evening."."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.errors import UnreadableFile
from index.loaders.builder import TextBuilder, unify_newlines
from index.loaders.content import Content
from index.loaders.encoding import decode
from index.loaders.metadata import from_pairs

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^[ \t]*{_TIME}[ \t]*--?>[ \t]*{_TIME}[^\n]*$", re.M)
_NOT_SAID = re.compile(r"(?:\n[ \t]*|\A)\n(?:NOTE|STYLE|REGION)\b(?:[^\n]|\n(?![ \t]*\n))*")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^<>\n]{1,200})>")
_MARKS = re.compile(r"</?[A-Za-z][^<>\n]*>|<[\d:.]+>|\{\\[^{}\n]*\}")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_LONG = 300  # characters after which a paragraph ends with the sentence
_LONGEST = 700
_PAUSE = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float  # seconds
    end: float
    lines: tuple[str, ...]


def load(data: bytes) -> Content:
    """Raises UnreadableFile: damaged, empty or not text."""
    text = unify_newlines(decode(data))
    head = text.partition("\n")[0]
    text = _NOT_SAID.sub("\n", text)
    if not _TIMING.search(text):
        raise UnreadableFile("damaged", "the file holds no subtitle: no line tells from when to when one is shown")
    builder = TextBuilder()
    for start, words in _paragraphs(_without_repeats(_cues(text))):
        builder.paragraph(f"[{_clock(start)}] {words}")
    if not builder.text:
        raise UnreadableFile("empty", "the subtitles hold no words")
    title = head.removeprefix("WEBVTT").strip(" \t-") if head.startswith("WEBVTT") else ""
    return builder.content(from_pairs([("title", title)]))


def _cues(text: str) -> Iterator[_Cue]:
    timings = list(_TIMING.finditer(text))
    for number, timing in enumerate(timings):
        is_last = number + 1 == len(timings)
        block = text[timing.end() : len(text) if is_last else timings[number + 1].start()].strip("\n").split("\n")
        if not is_last and len(block) > 1 and not block[-2].strip():
            block = block[:-2]  # the name of the next one
        elif not is_last and block[-1].strip().isdigit():
            block = block[:-1]
        lines = tuple(filter(None, map(_said, block)))
        if lines:
            yield _Cue(_seconds(timing.groups()[:4]), _seconds(timing.groups()[4:]), lines)


def _said(line: str) -> str:
    line = _VOICE.sub(lambda voice: f"{voice[1].strip()}: ", line)
    return " ".join(html.unescape(_MARKS.sub("", line)).split())


def _without_repeats(cues: Iterator[_Cue]) -> Iterator[_Cue]:
    """Captions that roll up show a line twice, first below, then above the next."""
    shown: tuple[str, ...] = ()
    end = 0.0
    for cue in cues:
        fresh = cue.lines
        if cue.start - end < 0.5:
            overlap = next((n for n in range(min(len(shown), len(fresh)), 0, -1) if shown[-n:] == fresh[:n]), 0)
            fresh = fresh[overlap:]
        shown, end = cue.lines, cue.end
        if fresh:
            yield _Cue(cue.start, cue.end, fresh)


def _paragraphs(cues: Iterator[_Cue]) -> Iterator[tuple[float, str]]:
    """Sentences that go on over several cues are joined; who speaks next, or a pause, begins anew."""
    start, end, words = 0.0, 0.0, ""
    for cue in cues:
        for number, line in enumerate(cue.lines):
            is_turn = re.match(r"- ?\S|[^\W\d][^:.!?]{0,40}: ", line) is not None
            is_whole = _SENTENCE_END.search(words) is not None
            is_break = number == 0 and cue.start - end >= _PAUSE
            ends = is_break or is_turn or (is_whole and len(words) >= _LONG) or len(words) >= _LONGEST
            if words and ends:
                yield start, words
                words = ""
            if not words:
                start = cue.start
            words = f"{words} {line}" if words else line
        end = cue.end
    if words:
        yield start, words


def _seconds(groups: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, part = (group or "0" for group in groups)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{part}")


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
