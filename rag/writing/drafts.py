"""How a model's reply is read: a stream of text becomes whole sentences with the numbers they cite. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace

from sentencex import get_sentence_boundaries


@dataclass(frozen=True, slots=True)
class Draft:
    """One sentence of a reply as plain words, and the numbers it cites in the order they came, each once; `astray` is
    how many it had besides that no passage bears."""

    text: str
    markers: tuple[int, ...]
    astray: int = 0

    def citing_only(self, known: Collection[int]) -> Draft:
        """The draft without numbers that are not known."""
        kept = tuple(number for number in self.markers if number in known)
        return replace(self, markers=kept, astray=self.astray + len(self.markers) - len(kept))


MARKER = re.compile(r"[\[【]\^?\d{1,3}(?:\s*[-–,;]\s*\^?\d{1,3})*\s*[\]】]")
_MARKER_BEGUN = re.compile(r"[\[【][ \u00a0\u202f\d^,;–-]{0,60}")
_THINK_OPEN, _THINK_CLOSE = ("<think>", "<thinking>"), ("</think>", "</thinking>")
_CLOSERS = r"\"'”’»›)\]*_`"
_END = re.compile(rf"[.!?…。！？؟।][{_CLOSERS}]*$")
_WIDE_END = re.compile(rf"[。！？][{_CLOSERS}]*$")
_GOES_ON = ",;:，；：、"
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*([\w+.-]*)\s*")
_PROSE_FENCES = {"markdown", "md", "text", "txt"}
_LONGEST_QUOTE = 400


class SentenceAssembler:
    """Cuts a reply that comes in pieces into whole sentences; where the pieces end makes no difference.

    A sentence is given out when the word after it and its markers has come, because a marker may still follow the
    full stop, and because that word shows whether the stop belongs to an abbreviation. A line
    break always ends a sentence. Reasoning in <think> tags and blocks of code are left out; markup is reduced to its
    words. `language` (ISO 639-1) chooses the abbreviations that end no sentence.
    """

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self._ready: list[Draft] = []
        self._held: Draft | None = None  # the last sentence of the line before: markers may follow on the next line
        self._pending = ""  # what may become a marker or a tag
        self._thinking = self._in_code = False
        self._item = 0  # the last number of a numbered list
        self._chars: list[str] = []
        self._markers: list[int] = []
        self._line_start = True
        self._after_marker = self._marked_end = False
        self._cut: int | None = None  # where `_chars` may end a sentence
        self._word: int | None = None  # where the word after it starts, which decides

    def feed(self, text: str) -> list[Draft]:
        """The sentences that `text` completes."""
        for char in text:
            self._take(char)
        ready, self._ready = self._ready, []
        return ready

    def finish(self) -> list[Draft]:
        """The sentences that the end of the reply completes."""
        if not self._thinking:
            pending, self._pending = self._pending, ""
            for char in pending:
                self._character(char)
        self._end_line()
        self._release_held()
        return self.feed("")

    def _take(self, char: str) -> None:
        if self._thinking:
            self._pending = (self._pending + char)[-len(_THINK_CLOSE[1]) :]
            if self._pending.casefold().endswith(_THINK_CLOSE):
                self._thinking, self._pending = False, ""
            return
        joined = self._pending + char
        if not self._pending and char not in "[【<":
            self._character(char)
        elif MARKER.fullmatch(joined):
            self._pending = ""
            self._marker(joined)
        elif joined.casefold() in _THINK_OPEN:
            self._thinking, self._pending = True, ""
        elif _MARKER_BEGUN.fullmatch(joined) or any(tag.startswith(joined.casefold()) for tag in _THINK_OPEN):
            self._pending = joined
        else:
            plain, self._pending = self._pending, ""
            for one in plain:
                self._character(one)
            self._take(char) if plain else self._character(char)

    def _marker(self, marker: str) -> None:
        self._decide()
        if self._cut is None and self._tail_matches(_END):
            self._cut = self._length()
        self._markers += marker_numbers(marker)
        self._after_marker, self._marked_end = True, self._cut is not None

    def _character(self, char: str) -> None:
        if not char.isalnum():
            self._decide()
        if char == "\n":
            self._end_line()
            return
        if char.isspace():
            if self._cut is None and self._tail_matches(_END):
                self._cut = self._length()
            self._chars.append(" ")
            return
        if self._after_marker and self._chars:
            if char in ".!?)…。！？" or char in _GOES_ON:
                del self._chars[self._length() :]
                if char == "." and self._chars[-1:] == ["."]:
                    return
            elif char.isalnum() and self._chars[-1] != " " and unicodedata.east_asian_width(char) not in "WF":
                self._chars.append(" ")
        self._after_marker = False
        if self._cut is None and self._tail_matches(_WIDE_END) and not re.match(f"[{_CLOSERS}]", char):
            self._cut = len(self._chars)
        if self._cut is not None and char in _GOES_ON:
            self._cut, self._marked_end = None, False
        self._chars.append(char)
        if char.isalnum():
            self._release_held()
            if self._cut is not None and self._word is None:
                self._word = len(self._chars) - 1
                if self._marked_end or self._tail_matches(_WIDE_END, self._cut):
                    self._decide()

    def _decide(self) -> None:
        """Ends the sentence at the cut, or not, now that the word after it is known."""
        if self._cut is None or self._word is None:
            return
        head, following = "".join(self._chars[: self._cut]), "".join(self._chars[self._word :])
        if ends_sentence(head, following, self._marked_end, self._language):
            draft, rest = self._draft(head), self._chars[self._cut :]
            self._begin(rest, line_start=False)
            if draft:
                self._ready.append(draft)
        self._cut, self._word, self._marked_end = None, None, False

    def _end_line(self) -> None:
        self._decide()
        line = "".join(self._chars)
        fence = _FENCE.fullmatch(line) if self._line_start else None
        if fence:
            self._in_code = not self._in_code and fence[1].casefold() not in _PROSE_FENCES
            line = ""
        draft, markers = self._draft(line), [] if self._in_code else self._markers
        self._begin([], line_start=True)
        if draft:
            self._release_held()
            self._held = draft
        elif self._held:
            merged = dict.fromkeys((*self._held.markers, *markers))
            self._held = replace(self._held, markers=tuple(merged))
        else:
            self._markers = markers

    def _draft(self, text: str) -> Draft | None:
        words = plain_words(text)
        if self._line_start:
            words = self._without_bullet(words)
        if self._in_code or not any(char.isalnum() for char in words):
            return None
        return Draft(words, tuple(dict.fromkeys(self._markers)))

    def _without_bullet(self, words: str) -> str:
        words = re.sub(r"^(?:>\s*)*(?:#{1,6}\s+|[-*+•‣–—]\s+)?", "", words)
        number = re.match(r"(\d{1,2})[.)]\s+(?=\S)", words)
        # "4. Februar" at the start of a line is a date unless items 1 to 3 came before
        if number and int(number[1]) in (1, self._item + 1):
            self._item = int(number[1])
            return words[number.end() :]
        return words

    def _begin(self, chars: list[str], line_start: bool) -> None:
        self._chars, self._markers, self._line_start = chars, [], line_start
        self._cut, self._word, self._marked_end = None, None, False
        self._after_marker = self._after_marker and not line_start

    def _release_held(self) -> None:
        if self._held:
            self._ready.append(self._held)
            self._held = None

    def _length(self) -> int:
        length = len(self._chars)
        while length and self._chars[length - 1] == " ":
            length -= 1
        return length

    def _tail_matches(self, pattern: re.Pattern[str], end: int | None = None) -> bool:
        end = self._length() if end is None else end
        return pattern.search("".join(self._chars[max(0, end - 12) : end])) is not None


def marker_numbers(marker: str) -> list[int]:
    """The numbers in a marker such as [1], [1, 3] or [2-4]."""
    numbers: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[-–]\s*\^?(\d+))?", marker):
        low, high = int(first), int(last or first)
        numbers += range(low, high + 1) if low <= high else (low, high)
    return numbers


def ends_sentence(head: str, following: str, marked: bool, language: str) -> bool:
    """Whether a sentence ends after `head`, which closes with a full stop or the like.

    `following` is the next word, or its first letters; `marked` says that a citation marker stands between them.
    """
    plain = re.sub(r"[*`]", "", head)
    if not any(char.isalpha() for char in plain):
        return False
    if _is_open(plain) and len(plain) < _LONGEST_QUOTE:
        return False
    if marked and not following[:1].islower():
        return True
    boundaries = get_sentence_boundaries(language, f"{plain} {following}")
    return bool(boundaries[-1]["start_index"] >= len(plain))


def _is_open(text: str) -> bool:
    count = text.count
    curly = count("“") > count("”") if "„" not in text else count("„") > count("“") + count("”")
    return curly or count('"') % 2 == 1 or any(count(a) > count(b) for a, b in ("«»", "()", "[]"))


_MARKUP = (
    (re.compile(r"\\([\\`*_{}\[\]()#+.!-])"), r"\1"),
    (re.compile(r"\s*!\[[^\]]*\]\((?:[^()]|\([^()]*\))*\)"), ""),  # images
    (re.compile(r"\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)"), r"\1"),  # links
    (re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),
    (
        re.compile(r"\s*\((?:https?|data|javascript):[^\s()]*\)|(?<=!)\([^\s()]*\)", re.I),
        "",
    ),  # what a marker left of one
    (re.compile(r"<((?:https?|mailto):[^\s<>]*)>", re.I), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"(\*{1,3}|~~|`{1,3})(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\*{2,}|~~|`+|(?<!\w)_{2,}|_{2,}(?!\w)"), ""),  # pairs that open and close in different sentences
)


def plain_words(text: str) -> str:
    """`text` without Markdown and HTML: only its words, on one line. Nothing of it is a link or an image."""
    before = None
    while before != text:
        before = text
        for pattern, replacement in _MARKUP:
            text = pattern.sub(replacement, text)
    return re.sub(r"\s+", " ", text).strip()
