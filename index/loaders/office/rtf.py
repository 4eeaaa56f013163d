"""Rich Text Format (.rtf): paragraphs, headings, lists, tables, notes and boxes, without what is deleted or hidden.

Reads the format itself: the library for it drops footnotes and text boxes, keeps hidden text and tells no headings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.errors import UnreadableFile
from index.loaders.content import Content
from index.loaders.metadata import from_pairs, merge, printed
from index.loaders.office import rtf_codes as codes
from index.loaders.office.rtf_blocks import Blocks

_DEEPEST = 5_000
_INFORMATION = ("title", "author")
_ENTRIES = {"fonttbl": "fonts", "stylesheet": "style", "info": "information", "upr": ""}
_NOTES = {"footnote": "footnote", "annotation": "comment"}
_INTO = {"body": "body", "marker": "marker", "commentator": "author", "footnote": "note", "comment": "note"}


@dataclass(slots=True)
class _Group:
    """What holds until a group ends. `into` names what the text is for: "" for nothing."""

    into: str = "body"
    codec: str = "cp1252"
    skip: int = 1  # what older readers see in place of a character: so many follow it
    is_hidden: bool = False
    is_box: bool = False


def load(data: bytes) -> Content:
    """Raises UnreadableFile: damaged, or nested deeper than any document."""
    if data.lstrip()[:5].lower() != b"{\\rtf":
        raise UnreadableFile("damaged", "the file does not begin like an RTF document")
    reader = _Reader()
    for token in codes.tokens(data.decode("latin-1")):
        reader.take(token)
    reader.end()
    builder = reader.blocks.builder
    first = next((heading.title for heading in builder.headings if heading.level == 1), None)
    stated = from_pairs([*reader.said.items(), ("h1", first)])
    return builder.content(merge(printed(builder.text), stated))


class _Reader:
    """Follows groups, fonts and encodings; gives text and control words on to `blocks`."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        self.said: dict[str, str] = {}
        self._groups = [_Group()]
        self._bytes = bytearray()
        self._to_skip = 0
        self._is_starred = False
        self._platform = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = self._first_font = 0
        self._entry: list[str] = []  # a name of the style sheet, a property
        self._style = self._style_level = 0
        self._date = {"yr": 0, "mo": 0, "dy": 0}

    def take(self, token: codes.Token) -> None:
        if token.kind == "hex":
            self._put_bytes(bytes.fromhex(token.text))
        elif token.kind == "text":
            self._put_bytes(token.text.encode("latin-1"))
        else:
            self._flush()
            if token.kind == "word":
                self._word(token.text, token.number)
                self._is_starred = False
            elif token.kind == "sign":
                self._sign(token.text)
            else:
                self._to_skip = 0
                self._is_starred = False
                (self._open if token.text == "{" else self._close)()

    def end(self) -> None:
        self._flush()
        self.blocks.end()

    def _open(self) -> None:
        if len(self._groups) > _DEEPEST:
            raise UnreadableFile("damaged", f"groups are nested more than {_DEEPEST} deep")
        self._groups.append(replace(self._groups[-1], is_box=False))

    def _close(self) -> None:
        if len(self._groups) == 1:
            return
        closed = self._groups.pop()
        if closed.is_box:
            self.blocks.end_box()
        if closed.into == self._groups[-1].into:
            return
        match closed.into:
            case "footnote" | "comment":
                self.blocks.end_note(closed.into == "comment")
            case "created":
                self.said["created"] = "{yr:04}-{mo:02}-{dy:02}".format(**self._date)
            case kind if kind in _INFORMATION:
                self.said[kind] = "".join(self._entry).strip()
                self._entry.clear()

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._is_starred = True
        elif sign in codes.ESCAPED:
            self._put(codes.ESCAPED[sign])
        elif sign in "\r\n":
            self._word("par", None)

    def _word(self, word: str, number: int | None) -> None:
        group = self._groups[-1]
        if word in codes.SKIPPED or (self._is_starred and word not in codes.KNOWN_STARRED):
            group.into = ""
        elif word == "ud":  # the Unicode half of a pair, whose other half is left out
            group.into = self._groups[-3].into if len(self._groups) > 2 else "body"
        elif group.into == "" or word not in codes.UNDERSTOOD:
            return
        elif word in codes.SIGNS:
            self._put(codes.SIGNS[word])
        elif word == "u" and number is not None:
            self._put(chr(number % 65_536))
            self._to_skip = group.skip
        elif not (self._starts_entry(word, group) or self._changes_text(word, number, group)):
            if group.into == "style":
                self._style = (number or 0) if word == "s" else self._style
                self._style_level = (number or 0) + 1 if word == "outlinelevel" else self._style_level
            elif group.into == "body":
                self.blocks.word(word, number)
            elif word == "par":
                self._put(" ")

    def _starts_entry(self, word: str, group: _Group) -> bool:
        match word:
            case "atnauthor":
                group.into = "commentator"
                self.blocks.forget_author()
            case "listtext" | "pntext":
                group.into = "marker"
            case "shptxt" if group.into == "body":
                group.is_box = True
                self.blocks.start_box()
            case "creatim" if group.into == "information":
                group.into = "created"
            case _ if word in _INFORMATION and group.into == "information":
                group.into = word
            case _ if word in _ENTRIES or word in _NOTES:
                group.into = _ENTRIES.get(word, _NOTES.get(word, ""))
            case _:
                return False
        return True

    def _changes_text(self, word: str, number: int | None, group: _Group) -> bool:
        match word:
            case "uc":
                group.skip = max(number or 0, 0)
            case "v" | "deleted":
                group.is_hidden = number != 0
            case "plain":
                group.is_hidden, group.codec = False, self._codec(self._first_font)
            case "f":
                self._font = number or 0
                group.codec = self._codec(self._font)
            case "fcharset" if group.into == "fonts":
                self._fonts[self._font] = codes.CHARSETS.get(number or 0, "")
            case "deff":
                self._first_font = number or 0
            case "ansicpg":
                self._platform = group.codec = codes.known_codec(f"cp{number}") or self._platform
            case "ansi" | "mac" | "pc" | "pca":
                self._platform = group.codec = codes.PLATFORMS[word]
            case "yr" | "mo" | "dy" if group.into == "created":
                self._date[word] = number or 0
            case _:
                return False
        return True

    def _codec(self, font: int) -> str:
        return self._fonts.get(font) or self._platform

    def _put_bytes(self, data: bytes) -> None:
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        self._bytes += data[skipped:]

    def _flush(self) -> None:
        if self._bytes:
            self._put(bytes(self._bytes).decode(self._groups[-1].codec, "replace"))
            self._bytes.clear()

    def _put(self, text: str) -> None:
        group = self._groups[-1]
        if group.into in _INTO and not group.is_hidden:
            self.blocks.put(text, _INTO[group.into])
        elif group.into in ("style", *_INFORMATION):
            self._entry.append(text)
            if group.into == "style" and text.endswith(";"):
                self._end_style()

    def _end_style(self) -> None:
        name = "".join(self._entry).strip(" ;").lower()
        level = int(name[8:]) if name.startswith("heading ") and name[8:].isdecimal() else int(name == "title")
        if 0 < (level or self._style_level) <= 9:
            self.blocks.styles[self._style] = level or self._style_level
        self._entry.clear()
        self._style = self._style_level = 0
